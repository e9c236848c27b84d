"""Reads a backpropagation trace: which gradient or value each line claims, and at which step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from engine.exact import Value
from grader.reading.clauses import Run, cut_into_runs
from grader.reading.conditions import fold_conditions
from grader.reading.evaluate import Effort
from grader.reading.headings import Headings, find_headings
from grader.reading.limits import (
    MAX_COSTLY_TRACE_STEPS,
    MAX_TRACE_CHARACTERS,
    MAX_TRACE_TOKENS,
    is_blank,
    screen,
)
from grader.reading.markers import mark_steps
from grader.reading.number import located
from grader.reading.remarks import doubt_about
from grader.reading.sharing import with_shared_values
from grader.reading.statement import Chain, number_text, read_chain
from grader.reading.tokens import tokenize
from grader.reading.unreadable import Refusal, Unreadable, refusal
from grader.reading.vocabulary import Quantity, Vocabulary
from grader.reading.words import give_roles

__all__ = ["Statement", "TraceReading", "read_trace", "trace_reading"]

_NO_STATEMENT: Final = "We found no statement about a gradient or value here; please write lines such as z2.grad = 8."
# A gradient that is given a number: `z3.grad = -2`.
_GIVEN: Final = re.compile(r"(?<![\w.])(\w+)\s*\.\s*grad\s*(?:==|=|:)\s*[-+\u2212]?\s*\d")
# Behind one of these, such a mention is part of a longer chain: `z8.grad = z9.value*z10.grad = 6*1`.
_CHAINING: Final = ("*", "/", "+", "=", "\u00d7", "\u00b7", "\u22c5")


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim: a quantity of a node has a value, or (adds) grows by it.

    quantity: "grad", "value", or "bare" where only the node is named (`z2 = 16`): what that means, the walk decides.
    """

    quantity: str
    node: str
    value: Value | Unreadable
    half_unit: Fraction | None
    step: str | None
    line: int
    adds: bool


@dataclass(frozen=True, slots=True)
class TraceReading:
    """The statements in the order written."""

    statements: tuple[Statement, ...]
    read_as: str


def read_trace(text: str, *, names: Mapping[str, str]) -> TraceReading | Unreadable:
    """The statements of a trace; prose and rules without numbers are set aside."""
    try:
        return _read(text, Vocabulary(names))
    except Refusal as refused:
        return located(refused.unreadable, text)


def trace_reading(statements: Sequence[Statement]) -> TraceReading:
    """The reading that holds these statements and says them back in one notation."""
    return TraceReading(tuple(statements), "; ".join(map(_statement_text, statements)))


def _read(text: str, vocabulary: Vocabulary) -> TraceReading:
    if is_blank(text):
        raise refusal(0, "There is nothing to read here yet; please write lines such as z2.grad = 8.")
    headings, plain = find_headings(screen(text, longest=MAX_TRACE_CHARACTERS))
    tokens = tokenize(plain, most=MAX_TRACE_TOKENS)
    if "<" in plain or ">" in plain:
        tokens = fold_conditions(tokens)
    runs = cut_into_runs(give_roles(mark_steps(tokens, vocabulary), vocabulary))
    chains = _chains(runs)
    statements = [
        _located_value(statement, text)
        for chain in with_shared_values(chains)
        for statement in _statements(chain, headings)
    ]
    statements += _unheard(plain, statements, vocabulary)
    if not statements:
        error = next((chain.error for chain in chains if chain.error and _node_of(chain)), None)
        raise Refusal(error) if error else refusal(0, _NO_STATEMENT)
    return trace_reading(statements)


def _unheard(plain: str, statements: Sequence[Statement], vocabulary: Vocabulary) -> list[Statement]:
    """Lines in which a gradient is given a number that no statement holds: never dropped, but left to a person."""
    heard = {(statement.line, statement.node) for statement in statements}
    missed = []
    for number, line in enumerate(plain.splitlines(), start=1):
        for found in _GIVEN.finditer(line):
            node = vocabulary.node(found[1])
            is_factor = line[: found.start()].rstrip()[-1:] in _CHAINING
            if node is not None and not is_factor and (number, node) not in heard:
                written = found[0].strip()
                reason = f'We could not read what stands around "{written}"; please write it on a line of its own.'
                missed.append(Statement("grad", node, Unreadable(0, "", reason), None, None, number, False))
    return missed


def _chains(runs: Sequence[Run]) -> list[Chain]:
    """The chains of the runs that may be statements; one with a doubtful remark beside it has no number."""
    effort = Effort(MAX_COSTLY_TRACE_STEPS)
    chains = []
    for index, run in enumerate(runs):
        about_node = _may_state(run)
        if not (run.joined or about_node):
            continue
        chain = read_chain(run, effort)
        doubt = doubt_about(runs, index) if about_node and chain.error is None else None
        chains.append(replace(chain, number=None, error=doubt) if doubt else chain)
    return chains


def _may_state(run: Run) -> bool:
    """Whether a quantity of the question stands in a run; the others are prose figures and program text."""
    return any(isinstance(token.detail, Quantity) and token.detail.node for token in run.tokens)


def _statements(chain: Chain, headings: Headings) -> Iterator[Statement]:
    """One statement for each quantity that the chain names; none where it holds no number."""
    if chain.number is None and chain.error is None:
        return
    seen: set[tuple[str, str]] = set()
    value: Value | Unreadable | None = chain.error or (chain.number.value if chain.number else None)
    assert value is not None
    for position, quantity in enumerate(chain.quantities):
        kind = quantity.kind or (_bare_kind(chain, headings) if position == 0 else "")
        if kind not in ("grad", "value", "bare") or quantity.node is None or (kind, quantity.node) in seen:
            continue
        seen.add((kind, quantity.node))
        half_unit = chain.number.half_unit if chain.number else None
        adds = chain.adds and position == 0
        yield Statement(kind, quantity.node, value, half_unit, chain.run.step, chain.run.line, adds)


def _bare_kind(chain: Chain, headings: Headings) -> str:
    """What the bare node at the left of a chain is about; empty where it is no claim: `z8 = z8.grad = 6`."""
    first = chain.quantities[0]
    if any(quantity.kind and quantity.node == first.node for quantity in chain.quantities) or not _leads(chain):
        return ""
    return "grad" if chain.adds else headings.kind_at(chain.start) or "bare"


def _leads(chain: Chain) -> bool:
    """Whether a bare node is the left side, as in `z10 = 132`."""
    tokens = chain.run.tokens
    if len(tokens) == 1:
        return True  # one of several nodes that share a statement
    edge = len(chain.quantities) > 1 and tokens[1].text == "\u2192"  # `z4 -> z3 = ...` may mean an edge
    return tokens[0].kind == "quantity" and tokens[1].kind == "relation" and not edge


def _node_of(chain: Chain) -> str | None:
    return next((quantity.node for quantity in chain.quantities if quantity.node), None)


def _located_value(statement: Statement, text: str) -> Statement:
    value = statement.value
    if not isinstance(value, Unreadable):
        return statement
    return replace(statement, value=located(value, text), half_unit=None)


def _statement_text(statement: Statement) -> str:
    sign = "+=" if statement.adds else "="
    value = statement.value
    shown = "(not read)" if isinstance(value, Unreadable) else number_text(value, statement.half_unit)
    part = "" if statement.quantity == "bare" else f".{statement.quantity}"
    return f"{statement.node}{part} {sign} {shown}"
