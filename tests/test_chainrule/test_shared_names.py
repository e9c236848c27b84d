"""Which fields of a drawn question count as one over all papers, and that both pages say the same."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest

from chainrule.report.rows import gather
from chainrule.results.field_statistics import field_statistics
from chainrule.results.shared_names import SharedNames
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Field, Question
from question_templates.variant import Variant
from tests.test_chainrule.reported_class import grade_of, paper_id


def asking(place: int, asked: dict[str, str], family: str = "graph/a") -> Paper:
    """A paper of one question; `asked` is what each field asks, by name."""
    fields = tuple(Field(name, "number", asks, "What?", Fraction(1)) for name, asks in asked.items())
    question = Question("A question", "", "", (), (), fields)
    return Paper(paper_id(place), ExamHead("T"), (Item("1", Fraction(4), Variant(family, "1", "d", {}, ""), question),))


CASES: list[tuple[Sequence[dict[str, str]], dict[str, str]]] = [
    # Named for what the paper drew.
    ([{"x_grad": "x.grad"}, {"w_grad": "w.grad"}], {"x_grad": "*_grad", "w_grad": "*_grad"}),
    (
        [{"x_grad": "x.grad", "y_grad": "y.grad"}, {"x_grad": "x.grad", "w_grad": "w.grad"}],
        {"x_grad": "*_grad", "y_grad": "*_grad", "w_grad": "*_grad"},
    ),
    (
        [{"S_work": "solver.work(S)"}, {"scores_work": "solver.work(scores)"}],
        {"S_work": "*_work", "scores_work": "*_work"},
    ),
    ([{"A_row_bytes": "A_row.bytes"}, {"B_bytes": "B.bytes"}], {"A_row_bytes": "*_bytes", "B_bytes": "*_bytes"}),
    # All papers agree, or one only leaves a field out.
    ([{"x_grad": "x.grad"}, {"x_grad": "x.grad"}], {}),
    ([{"x_grad": "x.grad"}, {"trace": "backward"}], {}),
    # Another unit, another question, a quantity of the solver's own: these merely end alike.
    (
        [
            {"held": "solver.answer(held)", "forward": "solver.answer(forward)"},
            {"held_kib": "solver.answer(held_kib)", "forward_kib": "solver.answer(forward_kib)"},
        ],
        {},
    ),
    ([{"dense_bytes": "solver.dense_bytes"}, {"csr_bytes": "solver.csr_bytes"}], {}),
    (
        [{"P_bytes": "P.bytes", "cache_bytes": "solver.cache"}, {"A_bytes": "A.bytes"}],
        {"P_bytes": "*_bytes", "A_bytes": "*_bytes"},
    ),
]


@pytest.mark.parametrize(("papers", "shared"), CASES, ids=str)
def test_fields_named_for_a_drawn_quantity_are_one_and_no_others(
    papers: Sequence[dict[str, str]], shared: dict[str, str]
) -> None:
    names = SharedNames()
    for place, asked in enumerate(papers):
        names.add(asking(place, asked))

    assert shared == names.renamed().get(("1", "graph/a"), {})


@pytest.mark.parametrize(("papers", "shared"), CASES, ids=str)
def test_the_report_and_the_summary_call_fields_the_same(
    papers: Sequence[dict[str, str]], shared: dict[str, str]
) -> None:
    made = {paper.id: paper for paper in (asking(place, asked) for place, asked in enumerate(papers))}
    grades = {name: grade_of(paper, {}) for name, paper in made.items()}
    expected = {shared.get(name, name) for asked in papers for name in asked}

    assert expected == {answer.name for row in gather(made, grades) for answer in row.answers}
    assert expected == {one.name for one in field_statistics(made, grades)}


def test_papers_that_nobody_handed_in_say_too_how_fields_are_called() -> None:
    made = {paper.id: paper for paper in (asking(0, {"x_grad": "x.grad"}), asking(1, {"w_grad": "w.grad"}))}
    grades = {name: grade_of(paper, {}) for name, paper in list(made.items())[:1]}

    assert ["*_grad"] == [answer.name for row in gather(made, grades) for answer in row.answers]
    assert ["*_grad"] == [one.name for one in field_statistics(made, grades)]


def test_families_of_one_slot_keep_their_own_names() -> None:
    names = SharedNames()
    names.add(asking(0, {"x_grad": "x.grad"}, "graph/a"))
    names.add(asking(1, {"w_grad": "w.grad"}, "graph/b"))

    assert {} == {name: shared for renamed in names.renamed().values() for name, shared in renamed.items()}
