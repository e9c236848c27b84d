"""Compares a formula with the key's: by normal form where that proves equality, else at about 200 exact points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import Final

from grader.equality.domains import Assumption, Domain, places_of
from grader.equality.evaluation import Amount, NoValue, Program, TooLarge, compiled, exactly, is_close
from grader.equality.normal_form import Quotient, are_proven_equal, normal_form
from grader.equality.points import Point, corners, holds, points, rounded_quotients
from grader.reading.tree import Call, Constant, Expression, Literal, Negative, Operation

__all__ = ["Comparison", "Reference", "compare", "slack_of", "values_at"]

#: Points at which exact formulas are compared. At one point in six (the rarest near miss measured), 200 leave 1e-15.
ENOUGH_POINTS: Final = 200
#: Functions of analysis differ almost everywhere, and each value costs sixty digits.
ENOUGH_INEXACT: Final = 24
# So many points first: nearly every wrong formula shows there, before the normal form is worked out.
_FIRST: Final = 6
# exp(-30) is still far from being lost beside 1 in sixty digits.
_INEXACT_REACH: Final = 30
# Points laid at the edges of quotients that only the response rounds.
_OWN_POINTS: Final = 60
# Three significant digits, counted in halves of the last one: fewer don't show that somebody knows a number.
_ENOUGH_HALVES: Final = 200
# Three digits of a rounded decimal leave half a percent at most.
_MOST_SLACK: Final = Fraction(1, 200)
# Numbers up to here are met by the ordinary points.
_LARGEST_COMMON: Final = 30
_MOST_THRESHOLDS: Final = 6
_FAR: Final = 10**12
_INEXACT: Final = frozenset({"exp", "log", "log2", "log10", "sqrt", "sigmoid", "tanh"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether two formulas are equal (None: undecided), and a point at which they differ, as names and values."""

    is_equal: bool | None
    point: Mapping[str, int | Fraction] = field(default_factory=dict)


class Reference:
    """The key's formula, prepared: its program, its normal form, and points with its values as far as they were needed.

    What is kept here is worked out from what it was made with, so that every answer is the same in any order of calls.
    """

    def __init__(self, tree: Expression, domains: Mapping[str, Domain], assumptions: Sequence[Assumption], seed: bytes):
        self.tree = tree
        self.domains = dict(domains)
        self.assumptions = tuple(assumptions)
        self.places = places_of(list(self.domains))
        self.program = compiled(tree, self.places)
        self.is_inexact = _is_inexact(tree)
        self.quotients = rounded_quotients(tree)
        self.seed = seed
        self._form: Quotient | bool | None = False
        self._source = self._drawn(self.quotients, seed)
        self._values: list[tuple[Point, Amount]] = []
        self._corners: list[tuple[Point, Amount]] | None = None

    @property
    def form(self) -> Quotient | None:
        """The normal form, None where the formula has none."""
        if isinstance(self._form, bool):
            self._form = normal_form(self.tree, self.domains)
        return self._form

    def _drawn(self, quotients: Sequence[tuple[Expression, Expression]], seed: bytes) -> _Points:
        domains = list(self.domains.values())
        reach = _INEXACT_REACH if self.is_inexact else 10**12
        return _Points(points(domains, self.assumptions, quotients, self.places, seed=seed, reach=reach), self.program)

    def values(self, count: int) -> list[tuple[Point, Amount]]:
        """The first `count` points and the formula's values there; fewer where fewer could be drawn."""
        count = count if self.places else 1  # without variables there is one point
        if len(self._values) < count:
            self._values += self._source.take(count - len(self._values))
        return self._values[:count]

    def corners(self) -> list[tuple[Point, Amount]]:
        """Where formulas differ that agree in the middle: all sizes 1 or 2, one far from the others, pairs alike."""
        if self._corners is None:
            reach = _INEXACT_REACH if self.is_inexact else _FAR
            drawn = corners(list(self.domains.values()), reach)
            admitted = [p for p in drawn if all(holds(one, p, self.places) for one in self.assumptions)]
            self._corners = _Points(iter(admitted), self.program).take(len(admitted)) if admitted else []
        return self._corners

    def beside(self, thresholds: Sequence[int]) -> list[tuple[Point, Amount]]:
        """Points with one variable at, just below and just above each threshold."""
        found: list[Point] = []
        for (point, _), threshold in zip(self.values(len(thresholds)), thresholds, strict=False):
            for place, domain in enumerate(self.domains.values()):
                least = threshold if domain.least is None else max(threshold, domain.least)
                found += [(*point[:place], least + step, *point[place + 1 :]) for step in (0, 1, 2 * threshold)]
        checked = (
            point for point in found if all(holds(assumption, point, self.places) for assumption in self.assumptions)
        )
        return _Points(iter(checked), self.program).take(len(found)) if found else []

    def laid_for(self, quotients: Sequence[tuple[Expression, Expression]]) -> list[tuple[Point, Amount]]:
        """Points at the edges of other quotients."""
        return self._drawn(quotients, self.seed[:60] + b"own").take(_OWN_POINTS)


class _Points:
    """Points with the values of one program; those without a value are passed over."""

    def __init__(self, source: object, program: Program) -> None:
        self.source = source
        self.program = program

    def take(self, count: int) -> list[tuple[Point, Amount]]:
        found: list[tuple[Point, Amount]] = []
        for point in islice(self.source, 2 * count):  # type: ignore[call-overload]
            try:
                found.append((point, self.program(point)))
            except (NoValue, TooLarge):
                continue
            if len(found) == count:
                break
        return found


def compare(response: Expression, reference: Reference, *, rel_tol: Fraction = Fraction(0)) -> Comparison:
    """Whether `response` equals the reference wherever the question's assumptions hold, or is within `rel_tol` of it.

    Written decimals may be off by half of their last place, from three significant digits on.
    """
    with exactly():
        return _compare(response, reference, max(rel_tol, slack_of(response)))


def _compare(response: Expression, reference: Reference, slack: Fraction) -> Comparison:
    program = compiled(response, reference.places)
    first, computed = _looked_at(program, reference.values(_FIRST), slack, reference)
    if first is not None:
        return first
    if not reference.places:
        return Comparison(True if computed else None)
    if reference.form is not None and not slack:
        form = normal_form(response, reference.domains)
        if form is not None and are_proven_equal(form, reference.form):
            return Comparison(True)
    values = reference.values(ENOUGH_INEXACT if reference.is_inexact else ENOUGH_POINTS)
    own = [quotient for quotient in rounded_quotients(response) if quotient not in reference.quotients]
    if own:
        values = [*values, *reference.laid_for(own)]
    values = [*values, *reference.corners(), *reference.beside(_thresholds(response))]
    found, computed = _looked_at(program, values, slack, reference)
    if found is not None:
        return found
    return Comparison(True if computed >= max(1, len(values) // 2) else None)


def values_at(response: Expression, reference: Reference, count: int) -> list[Amount | None]:
    """The response's values at the reference's first points, None where it has none; quick to hold against others."""
    program = compiled(response, reference.places)
    found: list[Amount | None] = []
    with exactly():
        for point, _ in reference.values(count):
            try:
                found.append(program(point))
            except (NoValue, TooLarge):
                found.append(None)
    return found


def _thresholds(tree: Expression) -> list[int]:
    """The larger numbers of a formula: where it has a bend or a gap, it is there."""
    found: set[int] = set()
    waiting: list[Expression] = [tree]
    bends = False
    while waiting:
        node = waiting.pop()
        if isinstance(node, Literal) and isinstance(node.value, int) and node.value > _LARGEST_COMMON:
            found.add(node.value)
        elif isinstance(node, Negative):
            waiting.append(node.operand)
        elif isinstance(node, Operation):
            bends = bends or node.sign in ("//", "%")
            waiting += (node.left, node.right)
        elif isinstance(node, Call):
            bends = True
            waiting += node.arguments
    return sorted(found)[:_MOST_THRESHOLDS] if bends else []


def _looked_at(
    program: Program, values: Sequence[tuple[Point, Amount]], slack: Fraction, reference: Reference
) -> tuple[Comparison | None, int]:
    """The first point at which the program differs, and at how many it could be computed before that."""
    computed = 0
    for point, expected in values:
        try:
            if is_close(program(point), expected, slack):
                computed += 1
                continue
        except TooLarge:
            continue
        except NoValue:
            pass
        return Comparison(False, dict(zip(reference.places, point, strict=True))), computed
    return None, computed


def slack_of(tree: Expression) -> Fraction:
    """How far the rounded decimals in a formula may move its value, relative to it; 0 for an exact one."""
    slack = Fraction(0)
    waiting: list[Expression] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Literal):
            size = abs(Fraction(node.value))
            if node.half_unit and size.denominator != 1 and size >= node.half_unit * _ENOUGH_HALVES:
                slack = max(slack, min(node.half_unit / size, _MOST_SLACK))
        elif isinstance(node, Negative):
            waiting.append(node.operand)
        elif isinstance(node, Operation):
            waiting += (node.left, node.right)
        elif isinstance(node, Call):
            waiting += node.arguments
    return slack


def _is_inexact(tree: Expression) -> bool:
    waiting: list[Expression] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Constant):
            return True
        if isinstance(node, Negative):
            waiting.append(node.operand)
        elif isinstance(node, Operation):
            if node.sign == "^" and not _is_whole_number(node.right):
                return True
            waiting += (node.left, node.right)
        elif isinstance(node, Call):
            if node.function in _INEXACT:
                return True
            waiting += node.arguments
    return False


def _is_whole_number(tree: Expression) -> bool:
    return isinstance(tree, Literal) and isinstance(tree.value, int)
