"""Answers about the nodes of a computational graph: their order, and a backpropagation step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import engine as ag

__all__ = ["Order", "Trace"]


@dataclass(frozen=True)
class Order:
    """A topological order of labels; `inputs` maps a label to those of its inputs.

    With `any_valid` every order with inputs before users is right; otherwise only `expected` is.
    """

    expected: Sequence[str]
    any_valid: bool = False
    inputs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trace:
    """What each step of the backward walk changes, as the engine's run of the listing showed it."""

    expected: ag.Trace
