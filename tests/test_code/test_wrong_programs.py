"""Programs that are nearly right: none of them earns everything, whatever variant it answers."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from grader.judging import judge
from question_templates.answers import Code, Trial
from question_templates.bank import open_bank
from question_templates.coding.asking import named
from question_templates.coding.trials import held_by_trusted, outcomes_of_trusted
from question_templates.dice import Dice
from question_templates.drawing import Issue, issue
from tests.test_grader.example_rows import read_yaml

BANK = open_bank()
WRONG = read_yaml(Path(__file__).with_name("wrong_programs.yaml"))
PLACES = [
    (family, level, words)
    for family, told in WRONG.items()
    for level, programs in told["levels"].items()
    for words in programs
]
N_SEEDS = 12


@cache
def issued(family: str, level: int) -> tuple[Issue, ...]:
    return tuple(issue(BANK.shelf(family), Dice(f"wrong {seed}".encode()), level=level) for seed in range(N_SEEDS))


def met(family: str, level: int, words: str) -> tuple[str, list[Issue]]:
    """A wrong program, and the variants that it answers."""
    told = WRONG[family]["levels"][level][words]
    program, when = (told["program"], told["when"]) if isinstance(told, dict) else (told, "")
    answered = [made for made in issued(family, level) if not when or made.variant.parameters[when]]
    return WRONG[family].get("every", "") + program, answered


def is_full(made: Issue, text: str) -> bool:
    """Whether a program earns everything; these are our own, so that small calls may be tried outside the sandbox."""
    (answer,) = made.key.answers.values()
    assert isinstance(answer, Code)
    program = named(text, made.variant.parameters)
    light = {one.name for one in answer.question.properties if not one.is_heavy}
    if light - set(held_by_trusted(Code(answer.question, program))):
        return False
    return judge(answer, program).share == Fraction(1)


@pytest.mark.parametrize(("family", "level", "words"), PLACES)
def test_a_wrong_program_earns_everything_in_no_variant(family: str, level: int, words: str):
    program, answered = met(family, level, words)
    full = [made.variant.parameters for made in answered if is_full(made, program)]

    assert answered
    assert [] == full


@pytest.mark.parametrize(("family", "level", "words"), PLACES)
def test_a_wrong_program_is_a_program(family: str, level: int, words: str):
    """One that earns nothing because it stops everywhere would show nothing."""
    program, (made, *_) = met(family, level, words)
    (answer,) = made.key.answers.values()
    assert isinstance(answer, Code)
    outcomes = outcomes_of_trusted(Code(answer.question, named(program, made.variant.parameters)))

    assert isinstance(outcomes[0], Trial)
