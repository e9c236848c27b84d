"""What a slot draws: from which families, at which levels, with which fields and parameters, and nothing twice."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_templates.bank import Bank, open_bank
from question_templates.candidates import candidates, field_lists
from question_templates.errors import BrokenExam, NoAdmissibleDraw
from question_templates.exam import Exam, make_paper
from question_templates.exam_file import read_exam
from question_templates.paper import Paper
from question_templates.question import Question
from question_templates.slot import Slot, Wanted

BANK = open_bank()
HEAD = "format: chainrule-exam/1\ntitle: Midterm\n"


def exam(*slots: str, head: str = "", bank: Bank = BANK) -> Exam:
    listed = "".join(f"  - {{points: 10, {slot}}}\n" for slot in slots)
    return read_exam(f"{HEAD}{head}slots:\n{listed}", bank)


def paper(made: Exam, paper_id: str = "K7QF-2MXP") -> Paper:
    return make_paper(made, BANK, secret=b"secret", paper_id=paper_id)


def papers(made: Exam, count: int = 8) -> list[Paper]:
    return [paper(made, f"paper {number}") for number in range(count)]


def families(made: Paper) -> list[str]:
    return [item.variant.family for item in made.items]


def test_choose_from_draws_every_named_family_and_no_other():
    made = exam("choose_from: [graph/power-chain, static/number-example], level: 1")

    assert {"graph/power-chain", "static/number-example"} == {
        family for one in papers(made, 12) for family in families(one)
    }


def test_a_list_of_levels_draws_each_of_them_and_no_other():
    made = exam("family: graph/power-chain, level: [1, 3]")

    assert {1, 3} == {one.items[0].variant.parameters["level"] for one in papers(made)}


def test_one_level_in_a_list_is_that_level():
    alone, listed = exam("family: graph/power-chain, level: 2"), exam("family: graph/power-chain, level: [2]")

    assert paper(alone) == paper(listed)


def test_a_count_makes_that_many_questions_and_each_has_the_points():
    made = exam("family: graph/rnn-cell, level: 1, count: 3", "family: static/number-example")

    assert ["1", "2", "3", "4"] == [item.number for item in paper(made).items]
    assert 40 == made.points == paper(made).points


def test_a_count_equals_as_many_slots_written_out():
    slot = "family: graph/power-chain, level: 1"

    assert paper(exam(f"{slot}, count: 3")) == paper(exam(slot, slot, slot))


def test_a_topic_does_not_draw_a_family_twice_while_others_are_free():
    made = exam("topic: static, count: 3")

    assert all(3 == len(set(families(one))) for one in papers(made, 10))


def test_a_topic_leaves_out_what_another_slot_names_even_a_later_one():
    made = exam("topic: static", "topic: static", "family: static/choice-example")

    for one in papers(made, 10):
        assert {"static/essay-example", "static/number-example"} == set(families(one)[:2])


def test_a_topic_with_too_few_families_takes_one_again():
    made = exam("topic: static, count: 5")

    assert all(3 == len(set(families(one))) for one in papers(made, 3))


def test_every_free_family_is_drawn_as_often():
    """Of three families one is taken; 200 papers draw the other two 100 times each, 70 to 130 with near certainty."""
    made = exam("family: static/choice-example", "topic: static")
    drawn = [families(one)[1] for one in papers(made, 200)]

    assert 70 <= drawn.count("static/essay-example") <= 130
    assert 200 == drawn.count("static/essay-example") + drawn.count("static/number-example")


def test_one_family_several_times_gives_different_questions():
    made = exam("family: graph/power-chain, level: 1, count: 6, fields: [trace, number]")
    for one in papers(made, 4):
        assert 6 == len({item.question.body for item in one.items})


def test_a_family_of_one_variant_repeats_itself_rather_than_fail():
    first, second = paper(exam("family: static/number-example, count: 2")).items

    assert first.question == second.question


def test_wanted_fields_are_those_of_every_question():
    made = exam("family: graph/power-chain, fields: [order, trace, number, number]")

    assert {("order", "trace", "number", "number")} == {one.items[0].question.kinds for one in papers(made)}


def test_wanted_parameters_are_those_of_every_question():
    made = exam("family: graph/rnn-cell, level: 1, where: {ask_order: false, hidden: s}")
    drawn = [one.items[0].variant.parameters for one in papers(made)]

    assert {(False, "s")} == {(one["ask_order"], one["hidden"]) for one in drawn}


def test_a_rare_parameter_of_a_generator_is_waited_for():
    """About one draw in seven asks for the order at level 3."""
    made = exam("family: graph/rnn-cell, level: 3, where: {ask_order: true}")

    assert ("order", "trace") == paper(made).items[0].question.kinds[:2]


def test_true_is_another_thing_than_one():
    with pytest.raises(BrokenExam, match="graph/power-chain never draws ask_order = 1: it is true or false"):
        exam("family: graph/power-chain, where: {ask_order: 1}")


def test_a_topic_keeps_the_families_that_give_what_is_wanted():
    slot = Slot(Fraction(1), topic="graph", wanted=Wanted((("ask_graph", True),)))

    assert ["graph/log-exp", "graph/power-chain", "graph/random-program", "graph/rnn-cell"] == [
        shelf.family.id for shelf in candidates(slot, BANK)
    ]


@pytest.mark.parametrize("family", ["power-chain", "log-exp", "rnn-cell", "random-program"])
@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_switch_asks_for_the_graph_and_nothing_shows_it(family: str, level: int):
    made = exam(f"family: graph/{family}, level: {level}, where: {{ask_graph: true, show_graph: true}}")
    for one in papers(made, 3):
        question = one.items[0].question

        assert "graph" == question.kinds[0]
        assert () == question.figures
        assert "figure:" not in question.body


def test_a_question_whose_graph_is_asked_still_gives_the_order():
    made = exam("family: graph/power-chain, level: 1, where: {ask_graph: true, ask_order: false}")

    assert "z1:leaf(" in paper(made).items[0].question.body


def test_a_switch_that_is_off_draws_what_no_switch_draws():
    off = exam("family: graph/power-chain, where: {ask_graph: false}")

    assert paper(exam("family: graph/power-chain")) == paper(off)


def test_minutes_are_those_of_the_family_and_an_override_wins():
    made = exam("family: graph/power-chain", "family: graph/rnn-cell, minutes: 5.5")

    assert [Fraction(8), Fraction(11, 2)] == [slot.minutes for slot in made.slots]
    assert 14 == made.minutes


def test_minutes_of_several_families_are_their_mean_at_the_exams_pace():
    """number-example takes 4 minutes, choice-example 3."""
    made = exam("choose_from: [static/number-example, static/choice-example]", head="pace: 1.5\n")

    assert Fraction(21, 4) == made.slots[0].minutes
    assert 6 == made.minutes == made.head.minutes


def test_what_does_not_fit_is_drawn_again_and_the_slot_is_named():
    asked: list[str] = []

    def fits(slot: str, question: Question) -> bool:
        asked.append(slot)
        return len(question.fields) == 4

    made = exam("family: graph/power-chain, level: 1", "family: graph/power-chain, level: 1")
    drawn = make_paper(made, BANK, secret=b"secret", paper_id="K7QF-2MXP", fits=fits)

    assert [4, 4] == [len(item.question.fields) for item in drawn.items]
    assert ["1", "2"] == list(dict.fromkeys(asked))


def test_when_nothing_fits_the_draw_fails():
    with pytest.raises(NoAdmissibleDraw, match=r"^static/number-example: 470 draws .*no place for it: 470"):
        make_paper(
            exam("family: static/number-example"), BANK, secret=b"s", paper_id="p", fits=lambda slot, question: False
        )


def test_field_lists_have_every_list_once():
    lists = field_lists(Slot(Fraction(1), "graph/rnn-cell", levels=(1,)), BANK)
    kinds = {tuple(kind for kind, _ in fields) for fields in lists}

    assert {("order", "trace", *["number"] * 3), ("trace", *["number"] * 3)} == kinds
    assert all(1 == sum(share for _, share in fields) for fields in lists)


SLOTS = st.lists(
    st.sampled_from(
        [
            "topic: static",
            "family: static/number-example",
            "choose_from: [static/choice-example, static/essay-example]",
            "family: graph/power-chain, level: 1",
            "choose_from: [graph/power-chain, graph/find-wrong-step], level: [1, 2]",
        ]
    ),
    min_size=1,
    max_size=5,
)


@given(SLOTS, st.sampled_from(["", "shuffle: choices\n", "shuffle: [questions, choices]\n"]), st.integers(0, 999))
def test_the_same_secret_and_id_give_the_same_paper(slots: list[str], shuffle: str, number: int):
    made = exam(*slots, head=shuffle)
    first, second = paper(made, f"p{number}"), paper(made, f"p{number}")

    assert first == second == Paper.from_text(first.to_text())
    assert first.to_text() == second.to_text()


@given(SLOTS, st.integers(0, 999))
def test_every_slot_gets_a_question_from_its_own_families(slots: list[str], number: int):
    made = exam(*slots, head="shuffle: questions\n")
    drawn = {item.slot: item for item in paper(made, f"p{number}").items}

    assert set(made.numbers) == set(drawn)
    for slot, wanted in zip(made.numbers, made.slots, strict=True):
        assert drawn[slot].variant.family in {shelf.family.id for shelf in candidates(wanted, BANK)}
        assert drawn[slot].variant.parameters["level"] in (wanted.levels or (1, 2, 3))
