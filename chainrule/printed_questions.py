"""The questions that a student holds: read out of the notebook that came with the paper, which has no answers in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from chainrule.reading_files import file_bytes
from submissions.formats.detect import decode_form
from submissions.formats.form_value import FormProblem
from submissions.formats.notebook_json import read_notebook_json
from submissions.formats.notebook_pieces import pieces_of
from submissions.formats.suffixes import limit_of

__all__ = ["PrintedField", "printed_fields"]


class PrintedField(NamedTuple):
    """What a paper asks at one field: the question's text as Markdown, and the field's own prompt."""

    body: str
    prompt: str


def printed_fields(notebook: Path) -> Mapping[str, PrintedField]:
    """Every field of a paper's notebook; nothing where the file is no such notebook.

    Raises: RefusedInput when the file can't be opened.
    """
    try:
        text, _ = decode_form(file_bytes(notebook), at_most=limit_of(notebook.name))
        cells = read_notebook_json(text).cells
    except FormProblem:
        return {}
    found: dict[str, PrintedField] = {}
    body = ""
    for piece in (piece for cell in cells for piece in pieces_of(cell) if piece.kind == "question"):
        if piece.field:
            found[piece.field] = PrintedField(body, piece.text)
        else:
            body = piece.text
    return found
