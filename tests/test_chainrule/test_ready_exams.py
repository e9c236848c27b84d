"""The exams that come with Chainrule: what they ask, that they build, and that their keys earn full marks."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from chainrule.__main__ import cli
from chainrule.errors import RefusedInput
from chainrule.exams import READY_EXAMS, begin_exam, ready_exam
from chainrule.wording import answer_text
from grader.grading import grade
from question_templates.bank import open_bank
from question_templates.exam import Exam, make_paper
from question_templates.exam_file import read_exam
from question_templates.paper import Paper, field_id
from question_templates.solving import solve_item
from submissions import Submission

BANK = open_bank()
#: The ten parts of the practice final, by what each asks: two of its parts ask two things each.
PARTS = {
    "1.1": "graph/power-chain",
    "1.2": "graph/log-exp",
    "1.3": "graph/rnn-cell",
    "2.1": "im2col/shape",
    "2.2": "im2col/conv-time",
    "2.3": "im2col/conv-memory",
    "3.1": "attention/block-memory",
    "3.2": "attention/block-memory",
    "4.1": "checkpointing/none",
    "4.2": "checkpointing/held-after-forward",
}


def exam(name: str) -> Exam:
    return read_exam(ready_exam(name), BANK, source=f"{name}.yaml")


def papers(name: str, count: int = 4) -> list[Paper]:
    made = exam(name)
    return [make_paper(made, BANK, secret=b"ready", paper_id=f"paper {number}") for number in range(count)]


def key_of(paper: Paper) -> dict[str, str]:
    """Every answer of the key, as a student would write it."""
    return {
        field_id(item.number, name): answer_text(answer)
        for item in paper.items
        for name, answer in solve_item(item, BANK.families).answers.items()
    }


@pytest.mark.parametrize("name", READY_EXAMS)
def test_a_ready_exam_is_sound_and_worth_100_points(name: str):
    assert () == exam(name).notes
    assert 100 == exam(name).points


@pytest.mark.parametrize("name", READY_EXAMS)
def test_the_key_of_a_ready_exam_earns_full_marks(name: str):
    for paper in papers(name):
        graded = grade(paper, Submission("form", paper.id, key_of(paper)), BANK.families)

        assert {"right"} == {field.verdict.outcome for field in graded.fields}
        assert 100 == graded.points


@pytest.mark.parametrize("name", READY_EXAMS)
def test_a_blank_form_earns_nothing_and_nothing_is_our_fault(name: str):
    paper = papers(name, 1)[0]
    graded = grade(paper, Submission("form", paper.id, {}), BANK.families)

    assert () == graded.faults
    assert 0 == graded.points


def test_the_practice_final_has_its_ten_parts_in_order():
    for paper in papers("practice-final"):
        assert PARTS == {item.number: item.variant.family for item in paper.items}
    titles = [section.title for section in exam("practice-final").head.sections]
    assert [
        "Automatic differentiation for scalars",
        "Convolutional networks",
        "Attention",
        "Tensor rematerialization",
    ] == titles


def test_its_first_section_asks_for_graph_and_trace_and_gives_the_order():
    for paper in papers("practice-final"):
        for item in paper.items[:3]:
            assert "graph" == item.question.kinds[0]
            assert "trace" in item.question.kinds and "order" not in item.question.kinds
            assert ":leaf(" in item.question.body


def test_its_other_parts_ask_what_the_original_asks():
    for paper in papers("practice-final"):
        by_number = {item.number: item for item in paper.items}
        assert "matrix_shape" == by_number["2.1"].question.fields[0].name
        product = by_number["2.2"].variant.parameters["product"]
        assert f"{product}.multiply_adds" == by_number["2.2"].question.field("growth").asks
        assert {"bytes"} == set(by_number["2.3"].question.kinds)
        assert "value" == by_number["2.3"].variant.parameters["part"]
        assert any("hidden" in field.asks for field in by_number["3.2"].question.fields)
        assert "held" == by_number["4.1"].question.fields[0].name == by_number["4.2"].question.fields[0].name


def test_the_practice_final_is_for_practice_and_the_midterm_is_not():
    assert (True, False) == (exam("practice-final").head.practice, exam("midterm").head.practice)


def test_the_midterm_fits_into_75_minutes_over_four_topics():
    made = exam("midterm")
    topics = {BANK.shelf(item.variant.family).family.topic for paper in papers("midterm") for item in paper.items}

    assert 75 == made.head.duration
    assert 45 <= made.minutes <= 75
    assert {"graph", "im2col", "attention", "checkpointing"} == topics
    assert all(Fraction(14) <= section.points <= 40 for section in made.head.sections)


# The commands.


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, list(words))
    return result.exit_code, result.stdout, result.stderr


def test_a_copy_is_the_ready_exam_and_is_never_overwritten(tmp_path: Path):
    out = tmp_path / "exams" / "mine.yaml"

    assert 0 == run("exam", "new", "midterm", "--out", str(out))[0]
    assert ready_exam("midterm") == out.read_text(encoding="utf-8")
    code, _, told = run("exam", "new", "practice-final", "--out", str(out))
    assert 1 == code and "is there already; choose another name with --out" in told
    assert ready_exam("midterm") == out.read_text(encoding="utf-8")


def test_without_a_name_the_ready_exams_are_listed():
    code, shown, _ = run("exam", "new")

    assert 0 == code
    assert list(READY_EXAMS) == [line.split()[0] for line in shown.splitlines()]


def test_an_unknown_ready_exam_is_told_with_those_there_are(tmp_path: Path):
    with pytest.raises(RefusedInput, match=r"^there is no ready exam 'final'; there are practice-final, midterm\.$"):
        begin_exam("final", tmp_path / "final.yaml")


def test_a_check_shows_sections_slots_and_sums(tmp_path: Path):
    file = begin_exam("practice-final", tmp_path / "final.yaml")
    code, shown, _ = run("exam", "check", str(file))

    assert 0 == code
    assert "Automatic differentiation for scalars: 42 points, about 32 minutes" in shown
    assert "10 questions, 100 points, about 92 minutes, 120 granted" in shown
    assert all(number in shown and family in shown for number, family in PARTS.items())


def test_a_check_in_json_is_for_programs(tmp_path: Path):
    file = begin_exam("midterm", tmp_path / "midterm.yaml")
    (tmp_path / "roster.csv").write_text("id,name\ns1,Ada\ns2,Ben\n", encoding="utf-8")
    code, shown, _ = run("exam", "check", str(file), "--roster", str(tmp_path / "roster.csv"), "--json")
    told = json.loads(shown)

    assert (0, [], 100, 2) == (code, told["mistakes"], told["points"], told["n_students"])
    assert ["1", "2", "3", "4", "5", "6", "7"] == [slot["number"] for slot in told["slots"]]


def test_a_check_tells_mistakes_of_exam_and_roster_together(tmp_path: Path):
    file = tmp_path / "exam.yaml"
    file.write_text(ready_exam("midterm").replace("points_total: 100", "points_total: 90"), encoding="utf-8")
    (tmp_path / "roster.csv").write_text("id,name\ns1,Ada\ns1,Ben\n", encoding="utf-8")
    code, _, told = run("exam", "check", str(file), "--roster", str(tmp_path / "roster.csv"))

    assert 1 == code
    assert "points_total: the questions are worth 100 points, not 90." in told
    assert "roster.csv:3: " in told and "2 mistakes to mend." in told


def test_a_missing_file_is_told(tmp_path: Path):
    code, _, told = run("exam", "check", str(tmp_path / "none.yaml"))

    assert 1 == code and "none.yaml: can't be read" in told
