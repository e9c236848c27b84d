"""Attention: the practice exam's single head as printed, the scaled one, and many heads with shared keys and values."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.layers.making import Maker
from engine.layers.module import Module
from engine.tensors import functions, shapes
from engine.tensors.abstract import AbstractArray
from engine.tensors.shapes import ShapeMismatch, shown
from engine.tensors.tensor import Tensor, as_tensor

__all__ = ["MultiHeadAttention", "ScaledAttention", "SingleHeadAttention"]


class SingleHeadAttention(Module):
    """(n_samples, n_context, n_features) -> the same shape, exactly as the practice exam prints it.

    Keys stand left of queries, exp is not shifted, the softmax runs over axis 1, and P = Xin^T softmaxKQ has the
    shape (n_samples, n_features, n_context). Weights are standard normal, unscaled: with 32 features and
    more, exp may overflow.
    Shapes: Wq, Wk, Wv (n_features, n_features).
    Source: the practice exam, section 3.
    """

    def __init__(self, n_features: Any, *, maker: Maker | None = None) -> None:
        super().__init__()
        make = maker or Maker.standard()
        self.Wq, self.Wk, self.Wv = (make.normal(n_features, n_features, label=name) for name in ("Wq", "Wk", "Wv"))

    def forward(self, x: Any) -> Tensor:
        samples = as_tensor(x, self.Wq)
        queries = samples @ self.Wq
        keys = samples @ self.Wk
        exponentials = functions.exp(keys @ functions.moveaxis(queries, 1, 2))
        weights = exponentials / exponentials.sum(axis=1, keepdims=True)
        mixed = functions.moveaxis(samples, 1, 2) @ weights
        return functions.moveaxis(mixed, 1, 2) @ self.Wv


class ScaledAttention(Module):
    """(..., n_context, n_features) -> the same shape: softmax(Q K^T / sqrt(n_features)) V, softmax over the last axis.

    With `causal`, no position attends to a later one.
    Shapes: Wq, Wk, Wv (n_features, n_features).
    Source: Vaswani et al. 2017, section 3.2.1.
    """

    def __init__(self, n_features: Any, causal: bool = False, *, maker: Maker | None = None) -> None:
        super().__init__()
        make = maker or Maker.standard()
        scale = make.root(1, n_features)
        self.Wq, self.Wk, self.Wv = (
            make.normal(n_features, n_features, scale=scale, label=name) for name in ("Wq", "Wk", "Wv")
        )
        self.root, self.causal = make.root(n_features, 1), causal

    def forward(self, x: Any) -> Tensor:
        samples = as_tensor(x, self.Wq)
        queries = samples @ self.Wq
        keys = functions.moveaxis(samples @ self.Wk, -1, -2)
        values = samples @ self.Wv
        return _weights(queries @ keys / self.root, causal=self.causal) @ values


class MultiHeadAttention(Module):
    """(n_samples, n_context, n_heads*head_width) -> the same shape.

    With `n_groups`, so many heads of keys and values are each shared by n_heads/n_groups consecutive heads of queries
    (1: multi-query attention). Without it every head has its own. With `causal`, no position attends to a later one.
    Shapes: Wq, Wo (n_heads*head_width, n_heads*head_width), Wk, Wv (n_heads*head_width, n_groups*head_width); scores
    (n_samples, n_heads, n_context, n_context), or (n_samples, n_groups, n_heads/n_groups, n_context, n_context).
    Raises: ShapeMismatch if n_groups does not for certain divide n_heads.
    Source: Vaswani et al. 2017, section 3.2.2; Ainslie et al. 2023, section 2.2.
    """

    def __init__(
        self,
        n_heads: Any,
        head_width: Any,
        n_groups: Any = None,
        causal: bool = False,
        *,
        maker: Maker | None = None,
    ) -> None:
        super().__init__()
        make = maker or Maker.standard()
        self.head_width, self.causal, self.root = head_width, causal, make.root(head_width, 1)
        # Keys are (N, groups, 1, ...) beside queries (N, groups, heads in a group, ...): they are shared, not copied.
        self.query_heads = (n_heads,) if n_groups is None else (n_groups, _heads_in_a_group(n_heads, n_groups))
        self.key_heads = (n_heads,) if n_groups is None else (n_groups, 1)
        n_features, n_shared = n_heads * head_width, self.key_heads[0] * head_width
        scale = make.root(1, n_features)
        self.Wq = make.normal(n_features, n_features, scale=scale, label="Wq")
        self.Wk = make.normal(n_features, n_shared, scale=scale, label="Wk")
        self.Wv = make.normal(n_features, n_shared, scale=scale, label="Wv")
        self.Wo = make.normal(n_features, n_features, scale=scale, label="Wo")

    def forward(self, x: Any) -> Tensor:
        samples = as_tensor(x, self.Wq)
        if samples.ndim != 3:
            expected = "(n_samples, n_context, n_features) was expected"
            raise ShapeMismatch(f"MultiHeadAttention: the input is {shown(samples.shape)}; {expected}.")
        queries = functions.moveaxis(self._heads(samples @ self.Wq, self.query_heads), 1, -2)
        keys = functions.moveaxis(self._heads(samples @ self.Wk, self.key_heads), 1, -1)
        values = functions.moveaxis(self._heads(samples @ self.Wv, self.key_heads), 1, -2)
        mixed = _weights(queries @ keys / self.root, causal=self.causal) @ values
        return functions.moveaxis(mixed, -2, 1).reshape(samples.shape) @ self.Wo

    def _heads(self, vectors: Tensor, heads: tuple[Any, ...]) -> Tensor:
        """(n_samples, n_context, n) -> (n_samples, n_context, *heads, head_width)."""
        return vectors.reshape(*vectors.shape[:2], *heads, self.head_width)


def _heads_in_a_group(n_heads: Any, n_groups: Any) -> Any:
    try:
        return shapes.reshape((n_heads,), shape=(n_groups, -1))[1]
    except ShapeMismatch as error:
        raise ShapeMismatch(
            f"MultiHeadAttention: n_heads is {n_heads}, n_groups is {n_groups}; n_groups must divide n_heads."
        ) from error


def _weights(scores: Tensor, *, causal: bool) -> Tensor:
    """The softmax of the scores (..., n_context, n_context) over the keys."""
    return functions.softmax(scores + _mask(scores) if causal else scores, axis=-1)


def _mask(scores: Tensor) -> Tensor:
    """(n_context, n_context): minus infinity where a key comes after its query, else 0."""
    n_context = scores.shape[-1]
    dtype = scores.dtype if scores.dtype.kind == "f" else np.dtype(np.float64)
    if isinstance(scores.value, AbstractArray):
        return Tensor(AbstractArray((n_context, n_context), dtype), label="mask", rules=scores.rules)
    later = np.triu(np.full((n_context, n_context), -np.inf, dtype), 1)
    return Tensor(later, label="mask", rules=scores.rules)
