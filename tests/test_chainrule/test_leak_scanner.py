"""The search for leaks can find: what is planted into a page, form, notebook or PDF is found, wherever it hides."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest

from chainrule.building import Outputs
from chainrule.building.outputs import student_files
from chainrule.exam_folder import ExamFolder
from engine.graph import Graph, Node
from question_templates.paper import Paper
from question_templates.question import Figure
from tests.test_chainrule.leak_scanner import answers_found, holds, normal, spellings, words_found
from tests.test_chainrule.printed_papers import paper_of, sample_question, with_head

ANSWER = "4*batch*height**2"
PLANTED = "so 4*batch * height**2 bytes, by Quickenshaw"
FOUND = {"answer": {normal(ANSWER)}, "number": {"7531"}, "name": {"Quickenshaw"}}


def clean() -> Paper:
    return paper_of(sample_question("number", "choice"))


def files(folder: Path, paper: Paper) -> dict[str, bytes]:
    """What a student gets, by the ending of the file's name."""
    made = student_files(ExamFolder(folder), paper, Outputs(pdf=True))
    return {path.suffix.removeprefix("."): content for path, content in made.items()}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return files(tmp_path_factory.mktemp("sound"), clean())


def found(suffix: str, content: bytes) -> dict[str, set[str]]:
    """In which layers an answer, a number and a name are found."""
    name = f"K7QF-2MXP.{suffix}"
    return {
        "answer": set(answers_found(name, content, FOUND["answer"])),
        "number": set(answers_found(name, content, FOUND["number"])),
        "name": set(words_found(name, content, FOUND["name"])),
    }


@pytest.mark.parametrize("suffix", ["html", "yaml", "ipynb", "pdf"])
def test_nothing_is_found_in_sound_files(sound: dict[str, bytes], suffix: str) -> None:
    assert {"answer": set(), "number": set(), "name": set()} == found(suffix, sound[suffix])


@pytest.mark.parametrize(
    "planted",
    [
        f"<p>{PLANTED}, 7531</p>",
        f'<svg aria-label="{PLANTED}, 7531"></svg>',
        "<code>4*batch*<b>height</b>**2</code> <i>Quicken</i>shaw <u>75</u>31",
        f'<script type="application/json">{{"key": "{PLANTED}", "value": 7531}}</script>',
        "<p>4&#42;batch&#x2a;height**2 by Quicken&#115;haw, 753&#49;</p>",
    ],
)
def test_what_is_planted_into_a_page_is_found(sound: dict[str, bytes], planted: str) -> None:
    where = found("html", sound["html"].replace(b"</body>", planted.encode() + b"</body>"))

    assert all("words" in layers for layers in where.values())


def test_a_comment_of_a_page_is_searched_for_all_but_numbers(sound: dict[str, bytes]) -> None:
    where = found("html", sound["html"] + f"<!-- {PLANTED} -->".encode())

    assert {"bytes", "text"} == where["answer"] == where["name"]


def test_what_is_planted_into_a_form_is_found(sound: dict[str, bytes]) -> None:
    where = found("yaml", sound["yaml"] + f"# {PLANTED}: 7531\n".encode())

    assert all("text" in layers for layers in where.values())


@pytest.mark.parametrize("place", ["metadata", "lines"])
def test_what_is_planted_into_a_notebook_is_found(sound: dict[str, bytes], place: str) -> None:
    notebook = json.loads(sound["ipynb"])
    if place == "metadata":
        notebook["metadata"]["note"] = f"{PLANTED} 7531"
    else:
        notebook["cells"][0]["source"] = ["4*batch*\n", "height**2, 75", "31 by Quicken", "shaw"]
    where = found("ipynb", json.dumps(notebook).encode())

    assert all("cells" in layers for layers in where.values())


def test_what_is_printed_in_a_pdf_is_found(tmp_path: Path) -> None:
    planted = paper_of(sample_question("number", prompt=f"`{ANSWER}`, 7531, Quickenshaw"))
    where = found("pdf", files(tmp_path, planted)["pdf"])

    assert all("words" in layers for layers in where.values())


def test_the_metadata_of_a_pdf_are_searched(tmp_path: Path) -> None:
    where = found("pdf", files(tmp_path, with_head(clean(), title=f"{PLANTED} 7531"))["pdf"])

    assert all("metadata" in layers for layers in where.values())


def test_what_a_pdf_says_of_its_figures_is_found(tmp_path: Path) -> None:
    """Alternative texts are in compressed streams, and no page shows them."""
    paper = clean()
    graph = Graph((Node("z1", "leaf(Quickenshaw)"), Node("z2", "mul", ("z1", "z1"))))
    question = replace(paper.items[0].question, figures=(Figure("graph", graph),))
    content = files(tmp_path, replace(paper, items=(replace(paper.items[0], question=question),)))["pdf"]

    assert "streams" in answers_found("a.pdf", content, {normal("z2 = mul(z1, z1)")})
    assert "streams" in words_found("a.pdf", content, {"leaf(Quickenshaw)"})


def test_a_files_name_is_searched() -> None:
    assert {"name": ["Quickenshaw"]} == words_found("Quickenshaw.yaml", b"", {"Quickenshaw"})


def test_a_secret_is_found_however_it_is_spelled() -> None:
    secret = bytes(range(32))
    for spelled in (secret, secret.hex().encode(), secret.hex().upper().encode(), base64.b64encode(secret)):
        assert words_found("a.pdf.yaml", b"seed: " + spelled + b"\n", spellings(secret))


@pytest.mark.parametrize(
    ("text", "piece", "expected"),
    [
        ("it is 12", "12", True),
        ("it is 12.", "12", False),  # may go on: 12.5 is another number
        ("it is 312", "12", False),
        ("z12", "12", False),
        ("(12)", "12", True),
        ("z1.grad=32", "z1.grad=3", False),
        ("xz1.grad=32 z1.grad=3", "z1.grad=3", True),
        ("-16", "16", True),
        ("none", "16", False),
    ],
)
def test_a_number_or_name_is_not_found_inside_a_longer_one(text: str, piece: str, expected: bool) -> None:
    assert expected == holds(text, piece)


def test_blanks_and_line_breaks_do_not_hide_an_answer() -> None:
    assert "z1.grad=3*2 and x" == normal("z1.grad  =\n 3 * 2 and\tx")
