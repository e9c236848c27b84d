"""Papers are printed in the order in which they are laid out."""

from __future__ import annotations

import csv
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from chainrule.building.print_order import by_place, print_order_csv
from chainrule.exam_folder import Assignment, ExamFolder


def row(paper: str, room: str = "", seat: str = "", **more: str) -> Assignment:
    return Assignment(paper, **{"id": paper.lower(), **more}, room=room, seat=seat)  # type: ignore[arg-type]


def test_seats_count_as_people_count() -> None:
    rows = [row(seat, "R", seat) for seat in ("A10", "B1", "A2", "a1", "A02b", "12", "9")]

    assert ["9", "12", "a1", "A2", "A02b", "A10", "B1"] == [found.seat for found in by_place(rows)]


def test_sitting_comes_before_room_and_room_before_seat() -> None:
    rows = [row("D", "R2", "1", sitting="2"), row("C", "R1", "2", sitting="10"), row("B", "R10", "1", sitting="2")]

    assert ["D", "B", "C"] == [found.paper for found in by_place(rows)]


def test_spares_come_last_in_their_room_or_at_the_end() -> None:
    rows = [row("SPARE1", id=""), row("SPARE2", "R1", "0", id=""), row("A", "R1", "1"), row("B", "R2"), row("C", "R1")]

    assert ["A", "C", "SPARE2", "B", "SPARE1"] == [found.paper for found in by_place(rows)]


def test_a_group_at_one_table_is_one_line_and_at_two_seats_two() -> None:
    rows = [row("P", "R", "1", id=name, group="G") for name in ("a", "b")]
    rows += [row("Q", "R", seat, id=f"q{seat}", group="H") for seat in ("2", "3")]
    text = print_order_csv(ExamFolder(Path("exam")), [*rows, row("S", id="")], dict.fromkeys("PQS", Path("exam/f.pdf")))

    found = [(line["position"], line["paper"], line["seat"], line["students"]) for line in csv.DictReader(text.split())]
    assert [("1", "P", "1", "2"), ("2", "Q", "2", "1"), ("3", "Q", "3", "1"), ("4", "S", "", "0")] == found


@given(st.lists(st.text(max_size=6), max_size=6))
def test_any_seats_have_one_order(seats: list[str]) -> None:
    rows = [row(f"P{place}", "R", seat) for place, seat in enumerate(seats)]

    assert by_place(rows) == by_place(rows[::-1])
    assert sorted(map(id, rows)) == sorted(map(id, by_place(rows)))


def test_a_number_of_any_length_is_compared() -> None:
    long = "9" * 10_000

    assert [long, long + "0"] == [found.seat for found in by_place([row("B", "R", long + "0"), row("A", "R", long)])]
