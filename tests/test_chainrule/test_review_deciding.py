"""Filled-in tables taken over: all or nothing, once or twice, and what happens where people disagree."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from chainrule.errors import RefusedInput
from chainrule.review.deciding import TakenOver, disagreements, take_over, withdraw
from chainrule.review.decision_rows import read_tables
from chainrule.review.decisions_file import read_decisions, read_kept
from chainrule.review.group_table import groups_csv
from chainrule.review.grouping import Group
from chainrule.review.handing_out import Part, hand_out, named_parts, numbered_parts
from chainrule.review.review_words import disagreement_lines, queue_text, taken_over_text, withdrawn_text
from tests.test_chainrule.reviewed_class import ReviewedClass, build_class

Row = dict[str, str]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> ReviewedClass:
    return build_class(tmp_path_factory.mktemp("reviewed"))


@pytest.fixture(scope="module")
def groups(graded: ReviewedClass) -> dict[str, Group]:
    return {group.id: group for group in graded.queue().groups}


@pytest.fixture(scope="module")
def essay(groups: dict[str, Group]) -> Group:
    return next(group for group in groups.values() if group.response.startswith("Every factor"))


def rows_of(text: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def table(rows: Iterable[Row], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    listed = list(rows)
    writer = csv.DictWriter(text, list(listed[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue().encode(encoding, "replace")


def filled(groups: Iterable[Group], points: str = "0", who: str = "ann", reason: str = "") -> list[Row]:
    return [{**row, "points": points, "reason": reason, "who": who} for row in rows_of(groups_csv(groups))]


def brought(out: Path, groups: dict[str, Group], *tables: bytes, who: str = "") -> TakenOver:
    named = [(f"part-{place}.csv", data) for place, data in enumerate(tables, 1)]
    return take_over(out, read_tables(named, groups, who=who))


def test_a_table_comes_back_from_a_spreadsheet_of_another_country(groups: dict[str, Group], tmp_path: Path) -> None:
    rows = filled(groups.values(), reason="Grüße")
    Random(1).shuffle(rows)
    data = table(rows, delimiter=";", encoding="cp1252")
    done = brought(tmp_path, groups, data)

    assert () == done.left
    assert sum(len(group.places) for group in groups.values()) == done.n_answers == len(read_decisions(tmp_path))
    assert {"Grüße"} == {one.reason for one in read_decisions(tmp_path)}


def test_one_decision_holds_for_every_paper_of_its_group(
    groups: dict[str, Group], essay: Group, tmp_path: Path
) -> None:
    brought(tmp_path, groups, table(filled([essay], "1,5", reason="no bound")))

    decided = read_decisions(tmp_path)
    assert {(at.paper, at.field) for at in essay.waiting} == {(one.paper, one.field) for one in decided}
    assert {(Fraction(3, 2), "no bound", "ann")} == {(one.points, one.reason, one.who) for one in decided}


@pytest.mark.parametrize(
    ("written", "points"),
    [
        ("2", "2"),
        ("2.5", "5/2"),
        ("2,5", "5/2"),
        ("7/3", "7/3"),
        ("full", "3"),
        ("Half", "3/2"),
        ("none", "0"),
        ("+3", "3"),
    ],
)
def test_points_are_read_as_people_write_them(
    groups: dict[str, Group], essay: Group, tmp_path: Path, written: str, points: str
) -> None:
    brought(tmp_path, groups, table(filled([essay], written)))

    assert {Fraction(points)} == {one.points for one in read_decisions(tmp_path)}


def test_what_is_shown_as_all_points_gives_all_of_them(groups: dict[str, Group], tmp_path: Path) -> None:
    group = next(group for group in groups.values() if group.out_of == Fraction(5, 9))
    brought(tmp_path, groups, table(filled([group], "0.5556")))

    assert {Fraction(5, 9)} == {one.points for one in read_decisions(tmp_path)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"points": "4"}, "part-1.csv:2: '4' should be points from 0 to 3."),
        ({"points": "-1"}, "part-1.csv:2: '-1' should be points from 0 to 3."),
        ({"points": "two"}, "part-1.csv:2: 'two' should be points from 0 to 3."),
        ({"points": "1/0"}, "part-1.csv:2: '1/0' should be points from 0 to 3."),
        ({"points": "", "reason": "hm"}, "part-1.csv:2: there is a reason but no points."),
        ({"who": ""}, "part-1.csv:2: nobody is named; fill in the column who, or say --who."),
        ({"who": "a" * 41}, "part-1.csv:2: who has 41 letters; initials of at most 40 will do."),
        ({"who": "an\u202en"}, "part-1.csv:2: there is a character that can't be seen (U+202E) in reason or who."),
        ({"reason": "a" * 2001}, "part-1.csv:2: the reason has 2,001 characters; at most 2,000 are kept."),
        ({"group": ""}, "part-1.csv:2: '' is no group; leave the column group as it was exported."),
        ({"group": "1e5"}, "part-1.csv:2: '1e5' is no group; leave the column group as it was exported."),
    ],
)
def test_a_row_that_can_not_be_meant_is_named(
    groups: dict[str, Group], essay: Group, change: Row, message: str
) -> None:
    row = {**filled([essay], "1")[0], **change}

    with pytest.raises(RefusedInput) as refused:
        read_tables([("part-1.csv", table([row]))], groups)
    assert message == str(refused.value)


def test_an_answer_under_an_unknown_name_is_settled_with_no_points_only(
    groups: dict[str, Group], tmp_path: Path
) -> None:
    stray = [group for group in groups.values() if group.item is None]

    with pytest.raises(RefusedInput, match="'1' should be 0, the only points that settle it"):
        brought(tmp_path, groups, table(filled(stray, "1")))
    assert 1 == brought(tmp_path, groups, table(filled(stray, "0"))).n_changed


def test_every_mistake_of_every_table_is_told_and_nothing_is_kept(groups: dict[str, Group], tmp_path: Path) -> None:
    rows = filled(groups.values())
    rows[3]["points"], rows[7]["points"] = "99", "many"
    other = b"field,points\nx,1\n"

    with pytest.raises(RefusedInput) as refused:
        brought(tmp_path, groups, table(rows), other, b"", b"PK\x03\x04", table(filled(groups.values())))
    assert 5 == len(str(refused.value).splitlines())
    assert "part-2.csv:1: the column group is missing" in str(refused.value)
    assert "part-3.csv: the table is empty; its first line should be: group,question" in str(refused.value)
    assert () == read_decisions(tmp_path)


def test_a_column_that_stands_there_twice_is_refused(groups: dict[str, Group]) -> None:
    with pytest.raises(RefusedInput, match=r"part-1\.csv:1: the column 'points' stands there twice"):
        read_tables([("part-1.csv", b"group,points,points\n")], groups)


def test_rows_that_nobody_filled_in_are_left(groups: dict[str, Group], essay: Group, tmp_path: Path) -> None:
    rows = [*filled([essay], "1"), *filled(groups.values(), "")]
    done = brought(tmp_path, groups, table(rows))

    assert (1, len(essay.waiting), len(groups)) == (done.n_changed, done.n_answers, done.n_unfilled)


def test_a_group_that_is_not_there_any_more_is_reported_and_the_others_count(
    groups: dict[str, Group], essay: Group, tmp_path: Path
) -> None:
    rows = filled(groups.values())
    left = {name: group for name, group in groups.items() if name != essay.id}
    done = brought(tmp_path, left, table(rows))

    assert [f"group {essay.id} waits no more, or its answer has changed since."] == [
        reason.partition(": ")[2] for reason in done.left
    ]
    assert sum(len(group.places) for group in left.values()) == done.n_answers


def test_a_row_whose_response_is_another_groups_is_left(groups: dict[str, Group], essay: Group, tmp_path: Path) -> None:
    rows = filled(group for group in groups.values() if group.field == "reason")
    rows[0]["response"], rows[1]["response"] = rows[1]["response"], rows[0]["response"]
    done = brought(tmp_path, groups, table(rows))

    assert 2 == len(done.left)
    assert "the response is not that of group" in done.left[0]
    assert len(rows) - 2 == len(read_decisions(tmp_path))


def test_answers_that_look_like_dates_and_formulas_come_back(groups: dict[str, Group], tmp_path: Path) -> None:
    odd = [group for group in groups.values() if group.response.startswith(("3/4", "=HYPERLINK"))]
    cells = [row["response"] for row in filled(odd)]

    assert ["'3/4", "'=HYPERLINK"] == sorted(cell[:11] for cell in cells)
    assert 2 == brought(tmp_path, groups, table(filled(odd))).n_changed


def test_importing_again_changes_nothing(groups: dict[str, Group], tmp_path: Path) -> None:
    data = table(filled(groups.values()))
    first = brought(tmp_path, groups, data)
    before = (tmp_path / "decisions.json").read_bytes()
    again = brought(tmp_path, groups, data)

    assert (0, 0, first.n_changed) == (again.n_changed, again.n_answers, again.n_same)
    assert before == (tmp_path / "decisions.json").read_bytes()


def test_who_changes_their_mind_replaces_their_own_decision(
    groups: dict[str, Group], essay: Group, tmp_path: Path
) -> None:
    brought(tmp_path, groups, table(filled([essay], "1")))
    brought(tmp_path, groups, table(filled([essay], "2")))

    assert [Fraction(2)] * len(essay.waiting) == [one.points for one in read_decisions(tmp_path)]


def test_one_person_who_says_two_things_at_once_says_nothing(
    groups: dict[str, Group], essay: Group, tmp_path: Path
) -> None:
    done = brought(tmp_path, groups, table(filled([essay], "1")), table(filled([essay], "2")))

    assert [
        f"part-1.csv:2 and part-2.csv:2: ann gave group {essay.id} different points; nothing of that was taken over."
    ] == [*done.left]
    assert () == read_decisions(tmp_path)


def at_once(out: Path, groups: dict[str, Group], one: bytes, two: bytes) -> TakenOver:
    return brought(out, groups, one, two)


def one_by_one(out: Path, groups: dict[str, Group], one: bytes, two: bytes) -> TakenOver:
    brought(out, groups, two)
    return brought(out, groups, one)


@pytest.mark.parametrize("bring", [at_once, one_by_one])
def test_where_two_people_disagree_the_answer_waits_and_says_so(
    graded: ReviewedClass, groups: dict[str, Group], essay: Group, tmp_path: Path, bring: Callable[..., TakenOver]
) -> None:
    done = bring(tmp_path, groups, table(filled([essay], "1")), table(filled([essay], "2", who="bob")))

    (found,) = done.disagreements
    assert (("ann", Fraction(1)), ("bob", Fraction(2))) == found.given
    assert essay.id in {group.id for group in graded.queue(read_kept(tmp_path)).waiting}
    assert f"Conflict: group {essay.id}, 2.reason: 1 by ann, 2 by bob" in taken_over_text(done)


def test_a_conflict_ends_when_one_of_both_withdraws(
    graded: ReviewedClass, groups: dict[str, Group], essay: Group, tmp_path: Path
) -> None:
    at_once(tmp_path, groups, table(filled([essay], "1")), table(filled([essay], "2", who="bob")))
    taken = withdraw(tmp_path, essay.id, "bob")

    assert {"ann"} == {one.who for one in read_decisions(tmp_path)}
    assert () == disagreements(read_kept(tmp_path))
    assert essay.id not in {group.id for group in graded.queue(read_kept(tmp_path)).waiting}
    assert withdrawn_text(taken).startswith(f"Taken back, for {len(essay.waiting)} answers (")


def test_who_decided_nothing_can_not_withdraw(groups: dict[str, Group], essay: Group, tmp_path: Path) -> None:
    brought(tmp_path, groups, table(filled([essay], "1")))

    with pytest.raises(RefusedInput, match=rf"cy decided nothing about group '{essay.id}'; ann did"):
        withdraw(tmp_path, essay.id, "cy")
    with pytest.raises(RefusedInput, match="nobody did"):
        withdraw(tmp_path, "gaaaaaaaaaaaa", "ann")


def test_two_people_who_agree_are_no_conflict(groups: dict[str, Group], essay: Group, tmp_path: Path) -> None:
    done = at_once(tmp_path, groups, table(filled([essay], "1")), table(filled([essay], "1.0", who="bob")))

    assert () == done.disagreements
    assert [] == disagreement_lines(done.disagreements)


def test_tables_are_shared_out_and_private(groups: dict[str, Group], tmp_path: Path) -> None:
    written = hand_out(tmp_path / "review", list(groups.values()), numbered_parts(3))

    assert ["part-1.csv", "part-2.csv", "part-3.csv"] == [file.name for file, _ in written]
    assert list(groups) == [row["group"] for file, _ in written for row in rows_of(file.read_text("utf-8"))]
    assert {0o600} == {file.stat().st_mode & 0o777 for file, _ in written}


def test_a_table_for_a_person_has_their_name_in_it(groups: dict[str, Group], tmp_path: Path) -> None:
    written = hand_out(tmp_path / "review", list(groups.values()), named_parts("Ann Lee, bob"))
    rows = {file.name: rows_of(file.read_text("utf-8")) for file, _ in written}

    assert ["ann-lee.csv", "bob.csv"] == [*rows]
    assert {"Ann Lee"} == {row["who"] for row in rows["ann-lee.csv"]}


@pytest.mark.parametrize(("names", "message"), [("ann,,bob", "'' is no name"), ("ann,Ann", "'Ann' stands there twice")])
def test_names_that_can_be_no_files_are_refused(names: str, message: str) -> None:
    with pytest.raises(RefusedInput, match=message):
        named_parts(names)


def test_a_table_that_somebody_filled_in_is_not_written_over(
    groups: dict[str, Group], essay: Group, tmp_path: Path
) -> None:
    place, part = tmp_path / "review", [Part("part-1")]
    hand_out(place, [essay], part)
    (place / "part-1.csv").write_bytes(table(filled([essay], "1")))

    with pytest.raises(RefusedInput, match="has decisions that were not taken over"):
        hand_out(place, [essay], part)
    brought(tmp_path, groups, (place / "part-1.csv").read_bytes())
    hand_out(place, [essay], part, imported=[one.group for one in read_kept(tmp_path)])
    assert "" == rows_of((place / "part-1.csv").read_text("utf-8"))[0]["points"]


def test_a_file_that_is_no_table_of_ours_is_not_written_over(essay: Group, tmp_path: Path) -> None:
    (tmp_path / "part-1.csv").write_bytes(b"PK\x03\x04")

    with pytest.raises(RefusedInput, match="has decisions that were not taken over"):
        hand_out(tmp_path, [essay], [Part("part-1")])
    assert 1 == len(hand_out(tmp_path, [essay], [Part("part-1")], replaces=True))


def test_the_summary_counts_by_question_and_says_what_to_do_next(graded: ReviewedClass) -> None:
    text = queue_text(graded.queue(), (), width=100)

    assert "19 answers wait for a person, 16 decisions in all:" in text
    assert "2 Why gradients vanish                       reason  text          6          4" in text
    assert "8 answers wait to be typed in from paper" in text
    assert "--tas ann,bob" in text


def test_the_summary_of_a_class_that_is_done_is_one_line(
    graded: ReviewedClass, groups: dict[str, Group], tmp_path: Path
) -> None:
    brought(tmp_path, groups, table(filled(groups.values())))

    text = queue_text(graded.queue(read_kept(tmp_path)), (), width=100)
    assert [
        "No answer waits for a person.",
        "8 answers wait to be typed in from paper; that is for `chainrule transcribe`.",
    ] == (text.splitlines())


def test_no_escape_sequence_reaches_the_terminal(graded: ReviewedClass, groups: dict[str, Group]) -> None:
    stray = b"group,points,who\ng\x1b[31mx,1,ann\n"

    with pytest.raises(RefusedInput) as refused:
        read_tables([("part-1.csv", stray)], groups)
    assert "\x1b" not in str(refused.value)
    assert "\x1b" not in groups_csv(groups.values())
