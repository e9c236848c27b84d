"""Hand questions: softmax, cross-entropy, normalization and optimizer steps on exact numbers, for pen and paper."""

from __future__ import annotations

from engine.hand.normalization import (
    BatchNormStep,
    LayerNormGradients,
    RunningStatistics,
    batch_norm_eval,
    batch_norm_train,
    layer_norm,
    layer_norm_backward,
)
from engine.hand.optimizers import (
    AdamState,
    MomentumState,
    RMSPropState,
    SGDState,
    adam_step,
    adamw_step,
    momentum_step,
    rmsprop_step,
    sgd_step,
    trajectory,
)
from engine.hand.pen_and_paper import exact_or_float, objection, printable
from engine.hand.probabilities import (
    cross_entropy,
    cross_entropy_gradient,
    log_softmax,
    softmax,
    softmax_backward,
    softmax_jacobian,
)
from engine.hand.vectors import LengthMismatch, Matrix, Setting, Vector

__all__ = [
    "AdamState",
    "BatchNormStep",
    "LayerNormGradients",
    "LengthMismatch",
    "Matrix",
    "MomentumState",
    "RMSPropState",
    "RunningStatistics",
    "SGDState",
    "Setting",
    "Vector",
    "adam_step",
    "adamw_step",
    "batch_norm_eval",
    "batch_norm_train",
    "cross_entropy",
    "cross_entropy_gradient",
    "exact_or_float",
    "layer_norm",
    "layer_norm_backward",
    "log_softmax",
    "momentum_step",
    "objection",
    "printable",
    "rmsprop_step",
    "sgd_step",
    "softmax",
    "softmax_backward",
    "softmax_jacobian",
    "trajectory",
]
