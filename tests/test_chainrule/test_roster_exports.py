"""What Canvas, Gradescope and Moodle export is a roster as it is."""

from __future__ import annotations

from chainrule.rosters import Student, read_roster

CANVAS = """\
\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (101),Current Score,Final Score
,,,,,Manual Posting,,
    Points Possible,,,,,10.00,(read only),(read only)
"Lindqvist, Ada",1001,9001,ada,CS577-01,9.00,90,90
"Haddad, Bilal",1002,9002,bilal@example.edu,"CS577-01, CS577-02",,,
"Guest, Gio",1003,,gio,CS577-02,,,
"Student, Test",1099,,5b1f,CS577-01,,,
"""


def test_canvas_gradebook_is_a_roster_without_its_extra_rows() -> None:
    roster = read_roster(CANVAS.encode(), source="grades.csv")

    assert (
        Student("9001", "Ada Lindqvist", "", "CS577-01"),
        Student("9002", "Bilal Haddad", "bilal@example.edu", "CS577-01, CS577-02"),
        Student("gio", "Gio Guest", "", "CS577-02"),
    ) == roster.students
    assert (
        "grades.csv: read as a Canvas gradebook; ids are from the column 'SIS User ID', and from 'SIS Login ID' in "
        "line 6.",
        "grades.csv: left out: a row without name and id (line 2), points possible (line 3), test student (line 7).",
        "grades.csv: columns that were not read: 'Quiz 1 (101)', 'Current Score', 'Final Score'.",
    ) == roster.notes


def test_canvas_without_a_student_information_system_gives_login_names_as_ids() -> None:
    text = "Student,ID,SIS Login ID,Section\n    Points Possible,,,\nAda,1001,ada,01\n"

    assert (Student("ada", "Ada", "", "01"),) == read_roster(text.encode()).students


def test_an_export_may_have_seats_and_formats_added() -> None:
    text = "Student,ID,SIS User ID,SIS Login ID,Section,Room,Seat,Format\nAda,1,9,a,01,H2,A1,large print\n"

    (ada,) = read_roster(text.encode()).students
    assert ("H2", "A1", "large-print") == (ada.room, ada.seat, ada.format)


def test_gradescope_roster_leaves_staff_out() -> None:
    text = (
        "First Name,Last Name,SID,Email,Role,Sections\n"
        "Ada,Lindqvist,9001,ada@example.edu,Student,01\n"
        "Tom,Assistant,7001,tom@example.edu,TA,\n"
        "Bo,Haddad,,bo@example.edu,Student,01\n"
    )

    roster = read_roster(text.encode())
    assert (
        Student("9001", "Ada Lindqvist", "ada@example.edu", "01"),
        Student("bo@example.edu", "Bo Haddad", "bo@example.edu", "01"),
    ) == roster.students
    assert "roster.csv: left out: ta (line 3)." in roster.notes


def test_gradescope_gradebook_is_a_roster() -> None:
    text = (
        "First Name,Last Name,SID,Email,Sections,section_name,HW1,HW1 - Max Points\n"
        "Ada,Lindqvist,9001,ada@example.edu,,01,8,10\n"
    )

    assert (Student("9001", "Ada Lindqvist", "ada@example.edu", "01"),) == read_roster(text.encode()).students


def test_moodle_groups_are_sections_and_share_no_paper() -> None:
    text = (
        "First name,Last name,ID number,Institution,Department,Email address,Groups\n"
        "Ada,Lindqvist,9001,,,ada@example.edu,Tutorial 3\n"
    )

    (ada,) = read_roster(text.encode()).students
    assert Student("9001", "Ada Lindqvist", "ada@example.edu", "Tutorial 3") == ada


def test_another_student_in_the_export_changes_nobody_elses_id() -> None:
    before = read_roster(CANVAS.encode()).students
    after = read_roster((CANVAS + '"New, Nia",1004,,,CS577-01,,,\n').encode()).students

    assert before == after[:-1]
    assert "1004" == after[-1].id
