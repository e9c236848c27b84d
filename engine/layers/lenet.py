"""`LeNet5`: the course's network for images of 32 x 32 pixels."""

from __future__ import annotations

from typing import Any

from engine.layers.convolution import Conv2d
from engine.layers.linear import Linear
from engine.layers.making import Maker
from engine.layers.module import Module
from engine.layers.pooling import AvgPool2d
from engine.tensors.functions import relu
from engine.tensors.tensor import Tensor

__all__ = ["LeNet5"]


class LeNet5(Module):
    """(N, 1, 32, 32) -> (N, 10), with 61,706 parameters; relu after every layer but the poolings and the last.

    Source: the course's LeNet5, after LeCun et al. 1998, section II.B; the average poolings have no parameters.
    """

    def __init__(self, *, maker: Maker | None = None) -> None:
        super().__init__()
        make = maker or Maker.standard()
        self.conv1 = Conv2d(1, 6, 5, maker=make)
        self.conv2 = Conv2d(6, 16, 5, maker=make)
        self.pool = AvgPool2d(2)
        self.fc1 = Linear(16 * 5 * 5, 120, maker=make)
        self.fc2 = Linear(120, 84, maker=make)
        self.fc3 = Linear(84, 10, maker=make)

    def forward(self, x: Any) -> Tensor:
        maps = self.pool(relu(self.conv1(x)))
        maps = self.pool(relu(self.conv2(maps)))
        hidden = maps.reshape(maps.shape[0], 16 * 5 * 5)
        hidden = relu(self.fc2(relu(self.fc1(hidden))))
        output: Tensor = self.fc3(hidden)
        return output
