"""Choices and texts: the table of examples, shares that guessing does not raise, and laws of texts."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import judge
from grader.checkers.choice import check_choice
from grader.checkers.text import check_text
from grader.reading import Unreadable
from grader.reading.choice import ChoiceReading, read_choice
from grader.reading.text import read_text
from question_templates.answers.choices import Choice
from question_templates.answers.errors import BrokenAnswer
from question_templates.answers.texts import Text
from tests.test_grader.sound_verdicts import HOSTILE, assert_sound

OPTIONS = {"A": "O(N)", "B": "O(N^2)", "C": "the gradient is zero", "D": "all paths add up"}
SEVERAL = Choice(OPTIONS, ["A", "C"], several=True)
FRAGMENTS = (
    *(
        "A",
        "B",
        "c",
        "AC",
        "E",
        "a",
        "I",
        " ",
        ", ",
        ".",
        ")",
        "(",
        "\n",
        ";",
        "and",
        "or",
        "not",
        "option",
        "answer",
        "is",
    ),
    *(
        "because",
        "[x]",
        "[ ]",
        "\u2713",
        "\u2611",
        "\u2610",
        "yes",
        "no",
        ":",
        "all",
        "none",
        "of",
        "them",
        "O(N)",
        "?",
        "both",
    ),
)


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("both A and C", "AC"),
        ("A as well as C", "AC"),
        ("(A), (C)", "AC"),
        ("A & C", "AC"),
        ("A+C", "AC"),
        ("A C", "AC"),
        ("- A\n- C", "AC"),
        ("A; C", "AC"),
        ("A \u2713\nC \u2713", "AC"),
        ("A = yes, C = yes", "AC"),
        ("A true, B false", "A"),
        ("C: the gradient is zero\nA: O(N)", "AC"),
        ("A and C because B is wrong", "AC"),
        ("D all paths add up", "D"),
        ("the gradient is zero.", "C"),
        ("B is a correct one", "B"),
        ("A correct answer is B", "B"),
        ("I choose a", "A"),
        ("only B", "B"),
        ("B. A gradient flows", "B"),
        ("all paths add up", "D"),
    ],
)
def test_options_are_read_by_letter_by_text_and_by_ticks(text: str, chosen: str) -> None:
    reading = read_choice(text, options=OPTIONS, several=True)

    assert isinstance(reading, ChoiceReading), reading
    assert tuple(chosen) == reading.chosen


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ("", 0, "nothing to read here yet"),
        ("E", 0, 'We read "E"'),
        ("A, E", 3, 'We read "E"'),
        ("A/C", 1, 'We read "/"'),
        ("A?", 1, 'We read "?"'),
        ("~B", 0, 'We read "~"'),
        ("A is wrong", 5, 'We read "wrong"'),
        ("A because B, actually C", 13, 'We read "actually"'),
        ("A. Also C", 8, 'We read "C"'),
        ("C) O(N)", 0, "the letter C with the text of option A"),
        ("[ ] A\n[ ] B", 0, "which options are ticked"),
        ("all", 0, "whether you mean option D"),
        ("the 2 letters", 4, 'We read "2"'),
        ("the answer", 0, "found none of the options"),
    ],
)
def test_what_may_mean_two_choices_is_refused_with_a_sentence(text: str, position: int, part: str) -> None:
    reading = read_choice(text, options=OPTIONS, several=True)

    assert isinstance(reading, Unreadable), reading
    assert (position, True) == (reading.position, part in reading.reason)


def test_a_number_that_is_a_letter_of_one_option_and_the_text_of_another_is_refused() -> None:
    reading = read_choice("1", options={"1": "2", "2": "1"})

    assert isinstance(reading, Unreadable)
    assert "may be more than one option" in reading.reason


def test_an_options_own_words_may_hold_any_sign() -> None:
    reading = read_choice("\u03b8 \u2265 0", options={"A": "\u03b8 < 0", "B": "\u03b8 \u2265 0"})

    assert ChoiceReading(("B",), "B") == reading


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_hostile_text_is_refused(text: str) -> None:
    assert isinstance(read_choice(text, options=OPTIONS, several=True), Unreadable)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"options": OPTIONS, "expected": ["E"]}, "E is expected but no option"),
        ({"options": OPTIONS, "expected": ["A", "B"]}, "2 options are expected"),
        ({"options": OPTIONS, "expected": []}, "0 options are expected"),
        ({"options": {"A": "1", "a": "2"}, "expected": ["A"]}, "differ only in capitals"),
    ],
)
def test_an_answer_that_cannot_be_chosen_is_refused_when_it_is_made(arguments: dict, part: str) -> None:
    with pytest.raises(BrokenAnswer, match=part):
        Choice(**arguments)


# Shares, over every possible selection of small questions.


def every_selection(count: int) -> list[tuple[str, ...]]:
    keys = "ABCDEF"[:count]
    return [chosen for size in range(count + 1) for chosen in combinations(keys, size)]


def share(expected: tuple[str, ...], chosen: tuple[str, ...], count: int) -> Fraction:
    answer = Choice({key: key.lower() * 2 for key in "ABCDEF"[:count]}, expected, several=True)
    verdict = check_choice(answer, ChoiceReading(chosen, ""))
    assert_sound(verdict)
    return verdict.share


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_choosing_everything_or_nothing_earns_nothing_unless_it_is_right(count: int) -> None:
    everything = every_selection(count)[-1]
    for expected in every_selection(count):
        assert (expected == everything) == share(expected, everything, count)
        assert (expected == ()) == share(expected, (), count)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_points_never_rise_when_a_right_tick_becomes_a_wrong_one(count: int) -> None:
    for expected in every_selection(count):
        for chosen in every_selection(count):
            before = share(expected, chosen, count)
            for key in "ABCDEF"[:count]:
                ticked_wrongly = key in chosen and key not in expected
                left_out_rightly = key not in chosen and key not in expected
                if left_out_rightly:
                    assert share(expected, (*chosen, key), count) <= before
                if not ticked_wrongly and key in chosen:
                    assert share(expected, tuple(k for k in chosen if k != key), count) <= before


def test_blind_guessing_earns_less_than_half_of_what_knowing_earns() -> None:
    guesses = [share(("A", "B"), chosen, 4) for chosen in every_selection(4)]

    assert sum(guesses) / len(guesses) < Fraction(1, 4)


@given(
    st.sets(st.sampled_from("ABCD"), min_size=1),
    st.sampled_from([", ", " and ", " ", "\n", " & ", "; "]),
    st.booleans(),
)
def test_notation_does_not_change_a_choice(chosen, separator, small) -> None:
    text = separator.join(sorted(chosen))
    reading = read_choice(text.lower() if small else text, options=OPTIONS, several=True)

    assert isinstance(reading, ChoiceReading), reading
    assert tuple(sorted(chosen)) == reading.chosen


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=20).map("".join), st.booleans())
def test_any_heap_of_words_and_signs_gets_a_sound_verdict(text: str, several: bool) -> None:
    assert_sound(judge(SEVERAL if several else Choice(OPTIONS, ["B"]), text))


@given(st.text(max_size=200))
def test_any_text_gets_a_sound_verdict(text: str) -> None:
    assert_sound(judge(SEVERAL, text))


# Texts.


@pytest.mark.parametrize(
    ("text", "outcome", "read_as"),
    [
        ("Because the loop runs twice.", "pending", "a text of 5 words"),
        ("\u4e2d\u6587 \x00", "pending", "a text of 2 words"),
        ("word", "pending", "a text of 1 word"),
        (" \n", "blank", ""),
    ],
)
def test_a_text_waits_for_a_person_and_nothing_is_read_from_it(text: str, outcome: str, read_as: str) -> None:
    verdict = check_text(Text(), read_text(text))

    assert outcome == verdict.outcome
    assert (read_as, Fraction(0)) == (verdict.read_as, verdict.share)
