"""Compares a formula with the key's: by normal form where that proves equality, else at about 200 exact points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import Final

from grader.equality.domains import Assumption, Domain
from grader.equality.evaluation import Amount, NoValue, Program, TooLarge, compiled, exactly, is_close
from grader.equality.normal_form import Quotient, are_proven_equal, normal_form
from grader.equality.points import Point, points, rounded_quotients
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
# With fewer points than these, nothing is said.
_FEWEST: Final = 5
# Three significant digits, counted in halves of the last one: fewer don't show that somebody knows a number.
_ENOUGH_HALVES: Final = 200
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
        self.places = {name: place for place, name in enumerate(self.domains)}
        self.program = compiled(tree, self.places)
        self.is_inexact = _is_inexact(tree)
        self.quotients = rounded_quotients(tree)
        self.seed = seed
        self._form: Quotient | bool | None = False
        self._source = self._drawn(self.quotients, seed)
        self._values: list[tuple[Point, Amount]] = []

    @property
    def form(self) -> Quotient | None:
        """The normal form, None where the formula has none."""
        if isinstance(self._form, bool):
            self._form = normal_form(self.tree, self.domains)
        return self._form

    def _drawn(self, quotients: Sequence[tuple[Expression, Expression]], seed: bytes) -> _Points:
        domains = list(self.domains.values())
        reach = _INEXACT_REACH if self.is_inexact else 10**6
        return _Points(points(domains, self.assumptions, quotients, self.places, seed=seed, reach=reach), self.program)

    def values(self, count: int) -> list[tuple[Point, Amount]]:
        """The first `count` points and the formula's values there; fewer where fewer could be drawn."""
        count = count if self.places else 1  # without variables there is one point
        if len(self._values) < count:
            self._values += self._source.take(count - len(self._values))
        return self._values[:count]

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
    first = _differing(program, reference.values(_FIRST), slack, reference)
    if first is not None:
        return first
    if not reference.places:
        return Comparison(True if reference.values(1) and _has_value(program, ()) else None)
    if reference.form is not None and not slack:
        form = normal_form(response, reference.domains)
        if form is not None and are_proven_equal(form, reference.form):
            return Comparison(True)
    inexact = reference.is_inexact or _is_inexact(response)
    values = reference.values(ENOUGH_INEXACT if inexact else ENOUGH_POINTS)
    own = [quotient for quotient in rounded_quotients(response) if quotient not in reference.quotients]
    if own:
        values = [*values, *reference.laid_for(own)]
    found = _differing(program, values, slack, reference)
    if found is not None:
        return found
    computed = sum(_has_value(program, point) for point, _ in values[: 4 * _FEWEST])
    return Comparison(True if computed >= min(_FEWEST, max(1, 2 ** len(reference.places) - 1)) else None)


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


def _differing(
    program: Program, values: Sequence[tuple[Point, Amount]], slack: Fraction, reference: Reference
) -> Comparison | None:
    for point, expected in values:
        try:
            if is_close(program(point), expected, slack):
                continue
        except TooLarge:
            continue
        except NoValue:
            pass
        return Comparison(False, dict(zip(reference.places, point, strict=True)))
    return None


def _has_value(program: Program, point: Point) -> bool:
    try:
        program(point)
    except (NoValue, TooLarge):
        return False
    return True


def slack_of(tree: Expression) -> Fraction:
    """How far the rounded decimals in a formula may move its value, relative to it; 0 for an exact one."""
    slack = Fraction(0)
    waiting: list[Expression] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Literal):
            size = abs(Fraction(node.value))
            if node.half_unit and size >= node.half_unit * _ENOUGH_HALVES:
                slack += node.half_unit / size
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
