"""What results say where a question counts for nobody, and that pages call the same measure by the same name."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.pages.staff_page import StaffView, staff_page
from chainrule.report.item_analysis import analyse_items
from chainrule.report.rows import gather
from chainrule.report.scores import score_spread
from chainrule.results.class_summary import ClassSummary, Owner, class_summary, summary_text
from chainrule.results.gradebook import gradebook_csv
from grader import ClassResult, FieldGrade, Grade, SetAside
from grader.verdict import Outcome
from question_templates.paper import Paper
from tests.test_chainrule.reported_class import grade_of, paper_of, verdict_of

# 4 points a question, and a paper of two questions.
PAPERS = {paper.id: paper for paper in (paper_of(place, {"1": ("a", "b"), "2": ("c",)}) for place in range(4))}
OWNERS = {name: (Owner(f"s{place}", f"Student {place}"),) for place, name in enumerate(PAPERS)}
FIRST, *OTHERS = PAPERS


def voided(field: FieldGrade) -> FieldGrade:
    nothing = Fraction(0)
    return replace(field, verdict=verdict_of("voided"), points=nothing, out_of=nothing, unadjusted=field.verdict)


def without(grade: Grade, *ids: str) -> Grade:
    return replace(grade, fields=tuple(voided(one) if one.id in ids else one for one in grade.fields))


def graded(*ids: str) -> dict[str, Grade]:
    """Everybody has everything right, and these fields are void."""
    return {name: without(grade_of(paper, {}), *ids) for name, paper in PAPERS.items()}


def summary(grades: Mapping[str, Grade], papers: Mapping[str, Paper] = PAPERS) -> ClassSummary:
    return class_summary(papers, ClassResult(grades, ()), OWNERS)


def index(found: ClassSummary) -> str:
    return staff_page(StaffView(title="Midterm", summary=found))


def test_points_are_of_what_is_left_everywhere() -> None:
    grades = graded("2.c")
    found = summary(grades)
    scores = score_spread(gather(PAPERS, grades))

    assert (Fraction(4),) == found.worths == (scores and scores.worths)
    assert scores
    assert scores.bins == found.bins
    assert Fraction(4) == found.out_of == found.bins[-1].high
    assert "mean 4 of 4\n" in summary_text(found)
    assert "Points of 4</h3>" in index(found)


def test_where_papers_are_worth_different_points_all_of_them_are_told() -> None:
    grades = {**graded(), FIRST: graded("2.c")[FIRST]}

    assert "of 4 or 8\n" in summary_text(summary(grades))
    assert "Points of 4 or 8</h3>" in index(summary(grades))
    assert Fraction(8) == summary(grades).out_of


def test_a_class_of_which_everything_is_void_has_a_summary_too() -> None:
    found = summary(graded("1.a", "1.b", "2.c"))

    assert "mean 0 of 0\n" in summary_text(found)
    assert "Points of 0</h3>" in index(found)


def test_a_question_that_counts_for_nobody_is_void_and_not_open() -> None:
    found = summary(graded("2.c"))

    assert ["100%", "100%", "void"] == [field.mean_words for field in found.fields]
    assert "  2  c void\n" in f"{summary_text(found)}\n"
    assert "open" not in summary_text(found)
    assert '<td class="amount share">void</td>' in index(found)


def test_a_question_that_waits_for_a_person_stays_open() -> None:
    grades = {name: grade_of(paper, {"2.c": verdict_of("pending")}) for name, paper in PAPERS.items()}

    assert "open" == summary(grades).fields[-1].mean_words
    assert "open" == summary({**grades, FIRST: without(grades[FIRST], "2.c")}).fields[-1].mean_words


def test_the_gradebook_says_void_where_a_whole_question_is() -> None:
    found = gradebook_csv(ClassResult({FIRST: graded("1.a", "2.c")[FIRST]}, ()), (), ("1", "2"))
    (row,) = csv.DictReader(io.StringIO(found))

    assert ("2", "2", "2", "void") == (row["points"], row["out_of"], row["1"], row["2"])


SHARED: tuple[tuple[str, ...], ...] = (("x_grad",), ("w_grad",), ("x_grad", "w_grad"), ("v_grad", "w_grad", "y_grad"))
OUTCOMES: st.SearchStrategy[Outcome] = st.sampled_from(
    ["right", "partly", "wrong", "blank", "pending", "unreadable", "credited", "voided"]
)


def adjusted(field: FieldGrade, outcome: Outcome) -> FieldGrade:
    if outcome == "voided":
        return voided(field)
    if outcome == "credited":
        return replace(field, verdict=verdict_of("credited", share=Fraction(1)), unadjusted=verdict_of("blank"))
    return replace(field, verdict=verdict_of(outcome))


@given(st.data())
def test_the_mean_share_of_the_index_is_that_of_the_report(data: st.DataObject) -> None:
    asked = data.draw(st.lists(st.sampled_from(SHARED), min_size=1, max_size=5))
    papers = {paper.id: paper for paper in (paper_of(n, {"1": names}) for n, names in enumerate(asked))}
    grades = {
        name: replace(plain, fields=tuple(adjusted(one, data.draw(OUTCOMES)) for one in plain.fields))
        for name, plain in ((name, grade_of(paper, {})) for name, paper in papers.items())
    }
    _, fields = analyse_items(gather(papers, grades))
    report = {field.id: field.mean for field in fields}
    shown = {field.id: field.mean_share for field in summary(grades, papers).fields}

    assert report.keys() == shown.keys()
    for name, share in shown.items():
        assert (None if share is None else float(share)) == (
            None if report[name] is None else pytest.approx(report[name])
        )


def test_papers_that_ask_for_more_fields_weigh_as_much_as_others() -> None:
    papers = {paper.id: paper for paper in (paper_of(0, {"1": ("x_grad",)}), paper_of(1, {"1": ("v_grad", "w_grad")}))}
    wrong = {"1.v_grad": verdict_of("wrong"), "1.w_grad": verdict_of("wrong")}
    grades = {name: grade_of(paper, wrong) for name, paper in papers.items()}

    assert [("1.*_grad", Fraction(1, 2))] == [(one.id, one.mean_share) for one in summary(grades, papers).fields]


def test_the_tiles_of_the_index_add_up() -> None:
    aside = SetAside("c.json", "Handed in twice.", OTHERS[0])
    owners = {name: OWNERS[name] for name in (FIRST, *OTHERS[:2])}
    found = class_summary(PAPERS, ClassResult({FIRST: graded()[FIRST]}, (aside,)), owners)
    tiles = index(found)
    counts = {"Papers": 4, "Graded": 1, "Missing": 1, "Papers set aside": 1, "Spares not used": 1}

    assert all(f"<dt>{name}</dt><dd>{number}</dd>" in tiles for name, number in counts.items())
    assert 2 * counts["Papers"] == sum(counts.values())


def test_the_index_has_no_tile_for_papers_set_aside_where_there_are_none() -> None:
    assert "Papers set aside" not in index(summary(graded()))
    assert "Spares not used" not in index(summary(graded()))


def test_the_index_names_the_command_that_decides_what_waits() -> None:
    waits = {FIRST: grade_of(PAPERS[FIRST], {"2.c": verdict_of("pending")})}

    assert "<code>chainrule review</code>" in index(summary(waits))
    assert "chainrule review" not in index(summary(graded()))
