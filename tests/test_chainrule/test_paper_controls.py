"""The richer controls of the paper in a real browser: filled in by keyboard alone, kept, handed out and taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chainrule.pages import paper_page
from grader.reading import Unreadable
from grader.reading.choice import ChoiceReading, read_choice
from tests.test_chainrule.controlled_paper import NEGATED, OPTIONS, controlled_paper, press, said, tab_into, waiting

KEPT = ["  z2.grad == 8 ", "so z1.grad += 4, twice", "", "# and then", "x.grad = 2*16 = 32"]


@pytest.fixture(scope="module")
def paper_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("controls") / "paper.html"
    file.write_text(paper_page(controlled_paper()), encoding="utf-8")
    return file.as_uri()


def cells(opened: Any) -> list[list[str]]:
    """What stands in each row of the trace's table."""
    found: list[list[str]] = opened.page.evaluate(
        """[...document.querySelectorAll(".cells tbody tr")].map((row) =>
            [...row.querySelectorAll("input, select")].map((cell) => cell.value))"""
    )
    return found


def fill_everything(opened: Any) -> dict[str, str]:
    tab_into(opened, "Row 1, node")
    opened.page.keyboard.type("z2")
    press(opened, "Tab", "Tab")
    opened.page.keyboard.type("8")
    press(opened, "Enter")
    opened.page.keyboard.type("z1.grad")
    press(opened, "Enter")
    opened.page.keyboard.type("32")
    tab_into(opened, "xz1")
    press(opened, "ArrowRight", "Enter", "Enter", "Enter")
    tab_into(opened, "AO(N)")
    press(opened, "ArrowDown")
    tab_into(opened, "AO(N)")
    press(opened, "Space", "Tab", "Tab", "Space")
    return {
        "1.trace": "z2.grad = 8\nz1.grad = 32",
        "1.order": "z2, z10, x",
        "1.one": "B",
        "1.several": "A, C",
        "2.order": "",
        "2.negated": "",
    }


def test_every_control_is_filled_by_keyboard_alone_kept_and_handed_out(open_paper: Any) -> None:
    expected = fill_everything(open_paper)
    first = open_paper.answers()
    open_paper.page.reload()

    assert expected == first
    assert expected == json.loads(open_paper.download()[1])["responses"]
    assert [["z2", "grad", "8"], ["z1", "grad", "32"]] == cells(open_paper)
    assert ["B", "A", "C"] == open_paper.page.evaluate(
        "[...document.querySelectorAll('.option :checked')].map((box) => box.value)"
    )


def test_a_loaded_file_stands_in_the_controls(open_paper: Any, tmp_path: Path) -> None:
    given = {"1.trace": "x.value = 2", "1.order": "z10, z1", "1.one": "C", "1.several": "none"}
    file = tmp_path / "answers.json"
    form = {"format": "chainrule-answers/1", "paper": "K7QF-2MXP", "responses": given}
    file.write_text(json.dumps(form), encoding="utf-8")
    open_paper.load(file)

    assert [["x", "value", "2"]] == cells(open_paper)
    assert ["z10", "z1"] == open_paper.page.locator("[role=option] span").all_inner_texts()[:2]
    assert open_paper.page.get_by_role("radio", name="C both").is_checked()
    assert open_paper.page.get_by_role("checkbox", name="None of these").is_checked()


def test_another_tab_shows_the_same_in_its_controls(open_paper: Any, open_again: Callable[[], Any]) -> None:
    other = open_again()
    fill_everything(open_paper)
    other.page.wait_for_function("document.querySelectorAll('.option :checked').length === 3")

    assert cells(open_paper) == cells(other)


def test_clearing_empties_every_control(open_paper: Any) -> None:
    fill_everything(open_paper)
    open_paper.tab_to("clear")
    press(open_paper, "Enter")

    assert [["", "grad", ""]] == cells(open_paper)
    assert 0 == open_paper.page.locator(".option :checked, [role=option]").count()


# ---- a trace -------------------------------------------------------------------------------------------------------


def test_lines_that_are_no_single_statement_stay_as_typed(open_paper: Any) -> None:
    open_paper.put("1.trace", "\n".join(KEPT))
    open_paper.page.get_by_label("Row 5, value").focus()
    press(open_paper, "End")
    open_paper.page.keyboard.type(".0")

    expected = [["z2", "grad", "8"], [KEPT[1]], ["", "grad", ""], [KEPT[3]], ["x", "grad", "2*16 = 32.0"]]
    assert expected == cells(open_paper)
    assert "\n".join([*KEPT[:4], "x.grad = 2*16 = 32.0"]) == open_paper.answers()["1.trace"]


# Whatever stands on a line, in front of whatever else.
FRAGMENTS = ["", " ", "z2.grad = 8", "z2.grad == 8 ", "\tz2 . grad=8", "z2.grad", "z2.grad =", "= 8", " = 8", "=8", "."]
FRAGMENTS += ["z2.grad += 8", "z2.grad = 8 # so", "z2.grad = 8; z1.grad = 2", "z2.grad = z1.grad * 4", "z2.Grad = 8"]
FRAGMENTS += ["\u2202z3/\u2202z2 = 8", "= ", "= 8;", "z2.value = 1e-3  ", "\u2028", "\u00a0", "z2.grad = = 8"]
FRAGMENTS += ["<b>z2</b>", "z_2.grad = 2*4 = 8"]
BACK_AND_FORTH = """([field, texts]) => {
    const box = document.querySelector(`[data-field="${field}"]`);
    const table = box.closest(".field").querySelector(".control");
    return texts.filter((text) => {
        box.value = text;
        box.dispatchEvent(new Event("input", { bubbles: true }));
        [...table.querySelectorAll("button")].find((button) => button.textContent === "Add a row").click();
        const added = box.value;
        [...table.querySelectorAll("[data-cell=delete]")].pop().click();
        return box.value !== text || added !== `${text}\\n`;
    });
}"""


def test_no_character_of_a_trace_is_lost_in_the_table(open_paper: Any) -> None:
    texts = [f"{first}\n{second}" for first in FRAGMENTS for second in FRAGMENTS]

    assert [] == open_paper.page.evaluate(BACK_AND_FORTH, ["1.trace", texts])


def test_rows_are_moved_and_deleted_by_keyboard_and_said(open_paper: Any) -> None:
    open_paper.put("1.trace", "z2.grad = 8\nthen\nz1.grad = 32")
    open_paper.page.get_by_label("Row 3, value").focus()
    press(open_paper, "Alt+ArrowUp", "Alt+ArrowUp", "Alt+ArrowUp")
    moved = (open_paper.answers()["1.trace"], said(open_paper))
    tab_into(open_paper, "Delete row 1")
    press(open_paper, "Enter")

    assert ("z1.grad = 32\nz2.grad = 8\nthen", "Moved to row 1 of 3") == moved
    assert ("z2.grad = 8\nthen", "Row 1 deleted, 2 left") == (open_paper.answers()["1.trace"], said(open_paper))
    assert "Row 1, node" == open_paper.page.evaluate("document.activeElement.ariaLabel")


def test_an_unfinished_row_survives_a_reload(open_paper: Any) -> None:
    tab_into(open_paper, "Row 1, node")
    open_paper.page.keyboard.type("z2")
    press(open_paper, "Enter", "Enter", "Enter")
    open_paper.page.keyboard.type("32")
    open_paper.page.reload()

    assert [["z2", "grad", ""], ["", "grad", "32"]] == cells(open_paper)


def test_the_text_behind_the_table_can_be_typed_as_before(open_paper: Any) -> None:
    open_paper.write({"1.trace": "z2.value = 4\nprose"})

    assert [["z2", "value", "4"], ["prose"]] == cells(open_paper)


# ---- an order ------------------------------------------------------------------------------------------------------


def test_nodes_wait_in_the_order_of_their_names_and_say_their_other_names(open_paper: Any) -> None:
    assert ["x z1", "z2", "z10"] == waiting(open_paper)


def test_a_node_is_picked_up_carried_put_back_and_put_down_by_keyboard(open_paper: Any) -> None:
    open_paper.put("1.order", "z1, z2:mul, z10")
    tab_into(open_paper, "z1 x, place 1 of 3")
    press(open_paper, "Space", "ArrowRight", "ArrowRight", "Escape")
    put_back = open_paper.answers()["1.order"]
    press(open_paper, "Space", "ArrowRight", "Space")
    heard = said(open_paper)
    press(open_paper, "End", "Alt+ArrowLeft")

    assert ("z1, z2:mul, z10", "z1 put down") == (put_back, heard)
    assert "z2:mul, z10, z1" == open_paper.answers()["1.order"]
    assert "z10, place 2 of 3" == said(open_paper)


def test_a_node_is_taken_out_and_waits_again(open_paper: Any) -> None:
    open_paper.put("1.order", "z10, z2")
    tab_into(open_paper, "z10, place 1 of 2")
    press(open_paper, "Delete")

    assert "z2" == open_paper.answers()["1.order"]
    assert ["x z1", "z10"] == waiting(open_paper)


def test_the_buttons_move_the_chosen_node_without_dragging(open_paper: Any) -> None:
    open_paper.put("1.order", "z1, z2, z10")
    open_paper.page.get_by_role("option", name="z10").click()
    open_paper.page.get_by_role("button", name="Earlier").first.click()

    assert "z1, z10, z2" == open_paper.answers()["1.order"]


def test_a_text_that_is_no_plain_list_is_left_alone_and_said_to_be_text(open_paper: Any) -> None:
    open_paper.put("1.order", "First z1, then z2")

    assert open_paper.control("1.order").is_visible()
    assert open_paper.page.get_by_text("Your answer is kept as the text below").first.is_visible()
    assert "First z1, then z2" == open_paper.answers()["1.order"]


def test_nodes_without_a_name_in_the_listing_can_be_added(open_paper: Any) -> None:
    tab_into(open_paper, "A node without a name in the listing")
    open_paper.page.keyboard.type("n1")
    press(open_paper, "Enter")

    assert "n1" == open_paper.answers()["2.order"]
    assert 1 == open_paper.page.get_by_label("A node without a name in the listing").count()


def centre(box: Any) -> tuple[float, float]:
    box.scroll_into_view_if_needed()
    found = box.bounding_box()
    return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2


def drag(opened: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    opened.page.mouse.move(*start)
    opened.page.mouse.down()
    opened.page.mouse.move(start[0] + 10, start[1])
    opened.page.mouse.move(*end, steps=4)
    opened.page.mouse.up()


def test_nodes_are_dragged_into_the_order_inside_it_and_out_of_it(open_paper: Any) -> None:
    open_paper.put("1.order", "z1, z2")
    order = open_paper.page.get_by_role("listbox").first
    pool = open_paper.page.get_by_role("toolbar").first
    first = order.get_by_role("option").first
    outside = centre(open_paper.page.get_by_text("The order?").first)
    x, y = centre(first)
    drag(open_paper, centre(pool.get_by_role("button", name="z10")), (x - 20, y))
    dragged_in = open_paper.answers()["1.order"]
    x, y = centre(order.get_by_role("option").last)
    drag(open_paper, centre(order.get_by_role("option").first), (x + 40, y))
    dragged_inside = open_paper.answers()["1.order"]
    drag(open_paper, centre(order.get_by_role("option").first), outside)

    assert ("z10, z1, z2", "z1, z2, z10", "z2, z10") == (dragged_in, dragged_inside, open_paper.answers()["1.order"])


def test_a_finger_drags_nodes_too(chromium: Any, paper_url: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = context.new_page()
    page.goto(paper_url)
    chip = page.get_by_role("toolbar").first.get_by_role("button", name="z10")
    start, end = centre(chip), centre(page.get_by_text("Nothing yet").first)
    touch = context.new_cdp_session(page)
    for kind, points in (("Start", [start]), ("Move", [(start[0], start[1] - 15)]), ("Move", [end]), ("End", [])):
        at = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": at})
    placed = page.locator('[data-field="1.order"]').input_value()
    context.close()

    assert "z10" == placed


# ---- a choice ------------------------------------------------------------------------------------------------------


def test_a_single_choice_can_be_taken_back(open_paper: Any) -> None:
    tab_into(open_paper, "AO(N)")
    press(open_paper, "Space")
    chosen = open_paper.answers()["1.one"]
    tab_into(open_paper, "No answer")
    press(open_paper, "Enter")

    assert ("A", "") == (chosen, open_paper.answers()["1.one"])
    assert 0 == open_paper.page.locator(".option :checked").count()


def test_none_of_these_and_options_exclude_each_other_and_are_read_by_the_grader(open_paper: Any) -> None:
    tab_into(open_paper, "None of these")
    press(open_paper, "Space")
    none = open_paper.answers()["1.several"]
    press(open_paper, "Shift+Tab", "Space")

    reading = read_choice(none, options=OPTIONS, several=True)
    assert isinstance(reading, ChoiceReading)
    assert () == reading.chosen
    assert "C" == open_paper.answers()["1.several"]


def test_an_option_that_says_none_stands_alone_for_it(open_paper: Any) -> None:
    group = open_paper.page.get_by_role("group", name="The negated?")

    assert ["A", "B"] == [box.input_value() for box in group.get_by_role("checkbox").all()]
    assert isinstance(read_choice("none", options=NEGATED, several=True), Unreadable)


def test_a_choice_with_a_reason_stays_a_text_until_an_option_is_chosen(open_paper: Any) -> None:
    open_paper.put("1.one", "B because of the loops")
    as_text = open_paper.control("1.one").is_visible()
    open_paper.page.get_by_role("radio", name="C both").check()

    assert as_text
    assert not open_paper.control("1.one").is_visible()
    assert "C" == open_paper.answers()["1.one"]
