"""Making papers: slots and papers do not depend on each other, and a paper reads back as it was written."""

import json
from fractions import Fraction

import pytest

from question_templates.bank import open_bank
from question_templates.errors import BrokenExam, BrokenPaper
from question_templates.exam import Exam, Slot, candidates, make_paper
from question_templates.paper import ExamHead, Paper, Policy, field_id

BANK = open_bank()
POWER, CELL = "graph/power-chain", "graph/rnn-cell"


def exam(*slots: Slot) -> Exam:
    return Exam(ExamHead("Midterm"), slots)


def slot(family: str, level: int | None = None) -> Slot:
    return Slot(Fraction(10), family, levels=(level,) if level else (), place="exam.yaml:3:5")


def paper(*slots: Slot, paper_id: str = "K7QF-2MXP", secret: bytes = b"secret") -> Paper:
    return make_paper(exam(*slots), BANK, secret=secret, paper_id=paper_id)


def test_a_paper_has_an_item_a_slot():
    made = paper(slot(POWER, 1), slot(CELL, 2))

    assert [("1", POWER), ("2", CELL)] == [(item.number, item.variant.family) for item in made.items]
    assert [1, 2] == [item.variant.parameters["level"] for item in made.items]


def test_another_family_in_one_slot_leaves_the_other_slots_alone():
    before = paper(slot(POWER), slot(POWER), slot(CELL))
    after = paper(slot(POWER), slot(CELL), slot(CELL))

    assert (before.items[0], before.items[2]) == (after.items[0], after.items[2])
    assert before.items[1] != after.items[1]


def test_a_slot_added_at_the_end_leaves_the_others_alone():
    assert paper(slot(POWER), slot(CELL)).items == paper(slot(POWER), slot(CELL), slot(POWER)).items[:2]


def test_a_paper_does_not_depend_on_papers_made_before_it():
    alone = paper(slot(CELL), paper_id="BBBB-2222")
    paper(slot(CELL), paper_id="AAAA-2222")

    assert alone == paper(slot(CELL), paper_id="BBBB-2222")


def test_papers_differ_by_id_and_by_secret():
    papers = [paper(slot(CELL)), paper(slot(CELL), paper_id="BBBB-2222"), paper(slot(CELL), secret=b"other")]

    assert 3 == len({made.items[0].variant.listing for made in papers})


def test_equal_slots_of_a_paper_are_drawn_apart():
    first, second = paper(slot(CELL), slot(CELL)).items

    assert first.variant.listing != second.variant.listing


def test_a_topic_draws_from_all_its_families():
    topic = Slot(Fraction(1), topic="graph")
    families = {paper(topic, paper_id=f"P{number}").items[0].variant.family for number in range(40)}

    assert {shelf.family.id for shelf in BANK.choose_from(topic="graph")} == families


def test_candidates_are_sorted_so_that_draws_do_not_depend_on_folders():
    found = [shelf.family.id for shelf in candidates(Slot(Fraction(1), topic="graph"), BANK)]

    assert sorted(found) == found


def test_a_slot_without_candidates_is_told_with_its_place():
    with pytest.raises(
        BrokenExam, match=r"^exam\.yaml:3:5: graph/rnn-cell offers nothing at level 9; the levels are 1, 2"
    ):
        paper(slot(CELL, 9))
    with pytest.raises(BrokenExam, match=r"^exam\.yaml:3:5: there is no family 'a/b'; there are attention/att"):
        paper(slot("a/b"))


def test_a_paper_survives_its_text():
    made = paper(slot(POWER), Slot(Fraction(1, 3), CELL, policy=Policy(follows=Fraction(1, 7))))

    assert made == Paper.from_text(made.to_text())
    assert made.to_text() == Paper.from_text(made.to_text()).to_text()


def test_a_papers_text_says_its_format_and_ends_its_line():
    text = paper(slot(POWER)).to_text()

    assert "chainrule-paper/1" == json.loads(text)["format"]
    assert text.endswith("}\n")


def test_points_are_divided_by_weight_and_nothing_is_lost():
    made = paper(slot(CELL), slot(POWER))
    for item in made.items:
        assert 10 == sum(item.points_of(field.name) for field in item.question.fields)
    assert 20 == made.points


def test_points_of_a_field_by_hand():
    """power-chain weighs order 2, trace 7 and each gradient 1."""
    for number in range(20):
        item = paper(slot(POWER), paper_id=f"P{number}").items[0]
        total = sum({"order": 2, "trace": 7, "number": 1}[field.kind] for field in item.question.fields)

        assert Fraction(70, total) == item.points_of("trace")


def test_field_ids_name_item_and_field():
    made = paper(slot(CELL), slot(CELL))

    assert "2.trace" == field_id("2", "trace")
    assert [f"{item.number}.{field.name}" for item in made.items for field in item.question.fields] == list(
        made.field_ids()
    )


def test_an_unknown_field_is_a_key_error():
    with pytest.raises(KeyError):
        paper(slot(CELL)).items[0].question.field("poem")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", r"^a paper must be JSON: "),
        ("[]", r"^a paper of format None; this version reads 'chainrule-paper/1'$"),
        ('{"format": "chainrule-paper/9"}', r"^a paper of format 'chainrule-paper/9'; this version reads"),
        ('{"format": "chainrule-paper/1"}', r"^a paper with a part missing or malformed: KeyError\('items'\)$"),
        ('{"format": "chainrule-paper/1", "items": [3]}', r"^a paper with a part missing or malformed: TypeError"),
        ('{"format": "chainrule-paper/1", "items": 3}', r"^a paper with a part missing or malformed: TypeError"),
    ],
)
def test_what_is_no_paper_is_told(text: str, message: str):
    with pytest.raises(BrokenPaper, match=message):
        Paper.from_text(text)


@pytest.mark.parametrize("value", ["1/0", "ten", None, [], {}])
def test_damaged_points_are_told(value: object):
    stored = json.loads(paper(slot(POWER)).to_text())
    stored["items"][0]["points"] = value

    with pytest.raises(BrokenPaper, match=r"^a paper with a part missing or malformed: "):
        Paper.from_text(json.dumps(stored))


@pytest.mark.parametrize("part", ["variant", "question", "policy", "points"])
@pytest.mark.parametrize("value", [None, [1], {"more": 1}])
def test_a_damaged_part_is_told(part: str, value: object):
    stored = json.loads(paper(slot(POWER)).to_text())
    stored["items"][0][part] = value

    with pytest.raises(BrokenPaper, match=r"^a paper with a part missing or malformed: "):
        Paper.from_text(json.dumps(stored))


def test_a_part_that_is_missing_is_told():
    stored = json.loads(paper(slot(POWER)).to_text())
    del stored["items"][0]["number"]

    with pytest.raises(BrokenPaper, match=r"^a paper with a part missing or malformed: KeyError\('number'\)$"):
        Paper.from_text(json.dumps(stored))
