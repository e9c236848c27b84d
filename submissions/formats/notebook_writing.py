"""Writing a paper's notebook: a cell for each text, and below each text that asks for something a cell to answer in.

Answers are written in code cells. Every program shows those as boxes to type in, in a type of fixed width that keeps
lines, stars and signs as they are; a Markdown cell would show `2*x*y` slanted and a trace as one line, a raw cell looks
like nothing, and one program has none. Nobody needs to run them, and whoever does loses nothing: what a cell shows is
not read, and the tag lets "run all" go on. The language is plain text where a program knows languages of cells, so that
nothing is underlined as a mistake or completed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from submissions.formats.form_value import encodable
from submissions.formats.notebook_marks import answer_line, framed, guarded
from submissions.formats.writing import checked_form
from submissions.limits import MAX_NOTEBOOK_BYTES, NOTEBOOK_FORMAT
from submissions.submission import UnwritableForm

# The first version in which cells have ids.
_VERSION = {"nbformat": 4, "nbformat_minor": 5}
_KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# Programs that know these keep a question's text from being changed or lost by accident.
_FIRM = {"deletable": False, "editable": False}
_ANSWERING = {"deletable": False, "tags": ["raises-exception"], "vscode": {"languageId": "plaintext"}}


@dataclass(frozen=True)
class NotebookText:
    """A Markdown text of a paper; `field` is the id ("slot.field") of what it asks for, "" when it asks nothing."""

    markdown: str
    field: str = ""


def write_notebook(paper: str, texts: Sequence[NotebookText], *, responses: Mapping[str, str] | None = None) -> str:
    """A notebook that `read_bytes` turns into these responses; a field that has none is left blank.

    Line breaks become LF, half surrogate pairs U+FFFD; blank lines around a response and blanks at its end are lost.
    Raises: UnwritableForm when an id can't stand in a notebook, no text asks for a response, or a limit is passed.
    """
    responses = responses or {}
    unasked = sorted(set(responses) - {text.field for text in texts if text.field})
    if unasked:
        raise UnwritableForm(f"no text asks for {unasked[0]!r}.")
    cells = []
    for place, text in enumerate(texts):
        cells.append(_question(paper, text, place))
        if text.field:
            cells.append(_answer(paper, text.field, responses.get(text.field, "")))
    metadata = {**_KERNEL, "chainrule": {"format": NOTEBOOK_FORMAT, "paper": paper}}
    notebook = {"cells": cells, "metadata": metadata, **_VERSION}
    written = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return checked_form(written, responses, max_bytes=MAX_NOTEBOOK_BYTES)


def _question(paper: str, text: NotebookText, place: int) -> dict[str, Any]:
    source = framed(paper, text.field, encodable(text.markdown))
    return {
        "cell_type": "markdown",
        "id": _id(paper, f"text {place}"),
        "metadata": _FIRM,
        "source": _lines(source),
    }


def _answer(paper: str, field: str, response: str) -> dict[str, Any]:
    plain = encodable(response).replace("\r\n", "\n").replace("\r", "\n")
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": _id(paper, f"answer {field}"),
        "metadata": {**_ANSWERING, "chainrule": {"field": field}},
        "outputs": [],
        "source": _lines(f"{answer_line(paper, field)}\n{guarded(plain)}"),
    }


def _id(paper: str, role: str) -> str:
    """The same for the same cell of the same paper; ids hold few characters, so the names themselves don't fit."""
    return hashlib.sha256(f"{paper} {role}".encode()).hexdigest()[:16]


def _lines(text: str) -> list[str]:
    """As notebooks store a text: its lines, each with its end."""
    *ended, last = text.split("\n")
    return [*(line + "\n" for line in ended), *([last] if last else [])]
