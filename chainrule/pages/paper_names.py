"""Which names of a listing mean the same node, as far as anybody can see who reads it: `z1 = x`, `label="z1:..."`."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence

__all__ = ["nodes_printed"]


def nodes_printed(listing: str, names: Sequence[str]) -> list[list[str]]:
    """The `names`, those of one node together, every node once, sorted by first name with z2 before z10.

    The order is that of the alphabet, because the listing's own would give a topological order away. Only plain
    renaming at the outermost level is followed, and only of names that are bound once: the running program, which
    knows more, stays out of what a student gets.
    """
    groups = {name: [name] for name in names}
    for left, right in _same(listing, groups):
        if groups[left] is not groups[right]:
            joined = sorted(groups[left] + groups[right], key=names.index)
            groups.update(dict.fromkeys(joined, joined))
    return sorted((group for name, group in groups.items() if group[0] == name), key=_alphabetical)


def _alphabetical(group: Sequence[str]) -> list[tuple[bool, int, str]]:
    pieces = re.findall(r"\d+|\D+", group[0].lower())
    return [(not piece.isdecimal(), int(piece) if piece.isdecimal() else 0, piece) for piece in pieces]


def _same(listing: str, known: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    try:
        program = ast.parse(listing)
    except SyntaxError:
        return
    bound = Counter(part.id for part in ast.walk(program) if isinstance(part, ast.Name) and _is_bound(part))
    for line in program.body:
        match line:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in known and bound[name] == 1:
                other = _other_name(value)
                if other in known and bound[other] <= 1:
                    yield name, other


def _is_bound(part: ast.Name) -> bool:
    return isinstance(part.ctx, ast.Store)


def _other_name(value: ast.expr) -> str:
    """The name that a value goes by already: `x` itself, or that in front of the colon of a label."""
    match value:
        case ast.Name(id=name):
            return name
        case ast.Call(keywords=keywords):
            labels = [word.value for word in keywords if word.arg == "label"]
            text = next((label.value for label in labels if isinstance(label, ast.Constant)), "")
            return str(text).partition(":")[0].strip()
    return ""
