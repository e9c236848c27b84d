"""Softmax and cross-entropy on exact logits, with their derivatives by the chain rule."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from engine.errors import DomainError
from engine.exact import Exact, Value, add, divide, exp, log, multiply, sign, subtract
from engine.exact.notation import brief
from engine.hand.vectors import Matrix, Setting, Vector, elementwise, same_length, setting, total, vector

__all__ = [
    "cross_entropy",
    "cross_entropy_gradient",
    "log_softmax",
    "softmax",
    "softmax_backward",
    "softmax_jacobian",
]

# What float probabilities may miss 1 by; exact ones may miss it by nothing.
FLOAT_SUM_TOLERANCE = 1e-9


def softmax(x: Sequence[Value]) -> Vector:
    """exp(x[i]) over the sum of all exp(x[j]); exact for rationals and for multiples of logarithms.

    Shapes: x (n,) -> (n,); exact up to n = 64, floats beyond.
    Raises: DomainError when x is empty or holds anything but finite numbers.
    Source: Goodfellow, Bengio, Courville 2016, equation 6.29.
    """
    growths = tuple(exp(entry) for entry in _below_largest(vector("softmax: x", x)))
    whole = total(growths)
    return tuple(divide(growth, whole) for growth in growths)


def log_softmax(x: Sequence[Value]) -> Vector:
    """x[i] - log(sum of all exp(x[j])).

    Shapes: x (n,) -> (n,).
    Raises: DomainError when x is empty or holds anything but finite numbers.
    Source: Goodfellow, Bengio, Courville 2016, equation 6.30.
    """
    shifted = _below_largest(vector("log_softmax: x", x))
    log_whole = log(total(exp(entry) for entry in shifted))
    return tuple(subtract(entry, log_whole) for entry in shifted)


def softmax_jacobian(x: Sequence[Value]) -> Matrix:
    """diag(p) - p p^T for p = softmax(x): row i holds the derivatives of p[i].

    Shapes: x (n,) -> (n, n). The squared denominator can leave the exact domain from about n = 11 on.
    Raises: DomainError when x is empty or holds anything but finite numbers.
    Source: Bishop 2006, equation 4.106.
    """
    p = softmax(x)
    return tuple(
        tuple(multiply(above, subtract(int(i == j), below)) for j, below in enumerate(p)) for i, above in enumerate(p)
    )


def softmax_backward(x: Sequence[Value], upstream: Sequence[Value]) -> Vector:
    """The vector-Jacobian product: upstream times the Jacobian of softmax at x.

    Shapes: x (n,), upstream (n,) -> (n,).
    Raises: DomainError when x is empty or holds anything but finite numbers; LengthMismatch for two lengths.
    Source: Bishop 2006, equation 4.106.
    """
    p, v = softmax(x), vector("softmax_backward: upstream", upstream)
    same_length("softmax_backward: x", p, "upstream", v)
    # v (diag(p) - p p^T) is p*v - p*(p.v), without the product of two probabilities, whose form is long.
    weighted = elementwise(multiply, p, v)
    average = total(weighted)
    return tuple(subtract(entry, multiply(q, average)) for entry, q in zip(weighted, p, strict=True))


def cross_entropy(logits: Sequence[Value], target: int | Sequence[Value], *, label_smoothing: Setting = 0) -> Value:
    """-sum of y[i] * log_softmax(logits)[i], y the target's distribution.

    Shapes: logits (n,), target an index below n or (n,) -> a number. With smoothing s, y is replaced by
    (1 - s)*y + s/n.
    Raises: DomainError when the target is no index below n or no distribution, or s is not within 0 and 1;
    LengthMismatch when logits and distribution differ in length.
    Source: Bishop 2006, equation 4.108; smoothing: Szegedy et al. 2016, section 7.
    """
    log_p = log_softmax(vector("cross_entropy: logits", logits))
    y = _target_distribution(target, len(log_p), label_smoothing)
    return multiply(-1, total(elementwise(multiply, y, log_p)))


def cross_entropy_gradient(
    logits: Sequence[Value], target: int | Sequence[Value], *, label_smoothing: Setting = 0
) -> Vector:
    """The derivatives of `cross_entropy` with respect to the logits: -y through the Jacobian of log-softmax.

    Row i of that Jacobian is the unit vector i minus p, so -y becomes -y + p*sum(y), which is p - y. Nothing is
    divided, so a probability that underflowed does no harm; -y/p through `softmax_backward` gives the same.
    Shapes: logits (n,), target an index below n or (n,) -> (n,).
    Raises: as `cross_entropy`.
    Source: the chain rule; Bishop 2006, equation 4.109.
    """
    p = softmax(vector("cross_entropy: logits", logits))
    upstream = tuple(multiply(-1, weight) for weight in _target_distribution(target, len(p), label_smoothing))
    whole = total(upstream)
    return tuple(subtract(v, multiply(q, whole)) for v, q in zip(upstream, p, strict=True))


def _below_largest(x: Vector) -> Vector:
    """x minus its largest entry: the same softmax, and no exponential grows too large."""
    largest = x[0]
    for entry in x:
        if sign(subtract(entry, largest)) > 0:
            largest = entry
    return tuple(subtract(entry, largest) for entry in x)


def _target_distribution(target: int | Sequence[Value], count: int, label_smoothing: Setting) -> Vector:
    s = setting("cross_entropy: label_smoothing", label_smoothing, at_most=1)
    y = _certain(target, count) if isinstance(target, int) else _checked_distribution(target, count)
    if not s:
        return y
    return tuple(add(multiply(subtract(1, s), weight), divide(s, count)) for weight in y)


def _certain(index: int, count: int) -> Vector:
    if not 0 <= index < count:
        raise DomainError(
            f"cross_entropy: the target index is {index} and there are {count} logits; "
            f"indices run from 0 to {count - 1}."
        )
    return tuple(int(i == index) for i in range(count))


def _checked_distribution(target: Sequence[Value], count: int) -> Vector:
    if isinstance(target, (float, Fraction, Exact, str)):
        raise DomainError(
            f"cross_entropy: the target is {brief(target)}; give an index (an int) or {count} probabilities."
        )
    y = vector("cross_entropy: target", target)
    same_length("cross_entropy: logits", (0,) * count, "target", y)
    for index, weight in enumerate(y):
        if sign(weight) < 0:
            raise DomainError(
                f"cross_entropy: target probability {index} is {brief(weight)}; probabilities are at least 0."
            )
    whole = total(y)
    missing = subtract(whole, 1)
    if abs(missing) > FLOAT_SUM_TOLERANCE if isinstance(missing, float) else missing != 0:
        raise DomainError(f"cross_entropy: the target probabilities sum to {brief(whole)}; they must sum to 1.")
    return y
