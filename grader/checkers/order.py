"""Checks a topological order: the asked convention, or any valid order, with the first fault named."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from grader.reading import OrderReading
from grader.verdict import Verdict
from question_templates.answers import Order

__all__ = ["check_order"]


def check_order(answer: Order, reading: OrderReading, *, other_valid_order: Fraction) -> Verdict:
    """Whether what was read lists the nodes in the order asked for.

    A valid order in another convention than the asked one is `partly` right, with the share `other_valid_order`.
    """
    if reading.labels == tuple(answer.expected):
        return Verdict("right", Fraction(1), reading.read_as)
    fault = _fault(answer, reading.labels)
    if fault:
        return Verdict("wrong", read_as=reading.read_as, reason=fault, counterexample=fault)
    if answer.any_valid:
        return Verdict("right", Fraction(1), reading.read_as)
    reason = (
        "This is a valid topological order, but not the one asked for: depth-first postorder from the output, with "
        "everything that the left operand needs before the right operand."
    )
    return Verdict("partly", other_valid_order, reading.read_as, reason)


def _fault(answer: Order, labels: tuple[str, ...]) -> str:
    """Why these labels are no topological order of the graph; empty when they are one."""
    twice = [label for label, count in Counter(labels).items() if count > 1]
    if twice:
        return f"{twice[0]} stands in the list more than once; each node stands there once."
    missing = [label for label in answer.expected if label not in labels]
    if missing:
        many = len(missing) > 1
        return f"The list is not complete: {len(missing)} {'nodes are' if many else 'node is'} missing."
    extra = [label for label in labels if label not in answer.expected]
    if extra:
        return f"{extra[0]} is in the listing, but the output does not depend on it; leave it out."
    if labels == tuple(answer.expected)[::-1]:
        return "This is the order in which backward visits the nodes; the topological order is the reverse of it."
    place = {label: position for position, label in enumerate(labels)}
    for label in labels:
        for source in answer.inputs.get(label, ()):
            if place[source] > place[label]:
                return f"{label} stands before {source}, which is one of its inputs."
    return ""
