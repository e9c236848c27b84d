"""The page for open answers in a real browser: decided by keyboard, kept, downloaded, taken over; seen by axe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from chainrule.pages.review_page import Sheet, review_page
from chainrule.review.deciding import take_over
from chainrule.review.decision_rows import read_tables
from chainrule.review.decisions_file import Kept, read_decisions
from chainrule.review.grouping import Group
from chainrule.review.solutions import solutions_from
from grader.decisions import Decision
from tests.test_chainrule.reviewed_class import build_class


@dataclass(frozen=True)
class Pages:
    """The groups of a class, and where their page lies; `few` is a page with one answer of every sort."""

    groups: dict[str, Group]
    url: str
    few: str


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """What was decided about one essay waits on one more paper."""
    place = tmp_path_factory.mktemp("reviewed")
    graded = build_class(place)
    essay = next(group for group in graded.queue().groups if group.response.startswith("Every factor"))
    before = [
        Kept(Decision(at.paper, at.field, Fraction(5, 3), "=right, but short", "ann"), essay.id)
        for at in essay.places[1:]
    ]
    queue = graded.queue(before)
    few = [group for group in queue.waiting if group.item is None or group.suggested or group.field == "order"]
    for name, shown in (("all", queue.waiting), ("few", few)):
        sheet = Sheet("Midterm", "review.csv", "run", "CS 577")
        page = review_page(shown, sheet, solutions_from(graded.folder.bank, graded.families))
        (place / f"{name}.html").write_text(page, encoding="utf-8")
    groups = {group.id: group for group in queue.groups}
    return Pages(groups, (place / "all.html").as_uri(), (place / "few.html").as_uri())


@pytest.fixture
def groups(pages: Pages) -> dict[str, Group]:
    return pages.groups


@pytest.fixture
def url(pages: Pages) -> str:
    return pages.url


@pytest.fixture
def page(offline: Any, url: str) -> Any:
    opened = offline.new_page()
    opened.complaints = []
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.on("dialog", lambda dialog: dialog.accept())
    opened.goto(url)
    return opened


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    context.set_offline(True)
    yield context
    context.close()


def text_of(page: Any, identifier: str) -> str:
    return str(page.locator(f"#{identifier}").inner_text())


def downloaded(page: Any) -> tuple[str, bytes]:
    with page.expect_download() as started:
        page.locator("#download").click()
    return started.value.suggested_filename, Path(started.value.path()).read_bytes()


def box(page: Any, group: str) -> Any:
    return page.locator(f"#{group} .points-box")


def test_every_answer_is_decided_by_keyboard_and_the_table_is_taken_over(
    page: Any, groups: dict[str, Group], tmp_path: Path
) -> None:
    page.locator("#who").focus()
    page.keyboard.type("bob")
    page.locator("#next").focus()
    page.keyboard.press("Enter")
    for group in [group for group in groups.values() if group.waiting]:
        page.keyboard.press("n" if group.item is None else "h")
        page.keyboard.press("Enter")
    name, data = downloaded(page)
    done = take_over(tmp_path, read_tables([(name, data)], groups))

    assert "review.csv" == name
    assert (0, ()) == (done.n_unfilled, done.left)
    expected = {(at.paper, at.field): group.out_of / 2 for group in groups.values() for at in group.places}
    assert expected == {(one.paper, one.field): one.points for one in read_decisions(tmp_path)}
    assert [] == page.complaints


def test_what_was_decided_is_there_again_when_the_page_is_opened_again(page: Any, offline: Any, url: str) -> None:
    page.locator("#who").fill("bob")
    page.locator(".points-box").nth(2).fill("0,25")
    page.locator(".reason-box").nth(2).fill("half of it")
    again = offline.new_page()
    again.goto(url)

    assert ("bob", "0,25") == (again.locator("#who").input_value(), again.locator(".points-box").nth(2).input_value())
    assert "half of it" == again.locator(".reason-box").nth(2).input_value()
    assert text_of(again, "progress").startswith("1 of ")


@pytest.mark.parametrize("written", ["3.5", "-1", "two", "1/0", "NaN", "1e1"])
def test_points_that_can_not_be_are_said_at_once_and_not_downloaded(
    page: Any, groups: dict[str, Group], written: str
) -> None:
    essay = next(group for group in groups.values() if group.field == "reason")
    page.locator("#who").fill("bob")
    box(page, essay.id).fill(written)
    page.locator("#download").click()

    assert "Points are from 0 to 3." == page.locator(f"#{essay.id} .status").inner_text()
    assert "One decision can't be read. Points are from 0 to 3." == text_of(page, "notice")
    assert page.evaluate("document.activeElement.id") == box(page, essay.id).get_attribute("id")


def test_a_table_without_initials_is_not_handed_out(page: Any) -> None:
    page.locator("button[data-key=n]").first.click()
    page.locator("#download").click()

    assert "Whose decisions are these? Please fill in your initials." == text_of(page, "notice")
    assert "who" == page.evaluate("document.activeElement.id")


def test_a_table_without_decisions_is_not_handed_out(page: Any) -> None:
    page.locator("#download").click()

    assert "Nothing is decided yet." == text_of(page, "notice")


def test_what_was_decided_before_can_be_decided_again_and_is_guarded(
    page: Any, groups: dict[str, Group], tmp_path: Path
) -> None:
    page.locator("#who").fill("bob")
    page.locator(".suggested button").click()
    _, data = downloaded(page)
    (row,) = read_tables([("review.csv", data)], groups).rows

    assert (Fraction(5, 3), "=right, but short", "bob") == (row.points, row.reason, row.who)
    assert b'"\'=right, but short"' in data


def test_the_page_says_whether_the_table_was_downloaded(page: Any) -> None:
    page.locator("#who").fill("bob")
    page.locator("button[data-key=n]").first.click()
    before = text_of(page, "saved")
    downloaded(page)

    assert "Kept in this browser; not downloaded yet." == before
    assert "Kept in this browser and downloaded." == text_of(page, "saved")


def test_nothing_that_a_student_wrote_runs(page: Any) -> None:
    hostile = page.locator("pre.written", has_text="HYPERLINK")

    assert '=HYPERLINK("http://x")<script>alert(1)</script>⟨U+001B⟩[31m' == hostile.text_content().strip()
    assert 0 == page.locator("article script, article a").count()


def test_a_phone_shows_the_answers_without_scrolling_sideways(phone: Any, url: str) -> None:
    page = phone.new_page()
    page.goto(url)
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")

    assert 360 == page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 360])
def test_axe_finds_nothing_wrong_with_the_answers(
    chromium: Any, axe: str, pages: Pages, width: int, scheme: str
) -> None:
    # The page's policy would rightly stop a script from outside; only this context lets the examiner in.
    context = chromium.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 740})
    page = context.new_page()
    page.goto(pages.few)
    page.locator("button[data-key=h]").first.click()
    page.locator(".points-box").nth(1).fill("99")
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    page.evaluate(axe)
    violations = page.evaluate("axe.run(document)")["violations"]
    context.close()

    assert [] == [(violation["id"], violation["nodes"][0]["html"]) for violation in violations]
