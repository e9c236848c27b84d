"""A small exam, and somebody who types in its papers by a script: what tests of `transcribe` share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from chainrule.building import build_exam
from chainrule.exam_folder import ExamFolder
from chainrule.transcription.desk import Desk
from chainrule.transcription.paper_list import PaperList, list_papers
from chainrule.transcription.transcript_store import store_of
from chainrule.transcription.typing_session import transcribe
from question_templates.paper import Paper, field_id

EXAM = """\
format: chainrule-exam/1
title: Midterm
release: verdict
slots:
  - {family: toy/square, points: 5}
  - {family: words/why, points: 3}
"""
ROSTER = "id,name,email\n" + "".join(f"s{n},Student {n},s{n}@example.edu\n" for n in range(1, 5))

#: A family whose fields have the same names on every paper, unlike the built-in ones.
SQUARE = {
    "family.yaml": """\
format: chainrule-family/1
id: toy/square
version: "1"
title: A fourth power
topic: toy
levels: [1]
minutes: 2
goal: Add up what arrives on two edges of a product.
limits: {magnitude: 100000000}
parameters:
  value: {integer: [3, 60]}
fields:
  - {name: order, kind: order, asks: postorder, weight: 1, prompt: Write down the **topological order**.}
  - {name: trace, kind: trace, asks: backward, weight: 3, prompt: Carry out **backpropagation**.}
  - {name: x_grad, kind: number, asks: x.grad, builds_on: [trace], weight: 1, prompt: What is `x.grad`?}
""",
    "listing.py.j2": 'x = ag.Scalar({{ value }}.0, label="x")\ny = x*x\nz = y*y\nz.backward()\n',
    "question.md.j2": "```python\n{{ listing }}\n```\n",
    "solution.md.j2": "The two edges add up.\n",
}
WHY = {
    "family.yaml": """\
format: chainrule-family/1
id: words/why
version: "1"
title: Why
topic: words
levels: [1]
minutes: 2
goal: Explain it.
key: stated
fields:
  - {name: why, kind: text, prompt: Why?, weight: 2}
  - {name: pick, kind: choice, prompt: Which one?, weight: 1, options: [the first, the second], stated: B}
""",
    "question.md.j2": "Think.\n",
    "solution.md.j2": "Because.\n",
}
#: Every paper's fields, in order.
FIELDS = ("1.order", "1.trace", "1.x_grad", "2.why", "2.pick")

Line = str | type[BaseException]


def small_exam(place: Path) -> ExamFolder:
    """Four students and a spare paper; two questions of five fields; always the same papers."""
    for name, family in {"toy/square": SQUARE, "words/why": WHY}.items():
        for file, text in family.items():
            (place / "bank" / name).mkdir(parents=True, exist_ok=True)
            (place / "bank" / name / file).write_text(text, encoding="utf-8")
    (place / "exam.yaml").write_text(EXAM, encoding="utf-8")
    (place / "roster.csv").write_text(ROSTER, encoding="utf-8")
    secret = hashlib.sha256(b"test").digest()
    banks = (place / "bank",)
    return build_exam(
        place / "exam.yaml", place / "roster.csv", place / "midterm", spares=1, banks=banks, secret=secret
    )


def right_answers(folder: ExamFolder, paper: Paper) -> dict[str, str]:
    """What somebody writes who is right everywhere."""
    x = int(paper.items[0].variant.parameters["value"])
    return {
        "1.order": "x, y, z",
        "1.trace": f"z: y.grad = {2 * x**2}\ny: x.grad = {4 * x**3}",
        "1.x_grad": str(4 * x**3),
        "2.why": "Because every edge\nadds its part.",
        "2.pick": "B",
    }


def play(
    folder: ExamFolder,
    lines: Iterable[Line],
    *,
    who: str = "ab",
    second: bool = False,
    shows_verdicts: bool = False,
    papers: PaperList | None = None,
) -> str:
    """A session in which these lines are typed, and then the input ends; returns all that was shown."""
    waiting, shown = list(lines), list[str]()

    def read(prompt: str) -> str:
        shown.append(prompt)
        line = waiting.pop(0) if waiting else EOFError
        if isinstance(line, str):
            return line
        raise line

    desk = Desk(read, shown.append, who)
    store = store_of(folder, second=second)
    transcribe(folder, papers or list_papers(folder), store, desk, shows_verdicts=shows_verdicts)
    return "\n".join(shown)


def typing_of(paper: Paper, responses: Mapping[str, str]) -> list[str]:
    """The lines that somebody types who finds these responses on a paper: its id, then every field."""
    lines = [paper.id]
    for item in paper.items:
        for asked in item.question.fields:
            text = responses.get(field_id(item.number, asked.name), "")
            lines += _field_lines(text, several=asked.kind in ("trace", "graph", "matrix", "text"))
            lines += [""] if text and _stays(text) else []
    return lines


def _field_lines(text: str, *, several: bool) -> list[str]:
    if not text.strip():
        return ["skip"]
    first, *rest = text.split("\n")
    # A blank in front, so that nothing is taken for a command.
    return [f" {first}", *rest, ""] if several else [f" {first}"]


def _stays(text: str) -> bool:
    """One stays at a field that can't be read; the tests write such answers with an `or`."""
    return " or " in text
