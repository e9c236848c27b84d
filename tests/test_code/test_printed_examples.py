"""A program is tried on what its question prints, in the sandbox and without a key."""

from __future__ import annotations

import pytest

from grader.code.printed_examples import function_asked, try_printed_examples
from grader.reading import Unreadable
from question_templates.answers import Code
from question_templates.bank import open_bank
from question_templates.dice import Dice
from question_templates.drawing import Issue, issue

BANK = open_bank()
FAMILIES = [shelf.family.id for shelf in BANK.choose_from(topic="code") if shelf.family.id != "code/rematerializer"]


def issued(family: str) -> Issue:
    return issue(BANK.shelf(family), Dice(b"printed"), level=1)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_key_gives_what_is_printed(family: str):
    made = issued(family)
    (field,) = made.question.fields
    answer = made.key.answers[field.name]
    assert isinstance(answer, Code)
    tried = try_printed_examples(made.question.body, field.prompt, answer.program)

    assert function_asked(field.prompt) == answer.question.function
    assert not isinstance(tried, Unreadable) and len(tried) >= 1
    assert all(one.is_same for one in tried), tried


def test_a_program_may_import_from_the_future():
    made = issued("code/op-backward")
    (field,) = made.question.fields
    answer = made.key.answers[field.name]
    assert isinstance(answer, Code)
    program = f"from __future__ import annotations\n{answer.program}"
    tried = try_printed_examples(made.question.body, field.prompt, program)

    assert not isinstance(tried, Unreadable)
    assert all(one.is_same for one in tried), tried


def test_another_program_gives_something_else():
    made = issued("code/broadcast-adjoint")
    (field,) = made.question.fields
    program = f"def {function_asked(field.prompt)}(g, shape):\n    return g / 0"
    tried = try_printed_examples(made.question.body, field.prompt, program)

    assert not isinstance(tried, Unreadable)
    assert not any(one.is_same for one in tried)


def test_a_text_that_is_no_program_is_told_so():
    made = issued("code/broadcast-adjoint")

    assert isinstance(try_printed_examples(made.question.body, made.question.fields[0].prompt, "no idea"), Unreadable)
