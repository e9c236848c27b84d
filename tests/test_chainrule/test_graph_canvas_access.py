"""The canvas of a graph for everybody: read out, by night, on a phone, in print, and every key that it promises."""

from __future__ import annotations

import importlib.util
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from chainrule.drawing.typography import split_name
from chainrule.pages import paper_page
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Field, Question
from question_templates.variant import Variant

TEXT = "z1 = leaf(x)\nz2 = leaf(y)\nz3 = mul(z1, z2)\nz4 = sub(z3, z1)"
LISTING = "z1 = x\nz2 = y\n"
NAMES = ("x", "y", "z1", "z2", "z3", "z4")


@pytest.fixture(scope="session")
def small_canvas_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    field = Field("graph", "graph", "graph", "Draw the graph.", Fraction(3), (), "z3 = mul(z1, z2)")
    question = Question("A graph", f"```python\n{LISTING}```\n", LISTING, NAMES, (), (field,))
    item = Item("1", Fraction(3), Variant("graph/power-chain", "1", "digest", {}, LISTING), question)
    file = tmp_path_factory.mktemp("small-canvas") / "paper.html"
    file.write_text(paper_page(Paper("K7QF-2MXP", ExamHead("Practice final"), (item,))), encoding="utf-8")
    return file.as_uri()


def opened(context: Any, url: str, text: str = TEXT) -> Any:
    """The page with a drawing on it, as if the text had been kept from the last time."""
    page = context.new_page()
    page.goto(url)
    page.evaluate(
        """text => {
            const box = document.querySelector("[data-field]");
            box.value = text;
            box.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        text,
    )
    return page


def test_every_node_edge_and_tool_has_a_name_that_is_read_out(offline: Any, small_canvas_url: str) -> None:
    snapshot = opened(offline, small_canvas_url).locator(".field.graph").aria_snapshot()

    for expected in (
        'group "Draw the graph."',
        'application "Canvas"',
        'button "z1, leaf x"',
        'button "z2, leaf y"',
        'button "z3, multiply, inputs z1 and z2"',
        'button "z1 to input 1 of z3"',
        'button "z2 to input 2 of z3"',
        'button "z4, subtract, inputs z3 and z1"',
        'combobox "Node"',
        'combobox "Variable or number"',
        'textbox "Name"',
        *(f'button "{name}"' for name in ("Add node", "Connect", "Change", "Delete", "Tidy up", "Undo", "Redo")),
    ):
        assert expected in snapshot


def test_every_node_and_edge_and_tool_is_reached_with_tab_and_is_seen(offline: Any, small_canvas_url: str) -> None:
    page = opened(offline, small_canvas_url)
    page.locator(".graph-control select").focus()
    stops: list[tuple[str, bool]] = []
    while len(stops) < 40 and (not stops or stops[-1][0] != "How to draw: keys, mouse, finger"):
        page.keyboard.press("Tab")
        stops.append(
            tuple(
                page.evaluate(
                    """() => {
                        const at = document.activeElement, ring = at.querySelector?.(":scope > .ring") ?? at;
                        const style = getComputedStyle(ring);
                        return [
                            at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent,
                            style.outlineStyle !== "none" || style.stroke !== "none",
                        ];
                    }"""
                )
            )
        )
    named = [name for name, _ in stops]

    assert [
        *("Variable or number", "Name", "Add node", "Connect", "Change", "Delete", "Tidy up", "Undo", "Redo"),
        *("z1, leaf x", "z2, leaf y", "z3, multiply, inputs z1 and z2", "z1 to input 1 of z3", "z2 to input 2 of z3"),
        *("z4, subtract, inputs z3 and z1", "z3 to input 1 of z4", "z1 to input 2 of z4"),
        "How to draw: keys, mouse, finger",
    ] == [name for name in named if name not in ("Canvas", "")]
    assert [] == [name for name, seen in stops if not seen]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 360])
def test_axe_finds_nothing_wrong_with_a_canvas(chromium: Any, small_canvas_url: str, scheme: str, width: int) -> None:
    carrier = importlib.util.find_spec("axe_playwright_python")
    if carrier is None or not carrier.submodule_search_locations:
        pytest.skip("needs axe-core, which axe-playwright-python carries (extra `browser`)")
    axe = (Path(carrier.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")
    context = chromium.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 740})
    page = opened(context, small_canvas_url, TEXT.replace("z3, z1", "?, z1"))
    page.locator('[data-item="node z1"]').focus()
    page.keyboard.press("Enter")
    page.locator(".graph-help summary").click()
    page.evaluate(axe)
    violations = page.evaluate("axe.run(document)")["violations"]
    context.close()

    assert [] == [(violation["id"], violation["nodes"][0]["html"]) for violation in violations]


def test_a_phone_scrolls_the_canvas_and_not_the_page(offline: Any, small_canvas_url: str) -> None:
    page = opened(offline, small_canvas_url, "a = exp(x)\nb = exp(a)\nc = exp(b)\nd = exp(c)")
    page.set_viewport_size({"width": 360, "height": 740})
    canvas = page.locator(".graph-stage").evaluate("stage => stage.scrollWidth > stage.clientWidth")

    assert canvas
    assert 360 == page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("width", [1100, 360])
def test_tools_are_large_enough_for_a_finger(offline: Any, small_canvas_url: str, width: int) -> None:
    page = opened(offline, small_canvas_url)
    page.set_viewport_size({"width": width, "height": 740})
    heights = page.locator(".graph-control :is(button, input, select, summary):visible").evaluate_all(
        "tools => tools.map(tool => tool.getBoundingClientRect().height)"
    )

    assert min(heights) >= 44  # CSS pixels, WCAG 2.5.5


def test_ports_are_large_enough_for_a_finger(offline: Any, small_canvas_url: str) -> None:
    page = opened(offline, small_canvas_url)
    sizes = page.locator(".graph-stage .reach").evaluate_all(
        "ports => ports.flatMap(port => { const box = port.getBoundingClientRect(); return [box.width, box.height]; })"
    )

    assert min(sizes) >= 24  # CSS pixels, WCAG 2.5.8


def test_an_empty_canvas_prints_as_a_frame_for_drawing_by_hand(offline: Any, small_canvas_url: str) -> None:
    page = opened(offline, small_canvas_url, "")
    page.emulate_media(media="print")
    frame = page.locator(".graph-stage").bounding_box()

    assert frame["height"] == pytest.approx(7 / 2.54 * 96, abs=20)  # seven centimetres in CSS pixels
    assert "none" == page.evaluate("getComputedStyle(document.querySelector('.graph-stage'), '::after').content")
    assert not page.locator(".graph-form").is_visible()
    assert not page.locator("[data-field]").is_visible()


def test_a_drawing_prints_and_its_tools_do_not(offline: Any, small_canvas_url: str) -> None:
    page = opened(offline, small_canvas_url)
    page.emulate_media(media="print")
    visible = {
        kind: page.locator(f".graph-control {kind}:visible").count()
        for kind in (".node", "button", "details", ".graph-said")
    }

    assert {".node": 4, "button": 0, "details": 0, ".graph-said": 0} == visible


def test_text_that_cannot_be_drawn_prints_as_text(offline: Any, small_canvas_url: str) -> None:
    page = opened(offline, small_canvas_url, "z3 is the product of both")
    page.emulate_media(media="print")

    assert page.locator("[data-field]").is_visible()
    assert not page.locator(".graph-stage").is_visible()


def test_the_page_writes_no_style_attribute(offline: Any, small_canvas_url: str) -> None:
    page = opened(offline, small_canvas_url)

    assert 0 == page.locator(".graph-control [style]").count()


def test_focus_stays_in_the_canvas_when_what_had_it_goes(offline: Any, small_canvas_url: str) -> None:
    page = opened(offline, small_canvas_url)
    page.locator('[data-item="edge z4 1"]').focus()
    focused = []
    for _ in range(5):
        page.keyboard.press("Delete")
        focused.append(page.evaluate("document.activeElement.dataset.item ?? document.activeElement.tagName"))

    assert ["node z4", "node z3", "node z2", "node z1", "SELECT"] == focused


def test_while_a_source_is_chosen_tab_stops_only_where_it_may_go(offline: Any, small_canvas_url: str) -> None:
    page = opened(offline, small_canvas_url)
    page.locator('[data-item="node z3"]').focus()
    page.keyboard.press("Enter")
    stops = page.locator(".graph-stage [tabindex='0']").evaluate_all("items => items.map(item => item.dataset.item)")

    assert ["node z3", "node z4"] == stops


def test_names_are_written_with_their_index_as_figures_write_them(offline: Any, small_canvas_url: str) -> None:
    names = ["z10", "wr", "wxh", "w_r", "h0", "bh", "mu", "loss", "x", "out", "wr2", "xy", "uo1"]
    page = opened(offline, small_canvas_url)

    assert [list(split_name(name)) for name in names] == page.evaluate("names => names.map(graphView.splitName)", names)


def test_the_help_names_every_key(offline: Any, small_canvas_url: str) -> None:
    page = opened(offline, small_canvas_url)
    page.locator(".graph-help summary").click()

    assert ["Enter", "1", "2", "3", "Escape", "1", "2", "3", "Arrows", "Delete", "F2", "Ctrl+Z"] == (
        page.locator(".graph-help kbd").all_inner_texts()
    )
