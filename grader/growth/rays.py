"""A second opinion on growth: both formulas in numbers, far out on fixed rays at two huge scales.

Law: evidence and never a proof. It shares nothing with the exact comparison but the trees, so that a slip there would
have to be made here once more. Numbers are kept as a sign and a logarithm: sizes such as 10**(10**9) fit a float.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.growth.limits import Undecided
from grader.growth.logs import Signed, evaluated, from_log
from grader.growth.trees import Assumption, has_exponential, names_in
from grader.reading.tree import Expression, Operation, Symbol

__all__ = ["Probe", "probe"]

_RAYS: Final = 24
# Paces are eighths: two that differ do so by hundreds of digits.
_STEPS: Final = 8
# Decimal digits of the largest variable, near and far: loglog factors need both. With exponentials the sizes must stay
# small enough for 2**n to have a logarithm that a float holds to a digit after the point.
_DIGITS: Final = ((0.0, 1e3), (0.0, 1e9))
_DIGITS_OF_EXPONENTS: Final = ((3.0, 3.0), (5.0, 4.0))
# A bounded ratio of formulas moves by less between the scales, log(n) or n**0.001 beside it by more.
_DRIFT: Final = 0.5
_ROUNDING: Final = 1e-12
_IRRATIONAL: Final = (5**0.5 - 1) / 2


class Probe(NamedTuple):
    """Whether the response seems to grow at most, and at least, as fast as the reference."""

    at_most: bool
    at_least: bool


def probe(
    response: Expression,
    reference: Expression,
    *,
    variables: Sequence[str],
    assumptions: Sequence[Assumption] = (),
    bounded: Mapping[str, float] = {},
) -> Probe | None:
    """The verdict of the rays that satisfy the assumptions; None where there are none, or numbers do not reach.

    bounded: a value for each variable that does not go to infinity.
    """
    trees = (response, reference)
    digits = _DIGITS_OF_EXPONENTS if any(has_exponential(tree) for tree in trees) else _DIGITS
    try:
        with np.errstate(all="ignore"):
            paces = _paces([name for name in variables if name not in bounded], assumptions)
            sizes = _sizes(paces, digits, bounded, assumptions)
            usable = _keeps(assumptions, sizes)
            mine, theirs = (evaluated(tree, sizes) for tree in trees)
            return _verdict(mine, theirs, usable)
    except Undecided:
        return None


def _verdict(mine: Signed, theirs: Signed, usable: NDArray[np.bool_]) -> Probe | None:
    gap = (mine.log - theirs.log) * np.ones(2 * _RAYS)
    known = usable & np.isfinite(gap) & (mine.sign > 0) & (theirs.sign > 0)
    known &= np.abs(mine.log) * _ROUNDING < _DRIFT / 2
    both = known[:_RAYS] & known[_RAYS:]
    if not both.any():
        return None
    drift = (gap[_RAYS:] - gap[:_RAYS])[both]
    return Probe(bool(drift.max() <= _DRIFT), bool(drift.min() >= -_DRIFT))


def _paces(names: Sequence[str], assumptions: Sequence[Assumption]) -> dict[str, NDArray[np.float64]]:
    """A pace for every variable on every ray: all alike, each one alone ahead, then spread evenly."""
    places = np.arange(len(names))[:, None]
    spread = np.floor((np.arange(_RAYS) * _IRRATIONAL * (2 * places + 1) + places * 0.3) % 1 * _STEPS) + 1
    spread[:, 0] = _STEPS
    ahead = min(len(names), _RAYS - 1)
    spread[:, 1 : 1 + ahead] = 1
    np.fill_diagonal(spread[:, 1 : 1 + ahead], _STEPS)
    paces = dict(zip(names, spread / _STEPS, strict=True))
    for small, large in 2 * [pair for pair in map(_pair, assumptions) if pair is not None]:
        if small in paces and large in paces:
            low, high = np.minimum(paces[small], paces[large]), np.maximum(paces[small], paces[large])
            paces[small], paces[large] = np.where(low == high, low * 0.75, low), high
    return paces


def _pair(assumption: Assumption) -> tuple[str, str] | None:
    """The two names in an assumption such as 2*K <= Hin, the smaller first."""
    left, sign, right = assumption
    found = [_only_name(side) for side in ((left, right) if sign in ("<", "<=") else (right, left))]
    return None if None in found or sign == "==" else (str(found[0]), str(found[1]))


def _only_name(tree: Expression) -> str | None:
    if isinstance(tree, Operation):
        found = {_only_name(tree.left), _only_name(tree.right)} - {None}
        return found.pop() if len(found) == 1 else None
    return tree.text if isinstance(tree, Symbol) else None


def _sizes(
    paces: Mapping[str, NDArray[np.float64]],
    digits: tuple[tuple[float, float], tuple[float, float]],
    bounded: Mapping[str, float],
    assumptions: Sequence[Assumption],
) -> dict[str, Signed]:
    """Values of all names: near ones first, then far ones; a name that equals a formula takes its value."""
    table = np.array(list(paces.values())).reshape(len(paces), _RAYS)
    logs = log(10) * np.concatenate([start + step * table for start, step in digits], axis=1)
    if digits is _DIGITS_OF_EXPONENTS:
        logs = np.log(np.round(np.exp(logs)))
    sizes = dict(zip(paces, map(from_log, logs), strict=True))
    sizes.update({name: from_log(log(value)) for name, value in bounded.items()})
    for left, sign, right in [*assumptions, *assumptions]:
        for one, other in ((left, right), (right, left)):
            if sign == "==" and isinstance(one, Symbol) and one.text in paces and one.text not in names_in(other):
                sizes[one.text] = evaluated(other, sizes)
                break
    return sizes


def _keeps(assumptions: Sequence[Assumption], sizes: Mapping[str, Signed]) -> NDArray[np.bool_]:
    """Which rays satisfy every assumption, up to rounding."""
    usable = np.ones(2 * _RAYS, dtype=bool)
    for left, sign, right in assumptions:
        one, other = evaluated(left, sizes), evaluated(right, sizes)
        slack = one.sign * np.exp(np.minimum(one.log - other.log, 1.0)) - other.sign
        slack = slack * np.ones(2 * _RAYS)
        usable &= np.abs(slack) < 1e-6 if sign == "==" else (slack <= 1e-6 if sign in ("<", "<=") else slack >= -1e-6)
    return usable
