"""What a comparison stands on: numbered variables, what is known of them, and the least value of a monomial by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, inf
from typing import Final, NamedTuple

from grader.growth.ranges import Bound
from grader.growth.scales import Monomial, Scale, Term, is_plain, over, raised
from grader.growth.simplex import Number, tidy
from grader.growth.sums import Sum, Value

__all__ = [
    "FIRST_FLOOR",
    "Floor",
    "Ground",
    "Order",
    "Rate",
    "Rates",
    "at_least",
    "dominates",
    "has_open_floor",
    "reaches",
    "tends_up",
]

# Floors get numbers from here on, so that they never meet a variable's.
FIRST_FLOOR: Final = 1_000
# How many assumptions may follow one another in a proof: S <= K, K <= Hin.
_CHAIN: Final = 4
_ZERO: Final[Scale] = (0, 0, 0, 0, 0)
# Exponents of assumptions' factors are small; a larger one is a slip, and 2**9999999 would never end.
_MOST_FACTORS: Final = 64


class Order(NamedTuple):
    """An assumption as `ratio >= least`, such as Hin/K >= 2.

    `slack_of` is the assumption's place where a variable stands alone on its larger side: then that variable can be
    written as the smaller side plus something that is at least 0.
    """

    ratio: Monomial
    least: Number
    slack_of: int | None


class Rate(NamedTuple):
    """A sum of positive monomials over another one, up to constant factors."""

    top: tuple[Monomial, ...]
    bottom: tuple[Monomial, ...]


class Rates(NamedTuple):
    """lower <= value <= upper up to constant factors; None where nothing is known, tops of () are 0."""

    lower: Rate | None
    upper: Rate | None


class Floor(NamedTuple):
    """A quantity psi = floor(inside) + 1 where inside >= 0: of the order of inside + 1, and at least `least`.

    Where the sign of inside is not known `least` is 0, and all that is known of psi is its name.
    """

    inside: Value
    least: int
    rates: Rates


@dataclass(frozen=True, slots=True)
class Ground:
    """One reading of the assumptions, and what turns up while trees are read on it.

    values: what each name stands for. large: variables that go to infinity; the others are at least 1.
    unread: assumptions `small <= large` that are no order of two monomials; a direction must be held against them.
    keeps_floors: floors of open sign stand for themselves, and no sum that holds one has a sign.
    has_minus: something is taken away somewhere, so that exact coefficients may matter.
    The rest grows while one comparison runs: floors met so far, assumptions whose slack is wanted, least values of
    monomials that were asked for, and values of trees by the trees' identities.
    """

    names: tuple[str, ...]
    values: Mapping[str, Value]
    large: frozenset[int]
    orders: tuple[Order, ...] = ()
    unread: tuple[tuple[Sum, Sum], ...] = ()
    keeps_floors: bool = False
    has_minus: bool = True
    floors: dict[int, Floor] = field(default_factory=dict)
    wanted: set[int] = field(default_factory=set)
    least: dict[Monomial, Bound | None] = field(default_factory=dict)
    seen: dict[int, Value] = field(default_factory=dict)


def tends_up(term: Term, ground: Ground) -> bool:
    """Whether a term goes to infinity on every path."""
    return all(index in ground.large and scale > _ZERO for index, scale in term)


def has_open_floor(own: Sum, ground: Ground) -> bool:
    """Whether a sum holds a floor of which nothing is known but its name."""
    return ground.keeps_floors and any(
        index >= FIRST_FLOOR and not ground.floors[index].least
        for monomial in own
        for term, _ in monomial
        for index, _ in term
    )


def dominates(more: Term, less: Term, ground: Ground) -> bool:
    """Whether more / less goes to infinity on every path."""
    if len(more) == len(less) == 1:
        (index, here), (other, there) = more[0], less[0]
        return index == other and here > there and index in ground.large
    scales, others = dict(more), dict(less)
    rises = False
    for index in scales.keys() | others.keys():
        here, there = scales.get(index, _ZERO), others.get(index, _ZERO)
        if here == there:
            continue
        if here < there or index not in ground.large:
            return False
        rises = True
    return rises


def reaches(more: Monomial, less: Monomial, ground: Ground) -> bool:
    """Whether less = O(more) is plain from the exponents and the orders."""
    if more == less:
        return True
    if ground.orders:
        return at_least(over(more, less), ground) is not None
    # The same without orders, where nothing else is known of two variables beside each other; much is asked here.
    exponents = dict(more)
    for term, own in less:
        exponents[term] = exponents.get(term, 0) - own
    falling = [term for term, own in exponents.items() if own < 0]
    if not falling:
        return True
    rising = [term for term, own in exponents.items() if own > 0]
    return all(any(dominates(high, term, ground) for high in rising) for term in falling)


def at_least(monomial: Monomial, ground: Ground) -> Bound | None:
    """A positive number that the monomial never falls below once all variables are large; infinity where it grows.

    None where there is none, or none was found.
    """
    if monomial not in ground.least:
        ground.least[monomial] = _at_least(monomial, ground, _CHAIN)
    return ground.least[monomial]


def _at_least(monomial: Monomial, ground: Ground, chain: int) -> Bound | None:
    falling = [term for term, exponent in monomial if exponent < 0]
    if not falling:
        if any(tends_up(term, ground) for term, _ in monomial):
            return inf
        return _least_of_floors(monomial, ground) if ground.floors else 1
    rising = [term for term, exponent in monomial if exponent > 0]
    held = [term for term in falling if any(dominates(more, term, ground) for more in rising)]
    if len(held) == len(falling):
        return inf if any(tends_up(term, ground) for term in rising) else 1
    if not chain or not ground.orders:
        return None
    first = next(term for term in falling if term not in held)
    return _by_orders(monomial, first, ground, chain) if is_plain(first) else None


def _by_orders(monomial: Monomial, falling: Term, ground: Ground, chain: int) -> Bound | None:
    best: Bound | None = None
    exponent = next(own for term, own in monomial if term == falling)
    for order in ground.orders:
        own = next((own for term, own in order.ratio if term == falling), 0)
        if own >= 0:
            continue
        multiple = -exponent if own == -1 else tidy(Fraction(exponent) / own)
        rest = _at_least(over(monomial, raised(order.ratio, multiple)), ground, chain - 1)
        if rest is None or multiple > _MOST_FACTORS:
            continue
        # A factor of at least 1 may be rounded off, one below 1 must be taken in full.
        times = floor(multiple) if order.least >= 1 else ceil(multiple)
        found = rest * order.least**times
        best = found if best is None else max(best, found)
    return best


def _least_of_floors(monomial: Monomial, ground: Ground) -> Bound:
    least = 1
    for term, exponent in monomial:
        own = ground.floors.get(term[0][0]) if is_plain(term) else None
        if own is not None and exponent <= _MOST_FACTORS:
            least *= own.least ** floor(exponent)
    return least
