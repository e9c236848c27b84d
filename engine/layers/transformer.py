"""Transformer blocks: the practice exam's, and the usual one with layer norms and residual connections."""

from __future__ import annotations

from typing import Any

from engine.layers.attention import MultiHeadAttention, SingleHeadAttention
from engine.layers.making import Maker
from engine.layers.module import Module
from engine.layers.normalization import LayerNorm
from engine.tensors import functions
from engine.tensors.tensor import Tensor, as_tensor

__all__ = ["MLP", "PreNormBlock", "TransformerBlock"]


class MLP(Module):
    """(..., n_features) -> the same shape: relu(x Wh + bh) Wo + bo; all four standard normal, as the exam prints them.

    Shapes: Wh (n_features, n_hidden), bh (n_hidden,), Wo (n_hidden, n_features), bo (n_features,).
    Source: the practice exam, section 3.
    """

    def __init__(self, n_features: Any, n_hidden: Any, *, maker: Maker | None = None) -> None:
        super().__init__()
        make = maker or Maker.standard()
        self.Wh = make.normal(n_features, n_hidden, label="Whidden")
        self.bh = make.normal(n_hidden, label="bhidden")
        self.Wo = make.normal(n_hidden, n_features, label="Wout")
        self.bo = make.normal(n_features, label="bout")

    def forward(self, x: Any) -> Tensor:
        hidden = functions.relu(as_tensor(x, self.Wh) @ self.Wh + self.bh)
        return hidden @ self.Wo + self.bo


class TransformerBlock(Module):
    """(n_samples, n_context, n_features) -> the same shape: mlp(att(x)), with neither residuals nor normalization.

    Source: the practice exam, section 3.
    """

    def __init__(self, n_features: Any, n_hidden: Any, *, maker: Maker | None = None) -> None:
        super().__init__()
        make = maker or Maker.standard()
        self.att = SingleHeadAttention(n_features, maker=make)
        self.mlp = MLP(n_features, n_hidden, maker=make)

    def forward(self, x: Any) -> Tensor:
        output: Tensor = self.mlp(self.att(x))
        return output


class PreNormBlock(Module):
    """(n_samples, n_context, n_heads*head_width) -> the same shape: y = x + att(norm1(x)), then y + mlp(norm2(y)).

    Source: Xiong et al. 2020, figure 1b; the attention is a MultiHeadAttention, the MLP has n_hidden units with relu.
    """

    def __init__(
        self,
        n_heads: Any,
        head_width: Any,
        n_hidden: Any,
        n_groups: Any = None,
        causal: bool = False,
        *,
        maker: Maker | None = None,
    ) -> None:
        super().__init__()
        make = maker or Maker.standard()
        n_features = n_heads * head_width
        self.norm1 = LayerNorm(n_features, maker=make)
        self.att = MultiHeadAttention(n_heads, head_width, n_groups, causal, maker=make)
        self.norm2 = LayerNorm(n_features, maker=make)
        self.mlp = MLP(n_features, n_hidden, maker=make)

    def forward(self, x: Any) -> Tensor:
        samples = as_tensor(x, self.norm1.gain)
        attended: Tensor = samples + self.att(self.norm1(samples))
        output: Tensor = attended + self.mlp(self.norm2(attended))
        return output
