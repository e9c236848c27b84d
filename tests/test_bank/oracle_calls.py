"""Runs a printed listing the way its question tells, as a student would who types the call from the question's text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from random import Random
from types import CodeType
from typing import Any

from question_templates.drawing import Issue
from tests.test_bank.oracle_arrays import LISTING, Bench
from tests.test_bank.oracle_draws import at

_BYTES = {"float16": 2, "float32": 4, "float64": 8}


@cache
def compiled(listing: str) -> CodeType:
    return compile(listing, LISTING, "exec")


@dataclass(frozen=True)
class Told:
    """What a question tells about a run: its listing, and the text behind it."""

    listing: str
    text: str

    @property
    def sizes(self) -> list[str]:
        """The sizes that the question defines in its list."""
        return re.findall(r"- `(\w+)` is the ", self.text)

    @property
    def shapes(self) -> dict[str, str]:
        """The shape that the question states for each array, as it writes it."""
        shapes: dict[str, str] = {}
        waiting: list[str] = []
        for word in re.findall(r"`([^`]*)`", self.text):
            if word.startswith("("):
                shapes.update(dict.fromkeys(waiting, word))
                waiting = []
            elif word.isidentifier():
                waiting.append(word)
        return shapes

    @property
    def call(self) -> tuple[str, list[str]]:
        """The call that the question describes, and which of its arguments are arrays."""
        if "class Decoder" in self.listing:
            (made,) = re.findall(r"`(Decoder\(.*?\))`", self.text)
            return f"keep({made}).step(x)", ["x"]
        if "class Block" in self.listing:
            ((call, arrays),) = re.findall(r"`(Block\(.*?\)\((.*?)\))`", self.text)
            return call, arrays.split(", ")
        *_, (last, written) = re.findall(r"^def (\w+)\((.*)\):", self.listing, flags=re.MULTILINE)
        return f"{last}({written})", [name for name in written.split(", ") if name not in self.sizes]

    @property
    def dtype(self) -> str:
        stated = re.search(r"All arrays are (\w+): an entry takes (\d+) bytes", self.text)
        assert not stated or int(stated[2]) == _BYTES[stated[1]]
        return stated[1] if stated else "float64"


def told_by(made: Issue) -> Told:
    """The listing and what follows it; a list of sizes among it."""
    return Told(made.variant.listing, " ".join(made.question.body.rsplit("```", 1)[1].split()))


def run(told: Told, sizes: dict[str, int]) -> Bench:
    """The listing as the question says that it is run, at some sizes."""
    return _run(told, tuple(sizes.items()))


@lru_cache(maxsize=4000)
def _run(told: Told, sizes: tuple[tuple[str, int], ...]) -> Bench:
    bench = Bench()
    call, names = told.call
    shapes: dict[str, Any] = dict(sizes)
    exec("\n".join(f"{name} = {told.shapes.get(name) or told.shapes['W']}" for name in names), shapes)
    arrays = {name: bench.array(shapes[name], told.dtype) for name in names}
    kept: dict[str, Any] = {}
    bench.run(compiled(told.listing), call, {**dict(sizes), **arrays, "keep": lambda it: kept.setdefault("it", it)})
    bench.names.update(kept)
    return bench


def agrees(told: Told, expected: Any, measure: Callable[[Bench], Any]) -> bool:
    """Whether a formula, or each axis of a shape, gives what runs at several sizes measure."""
    random = Random(told.listing)
    drawn = [{name: random.randint(1, 7) for name in told.sizes} for _ in range(3)]
    return all(at(expected, sizes) == measure(run(told, sizes)) for sizes in drawn)
