"""The file of people's decisions: the same bytes for the same decisions, private, safe for two, strict when read."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chainrule.errors import RefusedInput
from chainrule.review.decisions_file import (
    FILE_NAME,
    FORMAT,
    Kept,
    read_decisions,
    read_kept,
    update_kept,
    write_decisions,
)
from grader.decisions import Decision

ANN = Decision("K7QF-2MXP", "2.reason", Fraction(10, 3), "right idea", "ann")
BOB = Decision("K7QF-2MXP", "2.reason", Fraction(2), "", "bob")

points = st.fractions(min_value=0, max_value=20, max_denominator=60)
words = st.text(max_size=12)
decisions = st.builds(Decision, st.sampled_from(["A", "B"]), st.sampled_from(["1.x", "2.y"]), points, words, words)


def test_a_run_in_which_nobody_decided_anything_has_no_decisions(tmp_path: Path) -> None:
    assert () == read_decisions(tmp_path)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(decisions, max_size=5, unique_by=lambda one: (one.paper, one.field, one.who)))
def test_decisions_come_back_as_they_were_written_whatever_their_order(tmp_path: Path, given: list[Decision]) -> None:
    write_decisions(tmp_path, given)
    first = (tmp_path / FILE_NAME).read_bytes()
    write_decisions(tmp_path, reversed(given))

    assert set(given) == set(read_decisions(tmp_path))
    assert first == (tmp_path / FILE_NAME).read_bytes()


def test_what_two_people_decided_about_a_field_both_stands(tmp_path: Path) -> None:
    write_decisions(tmp_path, [BOB, ANN])

    assert (ANN, BOB) == read_decisions(tmp_path)


def test_only_its_owner_can_read_the_file_and_no_other_file_is_left(tmp_path: Path) -> None:
    write_decisions(tmp_path, [ANN])

    assert 0o600 == stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode)
    assert {FILE_NAME, ".decisions.lock"} == {path.name for path in tmp_path.iterdir()}


def test_the_file_says_its_format_and_points_exactly(tmp_path: Path) -> None:
    write_decisions(tmp_path, [ANN])

    stored = json.loads((tmp_path / FILE_NAME).read_text(encoding="utf-8"))
    assert FORMAT == stored["format"]
    assert "10/3" == stored["decisions"][0]["points"]


def test_the_group_that_a_decision_was_made_on_outlives_decisions_without_one(tmp_path: Path) -> None:
    update_kept(tmp_path, lambda _: [Kept(ANN, "gaaaaaaaaaaaa"), Kept(BOB, "gaaaaaaaaaaaa")])
    write_decisions(tmp_path, [one for one in read_decisions(tmp_path) if one.who == "ann"])

    assert (Kept(ANN, "gaaaaaaaaaaaa"),) == read_kept(tmp_path)


def test_two_who_write_at_once_lose_nothing(tmp_path: Path) -> None:
    def add(number: int) -> None:
        mine = Kept(Decision(f"P{number}", "1.x", Fraction(1), "", "ann"))
        update_kept(tmp_path, lambda standing: [*standing, mine])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(24)))

    assert {f"P{number}" for number in range(24)} == {one.paper for one in read_decisions(tmp_path)}


def test_one_person_has_one_decision_on_a_field(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match=r"ann decided 2.reason of K7QF-2MXP twice; keep one"):
        write_decisions(tmp_path, [ANN, Decision(ANN.paper, ANN.field, Fraction(1), "", "ann")])

    assert not (tmp_path / FILE_NAME).exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "can't be read as decisions"),
        ("[" * 100_000, "can't be read as decisions"),
        ("[]", "its format is None, not 'chainrule-decisions/1'"),
        ('{"format": "chainrule-decisions/9"}', "its format is 'chainrule-decisions/9'"),
        ('{"format": "x", "format": "y"}', "'format' stands in it twice"),
        (f'{{"format": "{FORMAT}"}}', "'decisions' is None; it should be a list"),
        (f'{{"format": "{FORMAT}", "decisions": [3]}}', "decision 1: is 3; it should have a paper"),
        (f'{{"format": "{FORMAT}", "decisions": [{{"paper": 3}}]}}', "decision 1: paper is 3; it should be text"),
        (f'{{"format": "{FORMAT}", "decisions": [{{"paper": "A", "points": "1"}}]}}', "decision 1: has no field"),
        (
            f'{{"format": "{FORMAT}", "decisions": [{{"paper": "A", "field": "1.x", "points": "-1"}}]}}',
            "points are '-1'; they should be a number",
        ),
        (
            f'{{"format": "{FORMAT}", "decisions": [{{"paper": "A", "field": "1.x", "points": "1/0"}}]}}',
            "points are '1/0'",
        ),
    ],
)
def test_a_damaged_file_is_refused_with_the_reason(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")

    with pytest.raises(RefusedInput, match=r"decisions\.json") as refused:
        read_decisions(tmp_path)
    assert message in str(refused.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\xff\xfe\x00")

    with pytest.raises(RefusedInput, match="can't be read as decisions"):
        read_decisions(tmp_path)


def test_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="nowhere: can't be written"):
        write_decisions(tmp_path / "nowhere", [ANN])


def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()

    with pytest.raises(RefusedInput, match="can't be opened"):
        read_decisions(tmp_path)
