"""What a response or a key says, with spaces, notation and the order of factors gone.

Equal forms are equal values. Different forms prove nothing: a formula that was rearranged with more than the laws of
order and grouping is taken for another one, so a match may be missed and is never made up.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable

from grader.reading import NumberReading, read_number

__all__ = ["written_value"]

# Longer texts are no single formula; what is nested this deeply would take Python's parser too far.
_MOST_CHARACTERS = 400
_FORMULAS = ("expression", "bytes", "growth", "shape", "vector", "matrix")
_GRADIENT = re.compile(r"(\w+)\.grad\s*=+\s*(-?[\w./*()]+)")
_SIGNS = str.maketrans({"×": "*", "·": "*", "−": "-", "^": "**", "Θ": "O", "θ": "O", "[": "(", "]": ")"})
_LEFT_SIDE = re.compile(r"^\s*\w+(?:\.\w+)?\s*==?\s*(?==?)")
_MEANINGS = re.compile(r"\s+with\s+\w+ = .*", re.DOTALL)


def written_value(kind: str, text: str) -> Hashable | None:
    """The value of a text for a field of this kind; None when it says nothing that could be compared."""
    if not text.strip():
        return None
    if kind == "number":
        found = read_number(text)
        return ("number", str(found.value)) if isinstance(found, NumberReading) else _normal(text)
    if kind == "trace":
        return ("trace", tuple(sorted(set(_GRADIENT.findall(text))))) if _GRADIENT.search(text) else None
    if kind in _FORMULAS:
        return _formula(text) or _normal(text)
    return None if kind == "text" else _normal(text)


def _normal(text: str) -> Hashable:
    return ("text", "".join(re.sub(r"[\s()\[\]{};]+", " ", text).casefold().replace(",", " ").split(" ")))


def _formula(text: str) -> Hashable | None:
    plain = _LEFT_SIDE.sub("", _MEANINGS.sub("", text)).translate(_SIGNS).strip()
    if len(plain) > _MOST_CHARACTERS:
        return None
    try:
        return ("formula", _form(ast.parse(plain, mode="eval").body))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _form(node: ast.expr) -> str:
    """The tree as text: sums and products flat and sorted, all else as it stands."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
        return f"{type(node.op).__name__}({','.join(sorted(_terms(node, type(node.op))))})"
    if isinstance(node, ast.BinOp):
        return f"{type(node.op).__name__}({_form(node.left)},{_form(node.right)})"
    if isinstance(node, ast.UnaryOp):
        return f"{type(node.op).__name__}({_form(node.operand)})"
    if isinstance(node, ast.Call):
        return f"{_form(node.func)}({','.join(map(_form, node.args))})"
    if isinstance(node, ast.Tuple):
        return f"({','.join(map(_form, node.elts))})"
    if isinstance(node, ast.Name):
        return node.id.casefold().replace("_", "")
    return ast.dump(node)


def _terms(node: ast.expr, operation: type[ast.operator]) -> list[str]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, operation):
        return [*_terms(node.left, operation), *_terms(node.right, operation)]
    return [_form(node)]
