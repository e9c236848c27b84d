"""The class summary: numbers computed by hand, every paper in one state, nothing open counted as wrong."""

import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.amount_words import amount
from chainrule.results.class_summary import ClassSummary, Owner, class_summary, summary_text
from grader import ClassResult, FieldGrade, Grade, SetAside, Verdict
from grader.verdict import Outcome
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Field, Question
from question_templates.variant import Variant

ADA, BILAL, CHIARA = Owner("s01", "Ada"), Owner("s02", "Bilal"), Owner("s03", "Chiara")
VARIANT = Variant("graph/power-chain", "1", "digest", {}, "")
SHARES: dict[Outcome, Fraction] = {
    "right": Fraction(1),
    "follows": Fraction(1, 2),
    "partly": Fraction(1, 2),
}


def field(name: str, asks: str, kind: str = "number") -> Field:
    return Field(name, kind, asks, "What?", Fraction(1))


def paper(paper_id: str, *fields: Field, title: str = "Sample") -> Paper:
    """A paper of one question; every field is worth five points."""
    fields = fields or (field("trace", "backward", "trace"), field("x_grad", "x.grad"))
    question = Question("A question", "", "", (), (), fields)
    return Paper(paper_id, ExamHead(title), (Item("1", Fraction(5 * len(fields)), VARIANT, question),))


def grade(paper: Paper, *outcomes: Outcome, mistakes: tuple[str, ...] = ("", "")) -> Grade:
    verdicts = [
        Verdict(outcome, SHARES.get(outcome, Fraction(0)), mal_rule=tag)
        for outcome, tag in zip(outcomes, mistakes, strict=True)
    ]
    fields = [
        FieldGrade(name, "number", "text", verdict, verdict.share * 5, Fraction(5))
        for name, verdict in zip(paper.field_ids(), verdicts, strict=True)
    ]
    return Grade(paper.id, f"{paper.id}.json", "digest", tuple(fields))


PAPERS = {name: paper(name) for name in ("AAAA-AAAA", "BBBB-BBBB", "CCCC-CCCC", "DDDD-DDDD")}
OWNERS = {"AAAA-AAAA": (ADA,), "BBBB-BBBB": (BILAL,), "CCCC-CCCC": (CHIARA,)}


def summary(*graded: Grade, set_aside: tuple[SetAside, ...] = ()) -> ClassSummary:
    return class_summary(PAPERS, ClassResult({found.paper: found for found in graded}, set_aside), OWNERS)


def states(found: ClassSummary) -> dict[str, str]:
    return {student.paper: student.state for student in found.students}


def test_every_owned_paper_is_in_one_state_and_an_unused_spare_in_none() -> None:
    complete = grade(PAPERS["AAAA-AAAA"], "right", "wrong")
    incomplete = grade(PAPERS["BBBB-BBBB"], "right", "unreadable")

    expected = {"AAAA-AAAA": "complete", "BBBB-BBBB": "incomplete", "CCCC-CCCC": "missing"}
    assert expected == states(summary(complete, incomplete))


def test_a_spare_paper_that_was_handed_in_is_listed_last() -> None:
    found = summary(grade(PAPERS["DDDD-DDDD"], "right", "right"))

    assert "DDDD-DDDD" == found.students[-1].paper
    assert () == found.students[-1].owners


def test_a_paper_whose_only_file_was_set_aside_is_not_missing() -> None:
    file = SetAside("c.json", "Handed in twice.", "cccc cccc")

    assert "set aside" == states(summary(set_aside=(file,)))["CCCC-CCCC"]
    assert (CHIARA,) == summary(set_aside=(file,)).set_aside[0].owners


def test_a_second_file_of_a_graded_paper_leaves_it_complete() -> None:
    file = SetAside("copy.json", "The same answers.", "AAAA-AAAA")

    assert "complete" == states(summary(grade(PAPERS["AAAA-AAAA"], "right", "right"), set_aside=(file,)))["AAAA-AAAA"]


@pytest.mark.parametrize("name", ["s03.json", "exam_s03_final.yaml", "S03 answers.json"])
def test_an_unreadable_file_may_belong_to_whom_it_is_called_after(name: str) -> None:
    assert (CHIARA,) == summary(set_aside=(SetAside(name, "No JSON."),)).set_aside[0].owners


@pytest.mark.parametrize("name", ["s030.json", "as03.json", "answers.json"])
def test_a_file_that_is_called_after_nobody_belongs_to_nobody(name: str) -> None:
    assert () == summary(set_aside=(SetAside(name, "No JSON."),)).set_aside[0].owners


def test_a_file_is_not_given_to_somebody_who_was_graded() -> None:
    handed_in = grade(PAPERS["CCCC-CCCC"], "right", "right")

    assert () == summary(handed_in, set_aside=(SetAside("s03.json", "No JSON."),)).set_aside[0].owners


def test_mean_and_quartiles_are_as_by_hand() -> None:
    # 10, 5, 0, 7.5 points: sorted 0, 5, 7.5, 10; a quarter of the way is at 0.75, 1.5 and 2.25 steps.
    found = summary(
        grade(PAPERS["AAAA-AAAA"], "right", "right"),
        grade(PAPERS["BBBB-BBBB"], "right", "blank"),
        grade(PAPERS["CCCC-CCCC"], "wrong", "blank"),
        grade(PAPERS["DDDD-DDDD"], "right", "follows"),
    )
    spread = found.spread
    assert spread is not None

    quartiles = (spread.lower_quartile, spread.median, spread.upper_quartile)
    assert (Fraction("3.75"), Fraction("6.25"), Fraction("8.125")) == quartiles
    assert (Fraction("5.625"), Fraction(0), Fraction(10)) == (spread.mean, spread.lowest, spread.highest)


def scored(points: list[int]) -> ClassSummary:
    """A class of papers of ten points, with these points."""
    fields = (field("all", "x.grad"),) * 1
    papers = {f"{n:04}-AAAA": paper(f"{n:04}-AAAA", *fields) for n in range(len(points))}
    graded = {
        name: Grade(
            name, "", "", (FieldGrade("1.all", "number", "", Verdict("partly"), Fraction(earned), Fraction(10)),)
        )
        for name, earned in zip(papers, points, strict=True)
    }
    return class_summary(papers, ClassResult(graded, ()), {})


@given(st.lists(st.integers(0, 10), min_size=2, max_size=30))
def test_quartiles_agree_with_the_standard_librarys(points: list[int]) -> None:
    spread = scored(points).spread
    assert spread is not None
    expected = statistics.quantiles([Fraction(earned) for earned in points], n=4, method="inclusive")

    assert expected == [spread.lower_quartile, spread.median, spread.upper_quartile]


@given(st.lists(st.integers(0, 10), max_size=30))
def test_every_graded_paper_is_in_one_bin_of_the_histogram(points: list[int]) -> None:
    bins = scored(points).bins

    assert len(points) == sum(found.n_papers for found in bins)
    for found in bins[:-1]:
        assert sum(found.low <= earned < found.high for earned in points) == found.n_papers


def test_full_points_are_in_the_last_bin() -> None:
    bins = scored([10, 10, 0]).bins

    assert [1, 0, 0, 0, 0, 0, 0, 0, 0, 2] == [found.n_papers for found in bins]


def test_without_a_grade_there_is_no_spread() -> None:
    assert summary().spread is None


def test_a_fields_mean_share_leaves_out_what_waits_for_a_person() -> None:
    found = summary(
        grade(PAPERS["AAAA-AAAA"], "right", "right"),
        grade(PAPERS["BBBB-BBBB"], "follows", "unreadable"),
        grade(PAPERS["CCCC-CCCC"], "blank", "pending"),
    )

    # trace: (1 + 1/2 + 0) / 3; x_grad: only one of three was decided.
    assert [Fraction(1, 2), Fraction(1)] == [figures.mean_share for figures in found.fields]
    assert {"right": 1, "unreadable": 1, "pending": 1} == dict(found.fields[1].outcomes)


def test_a_field_that_nobody_has_decided_has_no_share() -> None:
    assert summary(grade(PAPERS["AAAA-AAAA"], "pending", "right")).fields[0].mean_share is None


def test_fields_that_are_named_for_each_papers_own_variable_count_as_one() -> None:
    first = paper("AAAA-AAAA", field("trace", "backward"), field("x_grad", "x.grad"))
    second = paper("BBBB-BBBB", field("trace", "backward"), field("w_grad", "w.grad"))
    graded = {"AAAA-AAAA": grade(first, "right", "right"), "BBBB-BBBB": grade(second, "right", "wrong")}
    found = class_summary({"AAAA-AAAA": first, "BBBB-BBBB": second}, ClassResult(graded, ()), {})

    assert ["1.trace", "1.*_grad"] == [figures.id for figures in found.fields]
    assert Fraction(1, 2) == found.fields[1].mean_share


def test_fields_that_are_the_same_on_every_paper_keep_their_names() -> None:
    found = summary(grade(PAPERS["AAAA-AAAA"], "right", "right"))

    assert ["1.trace", "1.x_grad"] == [figures.id for figures in found.fields]


def test_fields_stand_in_the_order_of_the_paper_that_has_the_most() -> None:
    short = paper("AAAA-AAAA", field("trace", "backward"), field("x_grad", "x.grad"))
    long = paper("BBBB-BBBB", field("order", "postorder"), field("trace", "backward"), field("x_grad", "x.grad"))
    graded = {
        "AAAA-AAAA": grade(short, "right", "right"),
        "BBBB-BBBB": grade(long, "right", "right", "right", mistakes=("", "", "")),
    }
    found = class_summary({"AAAA-AAAA": short, "BBBB-BBBB": long}, ClassResult(graded, ()), {})

    assert ["order", "trace", "x_grad"] == [figures.name for figures in found.fields]


def test_mistakes_are_counted_by_papers_and_the_most_frequent_is_first() -> None:
    found = summary(
        grade(PAPERS["AAAA-AAAA"], "wrong", "wrong", mistakes=("own-operand", "own-operand")),
        grade(PAPERS["BBBB-BBBB"], "wrong", "wrong", mistakes=("relu-value", "")),
        grade(PAPERS["CCCC-CCCC"], "wrong", "wrong", mistakes=("", "relu-value")),
    )

    expected = [("relu-value", 2, 2), ("own-operand", 1, 2)]
    assert expected == [(count.tag, count.n_papers, count.n_answers) for count in found.mistakes]
    assert ("1.trace", "1.x_grad") == found.mistakes[0].fields


def test_open_answers_name_student_and_field() -> None:
    found = summary(grade(PAPERS["BBBB-BBBB"], "unreadable", "right")).open_answers

    assert [((BILAL,), "1.trace", "unreadable")] == [(open_.owners, open_.field, open_.outcome) for open_ in found]


def test_students_are_in_the_order_of_their_names() -> None:
    assert [(ADA,), (BILAL,), (CHIARA,)] == [student.owners for student in summary().students]


def test_amounts_have_at_most_two_decimals() -> None:
    assert ["7", "7.25", "3.33", "0", "100"] == [
        amount(points) for points in (Fraction(7), Fraction(29, 4), Fraction(10, 3), Fraction(0), Fraction(100))
    ]


def test_the_terminal_says_counts_points_fields_mistakes_and_files() -> None:
    text = summary_text(
        summary(
            grade(PAPERS["AAAA-AAAA"], "right", "right"),
            grade(PAPERS["BBBB-BBBB"], "wrong", "unreadable", mistakes=("own-operand", "")),
            set_aside=(SetAside("notes.txt", "notes.txt:1: this is no form."),),
        )
    )

    assert (
        "Sample\n"
        "Papers    3: 2 graded (1 complete, 1 incomplete), 1 missing\n"
        "          waiting for a person: 1 answer, 1 file\n"
        "Points    median 5, middle half 2.5 to 7.5, mean 5 of 10, so far\n"
        "   0 to 2  # 1\n"
        "   2 to 4  -\n"
        "   4 to 6  -\n"
        "   6 to 8  -\n"
        "  8 to 10  # 1\n"
        "Mean share of the points, by question\n"
        "  1  trace  50%   x_grad 100%\n"
        "Known mistakes, on how many papers: own-operand 1\n"
        "Set aside for a person\n"
        "  notes.txt:1: this is no form."
    ) == text


def test_notes_and_decisions_that_wait_are_not_called_files() -> None:
    sources = ["note on b.json and 2 more", "time of c.json", "decision on 1.x of CCCC-CCCC"] * 9
    text = summary_text(summary(set_aside=tuple(SetAside(source, "many words " * 30) for source in sources)))

    assert "waiting for a person: 0 answers, 9 decisions, 18 notes\n" in text
    assert text.endswith("\n  and 6 more decisions, 12 more notes")


def large_class() -> ClassSummary:
    """More of everything than the terminal has room for."""
    fields = tuple(field(f"a_rather_long_name_{n}", "backward") for n in range(9))
    one = paper("AAAA-AAAA", *fields, title="A title that is much too long " * 5)
    items = tuple(Item(str(n), Fraction(45), VARIANT, one.items[0].question) for n in range(1, 12))
    whole = Paper(one.id, one.exam, items)
    outcomes: list[Outcome] = ["wrong"] * len(whole.field_ids())
    tags = tuple(f"a-mistake-with-quite-a-long-tag-{n}" for n in range(len(outcomes)))
    aside = tuple(SetAside(f"{n}.json", "a reason in many words " * 20) for n in range(40))
    result = ClassResult({whole.id: grade(whole, *outcomes, mistakes=tags)}, aside)
    return class_summary({whole.id: whole}, result, {})


def test_the_terminals_summary_has_at_most_25_lines_of_80_plain_characters() -> None:
    lines = summary_text(large_class()).splitlines()

    assert 25 >= len(lines)
    assert 80 >= max(map(len, lines))
    assert "\n".join(lines).isascii()
    assert [line for line in lines if line.startswith("  and ")] == ["  and 5 more questions", lines[-1]]


def test_a_class_without_grades_has_a_summary_too() -> None:
    assert "Points    nothing has been graded" in summary_text(summary())


def test_a_control_character_in_a_files_name_does_not_reach_the_terminal() -> None:
    text = summary_text(summary(set_aside=(SetAside("\x1b[2Jevil.json", "No JSON."),)))

    assert "\x1b" not in text
