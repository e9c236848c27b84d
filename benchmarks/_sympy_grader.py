"""A grader in fifty lines of SymPy, as a competent programmer would write it: what ours is measured against."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["is_right"]

_DENIED = re.compile(r"__|lambda|import|['\"\\]|[A-Za-z]\.[A-Za-z]")
_SPELLED = str.maketrans({"×": "*", "·": "*", "−": "-", "–": "-", "²": "**2", "³": "**3", "⌊": "floor(", "⌋": ")"})
_UNIT = re.compile(r"\(?\b(?:bytes?|octets?|B)\b\)?\.?\s*$")
_SCALED = {"KiB": 1024, "MiB": 1024**2, "GiB": 1024**3, "KB": 1000, "MB": 1000**2, "GB": 1000**3}
_LONGEST = 5_000


def is_right(kind: str, response: str, expected: str, where: Mapping[str, str], variables: Sequence[str]) -> bool:
    """Whether SymPy finds the response equal to the expected value; anything it can't read is not right."""
    try:
        return _compare(kind, response, expected, where, variables)
    except Exception:  # noqa: BLE001 - whatever SymPy raises, the answer is not accepted
        return False


def _compare(kind: str, response: str, expected: str, where: Mapping[str, str], variables: Sequence[str]) -> bool:
    import sympy

    if len(response) > _LONGEST or _DENIED.search(response):
        return False
    names = {name: sympy.Symbol(name, positive=True, integer=True) for name in variables if name.isidentifier()}
    text, definitions = _with_definitions(response.translate(_SPELLED))
    given = {name: _parsed(formula, names) for name, formula in where.items()}
    own = {**given, **{name: _parsed(formula, names) for name, formula in definitions.items()}}
    answer = _parsed(_body(kind, text), {**names, **{name: sympy.Symbol(name) for name in own}})
    key = _parsed(expected, {**names, **{name: sympy.Symbol(name) for name in given}})
    for _ in range(4):
        answer, key = _put(answer, own), _put(key, given)
    if kind == "shape":
        return len(answer) == len(key) and all(_equal(a, b) for a, b in zip(answer, key, strict=True))
    return _same_growth(answer, key, list(names.values())) if kind == "growth" else _equal(answer, key)


def _with_definitions(text: str) -> tuple[str, dict[str, str]]:
    body, *rest = re.split(r"\bwhere\b|\bwith\b|\n", text, maxsplit=1)
    found = re.findall(r"(\w+)\s*=\s*([^,;\n=]+?)(?:,|;|\n|\band\b|$)", rest[0]) if rest else []
    return body, dict(found)


def _body(kind: str, text: str) -> str:
    text = text.rsplit("=", 1)[-1].strip().rstrip(".")
    if kind == "growth":
        match = re.fullmatch(r"(?:O|Theta|Θ)\((.*)\)", text)
        return match[1] if match else text
    for unit, scale in _SCALED.items():
        if kind == "bytes" and text.endswith(unit):
            return f"({text.removesuffix(unit)})*{scale}"
    return _UNIT.sub("", text)


def _parsed(text: str, names: Mapping[str, Any]) -> Any:
    from sympy.parsing.sympy_parser import (
        convert_xor,
        implicit_multiplication,
        parse_expr,
        standard_transformations,
    )

    return parse_expr(
        text, local_dict=dict(names), transformations=(*standard_transformations, convert_xor, implicit_multiplication)
    )


def _put(tree: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(tree, tuple):
        return tuple(_put(part, values) for part in tree)
    return tree.subs(dict(values))


def _equal(left: Any, right: Any) -> bool:
    import sympy

    difference = left - right
    found = difference.equals(0)
    return bool(found) if found is not None else sympy.simplify(difference) == 0


def _same_growth(left: Any, right: Any, variables: Sequence[Any]) -> bool:
    import sympy

    ratio = sympy.simplify(left / right)
    for variable in variables:
        ratio = sympy.limit(ratio, variable, sympy.oo)
    return bool(ratio.is_finite and ratio != 0)
