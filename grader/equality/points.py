"""The points at which formulas are compared: drawn by a keyed hash, and laid so that every floor is met at its edges.

Wide uniform sampling never tells `ceil((H - K)/S)` from `(H - K)//S + 1`: they differ only where S divides. So every
quotient that is rounded is visited at remainder 0, divisor - 1 and others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from itertools import islice
from itertools import product as combinations
from typing import Final, TypeAlias

from grader.equality.domains import Assumption, Domain
from grader.equality.evaluation import Amount, NoValue, Program, TooLarge, compiled
from grader.reading.tree import Call, Expression, Literal, Negative, Operation, Symbol

__all__ = ["Point", "corners", "holds", "points", "rounded_quotients"]

Point: TypeAlias = "tuple[int | Fraction, ...]"

# The largest value of a draw; small ones come first and often, since they are where floors and powers differ.
_REACHES: Final = (3, 5, 9, 4, 30, 7, 1_000, 12, 10**6, 6, 10**12)
# Every so many draws two variables are alike.
_ALIKE: Final = 7
_TRIES: Final = 40
_MOST_CORNERS: Final = 64
_REPAIRS: Final = 4
_DENOMINATORS: Final = (1, 2, 3, 8)
# More quotients than these are not laid at their edges one by one.
_MOST_QUOTIENTS: Final = 6


@dataclass(frozen=True, slots=True)
class _Quotient:
    """top / bottom, rounded somewhere in a formula."""

    top: Program
    bottom: Program


def rounded_quotients(tree: Expression) -> list[tuple[Expression, Expression]]:
    """Every top and bottom that a floor, ceiling, // or % rounds."""
    found: list[tuple[Expression, Expression]] = []
    waiting: list[Expression] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Negative):
            waiting.append(node.operand)
        elif isinstance(node, Operation):
            if node.sign in ("//", "%"):
                found.append((node.left, node.right))
            waiting += (node.left, node.right)
        elif isinstance(node, Call):
            waiting += node.arguments
            if node.function in ("floor", "ceil", "round", "trunc"):
                found.append(_as_quotient(node.arguments[0]))
    return list(dict.fromkeys(found))[:_MOST_QUOTIENTS]


def _as_quotient(tree: Expression) -> tuple[Expression, Expression]:
    """a/b + c as (a, b): a whole number beside a quotient does not change its remainder."""
    if isinstance(tree, Operation) and tree.sign == "/":
        return tree.left, tree.right
    if isinstance(tree, Operation) and tree.sign in "+-":
        for side in (tree.left, tree.right):
            if isinstance(side, Operation) and side.sign == "/":
                return side.left, side.right
    if isinstance(tree, Literal) or not isinstance(tree, Operation):
        return tree, Literal(1, None, tree.start)
    return tree, Literal(2, None, tree.start)


class _Draws:
    """Whole numbers from a keyed hash: the same for the same seed, whatever else happens."""

    def __init__(self, seed: bytes) -> None:
        self.seed = seed
        self.block = 0
        self.left = b""

    def below(self, bound: int) -> int:
        if len(self.left) < 8:
            self.left = blake2b(self.block.to_bytes(8, "big"), key=self.seed[:64]).digest()
            self.block += 1
        taken, self.left = self.left[:8], self.left[8:]
        return int.from_bytes(taken, "big") % bound


def points(
    domains: Sequence[Domain],
    assumptions: Sequence[Assumption],
    quotients: Sequence[tuple[Expression, Expression]],
    places: Mapping[str, int],
    *,
    seed: bytes,
    reach: int = 10**12,
) -> Iterator[Point]:
    """Admissible points drawn up to `reach`; they end where the assumptions are too tight to be met by drawing."""
    draws = _Draws(seed)
    checks = [_Check(assumption, places) for assumption in assumptions]
    rounded = [_Quotient(compiled(top, places), compiled(bottom, places)) for top, bottom in quotients]
    count = failures = 0
    while failures < _TRIES:
        here = min(reach, _REACHES[count % len(_REACHES)] if failures < _TRIES // 2 else 4)
        point = [_draw(domain, here, draws) for domain in domains]
        if count % _ALIKE == 1 and len(point) > 1:  # formulas that differ only where two sizes are the same
            one, other = draws.below(len(point)), draws.below(len(point))
            point[one] = point[other] if domains[one] == domains[other] else point[one]
        if not count:
            point = [Fraction(1) if domain.least is None else domain.least + domain.is_open for domain in domains]
        for turn, quotient in enumerate(rounded):
            _lay(point, quotient, (count + turn) % 3, draws, domains)
        if _repaired(point, checks, domains, draws):
            for turn, quotient in enumerate(rounded):
                _lay(point, quotient, (count + turn) % 3, draws, domains)
        if all(check.holds(point) for check in checks):
            failures = 0
            yield tuple(point)
        else:
            failures += 1
        count += 1


def corners(domains: Sequence[Domain], reach: int) -> list[Point]:
    """Fixed points: sizes 1 or 2, one far away while the others are small and the reverse, two alike."""
    count = len(domains)
    small = list(islice(combinations((1, 2), repeat=count), _MOST_CORNERS))
    far = [value for value in (40, 1_009, 10**7, 10**12) if value <= reach]
    places = range(count)
    lone = [(2 + k % 2,) * k + (value,) + (3,) * (count - k - 1) for k in places for value in far]
    low = [(value,) * k + (1,) + (value + 1,) * (count - k - 1) for k in places for value in far[:3]]
    alike = [tuple(7 if k in (a, b) else 2 + k for k in range(count)) for a in range(count) for b in range(a)]
    return [point for point in [*small, *lone, *low, *alike] if all(map(_admits, domains, point))]


def _draw(domain: Domain, reach: int, draws: _Draws) -> int | Fraction:
    if domain.is_whole:
        least = -reach if domain.least is None else domain.least
        return least + draws.below(reach + (reach if domain.least is None else 1))
    denominator = _DENOMINATORS[draws.below(len(_DENOMINATORS))]
    value = Fraction(draws.below(denominator * reach) + 1, denominator)
    negative = domain.least is None and draws.below(2)
    return -value if negative else value


def _lay(
    point: list[int | Fraction],
    quotient: _Quotient,
    target: int,
    draws: _Draws,
    domains: Sequence[Domain],
) -> None:
    """Raises one variable so that top leaves the remainder wanted: 0, bottom - 1, or any."""
    try:
        top, bottom = quotient.top(point), quotient.bottom(point)
        if not (isinstance(top, int) and isinstance(bottom, int)) or bottom <= 1:
            return
        wanted = (0, bottom - 1, draws.below(bottom))[target]
        for place in range(len(point)):
            if not domains[place].is_whole:
                continue
            value = point[place]
            point[place] = value + 1
            slope, same = quotient.top(point), quotient.bottom(point) == bottom
            point[place] = value
            if same and isinstance(slope, int) and slope - top in (1, -1):
                point[place] = value + (wanted - top) * (slope - top) % bottom
                return
    except (NoValue, TooLarge):
        return


class _Check:
    """One assumption, compiled, and how a point that breaks it may be mended."""

    def __init__(self, assumption: Assumption, places: Mapping[str, int]) -> None:
        left, right = assumption.left, assumption.right
        self.left, self.right = compiled(left, places), compiled(right, places)
        self.relation = assumption.relation
        self.left_place = places[left.text] if isinstance(left, Symbol) else None
        self.right_place = places[right.text] if isinstance(right, Symbol) else None
        self.multiple: tuple[int, Program] | None = None
        if isinstance(left, Operation) and left.sign == "%" and isinstance(left.left, Symbol) and self.relation == "==":
            self.multiple = places[left.left.text], compiled(left.right, places)

    def holds(self, point: Sequence[int | Fraction]) -> bool:
        try:
            return _COMPARED[self.relation](self.left(point), self.right(point))
        except (NoValue, TooLarge):
            return False

    def repair(self, point: list[int | Fraction], domains: Sequence[Domain], draws: _Draws) -> None:
        """Moves a variable that stands alone on one side, or whose remainder is to be 0."""
        try:
            if self.multiple is not None:
                place, divisor = self.multiple
                _set(point, place, divisor(point), draws.below(5), domains)
                return
            left, right = self.left(point), self.right(point)
        except (NoValue, TooLarge):
            return
        if self.relation in (">", ">="):
            self.raise_one(point, domains, self.left_place, right, self.right_place, left, draws)
        else:
            self.raise_one(point, domains, self.right_place, left, self.left_place, right, draws)

    def raise_one(
        self,
        point: list[int | Fraction],
        domains: Sequence[Domain],
        larger: int | None,
        least: Amount,
        smaller: int | None,
        most: Amount,
        draws: _Draws,
    ) -> None:
        """Sets the variable on the larger side above `least`, or else the one on the smaller side to at most `most`."""
        strict = int(self.relation in ("<", ">", "!="))
        extra = 0 if self.relation == "==" else strict + draws.below(6)
        for place, value, step in ((larger, least, extra), (smaller, most, -strict)):
            if place is not None and isinstance(value, (int, Fraction)) and _admits(domains[place], value + step):
                point[place] = value + step
                return


def _set(point: list[int | Fraction], place: int, divisor: Amount, more: int, domains: Sequence[Domain]) -> None:
    """Makes a variable a multiple of the divisor."""
    if isinstance(divisor, (int, Fraction)) and _admits(domains[place], divisor * (1 + more)):
        point[place] = divisor * (1 + more)


def holds(assumption: Assumption, point: Sequence[int | Fraction], places: Mapping[str, int]) -> bool:
    """Whether a point satisfies an assumption."""
    return _Check(assumption, places).holds(point)


def _admits(domain: Domain, value: int | Fraction) -> bool:
    if domain.is_whole and value != int(value):
        return False
    return domain.least is None or value > domain.least or (value == domain.least and not domain.is_open)


def _repaired(point: list[int | Fraction], checks: Sequence[_Check], domains: Sequence[Domain], draws: _Draws) -> bool:
    """Whether something had to be moved so that the assumptions hold."""
    moved = False
    for _ in range(_REPAIRS):
        broken = [check for check in checks if not check.holds(point)]
        if not broken:
            break
        moved = True
        for check in broken:
            check.repair(point, domains, draws)
    return moved


_COMPARED: Final[Mapping[str, Callable[[object, object], bool]]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,  # type: ignore[operator]
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip
