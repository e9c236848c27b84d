"""Signs and orders of sums: which monomials are left from below and from above once the negative ones are paid for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import inf
from typing import NamedTuple, TypeAlias

from grader.growth.ground import Ground, at_least, has_open_floor, reaches
from grader.growth.limits import Undecided
from grader.growth.ranges import Bound, exactly
from grader.growth.scales import Monomial, over
from grader.growth.simplex import Combination, separate
from grader.growth.sums import ONE_SUM, Sum, Value, scaled

__all__ = ["Bounds", "Monomials", "bounds_of", "highest", "is_large", "least_of", "negative_part", "sign_of"]

Monomials: TypeAlias = tuple[Monomial, ...]


class Bounds(NamedTuple):
    """Sums of monomials, up to constant factors: lower <= value <= upper for large sizes.

    lower is () where the value is only known to be at least 0, and None where it may be negative. An upper of ()
    means at most 0. left holds the positive monomials and how many of each are left for sure, if any are.
    """

    lower: Monomials | None
    upper: Monomials
    left: Mapping[Monomial, Bound]


def bounds_of(own: Sum, ground: Ground) -> Bounds:
    """The bounds of a sum; raises Undecided for one with a floor that stands for itself."""
    if has_open_floor(own, ground):
        raise Undecided
    upper = highest([monomial for monomial, one in own.items() if one.high > 0], ground)
    if all(one.sign > 0 for one in own.values()):
        return Bounds(upper, upper, {monomial: one.low for monomial, one in own.items()})
    left = _paid_for(own, ground)
    if left is None:
        return Bounds(None, upper, {})
    lower = highest([m for m, low in left.items() if low > 0 or own[m].low == 0 < own[m].sign], ground)
    return Bounds(lower, upper, left)


def least_of(bounds: Bounds, ground: Ground) -> Bound:
    """A number of at least 0 that a sum with these bounds, of which lower is not None, never falls below."""
    total: Bound = 0
    for monomial, low in bounds.left.items():
        least = at_least(monomial, ground)
        if low and least is not None:
            total += low * least
    return total


def sign_of(value: Value, ground: Ground) -> int:
    """1 for a value that is proven to be at least 0, -1 for at most 0, and 0 for an open sign."""
    return _sign_of_sum(value.top, ground) * (1 if value.bottom is ONE_SUM else _sign_of_sum(value.bottom, ground))


def _sign_of_sum(own: Sum, ground: Ground) -> int:
    if bounds_of(own, ground).lower is not None:
        return 1
    return -1 if bounds_of(scaled(own, exactly(-1)), ground).lower is not None else 0


def is_large(value: Value, top: Bounds, ground: Ground) -> bool:
    """Whether a value whose top has these bounds goes to infinity on every path; False where that is not plain."""
    if value.bottom is ONE_SUM:
        return any(at_least(more, ground) == inf for more in top.lower or ())
    below = bounds_of(value.bottom, ground)
    if not top.lower or not below.lower:
        return False
    return all(any(at_least(over(more, less), ground) == inf for more in top.lower) for less in below.upper)


def negative_part(own: Sum) -> list[Monomial]:
    """The monomials that are certainly taken away."""
    return [monomial for monomial, one in own.items() if one.sign < 0]


def highest(monomials: Iterable[Monomial], ground: Ground) -> Monomials:
    """The monomials without those that another one reaches."""
    kept: list[Monomial] = []
    for monomial in monomials:
        if any(reaches(other, monomial, ground) for other in kept):
            continue
        kept = [other for other in kept if not reaches(monomial, other, ground)]
        kept.append(monomial)
    return tuple(kept)


def _paid_for(own: Sum, ground: Ground) -> dict[Monomial, Bound] | None:
    """What is left of the lower coefficients of positive monomials after they have paid for the negative ones.

    A monomial that grows without end beside a negative one pays for it with nothing, but must have something left: so
    those payments come last.
    """
    left: dict[Monomial, Bound] = {monomial: one.low for monomial, one in own.items() if one.low >= 0}
    waiting: list[tuple[Monomial, Bound]] = []
    for burden, one in own.items():
        if one.low >= 0:
            continue
        ratios = {monomial: at_least(over(monomial, burden), ground) for monomial in left}
        if any(ratio == inf and own[monomial].sign > 0 for monomial, ratio in ratios.items()):
            waiting.append((burden, -one.low))
        elif not (_pay(burden, -one.low, left, ratios, ground) or _pay_together(burden, -one.low, left)):
            _want_slack(burden, left, ground)
            return None
    richest = [monomial for monomial, low in left.items() if low > 0 or own[monomial].low == 0 < own[monomial].sign]
    for burden, _ in waiting:
        if not any(at_least(over(monomial, burden), ground) == inf for monomial in richest):
            return None
    return left


def _pay(
    burden: Monomial, cost: Bound, left: dict[Monomial, Bound], ratios: Mapping[Monomial, Bound | None], ground: Ground
) -> bool:
    """One positive monomial pays, the one that is largest beside the burden."""
    offers = [
        (ratio, monomial)
        for monomial, ratio in ratios.items()
        if ratio is not None and cost != inf and left[monomial] * ratio >= cost
    ]
    if not offers:
        return False
    ratio, monomial = max(offers, key=lambda offer: offer[0])
    left[monomial] -= cost / Fraction(ratio)
    if not left[monomial]:
        _want_slack(burden, [monomial], ground)
    return True


def _pay_together(burden: Monomial, cost: Bound, left: dict[Monomial, Bound]) -> bool:
    """Several pay: a weighted geometric mean is at most the weighted sum, so that n*m <= (n**2 + m**2)/2."""
    payers = [monomial for monomial, low in left.items() if low > 0]
    if cost == inf or len(payers) < 2:
        return False
    terms = sorted({term for monomial in (burden, *payers) for term, _ in monomial})
    points = [[dict(monomial).get(term, 0) for term in terms] for monomial in (burden, *payers)]
    answer = separate(points[0], points[1:])
    if not isinstance(answer, Combination):
        return False
    shares = dict(zip(payers, answer.weights, strict=True))
    if any(left[monomial] < cost * share for monomial, share in shares.items()):
        return False
    left.update({monomial: left[monomial] - cost * share for monomial, share in shares.items()})
    return True


def _want_slack(burden: Monomial, left: Iterable[Monomial], ground: Ground) -> None:
    """Notes the assumption Q <= B where B*m - Q*m is not decided."""
    ratios = [over(monomial, burden) for monomial in left]
    ground.wanted.update(
        order.slack_of for order in ground.orders if order.slack_of is not None and order.ratio in ratios
    )
