"""The text arm has no answer in reach: questions come out the same when every way to an answer raises."""

import importlib
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

import engine as ag
from engine.mistakes import MISTAKES
from question_templates.bank import open_bank
from question_templates.dice import Dice
from question_templates.drawing import Issue, issue
from question_templates.wording import write_listing, write_question

BANK = open_bank()
PLACES = [(family, level) for family in sorted(BANK.shelves) for level in BANK.shelf(family).family.levels]


def poison(*_: object, **__: object) -> NoReturn:
    raise AssertionError("the text arm reached for an answer")


#: Every function by which an answer could be had.
ENTRANCES = {
    "engine": ("run_listing", "backward_walk", "forward_lines"),
    "engine.listing": ("run_listing",),
    "engine.running.trace": ("backward_walk", "forward_lines"),
    "engine.verifying": ("run_listing",),
    "engine.walk": ("backward_walk", "forward_lines"),
    "question_templates.lab": ("run_of", "kept_run", "_run"),
    "question_templates.solving": ("solve", "answer_to", "value_of"),
    "question_templates.asking": ("value_of",),
    "question_templates.mistaking": ("known_mistakes", "each_mistake", "answer_to", "value_of"),
    "question_templates.admitting": ("inadmissible", "key_or_reason", "unfit", "each_mistake", "solve"),
    "question_templates.drawing": ("key_or_reason", "unfit", "value_of"),
    "question_templates.solution": ("write_solution",),
    "engine.exact": ("add", "divide", "exp", "log", "multiply", "power", "sigmoid", "subtract", "tanh"),
    "engine.exact.functions": ("add", "divide", "exp", "log", "multiply", "power", "sigmoid", "subtract", "tanh"),
}


@pytest.fixture(scope="module")
def issued() -> dict[tuple[str, int], list[Issue]]:
    """Some questions of every family and level, made while the answer arm still works."""
    return {
        (family, level): [issue(BANK.shelf(family), Dice(bytes([seed])), level=level) for seed in range(4)]
        for family, level in PLACES
    }


@pytest.fixture
def poisoned(issued: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The answer arm with poison in every entrance and in every rule that computes a number."""
    for module, names in ENTRANCES.items():
        for name in names:
            monkeypatch.setattr(importlib.import_module(module), name, poison)
    rows = {id(row): row for rules in (ag.STANDARD, *MISTAKES.values()) for row in rules.operations.values()}
    kept = [(row, row.value, row.vjp) for row in rows.values()]
    for row, _, _ in kept:
        object.__setattr__(row, "value", poison)
        object.__setattr__(row, "vjp", poison)
    yield
    for row, value, vjp in kept:
        object.__setattr__(row, "value", value)
        object.__setattr__(row, "vjp", vjp)


@pytest.mark.usefixtures("poisoned")
def test_the_poison_works():
    with pytest.raises(AssertionError, match="the text arm reached for an answer"):
        ag.Scalar(2) * ag.Scalar(3)
    with pytest.raises(AssertionError, match="the text arm reached for an answer"):
        ag.run_listing("x = ag.Scalar(2.0)\n")


@pytest.mark.usefixtures("poisoned")
@pytest.mark.parametrize(("family", "level"), PLACES)
def test_a_question_needs_no_answer(family: str, level: int, issued: dict[tuple[str, int], list[Issue]]):
    shelf = BANK.shelf(family)
    for made in issued[family, level]:
        assert made.question == write_question(shelf, made.variant)


@pytest.mark.usefixtures("poisoned")
@pytest.mark.parametrize(("family", "level"), PLACES)
def test_a_listing_needs_no_answer(family: str, level: int, issued: dict[tuple[str, int], list[Issue]]):
    shelf = BANK.shelf(family)
    for made in issued[family, level]:
        assert made.variant.listing == write_listing(shelf, made.variant.parameters)


#: Words that only an answer's record has.
TELLING = {"answer", "answers", "expected", "value", "values", "grad", "gradient", "gradients", "key", "run"}


def keys_within(stored: Any) -> set[str]:
    if isinstance(stored, dict):
        return set(stored).union(*(keys_within(part) for part in stored.values()))
    if isinstance(stored, list):
        return set().union(*(keys_within(part) for part in stored))
    return set()


@pytest.mark.parametrize(("family", "level"), PLACES)
def test_what_a_student_gets_has_no_place_for_an_answer(
    family: str, level: int, issued: dict[tuple[str, int], list[Issue]]
):
    for made in issued[family, level]:
        assert set() == keys_within(made.question.to_json()) & TELLING


@pytest.mark.parametrize("family", sorted(BANK.shelves))
def test_an_example_beside_a_field_is_the_same_for_every_variant(family: str):
    assert not [rule.name for rule in BANK.shelf(family).family.fields if "{{" in rule.example]
