"""The practice final in a real browser: filled in by keyboard alone, reloaded, printed, downloaded and graded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

import pypdfium2
import pytest

from chainrule.drawing.typography import OPERATION_SIGNS
from chainrule.exams import ready_exam
from chainrule.pages import paper_page
from chainrule.wording import answer_text
from grader import grade
from question_templates.answers import Answer, Graph, Trace
from question_templates.bank import open_bank
from question_templates.exam import make_paper
from question_templates.exam_file import read_exam
from question_templates.paper import Paper, field_id
from question_templates.solution import solutions_of
from question_templates.solving import solve_item
from submissions import Submission, read_bytes
from tests.test_chainrule.keyboard_hand import HAND, TRACE_CELL, Hand, inside

BANK = open_bank()
DESKTOP = {"width": 1100, "height": 740}
# What Tab should stop at and did not: of radio buttons one stands for all, and while nothing is picked all nodes count.
MISSED = """() => [...document.querySelectorAll("button, input, select, textarea, summary, a[href], [tabindex]")]
    .filter((stop) => stop.checkVisibility() && stop.tabIndex === 0 && !stop.disabled && !met.has(stop))
    .map((stop) => stop.outerHTML.slice(0, 200))"""
LABELS = "[...document.querySelectorAll('[data-field]')].map((box) => [box.dataset.field, box.labels[0].innerText])"
# The page is long: what passes is not handed over, and no style sheet is fetched a second time.
AXE = """([part, more]) => axe.run(part, { resultTypes: ["violations"], preload: false, ...more })
    .then(({ violations }) => violations)"""
CONTROL_ROLES = "button|textbox|combobox|link|option|application|progressbar"


@cache
def practice_final() -> Paper:
    exam = read_exam(ready_exam("practice-final"), BANK, source="practice-final.yaml")
    return make_paper(exam, BANK, secret=b"in a browser", paper_id="K7QF-2MXP")


@cache
def key() -> Mapping[str, Answer]:
    """Every answer by the id of its field."""
    return {
        field_id(item.number, name): answer
        for item in practice_final().items
        for name, answer in solve_item(item, BANK.families).answers.items()
    }


def as_written(answer: Answer) -> str:
    """An answer as the controls write it: a trace has a line for every number, with its node and without the step's."""
    if isinstance(answer, Trace):
        return "\n".join(f"{node}.grad = {value}" for node, value in TRACE_CELL.findall(answer_text(answer)))
    return answer_text(answer)


def drawn_items(nodes: Mapping[str, tuple[str, Sequence[str]]]) -> set[str]:
    """What the canvas shows of a graph, as it names its parts."""
    inputs = {label: () if operation == "leaf" else given for label, (operation, given) in nodes.items()}
    edges = {f"edge {label} {port}" for label, given in inputs.items() for port in range(len(given))}
    return edges | {f"node {label}" for label in nodes}


@dataclass(frozen=True)
class Afternoon:
    """What came of it: texts after filling in and after a reload, canvases, the print, the file, and how it went."""

    written: Mapping[str, str]
    reloaded: Mapping[str, str]
    canvases: Mapping[str, set[str]]
    labels: Mapping[str, str]
    printed: Sequence[str]
    asked_to_print: bool
    file: bytes
    missed: Sequence[str]
    named: str
    n_pointers: int
    complaints: Sequence[str]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The addresses of the plain paper and of the one with solutions."""
    folder = tmp_path_factory.mktemp("final")
    paper = practice_final()
    solutions = solutions_of(paper, {item.number: solve_item(item, BANK.families) for item in paper.items}, BANK)
    (folder / "plain.html").write_text(paper_page(paper), encoding="utf-8")
    (folder / "solved.html").write_text(paper_page(paper, solutions=solutions), encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in ("plain", "solved")}


@pytest.fixture(scope="module")
def afternoon(chromium: Any, pages: Mapping[str, str]) -> Afternoon:
    """The whole paper, once: filled in, reloaded, walked through, printed, handed out."""
    context = chromium.new_context(viewport=DESKTOP, accept_downloads=True)
    context.set_offline(True)
    context.add_init_script(HAND)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(pages["plain"])
    hand = Hand(page)
    for field, answer in key().items():
        hand.answer(field, answer)
    written = hand.written()
    page.reload()
    hand.walk_to_the_end()
    came = Afternoon(
        written=written,
        reloaded=hand.written(),
        canvases={field: canvas(page, field) for field, answer in key().items() if isinstance(answer, Graph)},
        labels=dict(page.evaluate(LABELS)),
        printed=text_of(page.pdf()),
        asked_to_print=print_button_prints(hand),
        file=hand.download(),
        missed=page.evaluate(MISSED),
        named=page.locator("body").aria_snapshot(),
        n_pointers=page.evaluate("window.pointers ?? 0"),
        complaints=tuple(complaints),
    )
    context.close()
    return came


def canvas(page: Any, field: str) -> set[str]:
    items = "items => items.map(item => item.dataset.item)"
    return set(page.locator(inside(field, ".graph-stage [data-item]")).evaluate_all(items))


def print_button_prints(hand: Hand) -> bool:
    hand.page.evaluate("() => { window.print = () => { window.asked = true; }; }")
    hand.reach("#print")
    hand.press("Enter")
    return bool(hand.page.evaluate("window.asked === true"))


def text_of(pdf: bytes) -> list[str]:
    """The text of every printed page, without blanks and ends of lines."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    return [bare(page.get_textpage().get_text_range()) for page in document]


def bare(text: str) -> str:
    """Without blanks, and without the hyphen's stand-in at the end of a printed line."""
    return re.sub(r"\s+", "", text.replace("\ufffe", "-"))


def test_every_answer_is_entered_by_keyboard_alone(afternoon: Afternoon) -> None:
    expected = {field: set(as_written(answer).splitlines()) for field, answer in key().items()}

    assert expected == {field: set(text.splitlines()) for field, text in afternoon.written.items()}
    assert 0 == afternoon.n_pointers
    assert () == afternoon.complaints


def test_a_reload_keeps_every_answer_and_every_drawing(afternoon: Afternoon) -> None:
    graphs = {field: answer for field, answer in key().items() if isinstance(answer, Graph)}

    assert afternoon.written == afternoon.reloaded
    assert 3 == len(graphs)
    assert {field: drawn_items(graph.nodes) for field, graph in graphs.items()} == afternoon.canvases


def test_what_is_downloaded_earns_full_marks_with_every_verdict_right(afternoon: Afternoon) -> None:
    submission = read_bytes(afternoon.file, source="answers.json")

    assert isinstance(submission, Submission)
    graded = grade(practice_final(), submission, BANK.families)
    assert dict.fromkeys(key(), "right") == {field.id: field.verdict.outcome for field in graded.fields}
    assert practice_final().points == graded.points


def test_every_control_of_the_filled_paper_is_reached_with_tab(afternoon: Afternoon) -> None:
    assert [] == afternoon.missed


def test_every_control_of_the_filled_paper_has_a_name(afternoon: Afternoon) -> None:
    controls = re.findall(rf"^ *- ({CONTROL_ROLES})\b(.*)$", afternoon.named, re.MULTILINE)

    assert 250 < len(controls)
    assert [] == [control for control in controls if not control[1].startswith(' "')]


def test_the_print_shows_every_written_answer_whole_below_its_question(afternoon: Afternoon) -> None:
    everything = "".join(afternoon.printed)
    expected = {
        field: re.escape(bare(afternoon.labels[field])) + r"[\d.]+points?" + re.escape(bare(as_written(answer)))
        for field, answer in key().items()
        if not isinstance(answer, Graph)
    }

    assert len(key()) - 3 == len(expected)
    assert [] == [field for field, words in expected.items() if not re.search(words, everything)]


def test_the_print_shows_every_drawn_graph_and_not_its_text(afternoon: Afternoon) -> None:
    drawn = {field: answer.nodes for field, answer in key().items() if isinstance(answer, Graph)}
    pages = iter(page for page in afternoon.printed if "Drawthecomputationalgraph" in page)
    printed = {field: next(pages) for field in drawn}

    for field, nodes in drawn.items():
        assert [] == [label for label, node in nodes.items() if drawn_node(label, *node) not in printed[field]]
        assert not [label for label in nodes if f"{label}=leaf(" in "".join(afternoon.printed)]


def drawn_node(label: str, operation: str, inputs: Sequence[str]) -> str:
    """What is read of a node where it is drawn: its name, what it does, and the numbers of two inputs."""
    if operation == "leaf":
        return label + inputs[0]
    return label + (OPERATION_SIGNS.get(operation) or operation) + ("12" if len(inputs) == 2 else "")


def test_the_print_has_every_line_of_code_whole_and_its_button_prints(afternoon: Afternoon) -> None:
    everything = "".join(afternoon.printed)
    lines = {line for item in practice_final().items for line in item.question.listing.splitlines() if line.strip()}

    assert 50 < len(lines)
    assert [] == [line for line in sorted(lines) if bare(line) not in everything]
    assert afternoon.asked_to_print


# ---- for everybody, and with solutions ----


@pytest.fixture
def inspected(chromium: Any, axe: str) -> Iterator[Any]:
    """A tab that axe-core may look into."""
    context = chromium.new_context(bypass_csp=True, viewport=DESKTOP)
    context.add_init_script(axe)
    context.add_init_script(HAND)
    yield context.new_page()
    context.close()


def found_by_axe(page: Any, part: str = "body") -> list[tuple[str, str]]:
    """What is wrong by day, and by night with the colors, which are all that the night changes."""
    found = page.evaluate(AXE, [part, {}])
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(AXE, [part, {"runOnly": ["color-contrast"]}])
    page.emulate_media(color_scheme="light")
    return [(one["id"], one["nodes"][0]["html"]) for one in found]


def test_axe_finds_nothing_wrong_before_and_after_filling(
    inspected: Any, pages: Mapping[str, str], afternoon: Afternoon
) -> None:
    inspected.goto(pages["plain"])
    before = found_by_axe(inspected)
    file = {"name": "answers.json", "mimeType": "application/json", "buffer": afternoon.file}
    inspected.set_input_files("#file", file)
    inspected.get_by_text("are back on the page").wait_for()
    after = found_by_axe(inspected)

    assert ([], []) == (before, after)
    assert afternoon.written == Hand(inspected).written()


def test_solutions_are_folded_away_unfold_by_keyboard_and_axe_finds_nothing_wrong(
    inspected: Any, pages: Mapping[str, str]
) -> None:
    inspected.goto(pages["solved"])
    folded = inspected.locator("details.solution:not([open])").count()
    printed = bare("".join(text_of(inspected.pdf())))
    closed = found_by_axe(inspected, ".solution")
    for place in range(1, folded + 1):
        Hand(inspected).reach(f"#question-{place} > .solution > summary")
        inspected.keyboard.press("Enter")
    opened = found_by_axe(inspected, ".solution")

    assert len(practice_final().items) == folded == inspected.locator("details.solution[open]").count()
    assert "Workedsolution" not in printed
    assert ([], []) == (closed, opened)
