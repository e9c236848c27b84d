"""What an autograder makes of a submission: whose paper it is, which file counts, what students see, and when."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from chainrule.gradescope.autograding import autograde
from chainrule.gradescope.pending import WAITING
from chainrule.review.decisions_file import Kept, update_kept
from chainrule.sample_class import keys_of
from chainrule.wording import answer_text
from grader import Decision
from tests.test_chainrule.gradescope_class import (
    EXAM,
    PackedClass,
    hand_in,
    packed_class,
    student_sees,
    total_is_hidden,
    visible,
)
from tests.test_chainrule.leak_scanner import holds, normal, pieces, shown

Files = dict[str, str | bytes]
ADA, BILAL = ["ada@example.edu"], ["bilal@example.edu"]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> PackedClass:
    return packed_class(tmp_path_factory.mktemp("autograder"))


def test_right_answers_get_all_points_under_any_file_name(packed: PackedClass, tmp_path: Path) -> None:
    found = packed.autograde(tmp_path / "in", {"My answers (3).txt": packed.form("9001")}, ADA)

    assert 15 == found.results["score"]
    assert 15 == pytest.approx(sum(test["score"] for test in found.results["tests"]))
    assert 15 == pytest.approx(sum(test["max_score"] for test in found.results["tests"]))
    assert not total_is_hidden(found.results)
    assert packed.paper("9001").id == found.results["extra_data"]["paper"]


@pytest.mark.parametrize(
    "email", ["ADA@EXAMPLE.EDU", "  ada@example.edu\n", "a\u200bda@example.edu", "Ada @example.edu"]
)
def test_case_and_blanks_of_an_address_do_not_matter(packed: PackedClass, tmp_path: Path, email: str) -> None:
    assert 15 == packed.autograde(tmp_path / "in", {"a.json": packed.form("9001")}, [email]).results["score"]


def test_addresses_of_the_table_may_be_in_any_case_too(packed: PackedClass, tmp_path: Path) -> None:
    assert 15 == packed.autograde(tmp_path / "in", {"a.json": packed.form("9002")}, BILAL).results["score"]


@pytest.mark.parametrize("emails", [["chiara@example.edu"], ["stranger@example.edu", "daniel@example.edu"]])
def test_any_member_stands_for_a_group(packed: PackedClass, tmp_path: Path, emails: list[str]) -> None:
    found = packed.autograde(tmp_path / "in", {"a.json": packed.form("9004")}, emails)

    assert 15 == found.results["score"]
    assert ("stranger@example.edu" in emails) == any("stranger@example.edu" in note for note in found.notes)


def test_a_stranger_waits_for_a_person_and_staff_are_told_the_address(packed: PackedClass, tmp_path: Path) -> None:
    found = packed.autograde(tmp_path / "in", {"a.json": packed.form("9001")}, ["eve@example.edu"])

    assert 0 == found.results["score"]
    assert total_is_hidden(found.results)
    assert "We don't know yet which paper belongs to your e-mail address." in found.results["output"]
    assert any("'eve@example.edu'" in note for note in found.notes)


def test_people_with_different_papers_wait_for_a_person(packed: PackedClass, tmp_path: Path) -> None:
    found = packed.autograde(tmp_path / "in", {"a.json": packed.form("9001")}, [*ADA, *BILAL])

    assert total_is_hidden(found.results)
    assert "have different papers" in found.results["output"]


def test_the_form_of_another_paper_is_neither_graded_nor_held_against_anybody(
    packed: PackedClass, tmp_path: Path
) -> None:
    found = packed.autograde(tmp_path / "in", {"a.json": packed.form("9002")}, ADA)

    assert total_is_hidden(found.results)
    assert [WAITING] == [test["name"] for test in found.results["tests"]]
    assert 15 == found.results["tests"][0]["max_score"]
    for expected in (packed.paper("9001").id, packed.paper("9002").id, "No points are lost by this."):
        assert expected in found.results["output"]


def test_a_file_can_not_choose_its_paper(packed: PackedClass, tmp_path: Path) -> None:
    of_another = packed.form("9002", paper=packed.paper("9001").id)
    found = packed.autograde(tmp_path / "in", {"a.json": of_another}, ADA)

    assert packed.paper("9001").id == found.results["extra_data"]["paper"]
    assert 15 > found.results["score"]


def test_a_number_of_the_platform_counts_as_an_id_only_if_the_file_agrees(packed: PackedClass, tmp_path: Path) -> None:
    def handed_in_by(number: int, student: str) -> dict[str, object]:
        told = json.dumps({"users": [{"email": "private@example.com", "id": number}]})
        place = hand_in(tmp_path / f"{number}-{student}", {"a.json": packed.form(student)})
        return dict(autograde(packed.source / "exam", place, told.encode()).results)

    agrees, disagrees, has_an_address = (
        handed_in_by(9005, "9005"),
        handed_in_by(9005, "9001"),
        handed_in_by(9001, "9001"),
    )

    assert 15 == agrees["score"]
    assert total_is_hidden(disagrees) and packed.paper("9005").id not in str(disagrees["output"])
    assert total_is_hidden(has_an_address)  # 9001 is known by the address alone


@pytest.mark.parametrize(
    "metadata",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"users": []}',
        b'{"users": null}',
        b'{"users": "ada@example.edu"}',
        b'{"users": [17, null, []]}',
        b'{"users": [{"email": {"a": 1}, "id": true}]}',
        b'{"users": [{"email": "", "id": null}]}',
    ],
)
def test_metadata_that_name_nobody_are_our_fault(packed: PackedClass, tmp_path: Path, metadata: bytes) -> None:
    found = autograde(packed.source / "exam", hand_in(tmp_path / "in", {"a.json": packed.form("9001")}), metadata)

    assert total_is_hidden(found.results)
    assert "which is our fault" in found.results["output"]
    assert found.notes


def test_odd_times_in_the_metadata_cost_nothing_and_are_told(packed: PackedClass, tmp_path: Path) -> None:
    told = {"users": [{"email": ADA[0]}], "created_at": "yesterday", "assignment": {"due_date": 7, "total_points": "x"}}
    place = hand_in(tmp_path / "in", {"a.json": packed.form("9001")})
    found = autograde(packed.source / "exam", place, json.dumps(told).encode())

    assert 15 == found.results["score"]
    assert ["assignment.due_date", "assignment.total_points", "created_at"] == sorted(
        note.split(" is ")[0] for note in found.notes if " is " in note and "should be like" in note
    )


def test_points_of_the_assignment_that_do_not_fit_are_told_to_staff(packed: PackedClass, tmp_path: Path) -> None:
    found = packed.autograde(tmp_path / "in", {"a.json": packed.form("9001")}, ADA, total_points="20.0")

    assert any("worth 20 points and the paper 15" in note for note in found.notes)
    assert "20" not in found.results["output"]


# ---- which file counts ----


def zipped(name: str, content: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(name, content)
    return written.getvalue()


def test_equal_files_count_once_and_a_zip_is_looked_into(packed: PackedClass, tmp_path: Path) -> None:
    form = packed.form("9001")
    again = form.replace('"responses": {', '"responses":  {')
    files: Files = {"a.json": form, "b.json": again, "c.zip": zipped("answers.json", form)}

    assert 15 == packed.autograde(tmp_path / "in", files, ADA).results["score"]


def test_different_files_are_not_guessed_at(packed: PackedClass, tmp_path: Path) -> None:
    files = {"a.json": packed.form("9001"), "b.json": packed.form("9001", "_half_done")}
    found = packed.autograde(tmp_path / "in", files, ADA)

    assert total_is_hidden(found.results)
    assert "a.json, b.json" in found.results["output"]
    assert "one of them only" in found.results["output"]


def test_the_form_of_another_paper_beside_the_right_one_is_passed_over(packed: PackedClass, tmp_path: Path) -> None:
    files: Files = {"a.json": packed.form("9002"), "b.json": packed.form("9001")}
    found = packed.autograde(tmp_path / "in", files, ADA)

    assert 15 == found.results["score"]
    assert "Not graded: a.json is the form of another paper." in found.results["output"]


def test_a_picture_beside_the_form_does_no_harm_and_is_named(packed: PackedClass, tmp_path: Path) -> None:
    files: Files = {"a.json": packed.form("9001"), "photo.png": b"\x89PNG\r\n\x1a\n"}
    found = packed.autograde(tmp_path / "in", files, ADA)

    assert 15 == found.results["score"]
    assert "photo.png" in found.results["output"]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "holds nothing that was handed in"),
        ({"a.json": "{"}, "a.json:1"),
        ({"paper.pdf": b"%PDF-1.7"}, "a PDF document"),
        ({"engine.py": "raise SystemExit"}, "engine.py"),
        ({"a.json": '{"format": "chainrule-answers/1", "responses": {"1.trace": "x"}}'}, "does not say which paper"),
    ],
)
def test_what_can_not_be_read_is_told_with_what_to_do(
    packed: PackedClass, tmp_path: Path, files: Files, told: str
) -> None:
    found = packed.autograde(tmp_path / "in", files, ADA)

    assert 0 == found.results["score"]
    assert total_is_hidden(found.results)
    assert told in found.results["output"]
    assert "hand in again" in found.results["output"]


@pytest.mark.parametrize("responses", ["{}", '{"7.other": "1"}'])
def test_a_form_without_answers_to_the_paper_waits_for_a_person(
    packed: PackedClass, tmp_path: Path, responses: str
) -> None:
    paper = packed.paper("9001").id
    form = f'{{"format": "chainrule-answers/1", "paper": "{paper}", "responses": {responses}}}'

    assert total_is_hidden(packed.autograde(tmp_path / "in", {"a.json": form}, ADA).results)


# ---- what students see ----


def with_release(packed: PackedClass, tmp_path: Path, release: str) -> PackedClass:
    """The same autograder, built for another release."""
    source = tmp_path / f"source-{release}"
    for path in (packed.source / "exam").rglob("*.json"):
        target = source / path.relative_to(packed.source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    settings = source / "exam" / "settings.json"
    settings.write_text(settings.read_text().replace('"release": ""', f'"release": "{release}"'))
    return replace(packed, source=source)


@pytest.mark.parametrize("habit", ["_tidy", "_one_slip", "_unsure", "_half_done", "_all_blank"])
def test_at_readable_a_student_learns_only_how_answers_were_read(
    packed: PackedClass, tmp_path: Path, habit: str
) -> None:
    readable = with_release(packed, tmp_path, "readable")
    written = readable.responses("9001", habit)
    results = readable.autograde(tmp_path / "in", {"a.json": readable.form("9001", habit)}, ADA).results
    right = readable.responses("9001")
    wrong = {name for name, text in written.items() if text != right.get(name)}

    assert [] == visible(results)
    assert not {"right", "not right", "partly right"} & {line.strip() for line in results["output"].splitlines()}
    # Not as the student wrote it, nor as the paper prints it: the key's own answers.
    paper = readable.paper("9001")
    keys = keys_of(paper, readable.folder.read_families()).right
    known = normal("\n".join(written.values())) + shown(paper)
    for name in wrong:
        number, _, field = name.rpartition(".")
        for piece in pieces(keys[number].answers[field]):
            assert holds(known, piece) or not holds(normal(student_sees(results)), piece), (name, piece)


def test_the_scan_would_find_a_key(packed: PackedClass) -> None:
    answers = keys_of(packed.paper("9001"), packed.folder.read_families()).right["2"].answers

    for answer in answers.values():
        text = normal(f"the answer is {answer_text(answer)}")
        assert all(holds(text, piece) for piece in pieces(answer))


@pytest.mark.parametrize("release", ["verdict", "full"])
def test_after_release_the_outcome_of_each_answer_is_visible(packed: PackedClass, tmp_path: Path, release: str) -> None:
    found = with_release(packed, tmp_path, release).autograde(tmp_path / "in", {"a.json": packed.form("9001")}, ADA)

    assert len(packed.paper("9001").field_ids()) == len(visible(found.results))
    assert {"passed"} == {test["status"] for test in visible(found.results)}


def test_an_answer_that_waits_hides_the_total_and_the_others_stay_visible(packed: PackedClass, tmp_path: Path) -> None:
    form = packed.form("9001", number="about seven or so?")
    found = packed.autograde(tmp_path / "in", {"a.json": form}, ADA)

    hidden = [test["name"] for test in found.results["tests"] if test["visibility"] == "hidden"]
    assert [f"Question {packed.number('9001').replace('.', ': ')}"] == hidden
    assert len(found.results["tests"]) - 1 == len(visible(found.results))
    assert "not read with certainty; a person will look" in found.results["output"]
    assert any(packed.number("9001") in note for note in found.notes)


def test_markup_and_hidden_signs_in_answers_are_only_text(packed: PackedClass, tmp_path: Path) -> None:
    nasty = "<script>alert(1)</script>\u202e\x07 ![x](javascript:1)\n2.hidden_bytes: right"
    form = packed.form("9001", number=nasty)
    results = packed.autograde(tmp_path / "in", {"a.json": form}, ADA).results
    told = json.dumps(results, ensure_ascii=False)

    assert "\u202e" not in told and "\\u0007" not in told
    assert {"text"} == {results[key] for key in ("output_format", "test_output_format", "test_name_format")}
    assert not [line for line in results["output"].splitlines() if line == "2.hidden_bytes: right"]


def test_a_misnamed_answer_waits_for_a_person(packed: PackedClass, tmp_path: Path) -> None:
    form = json.loads(packed.form("9001"))
    form["responses"]["1.<b>trace"] = form["responses"].pop("1.trace")
    found = packed.autograde(tmp_path / "in", {"a.json": json.dumps(form)}, ADA)

    assert ["Question 1: <b>trace"] == [t["name"] for t in found.results["tests"] if t["visibility"] == "hidden"]


# ---- time, adjustments, decisions ----

LATE_EXAM = EXAM + "due: 2026-12-05 17:00\ntimezone: '+01:00'\nlate: {grace: 5, deduct: 0.1, per: hour}\n"


@pytest.mark.parametrize(
    ("at", "due", "words"),
    [
        ("2026-12-05T16:05:00.000000+00:00", None, ""),  # within the grace: 17:05 where the exam is sat
        ("2026-12-05T16:06:00.123456+00:00", None, "6 minutes late; 10% of the points are deducted"),
        ("2026-12-05T08:06:00-08:00", "2026-12-06T00:00:00-08:00", ""),  # Gradescope's extension counts
        ("2026-12-05T16:06:00Z", "2026-12-01T00:00:00Z", "6 minutes late"),
    ],
)
def test_lateness_comes_from_the_metadata_alone(
    packed: PackedClass, tmp_path: Path, at: str, due: str | None, words: str
) -> None:
    late = dated(packed, tmp_path, "2026-12-05T17:00:00+01:00")
    found = late.autograde(tmp_path / "in", {"a.json": packed.form("9001")}, ADA, submitted_at=at, due=due)

    assert (13.5 if words else 15) == found.results["score"]
    assert (words in found.results["output"]) if words else ("late" not in found.results["output"])


def dated(packed: PackedClass, tmp_path: Path, due: str) -> PackedClass:
    """The same autograder with a due time and a deduction of a tenth an hour on every paper."""
    changed = with_release(packed, tmp_path, "verdict")
    policy = {"grace_minutes": "5", "share": "1/10", "per": "hour", "at_most": "1"}
    for path in (changed.source / "exam" / "staff" / "papers").glob("*.json"):
        stored = json.loads(path.read_text(encoding="utf-8"))
        stored["exam"] |= {"due": due, "late": policy}
        path.write_text(json.dumps(stored), encoding="utf-8")
    return changed


def test_a_personal_due_time_stands_above_all_others(packed: PackedClass, tmp_path: Path) -> None:
    late = dated(packed, tmp_path, "2026-12-05T17:00:00+01:00")
    owners = late.source / "exam" / "owners.json"
    stored = json.loads(owners.read_text())
    stored["due"] = {packed.paper("9001").id: ["2026-12-07T12:00:00"]}
    owners.write_text(json.dumps(stored))
    form = {"a.json": packed.form("9001")}
    at_noon = late.autograde(tmp_path / "a", form, ADA, submitted_at="2026-12-07T12:05:00+01:00", due=None)
    after = late.autograde(tmp_path / "b", form, ADA, submitted_at="2026-12-07T12:06:00+01:00", due=None)

    assert [15, 13.5] == [at_noon.results["score"], after.results["score"]]


def test_decisions_by_people_count_for_the_answers_they_were_made_on(packed: PackedClass, tmp_path: Path) -> None:
    form = {"a.json": packed.form("9001", number="about seven or so?")}
    on_this_answer, on_another = decided(packed, tmp_path / "a", ""), decided(packed, tmp_path / "b", "gOTHERANSWER")
    settled, waiting = (one.autograde(tmp_path / "in", form, ADA) for one in (on_this_answer, on_another))

    assert 15 == settled.results["score"]
    assert not total_is_hidden(settled.results)
    assert total_is_hidden(waiting.results)
    assert any("Decided on other answers" in note and packed.number("9001") in note for note in waiting.notes)


def decided(packed: PackedClass, place: Path, group: str) -> PackedClass:
    """The same autograder, in which a person gave all points to one answer of 9001."""
    changed = with_release(packed, place, "verdict")
    paper, number = packed.paper("9001"), packed.number("9001")
    worth = next(item.points_of(number.partition(".")[2]) for item in paper.items if item.number == "1")
    kept = Kept(Decision(paper.id, number, worth, "read on the scan", "TA"), group)
    update_kept(changed.source / "exam", lambda standing: [kept])
    return changed
