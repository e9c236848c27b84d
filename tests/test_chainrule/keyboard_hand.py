"""A student without a mouse: fills in a paper's controls, walks through it and downloads, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chainrule.wording import answer_text
from question_templates.answers import Answer, Graph, Trace

MOST_TABS = 150
# The init script that a Hand needs; `met` is all that had the focus since the page was loaded.
HAND = """
addEventListener("pointerdown", () => { window.pointers = (window.pointers ?? 0) + 1; }, true);
window.met = new Set();
addEventListener("focusin", ({ target }) => window.met.add(target), true);
window.wayTo = (selector) => {
    const wanted = document.querySelector(selector), at = document.activeElement;
    if (at === wanted) return "";
    const isBehind = at !== document.body && at.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_PRECEDING;
    return isBehind ? "Shift+Tab" : "Tab";
};
"""
TRACE_CELL = re.compile(r"(\w+)\.grad = ([^,\n]+)")


def inside(field: str, selector: str) -> str:
    """What is part of a field's control."""
    return f'.field:has([data-field="{field}"]) {selector}'


@dataclass(frozen=True)
class Hand:
    """A student without a mouse at the open paper; `page` is playwright's page."""

    page: Any

    def reach(self, selector: str) -> None:
        """Press Tab, or Shift and Tab when it stands above, until that control has the focus."""
        key = self.page.evaluate("wayTo", selector)
        for _ in range(MOST_TABS):
            if not self.page.evaluate("wayTo", selector):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{selector} can't be reached with {key}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def fill_trace(self, field: str, answer: str) -> None:
        """A row of the table for every number that a step changes."""
        self.reach(inside(field, "[data-cell=node]"))
        for place, (node, value) in enumerate(TRACE_CELL.findall(answer)):
            if place:
                self.press("Enter")
            self.type(node)
            self.press("Tab", "Tab")
            self.type(value)

    def draw_graph(self, field: str, nodes: Mapping[str, tuple[str, Sequence[str]]]) -> None:
        """All nodes with the form, then all edges, each to the input that it belongs to; then all of it tidied up."""
        for label, (operation, inputs) in nodes.items():
            self.add_node(field, label, operation, *(inputs if operation == "leaf" else ()))
        edges = [(target, inputs) for target, (operation, inputs) in nodes.items() if operation != "leaf"]
        for target, inputs in edges:
            for port, source in enumerate(inputs, start=1):
                self.reach(inside(field, f'[data-item="node {source}"]'))
                self.press("Enter")
                self.reach(inside(field, f'[data-item="node {target}"]'))
                self.press(str(port))
        self.reach(inside(field, ".graph-buttons button:nth-child(4)"))
        self.press("Enter")

    def add_node(self, field: str, label: str, operation: str, *variable: str) -> None:
        """Operation, variable where it is a leaf, and name, from one part of the form to the next."""
        self.reach(inside(field, ".graph-form select"))
        self.type(operation)
        self.press("Tab")
        for name in variable:
            self.type(name)
            self.press("Tab")
        self.press("Control+a")
        self.type(label)
        self.press("Enter")

    def answer(self, field: str, answer: Answer) -> None:
        if isinstance(answer, Graph):
            self.draw_graph(field, answer.nodes)
        elif isinstance(answer, Trace):
            self.fill_trace(field, answer_text(answer))
        else:
            self.reach(f'[data-field="{field}"]')
            self.type(answer_text(answer))

    def walk_to_the_end(self) -> None:
        """Press Tab from the start of the page up to its last button."""
        for _ in range(1000):
            self.press("Tab")
            if self.page.evaluate("document.activeElement.id") == "clear":
                return
        raise AssertionError("Tab never reaches the last button")

    def written(self) -> dict[str, str]:
        """Every answer as it stands in its text."""
        found = "[...document.querySelectorAll('[data-field]')].map((box) => [box.dataset.field, box.value])"
        return dict(self.page.evaluate(found))

    def download(self) -> bytes:
        self.reach("#download")
        with self.page.expect_download() as started:
            self.press("Enter")
        return Path(started.value.path()).read_bytes()
