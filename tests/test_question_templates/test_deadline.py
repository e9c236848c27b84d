"""Due times and late policies: read strictly, meant the same on every machine, kept with the paper."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_templates.bank import open_bank
from question_templates.deadline import LatePolicy, is_doubtful, local_time, read_time, zone_of
from question_templates.errors import BrokenExam
from question_templates.exam import Exam, make_paper
from question_templates.exam_file import read_exam
from question_templates.paper import ExamHead, Paper

BANK = open_bank()
SUMMER, WINTER = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))


def exam(lines: str) -> Exam:
    slots = "slots:\n  - {points: 2, family: static/number-example}\n"
    return read_exam(f"format: chainrule-exam/1\ntitle: T\n{lines}{slots}", BANK)


def refusal(lines: str) -> str:
    with pytest.raises(BrokenExam) as caught:
        exam(lines)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-12 10:15", datetime(2026, 5, 12, 10, 15)),
        ("2026-05-12T10:15:30", datetime(2026, 5, 12, 10, 15, 30)),
        ("2026-05-12 10:15+02:00", datetime(2026, 5, 12, 10, 15, tzinfo=SUMMER)),
        ("2026-05-12 10:15 -05:30", datetime(2026, 5, 12, 10, 15, tzinfo=timezone(-timedelta(hours=5, minutes=30)))),
        ("2026-05-12T08:15Z", datetime(2026, 5, 12, 8, 15, tzinfo=timezone.utc)),
    ],
)
def test_a_time_is_read_with_and_without_a_zone(text: str, moment: datetime) -> None:
    read = read_time(text)

    assert (moment, moment.utcoffset()) == (read, read.utcoffset())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2026-05-12",
        "12.5.2026 10:15",
        "10:15",
        "20260512T1015",
        "2026-W20-2T10:15",
        "2026-05-12 10:15 CET",
    ],
)
def test_what_is_no_date_with_a_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"write a date and a time such as 2026-05-12 10:15"):
        read_time(text)


@pytest.mark.parametrize("text", ["2026-02-30 10:15", "2026-05-12 24:15", "2026-13-01 10:15", "0000-01-01 00:00"])
def test_a_time_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="there is no such date or time"):
        read_time(text)


@pytest.mark.parametrize(
    "zone", ["Europe/Zürich", "Mars/Olympus", "CEST+2", "../etc/passwd", "", "+2", "+19:00", "+02:60"]
)
def test_an_unknown_zone_is_refused_with_an_example(zone: str) -> None:
    with pytest.raises(ValueError, match=r"an offset such as \+02:00"):
        zone_of(zone)


def test_a_time_without_a_zone_is_local_to_where_the_exam_is_sat() -> None:
    in_may = local_time(datetime(2026, 5, 12, 10, 15), "Europe/Zurich")
    in_december = local_time(datetime(2026, 12, 1, 10, 15), "Europe/Zurich")

    assert (SUMMER, WINTER) == (in_may.tzinfo, in_december.tzinfo)


def test_a_time_with_a_zone_keeps_it_and_without_any_nothing_is_guessed() -> None:
    zoned, naive = datetime(2026, 5, 12, 10, 15, tzinfo=WINTER), datetime(2026, 5, 12, 10, 15)

    assert WINTER == local_time(zoned, "Europe/Zurich").tzinfo
    assert local_time(naive, "").tzinfo is None


@pytest.mark.parametrize(
    ("moment", "doubtful"),
    [
        (datetime(2026, 10, 25, 2, 30), True),  # shown twice
        (datetime(2026, 3, 29, 2, 30), True),  # never shown
        (datetime(2026, 10, 25, 3, 30), False),
        (datetime(2026, 10, 25, 2, 30, tzinfo=WINTER), False),
    ],
)
def test_hours_that_a_clock_shows_twice_or_never_are_known(moment: datetime, doubtful: bool) -> None:
    assert doubtful == is_doubtful(moment, "Europe/Zurich")


def test_an_exam_says_when_it_is_due_and_what_lateness_costs() -> None:
    head = exam(
        "due: 2026-05-12 10:15\ntimezone: Europe/Zurich\n"
        "late: {grace_minutes: 2.5, deduct: {share: 0.1, per: hour, at_most: 0.5}}\n"
    ).head

    assert datetime(2026, 5, 12, 8, 15, tzinfo=timezone.utc) == head.due
    assert LatePolicy(timedelta(seconds=150), Fraction(1, 10), "hour", Fraction(1, 2)) == head.late
    assert head.due == head.in_its_zone(datetime(2026, 5, 12, 10, 15))


def test_an_offset_is_a_timezone_too() -> None:
    assert SUMMER == zone_of("+02:00")
    assert (
        datetime(2026, 5, 12, 8, 15, tzinfo=timezone.utc) == exam("due: 2026-05-12 10:15\ntimezone: +02:00\n").head.due
    )


@pytest.mark.parametrize(
    "lines",
    [
        "due: 2026-05-12 10:15\n",
        "due: 2026-05-12 10:15+02:00\nlate: {grace_minutes: 5}\n",
        "due: 2026-05-12 10:15\ntimezone: Europe/Zurich\nlate: {deduct: {share: 0.1, per: day}}\n",
    ],
)
def test_a_paper_keeps_when_it_is_due(lines: str) -> None:
    paper = make_paper(exam(lines), BANK, secret=b"s", paper_id="ABCD-2345")
    read_back = Paper.from_text(paper.to_text())

    assert exam(lines).head == read_back.exam
    assert exam(lines).head.due is not None


def test_an_exam_that_says_nothing_of_it_has_the_papers_that_it_always_had() -> None:
    assert {"title", "course", "date", "instructions", "release"} == set(ExamHead("T").to_json())
    assert {"due", "timezone", "late"} & set(exam("").head.to_json()) == set()


@given(
    st.builds(
        LatePolicy,
        st.timedeltas(timedelta(0), timedelta(days=9)),
        st.fractions(0, 1),
        st.sampled_from(["hour", "day"]),
        st.fractions(0, 1),
    )
)
def test_a_late_policy_read_back_is_the_same(policy: LatePolicy) -> None:
    assert policy == LatePolicy.from_json(policy.to_json())


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("due: tomorrow\n", "exam.yaml:3:1: due: write a date and a time such as"),
        ("due: 20260512\n", "exam.yaml:3:1: due: Input should be a valid string (found 20260512)"),
        ("timezone: Mars\n", "exam.yaml:3:1: timezone: this machine knows no such time zone"),
        (
            "late: {grace_minutes: -1}\n",
            "exam.yaml:3:8: late.grace_minutes: Input should be greater than or equal to 0",
        ),
        (
            "late: {grace_minute: 5}\n",
            "exam.yaml:3:8: late.grace_minute: there is no such key here; did you mean 'grace_minutes'?",
        ),
        ("late: {deduct: {share: 10, per: day}}\n", "exam.yaml:3:17: late.deduct.share: Input should be less than or"),
        ("late: {deduct: {share: 0.1}}\n", "exam.yaml:3:8: late.deduct.per: this key is missing."),
        (
            "late: {deduct: {share: 0.1, per: week}}\n",
            "exam.yaml:3:29: late.deduct.per: Input should be 'hour' or 'day'",
        ),
        (
            "due: 2026-10-25 02:30\ntimezone: Europe/Zurich\n",
            "exam.yaml:3:1: due: in Europe/Zurich clocks show that time twice or never on that day; write it with its",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(lines: str, told: str) -> None:
    assert told in refusal(lines)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("due: 2026-05-12 10:15\n", "exam.yaml:3:1: due: the time names no zone"),
        ("late: {grace_minutes: 5}\n", "exam.yaml:3:1: late: there is no `due`"),
    ],
)
def test_what_deserves_a_look_is_a_note(lines: str, told: str) -> None:
    assert exam(lines).notes[0].startswith(told)
