"""The canvas of a graph in a real browser: drawn by keyboard, mouse and finger, and always the same as its text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

import engine as ag
from chainrule.pages import paper_page
from grader import judge
from question_templates.answers import Graph
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Field, Question
from question_templates.variant import Variant

# The recurrent cell of the practice final, one time step (graph/rnn-cell).
LISTING = """\
x1 = ag.Scalar(2.0, label="z1:leaf(x1)")
h0 = ag.Scalar(3.0, label="z2:leaf(h0)")
wr = ag.Scalar(4.0, label="z3:leaf(wr)")
wi = ag.Scalar(5.0, label="z4:leaf(wi)")
wo = ag.Scalar(6.0, label="z9:leaf(wo)")
z1 = x1
z2 = h0
z3 = wr
z4 = wi
z5 = z3*z2
z6 = z4*z1
z7 = z5 + z6
z8 = ag.relu(z7)
z9 = wo
z10 = z8*z9
z10.backward()
"""
LEAVES = ("x1", "h0", "wr", "wi", "wo")
NAMES = (*LEAVES, *(f"z{number}" for number in range(1, 11)))
OPERATIONS = {"z5": "mul", "z6": "mul", "z7": "add", "z8": "relu", "z10": "mul"}
EDGES = (
    ("z3", "z5", 1),
    ("z2", "z5", 2),
    ("z4", "z6", 1),
    ("z1", "z6", 2),
    ("z5", "z7", 1),
    ("z6", "z7", 2),
    ("z7", "z8", 1),
    ("z8", "z10", 1),
    ("z9", "z10", 2),
)
CELL = {
    "z1 = leaf(x1)",
    "z2 = leaf(h0)",
    "z3 = leaf(wr)",
    "z4 = leaf(wi)",
    "z9 = leaf(wo)",
    "z5 = mul(z3, z2)",
    "z6 = mul(z4, z1)",
    "z7 = add(z5, z6)",
    "z8 = relu(z7)",
    "z10 = mul(z8, z9)",
}
SMALL = "z1 = leaf(x1)\nz2 = leaf(h0)\nz5 = mul(z1, z2)"


@dataclass(frozen=True)
class Canvas:
    """The only field of a paper, and the canvas in it; `page` is playwright's page."""

    page: Any

    def text(self) -> str:
        return str(self.page.locator("[data-field]").input_value())

    def lines(self) -> set[str]:
        return set(self.text().splitlines())

    def type(self, text: str) -> None:
        """Replaces the text in the text box, as if by hand."""
        box = self.page.locator("[data-field]")
        if not box.is_visible():
            self.page.get_by_role("button", name="Edit as text").click()
        box.fill(text)

    def said(self) -> str:
        return str(self.page.locator(".graph-said").inner_text())

    def names(self) -> list[str]:
        """The names of all nodes and edges, in the order in which Tab goes through them."""
        found: list[str] = self.page.locator(".graph-stage [role=button]").evaluate_all(
            "elements => elements.map(element => element.getAttribute('aria-label'))"
        )
        return found

    def focused(self) -> str:
        """The name of what has the focus: what is written on it, or its label."""
        found: str = self.page.evaluate(
            """() => { const at = document.activeElement;
                return at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent; }"""
        )
        return found

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, start: str, *, key: str = "Tab") -> None:
        """Press Tab, or another key, until something whose name starts so has the focus."""
        for _ in range(80):
            if self.focused().startswith(start):
                return
            self.press(key)
        raise AssertionError(f"{start} can't be reached with {key}")

    def go_to(self, label: str) -> None:
        """From one node to another, the shorter way."""
        order = [name.split(",")[0] for name in self.names()]
        at = self.focused().split(",")[0]
        back = at in order and order.index(at) > order.index(label)
        self.tab_to(f"{label},", key="Shift+Tab" if back else "Tab")

    def middle(self, selector: str) -> tuple[float, float]:
        box = self.page.locator(selector).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        self.page.mouse.move(*end)
        self.page.mouse.up()

    def port(self, label: str, port: int) -> tuple[float, float]:
        return self.middle(f'[data-label="{label}"] [data-port="{port - 1}"]')

    def dot(self, label: str) -> tuple[float, float]:
        return self.middle(f'[data-label="{label}"] .handle')

    def places(self) -> dict[str, str]:
        found: dict[str, str] = self.page.locator(".graph-stage .node").evaluate_all(
            "nodes => Object.fromEntries(nodes.map(n => [n.dataset.label, n.getAttribute('transform')]))"
        )
        return found


def drawn_paper() -> Paper:
    field = Field("graph", "graph", "graph", "Draw the computational graph.", Fraction(3), (), "z3 = mul(z1, z2)")
    question = Question("A recurrent cell", f"```python\n{LISTING}```\n", LISTING, NAMES, (), (field,))
    variant = Variant("graph/rnn-cell", "2", "digest", {}, LISTING)
    return Paper("K7QF-2MXP", ExamHead("Practice final"), (Item("1", Fraction(3), variant, question),))


@pytest.fixture(scope="session")
def canvas_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("canvas") / "paper.html"
    file.write_text(paper_page(drawn_paper()), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def canvas(offline: Any, canvas_url: str) -> Iterator[Canvas]:
    """The open paper; whatever the page complains about fails the test."""
    page = offline.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(canvas_url)
    yield Canvas(page)
    assert [] == complaints


def verdict_on(text: str) -> str:
    return judge(Graph.of(ag.read_structure(LISTING).graph), text).outcome


# ---- a whole graph, three ways ----


def add_nodes_by_keyboard(canvas: Canvas) -> None:
    canvas.tab_to("Variable")
    for leaf in LEAVES:
        canvas.page.keyboard.type(leaf)
        canvas.press("Enter")
    for operation in OPERATIONS.values():
        canvas.tab_to("Node", key="Shift+Tab")
        canvas.page.keyboard.type(operation)
        canvas.press("Tab", "Enter")


def test_the_recurrent_cell_is_drawn_by_keyboard_alone_and_is_right(canvas: Canvas) -> None:
    add_nodes_by_keyboard(canvas)
    for source, target, port in EDGES:
        canvas.go_to(source)
        canvas.press("Enter")
        canvas.go_to(target)
        canvas.press(str(port))

    assert CELL == canvas.lines()
    assert "right" == verdict_on(canvas.text())


def test_the_recurrent_cell_is_drawn_by_mouse_and_is_right(canvas: Canvas) -> None:
    for leaf in LEAVES:
        canvas.page.get_by_label("Variable or number").fill(leaf)
        canvas.page.get_by_role("button", name="Add node").click()
    for operation in OPERATIONS.values():
        canvas.page.get_by_label("Node", exact=True).select_option(operation)
        canvas.page.get_by_role("button", name="Add node").click()
    canvas.page.locator(".graph-stage").scroll_into_view_if_needed()
    for source, target, port in EDGES:
        canvas.drag(canvas.dot(source), canvas.port(target, port))

    assert CELL == canvas.lines()
    assert "right" == verdict_on(canvas.text())


def test_a_finger_draws_an_edge_with_two_taps(chromium: Any, canvas_url: str) -> None:
    context = chromium.new_context(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740})
    canvas = Canvas(context.new_page())
    canvas.page.goto(canvas_url)
    canvas.type("z1 = leaf(x1)\nz5 = mul(?, z1)")
    canvas.page.locator(".graph-stage").scroll_into_view_if_needed()
    canvas.page.touchscreen.tap(*canvas.dot("z1"))
    canvas.page.touchscreen.tap(*canvas.port("z5", 1))
    text = canvas.text()
    context.close()

    assert "z1 = leaf(x1)\nz5 = mul(z1, z1)" == text


# ---- the text is the same graph ----


def test_typed_text_shows_up_as_a_drawing(canvas: Canvas) -> None:
    canvas.type("z5 = x1*h0; z8 = ag.relu(z5)")

    assert [
        "x1, leaf x1",
        "h0, leaf h0",
        "z5, multiply, inputs x1 and h0",
        "x1 to input 1 of z5",
        "h0 to input 2 of z5",
        "z8, relu, input z5",
        "z5 to the input of z8",
    ] == canvas.names()
    assert "z5 = x1*h0; z8 = ag.relu(z5)" == canvas.text()


def test_a_node_added_to_typed_text_keeps_what_was_typed(canvas: Canvas) -> None:
    canvas.type("z5 = mul(x1, h0)")
    canvas.page.get_by_label("Variable or number").fill("wr")
    canvas.press("Enter")

    assert {"x1 = leaf(x1)", "h0 = leaf(h0)", "z5 = mul(x1, h0)", "z3 = leaf(wr)"} == canvas.lines()


def test_text_that_the_canvas_cannot_show_stays_as_typed(canvas: Canvas) -> None:
    reasons = {
        "z5 is the product of x and y": "The line \u201cz5 is the product of x and y\u201d is no node.",
        "z5 = mul(z1, z7)": "Nothing says what z7 is.",
        "z5 = mul(h0, exp(x1))": "It can\u2019t be drawn what z5 is in \u201cz5 = mul(h0, exp(x1))\u201d.",
        "z5 = exp(z6)\nz6 = exp(z5)": "Some node depends on itself.",
        "z5 = exp(x1) # mine": "It can\u2019t be drawn what z5 is in \u201cz5 = exp(x1) # mine\u201d.",
        "z5 = exp(x1)\nz5 = log(x1)": "z5 stands there twice: \u201cz5 = exp(x1)\u201d and \u201cz5 = log(x1)\u201d.",
    }
    said, kept = [], []
    for text in reasons:
        canvas.type(text)
        canvas.page.get_by_label("Variable or number").fill("wr")
        canvas.press("Enter")
        said.append(canvas.page.locator(".graph-problem p").inner_text())
        kept.append(canvas.text())
    canvas.page.reload()

    start = "The canvas can\u2019t show this text, so it stays just as it was typed."
    assert [f"{start} {reason}" for reason in reasons.values()] == said
    assert [*reasons, list(reasons)[-1]] == [*kept, canvas.text()]


def test_a_new_graph_in_place_of_such_text_can_be_undone(canvas: Canvas) -> None:
    canvas.type("z5 = my own words")
    canvas.page.get_by_role("button", name="Draw a new graph").click()
    emptied = canvas.text()
    canvas.page.get_by_role("button", name="Undo").click()

    assert ("", "z5 = my own words") == (emptied, canvas.text())


def test_an_open_input_is_written_and_said_and_is_never_judged_wrong(canvas: Canvas) -> None:
    canvas.type(SMALL)
    canvas.page.locator('[data-item="edge z5 0"]').focus()
    canvas.press("Delete")

    assert "z5 = mul(?, z2)" in canvas.lines()
    assert "Still open: input 1 of z5." == canvas.page.locator(".graph-missing").inner_text()
    assert "unreadable" == verdict_on(canvas.text())


def test_drawing_and_places_survive_a_reload(canvas: Canvas) -> None:
    canvas.type(SMALL)
    canvas.page.locator('[data-item="node z5"]').focus()
    canvas.press("ArrowDown", "ArrowRight", "Shift+ArrowRight")
    before = canvas.places()
    canvas.page.reload()

    assert (before, SMALL) == (canvas.places(), canvas.text())


def test_typed_edges_are_laid_out_anew_and_the_same_edges_stay_where_they_are(canvas: Canvas) -> None:
    canvas.type(SMALL)
    canvas.page.locator('[data-item="node z5"]').focus()
    canvas.press("ArrowDown", "ArrowDown")
    moved = canvas.places()
    canvas.type(SMALL.replace("mul", "sub"))
    stayed = canvas.places()
    canvas.type("z1 = leaf(x1)\nz2 = exp(z5)\nz5 = exp(z1)")

    assert moved == stayed
    assert 3 == len({place.split()[0] for place in canvas.places().values()})  # three columns


def test_clear_empties_the_canvas(canvas: Canvas) -> None:
    canvas.type(SMALL)
    canvas.page.locator("#clear").click()

    assert ([], "") == (canvas.names(), canvas.text())


# ---- undo ----


def test_undo_and_redo_walk_through_every_step(canvas: Canvas) -> None:
    texts = [canvas.text()]
    for leaf in LEAVES[:3]:
        canvas.page.get_by_label("Variable or number").fill(leaf)
        canvas.press("Enter")
        texts.append(canvas.text())
    back = [canvas.text()]
    for _ in texts[1:]:
        canvas.page.get_by_role("button", name="Undo").click()
        back.append(canvas.text())
    for _ in texts[1:]:
        canvas.page.get_by_role("button", name="Redo").click()

    assert list(reversed(texts)) == back
    assert texts[-1] == canvas.text()


def test_undo_puts_a_removed_node_back_with_its_edges(canvas: Canvas) -> None:
    canvas.type(SMALL)
    canvas.page.locator('[data-item="node z1"]').focus()
    canvas.press("Delete")
    removed = canvas.text()
    canvas.press("Control+z")

    assert "z2 = leaf(h0)\nz5 = mul(?, z2)" == removed
    assert SMALL == canvas.text()


def test_steps_of_one_node_are_undone_as_one(canvas: Canvas) -> None:
    canvas.type(SMALL)
    before = canvas.places()
    canvas.page.locator('[data-item="node z5"]').focus()
    canvas.press("ArrowDown", "ArrowDown", "ArrowLeft")
    moved = canvas.places()
    canvas.press("Control+z")

    assert before != moved
    assert before == canvas.places()


# ---- edges ----


def test_the_same_node_twice_draws_two_edges(canvas: Canvas) -> None:
    canvas.type("z1 = leaf(x1)\nz5 = mul(?, ?)")
    for port in "12":
        canvas.page.locator('[data-item="node z1"]').focus()
        canvas.press("Enter")
        canvas.go_to("z5")
        canvas.press(port)
    lines = canvas.page.locator(".lines .line").evaluate_all("paths => paths.map(path => path.getAttribute('d'))")

    assert {"z1 = leaf(x1)", "z5 = mul(z1, z1)"} == canvas.lines()
    assert 2 == len(set(lines))


def test_an_edge_into_a_taken_input_replaces_the_one_there_and_says_so(canvas: Canvas) -> None:
    canvas.type(SMALL)
    canvas.page.locator('[data-item="node z2"]').focus()
    canvas.press("Enter")
    canvas.go_to("z5")
    canvas.press("1")

    assert "z5 = mul(z2, z2)" in canvas.lines()
    assert "z2 is now input 1 of z5, in place of z1." == canvas.said()


def test_what_cannot_be_connected_is_said_and_changes_nothing(canvas: Canvas) -> None:
    text = f"{SMALL}\nz8 = relu(z5)"
    canvas.type(text)
    said = []
    for start, *keys in (
        ("z5", "Enter", "z8", "2", "Escape"),
        ("z5", "Enter", "z8", "Enter", "Escape"),
        ("z1", "Enter", "z5", "Enter", "Escape"),
        ("z5", "3"),
    ):
        canvas.page.locator(f'[data-item="node {start}"]').focus()
        for key in keys:
            canvas.go_to(key) if key.startswith("z") else canvas.press(key)
            said.append(canvas.said())

    assert {
        "z8 has no input 2.",
        "The input of z8 is taken; press 1 to replace it.",
        "All inputs of z5 are taken; press 1 or 2 to replace one.",
        "z5 has no input 3.",
        "The source is let go.",
    } == {words for words in said if "is the source" not in words}
    assert text == canvas.text()


def test_a_circle_is_refused_with_the_reason(canvas: Canvas) -> None:
    text = "z1 = leaf(x1)\nz5 = exp(z1)\nz8 = relu(z5)"
    canvas.type(text)
    canvas.page.locator(".graph-stage").scroll_into_view_if_needed()
    canvas.drag(canvas.dot("z8"), canvas.port("z5", 1))

    assert "z8 can\u2019t be an input of z5, because z8 depends on z5." == canvas.said()
    assert text == canvas.text()


# ---- nodes ----


def test_renaming_a_node_renames_it_wherever_it_is_used(canvas: Canvas) -> None:
    canvas.type(SMALL)
    canvas.page.locator('[data-item="node z1"]').focus()
    canvas.press("F2")
    canvas.page.keyboard.type("left_1")
    canvas.press("Enter")

    assert {"left_1 = leaf(x1)", "z2 = leaf(h0)", "z5 = mul(left_1, z2)"} == canvas.lines()
    assert "left_1, leaf x1" == canvas.focused()


def test_a_node_that_takes_fewer_inputs_says_what_it_lost(canvas: Canvas) -> None:
    canvas.type(SMALL)
    canvas.page.locator('[data-item="node z5"]').focus()
    canvas.press("F2")
    canvas.page.get_by_label("Node", exact=True).select_option("exp")
    canvas.page.get_by_role("button", name="Change z5").click()

    assert "z5 = exp(z1)" in canvas.lines()
    assert "It is now z5, exp, input z1. z2 is no longer an input of it." == canvas.said()


def test_a_name_that_cannot_be_is_refused_with_the_reason(canvas: Canvas) -> None:
    objections = {
        "z5": "There is a node z5 already; please choose another name.",
        "Z_5": "There is a node z5 already; please choose another name.",
        "": "Please give the node a name, such as z1.",
        "sum": "The grader would not take \u201csum\u201d for a node\u2019s name; please choose another, such as z1.",
        "a-b": "\u201ca-b\u201d can\u2019t be a node\u2019s name; use letters, digits and single underscores.",
    }
    canvas.type(SMALL)
    canvas.page.get_by_label("Variable or number").fill("wr")
    found = {}
    for label in objections:
        canvas.page.get_by_label("Name", exact=True).fill(label)
        canvas.press("Enter")
        found[label] = canvas.page.locator(".graph-objection").inner_text()

    assert objections == found
    assert SMALL == canvas.text()


def test_a_line_is_chosen_with_a_click_and_removed(canvas: Canvas) -> None:
    canvas.type("z1 = leaf(x1)\nz5 = exp(z1)")
    canvas.page.locator(".graph-stage").scroll_into_view_if_needed()
    (left, y), (right, _) = canvas.dot("z1"), canvas.middle('[data-label="z5"] .box')
    canvas.page.mouse.click((left + right) / 2 - 20, y)
    canvas.page.get_by_role("button", name="Delete").click()

    assert {"z1 = leaf(x1)", "z5 = exp(?)"} == canvas.lines()
    assert "z1 is no longer an input of z5." == canvas.said()


def test_a_tool_that_needs_a_choice_keeps_the_focus_and_says_so(canvas: Canvas) -> None:
    canvas.type(SMALL)
    said = []
    for tool in ("Connect", "Change", "Delete"):
        canvas.page.get_by_role("button", name=tool).focus()
        canvas.press("Enter")
        said.append((canvas.focused(), canvas.said()[:13]))

    assert [(tool, "First choose ") for tool in ("Connect", "Change", "Delete")] == said
    assert SMALL == canvas.text()


def test_a_node_is_dragged_where_the_hand_lets_it_go(canvas: Canvas) -> None:
    canvas.type(SMALL)
    canvas.page.locator(".graph-stage").scroll_into_view_if_needed()
    x, y = canvas.middle('[data-label="z5"] .box')
    canvas.drag((x, y), (x + 90, y + 50))
    now = canvas.middle('[data-label="z5"] .box')

    assert (x + 90, y + 50) == pytest.approx(now, abs=1)
    assert SMALL == canvas.text()
