"""A cell's text cut at our lines: answers, question texts, and whatever else somebody wrote."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from submissions.formats.notebook_json import Cell
from submissions.formats.notebook_marks import (
    AnswerMark,
    Opening,
    digest_of,
    read_answer_line,
    read_closing,
    read_opening,
    unguarded,
    without_damaged_line,
)

_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_COMMENT = re.compile(r"^([ \t]*)#[ \t]?", re.MULTILINE)
_FENCED = re.compile(r"[ \t]*(`{3,})[^`\n]*\n(.*)\n[ \t]*\1[ \t]*", re.DOTALL)


class Piece(NamedTuple):
    """A part of cell number `cell`; an answer's and a question's `field` and `paper` come from its own line.

    `is_changed`: somebody wrote in a question's text. `was_commented`: every line of the text was a comment.
    """

    kind: Literal["answer", "question", "other"]
    cell: int
    field: str
    paper: str
    text: str
    is_changed: bool = False
    was_commented: bool = False


def pieces_of(cell: Cell) -> Iterator[Piece]:
    """The cell's pieces in order. Text above the first line of ours belongs to the field that the metadata name."""
    begun: AnswerMark | Opening | None = None
    lines: list[str] = []
    for line in cell.text.split("\n"):
        closing = read_closing(line) if isinstance(begun, Opening) else None
        mark = read_answer_line(line) or read_opening(line)
        if closing is None and mark is None:
            lines.append(line)
            continue
        yield _piece(cell, begun, "\n".join(lines), closing)
        begun, lines = mark, []
    yield _piece(cell, begun, "\n".join(lines), None)


def _piece(cell: Cell, begun: AnswerMark | Opening | None, text: str, closing: str | None) -> Piece:
    if isinstance(begun, Opening):
        is_changed = closing != digest_of(text)
        return Piece("question", cell.number, begun.field, begun.paper, text, is_changed=is_changed)
    if isinstance(begun, AnswerMark):
        plain, was_commented = _plain(f"{begun.rest}\n{text}", n_signs=begun.n_signs)
        return Piece("answer", cell.number, begun.field, begun.paper, plain, was_commented=was_commented)
    plain, was_commented = _plain(without_damaged_line(_trimmed(text)), n_signs=1)
    return Piece("other", cell.number, cell.field, "", plain, was_commented=was_commented)


def _plain(text: str, *, n_signs: int) -> tuple[str, bool]:
    """What was meant as the answer, and whether every line of it was a comment.

    An editor's shortcut turns a whole cell into comments, our line too: `n_signs` above 1 says how often.
    """
    for _ in range(min(n_signs - 1, 9)):
        text = _COMMENT.sub(r"\1", text)
    text = _trimmed(text)
    written = [line for line in text.split("\n") if line.strip(" \t")]
    was_commented = bool(written) and all(_COMMENT.match(line) for line in written)
    if was_commented:
        text = _trimmed(_COMMENT.sub(r"\1", text))
    fenced = _FENCED.fullmatch(text)
    return _trimmed(unguarded(fenced[2] if fenced else text)), was_commented


def _trimmed(text: str) -> str:
    """Without blank lines above and below and without blanks at the end."""
    return _BLANK_LINES.sub("", text).rstrip(" \t\n")
