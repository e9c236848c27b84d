"""Ink for terminals: colours where somebody looks at them, and none of it in a file or a pipe."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass

import click

__all__ = ["PLAIN", "Ink", "for_terminal", "terminal_width", "width_of"]

_WIDEST = 100  # lines of text that are longer are hard to follow
_NARROWEST = 40


@dataclass(frozen=True)
class Ink:
    """How emphasis is written: with ANSI colours, or by plain characters alone."""

    colour: bool = False

    def strong(self, text: str) -> str:
        return self._styled(text, bold=True)

    def code(self, text: str) -> str:
        """A piece of program text inside a sentence."""
        return self._styled(text, fg="cyan") if self.colour else f"`{text}`"

    def quiet(self, text: str) -> str:
        return self._styled(text, dim=True)

    def good(self, text: str) -> str:
        return self._styled(text, fg="green")

    def look(self, text: str) -> str:
        """Something to look at again."""
        return self._styled(text, fg="yellow")

    def _styled(self, text: str, *, fg: str | None = None, bold: bool = False, dim: bool = False) -> str:
        if not self.colour or not text:
            return text
        return click.style(text, fg=fg, bold=bold or None, dim=dim or None)


PLAIN = Ink()


def for_terminal() -> Ink:
    """Colours if the output is a terminal and nobody has set NO_COLOR."""
    return Ink(colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR"))


def terminal_width() -> int:
    """The columns to write into: the terminal's, but no more than can be read."""
    return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns))


def width_of(text: str) -> int:
    """The columns that a text takes, its colours left out."""
    return len(click.unstyle(text))
