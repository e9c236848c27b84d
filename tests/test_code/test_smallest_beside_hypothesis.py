"""Our smallest failing inputs beside those that Hypothesis shrinks to: a second witness for our own shrinking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from question_templates.answers import Code
from question_templates.answers.code import Property
from question_templates.coding.inputs import Input, Maker, Picks, size_of
from question_templates.mistaking import known_mistakes
from tests.test_code.test_code_families import BANK, PLACES, fails, issued, only_answer, smallest_found

SHRINKING = settings(
    max_examples=60,
    phases=(Phase.generate, Phase.shrink),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@st.composite
def inputs(draw: Any, maker: Maker) -> Input:
    """A maker's inputs as a strategy; each choice is a whole number, which Hypothesis makes smaller too."""
    picks = Picks(lambda count: draw(st.integers(0, count - 1)))
    arguments = maker(picks)
    return Input(tuple(picks.made), arguments)


def failing(answer: Code, one: Property) -> Callable[[Input], bool]:
    return lambda made: fails(answer, one, made.arguments)


@pytest.mark.parametrize(("family", "level"), dict(PLACES).items())  # the highest level of each
def test_hypothesis_finds_nothing_smaller(family: str, level: int):
    made, shelf = issued(family, level), BANK.shelf(family)
    compared = 0
    for mistake in known_mistakes(made.question, made.variant, shelf.family):
        answer = only_answer(mistake.answers)
        ours = smallest_found(answer)
        try:
            theirs = find(inputs(ours.one.inputs), failing(answer, ours.one), settings=SHRINKING)
        except NoSuchExample:
            continue
        compared += 1

        assert size_of(ours.choices) <= size_of(theirs.choices), mistake.tag
    assert compared
