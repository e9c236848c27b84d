"""Families of functions to write: right programs earn everything, mistakes are named, examples are the smallest."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from chainrule.bank.notations import notations
from grader.checkers.code import check_code
from grader.code.failures import Failure, failures_of
from grader.code.smallest import smallest_failure
from grader.judging import judge, judge_question
from grader.reading.code import CodeReading, read_code
from grader.sandbox.patience import Patience
from grader.verdict import Verdict
from question_templates.answers import Answer, Code
from question_templates.answers.code import Property
from question_templates.bank import open_bank
from question_templates.bank_code import load
from question_templates.coding.inputs import smallest
from question_templates.coding.trials import _tried, fault_of
from question_templates.dice import Dice
from question_templates.drawing import Issue, issue, variant_from
from question_templates.mistaking import known_mistakes
from question_templates.solving import solve
from question_templates.wording import write_question
from tests.test_grader.example_rows import read_yaml

BANK = open_bank()
RIGHT_PROGRAMS = read_yaml(Path(__file__).with_name("right_programs.yaml"))
FAMILIES = [shelf.family.id for shelf in BANK.choose_from(topic="code")]
PLACES = [(family, level) for family in FAMILIES for level in BANK.shelf(family).family.levels]
WRITTEN = [(family, place) for family, told in RIGHT_PROGRAMS.items() for place in range(len(told["programs"]))]


@cache
def issued(family: str, level: int) -> Issue:
    return issue(BANK.shelf(family), Dice(f"code {level}".encode()), level=level)


@cache
def worked_key(family: str, number: int) -> dict[str, Answer]:
    shelf = BANK.shelf(family)
    variant = variant_from(shelf, shelf.family.worked_examples[number].parameters)
    return dict(solve(write_question(shelf, variant), variant, shelf.family).answers)


def only_answer(answers: Any) -> Code:
    (answer,) = answers.values()
    assert isinstance(answer, Code)
    return answer


def test_every_family_has_ten_right_programs():
    assert set(FAMILIES) == set(RIGHT_PROGRAMS)
    assert all(len(set(told["programs"])) >= 10 for told in RIGHT_PROGRAMS.values())


@pytest.mark.parametrize(("family", "place"), WRITTEN)
def test_a_right_program_earns_everything(family: str, place: int):
    told = RIGHT_PROGRAMS[family]
    verdict = judge(only_answer(worked_key(family, told["example"])), told["programs"][place])

    assert ("right", Fraction(1)) == (verdict.outcome, verdict.share), (verdict.reason, verdict.counterexample)


@pytest.mark.parametrize("family", FAMILIES)
def test_numpy_is_there_where_only_another_cell_imports_it(family: str):
    told = RIGHT_PROGRAMS[family]
    program = "nothing = np.zeros(3)\n" + told["programs"][0].replace("import numpy as np\n", "")
    verdict = judge(only_answer(worked_key(family, told["example"])), program)

    assert ("right", Fraction(1)) == (verdict.outcome, verdict.share), verdict.counterexample


@pytest.mark.parametrize(("family", "level"), PLACES)
def test_the_reference_earns_everything_in_every_notation(family: str, level: int):
    answer = only_answer(issued(family, level).key.answers)
    found = [judge(answer, text) for text in notations(answer)]

    assert [("right", Fraction(1))] * 5 == [(verdict.outcome, verdict.share) for verdict in found]


@cache
def mistaken(family: str, level: int) -> dict[str, Verdict]:
    """What each known mistake of a variant earns, by its tag."""
    made, shelf = issued(family, level), BANK.shelf(family)
    mistakes = known_mistakes(made.question, made.variant, shelf.family)
    verdicts = {}
    for mistake in mistakes:
        ((name, answer),) = mistake.answers.items()
        assert isinstance(answer, Code)
        responses = {name: answer.program}
        verdicts[mistake.tag] = judge_question(made.question, made.key, responses, mistakes=lambda: mistakes)[name]
    return verdicts


@pytest.mark.parametrize(("family", "level"), PLACES)
def test_each_known_mistake_earns_less_and_is_named(family: str, level: int):
    verdicts = mistaken(family, level)

    assert len(verdicts) >= 3
    assert {tag: tag for tag in verdicts} == {tag: verdict.mal_rule for tag, verdict in verdicts.items()}
    assert all(verdict.share < 1 for verdict in verdicts.values())


@pytest.mark.parametrize(("family", "level"), PLACES)
def test_the_example_shown_is_the_smallest_of_all_that_fail(family: str, level: int):
    """By brute force: the mistaken programs are bank code, so they may be tried here on input after input."""
    made, shelf = issued(family, level), BANK.shelf(family)
    for mistake in known_mistakes(made.question, made.variant, shelf.family):
        answer = only_answer(mistake.answers)
        found = smallest_found(answer)
        listed = smallest(found.one.inputs, 150)
        first = next((one for one in listed if fails(answer, found.one, one.arguments)), None)

        assert first is None or first.choices == found.choices, mistake.tag


def smallest_found(answer: Code) -> Failure:
    """The smallest failing call that a student would be shown of a mistaken program."""
    question, patience = answer.question, Patience(600)
    reading = read_code(answer.program, function=question.function, allowed=question.imports)
    assert isinstance(reading, CodeReading)
    failures = failures_of(question, reading.source, patience)
    return smallest_failure(question, reading.source, next(iter(failures.values())), patience)


def fails(answer: Code, one: Property, arguments: tuple[Any, ...]) -> bool:
    """Whether a property of a mistaken program fails on some arguments, tried in this process."""
    question = answer.question
    module = load(f"{question.given}\n{answer.program}", "mistaken.py")
    function = getattr(module, question.function)
    called = (lambda *given: getattr(module, question.entry)(function, *given)) if question.entry else function
    return bool(fault_of(one, _tried(called, arguments), one.known(*arguments)))


@pytest.mark.parametrize(("family", "level"), PLACES)
def test_a_verdict_never_shows_the_program_or_what_was_expected(family: str, level: int):
    answer = only_answer(issued(family, level).key.answers)
    lines = {line.strip() for line in answer.program.splitlines() if len(line.strip()) > 24}
    for verdict in mistaken(family, level).values():
        told = verdict.reason + verdict.counterexample

        assert not any(line in told for line in lines)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_regrade_is_the_same(family: str):
    made, shelf = issued(family, 1), BANK.shelf(family)
    answer = only_answer(known_mistakes(made.question, made.variant, shelf.family)[0].answers)
    reading = read_code(answer.program, function=answer.question.function, allowed=answer.question.imports)
    assert isinstance(reading, CodeReading)
    key = only_answer(made.key.answers)

    assert check_code(key, reading) == check_code(key, reading)
