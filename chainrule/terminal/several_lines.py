"""How an answer of several lines ends that somebody types at a terminal."""

from __future__ import annotations

from chainrule.pages.paper_controls import control_of
from question_templates.question import Field

__all__ = ["how_it_ends", "last_lines"]


def last_lines(asked: Field) -> tuple[str, ...]:
    """The lines that end it; an empty line belongs to a program."""
    return (".",) if asked.kind == "code" else ("", ".")


def how_it_ends(asked: Field) -> str:
    """What is said of it before anybody types; empty where the answer has one line."""
    end = "an empty line" if "" in last_lines(asked) else "a line with a single `.`"
    return f"several lines; {end} ends them" if control_of(asked).is_multiline else ""
