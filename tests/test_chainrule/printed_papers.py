"""What the tests of PDFs share: papers with keys, and reading a PDF back as text, as pictures and as codes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
import pypdfium2
import zxingcpp

from chainrule.wording import answer_text
from engine.graph import Graph, Node
from question_templates.bank import open_bank
from question_templates.dice import Dice
from question_templates.drawing import issue
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Field, Figure, Question
from question_templates.solution import Solution, write_solution
from question_templates.variant import Variant

BANK = open_bank()
INSTRUCTIONS = "Write **into the boxes**.\n\n- One sheet of notes is allowed.\n- A multiply-add is 2 FLOPs.\n"
HEAD = ExamHead("Practice final", "CS 577: Deep Learning", "12 December 2026", INSTRUCTIONS, duration=120)
LISTING = 'x = ag.Scalar(2.0, label="z1:leaf(x)")\nz1 = x\nz2 = z1*z1\nz3 = z2*z2\nz3.backward()\n'
GRAPH = Graph((Node("z1", "leaf(x)"), Node("z2", "mul", ("z1", "z1")), Node("z3", "mul", ("z2", "z2"))))


@dataclass(frozen=True)
class Keyed:
    """A paper, and what its key is made of."""

    paper: Paper
    solutions: Mapping[str, Solution]
    answers: Mapping[str, Mapping[str, str]]


def sample_question(*kinds: str, body: str = "", prompt: str = "", listing: str = LISTING) -> Question:
    """A question with a listing, a drawing and a field of each kind."""
    options = {"A": "the **first** one", "B": "the second one", "C": "neither"}
    fields = tuple(
        Field(
            f"f_{kind}",
            kind,
            "backward",
            prompt or f"What is the {kind} of `z3`?",
            Fraction(1),
            options=options if kind == "choice" else {},
            unit="KiB" if kind == "number" else "",
        )
        for kind in kinds or ("trace", "number")
    )
    follow = "Follow `backward` with $\\frac{a}{b}$:"
    shown = body or f"{follow}\n\n```python\n{listing}```\n\n![The graph](figure:graph)\n"
    return Question("A quartic", shown, listing, ("x", "z1"), (Figure("graph", GRAPH),), fields)


def paper_of(*questions: Question, head: ExamHead = HEAD) -> Paper:
    """A paper of these questions, without a bank."""
    variant = Variant("graph/power-chain", "1", "digest", {"secret_parameter": 31337}, LISTING)
    items = tuple(Item(str(n), Fraction(4), variant, question) for n, question in enumerate(questions, 1))
    return Paper("K7QF-2MXP", head, items)


def keyed(paper: Paper, *, answer: str = "32") -> Keyed:
    """A key for a paper without a bank: one answer everywhere, one solution."""
    solution = Solution("![All values](figure:graph)\n\n**Done.**\n", Figure("graph", GRAPH), {"z1": "2"}, {"z1": "32"})
    answers = {item.number: {field.name: answer for field in item.question.fields} for item in paper.items}
    return Keyed(paper, {item.number: solution for item in paper.items}, answers)


@cache
def drawn(places: tuple[tuple[str, int, str], ...]) -> Keyed:
    """A paper from the bank; each place is a family, a level and a seed."""
    items, solutions, answers = [], {}, {}
    for number, (family, level, seed) in enumerate(places, 1):
        shelf = BANK.shelf(family)
        made = issue(shelf, Dice(seed.encode()), level=level)
        items.append(Item(str(number), Fraction(10), made.variant, made.question))
        solutions[str(number)] = write_solution(shelf, made.variant, made.key)
        answers[str(number)] = {name: answer_text(answer) for name, answer in made.key.answers.items()}
    return Keyed(Paper("K7QF-2MXP", HEAD, tuple(items)), solutions, answers)


def with_head(paper: Paper, **changes: Any) -> Paper:
    return replace(paper, exam=replace(paper.exam, **changes))


def page_texts(pdf: bytes) -> list[str]:
    """The text of every page as a program extracts it."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def plain(text: str) -> str:
    """Text without blanks, ends of lines, hyphens at them and typographic quotes, for looking something up."""
    straight = text.translate(str.maketrans("\u2019\u201c\u201d\ufffe", "'\"\"-"))
    return re.sub(r"\s+", "", straight)


def pictures(pdf: bytes, *, dpi: int = 72) -> list[np.ndarray]:
    """Every page in grey: (height, width), 255 is paper."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    return [page.render(scale=dpi / 72, grayscale=True).to_numpy().copy() for page in document]


def codes(picture: np.ndarray) -> list[str]:
    """The texts of the codes on a page."""
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def metadata(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    return repr(document.get_metadata_dict())


def outside(picture: np.ndarray, *, side: float, top: float, bottom: float) -> Sequence[str]:
    """Where ink stands that must not: beside the text, below it, or above the header; all in pixels."""
    height, width = picture.shape
    strips = {
        "left": picture[:, : int(side) - 3],
        "right": picture[:, int(width - side) + 4 :],
        "top": picture[: int(top), :],
        "between text and footer": picture[int(height - bottom) + 5 : int(height - bottom) + 16, :],
        "bottom": picture[height - 16 :, :],
    }
    return [name for name, strip in strips.items() if strip.size and strip.min() < 200]
