"""Draws an optimizer, the losses of its steps, and numbers that stay short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

_OPTIMIZERS: Mapping[int, tuple[tuple[str, int], ...]] = {
    1: (("sgd", 3), ("momentum", 2)),
    2: (("momentum", 3), ("decay", 3), ("nesterov", 2), ("adam", 1)),
    3: (("nesterov", 3), ("adam", 2), ("adam", 2)),
}
#: (lr, decay) with a product of one decimal, since every step multiplies by it.
_DECAYS = (("0.5", "0.2"), ("0.5", "0.4"), ("0.5", "0.6"), ("0.2", "0.5"), ("0.25", "0.4"), ("0.25", "0.8"))
#: (lr, mu) of one decimal each; Nesterov's step multiplies them.
_MOMENTA = tuple((lr, mu) for lr in ("0.1", "0.2", "0.5") for mu in ("0.6", "0.8", "0.9"))
_NESTEROVS = (("0.5", "0.2"), ("0.5", "0.4"), ("0.5", "0.6"), ("0.5", "0.8"), ("0.25", "0.4"), ("0.25", "0.8"))
_PAIRS = {"decay": ("decay", _DECAYS), "momentum": ("mu", _MOMENTA), "nesterov": ("mu", _NESTEROVS)}
#: Factor of the square -> its derivative's factor, for the worked solution.
_FACTORS = (["", "2*"], ["0.5*", ""], ["2.0*", "4*"], ["3.0*", "6*"])
#: Input of a sample -> the factor of its loss's derivative.
_SLOPES = {1: "2*", 2: "4*", 3: "6*"}
#: beta2 and the sizes of two gradients whose corrected second moments have whole roots.
_WHOLE_ROOTS: tuple[tuple[str, int, int], ...] = (
    ("0.5", 5, 1),
    ("0.5", 10, 2),
    ("0.6", 1, 5),
    ("0.6", 2, 10),
    ("0.6", 3, 1),
    ("0.6", 6, 2),
    ("0.6", 9, 3),
    ("0.75", 2, 5),
    ("0.75", 4, 10),
    ("0.75", 6, 1),
    ("0.75", 12, 2),
    ("0.8", 3, 9),
    ("0.8", 1, 8),
    ("0.25", 4, 1),
    ("0.25", 8, 2),
)


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as [name, number], losses and their slopes as text, and which fields there are."""
    optimizer, steps = dice.choice(_OPTIMIZERS[level])
    start = dice.choice([-4, -3, -2, -1, 1, 2, 3, 4, 5, 6])
    losses = _losses(dice, optimizer, steps, start)
    is_adam, has_velocity = optimizer == "adam", optimizer in ("momentum", "nesterov")
    settings, more = _settings(dice, optimizer, steps, losses)
    return {
        "optimizer": optimizer,
        "is_sgd": optimizer == "sgd",
        "is_adam": is_adam,
        "is_nesterov": optimizer == "nesterov",
        "has_decay": optimizer == "decay",
        "has_velocity": has_velocity,
        "steps": list(range(1, steps + 1)),
        "start": start,
        "settings": settings,
        "ask_m1": is_adam,
        "ask_m2": is_adam and steps > 1,
        "ask_v1": is_adam or has_velocity,
        "ask_v2": (is_adam or has_velocity) and steps > 1,
        "ask_v3": has_velocity and steps > 2,
        "ask_w2": steps > 1,
        "ask_w3": steps > 2,
        "velocity_matters": has_velocity and steps > 1,
        **losses,
        **more,
    }


def _losses(dice: Dice, optimizer: str, steps: int, start: int) -> dict[str, Any]:
    """The loss of every step and its slope, both as text, in one of three forms; none is smallest at the start."""
    before = [f"w{step}" for step in range(steps)]
    kind = "linear" if optimizer == "adam" and steps > 1 else dice.choice(["square", "square", "sample"])
    told = {"kind": kind, "slope_moves": steps > 1 and kind != "linear", "is_square": kind != "linear"}
    if kind == "linear":
        return {**told, "losses": [], "slopes": [], "is_square": False}
    if kind == "square":
        factor, slope = dice.choice(_FACTORS)
        middle = dice.choice([place for place in (-3, -2, -1, 1, 2, 3, 4, 5) if place != start])
        inside = [f"({w} {_minus(middle)})" for w in before]
        told["is_square"] = factor != "0.5*"
        return {
            **told,
            "losses": [f"{factor}{one}**2" for one in inside],
            "slopes": [f"{slope}{one}" for one in inside],
        }
    inputs = [dice.choice([1, 2, 3]) for _ in before]
    outputs = (-4, -3, -2, -1, 1, 2, 3, 4, 5, 6)
    samples = [(x, dice.choice([y for y in outputs if y != x * start])) for x in inputs]
    inside = [f"({_times(x, w)} {_minus(y)})" for (x, y), w in zip(samples, before, strict=True)]
    slopes = [f"{_SLOPES[x]}{one}" for (x, _), one in zip(samples, inside, strict=True)]
    return {**told, "losses": [f"{one}**2" for one in inside], "slopes": slopes}


def _times(number: int, name: str) -> str:
    return name if number == 1 else f"{number}.0*{name}"


def _minus(number: int) -> str:
    return f"- {number}.0" if number > 0 else f"+ {-number}.0"


def _settings(
    dice: Dice, optimizer: str, steps: int, losses: Mapping[str, Any]
) -> tuple[list[list[str]], dict[str, Any]]:
    """The settings of an optimizer; for Adam's two steps also the losses, whose slopes go with beta2."""
    rate = ["lr", dice.choice(["0.1", "0.2", "0.5", "0.25", "0.05"])]
    if optimizer in _PAIRS:
        name, pairs = _PAIRS[optimizer]
        rate[1], number = dice.choice(pairs)
        return [rate, [name, number]], {}
    if optimizer == "sgd":
        return [rate], {}
    if steps == 1:
        return [rate, ["beta1", dice.choice(["0.9", "0.8"])], ["beta2", dice.choice(["0.999", "0.99", "0.95"])]], {}
    beta2, *sizes = dice.choice(_WHOLE_ROOTS)
    slopes = [f"{'-' if dice.chance(0.4) else ''}{size}" for size in sizes]
    rate[1] = dice.choice(["0.1", "0.3", "0.6", "0.9", "0.12", "0.18", "0.36"])
    beta1 = dice.choice(["0.5", "0.5", "0.6", "0.75", "0.25", "0.8"])
    more = {"losses": [f"{slope}.0*w{step}" for step, slope in enumerate(slopes)], "slopes": slopes}
    return [rate, ["beta1", beta1], ["beta2", beta2]], more
