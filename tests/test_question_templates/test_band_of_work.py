"""The band of work: what is counted, by hand, where the middle lies, and that the slots of an exam keep to it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from engine.sizes import named, symbol
from question_templates import answers
from question_templates.band import in_band, usual_band
from question_templates.bank import Bank, Shelf, open_bank
from question_templates.dice import Dice
from question_templates.drawing import issue
from question_templates.errors import BrokenExam, NoAdmissibleDraw
from question_templates.exam import Exam, make_paper
from question_templates.exam_file import read_exam
from question_templates.lab import run_of
from question_templates.question import Field
from question_templates.solving import solve
from question_templates.work import FEATURES, features
from tests.test_question_templates.toy_programs import CUBE, family_of, field_of, network, question_of, variant_of

ToyShelf = Callable[..., Shelf]

N, K = symbol("N"), symbol("K")


def counted(listing: str, *fields: Field) -> dict[str, int]:
    """The features of a question about a listing of Scalars."""
    variant = variant_of(listing)
    question = question_of(*fields, listing=listing)
    return features(solve(question, variant, family_of()), question)


def of_answer(answer: answers.Answer) -> tuple[int, int]:
    """The digits and the factors that one answer has."""
    found = features(answers.Key({"answer": answer}, None), question_of(field_of("text", "")))
    return found["digits"], found["factors"]


# What is counted.


def test_a_graph_is_counted_by_hand():
    # x, y and z; x is used three times, y once. Two products forward; backward, each operand of a product once: four
    # factors, none of them 1. x.grad is 27: two digits.
    assert counted(CUBE, field_of("number", "x.grad")) == {
        "nodes": 3,
        "fan_outs": 1,
        "multiplications": 6,
        "lines": 4,
        "fields": 1,
        "digits": 2,
        "factors": 0,
        "work": 3 + 6 + 1 + 2,
    }


def test_sums_and_negation_multiply_by_nothing():
    listing = 'a = ag.Scalar(2.0, label="a")\nb = ag.Scalar(5.0, label="b")\n\nz = a - b\nz.backward()\n'
    found = counted(listing, field_of("number", "a.grad", name="a"), field_of("number", "b.grad", name="b"))

    assert {"multiplications": 0, "lines": 4, "fields": 2, "digits": 2, "fan_outs": 0} == {
        name: found[name] for name in ("multiplications", "lines", "fields", "digits", "fan_outs")
    }


def test_a_quotient_and_a_power_are_products_too():
    # Forward one each; backward 1/b and -a/b**2 for the quotient; 3*z**2 for the power.
    listing = 'a = ag.Scalar(6.0, label="a")\nb = ag.Scalar(2.0, label="b")\nz = a/b\ny = z**3\ny.backward()\n'

    assert 5 == counted(listing)["multiplications"]


def test_a_node_that_is_used_twice_fans_out():
    assert 1 == counted('x = ag.Scalar(3.0, label="x")\ny = x + x\nz = y + 1\nz.backward()\n')["fan_outs"]


def test_a_program_of_arrays_has_no_graph():
    question = question_of(field_of("bytes", "Z.bytes"), listing=network().listing)
    found = features(solve(question, network(), family_of()), question)

    assert found == {
        "nodes": 0,
        "fan_outs": 0,
        "multiplications": 0,
        "lines": 8,
        "fields": 1,
        "digits": 0,
        "factors": 3,  # 8*N*K
        "work": 1 + 3,
    }


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (answers.Number(1024), (4, 0)),
        (answers.Number(Fraction(-9, 16)), (3, 0)),
        (answers.Number("1/exp(6)"), (2, 0)),
        (answers.Vector((1, 23, Fraction(1, 2))), (5, 0)),
        (answers.Matrix(((1, 2), (30, 4))), (5, 0)),
        (answers.Trace(run_of(variant_of(CUBE))), (4, 0)),  # y.grad = 3, x.grad = 9, x.grad = 27
        (answers.Expression(8 * N * K**2), (0, 4)),
        (answers.Growth(named(N * K, "P") * 2), (0, 3)),
        (answers.Shape((N, 3 * K, 2)), (0, 4)),
        (answers.Shape("(N, K)"), (0, 2)),
        (answers.Order(("x", "y", "z")), (0, 3)),
        (answers.Graph.of(run_of(variant_of(CUBE)).graph), (0, 3)),
        (answers.Choice({"A": "12", "B": "13"}, ("A",)), (0, 0)),
        (answers.Text(), (0, 0)),
    ],
)
def test_what_has_to_be_written_is_counted(answer: answers.Answer, expected: tuple[int, int]):
    assert expected == of_answer(answer)


def test_a_question_without_a_program_has_fields_alone():
    found = features(answers.Key({"a": answers.Text()}, None), question_of(field_of("text", "")))

    assert {"fields": 1, "work": 1} == {name: count for name, count in found.items() if count}


def test_every_feature_is_told():
    assert list(FEATURES) == list(counted(CUBE))


@pytest.mark.parametrize(("work", "lines", "holds"), [(3, 9, True), (5, 9, True), (2, 9, False), (6, 9, False)])
def test_both_ends_belong_to_a_band(work: int, lines: int, *, holds: bool):
    assert holds is in_band({"work": work, "lines": lines}, {"work": (3, 5), "lines": (9, 9)})


def test_every_feature_of_a_band_counts():
    assert not in_band({"work": 4, "lines": 8}, {"work": (3, 5), "lines": (9, 9)})
    assert in_band({"work": 4, "lines": 8}, {})


# The usual band. Here a variant has so many sums: its work is 1 leaf, the sums, 1 field, and the digits of x.grad.

SUMS = """\
x = ag.Scalar(1.0)
y = x
{% for number in range(terms * level) %}
y = y + x
{% endfor %}
y.backward()
"""


@pytest.fixture
def sums(toy_shelf: ToyShelf) -> Shelf:
    """A family of 1 to 9 sums, twice as many at level 2."""
    return toy_shelf({"listing.py.j2": SUMS}, old="value", new="terms")


def work_of(terms: int) -> int:
    """By hand: the gradient is one more than the sums, since x itself counts too."""
    return 1 + terms + 1 + len(str(terms + 1))


@pytest.mark.parametrize("level", [1, 2])
def test_the_usual_band_is_the_middle_of_forty_draws(toy_shelf: ToyShelf, level: int):
    wide = toy_shelf({"listing.py.j2": SUMS}, old="value: {integer: [1, 9]}", new="terms: {integer: [1, 99]}")
    drawn = [issue(wide, Dice(f"band {number}".encode()), level=level).variant for number in range(40)]
    works = [work_of(variant.parameters["terms"] * level) for variant in drawn]
    least, most = usual_band(wide, level)["work"]

    assert [8, 8] == [sum(work < least for work in works), sum(work > most for work in works)]


def test_the_usual_band_is_the_same_for_a_copy_of_the_family(sums: Shelf, tmp_path: Path):
    copy = tmp_path / "copy" / "toy" / "doubling"
    copy.mkdir(parents=True)
    for path in sums.folder.iterdir():
        (copy / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")

    assert usual_band(sums, 1) == usual_band(open_bank(tmp_path / "copy").shelf("toy/doubling"), 1)


def test_a_family_of_equal_variants_has_a_band_of_one(toy_shelf: ToyShelf):
    # x and x + x, one field, and x.grad is 2.
    assert {"work": (4, 4)} == usual_band(toy_shelf(), 1)


# An exam.

EXAM = """\
format: chainrule-exam/1
title: Midterm
slots:
  - points: 10
    family: toy/doubling
    level: 1
    band: {nodes: [4, 6], lines: [1, 99]}
  - points: 5
    topic: toy
"""


def exam_of(shelf: Shelf, old: str = "", new: str = "") -> tuple[Exam, Bank]:
    assert old in EXAM
    bank = Bank({shelf.family.id: shelf})
    return read_exam(EXAM.replace(old, new) if old else EXAM, bank), bank


def test_a_band_is_read_as_it_is_written(sums: Shelf):
    exam, _ = exam_of(sums)

    assert [{"nodes": (4, 6), "lines": (1, 99)}, {}] == [slot.band for slot in exam.slots]


def test_a_slot_keeps_within_its_band(sums: Shelf):
    exam, bank = exam_of(sums)
    papers = [make_paper(exam, bank, secret=b"secret", paper_id=f"paper {number}") for number in range(15)]

    # x and the sums are the nodes, so 3 to 5 sums.
    assert {3, 4, 5} == {paper.items[0].variant.parameters["terms"] for paper in papers}


def test_a_slot_without_a_band_keeps_to_the_usual_one(sums: Shelf):
    exam, bank = exam_of(sums)
    least, most = usual_band(sums, None)["work"]
    drawn = [
        make_paper(exam, bank, secret=b"secret", paper_id=f"paper {number}").items[1].variant.parameters
        for number in range(15)
    ]

    assert all(least <= work_of(told["terms"] * told["level"]) <= most for told in drawn)
    assert len({str(told) for told in drawn}) > 1


def test_a_band_that_no_variant_keeps_is_told(sums: Shelf):
    exam, bank = exam_of(sums, "nodes: [4, 6]", "nodes: [90, 99]")

    with pytest.raises(NoAdmissibleDraw, match=r"^toy/doubling: .*its work is outside the band, or the .*: \d+\)"):
        make_paper(exam, bank, secret=b"secret", paper_id="paper")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "nodes:",
            "knots:",
            "exam.yaml:7:5: slots.0.band: band: 'knots' is no feature of work; there are nodes, fan_outs, "
            "multiplications, lines, fields, digits, factors, work",
        ),
        ("[4, 6]", "[6, 4]", "exam.yaml:7:5: slots.0.band: band: nodes: the least, 6, is above the most, 4"),
        ("[4, 6]", "[4]", "exam.yaml:7:12: slots.0.band.nodes: List should have at least 2 items after validation"),
        ("[4, 6]", "[4, 5, 6]", "exam.yaml:7:12: slots.0.band.nodes: List should have at most 2 items after"),
        ("[4, 6]", "4", "exam.yaml:7:12: slots.0.band.nodes: Input should be a valid list (found 4)"),
        ("[4, 6]", "[4, many]", "exam.yaml:7:23: slots.0.band.nodes.1: Input should be a valid integer (found 'many'"),
        ("[4, 6]", "[4, 6.5]", "exam.yaml:7:23: slots.0.band.nodes.1: Input should be a valid integer"),
        ("{nodes: [4, 6], lines: [1, 99]}", "[4, 6]", "exam.yaml:7:5: slots.0.band: Input should be a valid dict"),
    ],
)
def test_every_mistake_in_a_band_is_told_with_its_place(sums: Shelf, old: str, new: str, message: str):
    with pytest.raises(BrokenExam) as caught:
        exam_of(sums, old, new)
    (told,) = str(caught.value).splitlines()
    assert told.startswith(message)


def test_all_mistakes_in_bands_come_at_once(sums: Shelf):
    old = "{nodes: [4, 6], lines: [1, 99]}\n  - points: 5"

    with pytest.raises(BrokenExam) as caught:
        exam_of(sums, old, "{nodes: [6, 4]}\n  - points: 5\n    band: {knots: [1, 2]}")
    assert ["exam.yaml:7:5", "exam.yaml:9:5"] == [told.partition(": ")[0] for told in str(caught.value).splitlines()]
