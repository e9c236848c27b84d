"""`LayerNorm` and `BatchNorm2d`: subtract the mean, divide by the standard deviation, then gain and bias."""

from __future__ import annotations

from typing import Any

from engine.layers.making import Maker
from engine.layers.module import Module
from engine.tensors.shapes import Axes, ShapeMismatch, check_width, shown
from engine.tensors.tensor import Tensor, as_tensor

__all__ = ["BatchNorm2d", "LayerNorm"]


class LayerNorm(Module):
    """(..., n_features) -> the same shape: every vector by its own mean and biased variance.

    Shapes: gain (n_features,), ones; bias (n_features,), zeros.
    Raises (when called): ShapeMismatch for vectors of another width.
    Source: Ba, Kiros, Hinton 2016, section 3; eps is added to the variance, as in PyTorch.
    """

    def __init__(self, n_features: Any, eps: float = 1e-5, *, maker: Maker | None = None) -> None:
        super().__init__()
        make = maker or Maker.standard()
        self.n_features, self.eps = n_features, eps
        self.gain = make.ones(n_features, label="gain")
        self.bias = make.zeros(n_features, label="bias")

    def forward(self, x: Any) -> Tensor:
        vectors = as_tensor(x, self.gain)
        check_width("LayerNorm", vectors.shape, -1, self.n_features, name="n_features")
        return _standardized(vectors, -1, self.eps) * self.gain + self.bias


class BatchNorm2d(Module):
    """(N, C, H, W) -> the same shape: every channel by its mean and biased variance over this batch, as in training.

    There are no running statistics: what a trained network would use at test time is not computed.
    Shapes: gain (C,), ones; bias (C,), zeros.
    Raises (when called): ShapeMismatch for images with another number of channels.
    Source: Ioffe, Szegedy 2015, algorithm 1 and section 3.2.
    """

    def __init__(self, n_channels: Any, eps: float = 1e-5, *, maker: Maker | None = None) -> None:
        super().__init__()
        make = maker or Maker.standard()
        self.n_channels, self.eps = n_channels, eps
        self.gain = make.ones(n_channels, label="gain")
        self.bias = make.zeros(n_channels, label="bias")

    def forward(self, x: Any) -> Tensor:
        images = as_tensor(x, self.gain)
        if images.ndim != 4:
            raise ShapeMismatch(f"BatchNorm2d: the input is {shown(images.shape)}; (N, C, H, W) was expected.")
        check_width("BatchNorm2d", images.shape, 1, self.n_channels, name="n_channels")
        beside = (1, self.n_channels, 1, 1)
        return _standardized(images, (0, 2, 3), self.eps) * self.gain.reshape(beside) + self.bias.reshape(beside)


def _standardized(x: Tensor, axis: Axes, eps: float) -> Tensor:
    """(x - mean) / sqrt(variance + eps) over `axis`."""
    centered = x - x.mean(axis=axis, keepdims=True)
    variance = (centered * centered).mean(axis=axis, keepdims=True)
    return centered / (variance + eps) ** 0.5
