"""The paper for everybody: by keyboard, read out, by night, on a phone and in print."""

from typing import Any

import pytest

BOTH_WIDTHS = pytest.mark.parametrize("width", [1100, 360])


@BOTH_WIDTHS
def test_focus_goes_down_the_page_is_seen_and_is_never_covered_by_the_bar(
    open_paper: Any, width: int
) -> None:
    open_paper.page.set_viewport_size({"width": width, "height": 740})
    stops: list[dict[str, Any]] = []
    while not stops or (stops[-1]["id"] != "clear" and len(stops) < 60):
        open_paper.page.keyboard.press("Tab")
        stops.append(open_paper.focused())
    above = [stop for stop in stops if not stop["inBar"]]
    in_bar = [stop for stop in stops if stop["inBar"]]

    assert above + in_bar == stops
    assert sorted(stop["top"] for stop in above) == [stop["top"] for stop in above]
    assert ["download", "load", "print", "clear"] == [stop["id"] for stop in in_bar]
    assert [] == [stop for stop in stops if stop["covered"] or not stop["outlined"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@BOTH_WIDTHS
def test_axe_finds_nothing_wrong(
    chromium: Any, paper_url: str, worked_on: Any, axe: str, scheme: str, width: int
) -> None:
    context = chromium.new_context(
        bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 740}
    )
    page = context.new_page()
    page.goto(paper_url)
    opened = worked_on(page)
    opened.put("1.trace", "so\nz2.grad = 6*")
    opened.put("1.x_grad", "32")
    opened.put("2.order", "z1, z2")
    page.locator("#doubts a").wait_for()
    page.evaluate(axe)
    violations = page.evaluate("axe.run(document)")["violations"]
    context.close()

    assert [] == [(violation["id"], violation["nodes"][0]["html"]) for violation in violations]


def test_a_phone_shows_the_page_without_scrolling_sideways(open_paper: Any) -> None:
    open_paper.page.set_viewport_size({"width": 360, "height": 740})

    assert 360 == open_paper.page.evaluate("document.documentElement.scrollWidth")


@BOTH_WIDTHS
def test_every_target_is_large_enough_for_a_finger(open_paper: Any, width: int) -> None:
    open_paper.page.set_viewport_size({"width": width, "height": 740})
    open_paper.put("1.trace", "z2.grad = 8\nso")
    open_paper.put("2.order", "z1, z2")
    heights = open_paper.page.evaluate(
        """[...document.querySelectorAll("button, input, textarea, select, [role=option]")]
            .filter((target) => target.checkVisibility()).map((target) => target.offsetHeight)"""
    )

    assert min(heights) >= 44  # CSS pixels, WCAG 2.5.5


def test_dark_mode_turns_the_paper_dark(open_paper: Any) -> None:
    open_paper.page.emulate_media(color_scheme="dark")
    paper, ink = open_paper.page.evaluate(
        """["backgroundColor", "color"].map((property) =>
            getComputedStyle(document.querySelector(".sheet"))[property].match(/\\d+/g).map(Number))"""
    )

    assert max(paper) < 60 < 200 < min(ink)


def test_print_shows_all_of_a_long_answer_and_none_of_the_buttons(open_paper: Any) -> None:
    open_paper.put("1.trace", "\n".join(f"z2.grad = {number}" for number in range(60)))
    open_paper.page.emulate_media(media="print")
    cut = open_paper.page.evaluate(
        """[...document.querySelectorAll("textarea")]
            .filter((box) => box.scrollHeight > box.clientHeight + 2).length"""
    )

    assert 0 == cut
    assert not open_paper.page.locator(".bar").is_visible()
    assert open_paper.page.pdf().startswith(b"%PDF")


LONG = "total = " + " + ".join(f"term_{number}" for number in range(60))


def test_a_long_line_of_code_goes_on_behind_an_arrow_in_print_and_is_never_cut(open_paper: Any) -> None:
    line = open_paper.page.locator(".listing .line").nth(2)
    line.evaluate("(line, text) => { line.textContent = text; }", LONG)
    height = "(line) => line.offsetHeight"
    on_screen = line.evaluate(height)
    open_paper.page.set_viewport_size({"width": 658, "height": 740})  # an A4 page between its margins
    open_paper.page.emulate_media(media="print")
    in_print = line.evaluate(height)
    short = open_paper.page.locator(".listing .line").first.evaluate(height)
    marks = line.evaluate("(line) => getComputedStyle(line, '::after').content")

    assert on_screen < 1.5 * 21.7  # one line, which scrolls
    assert in_print > 5 * short
    assert "\u21aa" in marks
    assert line.evaluate("(line) => line.scrollWidth <= line.clientWidth")


def test_lines_of_88_characters_fit_a_printed_page(open_paper: Any) -> None:
    line = open_paper.page.locator(".listing .line").nth(2)
    line.evaluate("(line) => { line.textContent = 'x'.repeat(88); }")
    open_paper.page.set_viewport_size({"width": 658, "height": 740})
    open_paper.page.emulate_media(media="print")
    lines = open_paper.page.locator(".listing .line").all()
    heights = [line.evaluate("(line) => line.offsetHeight") for line in lines]

    assert heights[0] == heights[2]


def test_every_control_has_a_name_that_can_be_read_out(open_paper: Any) -> None:
    snapshot = open_paper.page.locator("body").aria_snapshot()

    for expected in (
        'group "What does each step change?"',
        'table "What does each step change?"',
        'combobox "Row 1, node"',
        'combobox "Row 1, gradient or value"',
        'textbox "Row 1, value"',
        'button "Add a row"',
        'textbox "What is x.grad?"',
        'group "List the nodes."',
        'toolbar "Not yet placed"',
        'button "Edit as text"',
        'button "Download answers.json"',
        'button "Load answers.json"',
        'button "Print"',
        'button "Clear"',
        'link "Skip to the questions"',
        'progressbar "0 of 3 fields filled in"',
    ):
        assert expected in snapshot


@BOTH_WIDTHS
def test_a_screen_reader_hears_the_buttons_full_names_on_every_screen(open_paper: Any, width: int) -> None:
    open_paper.page.set_viewport_size({"width": width, "height": 740})

    assert 1 == open_paper.page.get_by_role("button", name="Download answers.json", exact=True).count()
