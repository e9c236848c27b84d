"""Typing in papers, played by a script: what is asked, read, saved, taken back, and what is never lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.transcription.paper_list import PaperList, list_papers, meant
from chainrule.transcription.transcript import Entry, Transcript
from chainrule.transcription.transcript_store import TakenMeanwhile, store_of
from question_templates.paper import Paper
from submissions.limits import MAX_RESPONSE_LENGTH
from tests.test_chainrule.typing_script import FIELDS, Line, play, right_answers, small_exam, typing_of


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ExamFolder:
    return small_exam(tmp_path_factory.mktemp("exam"))


@pytest.fixture
def folder(built: ExamFolder) -> Iterator[ExamFolder]:
    """The exam without transcripts; built once, cleared after each test."""
    yield built
    shutil.rmtree(store_of(built).path, ignore_errors=True)


@pytest.fixture(scope="module")
def papers(built: ExamFolder) -> dict[str, Paper]:
    return built.read_papers()


@pytest.fixture
def first(papers: dict[str, Paper], folder: ExamFolder) -> Paper:
    return papers[list_papers(folder).ids[0]]


def stored(folder: ExamFolder, paper: Paper) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(store_of(folder).file(paper.id).read_text(encoding="utf-8"))
    return found


def responses(folder: ExamFolder, paper: Paper) -> dict[str, str]:
    found: dict[str, str] = stored(folder, paper)["responses"]
    return found


def test_what_is_typed_stands_in_the_transcript_and_how_it_is_read_is_shown(folder: ExamFolder, first: Paper) -> None:
    shown = play(folder, ["", "x,  y and z", "skip", "2 * 5"])

    assert {"1.order": "x,  y and z", "1.trace": "", "1.x_grad": "2 * 5"} == responses(folder, first)
    assert "read as: x, y, z" in shown
    assert "read as: 10" in shown


def test_the_status_says_which_paper_which_field_and_how_many_are_done(folder: ExamFolder, first: Paper) -> None:
    shown = play(folder, [*typing_of(first, right_answers(folder, first)), ""])

    assert f"-- {first.id}, paper 1 of 5, 0 done, field 5 of 5" in shown
    assert f"-- {list_papers(folder).ids[1]}, paper 2 of 5, 1 done, field 1 of 5" in shown
    assert f"Paper {first.id}: all fields typed." in shown
    assert "Saved. 1 of 5 papers done." in shown


@pytest.mark.parametrize("text", ["500", "7"])
def test_nothing_shown_depends_on_whether_an_answer_is_right(folder: ExamFolder, text: str) -> None:
    shown = play(folder, ["", ":go 1.x_grad", text])

    assert f"read as: {text}" in shown
    assert not {"right", "wrong", "not right", "verdict"} & set(shown.replace(".", " ").split())


def test_verdicts_are_shown_on_demand_alone(folder: ExamFolder, first: Paper) -> None:
    right = right_answers(folder, first)["1.x_grad"]

    assert "verdict: right." in play(folder, ["", ":go 1.x_grad", right], shows_verdicts=True)
    assert "verdict: not right." in play(folder, ["", ":go 1.x_grad", "7"], shows_verdicts=True)


def test_what_can_not_be_read_is_saved_with_the_reason_and_may_be_kept_retyped_or_given_points(
    folder: ExamFolder, first: Paper
) -> None:
    shown = play(folder, ["", ":go 1.x_grad", "5 or 50", "5 or 51", "=0.5 the first", ":go 1.x_grad", ""])

    assert 2 == shown.count("could not be read with certainty")
    assert "5 or 51" == responses(folder, first)["1.x_grad"]
    assert {"points": "1/2", "reason": "the first", "who": "ab"} == stored(folder, first)["points"]["1.x_grad"]
    assert "0.5 of 1 points by ab: the first" in shown


@pytest.mark.parametrize(
    ("typed", "points", "reason"),
    [
        ("=2", "2", "graded on paper"),
        ("= 2,5 nearly", "5/2", "nearly"),
        (":points 1/3 third", "1/3", "third"),
        (":p full", "3", "graded on paper"),
        ("=full", "3", "graded on paper"),
        ("=0 crossed out", "0", "crossed out"),
    ],
)
def test_points_are_typed_in_many_ways(folder: ExamFolder, first: Paper, typed: str, points: str, reason: str) -> None:
    play(folder, ["", ":go 1.trace", typed])

    assert {"1.trace": {"points": points, "reason": reason, "who": "ab"}} == stored(folder, first)["points"]


@pytest.mark.parametrize("typed", ["=9", "=-1", "=x", "=", ":points", "=1/0", "=1e5", "=1.5.2", "=" + "9" * 400])
def test_points_that_do_not_fit_are_not_taken(folder: ExamFolder, first: Paper, typed: str) -> None:
    shown = play(folder, ["", ":go 1.trace", typed])

    assert "Points are a number from 0 to 3" in shown
    assert not store_of(folder).file(first.id).exists()


def test_a_line_with_a_blank_in_front_is_never_a_command(folder: ExamFolder, first: Paper) -> None:
    play(folder, ["", ":go 1.x_grad", " =50", ":go 1.order", " quit", "", ":go 1.trace", " :b", ""])

    assert {"1.order": "quit", "1.trace": ":b", "1.x_grad": "=50"} == responses(folder, first)


def test_skip_back_and_redo_do_what_they_say(folder: ExamFolder, first: Paper) -> None:
    play(folder, ["", "skip", ":b", "redo", "z1, z2", "back", "skip", ""])

    assert {"1.order": "z1, z2"} == responses(folder, first)


def test_skip_never_removes_what_stands(folder: ExamFolder, first: Paper) -> None:
    shown = play(folder, ["", "z1, z2", "back", "skip", "", "quit"])

    assert {"1.order": "z1, z2"} == responses(folder, first)
    assert "Something stands here" in shown


def test_enter_alone_types_nothing(folder: ExamFolder, first: Paper) -> None:
    shown = play(folder, ["", "", "   "])

    assert 2 == shown.count("Nothing is typed; `skip` says that the paper is blank here.")
    assert not store_of(folder).file(first.id).exists()


def test_an_answer_of_several_lines_ends_with_an_empty_line_or_a_dot(folder: ExamFolder, first: Paper) -> None:
    play(folder, ["", ":go 1.trace", "z: y.grad = 50", "  y: x.grad = 500  ", ".", ":lines", "x = 2", "x + 1", ""])

    assert "z: y.grad = 50\n  y: x.grad = 500" == responses(folder, first)["1.trace"]
    assert "x = 2\nx + 1" == responses(folder, first)["1.x_grad"]


def test_redo_gives_up_lines_that_were_begun(folder: ExamFolder, first: Paper) -> None:
    play(folder, ["", ":go 1.trace", "z9", ":redo", "z: y.grad = 50", ""])

    assert "z: y.grad = 50" == responses(folder, first)["1.trace"]


def test_an_unknown_command_is_explained(folder: ExamFolder) -> None:
    shown = play(folder, ["", ":jump", ":go 7.x", "help"])

    assert "':jump' is no command" in shown
    assert "There is no field '7.x'; there are 1.order, 1.trace" in shown
    assert "Every field is saved at once." in shown


@pytest.mark.parametrize("odd", ["\x1b[A50", "5\u202e0", "5\u200b0", "50\x00", "\ud83d50", "5\ufeff", "5\x850"])
def test_characters_that_no_paper_holds_are_not_saved(folder: ExamFolder, first: Paper, odd: str) -> None:
    shown = play(folder, ["", ":go 1.x_grad", odd, f"=0 {odd}", "50"])

    assert "a character that can't be seen (U+" in shown
    assert odd not in shown
    assert {"1.x_grad": "50"} == responses(folder, first)
    assert {} == stored(folder, first)["points"]


def test_an_answer_that_is_too_long_is_not_saved(folder: ExamFolder, first: Paper) -> None:
    shown = play(folder, ["", "z" * (MAX_RESPONSE_LENGTH + 1)])

    assert "at most 20,000 are kept" in shown
    assert not store_of(folder).file(first.id).exists()


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
@pytest.mark.parametrize("place", range(11))
def test_whenever_it_ends_the_fields_until_then_are_kept_and_typing_goes_on_behind_them(
    folder: ExamFolder, first: Paper, end: type[BaseException], place: int
) -> None:
    wanted = right_answers(folder, first)
    lines: list[Line] = [*typing_of(first, wanted)]
    play(folder, [*lines[:place], end])
    kept = responses(folder, first) if store_of(folder).file(first.id).exists() else {}
    left = {name: "" if name in kept else text for name, text in wanted.items()}
    rest = [line for line in typing_of(first, left) if line != "skip"]
    play(folder, rest)

    n_saved = sum(place >= last for last in (2, 5, 6, 9, 10))  # the lines after which a field is whole
    assert FIELDS[:n_saved] == tuple(kept)
    assert wanted == responses(folder, first)
    assert stored(folder, first)["finished"]


def test_lines_that_were_begun_when_it_ended_are_said_not_to_be_saved(folder: ExamFolder, first: Paper) -> None:
    shown = play(folder, ["", ":go 1.trace", "z: y.grad = 50"])

    assert "The lines of this field that were begun are not saved." in shown
    assert not store_of(folder).file(first.id).exists()


def test_the_papers_come_in_print_order_and_those_it_does_not_name_behind(folder: ExamFolder) -> None:
    ids = list_papers(folder).ids
    before = folder.print_order.read_bytes() if folder.print_order.exists() else None
    folder.print_order.write_text(f"place,paper\n1,{ids[2]}\n2,WXYZ-2345\n3,{ids[0]}\n", encoding="utf-8")
    try:
        assert (ids[2], ids[0]) == list_papers(folder).ids[:2]
        assert set(ids) == set(list_papers(folder).ids)
    finally:
        folder.print_order.unlink()
        if before is not None:
            folder.print_order.write_bytes(before)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("k7qf2mxp", "K7QF-2MXP"),
        (" K7QF-2MXP/3 ", "K7QF-2MXP"),
        ("k7qf 2mxp", "K7QF-2MXP"),
        ("k7qf-2", "K7QF-2MXP"),
        ("w", "WXYZ-2345"),
    ],
)
def test_a_paper_is_found_however_its_id_is_typed_or_scanned(typed: str, found: str) -> None:
    assert found == meant(typed, PaperList(("K7QF-2MXP", "K7QF-3MXP", "WXYZ-2345")))


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("k7qf", "is the beginning of K7QF-2MXP, K7QF-3MXP; type more of it"),
        ("ABCD-2345", "There is no paper 'ABCD-2345'"),
        ("/3", "Type the paper's id"),
        ("", "Type the paper's id"),
    ],
)
def test_an_id_that_fits_none_or_several_is_asked_for_again(typed: str, reason: str) -> None:
    with pytest.raises(RefusedInput, match=reason):
        meant(typed, PaperList(("K7QF-2MXP", "K7QF-3MXP", "WXYZ-2345")))


def test_a_wrong_id_in_a_session_is_explained_and_asked_again(folder: ExamFolder, first: Paper) -> None:
    shown = play(folder, ["ZZZZ", first.id[:4].lower(), "z1, z2"])

    assert "There is no paper 'ZZZZ' in this exam; ids look like K7QF-2MXP." in shown
    assert {"1.order": "z1, z2"} == responses(folder, first)


def test_back_after_the_last_field_opens_it_again(folder: ExamFolder, first: Paper) -> None:
    wanted = right_answers(folder, first)
    last = first.field_ids()[-1]
    play(folder, [*typing_of(first, wanted), "back", "77"])

    assert "77" == responses(folder, first)[last]


def test_two_people_at_one_paper_keep_each_others_fields(folder: ExamFolder, first: Paper) -> None:
    store, ids = store_of(folder), first.field_ids()
    seen = store.read(first.id)
    store.save_entry(seen, "1.order", Entry("z1"), who="ab", field_ids=ids)
    store.save_entry(seen, "1.x_grad", Entry("5"), who="cd", field_ids=ids)

    assert {"1.order": "z1", "1.x_grad": "5"} == responses(folder, first)
    assert ["ab", "cd"] == stored(folder, first)["who"]


def test_two_people_at_one_field_are_told_and_nothing_is_written_over(folder: ExamFolder, first: Paper) -> None:
    store, ids = store_of(folder), first.field_ids()
    seen = store.read(first.id)
    store.save_entry(seen, "1.order", Entry("z1"), who="ab", field_ids=ids)

    with pytest.raises(TakenMeanwhile):
        store.save_entry(seen, "1.order", Entry("z2"), who="cd", field_ids=ids)
    assert {"1.order": "z1"} == responses(folder, first)


def test_in_a_session_both_texts_are_shown_where_somebody_was_faster(
    folder: ExamFolder, first: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, ids = store_of(folder), first.field_ids()
    store.save_entry(Transcript(first.id), "1.order", Entry("z1, z3"), who="cd", field_ids=ids)
    # Our session read the paper before the other one was saved.
    monkeypatch.setattr(type(store), "read", _once_empty(type(store).read))
    shown = play(folder, [first.id, "z1, z2", "", "quit"])

    assert "Somebody else typed this field meanwhile (cd); yours is not saved:" in shown
    assert "you typed: z1, z2" in shown and "stands: z1, z3" in shown
    assert {"1.order": "z1, z3"} == responses(folder, first)


def _once_empty(read: Any) -> Any:
    seen: list[str] = []

    def looks_empty_the_first_time(store: Any, paper_id: str) -> Transcript:
        seen.append(paper_id)
        found: Transcript = Transcript(paper_id) if len(seen) == 1 else read(store, paper_id)
        return found

    return looks_empty_the_first_time


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "can't be read as a transcript"),
        ('{"format": "chainrule-transcript/9"}', "its format is 'chainrule-transcript/9'"),
        ('{"format": "chainrule-transcript/1", "paper": "PAPER"}', "'responses' is missing"),
        ('{"format": "chainrule-transcript/1", "paper": "PAPER", "responses": {"1.x": 3}}', "3 should be text"),
        ('{"format": "chainrule-transcript/1", "paper": "PAPER", "responses": {"a": "1", "a": "2"}}', "in it twice"),
        ('{"format": "chainrule-transcript/1", "paper": "WXYZ-2345", "responses": {}}', "holds paper 'WXYZ-2345'"),
        ('{"format": "chainrule-transcript/1", "paper": "PAPER", "responses": {"a": "\\u202e"}}', "U+202E"),
        (
            '{"format": "chainrule-transcript/1", "paper": "PAPER", "responses": {}, '
            '"points": {"a": {"points": "many"}}}',
            "'many' is no number of points",
        ),
    ],
)
def test_a_damaged_transcript_is_named_and_left_alone(folder: ExamFolder, first: Paper, text: str, reason: str) -> None:
    file = store_of(folder).file(first.id)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.replace("PAPER", first.id), encoding="utf-8")
    before = file.read_bytes()
    shown = play(folder, [first.id])

    assert file.name in shown and reason in " ".join(shown.split())
    assert before == file.read_bytes()


def test_a_transcript_reads_back_as_it_was_written(folder: ExamFolder, first: Paper) -> None:
    play(folder, ["", ":go 1.order", "=1 why", 'Tab\t"quoted" \\frac{1}{2}', "", "=0.25"])
    store = store_of(folder)
    found = store.read(first.id)

    assert found == Transcript.from_text(found.to_text(first.field_ids()), source="a")
    assert [Fraction(1), Fraction(1, 4), None] == [
        entry.points and entry.points.points for entry in map(found.entry, FIELDS[:3])
    ]


def test_the_same_typing_writes_the_same_bytes(folder: ExamFolder, first: Paper) -> None:
    lines = typing_of(first, right_answers(folder, first))
    play(folder, lines)
    once = store_of(folder).file(first.id).read_bytes()
    store_of(folder).file(first.id).unlink()
    play(folder, lines)

    assert once == store_of(folder).file(first.id).read_bytes()


def test_transcripts_are_for_staff_alone(folder: ExamFolder, first: Paper) -> None:
    play(folder, ["", "z1"])
    store = store_of(folder)

    assert 0o700 == store.path.stat().st_mode & 0o777
    assert 0o600 == store.file(first.id).stat().st_mode & 0o777


def test_an_exam_without_papers_and_a_folder_without_an_exam_are_refused(folder: ExamFolder, tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="there is no exam here"):
        list_papers(ExamFolder(tmp_path))
    with pytest.raises(RefusedInput, match="the exam has no papers"):
        play(folder, [], papers=PaperList(()))


def test_a_fault_in_our_key_does_not_stop_the_typing(
    folder: ExamFolder, first: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("chainrule.transcription.readings.solve_item", broken)
    shown = play(folder, ["", "z1, z2"])

    assert "It can't be shown how this is read: ZeroDivisionError: division by zero" in " ".join(shown.split())
    assert {"1.order": "z1, z2"} == responses(folder, first)


def test_only_the_paper_that_is_typed_is_opened(folder: ExamFolder, first: Paper) -> None:
    """With 5,000 papers nobody waits for the others: here they are damaged, and it does not matter."""
    others = [folder.paper(paper_id) for paper_id in list_papers(folder).ids[1:]]
    kept = [file.read_bytes() for file in others]
    try:
        for file in others:
            file.write_bytes(b"\xff")
        play(folder, ["", "z1, z2"])
        assert {"1.order": "z1, z2"} == responses(folder, first)
    finally:
        for file, data in zip(others, kept, strict=True):
            file.write_bytes(data)
