"""What a YAML parser's complaint means to a student: a table from its words to ours, with advice."""

from typing import Any, NamedTuple

from submissions.formats.form_value import FormProblem, shown

_QUOTES = (
    "put the answer in single quotes, or write | after the colon and the answer on the next lines, indented."
)
_IF_ANSWER = f"If it belongs to the answer, {_QUOTES}"
_COLON = f"{_IF_ANSWER} If not, check that the name above it is followed by a colon and a space."
_TAB = "a tab stands where spaces are needed."


class _Row(NamedTuple):
    """Words found in the parser's complaint -> our message ("{sign}" is the character there) and advice.

    `from_start`: the place is where the unfinished part began, not where the parser gave up.
    """

    words: tuple[str, ...]
    message: str
    advice: str
    from_start: bool = False


# PyYAML's two parsers word things differently, so rows carry both wordings. The first row that fits counts.
_ROWS = (
    _Row(("tab character", "'\\t'"), _TAB, "Replace the tab by spaces."),
    _Row(
        (
            "comment or line break",
            "comment or a line break",
            "chomping or indentation",
            "indentation indicator",
        ),
        'text follows a "|" or ">" on the same line.',
        "Write the answer on the next line with four spaces in front; or put it in single quotes.",
    ),
    _Row(("mapping values are not allowed",), "a colon stands where none is expected.", _COLON),
    _Row(
        ("could not find expected ':'",),
        "this line is neither a name with a colon nor indented as part of an answer.",
        "Put at least four spaces in front of every line of an answer.",
        from_start=True,
    ),
    _Row(
        ("while parsing a flow",),
        "a bracket opened here is not closed, or a comma is missing.",
        f"Close it, or {_QUOTES}",
        from_start=True,
    ),
    _Row(
        ("unexpected end of stream",),
        "a quote opened here is never closed.",
        "Close it, or use the | block form.",
        True,
    ),
    _Row(
        ("escape",),
        "a backslash inside double quotes starts an escape that does not exist.",
        "Use single quotes, or the | block form, where a backslash is just a backslash.",
    ),
    _Row(("sequence entries are not allowed",), 'an answer cannot start with "- ".', _IF_ANSWER),
    _Row(("mapping keys are not allowed",), 'an answer cannot start with "? ".', _IF_ANSWER),
    _Row(
        ("while scanning an alias", "while scanning an anchor"),
        "an answer cannot start with * or &.",
        _IF_ANSWER,
    ),
    _Row(
        ("while scanning a tag", "while parsing a tag", "tag handle"),
        'an answer cannot start with "!".',
        _IF_ANSWER,
    ),
    _Row(("directive",), "a line that starts with % is read as a directive.", "Remove the line."),
    _Row(("cannot start any token",), "an answer cannot start with {sign}.", _IF_ANSWER),
    _Row(("node content",), "{sign} stands here without its opening bracket.", _IF_ANSWER),
    _Row(
        ("expected <block end>", "did not find expected key"),
        "this text does not fit to the lines above it.",
        "Give all lines of an answer the same number of spaces under the |, or put it all in quotes.",
    ),
    _Row(("document start",), "this text stands outside the form.", "Remove it, or move it under responses."),
)
_FALLBACK = _Row((), "this line is not valid YAML.", f"Check its quotes and spaces; or {_QUOTES}")


def problem_of(error: Any, text: str) -> FormProblem:
    """Our words for a PyYAML error; none of its own text is used, since that carries file paths."""
    mark = getattr(error, "problem_mark", None)
    # The C parser does not name a character that cannot start anything; a tab is the one worth naming.
    tab = "'\\t'" if mark is not None and text[mark.index : mark.index + 1] == "\t" else ""
    complaint = f"{getattr(error, 'context', None)} {getattr(error, 'problem', None)} {tab}"
    row = next((row for row in _ROWS if any(words in complaint for words in row.words)), _FALLBACK)
    if row.from_start:
        mark = getattr(error, "context_mark", None) or mark
    at = None if mark is None else min(mark.index, len(text))
    sign = shown(text[at : at + 1]) if at is not None and at < len(text) else "this character"
    return FormProblem(row.message.format(sign=sign), at=at, advice=row.advice)
