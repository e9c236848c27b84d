"""Practising with programs: they hold empty lines, and are run as on an exam."""

from __future__ import annotations

import re

from chainrule.practice import practice
from chainrule.practice_words import Tally
from question_templates.bank import open_bank
from question_templates.dice import Dice

PROGRAM = """\
def NAME(root, children):
    order = []

    def visit(node):
        if node not in order:
            for child in children[node]:
                visit(child)
            order.append(node)

    visit(root)

    return order
."""


def test_a_program_with_empty_lines_is_read_whole_and_right():
    shown: list[str] = []
    lines: list[str] = []

    def read(prompt: str) -> str:
        shown.append(prompt)
        if not lines and "|" not in prompt:
            (name,) = re.findall(r"Write the function `(\w+)\(", "\n".join(shown))
            lines.extend(PROGRAM.replace("NAME", name).splitlines())
        if shown.count("> ") > 1:
            raise EOFError
        return lines.pop(0)

    dice = Dice(b"seed 4")
    tallies = practice(open_bank(), what="code/topological-sort", level=1, dice=dice, read=read, write=shown.append)

    assert {"code": Tally(asked=1, right=1)} == tallies
    assert any("several lines; a line with a single `.` ends them" in text for text in shown)
