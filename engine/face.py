"""A face: what a listing knows as `ag`, bound to frozen rule tables and to what fills its arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine import layers
from engine.exact import Value
from engine.layers.making import Maker
from engine.operations import STANDARD, Rules
from engine.scalar import Scalar
from engine.tensors import functions
from engine.tensors.filling import Filling, RealFilling
from engine.tensors.table import STANDARD_TENSOR_RULES, TensorRules
from engine.tensors.tensor import Tensor

__all__ = ["STANDARD_FACE", "Face", "face"]


@dataclass(frozen=True)
class Face:
    """`ag` under `rules` for Scalars and `tensor_rules` for Tensors; `filling` makes what fills a layer's weights.

    Functions need no binding of their own: operands know their rules.
    """

    rules: Rules = STANDARD
    tensor_rules: TensorRules = STANDARD_TENSOR_RULES
    filling: Callable[[], Filling] = RealFilling

    exp = staticmethod(functions.exp)
    log = staticmethod(functions.log)
    relu = staticmethod(functions.relu)
    tanh = staticmethod(functions.tanh)
    sigmoid = staticmethod(functions.sigmoid)
    neg = staticmethod(functions.neg)
    sub = staticmethod(functions.sub)
    div = staticmethod(functions.div)
    pow = staticmethod(functions.pow)
    matmul = staticmethod(functions.matmul)
    maximum = staticmethod(functions.maximum)
    sum = staticmethod(functions.sum)
    mean = staticmethod(functions.mean)
    max = staticmethod(functions.max)
    softmax = staticmethod(functions.softmax)
    logsumexp = staticmethod(functions.logsumexp)
    reshape = staticmethod(functions.reshape)
    moveaxis = staticmethod(functions.moveaxis)
    transpose = staticmethod(functions.transpose)
    concatenate = staticmethod(functions.concatenate)
    pad = staticmethod(functions.pad)
    embedding = staticmethod(functions.embedding)
    spcmatmul = staticmethod(functions.spcmatmul)
    conv2d = staticmethod(functions.conv2d)
    detach = staticmethod(functions.detach)
    im2col_matrix_sparse = staticmethod(functions.im2col_matrix_sparse)
    Module = layers.Module
    AvgPool2d = layers.AvgPool2d
    MaxPool2d = layers.MaxPool2d

    def Scalar(self, value: Value, *, label: str = "") -> Scalar:  # noqa: N802, as listings write it
        """A leaf of this face's rules."""
        return Scalar(value, label=label, rules=self.rules)

    def Tensor(  # noqa: N802, as listings write it
        self,
        value: Any,
        requires_grad: bool = False,
        rematerializer: Callable[[], Any] | None = None,
        inputs: tuple[Tensor, ...] = (),
        label: str = "",
    ) -> Tensor:
        """A leaf of this face's tensor rules."""
        return Tensor(value, requires_grad, rematerializer, inputs, label, rules=self.tensor_rules)

    # Layers with parameters make them as this face does.

    @property
    def Linear(self) -> Callable[..., layers.Linear]:  # noqa: N802
        return partial(layers.Linear, maker=self.maker())

    @property
    def Conv2d(self) -> Callable[..., layers.Conv2d]:  # noqa: N802
        return partial(layers.Conv2d, maker=self.maker())

    @property
    def LayerNorm(self) -> Callable[..., layers.LayerNorm]:  # noqa: N802
        return partial(layers.LayerNorm, maker=self.maker())

    @property
    def BatchNorm2d(self) -> Callable[..., layers.BatchNorm2d]:  # noqa: N802
        return partial(layers.BatchNorm2d, maker=self.maker())

    @property
    def SingleHeadAttention(self) -> Callable[..., layers.SingleHeadAttention]:  # noqa: N802
        return partial(layers.SingleHeadAttention, maker=self.maker())

    @property
    def ScaledAttention(self) -> Callable[..., layers.ScaledAttention]:  # noqa: N802
        return partial(layers.ScaledAttention, maker=self.maker())

    @property
    def MultiHeadAttention(self) -> Callable[..., layers.MultiHeadAttention]:  # noqa: N802
        return partial(layers.MultiHeadAttention, maker=self.maker())

    @property
    def MLP(self) -> Callable[..., layers.MLP]:  # noqa: N802
        return partial(layers.MLP, maker=self.maker())

    @property
    def TransformerBlock(self) -> Callable[..., layers.TransformerBlock]:  # noqa: N802
        return partial(layers.TransformerBlock, maker=self.maker())

    @property
    def PreNormBlock(self) -> Callable[..., layers.PreNormBlock]:  # noqa: N802
        return partial(layers.PreNormBlock, maker=self.maker())

    @property
    def LeNet5(self) -> Callable[..., layers.LeNet5]:  # noqa: N802
        return partial(layers.LeNet5, maker=self.maker())

    def maker(self) -> Maker:
        """What a layer of this face makes its tensors with."""
        return Maker(self.tensor_rules, self.filling())


def face(rules: Rules = STANDARD, *, tensor_rules: TensorRules = STANDARD_TENSOR_RULES) -> Face:
    """The engine's face under other rule tables, for instance a mal-rule's."""
    return Face(rules, tensor_rules)


STANDARD_FACE = Face()
