"""The assignment table: whose paper is whose, after spreadsheets, new students, groups and people who leave."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.building.assigning import Assigned, assign
from chainrule.errors import RefusedInput
from chainrule.exam_folder import Assignment, ExamFolder, assignments_csv
from chainrule.rosters import PAPER_FORMATS, read_roster
from chainrule.rosters.assignments import read_assignment_table
from chainrule.rosters.cells import one_line
from submissions.store import write_atomic

SECRET = bytes(range(32))
ROSTER = "id,name,group\ns1,Ada,G1\ns2,Bo,G1\ns3,Cy,\ns4,Di,G2\n"


@pytest.fixture
def folder(tmp_path: Path) -> ExamFolder:
    (tmp_path / "staff").mkdir()
    return ExamFolder(tmp_path)


@pytest.fixture
def assigned(folder: ExamFolder) -> Callable[..., Assigned]:
    """A function that assigns papers to a roster's students and keeps the table, as a build does."""

    def run(roster: str, *, spares: int = 0) -> Assigned:
        found = assign(folder, read_roster(roster.encode()), spares, SECRET)
        write_atomic(folder.assignments, assignments_csv(found.table).encode())
        return found

    return run


def papers(found: Assigned) -> dict[str, str]:
    return {row.id: row.paper for row in found.table if row.id}


def test_students_of_a_group_share_a_paper_and_nobody_else_does(assigned: Callable[..., Assigned]) -> None:
    found = papers(assigned(ROSTER))

    assert found["s1"] == found["s2"]
    assert 3 == len(set(found.values()))


def test_every_paper_is_made_once(assigned: Callable[..., Assigned]) -> None:
    found = assigned(ROSTER, spares=2)

    assert 5 == len(found.papers) == len({row.paper for row in found.papers})


def test_assigning_again_changes_nothing(assigned: Callable[..., Assigned]) -> None:
    assert assigned(ROSTER, spares=2) == assigned(ROSTER, spares=2)


def test_who_changes_groups_gets_the_other_groups_paper_and_nobody_elses_changes(
    assigned: Callable[..., Assigned],
) -> None:
    before = papers(assigned(ROSTER))
    after = papers(assigned(ROSTER.replace("Bo,G1", "Bo,G2")))

    assert {**before, "s2": before["s4"]} == after


def test_who_leaves_a_group_gets_a_paper_of_their_own(assigned: Callable[..., Assigned]) -> None:
    before = papers(assigned(ROSTER))
    after = papers(assigned(ROSTER.replace("Bo,G1", "Bo,")))

    assert after["s2"] not in before.values()
    assert {**before, "s2": after["s2"]} == after


def test_a_late_member_joins_the_groups_paper(assigned: Callable[..., Assigned]) -> None:
    before = papers(assigned(ROSTER))
    after = papers(assigned(ROSTER + "s5,Eve,G1\n"))

    assert {**before, "s5": before["s1"]} == after


def test_a_paper_that_lost_its_owner_stays_as_a_spare(assigned: Callable[..., Assigned]) -> None:
    lost = papers(assigned(ROSTER))["s3"]
    found = assigned(ROSTER.replace("Cy,", "Cy,G2"))

    assert [lost] == [row.paper for row in found.table if not row.id]
    assert (f"Without an owner since groups changed, and spares now: {lost}.",) == found.notes
    assert () == assigned(ROSTER.replace("Cy,", "Cy,G2")).notes


def test_who_leaves_the_roster_keeps_the_row(assigned: Callable[..., Assigned]) -> None:
    before = papers(assigned(ROSTER))
    found = assigned(ROSTER.replace("s3,Cy,\n", ""))

    assert before == papers(found)
    assert ("No longer on the roster, with papers of their own still: s3.",) == found.notes


def grouped(groups: list[str]) -> bytes:
    return ("id,name,group\n" + "".join(f"s{n},N,{group}\n" for n, group in enumerate(groups))).encode()


@given(st.lists(st.sampled_from(["", "G1", "G2", "G3"]), min_size=1, max_size=8), st.data())
def test_a_change_of_one_student_never_changes_anothers_paper(
    tmp_path_factory: pytest.TempPathFactory, groups: list[str], data: st.DataObject
) -> None:
    folder = ExamFolder(tmp_path_factory.mktemp("exam"))
    folder.staff.mkdir()
    before = assign(folder, read_roster(grouped(groups)), 1, SECRET)
    write_atomic(folder.assignments, assignments_csv(before.table).encode())
    changed = data.draw(st.integers(0, len(groups)))
    now = [*groups[:changed], data.draw(st.sampled_from(["", "G1", "G4"])), *groups[changed + 1 :]]
    after = assign(folder, read_roster(grouped(now)), 1, SECRET)

    others = papers(before).keys() - {f"s{changed}"}
    assert {name: papers(before)[name] for name in others} == {name: papers(after)[name] for name in others}
    assert {row.paper for row in before.table} <= {row.paper for row in after.table}
    shared = [row.paper for row in after.table if not row.group]
    assert len(shared) == len(set(shared))


def test_the_roster_decides_only_about_columns_that_it_has(
    assigned: Callable[..., Assigned], folder: ExamFolder
) -> None:
    assigned("id,name,email\ns1,Ada,old@example.edu\n")
    text = folder.assignments.read_text(encoding="utf-8")
    row = text.splitlines()[1]
    typed = row.replace("old@example.edu,,,,,,,,", "old@example.edu,,H2,A1,,,150%,,")
    assert row != typed
    folder.assignments.write_text(text.replace(row, typed), encoding="utf-8")

    (ada,) = assigned("id,name,email\ns1,Ada L.,new@example.edu\n").table
    assert ("Ada L.", "new@example.edu", "H2", "A1", Fraction(3, 2)) == (
        ada.name, ada.email, ada.room, ada.seat, ada.time_factor
    )  # fmt: skip


def test_an_id_that_lost_its_zeros_in_a_spreadsheet_is_no_new_student(
    assigned: Callable[..., Assigned], folder: ExamFolder
) -> None:
    assigned("id,name\n00123,Ada\n")
    folder.assignments.write_text(folder.assignments.read_text().replace("00123", "123"), encoding="utf-8")

    with pytest.raises(RefusedInput, match=r"'00123' of the roster is '123' in the assignment table\. A spreadsheet"):
        assigned("id,name\n00123,Ada\n")


# As a roster's reader leaves texts: composed, on one line.
TEXTS = st.text(max_size=8).map(one_line)


@given(
    st.builds(
        Assignment,
        st.just("K7QF-2MXP"),
        id=st.from_regex(r"[a-z][0-9]{1,4}", fullmatch=True),
        name=TEXTS,
        room=TEXTS,
        group=TEXTS,
        time_factor=st.integers(10_000, 100_000).map(lambda n: Fraction(n, 10_000)),
        due=st.none() | st.datetimes(min_value=datetime(1000, 1, 1)).map(lambda when: when.replace(microsecond=0)),
        format=st.sampled_from(PAPER_FORMATS),
    )
)
def test_what_is_written_is_read_back(row: Assignment) -> None:
    (found,) = read_assignment_table(assignments_csv([row]).encode(), source="assignments.csv")

    assert row == found


def test_a_table_that_a_spreadsheet_wrote_is_read(assigned: Callable[..., Assigned], folder: ExamFolder) -> None:
    before = assigned("id,name,time_factor,due,format\ns1,Ada,1.5,2026-12-05T17:00,large-print\n", spares=1).table
    rows = list(csv.reader(folder.assignments.read_text(encoding="utf-8").splitlines()))
    text = "".join(";".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    for cell in ("150%", "1,5", "150 %"):
        data = text.replace("150%", cell).encode("utf-16")
        assert before == read_assignment_table(data, source="assignments.csv")


def test_a_table_with_the_four_old_columns_is_read() -> None:
    data = b"paper,id,name,email\nK7QF-2MXP,s1,Ada,ada@example.edu\n2222-2222,,,\n"

    assert (Assignment("K7QF-2MXP", "s1", "Ada", "ada@example.edu"), Assignment("2222-2222")) == (
        read_assignment_table(data, source="assignments.csv")
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("K7QF-2MXP,s1,,,,\nK7QF-2MXP,s2,,,,", "3: paper K7QF-2MXP stands here twice; only students of one group"),
        ("K7QF-2MXP,s1,,,A,\nK7QF-2MXP,s2,,,B,", "3: paper K7QF-2MXP stands here twice; only students of one group"),
        ("K7QF-2MXP,,,,A,\nK7QF-2MXP,,,,A,", "3: paper K7QF-2MXP stands here twice; only students of one group"),
        ("K7QF-2MXP,s1,,,,\n2222-2222,S1,,,,", "3: student 'S1' has a paper already; clear one of the two rows"),
        ("K7QF-2MXP,s1,,,,01. Mai", "2: time_factor: '01. Mai' is no number; write 1.5 or 150 %"),
        ("k7qf-2mxp,s1,,,,", "2: 'k7qf-2mxp' is no paper's id; ids look like K7QF-2MXP"),
    ],
)
def test_a_table_that_can_not_be_right_is_refused_with_its_line(rows: str, message: str) -> None:
    with pytest.raises(RefusedInput, match=re.escape(f"assignments.csv:{message}")):
        read_assignment_table(f"paper,id,name,email,group,time_factor\n{rows}\n".encode(), source="assignments.csv")


def test_a_table_that_lacks_a_column_says_which_there_should_be() -> None:
    with pytest.raises(RefusedInput, match=r"the column email is missing; the columns are paper, id, name, email, sec"):
        read_assignment_table(b"paper,id,name\n", source="assignments.csv")


@given(st.binary(max_size=100))
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    try:
        read_assignment_table(b"paper,id,name,email\n" + data, source="assignments.csv")
    except RefusedInput as refused:
        assert str(refused)


@pytest.mark.parametrize("name", ["=1+1", "+49 Ada", "-Bo", "@cy", "'=Di", "'Ö"])
def test_a_name_that_a_spreadsheet_would_run_is_written_as_text_and_read_back(name: str) -> None:
    row = Assignment("K7QF-2MXP", "s1", name)

    text = assignments_csv([row])

    assert name[0] not in "=+-@" or f",'{name}," in text
    assert (row,) == read_assignment_table(text.encode(), source="assignments.csv")
