"""`Linear`: x @ weight + bias."""

from __future__ import annotations

from typing import Any

from engine.layers.making import Maker
from engine.layers.module import Module
from engine.tensors.tensor import Tensor

__all__ = ["Linear"]


class Linear(Module):
    """(..., in_features) -> (..., out_features); weight (in_features, out_features), He initialization, bias 0."""

    def __init__(self, in_features: Any, out_features: Any, bias: bool = True, *, maker: Maker | None = None) -> None:
        super().__init__()
        make = maker or Maker.standard()
        self.weight = make.normal(in_features, out_features, scale=make.root(2, in_features), label="weight")
        self.bias = make.zeros(out_features, label="bias") if bias else None

    def forward(self, x: Any) -> Tensor:
        product: Tensor = x @ self.weight
        return product if self.bias is None else product + self.bias
