"""The form of programs: a Python file in which each answer stands below its own comment line, as in the notebook.

    import numpy as np                                              kept for every answer of the file

    # Paper K7QF-2MXP, answer 3.gradient: write below this line
    def gradient(x): ...

    ANSWERS = {"1.order": "y, x"}                                   the answers that are no programs

Nothing here is run, nor does it have to be Python: judging says what is wrong with a program.
"""

import re
from collections import Counter
from collections.abc import Sequence

from submissions.formats.answers import checked_responses
from submissions.formats.detect import decode_form
from submissions.formats.form_value import FormProblem, shown
from submissions.formats.notebook_json import Cell
from submissions.formats.notebook_marks import answer_line, read_answer_line
from submissions.formats.notebook_pieces import Piece, pieces_of
from submissions.formats.python_answers import read_other_answers, write_other_answers
from submissions.formats.suffixes import limit_of
from submissions.formats.yaml_writing import FormField
from submissions.submission import Submission

# By which editors cut a Python file into cells.
_CELL_MARK = re.compile(r"^#[ \t]*%%[^\n]*$", re.MULTILINE)
_TOLD = "The answers that are no programs go between the quotes of ANSWERS, at the end; this one file is enough."
_ADVICE = "Please hand in the Python file that came with your paper, or answers.json."


def read_python(text: str, *, source: str, digest: str, warnings: tuple[str, ...] = ()) -> Submission:
    """The submission that a Python file holds.

    Raises: FormProblem for a file without places for answers, of two papers, or with two answers to one field.
    """
    others = read_other_answers(text)
    answers = _places(others.programs)
    if not answers:
        line = answer_line("K7QF-2MXP", "3.gradient")
        raise FormProblem(f"this Python file has no line such as `{line}` above an answer.", advice=_ADVICE)
    papers = Counter(piece.paper.upper() for piece in answers)
    if len(papers) > 1:
        named = " and ".join(map(shown, sorted(papers)))
        raise FormProblem(f"this Python file holds answers of papers {named}.", advice="Hand in one file a paper.")
    shared = _program_above(others.programs)
    programs = {field: _with(shared, written) for field, written in _by_field(answers).items()}
    responses = _together(programs, others.responses)
    told = ("What stands above the first answer was read as a part of every answer.",) if shared else ()
    every_warning = (*warnings, *told, *others.warnings)
    return Submission(source, next(iter(papers)), checked_responses(responses), every_warning, digest)


def program_fields(form: bytes) -> frozenset[str]:
    """The fields that have a place for a program in a Python file. Raises: FormProblem as `decode_form` does."""
    text, _ = decode_form(form, at_most=limit_of("answers.py"))
    return frozenset(piece.field for piece in _places(read_other_answers(text).programs))


def _places(programs: str) -> list[Piece]:
    pieces = pieces_of(Cell(1, _CELL_MARK.sub("", programs), ""))
    return [piece for piece in pieces if piece.kind == "answer"]


def _by_field(answers: list[Piece]) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in answers:
        found = _together(found, {piece.field: piece.text})
    return found


def _together(found: dict[str, str], more: dict[str, str]) -> dict[str, str]:
    for field, text in more.items():
        if found.get(field) and text and found[field] != text:
            raise FormProblem(f"{shown(field)} is answered twice, in different words.", advice="Keep one of the two.")
    return {**found, **{field: found.get(field) or text for field, text in more.items()}}


def _program_above(text: str) -> str:
    """What stands above the first answer, if anything but comments and blank lines does."""
    lines = text.split("\n")
    above = lines[: next(place for place, line in enumerate(lines) if read_answer_line(line))]
    is_program = any(line.strip() and not line.lstrip().startswith("#") for line in above)
    return "\n".join(above).strip("\n") if is_program else ""


def _with(shared: str, written: str) -> str:
    """An answer behind what the whole file has in common; a place that was left blank stays blank."""
    return f"{shared}\n\n{written}" if shared and written else written


def write_python_form(
    paper: str, fields: list[tuple[str, str]], *, title: str, others: Sequence[FormField] = ()
) -> str:
    """A file to write programs into: id and prompt of each field, then a place for each; below them all `others`.

    Raises: UnwritableForm when an id could not be read back.
    """
    told = [title, "Write each function below its line, with all that it needs, and hand in this file."]
    told += [_TOLD, ""] if others else [""]
    told += [f"{name}: {' '.join(prompt.split())}" for name, prompt in fields]
    head = "\n".join(f"# {line}".rstrip() for line in told)
    places = "\n\n".join(f"\n# %%\n{answer_line(paper, name)}\n" for name, _ in fields)
    below = f"\n\n# %%\n{write_other_answers(others)}" if others else ""
    return f"{head}\n\n{places}{below}"
