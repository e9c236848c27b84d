"""The cells of a notebook file: its JSON is measured before it is parsed, and only texts and our marks are taken.

Outputs and attachments are parsed, since they stand in the way, and thrown away. Versions 3 and 4 of the format are
read: a version 3 notebook has worksheets, and its code cells call their text `input`.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from submissions.formats.form_value import FormProblem, encodable
from submissions.limits import MAX_NOTEBOOK_DEPTH, MAX_NOTEBOOK_LINES, MAX_NOTEBOOK_SIGNS

_BRACKET = re.compile(r"[\[\]{}]")
_SIGNS = ",[{"
_SAVE_AGAIN = "Open it in Jupyter, save it once more and hand in that file."
_CLEAR = "Clear all outputs, save the notebook and hand it in again."
# Where writers of notebooks cut a text into lines (`str.splitlines`); whoever cut elsewhere left the line break out.
_LINE_ENDS = tuple("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")


class Cell(NamedTuple):
    """One cell: `number` as one counts them from 1, its text, the field that its metadata name ("" for none)."""

    number: int
    text: str
    field: str


class Notebook(NamedTuple):
    """What the metadata say ("" where they say nothing), and the cells."""

    format: str
    paper: str
    cells: tuple[Cell, ...]


def read_notebook_json(text: str) -> Notebook:
    """The notebook of a JSON text. Raises: FormProblem when it is damaged, too large, or no notebook."""
    _measure(text)
    try:
        root = json.loads(text, strict=False, object_pairs_hook=_object, parse_int=_unread, parse_float=_unread)
    except json.JSONDecodeError as error:
        raise FormProblem(
            f"the notebook is damaged or incomplete here: {error.msg.lower()}.", at=error.pos, advice=_SAVE_AGAIN
        ) from error
    marks = _object_at(_object_at(root, "metadata"), "chainrule")
    cells = tuple(_cell(number, cell) for number, cell in enumerate(_cells(root), start=1))
    n_lines = sum(cell.text.count("\n") + 1 for cell in cells)
    if n_lines > MAX_NOTEBOOK_LINES:
        raise FormProblem(
            f"the notebook's cells have {n_lines:,} lines; at most {MAX_NOTEBOOK_LINES:,} are read.",
            advice="Remove what belongs to no answer, save the notebook and hand it in again.",
        )
    return Notebook(_text_at(marks, "format"), _text_at(marks, "paper").strip(), cells)


class _Doubled(dict[str, Any]):
    """An object of which some keys were given twice; `doubled` lists them."""

    doubled: frozenset[str] = frozenset()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    found = _Doubled(plain)
    found.doubled = frozenset(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
    return found


def _unread(_digits: str) -> None:
    """No number of a notebook is used; so none can have too many digits."""


def _measure(text: str) -> None:
    """Depth and number of parts, without building anything. Raises: FormProblem when either is too large."""
    bare = text.replace("\\\\", "").replace('\\"', "")
    n_signs = bare.count('"') + sum(map(bare.count, _SIGNS))
    if bare.count('"') > MAX_NOTEBOOK_SIGNS:
        raise _too_much(n_signs)
    outside = "".join(bare.split('"')[::2])
    n_signs = bare.count('"') + sum(map(outside.count, _SIGNS))
    if n_signs > MAX_NOTEBOOK_SIGNS:
        raise _too_much(n_signs)
    depth = 0
    for bracket in _BRACKET.finditer(outside):
        depth += 1 if bracket.group() in "[{" else -1
        if depth > MAX_NOTEBOOK_DEPTH:
            raise FormProblem(f"the notebook is nested more than {MAX_NOTEBOOK_DEPTH} deep.", advice=_CLEAR)


def _too_much(n_signs: int) -> FormProblem:
    return FormProblem(
        f"the notebook has {n_signs:,} commas, brackets and quotation marks; at most {MAX_NOTEBOOK_SIGNS:,} are read.",
        advice=_CLEAR,
    )


def _cells(root: Any) -> Iterator[Any]:
    """The cells as they are in the file, of every worksheet where there are worksheets."""
    sheets = _at(root, "worksheets", "the notebook") if "cells" not in _known(root) else [root]
    if not isinstance(sheets, list):
        raise FormProblem("the notebook has no cells.", advice=_SAVE_AGAIN)
    for sheet in sheets:
        cells = _at(sheet, "cells", "the notebook")
        if not isinstance(cells, list):
            raise FormProblem("the notebook's cells are not a list.", advice=_SAVE_AGAIN)
        yield from cells


def _cell(number: int, cell: Any) -> Cell:
    where = f"cell {number}"
    known = _known(cell)
    source = _at(cell, "source" if "source" in known else "input", where)
    lines = [source] if isinstance(source, str) else source
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise FormProblem(f"{where} of the notebook holds no text.", advice=_SAVE_AGAIN)
    marks = _object_at(_object_at(cell, "metadata", where), "chainrule", where)
    return Cell(number, _joined(lines), _text_at(marks, "field", where))


def _joined(lines: list[str]) -> str:
    """The text of a cell, line breaks as LF, half surrogate pairs as U+FFFD."""
    ended = [line if line.endswith(_LINE_ENDS) or not line else line + "\n" for line in lines[:-1]]
    text = "".join([*ended, *lines[-1:]])
    return encodable(text.replace("\r\n", "\n").replace("\r", "\n"))


def _known(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _at(value: Any, key: str, where: str = "the notebook") -> Any:
    """A part of an object, None when it is not there. Raises: FormProblem when it stands there twice."""
    if isinstance(value, _Doubled) and key in value.doubled:
        raise FormProblem(f'{where} has two parts named "{key}".', advice=_SAVE_AGAIN)
    return _known(value).get(key)


def _object_at(value: Any, key: str, where: str = "the notebook") -> dict[str, Any]:
    return _known(_at(value, key, where))


def _text_at(value: Any, key: str, where: str = "the notebook") -> str:
    found = _at(value, key, where)
    return encodable(found) if isinstance(found, str) else ""
