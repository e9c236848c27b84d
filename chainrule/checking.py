"""`check`: what a student's form holds, before it is handed in; it knows no answers.

A program is run in the sandbox on the examples that its question prints, where the paper's notebook lies beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from chainrule.amount_words import count
from chainrule.errors import RefusedInput
from chainrule.plain_text import printable
from chainrule.printed_questions import printed_fields
from grader.code.printed_examples import Tried, try_printed_examples
from grader.reading.unreadable import Unreadable
from submissions import Refusal, Submission, read_file
from submissions.formats.suffixes import NOTEBOOK_SUFFIX

__all__ = ["form_report"]

#: How an answer looks that is a program.
_DEFINES = re.compile(r"^[ \t]*(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(", re.MULTILINE)


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
    lines = [f"{form.name} can be read. Paper {read.paper or '(none named)'}, {count(len(filled), 'answer')}:"]
    lines += [f"  {name:{wide}}  {_first_line(text)}" for name, text in filled.items()]
    lines += [f"Blank: {', '.join(blank)}"] if blank else []
    lines += [f"Note: {warning}" for warning in read.warnings]
    return "\n".join([*lines, *_programs_tried(form, read)])


def _programs_tried(form: Path, read: Submission) -> Iterator[str]:
    """What programs give for the examples that the paper prints, as its notebook says if that is here."""
    notebook = form if form.suffix == NOTEBOOK_SUFFIX else form.with_name(f"{read.paper}{NOTEBOOK_SUFFIX}")
    asked = printed_fields(notebook) if notebook.is_file() else {}
    programs = {name: text for name, text in read.responses.items() if name in asked and _DEFINES.search(text)}
    for name, text in programs.items():
        tried = try_printed_examples(*asked[name], text)
        if isinstance(tried, Unreadable):
            yield f"{name}: {tried.reason}"
        else:
            yield from (f"{name}: {_in_words(one)}" for one in tried)
    if not asked and any(map(_DEFINES.search, read.responses.values())):
        yield f"To try a program on the examples of its question, put {notebook.name} beside {form.name}."


def _in_words(one: Tried) -> str:
    called = printable(" ".join(one.lines))
    given = printable(" ".join(one.given.split()))
    told = f"the example {called} gives {given}"
    return f"{told}, as printed." if one.is_same else f"{told}; the paper prints {' '.join(one.printed.split())}."


def _first_line(text: str) -> str:
    lines = text.splitlines()
    shown = printable(lines[0])
    return shown if len(lines) == 1 else f"{shown}   (and {len(lines) - 1} more lines)"
