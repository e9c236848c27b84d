"""The lines by which a paper's notebook is read back: they stand in the cells' text, which every program keeps.

    # Paper K7QF-2MXP, answer 1.trace: write below this line       on top of an answer
    <!-- text of paper K7QF-2MXP, field 1.trace -->                on top of a question's text
    <!-- end 5f3a9c21 -->                                          below it, with a digest of what stands between

Metadata and ids of cells get lost: some programs drop them, and a merged, pasted or retyped cell has others. A line of
an answer that would look like one of these (or like a comment or a fence, which are taken away) is guarded by a
backslash: writing adds one, reading takes one away.
"""

import hashlib
import re
from typing import NamedTuple

from submissions.limits import MAX_PAPER_LENGTH
from submissions.submission import UnwritableForm

_PHRASE = "write below this line"
_LONGEST_FIELD = 100  # `12.second_gradient` has 18 characters
_PAPER = rf"(?P<paper>[^\s,:]{{1,{MAX_PAPER_LENGTH}}})"
_FIELD = rf"(?P<field>[^\s,:]{{1,{_LONGEST_FIELD}}})"
_SPACE = r"[ \t]+"
# Forgiving: capitals, the sign in front, the comma, the colon and the words behind it may have changed.
_ANSWER = re.compile(
    rf"(?P<signs>[# \t]*)paper{_SPACE}{_PAPER},?{_SPACE}answer{_SPACE}{_FIELD}:?[ \t]*"
    rf"(?:{_PHRASE}[.:]?)?[ \t]*(?P<rest>.*)",
    re.IGNORECASE,
)
_OPENING = re.compile(rf"[ \t]*<!-- text of paper {_PAPER}(?:, field {_FIELD})? -->[ \t]*", re.IGNORECASE)
_CLOSING = re.compile(r"[ \t]*<!-- end (?P<digest>[0-9a-f]{8}) -->[ \t]*")
# What is left of an answer's line when its ids can't be read any more.
_DAMAGED = re.compile(rf"\A[^\n]*?{_PHRASE}[.:]?[ \t]*|\A[# \t]*paper\b[^\n]*\banswer\b[^\n]*", re.IGNORECASE)
_NAME = re.compile(r"\w+(?:[.-]\w+)*")
_LOOKS_MARKED = r"(?:#|<!--|```|paper\b)"
_TO_GUARD = re.compile(rf"^([ \t]*)(?=\\*{_LOOKS_MARKED})", re.IGNORECASE | re.MULTILINE)
_GUARDED = re.compile(rf"^([ \t]*)\\(?=\\*{_LOOKS_MARKED})", re.IGNORECASE | re.MULTILINE)


class AnswerMark(NamedTuple):
    """The line above an answer; `n_signs` counts its number signs, `rest` is what somebody wrote behind it."""

    paper: str
    field: str
    n_signs: int
    rest: str


class Opening(NamedTuple):
    """The line above a question's text; `field` is what the text asks for, "" when it asks for nothing."""

    paper: str
    field: str


def answer_line(paper: str, field: str) -> str:
    """The line above an answer. Raises: UnwritableForm when an id could not be read back."""
    return f"# Paper {_sound(paper)}, answer {_sound(field)}: {_PHRASE}"


def framed(paper: str, field: str, text: str) -> str:
    """A question's text between its lines. Raises: UnwritableForm when an id could not be read back."""
    opening = f"text of paper {_sound(paper)}" + (f", field {_sound(field)}" if field else "")
    return f"<!-- {opening} -->\n\n{text}\n\n<!-- end {digest_of(text)} -->"


def digest_of(text: str) -> str:
    """Eight hexadecimal digits that change when more than blanks and line breaks change."""
    return hashlib.sha256("".join(text.split()).encode("utf-8", "replace")).hexdigest()[:8]


def read_answer_line(line: str) -> AnswerMark | None:
    """What an answer's line says; None for any other line."""
    found = _ANSWER.fullmatch(line)
    if found is None:
        return None
    return AnswerMark(found["paper"], found["field"], found["signs"].count("#"), found["rest"].rstrip())


def read_opening(line: str) -> Opening | None:
    """What the line above a question's text says; None for any other line."""
    found = _OPENING.fullmatch(line)
    return None if found is None else Opening(found["paper"], found["field"] or "")


def read_closing(line: str) -> str | None:
    """The digest in the line below a question's text; None for any other line."""
    found = _CLOSING.fullmatch(line)
    return None if found is None else found["digest"]


def without_damaged_line(text: str) -> str:
    """The text without a first line that once was an answer's."""
    return _DAMAGED.sub("", text, count=1)


def guarded(text: str) -> str:
    """The text with a backslash before everything that would not be read back as it is."""
    return _TO_GUARD.sub(r"\1\\", text)


def unguarded(text: str) -> str:
    """The opposite of `guarded`."""
    return _GUARDED.sub(r"\1", text)


def _sound(name: str) -> str:
    if _NAME.fullmatch(name) is None or len(name) > _LONGEST_FIELD:
        raise UnwritableForm(f"{name!r} cannot stand in a notebook; ids look like K7QF-2MXP and 1.x_grad.")
    return name
