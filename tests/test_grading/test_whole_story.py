"""The whole story of an exam for 300 students; the final gradebook is held against a recount of this file's own.

Two sittings, spares, a group, late ones, resubmissions, papers typed in from paper, a flawed question, a further
answer, texts that people decide, a regrade. Nothing of the recount uses the grader: the families state their answers.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from chainrule.__main__ import cli
from chainrule.building import build_exam
from chainrule.exam_folder import ExamFolder, assignments_csv
from chainrule.grading.run import grade_exam
from chainrule.transcription.transcript import Entry, HandPoints, Transcript
from chainrule.transcription.transcript_store import store_of
from submissions import write_json_form, write_yaml_form

N = 300
EXAM = """\
format: chainrule-exam/1
title: Final
release: verdict
timezone: Europe/Zurich
late:
  grace_minutes: 5
  deduct: {share: 0.1, per: day, at_most: 0.3}
slots:
  - {family: static/number-example, points: 8}
  - {family: static/choice-example, points: 3}
  - {family: static/essay-example, points: 5}
"""
ADJUSTMENTS = """\
format: chainrule-adjustments/1
adjustments:
  - {void: 2, reason: Two of the options said the same., author: AL}
  - {accept: 1.steps, answer: "7400", reason: The last epoch may be left out., author: AL}
"""
DUE = {"morning": datetime(2026, 5, 12, 10, 0), "afternoon": datetime(2026, 5, 12, 14, 0)}
#: What stands in the essays, and what a person gives for it, of 3 points.
ESSAYS = {"memory is traded": 3, "it is faster": 1, "because of the GPU": 0}
TYPED = range(200, 210)
MISSING = range(49, N, 50)
GROUP = range(10, 13)
SWAPPED = 33


def sitting(n: int) -> str:
    return "morning" if n < N // 2 else "afternoon"


def answers(n: int) -> dict[str, str]:
    """What a student writes; who it is decides which slips there are."""
    return {
        "1.steps": "7500" if n % 3 else ("7400" if n % 6 else "1"),
        "1.memory": "30 MB" if n % 4 else "30000",
        "1.last_batch": "5/32" if n % 5 else "",
        "2.statistics": "B" if n % 2 else "A",
        "2.changes": "A, C",
        "3.reason": list(ESSAYS)[n % 3],
        "3.remedy": "",
    }


def points(n: int) -> Fraction:
    """By hand: fields of 2, 4 and 2 points; question 2 is void; the text's points are a person's."""
    steps = 2 if n % 3 or n % 6 else 0
    memory = 4 if n % 4 else 0
    last_batch = 2 if n % 5 else 0
    return Fraction(steps + memory + last_batch + ESSAYS[list(ESSAYS)[n % 3]])


def late_by(n: int) -> timedelta:
    late = {7: timedelta(minutes=30), 8: timedelta(minutes=3), 17: timedelta(days=2, hours=1)}
    return late.get(n % 25, -timedelta(hours=1))


def deduction(n: int) -> Fraction:
    return {7: Fraction(1, 10), 17: Fraction(3, 10)}.get(n % 25, Fraction(0))


def rounded(total: Fraction) -> Fraction:
    """To the nearest quarter, halves up."""
    quarters = total * 4
    below = quarters.numerator // quarters.denominator
    return Fraction(below + (quarters - below >= Fraction(1, 2)), 4)


@dataclass(frozen=True)
class Told:
    """What the gradebook must say of a student."""

    state: str
    points: Fraction | None


def expected(n: int) -> Told:
    if n in MISSING:
        return Told("missing", None)
    if n == SWAPPED:
        return Told("set aside", None)
    if n in GROUP:
        n = GROUP[0]
    if n in TYPED:
        return Told("complete", rounded(points(n)))  # nothing is late on paper
    return Told("complete", rounded(points(n) * (1 - deduction(n))))


def roster_row(n: int) -> tuple[str, ...]:
    due = DUE[sitting(n)].isoformat(" ", "minutes")
    return f"s{n:03}", f"Student {n}", f"s{n:03}@example.edu", sitting(n), due, "g" if n in GROUP else ""


@dataclass(frozen=True)
class Sat:
    """The exam that was built, what was handed in, and where results go."""

    folder: ExamFolder
    handed_in: Path
    out: Path
    papers: Mapping[int, str]


@pytest.fixture(scope="module")
def sat(tmp_path_factory: pytest.TempPathFactory) -> Sat:
    place = tmp_path_factory.mktemp("story")
    (place / "exam.yaml").write_text(EXAM, encoding="utf-8")
    rows = [f"{','.join(roster_row(n))}\n" for n in range(N)]
    (place / "roster.csv").write_text("id,name,email,sitting,due,group\n" + "".join(rows), encoding="utf-8")
    secret = hashlib.sha256(b"story").digest()
    folder = build_exam(place / "exam.yaml", place / "roster.csv", place / "exam", spares=3, secret=secret)
    papers = {int(row.id[1:]): row.paper for row in folder.read_assignments() if row.id}
    sat = Sat(folder, place / "answers", place / "results", papers)
    hand_in(sat)
    type_in(sat)
    return sat


def hand_in(sat: Sat) -> None:
    """One file a student, some of them two; a table says when they came in."""
    sat.handed_in.mkdir()
    received: list[tuple[str, datetime, str]] = []

    def put(name: str, n: int, written: dict[str, str], at: timedelta, *, paper: str = "") -> None:
        write = write_yaml_form if n % 3 == 1 else write_json_form
        name = f"{name}.{'yaml' if n % 3 == 1 else 'json'}"
        (sat.handed_in / name).write_text(write(paper or sat.papers[n], written), encoding="utf-8")
        received.append((name, DUE[sitting(n)] + at, f"s{n:03}"))

    for n in range(N):
        if n in MISSING or n in TYPED:
            continue
        if n in GROUP[1:]:
            # The others of the group handed in the same file once more.
            put(f"s{n:03}", n, answers(GROUP[0]), -timedelta(minutes=50))
        elif n == SWAPPED:
            put(f"s{n:03}", n, answers(n), -timedelta(hours=1), paper=sat.papers[n + 1])
        elif n % 25 == 9:
            put(f"s{n:03}-first", n, {**answers(n), "1.memory": "31"}, -timedelta(hours=2))
            put(f"s{n:03}-second", n, answers(n), -timedelta(minutes=1))
        elif n % 25 == 14:
            put(f"s{n:03}-in-time", n, answers(n), -timedelta(minutes=1))
            put(f"s{n:03}-too-late", n, {**answers(n), "1.memory": "30 MB"}, timedelta(hours=1))
        else:
            put(f"s{n:03}", n, answers(n), late_by(n))
    spare = next(row.paper for row in sat.folder.read_assignments() if not row.id)
    put("walk-in", 1, answers(1), -timedelta(hours=1), paper=spare)
    received[-1] = (received[-1][0], received[-1][1], "")
    (sat.handed_in / "broken.json").write_text('{"format": ', encoding="utf-8")
    rows = "".join(f"{name},{moment.isoformat(' ')} +02:00,{who}\n" for name, moment, who in received)
    (sat.handed_in / "received.csv").write_text("file,submitted_at,id\n" + rows, encoding="utf-8")


def type_in(sat: Sat) -> None:
    """Ten papers came on paper: numbers and choices are typed, the text was read there and then."""
    store = store_of(sat.folder)
    for n in TYPED:
        ids = sat.folder.read_paper(sat.papers[n]).field_ids()

        def typed(transcript: Transcript, n: int) -> Transcript:
            for field, text in answers(n).items():
                given = HandPoints(Fraction(ESSAYS[text]), "read on paper", "BM") if field == "3.reason" else None
                transcript = transcript.with_entry(field, Entry(text, given), "BM")
            return transcript

        store.update(sat.papers[n], partial(typed, n=n), field_ids=ids)


def rows_of(out: Path) -> Iterator[dict[str, str]]:
    with (out / "gradebook.csv").open(encoding="utf-8", newline="") as book:
        yield from csv.DictReader(book)


def call(*arguments: str | Path) -> str:
    done = CliRunner().invoke(cli, list(map(str, arguments)), catch_exceptions=False)
    assert 0 == done.exit_code, done.output
    return done.output


def decide(table: Path, who: str) -> None:
    """Fill in a table of open answers as a teaching assistant does."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    for row in rows:
        row["points"], row["who"] = str(ESSAYS[row["response"]]), who
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or ())
        writer.writeheader()
        writer.writerows(rows)


def test_the_final_gradebook_is_what_a_recount_by_hand_says(sat: Sat, content) -> None:
    folder, out = sat.folder, sat.out
    run = grade_exam(folder, sat.handed_in, out, jobs=2)
    assert {"incomplete"} == {row["state"] for row in rows_of(out) if row["id"] and expected_complete_online(row["id"])}
    assert "broken.json" in {file.source for file in run.result.set_aside}

    call("review", out, "--split", "2")
    tables = sorted((out / "review").glob("*.csv"))
    for place, table in enumerate(tables):
        decide(table, f"TA{place}")
    call("review", out, "--import", *tables)
    grade_exam(folder, sat.handed_in, out, jobs=2)

    folder.adjustments.write_text(ADJUSTMENTS, encoding="utf-8")
    listed = json.loads(call("regrade", out, "--json", "--jobs", "2"))
    assert {sat.papers[n] for n in range(N) if n % 6 == 3 and expected(n).points is not None} <= {
        change["paper"] for change in listed["changes"] if change["field"] == "1.steps"
    }
    call("regrade", out, "--apply", "--jobs", "1")

    # A walk-in got a spare paper: its row gets a name, and grading goes on.
    assignments = folder.read_assignments()
    spare = next(row["paper"] for row in rows_of(out) if not row["id"])
    named = [replace(row, id="w1", name="Walk In") if row.paper == spare else row for row in assignments]
    folder.assignments.write_text(assignments_csv(named), encoding="utf-8")
    grade_exam(folder, sat.handed_in, out, jobs=1)

    found = {row["id"]: Told(row["state"], Fraction(row["points"]) if row["points"] else None) for row in rows_of(out)}
    assert {"w1": Told("complete", points(1))} == {name: told for name, told in found.items() if name == "w1"}
    assert {f"s{n:03}": expected(n) for n in range(N)} == {name: told for name, told in found.items() if name != "w1"}
    assert {"13"} == {row["out_of"] for row in rows_of(out) if row["out_of"]}

    before = content(out)
    grade_exam(folder, sat.handed_in, out, jobs=2)
    assert before == content(out)


def expected_complete_online(student: str) -> bool:
    n = int(student[1:])
    return expected(n).state == "complete" and n not in TYPED
