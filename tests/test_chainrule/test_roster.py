"""Rosters as spreadsheets write them, and every mistake at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.errors import RefusedInput
from chainrule.roster import Student, read_roster

ADA, BO = Student("s1", "Ada", "ada@example.edu"), Student("s2", "Bo")


@pytest.mark.parametrize(
    "data",
    [
        b"id,name,email\ns1,Ada,ada@example.edu\ns2,Bo,\n",
        b"\xef\xbb\xbfid;name;email\r\ns1;Ada;ada@example.edu\r\ns2;Bo;\r\n",
        b"Name\tStudent ID\tE-Mail\nAda\ts1\tada@example.edu\nBo\ts2\n",
        "id,name,email\ns1,Ada,ada@example.edu\ns2,Bo\n".encode("utf-16"),
        b"\nid,name,email\n\n s1 , Ada ,ada@example.edu\ns2,Bo,\n\n",
    ],
)
def test_a_roster_is_read_in_the_forms_that_spreadsheets_write(data: bytes) -> None:
    assert (ADA, BO) == read_roster(data)


def test_names_keep_their_letters_whatever_the_encoding() -> None:
    (student,) = read_roster("id,name\n1,José Müller\n".encode("cp1252"))

    assert "José Müller" == student.name


def test_every_mistake_is_reported_with_its_line() -> None:
    data = b"id,name\ns1,Ada\ns1,Bo\n,Cy\ns4,\n"

    with pytest.raises(RefusedInput) as refused:
        read_roster(data, source="class.csv")

    assert [
        "class.csv:3: the id 's1' stands in line 2 already.",
        "class.csv:4: the id is blank; every student needs one.",
        "class.csv:5: the name of student 's4' is blank.",
    ] == str(refused.value).splitlines()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the roster is empty"),
        (b"\n \n", "the roster is empty"),
        (b"id,name\n", "no student below the headings"),
        (b"number,e-mail\n1,a@b\n", "no column name among the headings number, e-mail"),
    ],
)
def test_a_roster_that_can_not_be_used_says_why(data: bytes, message: str) -> None:
    with pytest.raises(RefusedInput, match=message):
        read_roster(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_roster_or_refused(data: bytes) -> None:
    try:
        read_roster(data)
    except RefusedInput as refused:
        assert str(refused)
