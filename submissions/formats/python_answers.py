"""The answers of a Python file that are no programs: texts between quotes in a dictionary, which is read and never run.

    ANSWERS = {
        # Which order?
        # (order) for example: x, y
        "1.order": r'''
    y, x
    ''',
    }
"""

import ast
import re
import tokenize
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from submissions.formats.answers import LOST_BACKSLASH
from submissions.formats.form_value import encodable, shown
from submissions.formats.notebook_marks import read_answer_line
from submissions.formats.yaml_writing import FormField, field_notes
from submissions.limits import MAX_RESPONSE_LENGTH, MAX_RESPONSES

#: The name of the dictionary, and in a submission that of what was written in it and can't be read.
ANSWERS = "ANSWERS"

_BEGINS = re.compile(rf"{ANSWERS}\b[^=\n]*=(?!=)")
_A_PERSON = "It was not read; a person will look."


class OtherAnswers(NamedTuple):
    """What the dictionary holds, remarks on it, and the file without it, whose lines keep their numbers."""

    responses: dict[str, str]
    warnings: tuple[str, ...]
    programs: str


class _Entry(NamedTuple):
    """One answer: its text, None where it is no plain text, its source, and the line of the file it begins in."""

    text: str | None
    source: str
    line: int


class _Unread(Exception):
    """A statement that is no dictionary of answers: why, and in which line of the file."""


def read_other_answers(text: str) -> OtherAnswers:
    """The answers beside the programs of a file; what can't be read of them is kept under the name ANSWERS."""
    lines = text.split("\n")
    entries: defaultdict[str, list[_Entry]] = defaultdict(list)
    told: list[str] = []
    unread: list[str] = []
    for first, end in list(_statements(lines)):
        source = "\n".join(lines[first:end])
        lines[first:end] = [""] * (end - first)
        try:
            for name, entry in _entries(source, first):
                entries[name].append(entry)
        except _Unread as why:
            told.append(f"{why} {_A_PERSON}")
            unread.append(source)
    responses = {name: _taken(name, found, told, unread) for name, found in entries.items()}
    kept = {ANSWERS: "\n".join(unread)[:MAX_RESPONSE_LENGTH]} if unread else {}
    return OtherAnswers(responses | kept, tuple(told), "\n".join(lines))


def _statements(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """From which line to before which one a statement about ANSWERS goes, at the file's own level."""
    place = 0
    while place < len(lines):
        end = _end(lines, place) if _BEGINS.match(lines[place]) else place
        if end > place:
            yield place, end
        place = max(end, place + 1)


def _end(lines: Sequence[str], first: int) -> int:
    """The line behind a statement; one that is never closed goes on to the next place for a program."""
    places = takewhile(lambda place: not read_answer_line(lines[place]), range(first, len(lines)))
    try:
        for token in tokenize.generate_tokens((f"{lines[place]}\n" for place in places).__next__):
            if token.type == tokenize.NEWLINE:
                return first + token.end[0]
    except (tokenize.TokenError, SyntaxError):
        pass  # said when the statement is read
    return next((place for place in range(first, len(lines)) if read_answer_line(lines[place])), len(lines))


def _entries(source: str, above: int) -> list[tuple[str, _Entry]]:
    """The names and answers of a statement that has `above` lines above it. Raises: _Unread."""
    written = _dictionary(source, above)
    if len(written.values) > MAX_RESPONSES:
        raise _Unread(f"Line {above + 1}: {ANSWERS} holds {len(written.values)} answers, more than {MAX_RESPONSES}.")
    lines = source.split("\n")
    found = []
    for key, value in zip(written.keys, written.values, strict=True):
        match key:
            case ast.Constant(value=str(name)):
                whole = "\n".join(lines[key.lineno - 1 : value.end_lineno])
                found.append((encodable(name), _Entry(_plain(value, lines), whole, above + key.lineno)))
            case _:
                line = above + (key or value).lineno
                raise _Unread(f"Line {line}: {ANSWERS} has a name that is not text in quotes, such as '1.order'.")
    return found


def _dictionary(source: str, above: int) -> ast.Dict:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about odd escapes, of which we speak ourselves
            body = ast.parse(source).body
    except SyntaxError as error:
        line = above + min(error.lineno or 1, source.count("\n") + 1)
        raise _Unread(f"Line {line}: {ANSWERS} can't be read as Python: {error.msg}.") from error
    except (ValueError, MemoryError, RecursionError) as error:
        raise _Unread(f"Line {above + 1}: {ANSWERS} is nested too deeply to be read.") from error
    match body:
        case [ast.Assign([ast.Name()], ast.Dict() as written) | ast.AnnAssign(ast.Name(), value=ast.Dict() as written)]:
            return written
    raise _Unread(f'Line {above + 1}: {ANSWERS} is not given as one dictionary, {{"1.order": "y, x", ...}}.')


def _plain(value: ast.expr, lines: Sequence[str]) -> str | None:
    """A text without the line breaks around it, or a number as it is written; None for all that had to be run."""
    match value:
        case ast.Constant(value=str(text)):
            return encodable(text).strip("\n")
        case ast.Constant(value=number) | ast.UnaryOp(ast.USub() | ast.UAdd(), ast.Constant(value=number)):
            is_number = isinstance(number, int | float) and not isinstance(number, bool)
            if is_number and value.lineno == value.end_lineno:
                return lines[value.lineno - 1].encode()[value.col_offset : value.end_col_offset].decode()
    return None


def _taken(name: str, found: list[_Entry], told: list[str], unread: list[str]) -> str:
    """The one answer to a field, blank where there is none; remarks and what could not be read are added to."""
    texts = {entry.text for entry in found if entry.text is None or entry.text.strip()}
    text = texts.pop() if len(texts) == 1 else None if texts else ""
    if text is not None:
        if LOST_BACKSLASH.search(text):
            read = f"Line {found[0].line}: a backslash in the answer to {shown(name)} was read as an escape."
            told.append(f'{read} Write r before the quotes, as in r"""\\beta""".')
        return text
    unread += [entry.source for entry in found]
    line = next((entry.line for entry in found if entry.text is None), found[-1].line)
    if len(texts) > 1 and None not in texts:
        told.append(f"Line {line}: {shown(name)} is answered twice in {ANSWERS}, in different words. {_A_PERSON}")
    else:
        told.append(f"Line {line}: the answer to {shown(name)} in {ANSWERS} is not plain text in quotes. {_A_PERSON}")
    return ""


def write_other_answers(fields: Sequence[FormField]) -> str:
    """The dictionary to fill in, each field with its prompt; raw texts, so that a backslash is one."""
    return f"{ANSWERS} = {{\n{''.join(map(_place, fields))}}}\n"


def _place(field: FormField) -> str:
    notes = "".join(f"    {note}\n" for note in field_notes(field))
    return f'{notes}    "{field.id}": r"""\n\n""",\n'
