"""What the statements of a typed graph say, gathered piece by piece: operations, operands, edges and leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from grader.reading.graph_words import GraphToken
from grader.reading.unreadable import refusal

__all__ = ["Draft", "Edge", "number_name", "one_spelling"]

_ADVICE: Final = "please write one node a line, as in z3 = mul(z1, z2)"


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge as written; `side` is 0 for a left operand, 1 for a right one, None where nothing was said."""

    source: str
    target: str
    side: int | None


@dataclass
class Draft:
    """Grows statement by statement; a second statement about a node may repeat the first one, not contradict it."""

    operations: dict[str, str] = field(default_factory=dict)
    operands: dict[str, tuple[str, ...]] = field(default_factory=dict)
    leaves: dict[str, str] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def mention(self, name: str, start: int) -> None:
        """Note where a name first stands; the order of first mentions is the order of the reading."""
        self.places.setdefault(name, start)

    def declare(self, name: str, operation: str, start: int) -> None:
        """`name` is made by `operation`."""
        self.mention(name, start)
        earlier = self.operations.setdefault(name, operation)
        if earlier != operation or name in self.leaves:
            former = earlier if earlier != operation else "leaf"
            raise refusal(start, f"We read {name} as {former} and as {operation}; {_ADVICE}.")

    def define(self, name: str, operation: str, operands: Sequence[str], start: int) -> None:
        """`name` is made by `operation` from these operands, left operand first."""
        self.declare(name, operation, start)
        earlier = self.operands.setdefault(name, tuple(operands))
        if earlier != tuple(operands):
            was, now = ", ".join(earlier), ", ".join(operands)
            raise refusal(start, f"We read {name} as {operation}({was}) and as {operation}({now}); {_ADVICE}.")

    def declare_leaf(self, name: str, leaf: str, start: int) -> None:
        """`name` is the leaf that holds `leaf`."""
        self.mention(name, start)
        if self.leaves.setdefault(name, leaf) != leaf or name in self.operations:
            former = self.operations.get(name) or f"leaf({self.leaves[name]})"
            raise refusal(start, f"We read {name} as {former} and as leaf({leaf}); {_ADVICE}.")

    def connect(self, sources: Iterable[str], target: str, *, side: int | None, count: int) -> None:
        """`count` edges from each source to the target."""
        self.edges.extend(Edge(source, target, side) for source in sources for _ in range(count))


def one_spelling(tokens: Sequence[GraphToken], leaves: Mapping[str, str]) -> dict[str, str]:
    """Every name as written -> the name it stands for: capitals and underscores don't matter.

    They do where two names that differ only so both name a node: a leaf `w` and a node `W`.
    """
    groups: dict[str, list[str]] = {}
    for name in [*leaves, *(token.text for token in tokens if token.kind == "name")]:
        group = groups.setdefault(name.casefold().replace("_", ""), [])
        if name not in group:
            group.append(name)
    heads = {*leaves, *_named_on_the_left(tokens)}
    spelling = {}
    for group in groups.values():
        own = [name for name in group if name in heads]
        spelling.update({name: name if len(own) > 1 else (own or group)[0] for name in group})
    return spelling


def _named_on_the_left(tokens: Sequence[GraphToken]) -> set[str]:
    """Names that a statement is about: before an equals sign or colon, or behind an arrow."""
    found = set()
    for index, token in enumerate(tokens):
        after = tokens[index + 1].kind if index + 1 < len(tokens) else ""
        before = tokens[index - 1].kind if index else ""
        if token.kind == "name" and (after in ("is", "back") or before == "arrow"):
            found.add(token.text)
    return found


def number_name(text: str) -> str:
    """A number in one spelling, so that 2 and 2.0 are one constant; any other name as it is."""
    if not text.lstrip("-")[:1].isdecimal() or len(text) > 40:
        return text
    try:
        return str(Fraction(text))
    except (ValueError, ZeroDivisionError):
        return text
