"""Renders the example tables to docs/answers.md: what is accepted as an answer and what is not, kind by kind.

Run by `python3 run.py tables`; a test holds the page to be what the tables say.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from tests.test_grader.example_rows import FOLDER, TABLES, Row, rows, stated_answers

PAGE = FOLDER.parent / "docs" / "answers.md"

INTRODUCTION = """\
# What is accepted as an answer

Each table below is a test: `response` is what a student typed, `verdict` is what it earns. *right* and *follows* (right
given an earlier slip) earn points, *partly* a share of them; *unreadable* earns none yet and goes to a person, since
a wrong reading is the only bad one. The page is made by `python3 run.py tables` from `tests/tables/`.

Conventions that hold everywhere: Python's precedence (`-2^2` is -4, `2^3^2` is 2^9); blanks multiply between names;
KB is 1000 bytes and KiB 1024; a multiply-add is 2 FLOPs; O, Θ and a bare formula all mean a tight bound unless the
field says otherwise; a student's own definition overrides the question's; case and underscores do not matter where only
one name fits.
Where a text has two readings and only one is right, it is unreadable, and both are shown.
"""
TITLES: Mapping[str, str] = {
    "number": "Numbers",
    "expression": "Formulas",
    "bytes": "Amounts of memory",
    "shape": "Shapes",
    "growth": "Orders of growth",
    "order": "Topological orders",
    "trace": "Backpropagation, step by step",
    "graph": "Computational graphs",
    "schedule": "Checkpoint schedules",
    "vector": "Vectors",
    "matrix": "Matrices",
    "choice": "Choices",
    "code": "Programs",
    "text": "Free text",
}


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([INTRODUCTION, *(line for kind in TABLES for line in _section(kind))])


def _section(kind: str) -> Iterator[str]:
    yield f"## {TITLES[kind]}\n"
    yield f"Kind `{kind}`. The answers asked for:\n"
    for name, stated in stated_answers(kind).items():
        yield f"- *{name}*: {_code(_stated(stated))}"
    yield "\n| response | for | verdict | why |\n|---|---|---|---|"
    for row in rows("tables", kind):
        yield f"| {_code(row.response)} | {row.name} | {_verdict(row)} | {_cell(row.why)} |"
    yield ""


def _stated(stated: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in stated.items()) or "anything"


def _verdict(row: Row) -> str:
    return f"{row.verdict} ({row.share})" if row.share is not None else row.verdict


def _code(text: str) -> str:
    """Inline code that no character of `text` can end: control characters are named, lines are joined by an arrow."""
    shown = "".join(_visible(character) for character in text.strip("\n")).replace("|", "\\|")
    if not shown.strip():
        return "*(nothing)*"
    fence = "`" * (1 + max((len(run) for run in _runs_of_ticks(shown)), default=0))
    pad = " " if "`" in shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _visible(character: str) -> str:
    if character == "\n":
        return " ↵ "
    strange = unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs")
    return f"<U+{ord(character):04X}>" if strange else character


def _runs_of_ticks(text: str) -> list[str]:
    return [run for run in "".join(c if c == "`" else " " for c in text).split() if run]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
