"""A tree in the engine's algebra of sizes: equal normal forms prove equality; different ones prove nothing.

A form is a quotient of two polynomials. Sums and products of quotients stay quotients, so that `n/2 + n/2` meets `n`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from engine.sizes import SizeError
from engine.sizes.atoms import floor_divide, largest, raised, smallest
from engine.sizes.polynomial import ONE, Polynomial, Symbol, add, check_limits, constant, multiply, of_atom, scale
from grader.equality.domains import Domain
from grader.reading import tree as trees
from grader.reading.tree import Call, Expression, Literal, Negative, Operation

__all__ = ["Quotient", "are_proven_equal", "normal_form"]

# A power is multiplied out up to here.
_MAX_POWER = 12


class Quotient(NamedTuple):
    """above / below, both polynomials; below is not 0 where the tree has a value."""

    above: Polynomial
    below: Polynomial


class _NoForm(Exception):
    """The tree says something that sizes cannot."""


def normal_form(tree: Expression, domains: Mapping[str, Domain]) -> Quotient | None:
    """The quotient of polynomials that a tree is; None where it holds roots, logarithms or real variables."""
    try:
        return _form(tree, domains)
    except (_NoForm, SizeError):
        return None


def are_proven_equal(left: Quotient, right: Quotient) -> bool:
    """Whether cross-multiplying proves the two equal."""
    if left.below == right.below:
        return left.above == right.above
    try:
        return check_limits(multiply(left.above, right.below)) == check_limits(multiply(right.above, left.below))
    except SizeError:
        return False


def _form(tree: Expression, domains: Mapping[str, Domain]) -> Quotient:
    if isinstance(tree, Literal):
        value = Fraction(tree.value)
        return Quotient(constant(value.numerator), constant(value.denominator))
    if isinstance(tree, trees.Symbol):
        domain = domains[tree.text]
        if not domain.is_whole or domain.least is None:
            raise _NoForm
        return Quotient(of_atom(Symbol(0, tree.text, min(domain.least, 1))), ONE)
    if isinstance(tree, Negative):
        inner = _form(tree.operand, domains)
        return Quotient(scale(inner.above, -1), inner.below)
    if isinstance(tree, Call):
        return _call(tree, domains)
    if isinstance(tree, Operation):
        return _operation(tree, domains)
    raise _NoForm


def _operation(tree: Operation, domains: Mapping[str, Domain]) -> Quotient:
    left, right = _form(tree.left, domains), _form(tree.right, domains)
    if tree.sign == "^":
        return _power(left, right)
    if tree.sign in "+-":
        other = right if tree.sign == "+" else Quotient(scale(right.above, -1), right.below)
        return _sum(left, other)
    if tree.sign == "*":
        return _product(left, right)
    if not right.above:
        raise _NoForm
    quotient = _product(left, Quotient(right.below, right.above))
    if tree.sign == "/":
        return quotient
    floor = Quotient(floor_divide(*quotient), ONE)
    if tree.sign == "//":
        return floor
    product = _product(right, floor)
    return _sum(left, Quotient(scale(product.above, -1), product.below))


def _sum(left: Quotient, right: Quotient) -> Quotient:
    if left.below == right.below:
        return Quotient(check_limits(add(left.above, right.above)), left.below)
    above = add(multiply(left.above, right.below), multiply(right.above, left.below))
    return Quotient(check_limits(above), check_limits(multiply(left.below, right.below)))


def _product(left: Quotient, right: Quotient) -> Quotient:
    return Quotient(
        check_limits(multiply(left.above, right.above)),
        left.below if right.below == ONE else check_limits(multiply(left.below, right.below)),
    )


def _power(base: Quotient, exponent: Quotient) -> Quotient:
    if exponent.below != ONE:
        raise _NoForm
    times = exponent.above[0][1] if exponent.above and not exponent.above[0][0] else None
    if not exponent.above:
        return Quotient(ONE, ONE)
    if times is None:
        return Quotient(raised(base.above, exponent.above), raised(base.below, exponent.above))
    if abs(times) > _MAX_POWER or (times < 0 and not base.above):
        raise _NoForm
    above, below = (raised(part, constant(abs(times))) for part in base)
    return Quotient(above, below) if times > 0 else Quotient(below, above)


def _call(tree: Call, domains: Mapping[str, Domain]) -> Quotient:
    inner = [_form(argument, domains) for argument in tree.arguments]
    if tree.function == "floor":
        return Quotient(floor_divide(*inner[0]), ONE)
    if tree.function == "ceil":
        return Quotient(scale(floor_divide(scale(inner[0].above, -1), inner[0].below), -1), ONE)
    if tree.function in ("min", "max") and all(part.below == ONE for part in inner):
        rule = smallest if tree.function == "min" else largest
        return Quotient(check_limits(rule([part.above for part in inner])), ONE)
    raise _NoForm
