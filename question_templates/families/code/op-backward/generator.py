"""Draws the operation whose backward rule is to be written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

#: Operation -> its forward line, and the local derivatives for `a` and, where there are two operands, for `b`.
_RULES = {
    "add": ("a + b", "1.0", "1.0"),
    "sub": ("a - b", "1.0", "-1.0"),
    "mul": ("a * b", "b.<value>", "a.<value>"),
    "div": ("a / b", "1 / b.<value>", "-a.<value> / b.<value>**2"),
    "relu": ("ag.relu(a)", "(a.<value> > 0)", ""),
    "exp": ("ag.exp(a)", "output.<value>", ""),
    "sigmoid": ("ag.sigmoid(a)", "output.<value> * (1 - output.<value>)", ""),
    "tanh": ("ag.tanh(a)", "(1 - output.<value>**2)", ""),
}
_OFFERED = {1: ("add", "mul", "mul"), 2: ("sub", "relu", "relu"), 3: ("div", "div", "exp", "sigmoid", "tanh")}


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The operation, with all that is said about it."""
    operation = dice.choice(_OFFERED[level])
    use, left, right = (text.replace("<value>", "value") for text in _RULES[operation])
    return {
        **drawn["words"],
        "operation": operation,
        "function": f"{operation}{drawn['words']['ending']}",
        "use": use,
        "of_a": left,
        "of_b": right,
        "is_binary": bool(right),
        "is_unary": not right,
        "has_two_factors": operation in ("mul", "div"),
        "has_sign": operation in ("sub", "div"),
        "is_relu": operation == "relu",
        "needs_factor": operation not in ("add", "sub"),
    }
