"""From written assumptions to the ground of a comparison: bounded sizes, equal ones, and orders such as Hin/K >= 2."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import inf
from typing import Final, NamedTuple

from grader.growth import ranges
from grader.growth.expanding import value_of
from grader.growth.ground import Ground, Order, at_least
from grader.growth.limits import MAX_VARIABLES, Undecided
from grader.growth.ranges import Range
from grader.growth.rounding import is_whole
from grader.growth.scales import ONE, Monomial, is_plain, over, variable, variables_in
from grader.growth.signs import bounds_of, is_large
from grader.growth.simplex import Number
from grader.growth.sums import ONE_SUM, Sum, Value, add, constant_of, number, single, subtract
from grader.growth.trees import Assumption
from grader.reading.tree import Expression, Symbol

__all__ = ["ground_of"]

# n + 1 is at most this many times n once n is large; any number above 1 would do.
_ALMOST_ONE: Final = Fraction(1_000_001, 1_000_000)
_NEVER: Final[tuple[Sum, Sum]] = ({}, ONE_SUM)


class _Relation(NamedTuple):
    """small <= large, by the place of the assumption it came from."""

    place: int
    small: Expression
    large: Expression
    is_strict: bool


def ground_of(
    variables: Sequence[str],
    assumptions: Sequence[Assumption],
    *,
    slacks: Collection[int] = (),
    keeps_floors: bool = False,
    has_minus: bool = True,
) -> Ground:
    """The ground on which two trees in these variables are compared.

    slacks: places of assumptions Q <= B whose variable B is written as Q + D - 1, with D at least 1. keeps_floors and
    has_minus: as in Ground.
    """
    if len(variables) > MAX_VARIABLES:
        raise Undecided
    values = {name: single(variable(index)) for index, name in enumerate(variables)}
    ground = Ground(
        tuple(variables), values, frozenset(range(len(variables))), keeps_floors=keeps_floors, has_minus=has_minus
    )
    equalities = [(left, right) for left, sign, right in assumptions if sign == "=="]
    relations = list(_relations(assumptions))
    # Twice: what equals a bounded variable is bounded too, and what equals a bounded one bounds it.
    for _ in range(2 if equalities else 1):
        ground = _with_bounds(_with_equals(ground, equalities), relations)
    for relation in relations:
        if relation.place in slacks:
            ground = _with_slack(ground, relation)
    return _with_orders(ground, relations)


def _relations(assumptions: Sequence[Assumption]) -> Iterator[_Relation]:
    for place, (left, sign, right) in enumerate(assumptions):
        if sign in ("<=", "<", "=="):
            yield _Relation(place, left, right, sign == "<")
        if sign in (">=", ">", "=="):
            yield _Relation(place, right, left, sign == ">")


def _with_equals(ground: Ground, equalities: Sequence[tuple[Expression, Expression]]) -> Ground:
    """Puts in what equals a variable; twice, so that a later equality reaches an earlier one."""
    for left, right in [*equalities, *equalities]:
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Symbol) and one.text in ground.names and _is_open(one.text, ground):
                value = _value_or_none(other, ground)
                if value is not None and _can_replace(one.text, value, ground):
                    ground = _valued(ground, {one.text: value}, ())
                    break
    return ground


def _valued(ground: Ground, values: Mapping[str, Value], settled: Iterable[int]) -> Ground:
    """The ground with other values for some names, the numbers of which may stop being large; nothing is known yet."""
    return replace(
        ground, values={**ground.values, **values}, large=ground.large.difference(settled), least={}, seen={}
    )


def _is_open(name: str, ground: Ground) -> bool:
    """Whether a name stands for no constant yet."""
    return constant_of(ground.values[name]) is None


def _can_replace(name: str, value: Value, ground: Ground) -> bool:
    own = constant_of(value)
    if own is not None:
        return own.sign > 0
    index = ground.names.index(name)
    inside = {number for part in value for monomial in part for number in variables_in(monomial)}
    return index not in inside and value.bottom is ONE_SUM and is_large(value, bounds_of(value.top, ground), ground)


def _with_bounds(ground: Ground, relations: Sequence[_Relation]) -> Ground:
    """Variables that an assumption keeps below a constant become constants, one round for each link of a chain."""
    lows: dict[int, Number] = {}
    for _ in range(len(ground.names) + 1):
        highs: dict[int, Number] = {}
        for relation in relations:
            for index, limit, is_high in _limits(_difference(relation, ground), ground):
                if is_high:
                    highs[index] = min(limit, highs.get(index, limit))
                else:
                    lows[index] = max(limit, lows.get(index, limit))
        if not highs:
            return ground
        bounded = {ground.names[i]: _between(max(1, lows.get(i, 1)), high) for i, high in highs.items()}
        ground = _valued(ground, bounded, highs)
    return ground


def _between(low: Number, high: Number) -> Value:
    if low > high:
        raise Undecided
    return number(Range(low, high, 1))


def _limits(difference: Sum | None, ground: Ground) -> Iterator[tuple[int, Number, bool]]:
    """Variables with a constant bound that difference >= 0 gives them, and whether it is from above."""
    if difference is None:
        return
    up, down = _sides(difference)
    if not up.keys() - {ONE}:
        for monomial, least in down.items():
            if all(is_plain(term) and exponent >= 1 for term, exponent in monomial) and least:
                limit = max(Fraction(1), Fraction(up.get(ONE, 0)) / least)
                yield from ((index, limit, True) for index in variables_in(monomial))
    elif len(up) == 1 and not down.keys() - {ONE}:
        ((monomial, most),) = up.items()
        if len(monomial) == 1 and is_plain(monomial[0][0]) and monomial[0][1] == 1:
            yield monomial[0][0][0][0], Fraction(down.get(ONE, 0)) / most, False


def _sides(difference: Sum) -> tuple[dict[Monomial, Number], dict[Monomial, Number]]:
    """up >= down, from the widest coefficients that the ranges allow."""
    highs = {m: own.high for m, own in difference.items() if not isinstance(own.high, float)}
    return {m: high for m, high in highs.items() if high > 0}, {m: -high for m, high in highs.items() if high < 0}


def _difference(relation: _Relation, ground: Ground) -> Sum | None:
    """large - small, less 1 where whole numbers differ strictly; None where it is no sum with known bounds."""
    large, small = _value_or_none(relation.large, ground), _value_or_none(relation.small, ground)
    if large is None or small is None:
        return None
    is_apart = relation.is_strict and is_whole(large) and is_whole(small)
    value = subtract(large, add(small, number(int(is_apart))))
    is_known = value.bottom is ONE_SUM and all(own.high != inf for own in value.top.values())
    return value.top if is_known else None


def _value_or_none(tree: Expression, ground: Ground) -> Value | None:
    try:
        return value_of(tree, ground)
    except Undecided:
        return None


def _with_slack(ground: Ground, relation: _Relation) -> Ground:
    """B = Q + D - 1 for Q <= B, where D is a new quantity of at least 1."""
    difference = _difference(relation, ground)
    lone = None if difference is None else _lone_variable(difference, ground)
    if difference is None or lone is None:
        return ground
    index = max([len(ground.names), *(own + 1 for own in _indices(ground))])
    rest = {m: ranges.negated(own) for m, own in difference.items() if m != variable(lone)}
    value = subtract(add(Value(rest, ONE_SUM), single(variable(index))), number(1))
    if not is_large(value, bounds_of(value.top, ground), ground):
        return ground
    return _valued(ground, {ground.names[lone]: value}, {lone})


def _indices(ground: Ground) -> set[int]:
    return {i for value in ground.values.values() for monomial in value.top for i in variables_in(monomial)}


def _lone_variable(difference: Sum, ground: Ground) -> int | None:
    """The variable that stands alone on the larger side, if all else is exact and does not hold it."""
    positive = [m for m, own in difference.items() if own.sign >= 0 and m != ONE]
    if len(positive) != 1 or any(own.exact is None for own in difference.values()):
        return None
    lone = next((index for index in ground.large if variable(index) == positive[0]), None)
    if lone is None or difference[positive[0]].exact != 1 or len(difference) < 2:
        return None
    others = {index for monomial in difference if monomial != positive[0] for index in variables_in(monomial)}
    return lone if others and lone not in others else None


def _with_orders(ground: Ground, relations: Sequence[_Relation]) -> Ground:
    """Every assumption as orders of two monomials, or set aside as unread; what says nothing is left out."""
    orders: list[Order] = []
    unread: list[tuple[Sum, Sum]] = []
    for relation in relations:
        difference = _difference(relation, ground)
        if difference is None:
            unread.append(_NEVER)
            continue
        up, down = _sides(difference)
        lead = _lead(up, ground)
        if down and lead is None:
            unread.append((dict.fromkeys(up, ranges.UNIT), dict.fromkeys(down, ranges.UNIT)))
        elif lead is not None:
            monomial, total = lead
            slack = None if _lone_variable(difference, ground) is None else relation.place
            found = [Order(over(monomial, small), Fraction(least) / total, slack) for small, least in down.items()]
            orders += [order for order in found if (at_least(order.ratio, ground) or 0) < order.least]
    return replace(ground, least={}, seen={}, orders=tuple(orders), unread=tuple(unread))


def _lead(up: dict[Monomial, Number], ground: Ground) -> tuple[Monomial, Number] | None:
    """The monomial that reaches all others of a sum, and how many of it are at least the sum."""
    for lead, own in up.items():
        ratios = [at_least(over(lead, other), ground) for other in up if other != lead]
        if all(ratio == inf for ratio in ratios):
            return lead, own * _ALMOST_ONE if ratios else own
        if all(ratio is not None and not isinstance(ratio, float) for ratio in ratios):
            others = (c / Fraction(at_least(over(lead, m), ground) or 1) for m, c in up.items() if m != lead)
            return lead, own + sum(others)
    return None
