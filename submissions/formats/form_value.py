"""What both form readers produce: a value with its written text, or a problem, each with its place."""

from typing import NamedTuple

from submissions.submission import SubmissionsError

_SHOWN_LENGTH = 40  # enough to recognise one's own words in a message of one line


class FormProblem(SubmissionsError):
    """Why a form cannot be read; `at` is an index into the form's text, None when the whole file is meant."""

    def __init__(self, message: str, *, at: int | None = None, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.advice = advice


class Value(NamedTuple):
    """One written value: `text` is what a response would be, `members` is None unless it is a mapping."""

    text: str
    at: int
    members: "tuple[Member, ...] | None" = None
    is_commented: bool = False
    is_scalar: bool = True


class Member(NamedTuple):
    """One `key: value` pair; `at` is where the key stands."""

    key: str
    at: int
    value: Value


def line_and_column(text: str, at: int) -> tuple[int, int]:
    """The place of an index as an editor shows it, both counted from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def shown(text: str) -> str:
    """Student text for a message: quoted, short, invisible and direction-changing characters spelled out."""
    cut = text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 3] + "..."
    return '"' + "".join(char if char.isprintable() else f"<U+{ord(char):04X}>" for char in cut) + '"'


def encodable(text: str) -> str:
    """The text with half surrogate pairs made U+FFFD, so that every later file can be written as UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
