"""Rosters as spreadsheets write them, and every mistake at once."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.errors import RefusedInput
from chainrule.rosters import Student, read_roster

ADA, BO = Student("s1", "Ada", "ada@example.edu"), Student("s2", "Bo")
PLAIN = "id,name,email\ns1,Ada,ada@example.edu\ns2,Bo,\n"
HEADINGS = ("id", "name", "email", "room", "seat", "group", "sitting", "time_factor", "due", "format", "Student", "SID")


def refusal(data: bytes | str) -> list[str]:
    with pytest.raises(RefusedInput) as refused:
        read_roster(data.encode() if isinstance(data, str) else data, source="class.csv")
    return str(refused.value).splitlines()


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        b"\xef\xbb\xbfid;name;email\r\ns1;Ada;ada@example.edu\r\ns2;Bo;\r\n",
        b"Name\tStudent ID\tE-Mail\nAda\ts1\tada@example.edu\nBo\ts2\n",
        PLAIN.encode("utf-16"),
        PLAIN.replace(",", "\t").encode("utf-16-be").join([b"\xfe\xff", b""]),
        b"\nid,name,email\n\n s1 , Ada ,ada@example.edu\ns2,Bo,\n\n",
        b"sep=;\r\nid;name;email\r\ns1;Ada;ada@example.edu\r\ns2;Bo;\r\n",
        b'"sep=,"\rid,name,email\rs1,Ada,ada@example.edu\rs2,Bo,\r',
        b'"id","name","email"\n"s1","Ada","ada@example.edu"\n"s2","Bo",""\n',
        b'id;"name, first and last";Name;email\ns1;;Ada;ada@example.edu\ns2;;Bo;\n',
        b"ID,First Name,SURNAME,email\ns1,,Ada,ada@example.edu\ns2,Bo,,\n",
    ],
)
def test_a_roster_is_read_in_the_forms_that_spreadsheets_write(data: bytes) -> None:
    assert (ADA, BO) == read_roster(data).students


def test_names_keep_their_letters_whatever_the_encoding() -> None:
    roster = read_roster("id,name\n1,José Müller\n".encode("cp1252"))

    assert "José Müller" == roster.students[0].name
    assert "Windows-1252" in roster.notes[0]


def test_a_composed_and_a_decomposed_letter_are_the_same() -> None:
    assert "José" == read_roster("id,name\n1,Jose\u0301\n".encode()).students[0].name


def test_a_line_break_in_a_cell_is_a_blank_and_lines_are_counted_as_an_editor_counts_them() -> None:
    roster = 'id,name\ns1,"Ada\nLindqvist"\n,Bo\n'

    assert ["class.csv:4: the id is blank; every student needs one."] == refusal(roster)
    assert "Ada Lindqvist" == read_roster(roster.replace("\n,Bo", "").encode()).students[0].name


def test_every_column_is_read() -> None:
    data = (
        "ID;Name;E-Mail;Section;Room;Seat;Team;Sitting;Time factor;Due;Format\n"
        "s1;Ada;ada@example.edu;01;Hall 2;A10;G1;Monday;1,5;2026-12-05T17:00+01:00;Large print\n"
    )

    due = datetime(2026, 12, 5, 17, tzinfo=timezone(timedelta(hours=1)))
    ada = Student(
        "s1", "Ada", "ada@example.edu", "01", "Hall 2", "A10", "G1", "Monday", Fraction(3, 2), due, "large-print"
    )
    roster = read_roster(data.encode())
    assert (ada,) == roster.students
    assert {"id", "name", "email", "section", "room", "seat", "group", "sitting", "time_factor", "due", "format"} == (
        roster.columns
    )


@pytest.mark.parametrize(
    ("column", "written", "value"),
    [
        ("time_factor", "1.5", Fraction(3, 2)),
        ("time_factor", '"1,5"', Fraction(3, 2)),
        ("time_factor", "150 %", Fraction(3, 2)),
        ("time_factor", "133.3%", Fraction(1333, 1000)),
        ("time_factor", "", Fraction(1)),
        ("due", "2026-12-05 17:00", datetime(2026, 12, 5, 17)),
        ("due", "2026-12-05T17:00:30", datetime(2026, 12, 5, 17, 0, 30)),
        ("due", "2026-12-05T17:00Z", datetime(2026, 12, 5, 17, tzinfo=timezone.utc)),
        ("due", "", None),
        ("format", "Screen_Reader", "screen-reader"),
        ("format", "", "standard"),
        ("email", "ada@example.edu\u200b", "ada@example.edu"),
    ],
)
def test_a_cell_is_read_as_people_write_it(column: str, written: str, value: Any) -> None:
    (student,) = read_roster(f"id,name,{column}\ns1,Ada,{written}\n".encode()).students

    assert value == getattr(student, column)


@pytest.mark.parametrize(
    ("column", "written", "fault"),
    [
        ("time_factor", "half", "'half' is no number; write 1.5 or 150 % for half as much time again."),
        ("time_factor", "0.5", "'0.5' is less than the usual time, which is 1 or 100 %; did you mean 150 %?"),
        ("time_factor", "25%", "'25%' is less than the usual time, which is 1 or 100 %; did you mean 125 %?"),
        ("time_factor", "150", "'150' is more than 10 times the usual time; did you mean 150 %?"),
        ("due", "2026-12-05", "'2026-12-05' has no time of day; write 2026-12-05T23:59 for the end of that day."),
        ("due", "2026-02-30T10:00", "there is no '2026-02-30T10:00' on any calendar or clock."),
        (
            "due",
            "5.12.2026 17:00",
            "'5.12.2026 17:00' is no ISO date and time; write it like 2026-12-05T17:00 or 2026-12-05T17:00+01:00.",
        ),
        (
            "format",
            "large-pint",
            "'large-pint' is no format; did you mean large-print? There are standard, large-print, screen-reader.",
        ),
        ("format", "braille", "'braille' is no format. There are standard, large-print, screen-reader."),
        (
            "email",
            "ada.example.edu",
            "'ada.example.edu' has no @, so it is no address; leave the cell empty if there is none.",
        ),
        ("email", "Ada <ada@x.edu>", "'Ada <ada@x.edu>' is no address; write it like ada@example.edu."),
    ],
)
def test_a_cell_that_can_not_be_read_is_reported_with_what_would_be_right(
    column: str, written: str, fault: str
) -> None:
    assert [f"class.csv:2: {column}: {fault}"] == refusal(f"id,name,{column}\ns1,Ada,{written}\n")


def test_an_id_that_a_spreadsheet_has_rounded_is_refused() -> None:
    assert ["class.csv:2: id: a spreadsheet has rounded '1.23457E+11'; format the column as text and enter the ids"
            " again."] == refusal("id,name\n1.23457E+11,Ada\n")  # fmt: skip


def test_every_mistake_is_reported_with_its_line() -> None:
    roster = """\
id,name,email,room,seat,group,format,due
s1,Ada,ada@example.edu,A,1,,,
s1,Bo,ADA@example.edu,A,1,,,
S1,Bea,,,,,,
,Cy,,B,1,G1,,
s4,,,B,1,G1,large-print,never
s5,Di,d,b,1,G2,,,x
"""

    assert [
        "class.csv:3: the id 's1' stands in line 2 already.",
        "class.csv:3: the address 'ADA@example.edu' is that of Ada in line 2; submissions are told apart by it.",
        "class.csv:3: seat 1 in room A is taken by Ada in line 2.",
        "class.csv:4: the id 'S1' stands in line 2 already, written 's1'.",
        "class.csv:5: the id is blank; every student needs one.",
        "class.csv:6: due: 'never' is no ISO date and time; write it like 2026-12-05T17:00 or 2026-12-05T17:00+01:00.",
        "class.csv:6: the name of student 's4' is blank.",
        "class.csv:6: group 'G1' shares one paper, but its format is 'standard' in line 5 and 'large-print' here.",
        "class.csv:7: email: 'd' has no @, so it is no address; leave the cell empty if there is none.",
        "class.csv:7: there are 9 cells but 8 headings; a cell with a separator in it needs quotation marks, like "
        '"Lindqvist, Ada".',
        "class.csv:7: seat 1 in room b is taken by Cy in line 5.",
    ] == refusal(roster)


def test_the_same_seat_in_another_sitting_or_room_is_another_seat() -> None:
    data = b"id,name,room,seat,sitting\n1,A,R1,5,am\n2,B,R1,5,pm\n3,C,R2,5,am\n"

    assert 3 == len(read_roster(data).students)


def test_a_file_with_a_thousand_mistakes_shows_the_first_fifty() -> None:
    found = refusal("id,name\n" + ",x\n" * 1000)

    assert 51 == len(found)
    assert "class.csv: and 950 more mistakes." == found[-1]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the roster is empty"),
        (b"\n \n", "the roster is empty"),
        (b"id,name\n", "no student below the headings"),
        (b"number,e-mail\n1,a@b\n", "no column name among the headings number, e-mail"),
        (b"first name,last name\nA,B\n", "no column id among the headings first name, last name; the first line"),
        (b"id,name,Student ID\n1,A,2\n", "the headings 'id' and 'Student ID' both mean id; keep one"),
        (b"id,name,email,email\n1,A,,\n", "the headings 'email' and 'email' both mean email; keep one"),
        (b'id,name\ns1,"Ada\ns2,Bo\ns3,Cy\n', ":2: a quotation mark is opened and never closed"),
        (b"id,name\n\0,Ada\n", ":2: there is a NUL"),
        (b"PK\x03\x04\x14\0\x06\0", "a workbook .xlsx or ods., no CSV file; open it in a spreadsheet program and save"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook"),
        (b"<html><table><tr><td>id", "a web page or XML, no CSV"),
        (b"id,name\n1,Ad\x81\n", r":2: byte 0x81 is neither UTF-8 nor Windows-1252"),
        (b"\xff\xfei\0d\0,", "UTF-16 with a damaged place"),
    ],
)
def test_a_roster_that_can_not_be_used_says_why(data: bytes, message: str) -> None:
    with pytest.raises(RefusedInput, match=message):
        read_roster(data)


def test_columns_that_are_not_read_are_named_and_near_misses_first() -> None:
    roster = read_roster(b"id,name,Hobby,formt,\n1,Ada,chess,large-print,?\n")

    assert (
        "roster.csv: columns that were not read: 'formt' (did you mean format?), 'Hobby', number 5, without a heading.",
    ) == roster.notes


def test_groups_are_counted_and_a_section_in_their_place_is_suspected() -> None:
    roster = read_roster(("id,name,group\n" + "".join(f"{n},N,{'AB'[n > 2]}\n" for n in range(12))).encode())

    assert (
        "roster.csv: 2 groups of 3 to 9 share a paper each.",
        "roster.csv: are these groups that hand in one paper? B; a class section is a `section`.",
    ) == roster.notes


def lines(cells: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    rows = st.lists(st.lists(cells, max_size=6), max_size=6)
    return rows.map(lambda table: "\n".join(",".join(row) for row in table))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_roster_or_refused(data: bytes) -> None:
    try:
        read_roster(data)
    except RefusedInput as refused:
        assert str(refused)


@given(lines(st.sampled_from(HEADINGS) | st.text(max_size=12)), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_any_table_is_a_roster_or_refused(text: str, encoding: str) -> None:
    try:
        found = read_roster(f"id,name,{text}".encode(encoding, "replace"))
    except RefusedInput as refused:
        assert str(refused)
    else:
        assert all(student.id and student.name for student in found.students)
