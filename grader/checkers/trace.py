"""Checks a backpropagation trace cell by cell, each recomputed from the student's own earlier numbers.

A cell is one gradient after one step. Statements find their cells by node, never by iteration number: a named step
decides, otherwise the k-th statement about a node belongs to the k-th step that changes it. A forward value that the
student states wrongly is pinned, the listing is run again with it, and it costs one cell. A recomputed cell that has
become 0 earns nothing, so that one early slip does not make everything after it trivially right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import engine as ag
from engine import exact
from engine.exact import Value
from grader.checkers.alignment import Place, align, places_of
from grader.checkers.number import agrees
from grader.reading import NumberReading, Statement, TraceReading, Unreadable
from grader.verdict import Cell, Outcome, Verdict, unreadable
from question_templates.answers import Trace

__all__ = ["TraceJudgement", "check_trace"]

#: Every wrong forward value costs a run of the listing; nobody who works seriously has more.
_MOST_PINS = 12


@dataclass(frozen=True)
class TraceJudgement:
    """The verdict, and the gradients at the end by the student's own account: label -> value."""

    verdict: Verdict
    state: Mapping[str, Value] = field(default_factory=dict)


def check_trace(answer: Trace, reading: TraceReading, *, follows_share: Fraction) -> TraceJudgement:
    """The verdict on a trace; a cell that follows from an earlier slip earns `follows_share` of its part."""
    run = answer.expected
    basis, slips = _pinned(run, reading)
    account = _Account(run, basis, reading)
    cells, state = account.cells()
    broken = account.unreadable_statement
    if broken is not None:
        where = f"line {broken.line}: {broken.value.reason}" if isinstance(broken.value, Unreadable) else ""
        return TraceJudgement(unreadable(where, read_as=reading.read_as), state)
    return TraceJudgement(_verdict([*slips, *cells], reading.read_as, follows_share), state)


def _pinned(run: ag.Trace, reading: TraceReading) -> tuple[ag.Trace, list[Cell]]:
    """The run that the student's forward values amount to, and a wrong cell for each slip among them."""
    claims = {s.node: s for s in reading.statements if s.quantity == "value" and not isinstance(s.value, Unreadable)}
    pins: dict[str, Value] = {}
    slips: list[Cell] = []
    basis = run
    for label in run.graph.labels:
        claim = claims.get(label)
        if claim is None or _says(claim, basis.values[label]) or len(pins) >= _MOST_PINS:
            continue
        slips.append(Cell("forward", f"{label}.value", _written(claim.value), "wrong"))
        pins[label] = _number(claim)
        try:
            basis = ag.run_listing(run.source, pins=pins)
        except ag.EngineError:  # the student's value leads outside an operation's domain: nothing can follow from it
            return run, slips
    return basis, slips


class _Account:
    """The student's statements about gradients laid beside the cells of the walk."""

    def __init__(self, run: ag.Trace, basis: ag.Trace, reading: TraceReading) -> None:
        self.run, self.basis = run, basis
        grads = [s for s in reading.statements if s.quantity == "grad"]
        root = run.walk[0].node
        self.root_claim = next((s for s in reversed(grads) if s.node == root), None)
        self.matched: dict[Place, Statement] = {}
        totals = {(step.node, rule.target): rule.total for step in run.walk for rule in step.rules}
        for target, places in places_of(run.walk).items():
            mine = [s for s in grads if s.node == target]
            self.matched.update(align(mine, places, fits=lambda s, place: _says(s, totals[place])))

    @property
    def unreadable_statement(self) -> Statement | None:
        return next((s for s in self.matched.values() if isinstance(s.value, Unreadable)), None)

    def cells(self) -> tuple[list[Cell], dict[str, Value]]:
        """Every cell's outcome in the walk's order, and the student's own gradients at the end."""
        root = self.run.walk[0].node
        state: dict[str, Value] = {root: 1}
        cells = []
        if self.root_claim is not None and not _says(self.root_claim, 1):
            cells.append(Cell(root, f"{root}.grad", _written(self.root_claim.value), "wrong"))
            state[root] = _number(self.root_claim)
        for right, step in zip(self.run.walk, self.basis.walk, strict=True):
            for target, total in right.changes.items():
                factor = sum(rule.factor for rule in step.rules if rule.target == target)
                before = state.get(target, 0)
                follows = before + factor * state.get(step.node, 0)
                cells.append(self._cell((step.node, target), total, before, follows, state))
        return cells, state

    def _cell(self, place: Place, total: Value, before: Value, follows: Value, state: dict[str, Value]) -> Cell:
        step, target = place
        statement = self.matched.get(place)
        if statement is None or isinstance(statement.value, Unreadable):
            state[target] = follows
            return Cell(step, f"{target}.grad", "", "blank" if statement is None else "unreadable")
        outcome: Outcome
        if _says(statement, total, before=before):
            outcome = "right"
        elif _says(statement, follows, before=before) and (follows != 0 or total == 0):
            outcome = "follows"
        else:
            outcome = "wrong"
        # A rounded decimal stands for the number it rounds, or later cells would drift away from it.
        exactly = {"right": total, "follows": follows}.get(outcome)
        written = before + _number(statement) if statement.adds else _number(statement)
        state[target] = written if exactly is None else exactly
        return Cell(step, f"{target}.grad", exact.text(written), outcome)


def _says(statement: Statement, value: Value, *, before: Value = 0) -> bool:
    """Whether a statement gives `value`; one that adds gives it on top of `before`."""
    if isinstance(statement.value, Unreadable):
        return False
    reading = NumberReading(statement.value, "", statement.half_unit)
    return agrees(reading, value - before if statement.adds else value)


def _number(statement: Statement) -> Value:
    if isinstance(statement.value, Unreadable):
        raise TypeError("an unreadable statement has no number")
    return statement.value


def _written(value: Value | Unreadable) -> str:
    return "" if isinstance(value, Unreadable) else exact.text(value)


def _verdict(cells: list[Cell], read_as: str, follows_share: Fraction) -> Verdict:
    outcomes = Counter(cell.outcome for cell in cells)
    share = (outcomes["right"] + outcomes["follows"] * follows_share) / len(cells)
    outcome: Outcome
    if outcomes["right"] == len(cells):
        outcome = "right"
    elif outcomes["right"] + outcomes["follows"] == len(cells):
        outcome = "follows"
    else:
        outcome = "partly" if share else "wrong"
    return Verdict(outcome, share, read_as, _reason(cells), cells=tuple(cells))


def _reason(cells: list[Cell]) -> str:
    """One sentence about the first slip, and one about what is missing; the right number is never said."""
    sentences = []
    slip = next((cell for cell in cells if cell.outcome == "wrong"), None)
    if slip is not None and slip.step == "forward":
        sentences.append(f"The forward value {slip.target} = {slip.written} is not right.")
    elif slip is not None:
        sentences.append(f"At the step of {slip.step}, {slip.target} = {slip.written} does not follow.")
    carried = sum(cell.outcome == "follows" for cell in cells)
    if carried:
        sentences.append(f"{carried} later {'entries follow' if carried > 1 else 'entry follows'} from it correctly.")
    missing = [f"{cell.target} at the step of {cell.step}" for cell in cells if cell.outcome == "blank"]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        sentences.append(f"No value was given for {missing[0]}{more}.")
    return " ".join(sentences)
