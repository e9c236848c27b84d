"""What known mistakes make of a chain with checkpoints: for solvers, and for generators that foresee which would show.

The tables take what is right, from a run or a simulated chain, and give it by way: `right`, and one row for a mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from engine.checkpointing import Chain, Event, Ledger, Strategy, simulate
from question_templates.shared.ledgers import rebuilds, without_gradients

__all__ = ["FIGURES", "PRODUCTS", "Drawn", "Figures", "figures", "foreseen", "products", "showing", "strategy_of"]

#: For each layer the products that are done when backward asks for its activation; the last one is not needed.
Counts: TypeAlias = list[int]


class Drawn(NamedTuple):
    """A chain as it was drawn: the sizes of the input and of every activation, checkpoints, and the strategy."""

    widths: tuple[int, ...]
    checkpoints: tuple[int, ...]
    per_segment: bool

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Drawn:
        """From a family's parameters, in which one width may stand for all."""
        widths, layers = tuple(parameters["widths"]), parameters["n_layers"]
        every = widths if len(widths) > 1 else widths * (layers + 1)
        return cls(every, tuple(parameters["checkpoints"]), parameters["per_segment"])

    @property
    def layers(self) -> int:
        return len(self.widths) - 1

    def with_other_strategy(self) -> Drawn:
        """The same with as much rebuilt at a time as it does not."""
        return self._replace(per_segment=not self.per_segment)

    def with_all_kept(self) -> Drawn:
        """The same with every layer as a checkpoint."""
        return self._replace(checkpoints=tuple(range(self.layers)), per_segment=False)

    def with_one_more(self) -> Drawn:
        """The same with another layer behind the last one."""
        return self._replace(widths=(*self.widths, self.widths[-1]))


class Figures(NamedTuple):
    """What is held at the end of forward, and the most in either pass."""

    held: int
    forward: int
    backward: int


def strategy_of(per_segment: bool) -> Strategy:
    """The engine's word for how much is rebuilt at a time."""
    return "per segment" if per_segment else "per tensor"


def foreseen(drawn: Drawn) -> Ledger:
    """What a run of the chain will come to, in the unit of the widths."""
    sizes = drawn.widths[1:]
    return simulate(Chain(sizes, (1,) * len(sizes)), drawn.checkpoints, strategy=strategy_of(drawn.per_segment))


def showing(by_way: Mapping[str, Any]) -> dict[str, bool]:
    """For every mistake whether it ends differently from what is right and from the mistakes before it."""
    seen, shown = [by_way["right"]], {}
    for way, found in by_way.items():
        if way != "right":
            shown[f"{way.replace(' ', '_')}_shows"] = found not in seen
            seen.append(found)
    return shown


def figures(way: str, ledger: Ledger, drawn: Drawn, *, unit: int = 1) -> Figures:
    """The figures of a ledger, whose amounts are the widths times the unit, or those that a mistake makes of it."""
    return FIGURES[way](ledger, drawn, unit)


def products(way: str, right: Counts, drawn: Drawn) -> Counts:
    """For each layer the products done when backward asks for its activation, or what a mistake makes of them."""
    return PRODUCTS[way](right, drawn)


def _scaled(ledger: Ledger, unit: int) -> Figures:
    return Figures(*(amount * unit for amount in _figures(ledger)))


def _with_input(ledger: Ledger, drawn: Drawn, unit: int) -> Figures:
    return Figures(*(amount + drawn.widths[0] * unit for amount in _figures(ledger)))


FIGURES: Mapping[str, Callable[[Ledger, Drawn, int], Figures]] = MappingProxyType(
    {
        "right": lambda ledger, drawn, unit: _figures(ledger),
        "no gradients": lambda ledger, drawn, unit: _of_events(without_gradients(ledger)),
        "other strategy": lambda ledger, drawn, unit: _scaled(foreseen(drawn.with_other_strategy()), unit),
        "nothing discarded": lambda ledger, drawn, unit: _scaled(foreseen(drawn.with_all_kept()), unit),
        "input": _with_input,
        "one gradient": lambda ledger, drawn, unit: _one_gradient(ledger),
        "output alone": lambda ledger, drawn, unit: _figures(ledger)._replace(forward=_output_alone(drawn) * unit),
    }
)

PRODUCTS: Mapping[str, Callable[[Counts, Drawn], Counts]] = MappingProxyType(
    {
        "right": lambda right, drawn: right,
        "other strategy": lambda right, drawn: rebuilds(foreseen(drawn.with_other_strategy()), drawn.layers),
        # One more layer behind the last one would need its activation.
        "last too": lambda right, drawn: rebuilds(foreseen(drawn.with_one_more()), drawn.layers + 1),
        "from the input": lambda right, drawn: [layer + 1 if count else 0 for layer, count in enumerate(right)],
        "from the checkpoint": lambda right, drawn: [
            count + 1 if count and layer > min(drawn.checkpoints) else count for layer, count in enumerate(right)
        ],
    }
)


def _figures(ledger: Ledger) -> Figures:
    return Figures(ledger.held_after_forward, ledger.peak_forward, ledger.peak_backward)


def _of_events(events: Sequence[Event]) -> Figures:
    """The figures of some of a run's events."""
    forward = list(accumulate((event.change for event in events if event.phase == "forward"), initial=0))
    backward = list(accumulate((event.change for event in events if event.phase == "backward"), initial=forward[-1]))
    return Figures(forward[-1], max(forward), max(backward))


def _one_gradient(ledger: Ledger) -> Figures:
    """As if a gradient took the place of the one that it is made from."""
    swapped = list(ledger.events)
    for place, (event, following) in enumerate(pairwise(ledger.events)):
        if event.name.startswith("gradient ") and event.kind == "allocate" and following.kind == "free":
            swapped[place], swapped[place + 1] = following, event
    return _of_events(swapped)


def _output_alone(drawn: Drawn) -> int:
    """The most in forward as if a layer's input were gone before its output is there."""
    sizes = drawn.widths[1:]
    kept = [sum(sizes[mark] for mark in drawn.checkpoints if mark < layer) for layer in range(drawn.layers)]
    return max(held + size for held, size in zip(kept, sizes, strict=True))
