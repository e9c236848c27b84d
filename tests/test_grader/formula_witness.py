"""A second witness for formulas: exact values of Python expressions, by walking their syntax trees.

It shares nothing with the product: whole numbers and fractions stay exact, exponentials, logarithms and roots have
60 digits. What two formulas are worth is compared at many admissible points; a point where they differ is a proof.
"""

from __future__ import annotations

import ast
import itertools
import math
import operator
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import mpmath

__all__ = ["Question", "Undefined", "counterexample", "parse", "points", "question", "value_of"]

DIGITS = 60
#: Two numbers with 60 digits are the same when they agree to this relative distance.
CLOSE = mpmath.mpf(10) ** -30
#: A power with more bits than this is not computed.
MOST_BITS = 100_000
#: How many points are visited in order from the smallest on, and how many are drawn.
SMALL_POINTS, DRAWN_POINTS = 150, 150
#: With fewer points than this a question says too little to be compared.
FEWEST_POINTS = 20

Point = dict[str, Any]


class Undefined(ArithmeticError):
    """The formula has no value at this point, or one too large to compute."""


@dataclass(frozen=True)
class Question:
    """What an answer of a table says: the expected formula, its names and what may be assumed of them."""

    expected: ast.expr
    variables: Mapping[str, str]
    where: Mapping[str, ast.expr]
    domain: tuple[ast.expr, ...]
    rel_tol: Fraction = Fraction(0)

    @cached_property
    def expected_values(self) -> list[tuple[Point, Any]]:
        """Admissible points, each with what the expected formula is worth there, if anything."""
        expected = value_of(self.expected, self)
        worth = ((point, _or_none(expected, point)) for point in points(self))
        found = [(point, wanted) for point, wanted in worth if wanted is not None]
        if len(found) < (FEWEST_POINTS if self.variables else 1):
            raise ValueError(f"only {len(found)} admissible points were found")
        return found


def question(stated: Mapping[str, Any]) -> Question:
    """The question that an entry under `answers` of a table states."""
    variables = stated.get("variables") or {}
    if not isinstance(variables, Mapping):
        variables = dict.fromkeys(variables, "positive integer")
    return Question(
        parse(stated["expected"]),
        {ast.unparse(parse(name)): kind for name, kind in variables.items()},
        {name: parse(text) for name, text in (stated.get("where") or {}).items()},
        tuple(parse(text) for text in stated.get("domain") or ()),
        Fraction(str(stated.get("rel_tol") or 0)),
    )


def parse(text: object) -> ast.expr:
    """The syntax tree of a formula, or of a shape that is given as a list of axes."""
    if isinstance(text, list):
        return ast.Tuple([parse(axis) for axis in text], ast.Load())
    return ast.parse(str(text).strip(), mode="eval").body


# Values


def value_of(node: ast.expr, asked: Question) -> Callable[[Point], Any]:
    """The formula as a function of a point: an int or Fraction, an mpf, a truth value, or a tuple of values."""

    def part(inner: ast.expr) -> Callable[[Point], Any]:
        return value_of(inner, asked)

    match node:
        case ast.Constant(value=int() | float() as number):
            return lambda point: _literal(number)
        case ast.Tuple(elts=axes):
            return _tuple([part(axis) for axis in axes])
        case ast.Name() | ast.Call() if (name := ast.unparse(node)) in asked.variables:
            return operator.itemgetter(name)
        case ast.Name(id=name) if name in asked.where:
            return part(asked.where[name])
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _applied(operator.neg, [part(operand)])
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return part(operand)
        case ast.BinOp(left=left, op=operation, right=right):
            return _applied(OPERATIONS[type(operation)], [part(left), part(right)])
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            return _applied(FUNCTIONS[name], [part(argument) for argument in arguments])
        case ast.Compare(left=left, ops=[compared], comparators=[right]):
            return _applied(COMPARISONS[type(compared)], [part(left), part(right)])
    raise ValueError(f"{ast.unparse(node)}: neither a declared name nor arithmetic")


def _tuple(axes: Sequence[Callable[[Point], Any]]) -> Callable[[Point], Any]:
    return lambda point: tuple(axis(point) for axis in axes)


def _applied(compute: Callable[..., Any], parts: Sequence[Callable[[Point], Any]]) -> Callable[[Point], Any]:
    return lambda point: _exact(compute(*(part(point) for part in parts)))


def _literal(number: float) -> Any:
    if number in (float("inf"), float("-inf")):
        raise Undefined("a number too large to write")
    return number if isinstance(number, int) else _exact(Fraction(repr(number)))


def _exact(number: Any) -> Any:
    whole = isinstance(number, Fraction) and number.denominator == 1
    return int(number) if whole else number


def _real(number: Any) -> Any:
    if isinstance(number, Fraction):
        return mpmath.mpf(number.numerator) / number.denominator
    return mpmath.mpf(number)


def _mixed(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Compute with exact numbers where both are, and with 60 digits otherwise."""

    def mixed(left: Any, right: Any) -> Any:
        if isinstance(left, mpmath.mpf) or isinstance(right, mpmath.mpf):
            left, right = _real(left), _real(right)
        return compute(left, right)

    return mixed


def _divide(left: Any, right: Any) -> Any:
    if right == 0:
        raise Undefined("division by zero")
    return left / right if isinstance(left, mpmath.mpf) else Fraction(left) / Fraction(right)


def _floor(number: Any) -> int:
    return int(mpmath.floor(number)) if isinstance(number, mpmath.mpf) else number.__floor__()


def _floor_divide(left: Any, right: Any) -> Any:
    return _floor(_divide(left, right))


def _power(base: Any, exponent: Any) -> Any:
    if base == 0 and exponent < 0:
        raise Undefined("division by zero")
    if isinstance(exponent, int) and not isinstance(base, mpmath.mpf):
        numerator, denominator = Fraction(base).as_integer_ratio()
        if abs(exponent) * max(numerator.bit_length(), denominator.bit_length()) > MOST_BITS:
            raise Undefined("a power too large to compute")
        return Fraction(base) ** exponent
    if base < 0:
        raise Undefined("a root of a negative number")
    return mpmath.power(_real(base), _real(exponent))


def _log(number: Any, base: Any = None) -> Any:
    if number <= 0:
        raise Undefined("a logarithm of what is not positive")
    return mpmath.log(_real(number)) / (1 if base is None else mpmath.log(_real(base)))


def _sqrt(number: Any) -> Any:
    """The root, exact for whole squares, so that its floor is."""
    whole = isinstance(number, int) and number >= 0 and math.isqrt(number) ** 2 == number
    return math.isqrt(number) if whole else _power(number, Fraction(1, 2))


def _extreme(choose: Callable[..., Any]) -> Callable[..., Any]:
    def extreme(*numbers: Any) -> Any:
        rounded = any(isinstance(number, mpmath.mpf) for number in numbers)
        return choose(map(_real, numbers)) if rounded else choose(numbers)

    return extreme


def _round(number: Any) -> int:
    """To the nearest whole number, halves up, as people round."""
    return _floor(_mixed(operator.add)(number, Fraction(1, 2)))


OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: _mixed(operator.add),
    ast.Sub: _mixed(operator.sub),
    ast.Mult: _mixed(operator.mul),
    ast.Div: _mixed(_divide),
    ast.FloorDiv: _mixed(_floor_divide),
    ast.Mod: _mixed(lambda left, right: left - right * _floor_divide(left, right)),
    ast.Pow: _power,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "floor": _floor,
    "ceil": lambda number: -_floor(-number),
    "round": _round,
    "min": _extreme(min),
    "max": _extreme(max),
    "abs": abs,
    "exp": lambda number: mpmath.exp(_real(number)),
    "log": _log,
    "log2": lambda number: _log(number, 2),
    "sqrt": _sqrt,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
}


# Points and comparison


def points(asked: Question, *, seed: int = 1) -> Iterator[Point]:
    """Admissible points: the smallest, where every remainder of a small divisor occurs, then drawn ones."""
    conditions = [value_of(condition, asked) for condition in asked.domain]
    if not asked.variables:
        yield {}
        return
    admissible = (point for point in _small_points(asked) if all(condition(point) for condition in conditions))
    yield from itertools.islice(admissible, SMALL_POINTS)
    drawn = (_drawn_point(asked, random.Random(f"{seed} {count}")) for count in range(40 * DRAWN_POINTS))
    admissible = (point for point in drawn if all(condition(point) for condition in conditions))
    yield from itertools.islice(admissible, DRAWN_POINTS)


def _small_points(asked: Question) -> Iterator[Point]:
    """The points by their largest value, as far as the variables are whole numbers."""
    names = list(asked.variables)
    if "real" in asked.variables.values():
        return
    for largest in range(1, 13):
        for values in itertools.product(range(1, largest + 1), repeat=len(names)):
            if max(values) == largest:
                yield dict(zip(names, values, strict=True))


def _drawn_point(asked: Question, dice: random.Random) -> Point:
    largest = dice.choice([4, 12, 40])
    return {name: _drawn(kind, largest, dice) for name, kind in asked.variables.items()}


def _drawn(kind: str, largest: int, dice: random.Random) -> int | Fraction:
    if kind == "real":
        return Fraction(dice.randint(-8 * largest, 8 * largest), 8 * dice.choice([1, 2, 5]))
    return dice.randint(1, dice.choice([3, largest]))


def counterexample(asked: Question, means: object) -> Point | None:
    """The first point at which the formula differs from the expected one, or has no value where that has one."""
    written = value_of(parse(means), asked)
    with mpmath.workdps(DIGITS):
        for point, wanted in asked.expected_values:
            found = _or_none(written, point)
            if found is None or not _same(wanted, found, asked.rel_tol):
                return point
    return None


def _or_none(formula: Callable[[Point], Any], point: Point) -> Any:
    try:
        return formula(point)
    except Undefined:
        return None


def _same(left: Any, right: Any, rel_tol: Fraction) -> bool:
    if isinstance(left, tuple) or isinstance(right, tuple):
        pairs = zip(_axes(left), _axes(right), strict=False)
        return len(_axes(left)) == len(_axes(right)) and all(_same(*pair, rel_tol) for pair in pairs)
    if not rel_tol and not isinstance(left, mpmath.mpf) and not isinstance(right, mpmath.mpf):
        return bool(left == right)
    left, right = _real(left), _real(right)
    return bool(abs(left - right) <= max(CLOSE, _real(rel_tol)) * max(abs(left), CLOSE))


def _axes(shape: Any) -> tuple[Any, ...]:
    return shape if isinstance(shape, tuple) else (shape,)
