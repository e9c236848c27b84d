"""Reads a backpropagation trace: which gradient or value each line claims, and at which step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from engine.exact import Value
from grader.reading.clauses import Run, cut_into_runs
from grader.reading.evaluate import Effort
from grader.reading.limits import (
    MAX_COSTLY_TRACE_STEPS,
    MAX_TRACE_CHARACTERS,
    MAX_TRACE_TOKENS,
    is_blank,
    screen,
)
from grader.reading.markers import mark_steps
from grader.reading.number import located
from grader.reading.statement import Chain, NumberReading, number_text, read_chain
from grader.reading.tokens import tokenize
from grader.reading.unreadable import Refusal, Unreadable, refusal
from grader.reading.vocabulary import Quantity, Vocabulary
from grader.reading.words import give_roles

__all__ = ["Statement", "TraceReading", "read_trace"]


# Quantities that one statement may share; nobody writes more, and it bounds the search.
_MOST_SHARING: Final = 12


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim: a quantity ("grad" or "value") of a node has a value, or (adds) grows by it."""

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


def _read(text: str, vocabulary: Vocabulary) -> TraceReading:
    if is_blank(text):
        raise refusal(0, "There is nothing to read here yet; please write lines such as z2.grad = 8.")
    plain = screen(text, longest=MAX_TRACE_CHARACTERS)
    tokens = give_roles(mark_steps(tokenize(plain, most=MAX_TRACE_TOKENS), vocabulary), vocabulary)
    effort = Effort(MAX_COSTLY_TRACE_STEPS)
    chains = [read_chain(run, effort) for run in cut_into_runs(tokens) if run.joined or _may_state(run)]
    statements = [
        _located_value(statement, text) for chain in _with_shared_values(chains) for statement in _statements(chain)
    ]
    if not statements:
        error = next((chain.error for chain in chains if chain.error and _node_of(chain)), None)
        raise (
            Refusal(error)
            if error
            else refusal(
                0,
                "We found no statement about a gradient or value here; please write lines such as z2.grad = 8.",
            )
        )
    return TraceReading(tuple(statements), "; ".join(_statement_text(statement) for statement in statements))


def _may_state(run: Run) -> bool:
    """Whether a quantity of the question stands in a run; the others are prose figures and program text."""
    return any(isinstance(token.detail, Quantity) and token.detail.node for token in run.tokens)


def _with_shared_values(chains: Sequence[Chain]) -> Iterator[Chain]:
    """`z5.grad and z6.grad = 6` says two things; `z5.grad, z6.grad = 6, 7` gives each its own number."""
    index = 0
    while index < len(chains):
        waiting = _waiting(chains, index)
        end = index + len(waiting)
        if not waiting or end >= len(chains):
            yield chains[index]
            index += 1
            continue
        last = chains[end]
        own = _own_numbers(chains, end)
        targets = [*waiting, last.quantities[0]]
        if not own:
            yield from (_shared(last, quantity, last.number) for quantity in targets)
        elif len(own) == len(targets) - 1:
            for quantity, number in zip(targets, [last.number, *own], strict=True):
                yield _shared(last, quantity, number)
        else:
            yield _uncertain(last, targets)
        index = end + 1 + len(own)


def _waiting(chains: Sequence[Chain], index: int) -> list[Quantity]:
    """The bare quantities at `index` that are joined to a statement of the same kind behind them."""
    waiting: list[Quantity] = []
    while index < len(chains) and len(waiting) < _MOST_SHARING:
        chain = chains[index]
        if waiting and (not chain.run.joined or chain.run.before):
            return []
        if len(chain.quantities) != 1 or chain.error:
            return waiting if waiting and _continues(chain, waiting[0]) else []
        if chain.number is not None:
            return waiting if chain.quantities[0].kind == (waiting or chain.quantities)[0].kind else []
        if len(chain.run.tokens) != 1 or (waiting and waiting[0].kind != chain.quantities[0].kind):
            return []
        waiting.append(chain.quantities[0])
        index += 1
    return []


def _continues(chain: Chain, first: Quantity) -> bool:
    return bool(chain.quantities) and chain.quantities[0].kind == first.kind and chain.number is not None


def _own_numbers(chains: Sequence[Chain], end: int) -> list[NumberReading | None]:
    """The numbers behind `z5.grad, z6.grad = 6` that stand alone after a comma or "and"."""
    own: list[NumberReading | None] = []
    for chain in chains[end + 1 :]:
        if not chain.run.joined or chain.run.before or chain.quantities or chain.number is None:
            break
        own.append(chain.number)
    return own


def _shared(chain: Chain, quantity: Quantity, number: NumberReading | None) -> Chain:
    return Chain((quantity,), number, chain.error, chain.adds, chain.start, chain.run)


def _uncertain(chain: Chain, targets: list[Quantity]) -> Chain:
    error = Unreadable(
        chain.start,
        "",
        f"We read {len(targets)} quantities and another count of numbers; please write one statement a line.",
    )
    return Chain(tuple(targets), None, error, chain.adds, chain.start, chain.run)


def _statements(chain: Chain) -> Iterator[Statement]:
    """One statement for each quantity that the chain names; none where it holds no number."""
    if chain.number is None and chain.error is None:
        return
    seen: set[tuple[str, str]] = set()
    value: Value | Unreadable | None = chain.error or (chain.number.value if chain.number else None)
    assert value is not None
    for position, quantity in enumerate(chain.quantities):
        kind = quantity.kind or ("value" if len(chain.quantities) == 1 and _leads(chain) else "")
        if kind not in ("grad", "value") or quantity.node is None or (kind, quantity.node) in seen:
            continue
        seen.add((kind, quantity.node))
        half_unit = chain.number.half_unit if chain.number else None
        adds = chain.adds and position == 0
        yield Statement(kind, quantity.node, value, half_unit, chain.run.step, chain.run.line, adds)


def _leads(chain: Chain) -> bool:
    """Whether a bare node is the left side, so that `z10 = 132` claims its value; an arrow may be an edge."""
    tokens = chain.run.tokens
    if len(tokens) == 1:
        return True  # one of several nodes that share a statement
    return tokens[0].kind == "quantity" and tokens[1].kind == "relation" and tokens[1].text in ("=", ":", "\u2248")


def _node_of(chain: Chain) -> str | None:
    return next((quantity.node for quantity in chain.quantities if quantity.node), None)


def _located_value(statement: Statement, text: str) -> Statement:
    value = statement.value
    if not isinstance(value, Unreadable):
        return statement
    return Statement(
        statement.quantity,
        statement.node,
        located(value, text),
        None,
        statement.step,
        statement.line,
        statement.adds,
    )


def _statement_text(statement: Statement) -> str:
    sign = "+=" if statement.adds else "="
    value = statement.value
    shown = "(not read)" if isinstance(value, Unreadable) else number_text(value, statement.half_unit)
    return f"{statement.node}.{statement.quantity} {sign} {shown}"
