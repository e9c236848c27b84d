"""The formats a paper can be printed in, and the room that each of them has; all lengths are in points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from chainrule.errors import RefusedInput

__all__ = ["FORMATS", "PAPER_SIZES", "Format", "Sheet", "sheet_of"]

#: Width and height.
PAPER_SIZES: Mapping[str, tuple[float, float]] = MappingProxyType({"a4": (595.28, 841.89), "letter": (612.0, 792.0)})


@dataclass(frozen=True)
class Format:
    """How large things are; `is_linear` is one column of plain text, for people who have it read out.

    `listing` is the size of a program's letters, `least_listing` what it may shrink to before lines are wrapped.
    """

    name: str
    text: float
    side: float
    listing: float
    least_listing: float
    row: float
    is_linear: bool = False


#: What a paper's format may be, by the roster's word for it.
FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "standard": Format("standard", 11, 60, 8.8, 7.4, 23),
        "large-print": Format("large-print", 18, 45, 14, 11.5, 36),
        "screen-reader": Format("screen-reader", 12, 60, 8.8, 7.4, 23, is_linear=True),
    }
)


@dataclass(frozen=True)
class Sheet:
    """A format on paper of some size."""

    format: Format
    paper_size: str

    # A code of 46 points stands above the text, a line of page numbers below.
    top, bottom = 88.0, 62.0

    @property
    def paper_name(self) -> str:
        """What Typst calls the paper."""
        return "us-letter" if self.paper_size == "letter" else self.paper_size

    @property
    def width(self) -> float:
        """What a line of text has."""
        return PAPER_SIZES[self.paper_size][0] - 2 * self.format.side

    @property
    def height(self) -> float:
        """What a page has between header and footer."""
        return PAPER_SIZES[self.paper_size][1] - self.top - self.bottom


def sheet_of(paper_format: str, paper_size: str) -> Sheet:
    """The sheet of that format and size; raises RefusedInput when there is none."""
    for what, wanted, known in (("format", paper_format, FORMATS), ("size", paper_size, PAPER_SIZES)):
        if wanted not in known:
            raise RefusedInput(f"there is no paper {what} {wanted!r}; there are {', '.join(known)}.")
    return Sheet(FORMATS[paper_format], paper_size)
