"""Whether two graphs of operations are the same up to the names of their nodes, shared nodes and double edges included.

Every node gets a key from its operation and its operands' keys, from the leaves upward. Where no two nodes of a graph
have the same key, equal keys decide: that is nearly always so and takes one pass. Where a listing computes the same
thing twice, it also matters who uses which of the two. Then nodes are told apart by their users, again and again, and
what still looks alike is matched by trying.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

__all__ = ["Drawn", "Keys", "TooAlike", "same_uses"]

#: Label -> (operation, labels of the operands); a leaf has no operands and its operation says which leaf it is.
Drawn: TypeAlias = Mapping[str, tuple[str, tuple[str, ...]]]

# Signatures of single nodes, about a tenth of a second; forty nodes of which many are alike take some thousands.
_MOST_WORK: Final = 30_000


class TooAlike(Exception):
    """The graphs have so many nodes that look alike that comparing them takes too long."""


@dataclass
class Keys:
    """One number for each way to compute something; two graphs that are compared share these numbers.

    Operands of a `free` operation may stand in any order.
    """

    free: Collection[str] = ()
    numbers: dict[Hashable, int] = field(default_factory=dict)

    def number(self, what: Hashable) -> int:
        return self.numbers.setdefault(what, len(self.numbers))

    def of_node(self, operation: str, operands: tuple[int, ...]) -> int:
        ordered = tuple(sorted(operands)) if operation in self.free else operands
        return self.number((operation, ordered))

    def of(self, graph: Drawn) -> dict[str, int] | None:
        """The key of every node, operands before their users; None where the graph has a cycle."""
        users: dict[str, list[str]] = {label: [] for label in graph}
        open_operands = {}
        for label, (_, operands) in graph.items():
            open_operands[label] = len(set(operands))
            for operand in set(operands):
                users[operand].append(label)
        ready = [label for label, count in open_operands.items() if not count]
        keys: dict[str, int] = {}
        for label in ready:
            operation, operands = graph[label]
            keys[label] = self.of_node(operation, tuple(keys[operand] for operand in operands))
            for user in users[label]:
                open_operands[user] -= 1
                if not open_operands[user]:
                    ready.append(user)
        return keys if len(keys) == len(graph) else None


def same_uses(left: Drawn, right: Drawn, keys: Keys) -> bool:
    """Whether two graphs without cycles are the same up to names. Raises TooAlike where that takes too long."""
    colours = keys.of(left), keys.of(right)
    if colours[0] is None or colours[1] is None or Counter(colours[0].values()) != Counter(colours[1].values()):
        return False
    if len(set(colours[0].values())) == len(left):
        return True
    return _Matching(left, right, keys).match(colours[0], colours[1])


class _Matching:
    """Tells nodes that look alike apart by their users; counts its work."""

    def __init__(self, left: Drawn, right: Drawn, keys: Keys) -> None:
        self.graphs = left, right
        self.free = keys.free
        self.users = _users(left), _users(right)
        self.work = 0

    def match(self, left: dict[str, int], right: dict[str, int]) -> bool:
        """Whether some pairing of nodes of equal colour respects every edge."""
        refined = self._refined(left, right)
        if refined is None:
            return False
        left, right = refined
        classes = Counter(left.values())
        several = [colour for colour, count in classes.items() if count > 1]
        if not several:
            return True
        chosen = min(several, key=lambda colour: (classes[colour], colour))
        fresh = len(classes)
        one = next(label for label, colour in left.items() if colour == chosen)
        others = [label for label, colour in right.items() if colour == chosen]
        return any(self.match({**left, one: fresh}, {**right, other: fresh}) for other in others)

    def _refined(self, left: dict[str, int], right: dict[str, int]) -> tuple[dict[str, int], dict[str, int]] | None:
        """The colours once no further ones can be told apart; None when the graphs turn out to differ."""
        count = 0
        while True:
            numbers: dict[Hashable, int] = {}
            left, right = self._recoloured(0, left, numbers), self._recoloured(1, right, numbers)
            if Counter(left.values()) != Counter(right.values()):
                return None
            if len(numbers) == count:
                return left, right
            count = len(numbers)

    def _recoloured(self, side: int, colours: dict[str, int], numbers: dict[Hashable, int]) -> dict[str, int]:
        """A number for each old colour with those of the operands and of the users."""
        self.work += len(colours)
        if self.work > _MOST_WORK:
            raise TooAlike
        found = {}
        for label, (operation, operands) in self.graphs[side].items():
            below = [colours[operand] for operand in operands]
            above = sorted(colours[user] for user in self.users[side][label])
            ordered = tuple(sorted(below) if operation in self.free else below)
            found[label] = numbers.setdefault((colours[label], ordered, tuple(above)), len(numbers))
        return found


def _users(graph: Drawn) -> dict[str, list[str]]:
    """Who uses each node; twice who uses it as both operands. Which operand it is stands with the user."""
    users: dict[str, list[str]] = {label: [] for label in graph}
    for label, (_, operands) in graph.items():
        for operand in operands:
            users[operand].append(label)
    return users
