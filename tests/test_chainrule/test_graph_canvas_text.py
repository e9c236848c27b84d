"""The canvas and its text are one graph: laws over random graphs, and the grader as the second reader."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from chainrule.pages import paper_page
from engine.operations import STANDARD
from grader import judge
from grader.reading import graph_words
from grader.reading.graph import GraphReading, read_graph
from question_templates.answers import Graph
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Field, Question
from question_templates.variant import Variant

LISTING = "z1 = x\nz2 = y\n"
NAMES = ("x", "y", "z1", "z2", "z3", "z4", "z5")
LEAVES = {"x": "x", "y": "y", "z1": "x", "z2": "y"}
PRINTED = {"names": list(NAMES), "nodes": [["x", "z1"], ["y", "z2"], ["z3"], ["z4"], ["z5"]]}
ARITY = {row.name: row.arity for row in STANDARD.operations.values()}
TABLE = Path(__file__).parents[1] / "tables" / "graph.yaml"
# Reads every text and writes it again; null where the canvas can't show it.
REWRITE = """([texts, printed, arity]) => texts.map((text) => {
    const { nodes } = graphText.read(text, printed, (op) => arity[op] ?? 0);
    return nodes ? graphText.write(nodes) : null;
})"""
# The tidy drawing of every text: boxes by label, and for every edge its line as points.
LAYOUT = """([texts, printed, arity]) => texts.map((text) => {
    const { nodes } = graphText.read(text, printed, (op) => arity[op] ?? 0);
    const svg = document.querySelector(".graph-stage svg");
    svg.replaceChildren();
    const { places, bends } = graphLayout.tidy(nodes);
    const words = { node: () => "", edge: () => "", mayTake: () => true };
    graphView.painter(svg, () => "", words).paint({ nodes, places, bends, selected: null, picked: null }, 0);
    const boxes = Object.fromEntries(nodes.map((node) => [node.label,
        [places[node.label].x, places[node.label].y, graphLayout.widthOf(node), graphLayout.BOX_HEIGHT]]));
    const lines = [...svg.querySelectorAll(".lines > g")].map((group) => {
        const path = group.querySelector(".line"), length = path.getTotalLength();
        const steps = Array.from({ length: 101 }, (_, step) => path.getPointAtLength((length * step) / 100));
        return [group.dataset.edge, steps.map(({ x, y }) => [x, y])];
    });
    return { boxes, lines, inputs: Object.fromEntries(nodes.map((node) => [node.label, node.inputs])) };
})"""


@pytest.fixture(scope="module")
def page(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A paper with a canvas, whose own functions the tests call."""
    field = Field("graph", "graph", "graph", "Draw the graph.", Fraction(3), (), "z3 = mul(z1, z2)")
    question = Question("A graph", "Read on.", LISTING, NAMES, (), (field,))
    item = Item("1", Fraction(3), Variant("graph/power-chain", "1", "digest", {}, LISTING), question)
    file = tmp_path_factory.mktemp("canvas-text") / "paper.html"
    file.write_text(paper_page(Paper("K7QF-2MXP", ExamHead("Practice final"), (item,))), encoding="utf-8")
    context = chromium.new_context()
    opened = context.new_page()
    opened.goto(file.as_uri())
    yield opened
    context.close()


def rewritten(page: Any, texts: list[str]) -> list[str | None]:
    found: list[str | None] = page.evaluate(REWRITE, [texts, PRINTED, ARITY])
    return found


def random_graph(seed: int) -> str:
    """A graph of 2 to 30 nodes as text; operands often repeat, and some lie far back."""
    dice = random.Random(seed)
    n_leaves = dice.randint(1, 6)
    labels = [f"a{number}" for number in range(n_leaves)]
    lines = [f"{label} = leaf({dice.choice(['x', 'y', 'w', '2', '0.5', '-3'])})" for label in labels]
    for number in range(dice.randint(1, 24)):
        operation = dice.choice(sorted(ARITY))
        recent = labels[-dice.choice([2, 4, 40]) :]
        operands = [
            dice.choice([*recent, "?"]) if number % 9 == 8 else dice.choice(recent) for _ in range(ARITY[operation])
        ]
        labels.append(f"n{number}")
        lines.append(f"n{number} = {operation}({', '.join(operands)})")
    dice.shuffle(lines)
    return "\n".join(lines)


def test_text_to_drawing_to_text_is_the_identity(page: Any) -> None:
    texts = [random_graph(seed) for seed in range(200)]

    assert texts == rewritten(page, texts)


def test_a_text_written_by_the_canvas_is_read_by_the_grader_node_for_node(page: Any) -> None:
    for text in rewritten(page, [random_graph(seed) for seed in range(60)]):
        if text is None or "?" in text:
            continue
        reading = read_graph(text, leaves={"x": "x", "y": "y", "w": "w"})

        assert isinstance(reading, GraphReading), text
        assert len(text.splitlines()) == len(reading.nodes)


@pytest.fixture(scope="module")
def published() -> list[tuple[Graph, str]]:
    """Every published example of what is accepted as a graph and what is not, with its answer."""
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    answers = {
        name: Graph(
            {k: (v[0], v[1]) for k, v in stated["nodes"].items()}, operand_order=stated.get("operand_order", True)
        )
        for name, stated in table["answers"].items()
    }
    return [(answers[example["answer"]], example["response"]) for example in table["examples"]]


def test_what_the_canvas_writes_anew_is_judged_as_what_was_typed(page: Any, published: list[tuple[Graph, str]]) -> None:
    texts = rewritten(page, [response for _, response in published])
    shown = [(answer, typed, text) for (answer, typed), text in zip(published, texts, strict=True) if text]

    assert 18 <= len(shown)
    assert [] == [
        (typed, text) for answer, typed, text in shown if judge(answer, typed).outcome != judge(answer, text).outcome
    ]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("z3 = z1*z2", "z1 = leaf(x)\nz2 = leaf(y)\nz3 = mul(z1, z2)"),
        ("z3=x * z1", "x = leaf(x)\nz3 = mul(x, x)"),
        ("a: mul(X, Y), b: EXP(A)", "x = leaf(x)\ny = leaf(y)\na = mul(x, y)\nb = exp(a)"),
        ("z1 = x\nz3 = -z1", "z1 = leaf(x)\nz3 = neg(z1)"),
        ("q = leaf(x)\nz3 = exp(x)", "q = leaf(x)\nz3 = exp(q)"),
        ("z3 = 2*x\nz4 = z3**2", "x = leaf(x)\nz3 = mul(2, x)\nz4 = pow(z3, 2)"),
        ("z3 = np.log(ag_1)\nag_1 := x/y", "x = leaf(x)\ny = leaf(y)\nz3 = log(ag_1)\nag_1 = div(x, y)"),
        ("z3 = softmax(x, y, x)", "x = leaf(x)\ny = leaf(y)\nz3 = softmax(x, y, x)"),
        ("z3 = mul(x)", "x = leaf(x)\nz3 = mul(x, ?)"),
        ("", ""),
    ],
)
def test_usual_ways_to_write_a_graph_are_drawn(page: Any, typed: str, text: str) -> None:
    assert [text] == rewritten(page, [typed])


@pytest.mark.parametrize(
    "typed",
    [
        "z3 = z1*z2 = 6",
        "z3 = exp(x) # a remark",
        "z3 = z4",
        "x = 2",
        "z1 -> z3",
        "z3 = mul(z4, x)",
        "z3 = mul(x, y",
        "2 = mul(x, y)",
        "z3 = e**x",
        "z3 = exp(q)",
        "z3 = ",
        "z3 = mul(x,, y)",
        "\n".join(f"n{number} = exp(x)" for number in range(201)),
        "z3 = exp(x)" + " " * 8001,
    ],
)
def test_what_is_not_certain_is_not_drawn(page: Any, typed: str) -> None:
    assert [None] == rewritten(page, [typed])


def test_every_word_that_the_grader_takes_for_something_else_is_refused_as_a_name(page: Any) -> None:
    words = {"and", "then", "also", "x", "or"}
    for table in (graph_words.OPERATIONS, graph_words.INFIX, graph_words.TIMES_WORDS, graph_words.SIDES):
        words.update(table)
    words |= graph_words.LEAF_WORDS | graph_words.HEADINGS | graph_words.FILLERS
    words = {word for word in words if word.isalnum() and word[0].isalpha()}
    objections = page.evaluate(
        'words => words.map(word => graphText.objection({ label: word, op: "leaf", held: "p" }, []))', sorted(words)
    )
    allowed = [word for word, objection in zip(sorted(words), objections, strict=True) if not objection]

    assert [] == [word for word in allowed if not _is_read_as_a_name(word)]


def _is_read_as_a_name(word: str) -> bool:
    """Whether the grader reads a leaf and an operation of that name just as they are written."""
    leaf = f"{word} = leaf(p)\nb = leaf(q)\nc = mul({word}, b)\nd = sub(c, {word})\ne1 = exp({word})"
    made = f"b = leaf(q)\n{word} = mul(b, b)\nd = sub({word}, b)\ne1 = exp({word})"
    for text in (leaf, made):
        reading = read_graph(text, leaves={"p": "p", "q": "q"})
        lines = text.splitlines()
        if not isinstance(reading, GraphReading) or len(reading.nodes) != len(lines):
            return False
        written = {
            f"{node.label} = {node.op}" + (f"({', '.join(node.inputs)})" if node.inputs else "")
            for node in reading.nodes
        }
        if written != set(lines):
            return False
    return True


# ---- the tidy drawing ----


@pytest.fixture(scope="module")
def drawings(page: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(LAYOUT, [[random_graph(seed) for seed in range(60)], PRINTED, ARITY])
    return found


def test_inputs_stand_left_of_what_they_go_into(drawings: list[dict[str, Any]]) -> None:
    for drawing in drawings:
        boxes = drawing["boxes"]
        for label, inputs in drawing["inputs"].items():
            for source in filter(None, inputs):
                assert boxes[source][0] + boxes[source][2] < boxes[label][0]


def test_no_two_boxes_overlap(drawings: list[dict[str, Any]]) -> None:
    for drawing in drawings:
        boxes = list(drawing["boxes"].values())
        for index, (x, y, width, height) in enumerate(boxes):
            for other_x, other_y, other_width, other_height in boxes[index + 1 :]:
                beside = x + width <= other_x or other_x + other_width <= x
                assert beside or y + height <= other_y or other_y + other_height <= y


def test_the_first_operand_ends_at_the_top_and_no_line_runs_through_a_box(drawings: list[dict[str, Any]]) -> None:
    for drawing in drawings:
        ends: dict[str, list[float]] = {}
        for edge, points in drawing["lines"]:
            target = edge.split()[0]
            ends.setdefault(target, []).append(points[-1][1])
            for label, (x, y, width, height) in drawing["boxes"].items():
                inside = [p for p in points[2:-1] if x + 1 < p[0] < x + width - 1 and y + 1 < p[1] < y + height - 1]
                assert [] == inside, (edge, label)
        for heights in ends.values():
            assert sorted(heights) == heights
            assert len(set(heights)) == len(heights)


def test_two_uses_of_one_node_leave_as_two_lines(page: Any) -> None:
    (drawing,) = page.evaluate(LAYOUT, [["z1 = leaf(x)\nz3 = mul(z1, z1)"], PRINTED, ARITY])
    (_, one), (_, two) = drawing["lines"]

    assert all(p[1] < q[1] for p, q in zip(one, two, strict=True))
