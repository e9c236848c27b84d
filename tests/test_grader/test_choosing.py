"""Which file of a paper counts, and that nothing that was handed in is dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.choosing import Deadline, Entry, Owner, choose
from grader.lateness import LatePolicy
from submissions.handed_in import Sender

UTC = timezone.utc
NOON = datetime(2026, 5, 12, 12, 0, tzinfo=UTC)
PAPER = "AAAA-AAAA"
ADA, BOB = Owner("s1", "Ada Lindqvist", "ada@example.edu"), Owner("s2", "Bob Byrne", "bob@example.edu")
OWNERS: Mapping[str, tuple[Owner, ...]] = {PAPER: (ADA,), "BBBB-BBBB": (BOB,)}
POLICY = LatePolicy(grace=timedelta(minutes=5), share=Fraction(1, 10), per="day")
DEADLINES = {PAPER: Deadline(NOON, POLICY)}


def at(minutes: int, written: str = "w", *, source: str = "") -> Entry:
    return Entry(source or f"{minutes}-{written}", PAPER, "", written, (), NOON + timedelta(minutes=minutes))


def chosen(*entries: Entry, deadlines: Mapping[str, Deadline] = DEADLINES) -> str:
    choice = choose(entries, owners=OWNERS, deadlines=deadlines)
    return choice.chosen[PAPER].source if PAPER in choice.chosen else ""


@pytest.mark.parametrize(
    ("minutes", "counts"),
    [
        ([-60, -1], "-1-1"),
        ([-60, 4], "4-1"),  # within the grace
        ([-60, 6], "-60-0"),
        ([6, 90], "90-1"),
        ([-90, -60, 6, 90], "-60-1"),
    ],
    ids=str,
)
def test_the_latest_file_in_time_counts_else_the_latest(minutes: list[int], counts: str) -> None:
    assert counts == chosen(*(at(moment, str(place)) for place, moment in enumerate(minutes)))


def test_the_same_answers_once_more_after_the_deadline_do_not_make_it_late() -> None:
    choice = choose([at(-30), at(600)], owners=OWNERS, deadlines=DEADLINES)

    assert "-30-w" == choice.chosen[PAPER].source
    assert {} == choice.late


def test_a_late_file_that_counts_says_what_it_costs() -> None:
    late = choose([at(25 * 60)], owners=OWNERS, deadlines=DEADLINES).late[PAPER]

    assert (timedelta(hours=25), Fraction(2, 10)) == (late.by, late.deduction)


def test_without_times_different_answers_are_left_to_a_person() -> None:
    entries = [replace(at(0, written), submitted_at=None) for written in "ab"]

    assert "" == chosen(*entries)
    assert 2 == len(choose(entries).set_aside)


def test_two_answers_of_the_same_moment_are_left_to_a_person() -> None:
    assert "" == chosen(at(-5, "a"), at(-5, "b"))
    assert "-5-a" == chosen(at(-5, "a"), replace(at(-5, "a"), source="copy"), at(-6, "b"))


def test_a_file_of_unknown_time_does_not_beat_a_late_one() -> None:
    undated = replace(at(0, "a"), submitted_at=None, source="undated")

    assert "" == chosen(undated, at(60, "b"))
    assert "undated" == chosen(undated, at(60, "a"))


def test_a_file_that_can_not_be_read_is_its_senders() -> None:
    broken = Entry("broken.json", problem="not JSON", senders=(Sender(email="ada@example.edu"),))

    assert PAPER == choose([broken], owners=OWNERS).set_aside[0].paper


def test_of_two_files_one_called_late_by_the_platform_the_other_counts() -> None:
    timely = Entry("timely", PAPER, "", "a", is_late=False)

    assert "timely" == chosen(timely, Entry("later", PAPER, "", "b", is_late=True))


def test_times_that_can_not_be_compared_do_not_cost_the_grade() -> None:
    local = replace(at(0), submitted_at=datetime(2026, 5, 12, 23, 0))
    choice = choose([local], owners=OWNERS, deadlines=DEADLINES)

    assert local == choice.chosen[PAPER]
    assert ["time of 0-w"] == [note.source for note in choice.set_aside]


@pytest.mark.parametrize(
    ("senders", "fits"),
    [
        ((), True),
        ((Sender(id="S1"),), True),
        ((Sender(email=" ADA@example.edu"),), True),
        ((Sender(name="lindqvistada"),), True),  # as in Canvas' file names
        ((Sender(name="Lindqvist, Ada"),), True),
        ((Sender(id="s2"), Sender(id="s1")), True),  # a group hands in together
        ((Sender(id="4711", name="Somebody Else"),), True),  # nobody knows who that is
        ((Sender(id="s2"),), False),
        ((Sender(email="bob@example.edu"),), False),
        ((Sender(name="Bob Byrne"),), False),
        ((Sender(id="s2", name="Ada Lindqvist"),), True),  # ids of platforms may be other ids than ours
    ],
    ids=str,
)
def test_a_paper_handed_in_by_somebody_else_is_set_aside(senders: tuple[Sender, ...], fits: bool) -> None:
    choice = choose([replace(at(-5), senders=senders)], owners=OWNERS)

    assert fits == (PAPER in choice.chosen)
    assert fits or ("BBBB-BBBB", True) == (choice.set_aside[0].paper, "swapped papers" in choice.set_aside[0].reason)


def by_bob(paper: str, source: str) -> Entry:
    return Entry(source, paper, "", "w", (Sender(id="s2"),), NOON)


def test_of_a_paper_that_somebody_else_alone_handed_in_its_owner_is_told_so_and_not_who() -> None:
    told = choose([by_bob(PAPER, "bob/1"), by_bob(PAPER, "bob/2")], owners=OWNERS).set_aside
    mine = [file for file in told if file.paper == PAPER]

    assert ["note on bob/1 and 1 more"] == [file.source for file in mine]
    assert "somebody else" in mine[0].reason
    assert "BBBB" not in mine[0].reason
    assert ["BBBB-BBBB"] * 2 == [file.paper for file in told if file not in mine]


@pytest.mark.parametrize("own", [at(-5), replace(at(-5), problem="broken")], ids=["graded", "set aside"])
def test_an_owner_of_whom_there_is_a_file_is_not_told_of_somebody_elses(own: Entry) -> None:
    told = choose([own, by_bob(PAPER, "bob")], owners=OWNERS).set_aside

    assert [] == [file for file in told if file.source.startswith("note on ")]


def test_a_remark_about_many_files_is_told_once() -> None:
    odd = [replace(at(-n), notes=("The column mood was not read.",), source=f"t.csv:{n}") for n in (2, 3, 4)]
    told = [file for file in choose(odd).set_aside if file.source.startswith("note on ")]

    assert [("note on t.csv:2 and 2 more", "The column mood was not read.")] == [(n.source, n.reason) for n in told]


def test_a_spare_paper_is_anybodys() -> None:
    entry = replace(at(-5), paper="CCCC-CCCC", senders=(Sender(id="s2"),))

    assert {"CCCC-CCCC": entry} == choose([entry], owners=OWNERS).chosen


entries = st.lists(
    st.builds(
        Entry,
        source=st.text("abc", min_size=1, max_size=4),
        paper=st.sampled_from([PAPER, "BBBB-BBBB"]),
        problem=st.sampled_from(["", "", "", "broken"]),
        written=st.sampled_from("xyz"),
        senders=st.sampled_from([(), (Sender(id="s1"),), (Sender(id="s2"),)]),
        submitted_at=st.sampled_from([None, NOON, NOON + timedelta(minutes=9), NOON.replace(tzinfo=None)]),
        is_late=st.sampled_from([None, True, False]),
    ),
    max_size=6,
    unique_by=lambda entry: entry.source,
)


@given(entries, st.randoms(use_true_random=False))
def test_every_file_counts_or_is_set_aside_whatever_their_order(files: list[Entry], order: object) -> None:
    choice = choose(files, owners=OWNERS, deadlines=DEADLINES)
    shuffled = list(files)
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis' own stream

    counted = {entry.source for entry in choice.chosen.values()}
    aside = {file.source for file in choice.set_aside if not file.source.startswith(("time of ", "note on "))}
    assert {file.source for file in files} == counted | aside
    assert not counted & aside
    assert choice == choose(shuffled, owners=OWNERS, deadlines=DEADLINES)
