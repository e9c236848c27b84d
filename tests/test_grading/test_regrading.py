"""`regrade`: what would change is said before anything is written, and people's decisions stay."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction

import pytest
from click.testing import CliRunner

from chainrule.__main__ import cli
from chainrule.errors import RefusedInput
from chainrule.grading.graded import open_run
from chainrule.grading.regrading import regrade
from chainrule.grading.run import grade_exam
from chainrule.review.decisions_file import write_decisions
from grader import Decision, Grade
from question_templates.bank import BUILT_IN

VOID = """\
format: chainrule-adjustments/1
adjustments:
  - {void: 2, reason: a misprint, author: AL}
"""


def test_nothing_changes_where_nothing_changed(graded, content) -> None:
    _, out = graded
    before = content(out)
    found = regrade(out)

    assert () == found.changes
    assert before == content(out)


def test_a_voided_question_is_listed_for_everybody_and_written_only_on_demand(graded, content) -> None:
    exam, out = graded
    points = {paper: grade.points for paper, grade in open_run(out).result.grades.items()}
    of_second = {
        paper: sum((field.points for field in grade.fields if field.slot == "2"), Fraction(0))
        for paper, grade in open_run(out).result.grades.items()
    }
    exam.adjustments.write_text(VOID, encoding="utf-8")
    before = content(out)
    found = regrade(out)

    assert before == content(out)
    assert set(points) == {change.paper for change in found.changes}
    assert {"void: a misprint (AL)"} == {change.why for change in found.changes if change.field}
    applied = regrade(out, apply=True)
    assert found == applied
    after = open_run(out).result.grades
    assert {paper: points[paper] - of_second[paper] for paper in points} == {p: g.points for p, g in after.items()}
    assert {Fraction(5)} == {grade.out_of for grade in after.values()}


def test_regrading_leaves_what_grading_anew_leaves(graded, content, tmp_path) -> None:
    exam, out = graded
    exam.adjustments.write_text(VOID, encoding="utf-8")
    regrade(out, apply=True, jobs=2)
    grade_exam(exam, tmp_path / "answers", tmp_path / "new")

    assert content(tmp_path / "new") == content(out)


def test_decisions_by_people_survive_and_are_told(graded) -> None:
    exam, out = graded
    paper, grade = next(iter(open_run(out).result.grades.items()))
    decision = Decision(paper, grade.fields[0].id, Fraction(1, 2), "half right", "TA")
    write_decisions(out, [decision])
    found = regrade(out, apply=True)
    exam.adjustments.write_text(VOID, encoding="utf-8")
    regrade(out, apply=True)

    assert "decided by TA" in {change.why for change in found.changes}
    assert decision == open_run(out).result.grades[paper].fields[0].decision


def outcome_of_steps(grade: Grade) -> str:
    return next(field.verdict.outcome for field in grade.fields if field.id == "2.steps")


def test_a_newer_bank_is_used_from_then_on(graded, content, tmp_path) -> None:
    """The newer bank states another answer to one field, so that whoever was right is wrong."""
    _, out = graded
    bank = tmp_path / "newer"
    for family in ("graph/power-chain", "static/number-example"):
        shutil.copytree(BUILT_IN / family, bank / family)
    file = bank / "static" / "number-example" / "family.yaml"
    text = file.read_text(encoding="utf-8")
    changed = text.replace('version: "1"', 'version: "2"').replace('stated: "7500"', 'stated: "7501"')
    file.write_text(changed, encoding="utf-8")
    right = {paper for paper, grade in open_run(out).result.grades.items() if outcome_of_steps(grade) == "right"}
    before = content(out)
    found = regrade(out, bank=bank)

    assert before == content(out)
    assert right == {change.paper for change in found.changes if change.field == "2.steps" and change.after == 0}
    assert right
    regrade(out, bank=bank, apply=True)
    produced = [dict(grade.produced_by or {}) for grade in open_run(out).result.grades.values()]
    assert {"2"} == {versions["static/number-example"] for versions in produced}
    assert () == regrade(out).changes


def test_a_bank_that_lacks_a_family_leaves_its_questions_as_they_are(graded, tmp_path) -> None:
    _, out = graded
    shutil.copytree(BUILT_IN / "graph/power-chain", tmp_path / "small" / "graph" / "power-chain")
    found = regrade(out, bank=tmp_path / "small")

    assert () == found.changes
    assert "static/number-example" in found.notes[0]


def test_answers_are_regraded_though_the_files_are_gone(graded, tmp_path) -> None:
    exam, out = graded
    shutil.rmtree(tmp_path / "answers")
    exam.adjustments.write_text(VOID, encoding="utf-8")

    assert 23 == regrade(out, apply=True).n_papers


def test_a_paper_that_was_typed_in_since_counts(graded, type_in) -> None:
    exam, out = graded
    missing = next(row.paper for row in exam.read_assignments() if row.paper not in open_run(out).result.grades)
    type_in(exam, missing)
    found = regrade(out, apply=True)

    assert [(missing, "", None, Fraction(3, 4))] == [(c.paper, c.field, c.before, c.after) for c in found.changes]
    assert Fraction(3, 4) == open_run(out).result.grades[missing].points


def test_a_bank_that_is_not_there_is_refused(graded, tmp_path) -> None:
    with pytest.raises(RefusedInput, match="there is no such folder of families"):
        regrade(graded[1], bank=tmp_path / "nowhere")


def test_a_folder_without_a_run_is_refused(tmp_path) -> None:
    with pytest.raises(RefusedInput, match="holds no results of a grading run"):
        regrade(tmp_path)


def test_the_command_lists_changes_for_people_and_programs(graded) -> None:
    exam, out = graded
    exam.adjustments.write_text(VOID, encoding="utf-8")
    told = CliRunner().invoke(cli, ["regrade", str(out), "--jobs", "1"])
    listed = CliRunner().invoke(cli, ["regrade", str(out), "--jobs", "1", "--json"])

    assert 0 == told.exit_code
    assert "of 5 instead of 8" in told.output
    assert "Nothing was written; --apply writes it." in told.output
    assert 23 == len({change["paper"] for change in json.loads(listed.output)["changes"]})
