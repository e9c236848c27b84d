"""`check`: what a student's form holds, before it is handed in; it knows no answers and needs no exam."""

from __future__ import annotations

from pathlib import Path

from chainrule.errors import RefusedInput
from chainrule.plain_text import printable
from submissions import Refusal, read_file

__all__ = ["form_report"]


def form_report(form: Path) -> str:
    """The paper, each answer's first line, which fields are blank, and what was odd about the file.

    Raises: RefusedInput with place and advice when the form can't be read.
    """
    read = read_file(form)
    if isinstance(read, Refusal):
        raise RefusedInput(str(read))
    filled = {name: text.strip() for name, text in read.responses.items() if text.strip()}
    blank = [name for name in read.responses if name not in filled]
    wide = max(map(len, filled), default=0)
    lines = [f"{form.name} can be read. Paper {read.paper or '(none named)'}, {len(filled)} answers:"]
    lines += [f"  {name:{wide}}  {_first_line(text)}" for name, text in filled.items()]
    lines += [f"Blank: {', '.join(blank)}"] if blank else []
    return "\n".join([*lines, *(f"Note: {warning}" for warning in read.warnings)])


def _first_line(text: str) -> str:
    lines = text.splitlines()
    shown = printable(lines[0])
    return shown if len(lines) == 1 else f"{shown}   (and {len(lines) - 1} more lines)"
