"""`forget`: nothing of ours mentions a person afterwards, and nobody else's results change."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder, assignments_csv
from chainrule.grading.forgetting import forget
from chainrule.grading.graded import open_run
from chainrule.grading.run import grade_exam


def mentions(folder: Path, *signs: str) -> list[str]:
    """Files whose name or bytes hold one of these texts."""
    return [
        str(file.relative_to(folder))
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        if any(sign in file.name or sign.encode() in file.read_bytes() for sign in signs)
    ]


def test_nothing_changes_without_being_asked_twice(graded, content, tmp_path) -> None:
    exam, out = graded
    before = content(tmp_path)
    plan = forget(exam, "s03", results=[out])

    assert before == content(tmp_path)
    assert "s03.yaml" in {file.name for file in plan.deleted}


def test_a_person_is_gone_from_exam_answers_and_results(graded, tmp_path) -> None:
    exam, out = graded
    person = next(row for row in exam.read_assignments() if row.id == "s03")
    others = {p: g for p, g in open_run(out).result.grades.items() if p != person.paper}
    assert mentions(tmp_path, person.paper, "s03@example.edu")
    done = forget(exam, "S03", results=[out], apply=True)

    assert [] == mentions(tmp_path, person.paper, "s03", "Student 3,", "s03@example.edu")
    assert () == done.still
    assert others == dict(open_run(out).result.grades)


def test_grading_again_afterwards_changes_nothing(graded, content, tmp_path) -> None:
    exam, out = graded
    forget(exam, "s03", results=[out], apply=True)
    before = content(out)
    grade_exam(exam, tmp_path / "answers", out)

    assert before == content(out)


def test_of_a_group_only_the_person_goes(graded, tmp_path) -> None:
    exam, out = graded
    table = exam.read_assignments()
    first, second = table[0], table[1]
    shared = [replace(first, group="g"), replace(second, group="g", paper=first.paper), *table[2:]]
    exam.assignments.write_text(assignments_csv(shared), encoding="utf-8")
    grade_exam(exam, tmp_path / "answers", out)
    forget(exam, second.id, results=[out], apply=True)

    assert first.paper in open_run(out).result.grades
    assert exam.paper(first.paper).is_file()
    assert second.id not in {row.id for row in exam.read_assignments()}


def test_what_can_not_be_rewritten_is_named(graded, tmp_path) -> None:
    exam, out = graded
    (tmp_path / "answers" / "received.txt").write_text("from s03@example.edu", encoding="utf-8")
    done = forget(exam, "s03", results=[out], apply=True)

    assert ["received.txt"] == [file.name for file in done.still]


def test_somebody_whose_paper_was_typed_in_since_is_forgotten_too(graded, type_in, tmp_path) -> None:
    exam, out = graded
    person = next(row for row in exam.read_assignments() if row.paper not in open_run(out).result.grades)
    (tmp_path / "answers" / f"{person.id}.json").unlink()  # the one that can't be read, and quotes the paper
    grade_exam(exam, tmp_path / "answers", out)
    type_in(exam, person.paper)
    done = forget(exam, person.id, results=[out], apply=True)

    assert f"{person.paper}.json" in {file.name for file in done.deleted}
    assert [] == mentions(tmp_path / "out", person.paper)


def test_an_archive_with_others_answers_is_named_and_left(graded, tmp_path) -> None:
    exam, _ = graded
    answers = tmp_path / "all.zip"
    with zipfile.ZipFile(answers, "w") as archive:
        for file in sorted((tmp_path / "answers").iterdir()):
            archive.write(file, file.name)
    grade_exam(exam, answers, tmp_path / "of-zip")
    person = next(row for row in exam.read_assignments() if row.id == "s03")
    done = forget(exam, "s03", results=[tmp_path / "of-zip"], apply=True)

    assert answers in done.still
    assert answers.is_file()
    assert person.paper not in open_run(tmp_path / "of-zip").result.grades


def test_a_shared_answer_that_came_from_the_person_stays(graded, tmp_path) -> None:
    exam, out = graded
    table = exam.read_assignments()
    shared = [replace(table[0], group="g"), replace(table[1], group="g", paper=table[0].paper), *table[2:]]
    exam.assignments.write_text(assignments_csv(shared), encoding="utf-8")
    (tmp_path / "answers" / "s02.json").unlink()
    told = "file,submitted_at,id\ns01.json,2026-05-12 10:00 +00:00,s02\n"
    (tmp_path / "answers" / "received.csv").write_text(told, encoding="utf-8")
    grade_exam(exam, tmp_path / "answers", out)
    done = forget(exam, "s02", results=[out], apply=True)

    assert (tmp_path / "answers" / "s01.json").is_file()
    assert table[0].paper in open_run(out).result.grades
    assert tmp_path / "answers" / "received.csv" in done.still


def test_a_namesakes_answers_stay(graded, tmp_path) -> None:
    exam, _out = graded
    table = [replace(row, name="Wei Chen") if row.id in ("s03", "s04") else row for row in exam.read_assignments()]
    exam.assignments.write_text(assignments_csv(table), encoding="utf-8")
    for student in ("s03", "s04"):
        place = tmp_path / "moodle" / f"Wei Chen_{student[1:]}_assignsubmission_file_"
        place.mkdir(parents=True)
        (file,) = (tmp_path / "answers").glob(f"{student}.*")
        file.rename(place / file.name)
    grade_exam(exam, tmp_path / "moodle", tmp_path / "of-moodle")
    forget(exam, "s03", results=[tmp_path / "of-moodle"], apply=True)
    other = next(row.paper for row in table if row.id == "s04")

    assert {other} == set(open_run(tmp_path / "of-moodle").result.grades)
    assert ["Wei Chen_04_assignsubmission_file_"] == [place.name for place in (tmp_path / "moodle").iterdir()]


def test_the_person_stays_in_the_table_until_everything_else_is_gone(graded, monkeypatch) -> None:
    exam, out = graded

    def stopped(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("chainrule.grading.forgetting.write_for_staff", stopped)
        forget(exam, "s03", results=[out], apply=True)
    done = forget(exam, "s03", results=[out], apply=True)

    assert () == done.still


def adjust(exam: ExamFolder, *rows: str) -> None:
    why = "    reason: It was unclear.\n    author: Ada\n"
    told = "".join(f"  - {row}\n{why}" for row in rows)
    exam.adjustments.write_text(f"format: chainrule-adjustments/1\nadjustments:\n{told}", encoding="utf-8")


def gradient_of(exam: ExamFolder, paper: str) -> str:
    """The gradient that a paper asks for, which few others do."""
    return next(name for name in exam.read_paper(paper).field_ids() if name.endswith("_grad"))


def test_adjustments_of_the_person_alone_stop_neither_forgetting_nor_grading(graded, content, tmp_path) -> None:
    exam, out = graded
    by_field = defaultdict(list)
    for row in exam.read_assignments():
        by_field[gradient_of(exam, row.paper)].append(row)
    person, name = next((rows[0], name) for name, rows in by_field.items() if len(rows) == 1 and rows[0].id)
    adjust(exam, f'full_credit: "{name}"', f"full_credit: 2\n    papers: [{person.paper}]", "void: 2")
    grade_exam(exam, tmp_path / "answers", out)
    before = len(open_run(out).result.grades)
    done = forget(exam, person.id, results=[out], apply=True)
    after = content(out)
    again = grade_exam(exam, tmp_path / "answers", out)
    notes = [one for one in again.result.set_aside if "adjustments.yaml" in one.source]

    assert (exam.adjustments,) == done.still
    assert ["note on adjustments.yaml:3:5", "note on adjustments.yaml:6:5"] == [one.source for one in notes]
    assert all("nothing to adjust" in one.reason for one in notes)
    assert after == content(out)
    assert before - 1 == len(again.result.grades)
    assert person.id not in {row.id for row in exam.read_assignments()}
    assert [] == mentions(exam.path, f"{person.id}@example.edu")
    assert {exam.adjustments.name} == {Path(file).name for file in mentions(tmp_path, person.paper)}


def test_a_typing_mistake_in_a_paper_is_refused_also_after_somebody_was_forgotten(graded, tmp_path) -> None:
    exam, out = graded
    forget(exam, "s03", results=[out], apply=True)
    adjust(exam, "full_credit: 2\n    papers: [AAAA-2222]")

    with pytest.raises(RefusedInput, match="4:5: papers: there is no paper 'AAAA-2222'"):
        grade_exam(exam, tmp_path / "answers", out)


def test_adjustments_that_can_not_be_read_are_told_before_anything_is_forgotten(graded, content, tmp_path) -> None:
    exam, out = graded
    adjust(exam, "void: 9")
    before = content(tmp_path)
    with pytest.raises(RefusedInput, match="this exam has no question '9'"):
        forget(exam, "s03", results=[out], apply=True)

    assert before == content(tmp_path)


def test_an_unknown_person_is_refused(graded) -> None:
    with pytest.raises(RefusedInput, match="there is no student 's99'"):
        forget(graded[0], "s99")
