"""Key, feedback and staff's page in a real browser: by day and night, on a phone, under their policy, offline.

The sample is the practice exam's recurrent cell (problem 1.3), with one slip, an unreadable number and a blank.
"""

import importlib.util
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from chainrule.pages.feedback_page import feedback_page
from chainrule.pages.key_page import key_page
from chainrule.pages.staff_page import Link, PaperLinks, StaffView, staff_page
from chainrule.results.class_summary import Owner, class_summary
from chainrule.wording import answer_text
from grader import ClassResult, SetAside, grade
from question_templates.bank import open_bank
from question_templates.drawing import variant_from
from question_templates.paper import ExamHead, Item, Paper
from question_templates.solution import write_solution
from question_templates.solving import solve_item
from question_templates.wording import write_question
from submissions import Submission

PAGES = ("key", "feedback-readable", "feedback-verdict", "feedback-full", "staff")
OPEN_ALL = "document.querySelectorAll('details').forEach(details => details.open = true)"


def sample_pages() -> dict[str, str]:
    shelf = open_bank().shelf("graph/rnn-cell")
    variant = variant_from(shelf, shelf.family.worked_examples[0].parameters)
    item = Item("1", Fraction(12), variant, write_question(shelf, variant))
    paper = Paper("K7QF-2MXP", ExamHead("Practice final", "CS 577", "12 December"), (item,))
    key = solve_item(item, {item.variant.family: shelf.family})
    solutions = {"1": write_solution(shelf, variant, key)}
    answers = {"1": {name: answer_text(answer) for name, answer in key.answers.items()}}
    slip = answers["1"]["trace"].replace("z8.grad = 6", "z8.grad = 7", 1)
    responses = {"1.order": answers["1"]["order"], "1.trace": slip, "1.wr_grad": "18 or 19", "1.wo_grad": "22"}
    graded = grade(paper, Submission("s01.json", paper.id, responses), {})
    result = ClassResult({paper.id: graded}, (SetAside("s02.json", "s02.json:1:9: no quote."),))
    summary = class_summary({paper.id: paper}, result, {paper.id: (Owner("s01", "Ada Lindqvist"),)})
    view = StaffView(
        "Practice final",
        summary,
        links=(Link("Gradebook", "gradebook.csv"),),
        paper_links={paper.id: PaperLinks("feedback.html", "key.html", "paper.html", "s01.json")},
    )
    feedback = {
        f"feedback-{release}": feedback_page(paper, graded, solutions, release)
        for release in ("readable", "verdict", "full")
    }
    return {"key": key_page(paper, solutions, answers), "staff": staff_page(view), **feedback}


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("results")
    for name, text in sample_pages().items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in PAGES}


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    context.set_offline(True)
    yield context
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_shows_the_page_without_scrolling_sideways(phone: Any, urls: dict[str, str], name: str) -> None:
    page = phone.new_page()
    page.goto(urls[name])
    page.evaluate(OPEN_ALL)

    assert 360 == page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_lets_the_page_be_as_it_is(phone: Any, urls: dict[str, str], name: str) -> None:
    page = phone.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(urls[name])
    page.wait_for_timeout(50)

    assert [] == complaints
    # A rule of the second style sheet is in force, so the policy let it in.
    assert "pre-wrap" == page.evaluate("""() => {
        const text = document.createElement("pre");
        document.body.append(text);
        return getComputedStyle(text).whiteSpace;
    }""")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 360])
@pytest.mark.parametrize("name", ["key", "feedback-full", "staff"])
def test_axe_finds_nothing_wrong(chromium: Any, urls: dict[str, str], name: str, width: int, scheme: str) -> None:
    carrier = importlib.util.find_spec("axe_playwright_python")
    if carrier is None or not carrier.submodule_search_locations:
        pytest.skip("needs axe-core, which axe-playwright-python carries (extra `browser`)")
    axe = (Path(carrier.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")
    # The pages' policy would rightly stop a script from outside; only this context lets the examiner in.
    context = chromium.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 740})
    page = context.new_page()
    page.goto(urls[name])
    page.evaluate(OPEN_ALL)
    page.evaluate(axe)
    violations = page.evaluate("axe.run(document)")["violations"]
    context.close()

    assert [] == [(violation["id"], violation["nodes"][0]["html"]) for violation in violations]
