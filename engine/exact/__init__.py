"""Exact numbers: rationals, powers of e, logarithms and square roots, with floats marked by their type."""

from __future__ import annotations

from engine.errors import DomainError
from engine.exact.functions import (
    add,
    divide,
    exp,
    is_exact,
    log,
    multiply,
    power,
    sigmoid,
    sign,
    sqrt,
    subtract,
    tanh,
)
from engine.exact.notation import literal, tex, text
from engine.exact.quotient import Exact, Value, approximate

__all__ = [
    "DomainError",
    "Exact",
    "Value",
    "add",
    "approximate",
    "divide",
    "exp",
    "is_exact",
    "literal",
    "log",
    "multiply",
    "power",
    "sigmoid",
    "sign",
    "sqrt",
    "subtract",
    "tanh",
    "tex",
    "text",
]
