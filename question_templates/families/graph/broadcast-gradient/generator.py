"""Draws a small array program in which one operand is repeated along axes, and numbers for it where they are few."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

_MEANS = {
    "N": "number of samples",
    "n": "number of samples",
    "T": "number of time steps",
    "d": "number of features",
    "k": "number of outputs",
    "m": "number of columns",
    "C": "number of channels",
    "H": "height",
    "W": "width",
    "r": "rank",
    "Q": "number of queries",
    "K": "number of keys",
}

# One row a program: operands with their axes (1 is an axis of length 1), the statements, the axes of Y, and who may be
# asked for: a `-` says that an axis of the sum disappears, a `+` that one stays with length 1. They are written out so
# that each can be read, and few so that each is followed on open sizes only once.
_SCENES: Mapping[int, tuple[tuple[str, str, str, str], ...]] = {
    1: (
        ("X: N d, b: d", "Y = X + b", "N d", "b-"),
        ("X: n d, b: 1 d", "Y = X - b", "n d", "b+"),
        ("X: N d, s: N 1", "Y = s*X", "N d", "s+"),
        ("X: n m, a: n 1", "Y = a + X", "n m", "a+"),
        ("X: N d, g: d", "Y = X*g", "N d", "g-"),
        ("X: n m, c: 1 m", "Y = X*c", "n m", "c+"),
        ("X: n d, c: d", "Y = c - X", "n d", "c-"),
        ("X: N T d, b: d", "Y = X + b", "N T d", "b-"),
        ("X: N T d, p: T d", "Y = X + p", "N T d", "p-"),
        ("X: N C H W, b: C 1 1", "Y = X + b", "N C H W", "b-+"),
    ),
    2: (
        ("X: N d, g: d, b: 1 d", "H = X*g; Y = H + b", "N d", "g- b+"),
        ("X: N d, s: N 1, c: d", "H = X - c; Y = H*s", "N d", "s+ c-"),
        ("u: n 1, v: m", "Y = u*v", "n m", "u+ v-"),
        ("X: N T d, W: d k, b: k", "Y = X @ W + b", "N T k", "b-"),
        ("X: N T d, a: T 1, b: N 1 1", "H = X*a; Y = H + b", "N T d", "a-+ b+"),
        ("X: N C H W, g: C 1 1, b: 1 C 1 1", "Z = X*g; Y = Z + b", "N C H W", "g-+ b+"),
        ("X: N H W C, g: C, f: H W 1", "Z = X*g; Y = Z + f", "N H W C", "g- f-+"),
        ("X: N C H W, f: H W, s: N 1 1 1", "Z = X + f; Y = Z*s", "N C H W", "f- s+"),
    ),
    3: (
        ("X: N d", "m = ag.mean(X, axis=1, keepdims=True); Y = X - m", "N d", "m+"),
        ("X: N d", "m = ag.mean(X, axis=0); Y = X - m", "N d", "m-"),
        ("u: n 1, v: m", "t = v*v; Y = u - t", "n m", "t- u+"),
        ("A: N Q K", "E = ag.exp(A); Z = ag.sum(E, axis=2, keepdims=True); Y = E/Z", "N Q K", "Z+"),
        ("X: N C H W", "a = ag.mean(X, axis=(2, 3), keepdims=True); s = ag.sigmoid(a); Y = X*s", "N C H W", "s+"),
        ("X: N C H W, v: C", "s = v.reshape(-1, 1, 1); Y = X*s", "N C H W", "s-+"),
        ("X: N T d, P: T r, q: r 1", "t = P @ q; Y = X + t", "N T d", "t-+"),
        ("X: N T d, E: d T", "p = ag.moveaxis(E, 0, 1); Y = X + p", "N T d", "p-"),
        ("u: N 1 d, w: T 1", "t = ag.tanh(w); Y = u*t", "N T d", "t-+ u+"),
    ),
}


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Operands as [name, axes], sizes and what they mean, statements, the operand asked for, and small numbers."""
    told, program, result, may_be_asked = dice.choice(_SCENES[level])
    operands = [[part.split(":")[0].strip(), part.split(":")[1].split()] for part in told.split(",")]
    statements, result_axes = program.split("; "), result.split()
    chosen = dice.choice(may_be_asked.split())
    asked = chosen.rstrip("-+")
    names = list(dict.fromkeys(axis for _, axes in operands for axis in axes if axis != "1"))
    is_small = len(names) == 2
    use = next(line for line in statements if asked in _words(line.partition(" = ")[2]))
    return {
        "operands": operands,
        "names": names,
        "means": [_MEANS[name] for name in names],
        "statements": statements,
        "result_axes": result_axes,
        "asked": asked,
        "use": use,
        "use_as_sum": use.replace("*", " + "),
        "target": use.partition(" = ")[0],
        "drops": "-" in chosen,
        "keeps": "+" in chosen,
        "ask_result": level > 1 and all(axes != result_axes for _, axes in operands),
        "numbers": _numbers(dice, operands, result_axes) if is_small else [],
        "ask_values": is_small,
        "ask_terms": not is_small,
        "is_product": is_small and "*" in use,
        "is_subtracted": is_small and use.endswith(f"- {asked}"),
        "axis_options": [f"axis {axis}" for axis in range(len(result_axes))],
    }


def _words(expression: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in expression).split()


def _numbers(dice: Dice, operands: list[Any], result_axes: list[str]) -> list[Any]:
    """[name, nested list] of every operand and of G, at 2 by 3 or 3 by 2; `lengths` come first."""
    lengths = dict(zip(result_axes, dice.shuffled([2, 3]), strict=True))
    arrays = [[name, _array(dice, [lengths.get(axis, 1) for axis in axes])] for name, axes in operands]
    arrays.append(["G", _array(dice, [lengths[axis] for axis in result_axes])])
    return [[[name, length] for name, length in lengths.items()], arrays]


def _array(dice: Dice, lengths: list[int]) -> Any:
    if not lengths:
        return dice.choice([-3, -2, -1, 1, 2, 3, 4, 5])
    return [_array(dice, lengths[1:]) for _ in range(lengths[0])]
