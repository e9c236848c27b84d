"""Paths in words: where to look for the difference between two orders of growth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from grader.growth.ground import Ground
from grader.growth.paths import Pace, Path
from grader.growth.scales import LOG, TOWER, is_plain, variable
from grader.growth.simplex import Number, tidy

__all__ = ["GrowthPath", "shown"]


@dataclass(frozen=True, slots=True)
class GrowthPath:
    """A way to infinity. paces: the powers of t that the variables are, 0 for one that grows more slowly than any.

    Where powers alone do not tell, a pace is what a variable's largest part in the comparison grows like; the words
    say which, and leave out powers of logarithms beside it. Without paces every way will do.
    """

    paces: Mapping[str, Number]
    words: str


def shown(path: Path, ground: Ground) -> GrowthPath:
    """The path by the names of its variables; a variable that was replaced moves like what replaced it."""
    if not path:
        return GrowthPath(MappingProxyType({}), "Wherever all sizes are large")
    own = {name: path[i] for i, name in enumerate(ground.names) if i in path and _is_itself(name, i, ground)}
    moving = [pace for pace in path.values() if pace.amount]
    # One variable far ahead of all others may go at any pace.
    powers = len(moving) == 1 or all(pace.level == 1 and pace.scale == LOG for pace in moving)
    if powers:
        own |= {name: pace for name in ground.names if (pace := _replaced(name, path, ground)) is not None}
        own = {name: own[name] for name in ground.names if name in own}
    scale = _common_scale(own) if powers else Fraction(1)
    paces = {name: tidy(pace.amount * scale) if powers or pace.level == 1 else 0 for name, pace in own.items()}
    return GrowthPath(MappingProxyType(paces), _words(own, paces, powers=powers))


def _is_itself(name: str, index: int, ground: Ground) -> bool:
    return ground.values[name].top.keys() == {variable(index)}


def _replaced(name: str, path: Path, ground: Ground) -> Pace | None:
    """The pace of the fastest term of what a variable was replaced by."""
    index, top = ground.names.index(name), ground.values[name].top
    terms = [term for monomial in top for term, _ in monomial]
    if _is_itself(name, index, ground) or not terms or not all(is_plain(term) and term[0][0] in path for term in terms):
        return None
    fastest = max(sum(path[term[0][0]].amount * e for term, e in monomial) for monomial in top)
    return Pace(1, fastest, LOG)


def _common_scale(own: Mapping[str, Pace]) -> Fraction:
    """What makes all powers whole and as small as can be."""
    amounts = [Fraction(pace.amount) for pace in own.values() if pace.amount]
    if not amounts:
        return Fraction(1)
    step = amounts[0]
    for amount in amounts[1:]:
        step = _common_measure(step, amount)
    return 1 / step


def _common_measure(left: Fraction, right: Fraction) -> Fraction:
    while right:
        left, right = right, left % right
    return left


def _words(own: Mapping[str, Pace], paces: Mapping[str, Number], *, powers: bool) -> str:
    moving = {name: pace for name, pace in own.items() if pace.amount}
    parts = [_power_in_words(name, paces[name]) if powers else _in_words(name, pace) for name, pace in moving.items()]
    if not parts:
        return "For some large sizes"
    still = [name for name, pace in own.items() if not pace.amount]
    slower = f" and {', '.join(still)} growing far more slowly" if still else ""
    return f"With {', '.join(parts)}{slower}"


def _power_in_words(name: str, power: Number) -> str:
    return f"{name} = t" if power == 1 else f"{name} = t^{_written(power)}"


def _in_words(name: str, pace: Pace) -> str:
    left = name
    for _ in range(TOWER.index(pace.scale)):
        left = f"log({left})"
    right = "t"
    for _ in range(pace.level - 1):
        right = f"log({right})"
    return f"{left} = {right}" if pace.amount == 1 else f"{left} = {_written(pace.amount)}*{right}"


def _written(amount: Number) -> str:
    return str(amount) if isinstance(amount, int) else f"({amount})"
