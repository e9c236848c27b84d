"""`AvgPool2d` and `MaxPool2d`: each channel's patches become one number, through the sparse im2col matrix."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.layers.module import Module
from engine.layers.windows import CONVOLUTION, Patches
from engine.tensors import functions, shapes
from engine.tensors.shapes import Shape, ShapeMismatch, shown
from engine.tensors.tensor import Tensor, as_tensor

__all__ = ["AvgPool2d", "MaxPool2d"]


class AvgPool2d(Module):
    """(N, C, H, W) -> (N, C, Hout, Wout), the means of K x K entries; Hout = (H - K)//stride + 1, stride K by default.

    Raises (when called): ShapeMismatch for images smaller than the kernel.
    Source: the course's AvgPool2d (sum the patches, then divide by K*K), which asks for a K that divides H and W.
    """

    def __init__(self, kernel_size: Any, stride: Any = None) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.patches = Patches(kernel_size, kernel_size if stride is None else stride)

    def forward(self, x: Any) -> Tensor:
        entries, shape = _by_channel(as_tensor(x), self.patches)
        totals = functions.moveaxis(entries.sum(axis=-1), 1, 2).reshape(shape)
        means: Tensor = totals / (self.kernel_size * self.kernel_size)
        return means


class MaxPool2d(Module):
    """(N, C, H, W) -> (N, C, Hout, Wout), the largest of K x K entries; Hout = (H + 2*padding - K)//stride + 1.

    The stride is K by default. Padding counts as minus infinity; entries that tie share their gradient evenly, while
    PyTorch's pooling gives it to the first of them.
    Raises (when called): ShapeMismatch for images smaller than the kernel, or a padding of more than half of K (as in
    PyTorch), where a window could hold nothing else.
    """

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        super().__init__()
        self.patches = Patches(
            kernel_size, kernel_size if stride is None else stride, padding=padding, border=float("-inf")
        )

    def forward(self, x: Any) -> Tensor:
        entries, shape = _by_channel(as_tensor(x), self.patches)
        return functions.moveaxis(entries.max(axis=-1), 1, 2).reshape(shape)


def _pooled_shape(x: Shape, kernel: Shape, *, stride: Any, padding: Any, dilation: Any) -> Shape:
    """Where a convolution's kernel would stand, in images in which every window holds an entry."""
    if len(x) != 4:
        raise ShapeMismatch(f"pooling: the input is {shown(x)}; (N, C, H, W) was expected.")
    width = kernel[2]
    if 2 * padding > width:
        raise ShapeMismatch(f"pooling: the kernel is {width} wide, padding is {padding}; it is at most half of that.")
    for size in x[2:]:
        padded = size + 2 * padding
        if width > padded:
            raise ShapeMismatch(
                f"pooling: the input is {shown(x)}; the kernel is {width} wide, the padded input has {padded}."
            )
    return shapes.conv2d(x, kernel, stride=stride, padding=padding, dilation=dilation)


_POOLING = replace(CONVOLUTION, name="pooling", shape=_pooled_shape)


def _by_channel(images: Tensor, patches: Patches) -> tuple[Tensor, Shape]:
    """The patches' entries (N, P, C, K*K), and the shape (N, C, Hout, Wout) of what they are pooled to."""
    channels = images.shape[1] if images.ndim > 1 else 1  # the shape rule says what is wrong
    shape = patches.output_shape(images, channels, channels, row=_POOLING)
    n_patches, n_entries = shape[2] * shape[3], patches.kernel_size * patches.kernel_size
    return patches.of(images, n_patches).reshape(shape[0], n_patches, channels, n_entries), shape
