"""Whoever follows a run on tensors: told of each array as it is made, and asked about sizes that are not known."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

from engine.sizes import Comparison, Facts
from engine.tensors.node import Node

__all__ = ["Watcher"]


class Watcher(Protocol):
    """A rule table may name one; the tensors that follow the table then report to it."""

    def made(self, node: Node) -> None:
        """A tensor has its value: a leaf, or the result of an operation."""

    def received(self, node: Node, gradient: Any) -> None:
        """A tensor was handed a gradient array of its own."""

    def rebuilding(self, node: Node) -> AbstractContextManager[None]:
        """A discarded value is computed again while the context is open."""

    def recomputed(self, name: str, nbytes: Any, *, array: Any = None) -> None:
        """An operation outside the graph, as NumPy's are in a rematerializer, made a result; `array` is that result."""

    def rebuilt(self, node: Node, value: Any) -> None:
        """A discarded value is there again: whoever asked for it holds it, not the tensor."""

    def assume(self, comparison: Comparison) -> Facts:
        """The run relies on an inequality; the facts that hold from here on. Raises SizeError for a contradiction."""
