"""From a tree to an exact number, with every step bounded before it is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from engine import exact
from engine.errors import EngineError
from engine.exact import Value
from grader.reading.limits import MAX_BITS, MAX_EXPONENT
from grader.reading.tree import Call, Constant, Expression, Literal, Negative, Operation, Symbol
from grader.reading.unreadable import refusal

__all__ = ["Amount", "Effort", "amount_of"]

# What a power of a sum of exponentials costs, in steps of one function or product.
_POWER_COST: Final = 4


class Effort:
    """How many costly steps (on powers of e, logarithms, roots) one text may still take."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def spend(self, steps: int, start: int) -> None:
        """Takes `steps` off; raises Refusal when none are left."""
        self._left -= steps
        if self._left < 0:
            raise refusal(
                start,
                "We stopped here, because this text has more functions than we compute at once; "
                "please write the results instead.",
            )


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as one member of a chain gives it.

    half_unit: half of the last decimal place of a written decimal. slack: how far, relative to the value,
    decimals inside an expression may have moved it (0 when it has none).
    """

    value: Value
    half_unit: Fraction | None
    slack: Fraction
    start: int


class _Symbolic(Exception):
    """The tree holds a name, so it has no value here."""


def amount_of(tree: Expression, effort: Effort) -> Amount | None:
    """The value of a tree, None when it holds names. Raises Refusal where it has none or is too large."""
    literal = _as_literal(tree)
    if literal is not None:
        _check_size(literal.value, literal.start)
        return Amount(literal.value, literal.half_unit, Fraction(0), literal.start)
    evaluation = _Evaluation(effort)
    try:
        value = evaluation.value(tree)
    except _Symbolic:
        return None
    _check_size(value, tree.start)
    return Amount(value, None, evaluation.slack, tree.start)


def _check_size(value: Value, start: int) -> None:
    """A number beyond every float could not be compared with anything later."""
    try:
        exact.approximate(value)
    except EngineError as error:
        raise refusal(
            start, "We read a number that is larger than any we compute with (1.8e308); please check it."
        ) from error


def _as_literal(tree: Expression) -> Literal | None:
    """A written number with its sign, also as 3.2 * 10^1."""
    if isinstance(tree, Literal):
        return tree
    if isinstance(tree, Negative):
        inside = _as_literal(tree.operand)
        return inside and replace(inside, value=-inside.value)
    if not isinstance(tree, Operation) or tree.sign != "*":
        return None
    mantissa, power = _as_literal(tree.left), _power_of_ten(tree.right)
    if mantissa is None or power is None or (mantissa.half_unit is None and power >= 1):
        return None
    value = Fraction(mantissa.value) * power
    half_unit = (mantissa.half_unit or Fraction(1, 2)) * power
    return Literal(value.numerator if value.denominator == 1 else value, half_unit, mantissa.start)


def _power_of_ten(tree: Expression) -> Fraction | None:
    if not isinstance(tree, Operation) or tree.sign != "^" or not isinstance(tree.left, Literal):
        return None
    exponent = _as_literal(tree.right)
    if tree.left.value != 10 or exponent is None or not isinstance(exponent.value, int):
        return None
    return Fraction(10) ** exponent.value if abs(exponent.value) <= MAX_EXPONENT else None


class _Evaluation:
    """One evaluation: spends effort and gathers the slack of the decimals it met."""

    def __init__(self, effort: Effort) -> None:
        self.slack = Fraction(0)
        self.effort = effort

    def value(self, tree: Expression) -> Value:
        """Sums and products lean left and may be long: they are walked without recursion."""
        spine: list[Operation] = []
        while isinstance(tree, Operation):
            spine.append(tree)
            tree = tree.left
        result = self.leaf(tree)
        while spine:
            operation = spine.pop()
            result = self.step(operation, result, self.value(operation.right))
        return result

    def leaf(self, tree: Expression) -> Value:
        if isinstance(tree, Literal):
            if tree.half_unit and tree.value:
                self.slack += tree.half_unit / abs(Fraction(tree.value))
            return tree.value
        if isinstance(tree, Constant):
            return exact.exp(1)
        if isinstance(tree, Negative):
            return -self.value(tree.operand)
        if isinstance(tree, Call):
            return self.call(tree)
        if isinstance(tree, Symbol):
            raise _Symbolic
        return self.value(tree)

    def call(self, call: Call) -> Value:
        function = _FUNCTIONS.get(call.function)
        arguments = [self.value(argument) for argument in call.arguments]
        if function is None:
            raise _Symbolic
        if len(arguments) != 1:
            raise refusal(call.start, f"{call.function} takes one number and we read {len(arguments)}.")
        self.effort.spend(1 if isinstance(arguments[0], (int, Fraction)) else 2, call.start)
        return _computed(call, lambda: function(arguments[0]))

    def step(self, operation: Operation, left: Value, right: Value) -> Value:
        if not (isinstance(left, (int, Fraction)) and isinstance(right, (int, Fraction))):
            self.effort.spend(_POWER_COST if operation.sign == "^" else 1, operation.start)
        if operation.sign == "^" and not _is_bounded_power(left, right):
            raise refusal(
                operation.start,
                f"We read a power that is too large to compute (exponents up to {MAX_EXPONENT} are read); "
                "please check the exponent.",
            )
        return _computed(operation, lambda: _ARITHMETIC[operation.sign](left, right))


def _computed(tree: Call | Operation, compute: Callable[[], Value]) -> Value:
    try:
        return compute()
    except (EngineError, ArithmeticError, ValueError) as error:
        raise refusal(tree.start, _why_no_value(tree)) from error


def _why_no_value(tree: Call | Operation) -> str:
    if isinstance(tree, Operation) and tree.sign == "/":
        return "We read a division by 0 here, which has no value; please check the divisor."
    what = f"{tree.function}(...)" if isinstance(tree, Call) else f'"{tree.sign}"'
    return f"We read {what} of a number for which it has no value or is too large; please check that number."


def _is_bounded_power(base: Value, exponent: Value) -> bool:
    """A power is only computed when its length can be told beforehand."""
    length = 0
    if isinstance(base, (int, Fraction)):
        length = base.numerator.bit_length() + base.denominator.bit_length()
    try:
        size = abs(exact.approximate(exponent))
    except EngineError:
        return False
    return size <= MAX_EXPONENT and length * size <= MAX_BITS


def _relu(x: Value) -> Value:
    return x if exact.sign(x) > 0 else 0


_ARITHMETIC: Final[dict[str, Callable[[Value, Value], Value]]] = {
    "+": exact.add,
    "-": exact.subtract,
    "*": exact.multiply,
    "/": exact.divide,
    "^": exact.power,
}
_FUNCTIONS: Final[dict[str, Callable[[Value], Value]]] = {
    "exp": exact.exp,
    "log": exact.log,
    "ln": exact.log,
    "sqrt": exact.sqrt,
    "tanh": exact.tanh,
    "sigmoid": exact.sigmoid,
    "relu": _relu,
}
