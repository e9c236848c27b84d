"""Feedback: no more than is released, the student's own text as it was written, calm words for every outcome."""

import re
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.outcome_words import OUTCOMES
from chainrule.pages.feedback_page import RELEASES, feedback_page
from chainrule.pages.markdown import BrokenPage
from chainrule.pages.result_frame import verbatim, with_code
from engine.graph import Graph, Node
from grader import Cell, FieldGrade, Grade, Verdict
from grader.lateness import Late
from grader.verdict import Outcome
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Field, Figure, Question
from question_templates.solution import Solution
from question_templates.variant import Variant

HOSTILE = "</pre></style><script>alert(1)</script><img src=http://evil.example/x>\"'&"
LISTING = 'x = ag.Scalar(2.0, label="z1:leaf(x)")\nz1 = x\nz2 = z1*z1\nz2.backward()\n'
GRAPH = Graph((Node("z1", "leaf(x)"), Node("z2", "mul", ("z1", "z1"))))
FIELDS = (
    Field("trace", "trace", "backward", "What does each step change?", Fraction(3)),
    Field("x_grad", "number", "x.grad", "What is `x.grad`?", Fraction(1), ("trace",)),
)
QUESTION = Question("A square", "Read on.", LISTING, ("x",), (Figure("graph", GRAPH),), FIELDS)
SOLUTION = Solution("The gradient is **SECRET**.", Figure("graph", GRAPH), {}, {})
CELLS = (Cell("z2", "z1.grad", "5", "wrong"), Cell("forward", "z2.value", "", "blank"))
RIGHT = Verdict("right", Fraction(1), "4")
PARTLY = Verdict("partly", Fraction(2, 3), "z1.grad = 5", "At the step of z2, 5 does not follow.", cells=CELLS)
PAPER = Paper(
    "K7QF-2MXP",
    ExamHead("Practice final", "CS 577"),
    (Item("1", Fraction(4), Variant("graph/power-chain", "1", "digest", {}, LISTING), QUESTION),),
)


def graded(trace: Verdict = PARTLY, number: Verdict = RIGHT, *, response: str = "my own words") -> Grade:
    fields = (
        FieldGrade("1.trace", "trace", response, trace, trace.share * 3, Fraction(3)),
        FieldGrade("1.x_grad", "number", "8/2", number, number.share, Fraction(1)),
    )
    return Grade("K7QF-2MXP", "s01.json", "digest", fields)


def page(grade: Grade, release: str = "verdict") -> str:
    return feedback_page(PAPER, grade, {"1": SOLUTION}, release)


def body(html: str) -> str:
    return html.partition("<body")[2]


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body(html))))


DECIDED: tuple[Outcome, ...] = ("right", "follows", "partly", "wrong")


@pytest.mark.parametrize("outcome", DECIDED)
def test_before_release_nothing_depends_on_whether_a_response_is_right(outcome: Outcome) -> None:
    mine = Verdict(outcome, Fraction(1, 3), "4", "a reason", "an example", "own-operand", CELLS)
    neutral = Verdict("wrong", Fraction(0), "4")

    assert page(graded(number=neutral), "readable") == page(graded(number=mine), "readable")


def test_before_release_students_see_how_they_were_read_and_no_points() -> None:
    said = words(page(graded(), "readable"))

    assert "We read it as z1.grad = 5" in said
    assert "We read it as 4" in said
    assert " of 4 points" not in said
    assert [] == [outcome for outcome in ("right", "partly right", "not right") if f" {outcome} " in said]


@pytest.mark.parametrize("release", ["readable", "verdict"])
def test_how_a_program_was_read_is_told_without_backticks_and_other_readings_keep_theirs(release: str) -> None:
    code = replace(FIELDS[1], kind="code")
    (item,) = PAPER.items
    asks_code = replace(PAPER, items=(replace(item, question=replace(QUESTION, fields=(FIELDS[0], code))),))
    read = Verdict("right", Fraction(1), "a program of 3 lines that defines `f<b>`")
    grade = graded(replace(PARTLY, read_as="`z1.grad` = 5"), read)
    html = feedback_page(asks_code, grade, {}, release)

    assert '<p class="reading">a program of 3 lines that defines <code>f&lt;b&gt;</code></p>' in html
    assert "\n`z1.grad` = 5</pre>" in html


def test_verdicts_come_with_words_points_and_a_reason() -> None:
    said = words(page(graded()))

    assert "Points 3 of 4 points" in said
    assert "2 of 3 points ◐ partly right" in said
    assert "1 of 1 point ✓ right" in said
    assert "At the step of z2, 5 does not follow." in said


def test_a_traces_entries_stand_in_a_table_with_words_and_signs() -> None:
    table = re.sub(r"\s+", " ", page(graded()).partition("<tbody>")[2].partition("</tbody>")[0])
    rows = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row) for row in table.split("</tr>")[:-1]]
    said = [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in rows]

    assert [
        ["z2", "z1.grad", "5", "✗ not right"],
        ["forward pass", "z2.value", "", "– nothing written"],
    ] == said


@pytest.mark.parametrize("release", ["readable", "verdict"])
def test_a_solution_that_is_not_released_is_not_on_the_page(release: str) -> None:
    assert "SECRET" not in page(graded(), release)


def test_a_released_solution_stands_in_details() -> None:
    found = re.search(r"<details.*?Worked solution.*?SECRET.*?</details>", page(graded(), "full"), re.DOTALL)

    assert found is not None


def test_full_release_without_solutions_is_a_page_too() -> None:
    assert "Worked solution" not in feedback_page(PAPER, graded(), None, "full")


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("outcome", ["unreadable", "pending"])
def test_an_open_answer_is_not_called_wrong_and_a_person_will_look(outcome: Outcome, release: str) -> None:
    said = words(page(graded(RIGHT, Verdict(outcome, reason="two numbers")), release))

    assert "A person will look at it." in said
    assert "not right" not in said
    assert "1 answer waits for a person" in said


def test_points_are_called_so_far_while_an_answer_is_open() -> None:
    assert "3 of 4 points so far" in words(page(graded(RIGHT, Verdict("unreadable"))))


@pytest.mark.parametrize("release", RELEASES)
def test_why_our_own_key_failed_is_never_told(release: str) -> None:
    pending = Verdict("pending", reason="the key could not be derived (log of -3)")

    assert "log of -3" not in page(graded(number=pending), release)


@pytest.mark.parametrize("release", RELEASES)
def test_students_are_told_why_they_could_not_be_read(release: str) -> None:
    said = words(page(graded(number=Verdict("unreadable", reason="We read two numbers; write one.")), release))

    assert "We read two numbers; write one." in said


@pytest.mark.parametrize("release", RELEASES)
def test_a_blank_response_is_called_so(release: str) -> None:
    said = words(page(graded(number=Verdict("blank", reason="Nothing was written here.")), release)).lower()

    assert "nothing written" in said or "nothing was written here" in said


def test_points_that_were_rounded_are_said_to_be() -> None:
    tenth = Verdict("partly", Fraction(1, 10), "4")

    assert "Points 1 of 4 points" in words(page(graded(Verdict("wrong"), RIGHT)))
    assert "rounded" not in words(page(graded(Verdict("wrong"), RIGHT)))
    assert "rounded to a quarter" in words(page(graded(tenth, RIGHT)))


@pytest.mark.parametrize("release", RELEASES)
def test_nothing_a_student_wrote_can_leave_its_place(release: str) -> None:
    cells = (Cell(HOSTILE, HOSTILE, HOSTILE, "wrong"),)
    verdict = Verdict("partly", Fraction(0), HOSTILE, HOSTILE, HOSTILE + "!", cells=cells)
    grade = replace(graded(verdict, response=HOSTILE), warnings=(HOSTILE,))
    html = page(grade, release)

    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


@given(st.text())
def test_a_response_can_be_read_back_from_the_page(response: str) -> None:
    html = page(graded(response=response))
    shown = re.findall(r'aria-label="Your answer">\n(.*?)</pre>', html, re.DOTALL)
    mine = shown[0] if len(shown) == 2 else ""  # a blank one has no box; the second field's is always there

    assert verbatim(response) == unescape(mine)


def test_invisible_characters_are_shown_by_number_and_others_are_left_alone() -> None:
    assert "a⟨U+0000⟩b⟨U+202E⟩c⟨U+FEFF⟩" == verbatim("a\0b\u202ec\ufeff")
    assert "x²\tÄ\n∂ \U0001f600" == verbatim("x²\tÄ\n∂ \U0001f600")
    assert "\ufffd" == verbatim("\ud800")


def test_code_in_our_own_words_is_set_as_code_and_stays_escaped() -> None:
    assert "write <code>a &lt; b</code>, not `c" == str(with_code("write `a < b`, not `c"))


def test_every_outcome_has_a_sign_and_words_of_its_own() -> None:
    assert set(Outcome.__args__) == set(OUTCOMES)  # type: ignore[attr-defined]
    for part in ("sign", "words", "brief"):
        assert len(OUTCOMES) == len({getattr(shown, part) for shown in OUTCOMES.values()})


def test_the_page_needs_no_network_and_runs_no_script() -> None:
    html = page(graded(), "full")

    assert "script-src 'none'" in html
    assert [] == re.findall(r'\s(?:src|href)="(?!#)', html)
    assert [] == re.findall(r'\sstyle="', html)


def test_headings_go_down_one_level_at_a_time() -> None:
    assert ["1", "2", "3", "3"] == re.findall(r"<h([1-6])", page(graded(), "full"))


def test_warnings_about_the_file_are_shown() -> None:
    html = page(replace(graded(), warnings=("The paper has no field '7.x'.",)), "readable")

    assert "The paper has no field '7.x'." in words(html)


def test_an_unknown_release_is_refused() -> None:
    with pytest.raises(BrokenPage, match=r"^release is 'all'; it must be one of readable, verdict, full\.$"):
        page(graded(), "all")


def test_a_grade_of_another_paper_is_refused() -> None:
    with pytest.raises(BrokenPage, match="a grade of paper AAAA-BBBB with other fields than paper K7QF-2MXP"):
        page(replace(graded(), paper="AAAA-BBBB"))


LATE = Late(timedelta(hours=2), Fraction(1, 10))


def test_lateness_and_what_it_costs_are_said_and_are_no_rounding() -> None:
    # Right in both fields: 4 points, less a tenth 3.6, to quarters 3.5.
    late = replace(graded(replace(PARTLY, outcome="right", share=Fraction(1), cells=())), late=LATE)
    text = words(page(late))

    assert "2 hours late; 10% of the points are deducted" in text
    assert "the total is 0.5 points lower" in text
    assert "3.5 of 4 points" in text


def test_lateness_without_a_deduction_costs_nothing() -> None:
    text = words(page(replace(graded(), late=replace(LATE, deduction=Fraction(0)))))

    assert "2 hours late; nothing is deducted" in text
    assert "points lower" not in text


@pytest.mark.parametrize("outcome", DECIDED)
def test_before_release_lateness_is_said_and_what_it_costs_in_points_is_not(outcome: Outcome) -> None:
    verdict = Verdict(outcome, Fraction(1), "4")

    assert page(replace(graded(number=verdict), late=LATE), "readable") == page(
        replace(graded(number=replace(verdict, outcome="wrong", share=Fraction(0))), late=LATE), "readable"
    )
    assert "points lower" not in page(replace(graded(number=verdict), late=LATE), "readable")


@pytest.mark.parametrize("release", RELEASES)
def test_a_voided_answer_is_said_not_to_count(release: str) -> None:
    found = graded()
    gone = replace(
        found.fields[1],
        verdict=Verdict("voided", read_as="4", reason="This does not count. A typo."),
        points=Fraction(0),
        out_of=Fraction(0),
        unadjusted=found.fields[1].verdict,
    )
    text = words(page(replace(found, fields=(found.fields[0], gone)), release))

    assert "does not count" in text
    assert "0 points" not in text
    assert ("A typo." in text) == (release != "readable")


def test_an_answer_is_shown_with_the_name_that_others_follow_from() -> None:
    follows = Verdict("follows", Fraction(1, 2), "4", "We read 4. It follows from your answer to trace.")
    text = page(graded(number=follows))

    assert '<code class="field-id">1.trace</code>' in text
    assert "It follows from your answer to trace." in words(text)
