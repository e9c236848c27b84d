"""What a field is called over all papers: papers are drawn one by one, and name it for what they drew.

One paper asks for `x.grad` (field `x_grad`), the next one for `w.grad`. Where papers of one family differ like that,
these fields count as one, `*_grad`. Fields that merely end alike, as `held_kib` and `forward_kib` do, are others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TypeAlias

from question_templates.paper import Paper
from question_templates.question import Field

__all__ = ["Renamed", "SharedNames", "shared_name"]

#: By slot and family: field name -> shared name; fields that keep their own name are left out.
Renamed: TypeAlias = Mapping[tuple[str, str], Mapping[str, str]]


class SharedNames:
    """Collected over papers, added one by one; what is kept does not grow with the class."""

    def __init__(self) -> None:
        self._asked: dict[tuple[str, str], dict[str, set[frozenset[str]]]] = defaultdict(lambda: defaultdict(set))

    def add(self, paper: Paper) -> None:
        for item in paper.items:
            own: dict[str, set[str]] = defaultdict(set)
            for field in item.question.fields:
                if shared := shared_name(field):
                    own[shared].add(field.name)
            for shared, names in own.items():
                self._asked[item.slot, item.variant.family][shared].add(frozenset(names))

    def renamed(self) -> Renamed:
        """The fields that have a shared name, when all papers are added."""
        return {place: _differing(asked) for place, asked in self._asked.items()}


def _differing(asked: Mapping[str, set[frozenset[str]]]) -> Mapping[str, str]:
    return {name: shared for shared, found in asked.items() if len(found) > 1 for name in frozenset().union(*found)}


def shared_name(field: Field) -> str:
    """What a field is called together with those of other papers, `*_grad`; empty where it is named for nothing."""
    quantity = _quantity(field)
    return f"*{field.name[len(quantity) :]}" if quantity else ""


def _quantity(field: Field) -> str:
    """What a field is named for: `x` where `x_grad` asks `x.grad`, or `x_work` asks `solver.work(x)`; else ""."""
    subject, dot, _ = field.asks.partition(".")
    argument = field.asks[field.asks.find("(") + 1 : -1] if field.asks.endswith(")") else ""
    asked = (subject if dot else "", argument)
    return next((name for name in asked if name and field.name.startswith(f"{name}_")), "")
