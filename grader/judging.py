"""From a response's text to a verdict: one field by itself (`judge`), or the fields of a question together.

`judge_question` adds what only the other fields can tell: whether a wrong number follows from the student's own trace,
and whether a known mistake gives the same response.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from engine.exact import Value
from grader.checkers.number import agrees, check_number
from grader.checkers.order import check_order
from grader.checkers.trace import check_trace
from grader.reading import (
    NumberReading,
    OrderReading,
    TraceReading,
    Unreadable,
    is_blank,
    read_number,
    read_order,
    read_trace,
)
from grader.verdict import Judgement, Verdict, blank, unreadable
from question_templates.answers import Answer, Key, Mistake, Number, Order, Trace
from question_templates.paper import DEFAULT_POLICY, Policy
from question_templates.question import Field, Question

__all__ = ["judge", "judge_question"]

Reading: TypeAlias = NumberReading | OrderReading | TraceReading | Unreadable | None

_NAMEABLE = ("wrong", "partly", "follows")


def judge(answer: Answer, response_text: str, *, policy: Policy = DEFAULT_POLICY) -> Verdict:
    """The verdict on one response, by itself."""
    return _check(answer, _read(answer, response_text), policy).verdict


def judge_question(
    question: Question,
    key: Key,
    responses: Mapping[str, str],
    *,
    mistakes: Callable[[], tuple[Mistake, ...]] = tuple,
    policy: Policy = DEFAULT_POLICY,
) -> dict[str, Verdict]:
    """The verdicts on a question's fields, with slips carried onward and known mistakes named.

    `mistakes` is asked at most once, and only when something is not right: deriving them costs engine runs.
    """
    readings = {name: _read(answer, responses.get(name, "")) for name, answer in key.answers.items()}
    found = {name: _check(answer, readings[name], policy) for name, answer in key.answers.items()}
    verdicts = {f.name: _follow(f, key, readings[f.name], found, policy) for f in question.fields}
    if any(verdict.outcome in _NAMEABLE for verdict in verdicts.values()):
        known = mistakes()
        verdicts = {name: _name_mistake(name, key, readings[name], known, v) for name, v in verdicts.items()}
    return verdicts


def _read(answer: Answer, text: str) -> Reading:
    """What a response says; None when nothing was written."""
    if is_blank(text):
        return None
    if isinstance(answer, Number):
        return read_number(text, asked=answer.asked, names=answer.names)
    if isinstance(answer, Order):
        return read_order(text, names=answer.names or {label: label for label in answer.expected})
    return read_trace(text, names=answer.expected.names)


def _check(answer: Answer, reading: Reading, policy: Policy) -> Judgement:
    if reading is None:
        return Judgement(blank())
    if isinstance(reading, Unreadable):
        return Judgement(unreadable(reading.reason, read_as=reading.understood))
    if isinstance(answer, Number) and isinstance(reading, NumberReading):
        return Judgement(check_number(answer, reading))
    if isinstance(answer, Order) and isinstance(reading, OrderReading):
        return Judgement(check_order(answer, reading, other_valid_order=policy.other_valid_order))
    if isinstance(answer, Trace) and isinstance(reading, TraceReading):
        return check_trace(answer, reading, follows_share=policy.follows_in_traces)
    raise TypeError(f"an answer of type {type(answer).__name__} was read as {type(reading).__name__}")


def _follow(
    asked: Field, key: Key, reading: Reading, found: Mapping[str, Judgement], policy: Policy
) -> Verdict:
    """A wrong number that is what the student's own trace ends with follows from it, unless it became 0."""
    verdict, answer = found[asked.name].verdict, key.answers[asked.name]
    name, _, part = asked.asks.rpartition(".")
    if verdict.outcome != "wrong" or part != "grad" or not isinstance(reading, NumberReading):
        return verdict
    for earlier in asked.builds_on:
        label = answer.names[name] if isinstance(answer, Number) else name
        own = _own_gradient(found[earlier], label) if earlier in found else None
        if own is not None and own != 0 and agrees(reading, own):
            reason = f"We read {reading.read_as}. It follows from your own trace."
            return Verdict("follows", policy.follows, reading.read_as, reason)
    return verdict


def _own_gradient(trace: Judgement, label: str) -> Value | None:
    """What a trace ends with for one node, if its last entry there is sound; a guess repeated is no derivation."""
    cells = [cell for cell in trace.verdict.cells if cell.target == f"{label}.grad"]
    sound = bool(cells) and cells[-1].outcome in ("right", "follows")
    return trace.state.get(label) if sound else None


def _name_mistake(
    name: str, key: Key, reading: Reading, mistakes: tuple[Mistake, ...], verdict: Verdict
) -> Verdict:
    """Add the known mistake, if any, that gives this very response in full."""
    if verdict.outcome not in _NAMEABLE:
        return verdict
    for mistake in mistakes:
        if _is_its_answer(mistake.answers[name], key.answers[name], reading):
            return replace(verdict, mal_rule=mistake.tag, reason=f"{verdict.reason} {mistake.feedback}".strip())
    return verdict


def _is_its_answer(wrong: Answer, right: Answer, reading: Reading) -> bool:
    """Whether a response is what a mistake answers; on this question the mistake must show."""
    if isinstance(wrong, Order) or wrong == right:
        return False
    if isinstance(wrong, Trace) and isinstance(reading, TraceReading) and not _ends_like(wrong, reading):
        return False
    return _check(wrong, reading, DEFAULT_POLICY).verdict.outcome == "right"


def _ends_like(wrong: Trace, reading: TraceReading) -> bool:
    """Whether a trace could be a mistaken walk's: a quick look that spares most of the full checks.

    Written without `+=` and without rounding, it would have to state every gradient that the walk ends with.
    """
    if any(statement.adds or statement.half_unit is not None for statement in reading.statements):
        return True
    stated = {(s.node, s.value) for s in reading.statements if not isinstance(s.value, Unreadable)}
    ends = wrong.expected.gradients
    leaves = (node.label for node in wrong.expected.graph.nodes if node.is_leaf)
    return all((leaf, ends[leaf]) in stated for leaf in leaves if ends[leaf] != 0)
