"""The richer controls for everybody: reachable, named, large enough, read out, by night, on a phone and in print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chainrule.pages import paper_page
from tests.test_chainrule.controlled_paper import controlled_paper

BOTH_WIDTHS = pytest.mark.parametrize("width", [1100, 360])
ANSWERS = {
    "1.trace": "z2.grad = 8\nso\nz1.grad = 32",
    "1.order": "z2, z10",
    "1.one": "B",
    "1.several": "A, C",
    "2.negated": "A because",
    "2.order": "first b",
}


@pytest.fixture(scope="module")
def paper_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("controls") / "paper.html"
    file.write_text(paper_page(controlled_paper()), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def filled(open_paper: Any) -> Any:
    for field, text in ANSWERS.items():
        open_paper.put(field, text)
    return open_paper


@pytest.mark.parametrize("scheme", ["light", "dark"])
@BOTH_WIDTHS
def test_axe_finds_nothing_wrong_with_the_controls(
    chromium: Any, paper_url: str, worked_on: Any, axe: str, scheme: str, width: int
) -> None:
    context = chromium.new_context(
        bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 740}
    )
    page = context.new_page()
    page.goto(paper_url)
    for field, text in ANSWERS.items():
        worked_on(page).put(field, text)
    page.locator("[role=option]").first.focus()
    page.evaluate(axe)
    violations = page.evaluate("axe.run(document)")["violations"]
    context.close()

    assert [] == [(violation["id"], violation["nodes"][0]["html"]) for violation in violations]


@BOTH_WIDTHS
def test_focus_reaches_every_control_and_the_bar_never_covers_it(filled: Any, width: int) -> None:
    filled.page.set_viewport_size({"width": width, "height": 740})
    filled.page.evaluate(
        "() => { window.met = new Set(); addEventListener('focusin', ({ target }) => window.met.add(target)); }"
    )
    stops: list[dict[str, Any]] = []
    while not stops or (stops[-1]["id"] != "clear" and len(stops) < 120):
        filled.page.keyboard.press("Tab")
        stops.append(filled.focused())
    # Of radio buttons the chosen one stands for all.
    missed = filled.page.evaluate(
        """[...document.querySelectorAll("button, input, select, textarea, a, [tabindex]")]
            .filter((stop) => stop.type !== "radio" || stop.checked)
            .filter((stop) => stop.checkVisibility() && stop.tabIndex === 0 && !stop.disabled && !window.met.has(stop))
            .map((stop) => stop.outerHTML)"""
    )

    assert [] == [stop for stop in stops if stop["covered"] or not stop["outlined"]]
    assert [] == missed


@BOTH_WIDTHS
def test_every_target_of_the_controls_is_large_enough_for_a_finger(filled: Any, width: int) -> None:
    filled.page.set_viewport_size({"width": width, "height": 740})
    heights = filled.page.evaluate(
        """[...document.querySelectorAll(".control :is(button, input, select, [role=option])")]
            .map((target) => target.closest("label") ?? target)
            .filter((target) => target.checkVisibility()).map((target) => target.offsetHeight)"""
    )

    assert len(heights) > 25
    assert min(heights) >= 44  # CSS pixels, WCAG 2.5.5


def test_a_phone_shows_the_controls_without_scrolling_sideways(filled: Any) -> None:
    filled.page.set_viewport_size({"width": 360, "height": 740})

    assert 360 == filled.page.evaluate("document.documentElement.scrollWidth")


def test_every_part_of_a_control_has_a_name_that_can_be_read_out(filled: Any) -> None:
    snapshot = filled.page.locator("body").aria_snapshot()

    for expected in (
        'group "The trace?"',
        'table "The trace?"',
        'combobox "Row 1, node": z2',
        'combobox "Row 1, gradient or value"',
        'textbox "Row 1, value": "8"',
        'textbox "Row 2, kept as text": so',
        'button "Move up row 3"',
        'button "Delete row 3"',
        'listbox "Your order"',
        'option "z2, place 1 of 2"',
        'toolbar "Not yet placed"',
        'button "x z1"',
        'radiogroup "The one?"',
        'radio "B O(N^2)" [checked]',
        'checkbox "C both" [checked]',
        'checkbox "None of these"',
        'textbox "The negated?": A because',
    ):
        assert expected in snapshot


def printed(opened: Any) -> Callable[[str], bool]:
    opened.page.emulate_media(media="print")
    return lambda selector: bool(opened.page.locator(selector).first.is_visible())


def test_print_shows_each_answer_once(filled: Any) -> None:
    seen = printed(filled)

    assert seen('[data-field="1.trace"]') and not seen(".cells")
    assert seen('[data-field="1.order"]') and not seen("[role=listbox]")
    assert seen('.option input[value="B"]') and not seen('[data-field="1.one"]')
    assert seen('[data-field="2.negated"]')
    assert not seen(".fold") and not seen(".control button")


def test_an_empty_paper_prints_boxes_for_handwriting(open_paper: Any) -> None:
    open_paper.page.emulate_media(media="print")
    heights = open_paper.page.evaluate(
        """["1.trace", "1.order"].map((field) => document.querySelector(`[data-field="${field}"]`).offsetHeight)"""
    )
    lines = open_paper.control("1.trace").evaluate("(box) => getComputedStyle(box).backgroundImage")

    assert heights[0] >= 270 and heights[1] >= 65  # CSS pixels: nine ruled lines of 8 mm, two free ones
    assert lines.startswith("linear-gradient")


def test_without_scripts_every_answer_is_a_text_box(chromium: Any, paper_url: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(paper_url)
    visible = [box.is_visible() for box in page.locator("[data-field]").all()]
    options = page.get_by_role("definition").filter(has_text="both").first.is_visible()
    context.close()

    assert [True] * len(ANSWERS) == visible
    assert options
