"""Words for answers and outcomes, as staff and students read them."""

from __future__ import annotations

from engine import exact
from question_templates.answers import Answer, Number, Order

__all__ = ["answer_text"]


def answer_text(answer: Answer) -> str:
    """A key's answer in the notation that a student would write; a trace has a line for every step."""
    if isinstance(answer, Number):
        return answer.expected if isinstance(answer.expected, str) else exact.text(answer.expected)
    if isinstance(answer, Order):
        return ", ".join(answer.expected)
    steps = [step for step in answer.expected.walk if not step.skipped]
    return "\n".join(
        f"{step.node}: " + ", ".join(f"{label}.grad = {exact.text(total)}" for label, total in step.changes.items())
        for step in steps
    )
