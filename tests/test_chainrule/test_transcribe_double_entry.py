"""Double entry: two people type without seeing each other, every disagreement is found, and settled once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chainrule.exam_folder import ExamFolder
from chainrule.transcription.desk import Desk
from chainrule.transcription.double_entry import compare_entries
from chainrule.transcription.paper_list import list_papers
from chainrule.transcription.readings import PaperFields, Reader
from chainrule.transcription.settling import compare_papers, comparison_text, settle
from chainrule.transcription.transcript import Entry, Transcript
from chainrule.transcription.transcript_store import store_of
from question_templates.paper import Paper
from tests.test_chainrule.typing_script import FIELDS, play, right_answers, small_exam, typing_of


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ExamFolder:
    return small_exam(tmp_path_factory.mktemp("exam"))


@pytest.fixture
def folder(built: ExamFolder) -> Iterator[ExamFolder]:
    yield built
    shutil.rmtree(store_of(built).path, ignore_errors=True)


def paper_of(folder: ExamFolder, place: int = 0) -> Paper:
    return folder.read_paper(list_papers(folder).ids[place])


def agreements(folder: ExamFolder) -> dict[str, str]:
    return {found.field: found.agreement for found in compare_papers(folder, list_papers(folder)).fields}


def settled(folder: ExamFolder, lines: Sequence[str]) -> str:
    waiting, shown = list(lines), list[str]()

    def read(prompt: str) -> str:
        shown.append(prompt)
        if not waiting:
            raise EOFError
        return waiting.pop(0)

    settle(folder, compare_papers(folder, list_papers(folder)), Desk(read, shown.append, "cd"))
    return "\n".join(shown)


def stored(folder: ExamFolder, paper: Paper) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(store_of(folder).file(paper.id).read_text(encoding="utf-8"))
    return found


def type_twice(folder: ExamFolder, paper: Paper, changed: dict[str, str]) -> None:
    answers = right_answers(folder, paper)
    play(folder, typing_of(paper, answers), who="ab")
    play(folder, typing_of(paper, answers | changed), who="cd", second=True)


def test_the_second_entry_lies_apart_and_shows_nothing_of_the_first(folder: ExamFolder) -> None:
    paper = paper_of(folder)
    play(folder, [paper.id, "x, y, z", "=1.5 ", "quit"])
    shown = play(folder, [paper.id, "quit"], second=True)

    assert "stands: " not in shown and "x, y, z" not in shown and "1.5" not in shown
    assert "0 done, field 1 of 5" in shown
    assert (store_of(folder).path / "second") == store_of(folder, second=True).path


def test_the_same_text_and_the_same_reading_are_agreement_and_it_is_said_which(folder: ExamFolder) -> None:
    paper = paper_of(folder)
    answers = right_answers(folder, paper)
    other = {
        "1.order": "x → y → z",
        "1.trace": answers["1.trace"].replace(" =", "  = "),
        "1.x_grad": f"x.grad = {answers['1.x_grad']}",
        "2.why": "Because every edge adds.",
    }
    type_twice(folder, paper, other)

    assert {
        "1.order": "same reading",
        "1.trace": "same text",
        "1.x_grad": "same reading",
        "2.why": "different",
        "2.pick": "same text",
    } == agreements(folder)
    text = comparison_text(compare_papers(folder, list_papers(folder)))
    assert f"Read the same way though typed differently: {paper.id} 1.order, {paper.id} 1.x_grad" in text
    assert f"Disagreement: {paper.id} 2.why" in text


def test_what_can_not_be_read_has_to_be_the_same_text(folder: ExamFolder) -> None:
    paper = paper_of(folder)
    type_twice(folder, paper, {})
    store, second = store_of(folder), store_of(folder, second=True)
    for one, text in ((store, "5 or 6"), (second, "5 or 7")):
        one.save_entry(one.read(paper.id), "1.x_grad", Entry(text), who="ab", field_ids=FIELDS)

    assert "different" == agreements(folder)["1.x_grad"]


def test_two_wrong_answers_are_not_the_same_answer(folder: ExamFolder) -> None:
    paper = paper_of(folder)
    fields, reader = PaperFields(paper), Reader(folder)
    one = Transcript(paper.id, (), {"1.x_grad": Entry("7")})
    other = Transcript(paper.id, (), {"1.x_grad": Entry("8")})

    assert ["different"] == [found.agreement for found in compare_entries(fields, one, other, reader.verdicts)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(FIELDS), st.integers(1, 9), max_size=5))
def test_every_seeded_disagreement_is_found_and_no_other(built: ExamFolder, seeded: dict[str, int]) -> None:
    paper = paper_of(built)
    answers = right_answers(built, paper)
    slips = {
        "1.order": lambda n: ["y, x, z", "z, y, x", "x, y"][n % 3],
        "1.trace": lambda n: answers["1.trace"] + str(n),
        "1.x_grad": lambda n: f"{answers['1.x_grad']}{n}",
        "2.why": lambda n: f"{answers['2.why']} {n}",
        "2.pick": lambda n: "A",
    }
    first = Transcript(paper.id, ("ab",), {name: Entry(text) for name, text in answers.items()})
    second = Transcript(
        paper.id, ("cd",), {**first.entries, **{name: Entry(slips[name](n)) for name, n in seeded.items()}}
    )
    found = compare_entries(PaperFields(paper), first, second, Reader(built).verdicts)

    assert set(seeded) == {one.field for one in found if one.agreement == "different"}
    assert set(FIELDS) - set(seeded) == {one.field for one in found if one.agreement == "same text"}


def test_points_have_to_be_the_same_whatever_the_reason(folder: ExamFolder) -> None:
    paper = paper_of(folder)
    play(folder, [paper.id, "=1 fine", "=2", "=0.5"])
    play(folder, [paper.id, "=1", "=2.5", "4"], second=True)

    assert {"1.order": "same text", "1.trace": "different", "1.x_grad": "different"} == agreements(folder)


def test_papers_and_fields_that_are_not_typed_twice_are_listed(folder: ExamFolder) -> None:
    ids = list_papers(folder).ids
    play(folder, [ids[0], "x, y, z", "skip"])
    play(folder, [ids[0], "x, y, z"], second=True)
    play(folder, [ids[1], "x"], second=True)
    text = comparison_text(compare_papers(folder, list_papers(folder)))

    assert f"Disagreement: {ids[0]} 1.trace" in text and "1 typed in one entry only" in text
    assert f"Typed once only: {ids[1]}" in text
    assert f"Not typed at all: {', '.join(ids[2:])}" in text


@pytest.mark.parametrize(
    ("lines", "chosen"),
    [(["1"], "x, y, z"), (["2"], "y, x, z"), (["t", "x, z"], "x, z"), (["3", "help", "2"], "y, x, z")],
)
def test_a_disagreement_is_settled_by_choosing_or_typing_anew(
    folder: ExamFolder, lines: list[str], chosen: str
) -> None:
    paper = paper_of(folder)
    type_twice(folder, paper, {"1.order": "y, x, z"})
    shown = settled(folder, lines)

    assert "1: x, y, z" in shown and "2: y, x, z" in shown and "1 of 1 disagreement settled." in shown
    assert chosen == stored(folder, paper)["responses"]["1.order"]
    record = {"first": {"response": "x, y, z"}, "second": {"response": "y, x, z"}, "chosen": {"response": chosen}}
    assert {"1.order": record | {"who": "cd"}} == stored(folder, paper)["settled"]
    assert agreements(folder)["1.order"] in ("settled", "same text")


def test_a_settled_field_that_is_typed_anew_is_compared_anew(folder: ExamFolder) -> None:
    paper = paper_of(folder)
    type_twice(folder, paper, {"1.order": "y, x, z"})
    settled(folder, ["1"])
    play(folder, [paper.id, "z, y, x"])

    assert "different" == agreements(folder)["1.order"]


def test_what_is_left_for_later_stays_a_disagreement(folder: ExamFolder) -> None:
    paper = paper_of(folder)
    type_twice(folder, paper, {"1.order": "y, x, z", "2.pick": "A"})
    shown = settled(folder, ["", "quit"])

    assert "0 of 2 disagreements settled." in shown
    assert {"1.order": "different", "2.pick": "different"} == {
        name: found for name, found in agreements(folder).items() if found != "same text"
    }


def test_a_field_typed_once_is_settled_by_taking_it(folder: ExamFolder) -> None:
    paper = paper_of(folder)
    play(folder, [paper.id, "x, y, z", "skip"])
    play(folder, [paper.id, "x, y, z"], second=True)
    shown = settled(folder, ["2", "1"])

    assert "2: (not typed yet)" in shown
    assert "settled" == agreements(folder)["1.trace"]
