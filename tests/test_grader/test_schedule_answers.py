"""Schedules: the table of examples, every set of checkpoints against brute force, and laws of texts."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.checkpointing import Chain, recompute_cost, simulate
from grader import judge
from grader.checkers.schedule import check_schedule
from grader.reading import Unreadable
from grader.reading.schedule import ScheduleReading, read_schedule
from question_templates.answers.errors import BrokenAnswer
from question_templates.answers.schedules import Schedule
from tests.test_grader.sound_verdicts import HOSTILE, assert_sound

TEN = Schedule(10, most_checkpoints=2)
FRAGMENTS = (
    *(
        "2",
        "5",
        "12",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        ",",
        ";",
        " ",
        "\n",
        ".",
        "-",
        ":",
        "and",
        "or",
        "not",
        "layer",
        "L3",
    ),
    *(
        "checkpoints",
        "none",
        "all",
        "every",
        "peak",
        "because",
        "at",
        "two",
        "=",
        "a_2",
        "\u2205",
        "1.5",
        "...",
        "\u2013",
    ),
)


@pytest.mark.parametrize(
    ("text", "checkpoints"),
    [
        ("2 5", (2, 5)),
        ("2;5", (2, 5)),
        ("2\n5", (2, 5)),
        ("(2, 5)", (2, 5)),
        (r"$\{2, 5\}$", (2, 5)),
        ("C = {2,5}", (2, 5)),
        ("layers 2 & 5", (2, 5)),
        ("after layer 2 and after layer 5", (2, 5)),
        ("two checkpoints at layers five and two", (2, 5)),
        ("a_2, a_5", (2, 5)),
        ("{2, 5} is optimal", (2, 5)),
        ("2, 5 because then the peak is 6", (2, 5)),
        ("2 and 5, so 12 operations are recomputed", (2, 5)),
        ("checkpoints: 2, 5\nThe peak is 5 activations", (2, 5)),
        ("{}", ()),
        ("\u2205", ()),
        ("set()", ()),
        ("no layer at all", ()),
        ("none because the limit is 3", ()),
        ("without any checkpoints", ()),
        ("store all activations", tuple(range(10))),
        ("checkpoint after every layer", tuple(range(10))),
    ],
)
def test_a_set_of_checkpoints_is_read_in_any_list(text: str, checkpoints: tuple[int, ...]) -> None:
    reading = read_schedule(text, layers=10)

    assert isinstance(reading, ScheduleReading), reading
    assert checkpoints == reading.checkpoints


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ("", 0, "nothing to read here yet"),
        ("2, 4, ..., 8", 6, "may be a range"),
        ("2..8", 0, "may be a range"),
        ("range(0, 10, 3)", 0, 'We read "range"'),
        ("-1", 0, "a number that is no layer"),
        ("2.5", 0, "a number that is no layer"),
        ("5 checkpoints", 0, 'We read "5 checkpoints" and then 0 numbers'),
        ("{2,5}, {8}", 7, "more than one list"),
        ("2, 5. And layer 8", 16, 'We read "8"'),
        ("2, 5 (also 8)", 6, 'We read "also"'),
        ("all but the last", 4, 'We read "but"'),
        ("no recomputation", 0, "We read"),
        ("no", 0, "We read"),
        ("L = 10: {2,5}", 4, "We read"),
        ("L = 10, checkpoints 2 and 5", 0, "We read"),
        ("input of layer 3", 0, 'We read "input"'),
        ("{9999999}", 1, "no number of a layer"),
        ("any checkpoint", 0, "found no layer"),
    ],
)
def test_what_may_mean_two_sets_is_refused_with_a_sentence(text: str, position: int, part: str) -> None:
    reading = read_schedule(text, layers=10)

    assert isinstance(reading, Unreadable), reading
    assert (position, True) == (reading.position, part in reading.reason)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_hostile_text_is_refused(text: str) -> None:
    assert isinstance(read_schedule(text, layers=10), Unreadable)


def test_over_the_limit_the_students_own_peak_is_said() -> None:
    reason = judge(Schedule(10, 4), "{2, 5}").reason

    assert "Under this set the peak is 5 activations, which is over the limit of 4" in reason


def test_the_optimum_stands_in_no_verdict() -> None:
    verdict = judge(Schedule(10, most_checkpoints=3), "{1, 2}")

    assert not {"3", "6", "8"} & set(verdict.reason.split()) and "{1, 3, 6}" not in f"{verdict}"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"layers": 5}, "either a limit of memory or the most checkpoints"),
        ({"layers": 5, "limit": 4, "most_checkpoints": 1}, "and not both"),
        ({"layers": 5, "limit": 2}, "no set of checkpoints keeps within the limit 2"),
        ({"layers": 0, "limit": 2}, "there must be as many, and at least 1"),
        ({"layers": 5, "limit": 4, "sizes": [1, 2]}, "2 sizes and 5 costs"),
        ({"layers": 5, "most_checkpoints": 5}, "5 checkpoints for 5 layers"),
    ],
)
def test_an_answer_without_a_schedule_is_refused_when_it_is_made(arguments: dict, part: str) -> None:
    with pytest.raises(BrokenAnswer, match=part):
        Schedule(**arguments)


# Brute force over all sets, by simulation alone.


@st.composite
def answers(draw) -> Schedule:
    layers = draw(st.integers(1, 6))
    figures = st.lists(st.integers(1, 5), min_size=layers, max_size=layers)
    sizes, costs = draw(figures), draw(figures)
    strategy = draw(st.sampled_from(["per tensor", "per segment"]))
    if draw(st.booleans()):
        return Schedule(
            layers, sizes=sizes, costs=costs, strategy=strategy, most_checkpoints=draw(st.integers(0, layers - 1))
        )
    peaks = {peak for _, peak, _ in every_set(Chain(tuple(sizes), tuple(costs)), strategy)}
    limit = draw(st.integers(min(peaks), max(peaks)))
    return Schedule(layers, limit, sizes=sizes, costs=costs, strategy=strategy, first_layer=draw(st.integers(0, 1)))


def every_set(chain: Chain, strategy) -> list[tuple[tuple[int, ...], int, int]]:
    """Every set of layers with its peak and its cost."""
    found = []
    for count in range(chain.layers + 1):
        for checkpoints in combinations(range(chain.layers), count):
            ledger = simulate(chain, checkpoints, strategy=strategy)
            found.append((checkpoints, ledger.peak, recompute_cost(chain, ledger)))
    return found


@given(answers())
def test_every_set_of_checkpoints_gets_the_share_that_brute_force_gives_it(answer: Schedule) -> None:
    sets = every_set(answer.chain, answer.strategy)
    allowed = [
        (checkpoints, cost)
        for checkpoints, peak, cost in sets
        if (peak <= answer.limit if answer.limit is not None else len(checkpoints) <= (answer.most_checkpoints or 0))
    ]
    least = min(cost for _, cost in allowed)
    shares = {checkpoints: Fraction(1) if cost == least else Fraction(least, cost) for checkpoints, cost in allowed}

    for checkpoints, _, _ in sets:
        numbers = tuple(layer + answer.first_layer for layer in checkpoints)
        verdict = check_schedule(answer, ScheduleReading(numbers, ""))
        assert shares.get(checkpoints, Fraction(0)) == verdict.share
        assert_sound(verdict)


@given(
    st.sets(st.integers(0, 9)),
    st.sampled_from([", ", " ", " and ", ";", "\n"]),
    st.sampled_from(["{%s}", "[%s]", "%s"]),
)
def test_notation_does_not_change_a_set(checkpoints, separator, frame) -> None:
    text = frame % separator.join(map(str, checkpoints))
    reading = read_schedule(text or "none", layers=10)

    assert isinstance(reading, ScheduleReading), reading
    assert tuple(sorted(checkpoints)) == reading.checkpoints


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join))
def test_any_heap_of_words_and_signs_gets_a_sound_verdict(text: str) -> None:
    assert_sound(judge(TEN, text))


@given(st.text(max_size=200))
def test_any_text_gets_a_sound_verdict(text: str) -> None:
    assert_sound(judge(TEN, text))
