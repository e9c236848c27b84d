"""The tree of a formula: what LaTeX says, as plain values that each output walks through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Block", "BrokenFormula", "Built", "Fenced", "Formula", "Group", "Part", "Parts", "Script", "Sign", "Words"]


class BrokenFormula(ValueError):
    """A formula that can't be shown the same in every output; the message says what to write."""


@dataclass(frozen=True)
class Sign:
    """A character or a command that stands for one; " " is a blank."""

    tex: str


@dataclass(frozen=True)
class Words:
    """Letters that belong together.

    `kind` is text, upright, slanted, code, function, or limits (a function with scripts below it); on the way to an
    output also sign, opening, or closing, for a sign that is put aside.
    """

    kind: str
    text: str


@dataclass(frozen=True)
class Built:
    """A command with what it is built from; `option` is what stands in [ ] (of a root)."""

    command: str
    arguments: tuple[Parts, ...]
    option: Parts = ()


@dataclass(frozen=True)
class Script:
    """What is raised ("^") or lowered ("_") at the part before."""

    mark: str
    parts: Parts


@dataclass(frozen=True)
class Group:
    """What stands in braces."""

    parts: Parts


@dataclass(frozen=True)
class Fenced:
    """What stands between \\left and \\right."""

    left: str
    parts: Parts
    right: str


@dataclass(frozen=True)
class Block:
    """Rows of cells between \\begin and \\end."""

    environment: str
    rows: tuple[tuple[Parts, ...], ...]


Part: TypeAlias = Sign | Words | Built | Script | Group | Fenced | Block
Parts: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True)
class Formula:
    """A tree as far as it could be read, and every fault in words."""

    parts: Parts
    faults: tuple[str, ...]
