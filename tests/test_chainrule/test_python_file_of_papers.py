"""The Python file that is built for a paper: one file has a place for every field, whatever it asks for."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from chainrule.building.outputs import PAGES_ALONE, student_files
from chainrule.exam_folder import ExamFolder
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Field, Question
from question_templates.variant import Variant
from submissions import Submission, read_bytes

LISTING = 'x = ag.Scalar(2.0, label="z1:leaf(x)")\nz1 = x\n'
PROGRAM = Field("double", "code", "double", "The function `double(x)`.", Fraction(1))
NUMBER = Field("x_grad", "number", "x.grad", "What is `x.grad`?", Fraction(1), example="7")
TRACE = Field("trace", "trace", "backward", "What does each step change?", Fraction(1))
FOLDER = ExamFolder(Path("exam"))


def paper(*questions: tuple[Field, ...]) -> Paper:
    items = (
        Item(
            str(number),
            Fraction(4),
            Variant("graph/power-chain", "1", "digest", {}, LISTING),
            Question("A title", "Read on.", LISTING, ("x",), (), fields),
        )
        for number, fields in enumerate(questions, start=1)
    )
    return Paper("K7QF-2MXP", ExamHead("Final", ""), tuple(items))


def python_file(asked: Paper) -> str:
    return student_files(FOLDER, asked, PAGES_ALONE)[FOLDER.program(asked.id)].decode()


def test_one_file_has_a_blank_place_for_every_field_of_the_paper() -> None:
    asked = paper((TRACE, NUMBER), (PROGRAM,), (NUMBER, PROGRAM))
    found = read_bytes(python_file(asked).encode(), source="K7QF-2MXP.py")

    assert isinstance(found, Submission)
    assert set(asked.field_ids()) == set(found.responses)
    assert {""} == {text.strip() for text in found.responses.values()}
    assert '    # (number) for example: 7\n    "3.x_grad": r"""\n\n""",\n' in python_file(asked)


def test_a_paper_of_programs_only_has_no_dictionary_and_one_without_programs_no_file() -> None:
    assert "ANSWERS" not in python_file(paper((PROGRAM,)))
    assert FOLDER.program("K7QF-2MXP") not in student_files(FOLDER, paper((NUMBER,)), PAGES_ALONE)
