"""Orders of growth as quotients of sums of positive monomials, from below and from above."""

from __future__ import annotations

from collections.abc import Iterable

from grader.growth.ground import FIRST_FLOOR, Ground, Rate, Rates
from grader.growth.limits import MAX_PAIRS, Undecided
from grader.growth.ranges import Range, exactly
from grader.growth.scales import ONE, Monomial, is_plain, raised, times
from grader.growth.signs import Monomials, bounds_of, highest
from grader.growth.simplex import Number
from grader.growth.sums import ONE_SUM, Sum, Value, add, collected, number, scaled, sum_product, whole_power

__all__ = ["product_of", "rates_of"]


def rates_of(value: Value, ground: Ground) -> Rates:
    """The orders of growth of a value; raises Undecided for a divisor whose sign is open."""
    below = bounds_of(value.bottom, ground)
    if below.lower is None:
        value = Value(scaled(value.top, exactly(-1)), scaled(value.bottom, exactly(-1)))
        below = bounds_of(value.bottom, ground)
    if not below.lower:
        raise Undecided
    top = bounds_of(value.top, ground)
    highs = _upper_without_floors(value.top, ground) if top.lower != top.upper and ground.floors else top.upper
    upper = _over(_unfolded(highs, ground, is_upper=True), _unfolded(below.lower, ground, is_upper=False))
    if top.lower is None:
        return Rates(None, upper)
    if top.lower == highs and below.lower == below.upper and _are_tight(ground):
        return Rates(upper, upper)
    lower = _over(_unfolded(top.lower, ground, is_upper=False), _unfolded(below.upper, ground, is_upper=True))
    return Rates(lower, upper)


def _upper_without_floors(own: Sum, ground: Ground) -> Monomials:
    """The upper bound of a sum with u + [0, 1] for every psi = floor(u) + 1, so that psi - 1 is at most u."""
    total: list[tuple[Monomial, Range]] = []
    for monomial, one in own.items():
        total += _without_floors(monomial, one, ground).items()
    return bounds_of(collected(total), ground).upper


def _without_floors(monomial: Monomial, own: Range, ground: Ground) -> Sum:
    product: Sum = {monomial: own}
    for term, exponent in monomial:
        floor = ground.floors.get(term[0][0]) if is_plain(term) else None
        if floor is None or floor.inside.bottom is not ONE_SUM or not isinstance(exponent, int) or exponent < 1:
            continue
        inside = add(floor.inside, number(Range(0, 1, 0))).top
        product = sum_product(product, {raised(((term, 1),), -exponent): exactly(1)})
        product = sum_product(product, whole_power(inside, exponent))
    return product


def _are_tight(ground: Ground) -> bool:
    return all(floor.rates.lower == floor.rates.upper for floor in ground.floors.values())


def product_of(left: Monomials, right: Monomials, ground: Ground) -> Monomials:
    """The product of two sums, without what it does not need."""
    if left == (ONE,) or right == (ONE,):
        return left if right == (ONE,) else right
    if len(left) * len(right) > MAX_PAIRS:
        raise Undecided
    products = {times(one, other): None for one in left for other in right}
    if len(products) ** 2 > MAX_PAIRS:
        raise Undecided
    return highest(products, ground)


def _over(left: Rate | None, right: Rate | None) -> Rate | None:
    if left is None or right is None:
        return None
    return Rate(_crossed(left.top, right.bottom), _crossed(left.bottom, right.top))


def _crossed(left: Monomials, right: Monomials) -> Monomials:
    if len(left) * len(right) > MAX_PAIRS:
        raise Undecided
    return tuple({times(one, other): None for one in left for other in right})


def _unfolded(monomials: Monomials, ground: Ground, *, is_upper: bool) -> Rate | None:
    """The same sum without floors, each replaced by its bound from that side; None where it has none."""
    if not ground.floors:
        return Rate(monomials, (ONE,))
    parts = [_unfolded_one(monomial, ground, is_upper=is_upper) for monomial in monomials]
    return _total([part for part in parts if part is not None]) if None not in parts else None


def _total(parts: Iterable[Rate]) -> Rate:
    total = Rate((), (ONE,))
    for part in parts:
        if part.bottom == total.bottom:
            total = Rate((*total.top, *part.top), total.bottom)
        else:
            top = (*_crossed(total.top, part.bottom), *_crossed(part.top, total.bottom))
            total = Rate(top, _crossed(total.bottom, part.bottom))
    return total


def _unfolded_one(monomial: Monomial, ground: Ground, *, is_upper: bool) -> Rate | None:
    plain = tuple((term, e) for term, e in monomial if not _is_floor(term[0][0], ground))
    rate = Rate((plain,), (ONE,))
    for term, exponent in monomial:
        if not _is_floor(term[0][0], ground):
            continue
        if not is_plain(term):
            return None
        rates = ground.floors[term[0][0]].rates
        bound = rates.upper if is_upper == (exponent > 0) else rates.lower
        if bound is None:
            return None
        size = exponent if exponent > 0 else -exponent
        power = Rate(_powers(bound.top, size), _powers(bound.bottom, size))
        rate = Rate(
            _crossed(rate.top, power.top if exponent > 0 else power.bottom),
            _crossed(rate.bottom, power.bottom if exponent > 0 else power.top),
        )
    return rate


def _is_floor(index: int, ground: Ground) -> bool:
    return index >= FIRST_FLOOR and ground.floors[index].least > 0


def _powers(monomials: Monomials, exponent: Number) -> Monomials:
    return tuple(raised(monomial, exponent) for monomial in monomials)
