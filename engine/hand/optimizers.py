"""Optimizer steps on exact numbers: each takes a state and a gradient, and returns the next state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from engine.errors import DomainError
from engine.exact import Value, add, divide, is_exact, multiply, power, sign, sqrt, subtract
from engine.exact.notation import brief
from engine.hand.vectors import Setting, Vector, elementwise, same_length, setting, vector, zeros

__all__ = [
    "AdamState",
    "MomentumState",
    "RMSPropState",
    "SGDState",
    "adam_step",
    "adamw_step",
    "momentum_step",
    "rmsprop_step",
    "sgd_step",
    "trajectory",
]


@dataclass(frozen=True)
class SGDState:
    """The weights (n,); plain gradient descent remembers nothing else."""

    weights: Vector

    @classmethod
    def at(cls, weights: Sequence[Value]) -> SGDState:
        """At these weights."""
        return cls(tuple(weights))


@dataclass(frozen=True)
class MomentumState:
    """Weights and velocity, each (n,)."""

    weights: Vector
    velocity: Vector

    @classmethod
    def at(cls, weights: Sequence[Value]) -> MomentumState:
        """At rest at these weights."""
        return cls(tuple(weights), zeros(len(weights)))


@dataclass(frozen=True)
class RMSPropState:
    """Weights and the running mean of squared gradients, each (n,)."""

    weights: Vector
    mean_square: Vector

    @classmethod
    def at(cls, weights: Sequence[Value]) -> RMSPropState:
        """Before the first step from these weights."""
        return cls(tuple(weights), zeros(len(weights)))


@dataclass(frozen=True)
class AdamState:
    """Weights, running means of the gradient and of its square (not bias-corrected), each (n,), and steps taken."""

    weights: Vector
    first_moment: Vector
    second_moment: Vector
    steps: int

    @classmethod
    def at(cls, weights: Sequence[Value]) -> AdamState:
        """Before the first step from these weights."""
        return cls(tuple(weights), zeros(len(weights)), zeros(len(weights)), 0)


class HasWeights(Protocol):
    """Any state above."""

    @property
    def weights(self) -> Vector: ...


State = TypeVar("State", bound=HasWeights)


def trajectory(
    start: State, gradient: Callable[[Vector], Sequence[Value]], step: Callable[[State, Vector], State], *, count: int
) -> tuple[State, ...]:
    """The start and the `count` states after it; gradient(weights) is asked anew before every step.

    Shapes: gradient maps (n,) to (n,); count + 1 states.
    Raises: DomainError when count is negative, and whatever the step raises.
    """
    if count < 0:
        raise DomainError(f"trajectory: count is {count}; it must be at least 0.")
    states = [start]
    for _ in range(count):
        states.append(step(states[-1], tuple(gradient(states[-1].weights))))
    return tuple(states)


def sgd_step(
    state: SGDState, gradient: Sequence[Value], *, learning_rate: Setting, weight_decay: Setting = 0
) -> SGDState:
    """w - learning_rate*(gradient + weight_decay*w).

    Shapes: gradient (n,).
    Raises: DomainError for a setting below 0; LengthMismatch for two lengths.
    Source: Goodfellow, Bengio, Courville 2016, algorithm 8.1; weight decay: section 7.1.1.
    """
    slope = _slope("sgd_step", state.weights, gradient, weight_decay)
    return SGDState(_moved("sgd_step", state.weights, slope, learning_rate))


def momentum_step(
    state: MomentumState,
    gradient: Sequence[Value],
    *,
    learning_rate: Setting,
    momentum: Setting,
    nesterov: bool = False,
    weight_decay: Setting = 0,
) -> MomentumState:
    """v = momentum*v + g; w - learning_rate*v, or with Nesterov w - learning_rate*(g + momentum*v).

    Here g = gradient + weight_decay*w. PyTorch's convention: the learning rate multiplies the velocity when the
    weights move and is no part of the velocity.
    Shapes: gradient (n,), velocity (n,).
    Raises: DomainError for a setting below 0; LengthMismatch for two lengths.
    Source: Polyak 1964; Sutskever et al. 2013, equations 1 to 4, in the form of torch.optim.SGD.
    """
    mu = setting("momentum_step: momentum", momentum)
    slope = _slope("momentum_step", state.weights, gradient, weight_decay)
    same_length("momentum_step: weights", state.weights, "velocity", state.velocity)
    velocity = _carried(mu, state.velocity, 1, slope)
    direction = _carried(mu, velocity, 1, slope) if nesterov else velocity
    return MomentumState(_moved("momentum_step", state.weights, direction, learning_rate), velocity)


def rmsprop_step(
    state: RMSPropState,
    gradient: Sequence[Value],
    *,
    learning_rate: Setting,
    decay: Setting = "0.9",
    eps: Setting = 0,
    weight_decay: Setting = 0,
) -> RMSPropState:
    """s = decay*s + (1 - decay)*g**2; w - learning_rate*g/(sqrt(s) + eps), with g = gradient + weight_decay*w.

    A weight whose g and s are both 0 stays where it is, also with eps = 0.
    Shapes: gradient (n,), mean_square (n,).
    Raises: DomainError for a setting outside its bounds (decay is below 1), or a divisor 0; LengthMismatch.
    Source: Tieleman, Hinton 2012, lecture 6.5; eps outside the root as in torch.optim.RMSprop.
    """
    rho = setting("rmsprop_step: decay", decay, below=1)
    slope = _slope("rmsprop_step", state.weights, gradient, weight_decay)
    same_length("rmsprop_step: weights", state.weights, "mean_square", state.mean_square)
    mean_square = _carried(rho, state.mean_square, subtract(1, rho), elementwise(multiply, slope, slope))
    direction = _scaled_down("rmsprop_step", slope, mean_square, eps)
    return RMSPropState(_moved("rmsprop_step", state.weights, direction, learning_rate), mean_square)


def adam_step(
    state: AdamState,
    gradient: Sequence[Value],
    *,
    learning_rate: Setting,
    beta1: Setting = "0.9",
    beta2: Setting = "0.999",
    eps: Setting = 0,
    weight_decay: Setting = 0,
) -> AdamState:
    """w - learning_rate*m/(sqrt(s) + eps), m and s the bias-corrected means of g and g**2.

    Here g = gradient + weight_decay*w, so that decay passes through both means; `adamw_step` keeps it apart. With
    eps = 0 the first step is learning_rate*sign(g) exactly. A weight whose means are both 0 stays where it is.
    Shapes: gradient (n,), both moments (n,).
    Raises: DomainError for a setting outside its bounds (beta1 and beta2 are below 1), or a divisor 0;
    LengthMismatch for two lengths.
    Source: Kingma, Ba 2015, algorithm 1; eps outside the root.
    """
    b1, b2 = setting("adam_step: beta1", beta1, below=1), setting("adam_step: beta2", beta2, below=1)
    slope = _slope("adam_step", state.weights, gradient, weight_decay)
    same_length("adam_step: weights", state.weights, "first_moment", state.first_moment)
    same_length("adam_step: weights", state.weights, "second_moment", state.second_moment)
    steps = state.steps + 1
    first = _carried(b1, state.first_moment, subtract(1, b1), slope)
    second = _carried(b2, state.second_moment, subtract(1, b2), elementwise(multiply, slope, slope))
    direction = _scaled_down("adam_step", _corrected(first, b1, steps), _corrected(second, b2, steps), eps)
    return AdamState(_moved("adam_step", state.weights, direction, learning_rate), first, second, steps)


def adamw_step(
    state: AdamState,
    gradient: Sequence[Value],
    *,
    learning_rate: Setting,
    beta1: Setting = "0.9",
    beta2: Setting = "0.999",
    eps: Setting = 0,
    weight_decay: Setting = "0.01",
) -> AdamState:
    """The weights shrink by learning_rate*weight_decay of themselves, then Adam moves them; the means see no decay.

    Shapes: gradient (n,), both moments (n,).
    Raises: as `adam_step`.
    Source: Loshchilov, Hutter 2019, algorithm 2, with the schedule multiplier as in torch.optim.AdamW.
    """
    rate = setting("adamw_step: learning_rate", learning_rate)
    kept = subtract(1, multiply(rate, setting("adamw_step: weight_decay", weight_decay)))
    shrunk = tuple(multiply(kept, weight) for weight in vector("adamw_step: weights", state.weights))
    before = AdamState(shrunk, state.first_moment, state.second_moment, state.steps)
    return adam_step(before, gradient, learning_rate=rate, beta1=beta1, beta2=beta2, eps=eps)


def _slope(name: str, weights: Vector, gradient: Sequence[Value], weight_decay: Setting) -> Vector:
    """gradient + weight_decay*weights."""
    w, g = vector(f"{name}: weights", weights), vector(f"{name}: gradient", gradient)
    same_length(f"{name}: weights", w, "gradient", g)
    return _carried(setting(f"{name}: weight_decay", weight_decay), w, 1, g)


def _carried(old_share: Value, old: Vector, new_share: Value, new: Vector) -> Vector:
    """old_share*old + new_share*new."""
    return tuple(add(multiply(old_share, a), multiply(new_share, b)) for a, b in zip(old, new, strict=True))


def _corrected(moment: Vector, beta: Value, steps: int) -> Vector:
    """The mean without its pull towards the zeros that it started from."""
    weight_so_far = subtract(1, power(beta, steps))
    return tuple(divide(entry, weight_so_far) for entry in moment)


def _moved(name: str, weights: Vector, direction: Vector, learning_rate: Setting) -> Vector:
    rate = setting(f"{name}: learning_rate", learning_rate)
    return tuple(subtract(w, multiply(rate, d)) for w, d in zip(weights, direction, strict=True))


def _scaled_down(name: str, direction: Vector, mean_square: Vector, eps: Setting) -> Vector:
    floor = setting(f"{name}: eps", eps)
    return tuple(_step_size(name, d, s, floor) for d, s in zip(direction, mean_square, strict=True))


def _step_size(name: str, direction: Value, square: Value, eps: Value) -> Value:
    divisor = add(_root(square, direction), eps)
    if divisor:
        return divide(direction, divisor)
    if not direction:
        return 0  # no gradient so far: the limit for eps -> 0
    raise DomainError(
        f"{name}: the mean square is {brief(square)}, the direction {brief(direction)} and eps {brief(eps)}; "
        "give eps above 0."
    )


def _root(square: Value, candidate: Value) -> Value:
    """sqrt(square); the candidate's size where that is the root, as in a first step: sums have no other exact root."""
    if is_exact(square) and is_exact(candidate) and multiply(candidate, candidate) == square:
        return multiply(sign(candidate), candidate)
    return sqrt(square)
