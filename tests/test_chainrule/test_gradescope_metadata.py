"""Reading submission_metadata.json, and telling people apart without a roster."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest

from chainrule.errors import RefusedInput
from chainrule.gradescope.due_times import due_time
from chainrule.gradescope.metadata import BrokenMetadata, Metadata, User, read_metadata
from chainrule.gradescope.owners import owners_json, read_owners
from chainrule.rosters.assignments import Assignment
from question_templates.paper import ExamHead

# As the vendor's documentation shows it, with two users.
EXAMPLE = """{
  "id": 123456,
  "created_at": "2018-07-01T14:22:32.365935-07:00",
  "assignment": {
    "due_date": "2018-07-31T23:00:00.000000-07:00", "group_size": 4, "group_submission": true, "id": 25828,
    "course_id": 1234, "late_due_date": null, "release_date": "2018-07-02T00:00:00.000000-07:00",
    "title": "Programming Assignment 1", "total_points": "20.0"
  },
  "submission_method": "upload",
  "users": [
    {"email": "student@example.com", "id": 1234, "name": "Student User"},
    {"email": "other@example.com", "id": 1235, "name": "Other User"}
  ],
  "previous_submissions": [
    {"submission_time": "2017-04-06T14:24:48.087023-07:00", "score": 0.0, "autograder_error": true, "results": {}}
  ]
}"""
WEST = timezone(timedelta(hours=-7))


def test_the_vendors_example_is_read() -> None:
    read = read_metadata(EXAMPLE.encode())

    assert (User("student@example.com", "1234"), User("other@example.com", "1235")) == read.users
    assert datetime(2018, 7, 1, 14, 22, 32, tzinfo=WEST) == read.created_at
    assert datetime(2018, 7, 31, 23, tzinfo=WEST) == read.due
    assert Fraction(20) == read.total_points
    assert () == read.odd


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'{"users": [', "can't be read as JSON"),
        (b"7", "holds no object"),
        (b"{}", "names no users"),
        (b'{"users": [{"name": "Ada"}]}', "without e-mail and id"),
    ],
)
def test_what_names_nobody_is_refused_in_words(data: bytes, told: str) -> None:
    with pytest.raises(BrokenMetadata, match=told):
        read_metadata(data)


def test_a_time_without_a_zone_can_not_be_compared() -> None:
    read = read_metadata(EXAMPLE.replace("-07:00", "").encode())

    assert (None, None) == (read.created_at, read.due)
    assert 2 == len(read.odd)


TABLE = (
    Assignment("K7QF-2MXP", "9001", "Ada Lindqvist", "Ada@Example.edu"),
    Assignment("RRRR-2222", "9002", "Bilal Haddad", "bilal@example.edu", due=datetime(2026, 12, 7, 12)),
    Assignment("SSSS-3333", "9003", "Chiara Conti"),
    Assignment("TTTT-4444"),
)
STORED = owners_json(TABLE, b"secret")


def test_no_name_address_or_id_is_in_what_leaves_the_staff() -> None:
    words = [word.casefold() for row in TABLE for word in (row.id, row.email, *row.name.split()) if word]

    assert [] == [word for word in words if word in STORED.casefold()]


def test_people_are_found_by_address_and_those_without_one_by_id() -> None:
    owners = read_owners(STORED)

    assert "K7QF-2MXP" == owners.paper_of_email(" ada@EXAMPLE.edu ")
    assert ("", "") == (owners.paper_of_email(""), owners.paper_of_email("\ud800@example.edu"))
    assert ["", "", "SSSS-3333"] == [owners.paper_of_id(known) for known in ("9001", "9002", " 9003")]


def test_another_exam_has_other_digests() -> None:
    one, other = json.loads(STORED), json.loads(owners_json(TABLE, b"another secret"))

    assert set() == set(one["email"]) & set(other["email"])


def test_one_address_with_two_papers_is_refused() -> None:
    twice = (*TABLE, Assignment("TTTT-4444", "9004", "Ada L", "ADA@example.edu"))

    with pytest.raises(RefusedInput, match=r"'ADA@example\.edu' has the papers K7QF-2MXP and TTTT-4444; keep one"):
        owners_json(twice, b"secret")


def test_owners_of_another_format_are_refused() -> None:
    with pytest.raises(ValueError, match="its format is not"):
        read_owners("{}")


UTC = timezone.utc
AT = Metadata((), datetime(2026, 12, 5, 16, tzinfo=UTC), due=datetime(2026, 12, 5, 18, tzinfo=UTC))


@pytest.mark.parametrize(
    ("head", "personal", "metadata", "expected"),
    [
        (ExamHead("x"), (), Metadata(()), None),
        (ExamHead("x"), (), AT, datetime(2026, 12, 5, 18, tzinfo=UTC)),
        (ExamHead("x", due=datetime(2026, 12, 5, 19, tzinfo=UTC)), (), AT, datetime(2026, 12, 5, 19, tzinfo=UTC)),
        (ExamHead("x", due=datetime(2026, 12, 5, 17, tzinfo=UTC)), (), AT, datetime(2026, 12, 5, 18, tzinfo=UTC)),
        (ExamHead("x"), ("2026-12-05T15:00",), AT, datetime(2026, 12, 5, 15, tzinfo=UTC)),
        (ExamHead("x", timezone="+02:00"), ("2026-12-05T15:00",), AT, datetime(2026, 12, 5, 13, tzinfo=UTC)),
        (ExamHead("x"), ("2026-12-05T15:00", "2026-12-06T09:00+01:00"), AT, datetime(2026, 12, 6, 8, tzinfo=UTC)),
        (ExamHead("x"), ("2026-12-05T15:00",), Metadata(()), None),  # nobody says where that is
    ],
)
def test_the_latest_of_the_due_times_counts_and_a_personal_one_above_all(
    head: ExamHead, personal: tuple[str, ...], metadata: Metadata, expected: datetime | None
) -> None:
    assert expected == due_time(head, personal, metadata)


def test_in_a_group_whoever_has_no_due_time_has_the_exams() -> None:
    pair = (
        Assignment("K7QF-2MXP", "1", "A", "a@b", group="G", due=datetime(2026, 12, 1, 12)),
        Assignment("K7QF-2MXP", "2", "B", "b@b", group="G"),
    )
    owners = read_owners(owners_json(pair, b"secret", due=datetime(2026, 12, 2, 12)))

    assert {"K7QF-2MXP": ("2026-12-01T12:00:00", "2026-12-02T12:00:00")} == owners.due
