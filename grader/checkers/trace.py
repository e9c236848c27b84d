"""Checks a backpropagation trace cell by cell, each recomputed from the student's own earlier numbers.

A cell is one gradient after one step. Statements find their cells by node, never by iteration number: a named step
decides, otherwise the k-th statement about a node belongs to the k-th step that changes it. Bare statements such as
`z2 = 16` are decided first (see `bare`). A forward value that the student states wrongly is pinned, the listing is run
again with it, and it costs one cell.

What follows from a slip earns credit because the student shows the rule. So a slip may not spare anybody the rule:
- a wrong start of the walk (the root's gradient is 1, and the question says so) is wrong, and nothing follows from it;
- a recomputed cell that has become 0 earns nothing;
- a pin that turns a factor of the walk into 0, 1 or -1 is not carried on, because then copying a number is enough;
- more than three wrong forward values are no slips: the trace is judged with the true values;
- copies of a wrong number (a factor 0, 1 or -1) are paid for as many cells as show more than that, so that one number
  in every cell earns nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import engine as ag
from engine import exact
from engine.exact import Value
from grader.checkers.alignment import Place, align, places_of, totals_of
from grader.checkers.bare import resolved
from grader.checkers.number import agrees
from grader.reading import NumberReading, Statement, TraceReading, Unreadable
from grader.verdict import Cell, Judgement, Outcome, Verdict, unreadable
from question_templates.answers import Trace

__all__ = ["check_trace"]

#: Somebody who has more wrong forward values than this has not made slips but another calculation.
_MOST_PINS = 3
#: Factors with which a step is a copy of a number.
_TRIVIAL = (0, 1, -1)


#: Longest number shown back; longer ones are cut.
_MOST_WRITTEN = 40


def check_trace(answer: Trace, reading: TraceReading, *, follows_share: Fraction) -> Judgement:
    """The verdict on a trace; a cell that follows from an earlier slip earns `follows_share` of its part."""
    run = answer.expected
    totals = totals_of(run.walk)
    places = places_of(run.walk)
    decided = resolved(
        reading,
        run.values,
        places,
        says=_says,
        is_gradient=lambda s: any(_says(s, totals[place]) for place in places.get(s.node, ())),
    )
    if isinstance(decided, Unreadable):
        return Judgement(unreadable(decided.reason, read_as=reading.read_as))
    basis, slips = _pinned(run, decided)
    account = _Account(run, basis, decided)
    cells, state = account.cells()
    broken = account.unreadable_statement
    if broken is not None:
        where = f"line {broken.line}: {broken.value.reason}" if isinstance(broken.value, Unreadable) else ""
        return Judgement(unreadable(where, read_as=decided.read_as), state)
    return Judgement(_verdict([*slips, *cells], decided.read_as, follows_share), state)


def _pinned(run: ag.Trace, reading: TraceReading) -> tuple[ag.Trace, list[Cell]]:
    """The run that the student's forward values amount to, and a wrong cell for each slip among them."""
    claims = {s.node: s for s in reading.statements if s.quantity == "value" and not isinstance(s.value, Unreadable)}
    pins: dict[str, Value] = {}
    slips: list[Cell] = []
    basis = run
    for label in run.graph.labels:
        claim = claims.get(label)
        if claim is None or _says(claim, run.values[label]) or _says(claim, basis.values[label]):
            continue
        slips.append(Cell("forward", f"{label}.value", _written(claim.value), "wrong"))
        if len(slips) > _MOST_PINS:
            basis, pins = run, {}
            continue
        tried = {**pins, label: _number(claim)}
        try:
            with_pin = ag.run_listing(run.source, pins=tried)
        except ag.EngineError:  # outside an operation's domain: nothing can follow from this value
            continue
        if not _is_easier(run, with_pin):
            basis, pins = with_pin, tried
    return basis, slips


def _is_easier(run: ag.Trace, pinned: ag.Trace) -> bool:
    """Whether the pins make a factor 0, 1 or -1 that was not so before."""
    return any(
        changed.factor in _TRIVIAL and changed.factor != rule.factor
        for step, pinned_step in zip(run.walk, pinned.walk, strict=True)
        for rule, changed in zip(step.rules, pinned_step.rules, strict=True)
    )


class _Account:
    """The student's statements about gradients laid beside the cells of the walk."""

    def __init__(self, run: ag.Trace, basis: ag.Trace, reading: TraceReading) -> None:
        self.run, self.basis = run, basis
        grads = [s for s in reading.statements if s.quantity == "grad"]
        root = run.walk[0].node
        self.root_claim = next((s for s in reversed(grads) if s.node == root), None)
        self.matched: dict[Place, Statement] = {}
        # What could not be read and found no cell may be what a blank cell is waiting for.
        self.loose = [s for s in grads if isinstance(s.value, Unreadable)]
        totals = totals_of(run.walk)
        edges = Counter((step.node, rule.target) for step in run.walk for rule in step.rules)
        for target, places in places_of(run.walk).items():
            mine = [s for s in grads if s.node == target]
            self.matched.update(align(mine, places, edges=edges, fits=lambda s, place: _says(s, totals[place])))

    @property
    def unreadable_statement(self) -> Statement | None:
        """The first statement that counts and could not be read: then a person has to look at the whole."""
        claims = [*([self.root_claim] if self.root_claim else []), *self.matched.values(), *self.loose]
        return next((s for s in claims if isinstance(s.value, Unreadable)), None)

    def cells(self) -> tuple[list[Cell], dict[str, Value]]:
        """Every cell's outcome in the walk's order, and the student's own gradients at the end."""
        root = self.run.walk[0].node
        state: dict[str, Value] = {root: 1}
        cells = []
        copies: set[int] = set()
        is_read = self.root_claim is not None and not isinstance(self.root_claim.value, Unreadable)
        if self.root_claim is not None and is_read and not _says(self.root_claim, 1):
            cells.append(Cell(root, f"{root}.grad", _written(self.root_claim.value), "wrong"))
        for right, step in zip(self.run.walk, self.basis.walk, strict=True):
            for target, total in right.changes.items():
                factor = sum(rule.factor for rule in step.rules if rule.target == target)
                before = state.get(target, 0)
                follows = before + factor * state.get(step.node, 0)
                if (step.node, target) not in self.matched and _adds_nothing(right, target):
                    state[target] = follows
                    continue
                cells.append(self._cell((step.node, target), total, before, follows, state))
                if cells[-1].outcome == "follows" and factor in _TRIVIAL and not before:
                    copies.add(len(cells) - 1)
        return _paid(cells, copies), state

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
        return Cell(step, f"{target}.grad", _written(written), outcome)


def _adds_nothing(step: ag.Step, target: str) -> bool:
    """Whether a step leaves a gradient as it was; whoever writes nothing there has missed nothing."""
    return sum(rule.amount for rule in step.rules if rule.target == target) == 0


def _paid(cells: list[Cell], copies: set[int]) -> list[Cell]:
    """The cells; copies of a wrong number beyond the count of cells that show a rule are wrong, the last ones first."""
    shown = sum(cell.outcome in ("right", "follows") for cell in cells) - len(copies)
    unpaid = set(sorted(copies)[shown:])
    return [replace(cell, outcome="wrong") if place in unpaid else cell for place, cell in enumerate(cells)]


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
    """The number for a table or a sentence; nobody wants to read three hundred digits."""
    text = "" if isinstance(value, Unreadable) else exact.text(value)
    return text if len(text) <= _MOST_WRITTEN else f"{text[:_MOST_WRITTEN]}..."


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
        sentences.append(f"At the step of {slip.step}, {slip.target} = {slip.written} is not right.")
    carried = sum(cell.outcome == "follows" for cell in cells)
    if carried:
        entries = f"{carried} later entries are" if carried > 1 else "One later entry is"
        sentences.append(f"{entries} right, given that number.")
    missing = [f"{cell.target} at the step of {cell.step}" for cell in cells if cell.outcome == "blank"]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        sentences.append(f"No value was given for {missing[0]}{more}.")
    return " ".join(sentences)
