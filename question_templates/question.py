"""A question as data: Markdown, a listing, figures as graphs, and fields to fill in; never an answer.

A format (HTML, PDF, notebook) draws a question; this file knows none of them. In `body` a figure stands where
CommonMark's image `![caption](figure:name)` names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from engine.graph import Graph

__all__ = ["KINDS", "LETTERS", "Field", "Figure", "Question"]

#: Answer kinds that a field may ask for.
KINDS = (
    "number",
    "vector",
    "matrix",
    "shape",
    "expression",
    "bytes",
    "growth",
    "order",
    "graph",
    "trace",
    "schedule",
    "choice",
    "code",
    "text",
)

#: What the options of a choice are called, in the order in which they are printed.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Field:
    """One thing to write down.

    `asks` says what of the listing's run is wanted: `x.grad`, `P.bytes`, `backward`, `solver.radius`; it is empty where
    the key is stated. `weight` is the field's share of the question's points, relative to the other fields.
    `builds_on` names earlier fields of the same question from which a slip may be carried onward. `options` are those
    of a choice by letter; `unit` is what a number without a unit means.

    `shuffled` is empty, or has for every printed option its position, from 0, in the family's own order, so that a key
    knows an option by what it is and not by its letter. `fixed_last` options at the end are never shuffled; it is
    heeded while a paper is made and not kept with it.
    """

    name: str
    kind: str
    asks: str
    prompt: str
    weight: Fraction
    builds_on: tuple[str, ...] = ()
    example: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    several: bool = False
    unit: str = ""
    rel_tol: Fraction = Fraction(0)
    any_valid: bool = False
    shuffled: tuple[int, ...] = ()
    fixed_last: int = field(default=0, compare=False)

    def letters_of(self, positions: Iterable[int]) -> tuple[str, ...]:
        """The letters, in printed order, of options that are known by their positions in the family's own order."""
        wanted = set(positions)
        own = self.shuffled or range(len(self.options))
        return tuple(letter for letter, position in zip(self.options, own, strict=True) if position in wanted)

    def to_json(self) -> dict[str, Any]:
        stored = {
            "name": self.name,
            "kind": self.kind,
            "asks": self.asks,
            "prompt": self.prompt,
            "weight": str(self.weight),
            "builds_on": list(self.builds_on),
            "example": self.example,
            "options": [[letter, text] for letter, text in self.options.items()],
            "several": self.several,
            "unit": self.unit,
            "rel_tol": str(self.rel_tol),
            "any_valid": self.any_valid,
        }
        return {**stored, "shuffled": list(self.shuffled)} if self.shuffled else stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Field:
        return cls(
            name=stored["name"],
            kind=stored["kind"],
            asks=stored["asks"],
            prompt=stored["prompt"],
            weight=Fraction(stored["weight"]),
            builds_on=tuple(stored["builds_on"]),
            example=stored["example"],
            options=dict(stored.get("options", ())),
            several=stored.get("several", False),
            unit=stored.get("unit", ""),
            rel_tol=Fraction(stored.get("rel_tol", 0)),
            any_valid=stored.get("any_valid", False),
            shuffled=tuple(stored.get("shuffled", ())),
        )


@dataclass(frozen=True)
class Figure:
    """A computational graph to be drawn; `name` is what the body's image refers to."""

    name: str
    graph: Graph

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "graph": self.graph.to_json()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Figure:
        return cls(stored["name"], Graph.from_json(stored["graph"]))


@dataclass(frozen=True)
class Question:
    """What a student sees of one item.

    `names` are the names that the listing prints for nodes, aliases included, in order of appearance; nodes
    that the student has to find are not among them.
    """

    title: str
    body: str
    listing: str
    names: tuple[str, ...]
    figures: tuple[Figure, ...]
    fields: tuple[Field, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of every field, in order."""
        return tuple(asked.kind for asked in self.fields)

    def field(self, name: str) -> Field:
        """The field of that name; raises KeyError when there is none."""
        for asked in self.fields:
            if asked.name == name:
                return asked
        raise KeyError(name)

    def to_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "body": self.body,
            "listing": self.listing,
            "names": list(self.names),
            "figures": [figure.to_json() for figure in self.figures],
            "fields": [asked.to_json() for asked in self.fields],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Question:
        return cls(
            title=stored["title"],
            body=stored["body"],
            listing=stored["listing"],
            names=tuple(stored["names"]),
            figures=tuple(Figure.from_json(figure) for figure in stored["figures"]),
            fields=tuple(Field.from_json(asked) for asked in stored["fields"]),
        )
