"""Reading the ledger of a chain's run layer by layer: what is held meanwhile, and what is computed again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.checkpointing import Event, Ledger

__all__ = ["Moment", "moments", "rebuilds", "without_gradients"]

_GRADIENT = "gradient "  # of x 3, as a run says, or 2, as a simulated chain does


@dataclass(frozen=True)
class Moment:
    """What one layer's forward or backward step did to the memory.

    `products` are the matrix products done again for it, `most` the most bytes held meanwhile, `after` those held
    behind it. The loss's own step backward, which makes the last activation's gradient, has the layer `layers`.
    """

    phase: str
    layer: int
    products: int
    most: int
    after: int


def moments(ledger: Ledger, layers: int) -> list[Moment]:
    """The steps of the forward pass, then those of the backward pass, which takes the layers from the last one down."""
    held, found = 0, []
    forward = [event for event in ledger.events if event.phase == "forward"]
    for layer, events in enumerate(_forward_steps(forward)):
        found.append(_moment("forward", layer, events, held))
        held = found[-1].after
    backward = [event for event in ledger.events if event.phase == "backward"]
    for back, events in enumerate(_backward_steps(backward)):
        found.append(_moment("backward", layers - back, events, held))
        held = found[-1].after
    return found


def rebuilds(ledger: Ledger, layers: int) -> list[int]:
    """The matrix products that are done when backward asks for each layer's activation; the last one is not needed."""
    steps = {step.layer: step.products for step in moments(ledger, layers) if step.phase == "backward"}
    return [steps[layer + 1] for layer in range(layers - 1)]


def without_gradients(ledger: Ledger) -> list[Event]:
    """The events that are not about gradients."""
    return [event for event in ledger.events if not event.name.startswith(_GRADIENT)]


def _moment(phase: str, layer: int, events: list[Event], held: int) -> Moment:
    most = after = held
    for event in events:
        after += event.change
        most = max(most, after)
    return Moment(phase, layer, sum(event.kind == "recompute" for event in events), most, after)


def _forward_steps(events: list[Event]) -> Iterator[list[Event]]:
    """Each step begins with a new activation."""
    step: list[Event] = []
    for event in events:
        if event.kind == "allocate" and step:
            yield step
            step = []
        step.append(event)
    yield step


def _backward_steps(events: list[Event]) -> Iterator[list[Event]]:
    """A step may rebuild, makes one gradient, then frees; the one of layer 0 only frees the last gradient of all."""
    step: list[Event] = []
    has_gradient = False
    for event in events[:-1]:
        if has_gradient and event.kind != "free":
            yield step
            step, has_gradient = [], False
        step.append(event)
        has_gradient = has_gradient or (event.kind == "allocate" and event.name.startswith(_GRADIENT))
    yield step
    yield events[-1:]
