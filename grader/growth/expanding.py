"""From a tree to a value: sums of monomials are multiplied out, and what rounds is replaced by what bounds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from grader.growth.choosing import absolute, largest, rectified, sigmoid, smallest, tanh
from grader.growth.constants import EULER, LOG_PI, PI, log_of_number
from grader.growth.exponentials import constant_power, exponential, factorial, log_of_monomial, logarithm
from grader.growth.ground import Ground
from grader.growth.limits import Undecided
from grader.growth.ranges import SOME, exactly
from grader.growth.rounding import ceiling_of, floor_of, remainder_of, rounded
from grader.growth.scales import CONSTANT_TERM, Term
from grader.growth.simplex import Number, tidy
from grader.growth.sums import Value, add, constant_of, multiply, number, quotient, subtract
from grader.reading.tree import Call, Constant, Expression, Literal, Negative, Operation, Symbol

__all__ = ["value_of"]

_LOGARITHM_BASES: Final[Mapping[str, int]] = {"log2": 2, "log10": 10}


def value_of(tree: Expression, ground: Ground) -> Value:
    """The value of a tree; raises Undecided where the rules do not reach."""
    if isinstance(tree, Symbol):
        if tree.text not in ground.values:
            raise Undecided
        return ground.values[tree.text]
    if isinstance(tree, Literal):
        return number(tree.value)
    if isinstance(tree, Constant):
        return number(PI if tree.name == "pi" else EULER)
    if isinstance(tree, Negative):
        return subtract(number(0), value_of(tree.operand, ground))
    if isinstance(tree, Call) or tree.sign == "^":
        # The base of a power is looked at twice, as a value and under a logarithm.
        if id(tree) not in ground.seen:
            ground.seen[id(tree)] = _call(tree, ground) if isinstance(tree, Call) else _power(tree, ground)
        return ground.seen[id(tree)]
    return _arithmetic(tree.sign, value_of(tree.left, ground), value_of(tree.right, ground), ground)


def _arithmetic(sign: str, left: Value, right: Value, ground: Ground) -> Value:
    if sign == "+":
        return add(left, right)
    if sign == "-":
        return subtract(left, right)
    if sign == "*":
        return multiply(left, right)
    if sign == "/":
        return quotient(left, right)
    if sign == "//":
        return floor_of(quotient(left, right), ground)
    if sign == "%":
        return remainder_of(left, right, ground)
    raise Undecided


_OF_ONE: Final[Mapping[str, Callable[[Value, Ground], Value]]] = {
    "floor": floor_of,
    "ceil": ceiling_of,
    "round": rounded,
    "abs": absolute,
    "relu": rectified,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "log": logarithm,
    "exp": lambda inside, ground: exponential({CONSTANT_TERM: 1}, inside, ground),
    "sqrt": lambda inside, ground: constant_power(inside, Fraction(1, 2), ground),
    "factorial": factorial,
}


def _call(tree: Call, ground: Ground) -> Value:
    name, arguments = tree.function, tree.arguments
    if name in ("max", "min") and arguments:
        return (largest if name == "max" else smallest)([value_of(one, ground) for one in arguments], ground)
    if name in _LOGARITHM_BASES and len(arguments) == 1:
        return _divided(logarithm(value_of(arguments[0], ground), ground), log_of_number(_LOGARITHM_BASES[name]))
    if name == "log" and len(arguments) == 2:
        return _divided(logarithm(value_of(arguments[0], ground), ground), _log_of_constant(arguments[1], ground))
    if name == "exp" and len(arguments) == 1 and (logged := _logged(arguments[0])) is not None:
        return _power_of_logged(1, logged, ground)
    if len(arguments) != 1 or name not in _OF_ONE:
        raise Undecided
    return _OF_ONE[name](value_of(arguments[0], ground), ground)


def _divided(value: Value, divisor: Number) -> Value:
    if divisor <= 0:
        raise Undecided
    return value if divisor == 1 else multiply(value, number(1 / Fraction(divisor)))


def _power(tree: Operation, ground: Ground) -> Value:
    base = value_of(tree.left, ground)
    factor, logged = constant_of(base), _logged(tree.right)
    if factor is not None and logged is not None:
        return _power_of_logged(_log_of_constant(tree.left, ground), logged, ground)
    exponent = value_of(tree.right, ground)
    own = constant_of(exponent)
    if own is None:
        return exponential(_log_of(tree.left, ground), exponent, ground)
    if own.exact is not None:
        return constant_power(base, own.exact, ground)
    if factor is None or factor.sign <= 0:
        raise Undecided
    return number(SOME)


def _power_of_logged(log_of_base: Number, logged: tuple[Expression, Number], ground: Ground) -> Value:
    """b**log(v) is v**log(b), whatever v is."""
    inside, divisor = logged
    return constant_power(value_of(inside, ground), tidy(Fraction(log_of_base) / divisor), ground)


def _logged(tree: Expression) -> tuple[Expression, Number] | None:
    """What a logarithm is taken of, and the natural logarithm of its base."""
    if not isinstance(tree, Call) or len(tree.arguments) != 1:
        return None
    if tree.function == "log":
        return tree.arguments[0], 1
    base = _LOGARITHM_BASES.get(tree.function)
    return None if base is None else (tree.arguments[0], log_of_number(base))


def _log_of(tree: Expression, ground: Ground) -> Mapping[Term, Number]:
    """The natural logarithm of a product as it is written, so that e, pi and roots in it have exact ones."""
    if isinstance(tree, Constant):
        return {CONSTANT_TERM: LOG_PI if tree.name == "pi" else 1}
    if isinstance(tree, Operation) and tree.sign in ("*", "/"):
        terms = dict(_log_of(tree.left, ground))
        for term, own in _log_of(tree.right, ground).items():
            terms[term] = terms.get(term, 0) + (own if tree.sign == "*" else -own)
        return terms
    if isinstance(tree, Operation) and tree.sign == "^" and constant_of(value_of(tree.right, ground)) is not None:
        return _scaled(_log_of(tree.left, ground), _exact(tree.right, ground))
    if isinstance(tree, Call) and tree.function == "sqrt" and len(tree.arguments) == 1:
        return _scaled(_log_of(tree.arguments[0], ground), Fraction(1, 2))
    return log_of_monomial(value_of(tree, ground))


def _scaled(terms: Mapping[Term, Number], factor: Number) -> Mapping[Term, Number]:
    return {term: own * factor for term, own in terms.items()}


def _log_of_constant(tree: Expression, ground: Ground) -> Number:
    terms = _log_of(tree, ground)
    if any(own and term != CONSTANT_TERM for term, own in terms.items()):
        raise Undecided
    return terms.get(CONSTANT_TERM, 0)


def _exact(tree: Expression, ground: Ground) -> Number:
    own = constant_of(value_of(tree, ground)) or exactly(0)
    if own.exact is None:
        raise Undecided
    return own.exact
