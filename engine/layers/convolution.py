"""`Conv2d`: correlation through the sparse im2col matrix, step by step as the course's code does it."""

from __future__ import annotations

from typing import Any

from engine.layers.making import Maker
from engine.layers.module import Module
from engine.layers.windows import Patches
from engine.tensors import functions
from engine.tensors.tensor import Tensor, as_tensor

__all__ = ["Conv2d"]


class Conv2d(Module):
    """(N, Cin, H, W) -> (N, Cout, Hout, Wout), Hout = (H + 2*padding - dilation*(K - 1) - 1)//stride + 1.

    Shapes: weight (Cin*K*K, Cout), He initialization; bias (Cout,), zeros. PyTorch's weight (Cout, Cin, K, K) is this
    one turned and reshaped.
    Raises (when called): ShapeMismatch for images with other than `in_channels` channels, or smaller than the kernel.
    Source: the practice exam's Conv2d; padding surrounds the images before they are taken apart.
    """

    def __init__(
        self,
        in_channels: Any,
        out_channels: Any,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        bias: bool = True,
        *,
        maker: Maker | None = None,
    ) -> None:
        super().__init__()
        make = maker or Maker.standard()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.patches = Patches(kernel_size, stride, padding=padding, dilation=dilation)
        patch_size = in_channels * kernel_size * kernel_size
        self.weight = make.normal(patch_size, out_channels, scale=make.root(2, patch_size), label="weight")
        self.bias = make.zeros(out_channels, label="bias") if bias else None

    def forward(self, x: Any) -> Tensor:
        images = as_tensor(x, self.weight)
        shape = self.patches.output_shape(images, self.in_channels, self.out_channels)
        flat = self.patches.of(images, shape[2] * shape[3]) @ self.weight
        if self.bias is not None:
            flat = flat + self.bias
        return functions.moveaxis(flat, 1, 2).reshape(shape)
