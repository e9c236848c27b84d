"""How the Scalars of a listing get their labels: by the first name they are assigned to, else n1, n2, ..., c1, ..."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import EngineError, ListingError
from engine.graph import Graph
from engine.scalar import Scalar, backward_output, label_node, pin, settle
from engine.snapshot import Snapshot, all_labelled, take_snapshot

__all__ = ["ScalarNames"]


@dataclass
class ScalarNames:
    """The Scalars that the hook has seen so far; lives for one run."""

    pins: Mapping[Any, Any]
    names: dict[str, str] = field(default_factory=dict)
    bound: list[Scalar] = field(default_factory=list)
    labelled: dict[str, Scalar] = field(default_factory=dict)
    unnamed: int = 0

    def bind(self, name: str, nth: int, value: Scalar) -> str:
        """A name was assigned: label the node if it has no label, pin it if asked, remember the name; its label."""
        label = value.label
        if not label:
            label = self._label_for(name, nth)
            label_node(value, label, leaf_name=name)
        self._register(label, value)
        self.names.setdefault(label, label)
        self.names[name] = label
        self.bound.append(value)
        if self.pins:
            self._pin(value, name, label)
        return label

    def inner(self, value: Scalar) -> None:
        """An inner result: a node that no assignment names gets the next n-label."""
        if not value.label:
            self.unnamed += 1
            label = self._free(f"n{self.unnamed}")
            self._label(value, label)
            if self.pins:
                self._pin(value, label)

    def _label_for(self, name: str, nth: int) -> str:
        """A first binding lends its name; a name bound again is numbered, so that labels stay unique."""
        if nth > 1:
            return self._free(f"{name}_{nth}")
        if name in self.labelled:
            known = self.labelled[name]
            raise EngineError(f"two nodes would be called {name}: {known!r} has that label already.")
        return name

    def _free(self, label: str) -> str:
        while label in self.labelled:
            label += "_"
        return label

    def _label(self, value: Scalar, label: str) -> None:
        label_node(value, label)
        self._register(label, value)

    def _register(self, label: str, value: Scalar) -> None:
        known = self.labelled.setdefault(label, value)
        if known is not value and settle(known) != settle(value):
            raise EngineError(f"two nodes are called {label}: {known!r} and {value!r}.")

    def _pin(self, value: Scalar, *names: str) -> None:
        for name in names:
            if name in self.pins:
                pin(value, self.pins[name])

    def snapshot(self) -> Snapshot:
        """The graph of the listing's `backward()`, or of its last node, with every node labelled."""
        output = self.output
        if output is None:
            raise ListingError("line 1: no Scalar is assigned to a name, so there is no graph to show.")
        if not all_labelled(output):
            self._name_the_rest(output.postorder())
        return take_snapshot(output)

    @property
    def output(self) -> Scalar | None:
        """The node whose `backward()` was called, else the last one assigned; None where there are no Scalars."""
        if not self.bound:
            return None
        outputs = (backward_output(node) for node in reversed(self.bound))
        return next((output for output in outputs if output is not None), self.bound[-1])

    def names_of(self, graph: Graph) -> dict[str, str]:
        """Every name that the listing gives to a node of this graph, with the node's label."""
        labels = set(graph.labels)
        return {name: label for name, label in self.names.items() if label in labels}

    def _name_the_rest(self, nodes: list[Scalar]) -> None:
        """Label what never passed the hook: numbers in an expression are called c1, c2, ..."""
        unlabelled = [node for node in nodes if not node.label]
        for number, node in enumerate((node for node in unlabelled if not node.inputs), start=1):
            self._label(node, self._free(f"c{number}"))
        for node in unlabelled:
            self.inner(node)
