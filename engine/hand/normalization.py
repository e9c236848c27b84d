"""Layer norm and batch norm on exact numbers: roots stay exact where one product of primes is under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import DomainError
from engine.exact import Value, add, divide, multiply, sqrt, subtract
from engine.exact.notation import brief
from engine.hand.vectors import (
    Matrix,
    Setting,
    Vector,
    dot,
    elementwise,
    matrix,
    mean,
    same_length,
    setting,
    vector,
    zeros,
)

__all__ = [
    "BatchNormStep",
    "LayerNormGradients",
    "RunningStatistics",
    "batch_norm_eval",
    "batch_norm_train",
    "layer_norm",
    "layer_norm_backward",
]


@dataclass(frozen=True)
class LayerNormGradients:
    """What flows back from a layer norm; each (n,)."""

    x: Vector
    gain: Vector
    bias: Vector


@dataclass(frozen=True)
class RunningStatistics:
    """Batch norm's memory of mean and variance; each (n_features,)."""

    mean: Vector
    variance: Vector


@dataclass(frozen=True)
class BatchNormStep:
    """A training pass: output (n_samples, n_features); the batch's mean and biased variance; the memory after it."""

    output: Matrix
    mean: Vector
    variance: Vector
    running: RunningStatistics


def layer_norm(
    x: Sequence[Value], *, eps: Setting = 0, gain: Sequence[Value] | None = None, bias: Sequence[Value] | None = None
) -> Vector:
    """gain * (x - mean)/sqrt(variance + eps) + bias, the variance over n (not n - 1).

    Shapes: x (n,), gain (n,), bias (n,) -> (n,).
    Raises: DomainError when variance + eps is 0; LengthMismatch for two lengths.
    Source: Ba, Kiros, Hinton 2016, equations 3 and 4; eps under the root as in PyTorch.
    """
    entries = vector("layer_norm: x", x)
    scale, shift = _affine("layer_norm", "x", entries, gain, bias)
    center, spread = _layer_statistics("layer_norm", entries, eps)
    return elementwise(add, elementwise(multiply, scale, _standardized(entries, center, spread)), shift)


def layer_norm_backward(
    x: Sequence[Value], upstream: Sequence[Value], *, eps: Setting = 0, gain: Sequence[Value] | None = None
) -> LayerNormGradients:
    """The vector-Jacobian products of `layer_norm` for x, gain and bias.

    With z = (x - mean)/spread and u = gain*upstream, x receives (u - mean(u) - z*mean(u*z))/spread: the part of u
    along the constant vector and along z is taken out, because the output does not see such changes of x.
    Shapes: x (n,), upstream (n,), gain (n,) -> three times (n,).
    Raises: as `layer_norm`.
    Source: the chain rule through Ba, Kiros, Hinton 2016, equation 3.
    """
    entries, v = vector("layer_norm_backward: x", x), vector("layer_norm_backward: upstream", upstream)
    same_length("layer_norm_backward: x", entries, "upstream", v)
    scale, _ = _affine("layer_norm_backward", "x", entries, gain, None)
    center, spread = _layer_statistics("layer_norm_backward", entries, eps)
    z, u = _standardized(entries, center, spread), elementwise(multiply, scale, v)
    along_constant, along_z = mean(u), divide(dot(u, z), len(z))
    kept = (subtract(subtract(a, along_constant), multiply(b, along_z)) for a, b in zip(u, z, strict=True))
    return LayerNormGradients(tuple(divide(entry, spread) for entry in kept), elementwise(multiply, v, z), v)


def batch_norm_train(
    rows: Sequence[Sequence[Value]],
    *,
    eps: Setting = 0,
    gain: Sequence[Value] | None = None,
    bias: Sequence[Value] | None = None,
    running: RunningStatistics | None = None,
    momentum: Setting = "0.1",
) -> BatchNormStep:
    """Every feature standardized over the batch; the memory moves by `momentum` towards mean and unbiased variance.

    Shapes: rows (n_samples, n_features), gain and bias (n_features,). Memory that is not given starts at mean 0
    and variance 1.
    Raises: DomainError for fewer than 2 samples, when a variance + eps is 0, or momentum is not within 0 and 1;
    LengthMismatch for two lengths.
    Source: Ioffe, Szegedy 2015, algorithm 1; the memory as in PyTorch.
    """
    batch = matrix("batch_norm_train", rows)
    n = len(batch)
    if n < 2:
        raise DomainError(f"batch_norm_train: the batch has {n} sample; its unbiased variance needs at least 2.")
    features = tuple(zip(*batch, strict=True))
    center = tuple(mean(feature) for feature in features)
    variance = tuple(_variance(feature, middle) for feature, middle in zip(features, center, strict=True))
    before = running or RunningStatistics(zeros(len(center)), (1,) * len(center))
    pace = setting("batch_norm_train: momentum", momentum, at_most=1)
    unbiased = tuple(multiply(entry, divide(n, n - 1)) for entry in variance)
    after = RunningStatistics(_moved(before.mean, center, pace), _moved(before.variance, unbiased, pace))
    output = _batch_norm("batch_norm_train", batch, RunningStatistics(center, variance), eps, gain, bias)
    return BatchNormStep(output, center, variance, after)


def batch_norm_eval(
    rows: Sequence[Sequence[Value]],
    running: RunningStatistics,
    *,
    eps: Setting = 0,
    gain: Sequence[Value] | None = None,
    bias: Sequence[Value] | None = None,
) -> Matrix:
    """Every feature standardized with the memory; samples do not see each other.

    Shapes: rows (n_samples, n_features), gain and bias (n_features,) -> (n_samples, n_features).
    Raises: DomainError when a variance + eps is 0; LengthMismatch for two lengths.
    Source: Ioffe, Szegedy 2015, algorithm 2.
    """
    batch = matrix("batch_norm_eval", rows)
    return _batch_norm("batch_norm_eval", batch, running, eps, gain, bias)


def _batch_norm(
    name: str,
    batch: Matrix,
    statistics: RunningStatistics,
    eps: Setting,
    gain: Sequence[Value] | None,
    bias: Sequence[Value] | None,
) -> Matrix:
    same_length(f"{name}: a row", batch[0], "the mean", statistics.mean)
    same_length(f"{name}: a row", batch[0], "the variance", statistics.variance)
    scale, shift = _affine(name, "a row", batch[0], gain, bias)
    spreads = tuple(_spread(f"{name}: feature {i}", entry, eps) for i, entry in enumerate(statistics.variance))
    return tuple(
        tuple(
            add(multiply(g, divide(subtract(x, middle), spread)), b)
            for x, middle, spread, g, b in zip(row, statistics.mean, spreads, scale, shift, strict=True)
        )
        for row in batch
    )


def _moved(before: Vector, towards: Vector, pace: Value) -> Vector:
    same_length("batch_norm_train: the memory", before, "a row", towards)
    kept = subtract(1, pace)
    return tuple(add(multiply(kept, a), multiply(pace, b)) for a, b in zip(before, towards, strict=True))


def _affine(
    name: str, of: str, entries: Vector, gain: Sequence[Value] | None, bias: Sequence[Value] | None
) -> tuple[Vector, Vector]:
    """Gain and bias as long as the entries; 1 and 0 where none are given."""
    scale = (1,) * len(entries) if gain is None else vector(f"{name}: gain", gain)
    shift = zeros(len(entries)) if bias is None else vector(f"{name}: bias", bias)
    same_length(f"{name}: {of}", entries, "gain", scale)
    same_length(f"{name}: {of}", entries, "bias", shift)
    return scale, shift


def _layer_statistics(name: str, entries: Vector, eps: Setting) -> tuple[Value, Value]:
    center = mean(entries)
    return center, _spread(f"{name}: x", _variance(entries, center), eps)


def _variance(entries: Vector, center: Value) -> Value:
    apart = tuple(subtract(entry, center) for entry in entries)
    return divide(dot(apart, apart), len(apart))


def _spread(name: str, variance: Value, eps: Setting) -> Value:
    """sqrt(variance + eps), never 0."""
    small = setting(f"{name}: eps", eps)
    under_root = add(variance, small)
    if not under_root:
        raise DomainError(f"{name} has variance {brief(variance)} and eps is {brief(small)}; one must be above 0.")
    return sqrt(under_root)


def _standardized(entries: Vector, center: Value, spread: Value) -> Vector:
    return tuple(divide(subtract(entry, center), spread) for entry in entries)
