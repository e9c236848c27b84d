"""The gradebook as files for Canvas, Moodle and Gradescope: nobody's preliminary points become a grade."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.results.exports import export_files
from chainrule.results.gradebook import gradebook_csv
from chainrule.rosters import read_roster
from chainrule.rosters.assignments import Assignment
from grader import ClassResult, FieldGrade, Grade, SetAside, Verdict
from grader.verdict import Outcome

PLATFORMS = ("canvas", "moodle", "gradescope")
#: Where each platform's file has somebody's id and points.
COLUMNS = {"canvas": ("SIS User ID", "Midterm"), "moodle": ("ID number", "Midterm"), "gradescope": ("SID", "Midterm")}

TABLE = (
    Assignment("AAAA-2222", "9001", "Ada Lindqvist", "ada@example.edu", "01"),
    Assignment("BBBB-2222", "9002", "Bilal Haddad", "bilal@example.edu", "01"),
    Assignment("CCCC-2222", "9003", "Chiara di Conti", "chiara@example.edu", "02", group="G1"),
    Assignment("CCCC-2222", "9004", "Daniel Okafor", "daniel@example.edu", "02", group="G1"),
    Assignment("DDDD-2222", "9005", "Elena Petrova", "elena@example.edu"),
    Assignment("EEEE-2222", "9006", "Farid Rahimi", "farid@example.edu"),
    Assignment("FFFF-2222", "9007", "Grace", "grace@example.edu"),
    Assignment("JJJJ-2222", "9008", "Hana Sato", "hana@example.edu"),
    Assignment("KKKK-2222", "9009", "Ivo Ek", "ivo@example.edu"),
    Assignment("GGGG-2222"),
    Assignment("HHHH-2222"),
)


def graded(paper: str, *fields: tuple[Outcome, str, str]) -> Grade:
    made = tuple(
        FieldGrade(f"{n}.x", "number", "7", Verdict(outcome), Fraction(points), Fraction(worth))
        for n, (outcome, points, worth) in enumerate(fields, 1)
    )
    return Grade(paper, f"{paper}.json", "", made)


GRADES = {
    "AAAA-2222": graded("AAAA-2222", ("right", "8", "8"), ("partly", "9/4", "7")),
    "BBBB-2222": graded("BBBB-2222", ("right", "8", "8"), ("unreadable", "0", "7")),
    "CCCC-2222": graded("CCCC-2222", ("blank", "0", "8"), ("blank", "0", "7")),
    # A void holds for what these two drew in a slot, and for nobody else.
    "FFFF-2222": graded("FFFF-2222", ("partly", "5", "7"), ("voided", "0", "0")),
    "JJJJ-2222": graded("JJJJ-2222", ("voided", "0", "0"), ("voided", "0", "0")),
    "GGGG-2222": graded("GGGG-2222", ("right", "8", "8"), ("right", "7", "7")),
}
RESULT = ClassResult(
    GRADES,
    (SetAside("e.json", "broken", "EEEE-2222"), SetAside("note on b.json", "Somebody else had it.", "KKKK-2222")),
)


def exported(table: tuple[Assignment, ...] = TABLE, *, title: str = "Midterm") -> dict[str, str]:
    return export_files(RESULT, table, title=title, out_of=Fraction(15))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def final(platform: str) -> dict[str, str]:
    """Id and points of everybody who has a row."""
    known, points = COLUMNS[platform]
    return {row[known]: row[points] for row in rows(exported()[f"{platform}.csv"]) if row[known]}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_only_complete_grades_are_exported_and_a_group_has_a_row_each(platform: str) -> None:
    assert {"9001": "10.25", "9003": "0", "9004": "0", "9007": "10.71"} == final(platform)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_everybody_else_is_listed_beside_it_with_the_reason(platform: str) -> None:
    others = {row["paper"]: row for row in rows(exported()[f"{platform}-not-final.csv"])}
    states = {paper: (row["state"], row["points so far"]) for paper, row in others.items()}

    assert {
        "BBBB-2222": ("incomplete", "8"),
        "DDDD-2222": ("missing", ""),
        "EEEE-2222": ("set aside", ""),
        "GGGG-2222": ("without a student", "15"),
        "JJJJ-2222": ("complete", "0"),
        "KKKK-2222": ("set aside", ""),
    } == states
    assert "Waits for a person: 2.x." == others["BBBB-2222"]["why"]
    assert "Every question of this paper is void" in others["JJJJ-2222"]["why"]
    assert "See set-aside.csv: Somebody else had it." == others["KKKK-2222"]["why"]
    assert all(row["why"] for row in others.values())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_nobody_is_lost_and_nobody_is_there_twice(platform: str) -> None:
    others = [row["id"] for row in rows(exported()[f"{platform}-not-final.csv"]) if row["id"]]

    assert sorted(row.id for row in TABLE if row.id) == sorted([*final(platform), *others])


@pytest.mark.parametrize("platform", PLATFORMS)
def test_our_own_reader_of_rosters_finds_the_same_people(platform: str) -> None:
    roster = read_roster(exported()[f"{platform}.csv"].encode())
    expected = [row for row in TABLE if row.id in ("9001", "9003", "9004", "9007")]

    assert [(row.id, row.name, row.email) for row in expected] == [
        (student.id, student.name, student.email) for student in roster.students
    ]
    assert platform in roster.notes[0].casefold()


def test_canvas_has_its_headings_and_the_row_of_maxima() -> None:
    lines = exported(title="Midterm (4711)")["canvas.csv"].splitlines()

    assert "Student,ID,SIS User ID,SIS Login ID,Section,Midterm (4711)" == lines[0]
    assert "    Points Possible,,,,,15" == lines[1]
    assert "Ada Lindqvist,,9001,ada@example.edu,01,10.25" == lines[2]


def test_moodle_never_gets_a_row_without_an_address() -> None:
    """Moodle would give its points to the student of the row above."""
    table = (TABLE[0], Assignment("CCCC-2222", "9003", "Chiara Conti"))
    files = exported(table)

    assert ["9001"] == [row["ID number"] for row in rows(files["moodle.csv"])]
    assert "no address" in next(r for r in rows(files["moodle-not-final.csv"]) if r["id"] == "9003")["why"]
    assert ["9001", "9003"] == [row["SID"] for row in rows(files["gradescope.csv"])]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_cell_is_a_formula(platform: str) -> None:
    table = (Assignment("AAAA-2222", "=1+1", '=HYPERLINK("http://x")', "@ada@example.edu", "-2"),)
    files = exported(table, title="=Midterm\nof today")

    for text in (files[f"{platform}.csv"], files[f"{platform}-not-final.csv"]):
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert [] == [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_the_same_class_gives_the_same_files() -> None:
    assert exported() == exported()
    assert {"converted.csv", *(f"{name}{part}.csv" for name in PLATFORMS for part in ("", "-not-final"))} == set(
        exported()
    )


def test_a_paper_of_which_only_a_note_is_known_is_not_called_missing() -> None:
    states = {row["paper"]: row["state"] for row in rows(gradebook_csv(RESULT, TABLE, ()))}

    assert ("set aside", "missing") == (states["KKKK-2222"], states["DDDD-2222"])


def test_whose_points_were_converted_to_the_assignments_is_listed() -> None:
    """5 of 7 points are 75/7 of 15."""
    found = rows(exported()["converted.csv"])

    assert [["9007", "Grace", "grace@example.edu", "FFFF-2222", "5", "7", "10.71", "15"]] == [
        list(row.values()) for row in found
    ]
    assert "converted.csv" not in export_files(RESULT, TABLE[:5], title="Midterm", out_of=Fraction(15))


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_whatever_a_paper_is_worth_its_share_of_the_points_is_imported(
    out_of: int, worth: int, data: st.DataObject
) -> None:
    earned = data.draw(st.integers(0, worth))
    result = ClassResult({"AAAA-2222": graded("AAAA-2222", ("partly", f"{earned}", f"{worth}"))}, ())
    files = export_files(result, TABLE[:1], title="Midterm", out_of=Fraction(out_of))
    (row,) = rows(files["gradescope.csv"])

    assert abs(float(row["Midterm"]) / out_of - earned / worth) <= 0.0051 / out_of
    assert float(row["Midterm"]) <= float(row["Midterm - Max Points"])
