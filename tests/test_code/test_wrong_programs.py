"""Programs that are nearly right: none of them earns everything, whatever variant it answers."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from grader.judging import judge
from question_templates.answers import Code
from question_templates.bank import open_bank
from question_templates.coding.asking import named
from question_templates.dice import Dice
from question_templates.drawing import Issue, issue
from tests.test_grader.example_rows import read_yaml

BANK = open_bank()
WRONG = read_yaml(Path(__file__).with_name("wrong_programs.yaml"))
PLACES = [
    (family, level, words) for family, told in WRONG.items() for level, those in told["levels"].items() for words in those
]
N_SEEDS = 12


@cache
def issued(family: str, level: int) -> tuple[Issue, ...]:
    return tuple(issue(BANK.shelf(family), Dice(f"wrong {seed}".encode()), level=level) for seed in range(N_SEEDS))


def share_of(made: Issue, program: str) -> Fraction:
    (answer,) = made.key.answers.values()
    assert isinstance(answer, Code)
    return judge(answer, named(program, made.variant.parameters)).share


@pytest.mark.parametrize(("family", "level", "words"), PLACES)
def test_a_wrong_program_earns_everything_in_no_variant(family: str, level: int, words: str):
    program = WRONG[family].get("every", "") + WRONG[family]["levels"][level][words]
    shares = Counter(share_of(made, program) for made in issued(family, level))

    assert 0 == shares[Fraction(1)], shares
