"""A paper with every richer control, and how tests work on it by keyboard."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Field, Question
from question_templates.variant import Variant

LISTING = 'x = ag.Scalar(2.0, label="z1:leaf(x)")\nz1 = x\nz2 = z1*z1\nz10 = z2*z2\n'
OPTIONS = {"A": "$O(N)$", "B": "`O(N^2)`", "C": "**both**"}
NEGATED = {"A": "rows", "B": "*Neither* rows nor columns"}


def asked(name: str, kind: str, **more: Any) -> Field:
    return Field(name, kind, "", f"The {name}?", Fraction(1), **more)


def controlled_paper() -> Paper:
    names = ("x", "z1", "z2", "z10")
    fields = (
        asked("trace", "trace"),
        asked("order", "order"),
        asked("one", "choice", options=OPTIONS),
        asked("several", "choice", options=OPTIONS, several=True),
    )
    others = (asked("order", "order"), asked("negated", "choice", options=NEGATED, several=True))
    hidden = Question("Hidden nodes", "Call it `n1`.", "", ("a", "b"), (), others)
    variant = Variant("graph/power-chain", "1", "digest", {}, LISTING)
    questions = (Question("All controls", "Read on.", LISTING, names, (), fields), hidden)
    items = tuple(Item(str(n), Fraction(4), variant, question) for n, question in enumerate(questions, 1))
    return Paper("K7QF-2MXP", ExamHead("Controls"), items)


def press(opened: Any, *keys: str) -> None:
    for key in keys:
        opened.page.keyboard.press(key)


def tab_into(opened: Any, name: str) -> None:
    """Press Tab until what is called `name` has the focus."""
    called = """() => {
        const { ariaLabel, labels, textContent } = document.activeElement;
        return (ariaLabel ?? labels?.[0]?.textContent ?? textContent).trim();
    }"""
    for _ in range(80):
        opened.page.keyboard.press("Tab")
        if opened.page.evaluate(called) == name:
            return
    raise AssertionError(f"{name} can't be reached with Tab")


def waiting(opened: Any) -> list[str]:
    """The nodes of the first order that have no place yet, each with its other names."""
    chips = opened.page.get_by_role("toolbar").first.get_by_role("button").all_inner_texts()
    return [text.replace("\n", " ") for text in chips]


def said(opened: Any) -> str:
    """What a screen reader heard last."""
    return str(opened.page.evaluate("[...document.querySelectorAll('.spoken')].map((at) => at.textContent).join('')"))
