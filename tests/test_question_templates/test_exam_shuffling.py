"""Shuffled questions and choices: permutations of a paper's own, and every one of them grades right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.grading import grade
from question_templates.answers import Choice
from question_templates.bank import open_bank
from question_templates.dice import Dice
from question_templates.drawing import issue
from question_templates.exam import Exam, make_paper
from question_templates.exam_file import read_exam
from question_templates.mistaking import mistakes_of
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Field, Question
from question_templates.shuffling import shuffle_options, shuffled_places
from question_templates.solving import solve_item
from submissions import Submission

BANK = open_bank()
HEAD = "format: chainrule-exam/1\ntitle: Midterm\n"
CHOOSING = sorted(
    name for name, shelf in BANK.shelves.items() if any(rule.kind == "choice" for rule in shelf.family.fields)
)


def choice(options: list[str], *, fixed_last: int = 0) -> Field:
    letters = dict(zip("ABCDEFGHIJ", options, strict=False))
    return Field("pick", "choice", "solver.pick", "Which?", Fraction(1), options=letters, fixed_last=fixed_last)


def shuffled(asked: Field, paper_id: str) -> Field:
    question = Question("", "", "", (), (), (asked,))
    return shuffle_options(question, (b"secret", (paper_id, "1"))).field("pick")


def items_of(family: str) -> Iterator[tuple[Item, Item]]:
    """A few questions of a family, each as it is drawn and with its options shuffled."""
    shelf = BANK.shelf(family)
    for level in shelf.family.levels:
        for number in range(4):
            made = issue(shelf, Dice(f"shuffle {number}".encode()), level=level)
            plain = Item("1", Fraction(12), made.variant, made.question)
            question = shuffle_options(made.question, (b"secret", (f"paper {number}", "1")))
            yield plain, replace(plain, question=question)


def choices_of(item: Item) -> dict[str, Choice]:
    found = solve_item(item, BANK.families).answers
    return {name: answer for name, answer in found.items() if isinstance(answer, Choice)}


def right_texts(answer: Choice) -> set[str]:
    return {answer.options[letter] for letter in answer.expected}


@pytest.mark.parametrize("family", CHOOSING)
def test_the_right_options_are_the_same_texts_in_any_order(family: str):
    for plain, mixed in items_of(family):
        right = {name: right_texts(answer) for name, answer in choices_of(plain).items()}

        assert right == {name: right_texts(answer) for name, answer in choices_of(mixed).items()}


@pytest.mark.parametrize("family", CHOOSING)
def test_the_printed_letters_of_the_right_options_earn_full_marks_and_no_others(family: str):
    for plain, mixed in items_of(family):
        paper = Paper.from_text(Paper("TEST-2345", ExamHead("T"), (mixed,)).to_text())  # as it is kept
        right = {name: right_texts(answer) for name, answer in choices_of(plain).items()}
        for name, texts in right.items():
            options = mixed.question.field(name).options
            letters = [letter for letter, text in options.items() if text in texts]
            wrong = [letter for letter in options if letter not in letters]

            assert "right" == outcome(paper, name, ", ".join(letters) or "none")
            assert wrong == [] or "right" != outcome(paper, name, wrong[0])


def outcome(paper: Paper, name: str, response: str) -> str:
    submission = Submission("form", paper.id, {f"1.{name}": response})
    graded = grade(paper, submission, BANK.families).fields
    return next(field.verdict.outcome for field in graded if field.id == f"1.{name}")


@pytest.mark.parametrize("family", CHOOSING)
def test_a_distractor_is_known_by_its_text_and_gets_its_feedback(family: str):
    for plain, mixed in items_of(family):
        paper = Paper("TEST-2345", ExamHead("T"), (mixed,))
        before = {one.tag: one.answers for one in mistakes_of(plain, BANK.families)}
        for mistake in mistakes_of(mixed, BANK.families):
            for name, answer in mistake.answers.items():
                if isinstance(answer, Choice):
                    was = before[mistake.tag][name]
                    assert isinstance(was, Choice)
                    assert right_texts(was) == right_texts(answer)
                    if right_texts(answer) != right_texts(choices_of(mixed)[name]) and answer.expected:
                        assert told(plain, name, was) == told_on(paper, name, answer)


def told(item: Item, name: str, chosen: Choice) -> str:
    return told_on(Paper("TEST-2345", ExamHead("T"), (item,)), name, chosen)


def told_on(paper: Paper, name: str, chosen: Choice) -> str:
    submission = Submission("form", paper.id, {f"1.{name}": ", ".join(chosen.expected)})
    graded = grade(paper, submission, BANK.families).fields
    return next(field.verdict.mal_rule for field in graded if field.id == f"1.{name}")


@given(st.lists(st.text("abcdefgh", min_size=3), min_size=2, max_size=10, unique=True), st.integers(0, 999))
def test_shuffled_options_are_a_permutation_and_say_which(texts: list[str], number: int):
    mixed = shuffled(choice(texts), f"paper {number}")

    assert list(range(len(texts))) == sorted(mixed.shuffled)
    assert list("ABCDEFGHIJ"[: len(texts)]) == list(mixed.options)
    assert [texts[position] for position in mixed.shuffled] == list(mixed.options.values())


def test_every_order_of_three_options_occurs():
    orders = {shuffled(choice(["two", "four", "eight"]), f"paper {number}").shuffled for number in range(60)}

    assert 6 == len(orders)


@pytest.mark.parametrize(
    "last",
    ["None of these.", "none of the above", "All of the above.", "Both of them", "Neither of these", "All options"],
)
def test_an_option_about_the_others_stays_last(last: str):
    found = {
        list(shuffled(choice(["two", "four", "eight", last]), f"p{number}").options.values())[-1]
        for number in range(20)
    }

    assert {last} == found


@pytest.mark.parametrize("other", ["Not one of its weights", "Nonexistent", "It sums all of them up."])
def test_an_ordinary_option_moves(other: str):
    found = {list(shuffled(choice(["two", "four", other]), f"p{number}").options.values())[-1] for number in range(20)}

    assert 3 == len(found)


def test_fixed_options_stay_at_the_end():
    found = {
        list(shuffled(choice(["a", "b", "c", "d"], fixed_last=2), f"p{number}").options.values())[2:] == ["c", "d"]
        for number in range(20)
    }

    assert {True} == found


@pytest.mark.parametrize("fixed", [3, 4, 26])
def test_a_choice_that_keeps_its_order_is_left_alone(fixed: int):
    asked = choice(["a", "b", "c", "d"], fixed_last=fixed)

    assert asked == shuffled(asked, "paper")
    assert () == shuffled(asked, "paper").shuffled


@pytest.mark.parametrize(
    ("family", "name"),
    [("graph/find-wrong-step", "line"), ("budget/which-fits", "fits"), ("attention/softmax-axis", "zeros")],
)
def test_options_that_the_question_letters_or_lists_keep_their_order(family: str, name: str):
    for _, mixed in items_of(family):
        asked = [field for field in mixed.question.fields if field.name == name]

        assert all(field.shuffled == () for field in asked)


# Questions.

SECTIONS = """\
shuffle: questions
numbering: parts
sections:
  - title: One
    slots:
      - {points: 1, family: static/number-example}
      - {points: 2, family: static/choice-example}
      - {points: 3, family: static/essay-example}
  - title: Two
    slots:
      - {points: 4, family: graph/power-chain, level: 1}
      - {points: 5, family: graph/rnn-cell, level: 1}
"""


def exam(text: str) -> Exam:
    return read_exam(HEAD + text, BANK)


def papers(made: Exam, count: int = 12) -> list[Paper]:
    return [make_paper(made, BANK, secret=b"secret", paper_id=f"paper {number}") for number in range(count)]


def test_questions_change_places_within_their_section_alone():
    for made in papers(exam(SECTIONS)):
        assert ["1.1", "1.2", "1.3", "2.1", "2.2"] == [item.number for item in made.items]
        assert [1, 1, 1, 2, 2] == [item.section for item in made.items]
        assert ["1.1", "1.2", "1.3"] == sorted(item.slot for item in made.items[:3])


def test_papers_have_orders_of_their_own():
    orders = {tuple(item.slot for item in made.items) for made in papers(exam(SECTIONS), 40)}

    assert 12 == len(orders)  # 3! times 2!


def test_a_shuffled_question_is_the_one_that_the_exams_order_gives():
    plain = papers(exam(SECTIONS.replace("shuffle: questions\n", "")))
    for before, after in zip(plain, papers(exam(SECTIONS)), strict=True):
        found = {item.slot: item for item in after.items}
        for item in before.items:
            assert replace(found[item.number], number=item.number) == item


@given(st.lists(st.integers(0, 4), min_size=1, max_size=20), st.integers(0, 999))
def test_shuffled_places_are_a_permutation_that_keeps_sections_together(sections: list[int], number: int):
    own = sorted(sections)
    places = shuffled_places(own, (b"secret", (f"paper {number}",)))

    assert list(range(len(own))) == sorted(places)
    assert own == [own[place] for place in places]


def test_a_grade_knows_the_slot_of_every_field():
    made = papers(exam(SECTIONS))[0]
    graded = grade(made, Submission("form", made.id, {}), BANK.families)
    slots = {item.number: item.slot for item in made.items}

    assert made.field_ids() == tuple(field.id for field in graded.fields)
    assert [slots[field.id.rpartition(".")[0]] for field in graded.fields] == [field.slot for field in graded.fields]
