"""The table of operations: value, derivative and wording of each operation stand together in one row.

A row's `expression` is its value in Python. Its `vjp` takes `(left, right, output, g)` and gives the
vector-Jacobian product, one contribution an operand; `factors` say the same partial derivatives in Python,
with `left`, `right` and `output` for the values, so that a trace can print them. An empty factor is 1 and `-`
is -1: nothing or a minus sign stands before the incoming gradient. The vjp of a unary row is handed some
operand `right` that it must not read. `because` words what a derivative depends on.

How a graph is stored and walked is elsewhere (tape.py, walk.py); this file knows only mathematics.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from engine import exact
from engine.exact import Value

__all__ = ["STANDARD", "WITHOUT_VALUES", "Operation", "Rules"]


@dataclass(frozen=True)
class Operation:
    """One row: name, the value in Python, value rule, derivative rule, and its wording."""

    name: str
    expression: str
    value: Callable[..., Value]
    vjp: Callable[[Any, Any, Any, Any], tuple[Value, ...]]
    factors: tuple[str, ...]
    because: Callable[[str, Value], str] | None = None

    @property
    def arity(self) -> int:
        return len(self.factors)


@dataclass(frozen=True)
class Rules:
    """A frozen rule table: the operations, how a gradient takes a contribution, how a leaf takes its value.

    The standard table is right; a mal-rule is a table with one rule changed (`changed`).
    """

    operations: Mapping[str, Operation]
    accumulate: Callable[[Any, Any], Any] = operator.add
    leaf: Callable[[Any], Any] = lambda value: value

    def changed(self, *rows: Operation, **rules: Callable[..., Any]) -> Rules:
        """This table with rows in place of their namesakes, and with `accumulate` or `leaf` exchanged."""
        table = {**self.operations, **{row.name: row for row in rows}}
        return replace(self, operations=MappingProxyType(table), **rules)


def _relu(a: Any) -> Value:
    return a if a > 0 else _zero_like(a)


def _zero_like(a: Value) -> Value:
    return 0.0 if isinstance(a, float) else 0


def _relu_because(name: str, value: Value) -> str:
    # The convention at 0 is a choice (PyTorch makes the same): the derivative of relu at 0 is 0.
    compared = ">" if exact.sign(value) > 0 else "=" if exact.sign(value) == 0 else "<"
    effect = "passes the gradient on" if compared == ">" else "stops the gradient"
    return f"{name} = {exact.text(value)} {compared} 0, so relu {effect}"


def _power_slope(a: Any, b: Any) -> Value:
    # a**0 is 1 for every a, 0 included; there the rule below would divide by 0.
    return b * exact.power(a, b - 1) if b != 0 else 0


def _power_vjp(a: Any, b: Any, out: Any, g: Any) -> tuple[Value, ...]:
    return _power_slope(a, b) * g, out * exact.log(a) * g


def _power_by_constant_vjp(a: Any, b: Any, out: Any, g: Any) -> tuple[Value, ...]:
    return _power_slope(a, b) * g, 0


_POWER_FACTORS = ("right*left**(right - 1)", "output*log(left)")

# fmt: off
_ROWS = {
    "add":     Operation("add", "left + right", operator.add, lambda a, b, out, g: (g, g), ("", "")),
    "sub":     Operation("sub", "left - right", operator.sub, lambda a, b, out, g: (g, -g), ("", "-")),
    "mul":     Operation("mul", "left*right", operator.mul,
                         lambda a, b, out, g: (b * g, a * g), ("right", "left")),
    "div":     Operation("div", "left/right", exact.divide,
                         lambda a, b, out, g: (exact.divide(g, b), -exact.divide(a * g, b * b)),
                         ("1/right", "-left/right**2")),
    "neg":     Operation("neg", "-left", operator.neg, lambda a, b, out, g: (-g,), ("-",)),
    "pow":     Operation("pow", "left**right", exact.power, _power_vjp, _POWER_FACTORS),
    # The exponent is a number in the listing: it takes no gradient, and the base may be negative.
    "pow_constant": Operation("pow", "left**right", exact.power, _power_by_constant_vjp, _POWER_FACTORS),
    "exp":     Operation("exp", "exp(left)", exact.exp, lambda a, b, out, g: (out * g,), ("exp(left)",)),
    "log":     Operation("log", "log(left)", exact.log,
                         lambda a, b, out, g: (exact.divide(g, a),), ("1/left",)),
    "relu":    Operation("relu", "relu(left)", _relu, lambda a, b, out, g: (g if a > 0 else _zero_like(g),),
                         ("(1 if left > 0 else 0)",), _relu_because),
    "tanh":    Operation("tanh", "tanh(left)", exact.tanh,
                         lambda a, b, out, g: ((1 - out * out) * g,), ("(1 - output**2)",)),
    "sigmoid": Operation("sigmoid", "sigmoid(left)", exact.sigmoid,
                         lambda a, b, out, g: (out * (1 - out) * g,), ("output*(1 - output)",)),
}
# fmt: on

STANDARD = Rules(MappingProxyType(_ROWS))


class _Uncomputed:
    """Stands where a number was not computed; whoever calculates with it gets a TypeError."""

    def __repr__(self) -> str:
        return "(not computed)"


_UNCOMPUTED: Any = _Uncomputed()

#: The same graph without any number: for code that may know a listing's structure but never an answer.
WITHOUT_VALUES = Rules(
    MappingProxyType(
        {
            key: replace(row, value=lambda *_: _UNCOMPUTED, vjp=lambda *_: (_UNCOMPUTED, _UNCOMPUTED))
            for key, row in _ROWS.items()
        }
    ),
    accumulate=lambda *_: _UNCOMPUTED,
    leaf=lambda _: _UNCOMPUTED,
)
