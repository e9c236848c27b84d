"""What layers make their tensors with: a rule table, and what fills a weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.tensors.abstract import AbstractArray
from engine.tensors.filling import Filling, RealFilling
from engine.tensors.table import STANDARD_TENSOR_RULES, TensorRules
from engine.tensors.tensor import Tensor

__all__ = ["Maker"]


@dataclass(frozen=True)
class Maker:
    """Makes parameters, under `rules` and filled by `filling`: numbers, counting numbers, or shapes alone."""

    rules: TensorRules
    filling: Filling

    @classmethod
    def standard(cls) -> Maker:
        """One of its own for a layer that is given none, so that no layer's numbers depend on another's."""
        return cls(STANDARD_TENSOR_RULES, RealFilling())

    def normal(self, *shape: Any, scale: Any = 1.0, label: str = "") -> Tensor:
        """A parameter of normal numbers times `scale`."""
        return self._parameter(self.filling.normal(shape) * scale, label)

    def zeros(self, *shape: Any, label: str = "") -> Tensor:
        """A parameter of zeros."""
        return self._parameter(self.filling.constant(shape, 0.0), label)

    def ones(self, *shape: Any, label: str = "") -> Tensor:
        """A parameter of ones."""
        return self._parameter(self.filling.constant(shape, 1.0), label)

    def root(self, numerator: Any, denominator: Any) -> Any:
        """sqrt(numerator / denominator), the usual scale of a weight; an unknown number for a symbolic size."""
        is_known = all(isinstance(size, int | np.integer) for size in (numerator, denominator))
        return np.sqrt(numerator / denominator) if is_known else AbstractArray()

    def _parameter(self, value: Any, label: str) -> Tensor:
        return Tensor(value, requires_grad=True, label=label, rules=self.rules)
