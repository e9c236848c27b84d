"""Answers that are chosen from the options which a question prints."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import KW_ONLY, dataclass

from question_templates.answers.errors import BrokenAnswer

__all__ = ["Choice"]


@dataclass(frozen=True)
class Choice:
    """One option, or with `several` any number of them: `options` maps a letter to its text.

    A selection of several earns the part of the right options in it less the part of the wrong options in it, and
    never less than nothing: choosing every option earns nothing.
    Raises: BrokenAnswer if an expected option does not exist, or the number of expected ones cannot be.
    """

    options: Mapping[str, str]
    expected: Collection[str]
    _: KW_ONLY
    several: bool = False

    def __post_init__(self) -> None:
        strangers = sorted(set(self.expected) - self.options.keys())
        if strangers:
            listed = ", ".join(self.options)
            raise BrokenAnswer(f"Choice: {strangers[0]} is expected but no option; the options are {listed}.")
        if not self.several and len(set(self.expected)) != 1:
            count = len(set(self.expected))
            raise BrokenAnswer(f"Choice: {count} options are expected; exactly one is, or say several.")
        folded = {key.casefold() for key in self.options}
        if len(folded) < len(self.options):
            raise BrokenAnswer("Choice: two options differ only in capitals; their letters must differ in more.")
