"""A browser without a network, and one sample paper opened in it, for every test of the fillable paper."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from chainrule.pages import paper_page
from engine.graph import Graph, Node
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Field, Figure, Question
from question_templates.variant import Variant

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REMARK = "a remark that makes a line of the listing wider than any phone, and wider than the sheet as well"
LISTING = f'x = ag.Scalar(2.0, label="z1:leaf(x)")\nz1 = x\nz2 = z1*z1\nz3 = z2*z2  # {REMARK}\n'
NAMES = ("x", "z1", "z2", "z3")
# What has the focus: its id and field, where it stands, whether one sees that, and whether the bar covers it.
FOCUSED = """() => {
    const element = document.activeElement, box = element.getBoundingClientRect();
    const bar = document.querySelector(".bar"), inBar = bar.contains(element);
    return {
        id: element.id, field: element.dataset.field ?? "", top: box.top + scrollY, inBar,
        opens: element.getAttribute("aria-expanded") === "false" ? element.getAttribute("aria-controls") : null,
        outlined: getComputedStyle(element).outlineStyle !== "none",
        covered: !inBar && box.height < 400 && box.bottom > bar.getBoundingClientRect().top,
    };
}"""


@dataclass(frozen=True)
class OpenPaper:
    """The sample paper in a tab, worked on by keyboard; `page` is playwright's page."""

    page: Any

    def control(self, field: str) -> Any:
        return self.page.locator(f'[data-field="{field}"]')

    def answers(self) -> dict[str, str]:
        controls = self.page.locator("[data-field]").all()
        return {control.get_attribute("data-field"): control.input_value() for control in controls}

    def text(self, identifier: str) -> str:
        return str(self.page.locator(f"#{identifier}").inner_text())

    def notice(self) -> str:
        """What the page says at the bottom, once it says something: a busy machine may need a moment."""
        self.page.wait_for_function("document.getElementById('notice').innerText.trim() !== ''", timeout=10_000)
        return self.text("notice")

    def focused(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(FOCUSED)
        return found

    def tab_to(self, wanted: str) -> None:
        """Press Tab until the text of the field, or the button of that id, has the focus; a folded text is unfolded."""
        typed = f"{self.control(wanted).get_attribute('id')}-typed" if self.control(wanted).count() else ""
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if self.focused()["opens"] == typed:
                self.page.keyboard.press("Enter")
            at = self.focused()
            if wanted in (at["id"], at["field"]):
                return
        raise AssertionError(f"{wanted} can't be reached with Tab")

    def write(self, answers: dict[str, str]) -> None:
        for field, text in answers.items():
            self.tab_to(field)
            self.page.keyboard.type(text)

    def put(self, field: str, text: str) -> None:
        """The answer as if typed, in one go, into a text box that may be folded away."""
        self.control(field).evaluate(
            "(box, text) => { box.value = text; box.dispatchEvent(new Event('input', { bubbles: true })); }", text
        )

    def status(self, field: str) -> str:
        """What the form check says, once it has said it."""
        self.page.wait_for_timeout(450)
        return self.text(f"{self.control(field).get_attribute('id')}-status")

    def download(self) -> tuple[str, bytes]:
        """The suggested name and the content of what the download button gives."""
        self.tab_to("download")
        with self.page.expect_download() as started:
            self.page.keyboard.press("Enter")
        return started.value.suggested_filename, Path(started.value.path()).read_bytes()

    def load(self, file: Path) -> None:
        self.tab_to("load")
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(file)
        self.page.wait_for_function("document.getElementById('file').value === ''")  # the page has read it


def sample_paper() -> Paper:
    graph = Graph((Node("z1", "leaf(x)"), Node("z2", "mul", ("z1", "z1")), Node("z3", "mul", ("z2", "z2"))))
    trace = Field("trace", "trace", "backward", "What does each step change?", Fraction(3), (), "z2.grad = 8")
    number = Field("x_grad", "number", "x.grad", "What is `x.grad`?", Fraction(1), (), "32")
    order = Field("order", "order", "postorder", "List the nodes.", Fraction(1), (), "z1, z2")
    body = f"Read on.\n\n```python\n{LISTING}```\n\n![The graph](figure:graph)\n"
    questions = (
        Question("A power", body, LISTING, NAMES, (Figure("graph", graph),), (trace, number)),
        Question("The order", "As above.", LISTING, NAMES, (), (order,)),
    )
    variant = Variant("graph/power-chain", "1", "digest", {}, LISTING)
    items = tuple(Item(str(n), Fraction(4), variant, question) for n, question in enumerate(questions, 1))
    return Paper("K7QF-2MXP", ExamHead("Practice final", "CS 577", "12 December", "Take your time."), items)


def open_in(context: Any, url: str) -> OpenPaper:
    """The paper in a new tab of a browser context; dialogs are answered with yes."""
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    # Playwright takes over file dialogs once somebody listens, and does not wait for the browser to agree:
    # listening only just before the key is pressed loses about one dialog in thirty.
    page.on("filechooser", lambda chooser: None)
    page.goto(url)
    return OpenPaper(page)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's chromium, driven by Playwright; skips where one of the two is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright (extra `browser`)")
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("needs Debian's chromium on the path (apt-get install chromium)")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def paper_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("paper") / "paper.html"
    file.write_text(paper_page(sample_paper()), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def offline(chromium: Any) -> Iterator[Any]:
    """A browser context of its own, on a desktop's screen, without a network."""
    context = chromium.new_context(viewport={"width": 1100, "height": 740}, accept_downloads=True)
    context.set_offline(True)
    yield context
    context.close()


@pytest.fixture
def open_paper(offline: Any, paper_url: str) -> OpenPaper:
    return open_in(offline, paper_url)


@pytest.fixture(scope="session")
def axe() -> str:
    """The program of axe-core; a paper's policy stops it, so that it needs a context with `bypass_csp`."""
    carrier = importlib.util.find_spec("axe_playwright_python")
    if carrier is None or not carrier.submodule_search_locations:
        pytest.skip("needs axe-core, which axe-playwright-python carries (extra `browser`)")
    return (Path(carrier.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def worked_on() -> Any:
    """A function that makes an OpenPaper of a tab that the test has opened itself."""
    return OpenPaper


@pytest.fixture
def open_again(offline: Any, paper_url: str) -> Any:
    """A function that opens the same paper in one more tab of the same browser."""
    return lambda: open_in(offline, paper_url)
