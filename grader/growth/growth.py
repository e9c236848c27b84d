"""Decides how one formula in several variables grows beside another, each way proven or left open.

Definition: f = O(g) when there are n0 and C with f <= C*g at every admissible point at which every variable is at least
n0. Admissible points are those that satisfy the assumptions; a variable that an assumption keeps below a constant is a
constant factor. No definition for several variables keeps every law of one variable, so the choice has to be said:
Howell, "On Asymptotic Notation with Multiple Variables", Kansas State University, technical report 2007-4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

from grader.growth.conditions import ground_of
from grader.growth.domination import Answer, is_dominated
from grader.growth.expanding import value_of
from grader.growth.ground import Ground, Rate, Rates
from grader.growth.limits import MAX_CHOICES, Undecided
from grader.growth.rates import rates_of
from grader.growth.rays import probe
from grader.growth.scales import ONE
from grader.growth.showing import GrowthPath, shown
from grader.growth.signs import negative_part, sign_of
from grader.growth.sums import ONE_SUM, Value, constant_of, number, quotient, scaled, sum_product
from grader.growth.trees import Assumption, are_same, has_minus, is_small
from grader.reading.tree import Call, Expression, Negative, Operation

__all__ = ["Assumption", "GrowthComparison", "GrowthPath", "compare_growth"]


@dataclass(frozen=True, slots=True)
class GrowthComparison:
    """Whether the response grows at most, and at least, as fast as the reference; None where that is undecided.

    at_most: response = O(reference). at_least: reference = O(response), that is response = Omega(reference).
    outgrows: where at_most is False, a path on which response/reference goes to infinity. lags: where at_least is
    False, one on which reference/response does, or on which the response is no longer above 0. Both are None where
    the response is 0 or negative everywhere, which is no order of growth at all: then at_most and at_least are False.
    """

    at_most: bool | None
    at_least: bool | None
    outgrows: GrowthPath | None = None
    lags: GrowthPath | None = None

    @property
    def is_tight(self) -> bool | None:
        """Whether response = Theta(reference)."""
        if self.at_most is False or self.at_least is False:
            return False
        return True if self.at_most and self.at_least else None

    @property
    def direction(self) -> GrowthPath | None:
        """Where to look for the difference: the path of the first claim that fails."""
        return self.outgrows if self.outgrows is not None else self.lags

    def sentence(self) -> str:
        """What was found, for people; names no formula, so that it may be shown before the key is."""
        if self.is_tight is None:
            return "We could not decide how this grows beside what we expected."
        if self.is_tight:
            return "This grows as fast as what we expected."
        if self.outgrows is not None:
            return f"{self.outgrows.words}, this grows faster than what we expected."
        if self.lags is not None:
            return f"{self.lags.words}, this grows more slowly than what we expected."
        return "This is not positive for large sizes, so it is no order of growth."


_OPEN = GrowthComparison(None, None)
_TIGHT = GrowthComparison(True, True)


def _has_many_choices(tree: Expression) -> bool:
    """Whether minima and maxima are so many that their cases are no longer looked at one by one."""
    found = 0
    waiting: list[Expression] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Negative):
            waiting.append(node.operand)
        elif isinstance(node, Operation):
            waiting += (node.left, node.right)
        elif isinstance(node, Call):
            found += node.function in ("min", "max")
            waiting += node.arguments
    return found > MAX_CHOICES


def compare_growth(
    response: Expression,
    reference: Expression,
    *,
    variables: Sequence[str],
    assumptions: Sequence[Assumption] = (),
) -> GrowthComparison:
    """How the response grows beside the reference, by the definition at the top of this file.

    variables: every name in the trees, each a whole number that goes to infinity unless an assumption bounds it.
    Whatever is not proven is None, as is an accept that growth on rays does not confirm; nothing is raised.
    """
    trees = [response, reference, *(side for left, _, right in assumptions for side in (left, right))]
    if not all(is_small(tree) for tree in trees) or _has_many_choices(response):
        return _OPEN
    takes_away = any(has_minus(tree) for tree in (response, reference))
    task = _Task(response, reference, tuple(variables), tuple(assumptions), takes_away)
    ground = _ground_or_none(task, frozenset())
    if ground is None:
        return _OPEN
    found = _TIGHT if are_same(response, reference) else _decided(task, ground)
    return found if not found.is_tight or _rays_agree(task, ground) else _OPEN


class _Task(NamedTuple):
    response: Expression
    reference: Expression
    variables: tuple[str, ...]
    assumptions: tuple[Assumption, ...]
    takes_away: bool


def _decided(task: _Task, plain_ground: Ground) -> GrowthComparison:
    """The comparison on the assumptions as they are; then with slack for those that would help, then by equality."""
    found, slacks = _OPEN, frozenset[int]()
    ground: Ground | None = plain_ground
    while ground is not None:
        found = _merged(found, _on_ground(task, ground))
        if None not in (found.at_most, found.at_least) or ground.wanted <= slacks:
            break
        slacks |= ground.wanted
        ground = _ground_or_none(task, slacks)
    if None in (found.at_most, found.at_least) and _proportional(task):
        return _TIGHT
    return found


def _ground_or_none(task: _Task, slacks: frozenset[int], *, keeps_floors: bool = False) -> Ground | None:
    try:
        return ground_of(
            task.variables,
            task.assumptions,
            slacks=slacks,
            keeps_floors=keeps_floors,
            has_minus=task.takes_away or keeps_floors,
        )
    except Undecided:
        return None


def _merged(first: GrowthComparison, second: GrowthComparison) -> GrowthComparison:
    """What either has decided; both are proofs, so they never disagree."""
    if first.at_most is None:
        first = replace(first, at_most=second.at_most, outgrows=second.outgrows)
    if first.at_least is None:
        first = replace(first, at_least=second.at_least, lags=second.lags)
    return first


def _on_ground(task: _Task, ground: Ground) -> GrowthComparison:
    try:
        mine, theirs = value_of(task.response, ground), value_of(task.reference, ground)
        if not theirs.top:
            return _OPEN
        response, reference = rates_of(mine, ground), rates_of(theirs, ground)
        if not mine.top or (response.lower is None and sign_of(mine, ground) < 0):
            return GrowthComparison(False, False)
        above = _within(response, reference, ground)
        below = _within(reference, response, ground)
        if below.holds is None and response.lower is None and reference.lower and reference.lower.top:
            below = _turns_negative(mine, ground)
    except Undecided:
        return _OPEN
    outgrows = shown(above.path, ground) if above.path is not None else None
    lags = shown(below.path, ground) if below.path is not None else None
    return GrowthComparison(above.holds, below.holds, outgrows, lags)


def _within(small: Rates, large: Rates, ground: Ground) -> Answer:
    """Whether small = O(large): proven from outer bounds, refuted from inner ones."""
    outer = Answer(None)
    if small.upper is not None and large.lower is not None and large.lower.top:
        outer = is_dominated(small.upper, large.lower, ground)
        if outer.holds or (small.upper == small.lower and large.upper == large.lower):
            return outer
    if small.lower is not None and small.lower.top and large.upper is not None:
        inner = is_dominated(small.lower, large.upper, ground)
        if inner.holds is False:
            return inner
    return Answer(None)


def _turns_negative(value: Value, ground: Ground) -> Answer:
    """Whether a sum is below 0 somewhere far out: then nothing positive is O of it."""
    taken = tuple(negative_part(value.top))
    given = tuple(monomial for monomial, own in value.top.items() if own.high > 0)
    if value.bottom is not ONE_SUM or not taken or any(own.high == inf for own in value.top.values()):
        return Answer(None)
    answer = is_dominated(Rate(taken, (ONE,)), Rate(given, (ONE,)), ground)
    return answer if answer.holds is False else Answer(None)


def _proportional(task: _Task) -> bool:
    """Whether one formula is exactly a positive number times the other, floors of open sign taken whole."""
    ground = _ground_or_none(task, frozenset(), keeps_floors=True)
    if ground is None:
        return False
    try:
        mine, theirs = value_of(task.response, ground), value_of(task.reference, ground)
        left, right = sum_product(mine.top, theirs.bottom), sum_product(theirs.top, mine.bottom)
    except Undecided:
        return False
    exact = all(own.exact is not None for own in (*left.values(), *right.values()))
    if not exact or not left or left.keys() != right.keys():
        return False
    first = next(iter(left))
    ratio = quotient(number(left[first]), number(right[first]))
    factor = ratio.top[ONE]
    return factor.sign > 0 and left == scaled(right, factor)


def _rays_agree(task: _Task, ground: Ground) -> bool:
    """Whether no ray speaks against an accept."""
    constants = {name: constant_of(value) for name, value in ground.values.items()}
    bounded = {name: float(own.high) for name, own in constants.items() if own is not None}
    found = probe(
        task.response,
        task.reference,
        variables=task.variables,
        assumptions=task.assumptions,
        bounded=bounded,
    )
    return found is None or (found.at_most and found.at_least)
