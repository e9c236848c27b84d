"""The paper for everybody: by keyboard, read out, by night, on a phone and in print."""

import importlib.util
from pathlib import Path
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
def test_axe_finds_nothing_wrong(chromium: Any, paper_url: str, scheme: str, width: int) -> None:
    carrier = importlib.util.find_spec("axe_playwright_python")
    if carrier is None or not carrier.submodule_search_locations:
        pytest.skip("needs axe-core, which axe-playwright-python carries (extra `browser`)")
    axe = (Path(carrier.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")
    # The paper's policy would rightly stop a script from outside; only this context lets the examiner in.
    context = chromium.new_context(
        bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 740}
    )
    page = context.new_page()
    page.goto(paper_url)
    page.locator('[data-field="1.trace"]').fill("z2.grad = 6*")
    page.locator('[data-field="1.x_grad"]').fill("32")
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
    heights = open_paper.page.evaluate(
        """[...document.querySelectorAll("button, input:not([hidden]), textarea")]
            .map((target) => target.offsetHeight)"""
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
    open_paper.control("1.trace").fill("\n".join(f"z2.grad = {number}" for number in range(60)))
    open_paper.page.emulate_media(media="print")
    cut = open_paper.page.evaluate(
        """[...document.querySelectorAll("textarea")]
            .filter((box) => box.scrollHeight > box.clientHeight + 2).length"""
    )

    assert 0 == cut
    assert not open_paper.page.locator(".bar").is_visible()
    assert open_paper.page.pdf().startswith(b"%PDF")


def test_every_control_has_a_name_that_can_be_read_out(open_paper: Any) -> None:
    snapshot = open_paper.page.locator("body").aria_snapshot()

    for expected in (
        'textbox "What does each step change?"',
        'textbox "What is x.grad?"',
        'textbox "List the nodes."',
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
