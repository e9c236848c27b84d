"""`check`: what a student's form holds, before it is handed in; it knows no answers.

Where the paper's notebook lies beside the form, its fields are known, and a program is run in the sandbox on the
examples that its question prints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from chainrule.amount_words import count
from chainrule.errors import RefusedInput
from chainrule.plain_text import printable
from chainrule.printed_questions import PrintedField, printed_fields
from chainrule.reading_files import file_bytes
from grader.code.printed_examples import Tried, function_asked, try_printed_examples
from grader.reading.code import read_code
from grader.reading.unreadable import Unreadable
from submissions import Refusal, Submission, read_file
from submissions.formats.python_answers import ANSWERS
from submissions.formats.python_form import program_fields
from submissions.formats.suffixes import NOTEBOOK_SUFFIX, PYTHON_SUFFIX, suffix_of

__all__ = ["form_report"]

#: How the first line of a function looks, with its indentation and its name.
_DEFINES = re.compile(r"^(?P<indent>[ \t]*)(?:async[ \t]+)?def[ \t]+(?P<name>\w+)[ \t]*\(?[^\n]*", re.MULTILINE)
_NAMELESS = "_"
_COMPUTES = ("scipy.sparse",)  # which questions allow it is not known here


def form_report(form: Path) -> str:
    """The paper, each answer's first line, what is blank, absent or of no field, and how programs do on the examples.

    Raises: RefusedInput with place and advice when the form can't be read, and with all of it when a program can't.
    """
    read = read_file(form)
    if isinstance(read, Refusal):
        raise RefusedInput(str(read))
    notebook = form if suffix_of(form.name) == NOTEBOOK_SUFFIX else form.with_name(f"{read.paper}{NOTEBOOK_SUFFIX}")
    asked = printed_fields(notebook) if notebook.is_file() else {}
    programs = _programs(form, read)
    tried = {name: _tried(text, asked.get(name)) for name, text in programs.items()}
    n_broken = sum(isinstance(found, Unreadable) for found in tried.values())
    lines = [_head(form, read, n_broken), *_answers(read, programs, asked), *_fields(read, asked)]
    lines += [f"Note: {warning}" for warning in read.warnings]
    lines += [line for name, found in tried.items() for line in _in_words(name, found)]
    if programs and not asked:
        lines.append(f"To try a program on the examples of its question, put {notebook.name} beside {form.name}.")
    if n_broken:
        raise RefusedInput("\n".join(lines))
    return "\n".join(lines)


def _head(form: Path, read: Submission, n_broken: int) -> str:
    but = f", but {count(n_broken, 'program')} in it can't be" if n_broken else ""
    held = count(len(_filled(read)), "answer")
    return f"{form.name} can be read{but}. Paper {read.paper or '(none named)'}, {held}:"


def _filled(read: Submission) -> dict[str, str]:
    """The answers; what can't be read of a Python file's dictionary is none, and the notes tell of it."""
    return {name: text.strip() for name, text in read.responses.items() if text.strip() and name != ANSWERS}


def _programs(form: Path, read: Submission) -> dict[str, str]:
    """The answers that are programs: by their places in a Python file, or since they define a function."""
    places = program_fields(file_bytes(form)) if suffix_of(form.name) == PYTHON_SUFFIX else frozenset()
    filled = {name: text for name, text in read.responses.items() if text.strip()}
    return {name: text for name, text in filled.items() if name in places or _DEFINES.search(text)}


def _answers(read: Submission, programs: Mapping[str, str], asked: Mapping[str, PrintedField]) -> Iterator[str]:
    filled = _filled(read)
    wide = max(map(len, filled), default=0)
    for name, text in filled.items():
        shown = _function(text, asked.get(name)) if name in programs else text.splitlines()[0]
        n_more = _n_lines(text) - 1 if name in programs else len(text.splitlines()) - 1
        more = f"   (and {count(n_more, 'more line')})" if n_more > 0 else ""
        yield f"  {printable(name):{wide}}  {printable(shown).strip()}{more}"


def _function(text: str, asked: PrintedField | None) -> str:
    """The first line of the function that is asked for, or of the first one that lies in no other."""
    wanted = function_asked(asked.prompt) if asked else ""
    found = sorted(_DEFINES.finditer(text), key=lambda one: (one["name"] != wanted, len(one["indent"])))
    return found[0][0] if found else next((line for line in text.splitlines() if _is_code(line)), "(comments only)")


def _n_lines(text: str) -> int:
    return sum(map(_is_code, text.splitlines()))


def _is_code(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _fields(read: Submission, asked: Mapping[str, PrintedField]) -> Iterator[str]:
    """Which fields are blank, and where the paper is known which are absent, and what answers none of its fields."""
    filled = _filled(read)
    blank = [name for name in read.responses if name not in filled and (name in asked or not asked)]
    absent = [name for name in asked if name not in read.responses]
    if blank:
        yield f"Blank: {', '.join(map(printable, blank))}"
    if absent:
        yield f"Not in this file: {', '.join(absent)}"
    for name in [name for name in read.responses if asked and name not in {*asked, ANSWERS}]:
        near = get_close_matches(name, asked, n=1)
        yield f"The paper has no field {printable(name)}{f'; perhaps {near[0]} was meant' if near else ''}."


def _tried(text: str, asked: PrintedField | None) -> tuple[Tried, ...] | Unreadable:
    """What a program gives for the printed examples; without its question only whether it can be read."""
    if asked and function_asked(asked.prompt):
        return try_printed_examples(*asked, text)
    functions = sorted(_DEFINES.finditer(text), key=lambda one: len(one["indent"]))
    name = functions[0]["name"] if functions else _NAMELESS
    reading = read_code(text, function=name, allowed=_COMPUTES)
    # A program without `def` may still define what is asked for, as a lambda does.
    is_other = not functions and isinstance(reading, Unreadable) and f"`{_NAMELESS}`" in reading.reason
    return reading if isinstance(reading, Unreadable) and not is_other else ()


def _in_words(name: str, found: tuple[Tried, ...] | Unreadable) -> Iterator[str]:
    if isinstance(found, Unreadable):
        yield f"{printable(name)} can't be read: {printable(found.reason)}"
    else:
        yield from (f"{name}: {_example(one)}" for one in found)


def _example(one: Tried) -> str:
    given = printable(" ".join(one.given.split()))
    told = f"the example {printable(' '.join(one.lines))} gives {given if one.is_value else f'nothing: {given}'}"
    return f"{told}, as printed." if one.is_same else f"{told}; the paper prints {' '.join(one.printed.split())}."
