"""Answers that are sets of checkpoints: many are right, and a simulation says how good each one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from engine.checkpointing import (
    Chain,
    Placement,
    ScheduleError,
    Strategy,
    best_placement,
    fastest_schedule,
    smallest_limit,
)
from question_templates.answers.errors import BrokenAnswer

__all__ = ["Schedule"]


@dataclass(frozen=True)
class Schedule:
    """Any set of checkpoints for a chain of `layers` layers that recomputes as little as the limit allows.

    `limit` is the most memory that may be held at any time, in the unit of `sizes`; `most_checkpoints` limits their
    number instead. Exactly one of the two is given. `sizes` are those of the activations (1 each by default, so that
    memory counts activations), `costs` what computing each one costs (1 each by default, so that operations are
    counted). The first layer of the question has the number `first_layer`. What counts as held is the convention of
    engine.checkpointing.chain, which the question has to state.
    Raises: BrokenAnswer if the limits leave no schedule, or the figures contradict each other.
    """

    layers: int
    limit: int | None = None
    _: KW_ONLY
    most_checkpoints: int | None = None
    sizes: Sequence[int] = ()
    costs: Sequence[int] = ()
    strategy: Strategy = "per tensor"
    first_layer: int = 0
    unit: str = "activations"

    def __post_init__(self) -> None:
        if (self.limit is None) == (self.most_checkpoints is None):
            raise BrokenAnswer("Schedule: give either a limit of memory or the most checkpoints, and not both.")
        try:
            if self.limit is None:
                self.best()
            elif self.limit < smallest_limit(self.chain, strategy=self.strategy):
                raise BrokenAnswer(f"Schedule: no set of checkpoints keeps within the limit {self.limit}; raise it.")
        except ScheduleError as error:
            raise BrokenAnswer(f"Schedule: {error}") from error

    @property
    def chain(self) -> Chain:
        """The layers as the engine simulates them."""
        ones = (1,) * self.layers
        return Chain(tuple(self.sizes) or ones, tuple(self.costs) or ones)

    def best(self) -> Placement:
        """The least recomputation under the limit; only for checkers, never to be shown with a verdict."""
        if self.limit is not None:
            return fastest_schedule(self.chain, self.limit, strategy=self.strategy)
        return best_placement(self.chain, self.most_checkpoints or 0, strategy=self.strategy)
