"""Decides what bare statements such as `z2 = 16` are about: forward values or gradients, or nobody can tell.

Without any explicit gradient in the trace, bare statements are all values if every one equals its node's forward value,
and gradients otherwise; where values come first and the gradients of the same nodes later, each is what it must be.
Beside explicit gradients, a bare statement is a forward value; where it isn't its node's and the gradient of that node
is still open, it could be either, and a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from engine.exact import Value
from grader.checkers.alignment import Place
from grader.reading import Statement, TraceReading, Unreadable, trace_reading

__all__ = ["resolved"]


def resolved(
    reading: TraceReading,
    values: Mapping[str, Value],
    places: Mapping[str, Sequence[Place]],
    *,
    says: Callable[[Statement, Value], bool],
    is_gradient: Callable[[Statement], bool],
) -> TraceReading | Unreadable:
    """The reading with every bare statement decided, or why that can't be done.

    `says` tells whether a statement gives a value, `is_gradient` whether it gives one of its node's gradients.
    """
    found = reading.statements
    if any(s.quantity == "bare" for s in found):
        has_gradients = any(s.quantity == "grad" for s in found)
        decided = (
            _beside_gradients(found, values, places, says)
            if has_gradients
            else _without_gradients(found, values, places, says, is_gradient)
        )
        if isinstance(decided, Unreadable):
            return decided
        reading = trace_reading(decided)
    return _with_a_gradient(reading, values, says)


def _without_gradients(
    found: Sequence[Statement],
    values: Mapping[str, Value],
    places: Mapping[str, Sequence[Place]],
    says: Callable[[Statement, Value], bool],
    is_gradient: Callable[[Statement], bool],
) -> list[Statement] | Unreadable:
    bare = [s for s in found if s.quantity == "bare"]
    forward = [s for s in bare if _is_forward(s, values, says)]
    if len(forward) == len(bare):
        return _all_as(found, "value")
    backwards = next((s for s in bare if s.step and _gives(places, s.node, s.step)), None)
    if backwards:
        return _unclear(backwards)
    # An arrow or colon names the step, and a step that changes the node can only speak of its gradient.
    # So can a number that is the gradient: that it is the value as well is then a coincidence.
    uncertain = [s for s in forward if not (s.step and _gives(places, s.step, s.node)) and not is_gradient(s)]
    if not uncertain:
        return _all_as(found, "grad")
    last_forward = max(k for k, s in enumerate(bare) if s in uncertain)
    later = {s.node for s in bare[last_forward + 1 :]}
    listed_first = all(not places.get(s.node) or s.node in later for s in bare[: last_forward + 1])
    if not listed_first:
        return _unclear(uncertain[0])
    first = {id(s) for s in bare[: last_forward + 1]}
    return [replace(s, quantity="value" if id(s) in first else "grad") if s.quantity == "bare" else s for s in found]


def _beside_gradients(
    found: Sequence[Statement],
    values: Mapping[str, Value],
    places: Mapping[str, Sequence[Place]],
    says: Callable[[Statement, Value], bool],
) -> list[Statement] | Unreadable:
    explicit = {s.node for s in found if s.quantity == "grad"}
    for s in found:
        is_open = bool(places.get(s.node)) and s.node not in explicit
        if s.quantity == "bare" and is_open and not _is_forward(s, values, says):
            return _unclear(s)
    return _all_as(found, "value")


def _with_a_gradient(
    reading: TraceReading, values: Mapping[str, Value], says: Callable[[Statement, Value], bool]
) -> TraceReading | Unreadable:
    """A trace of values alone in which one is not the node's: somebody may have written gradients as values."""
    if any(s.quantity == "grad" for s in reading.statements):
        return reading
    strange = next((s for s in reading.statements if not _is_forward(s, values, says)), None)
    if strange is None:
        return reading
    if isinstance(strange.value, Unreadable):
        return _unclear(strange)
    written = trace_reading([replace(strange, quantity="bare")]).read_as
    return Unreadable(
        0,
        "",
        f"line {strange.line}: we read {written} as a forward value and found no gradient in this answer; "
        f"please write {strange.node}.grad = ... where you mean a gradient.",
    )


def _is_forward(statement: Statement, values: Mapping[str, Value], says: Callable[[Statement, Value], bool]) -> bool:
    return statement.node in values and says(statement, values[statement.node])


def _all_as(found: Sequence[Statement], quantity: str) -> list[Statement]:
    return [replace(s, quantity=quantity) if s.quantity == "bare" else s for s in found]


def _gives(places: Mapping[str, Sequence[Place]], step: str, node: str) -> bool:
    """Whether the step at `step` changes the gradient of `node`."""
    return any(place[0] == step for place in places.get(node, ()))


def _unclear(statement: Statement) -> Unreadable:
    """Names the line and both readings; never which one fits."""
    if isinstance(statement.value, Unreadable):
        return Unreadable(0, "", f"line {statement.line}: {statement.value.reason}")
    written = trace_reading([replace(statement, quantity="bare")]).read_as
    node, number = statement.node, written.partition(" = ")[2]
    return Unreadable(
        0,
        "",
        f"line {statement.line}: {written} could mean {node}.value or {node}.grad; "
        f"please write {node}.grad = {number} if you mean the gradient, or {node}.value = {number} for the value.",
    )
