"""The form of programs: a Python file in which each answer stands below its own comment line, as in the notebook.

    import numpy as np                                              kept for every answer of the file

    # Paper K7QF-2MXP, answer 3.gradient: write below this line
    def gradient(x): ...

Nothing here is run, nor does it have to be Python: judging says what is wrong with a program.
"""

import re
from collections import Counter

from submissions.formats.answers import checked_responses
from submissions.formats.form_value import FormProblem, shown
from submissions.formats.notebook_json import Cell
from submissions.formats.notebook_marks import answer_line, read_answer_line
from submissions.formats.notebook_pieces import Piece, pieces_of
from submissions.submission import Submission

# By which editors cut a Python file into cells.
_CELL_MARK = re.compile(r"^#[ \t]*%%[^\n]*$", re.MULTILINE)
_ADVICE = "Please hand in the Python file that came with your paper, or answers.json."


def read_python(text: str, *, source: str, digest: str, warnings: tuple[str, ...] = ()) -> Submission:
    """The submission that a Python file holds.

    Raises: FormProblem for a file without places for answers, of two papers, or with two answers to one field.
    """
    pieces = list(pieces_of(Cell(1, _CELL_MARK.sub("", text), "")))
    answers = [piece for piece in pieces if piece.kind == "answer"]
    if not answers:
        line = answer_line("K7QF-2MXP", "3.gradient")
        raise FormProblem(f"this Python file has no line such as `{line}` above an answer.", advice=_ADVICE)
    papers = Counter(piece.paper.upper() for piece in answers)
    if len(papers) > 1:
        named = " and ".join(map(shown, sorted(papers)))
        raise FormProblem(f"this Python file holds answers of papers {named}.", advice="Hand in one file a paper.")
    shared = _program_above(text)
    responses = {field: _with(shared, written) for field, written in _by_field(answers).items()}
    told = ("What stands above the first answer was read as a part of every answer.",) if shared else ()
    return Submission(source, next(iter(papers)), checked_responses(responses), (*warnings, *told), digest)


def _by_field(answers: list[Piece]) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in answers:
        earlier = found.get(piece.field)
        if earlier and piece.text and earlier != piece.text:
            raise FormProblem(
                f"{shown(piece.field)} is answered twice, in different words.", advice="Keep one of the two."
            )
        found[piece.field] = earlier or piece.text
    return found


def _program_above(text: str) -> str:
    """What stands above the first answer, if anything but comments and blank lines does."""
    lines = text.split("\n")
    above = lines[: next(place for place, line in enumerate(lines) if read_answer_line(line))]
    is_program = any(line.strip() and not line.lstrip().startswith("#") for line in above)
    return "\n".join(above).strip("\n") if is_program else ""


def _with(shared: str, written: str) -> str:
    """An answer behind what the whole file has in common; a place that was left blank stays blank."""
    return f"{shared}\n\n{written}" if shared and written else written


def write_python_form(paper: str, fields: list[tuple[str, str]], *, title: str) -> str:
    """A file to write programs into: id and prompt of each field, then a place for each.

    Raises: UnwritableForm when an id could not be read back.
    """
    told = [title, "Write each function below its line, with all that it needs, and hand in this file.", ""]
    told += [f"{name}: {' '.join(prompt.split())}" for name, prompt in fields]
    head = "\n".join(f"# {line}".rstrip() for line in told)
    places = "\n\n".join(f"\n# %%\n{answer_line(paper, name)}\n" for name, _ in fields)
    return f"{head}\n\n{places}"
