"""Draws logits whose exponentials are plain numbers, a target, and how the loss is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice

_NAMES = (["x", "e", "p"], ["z", "u", "q"], ["s", "w", "p"], ["h", "e", "y"])  # logits, exponentials, probabilities
_CLASSES = {1: (2, 3), 2: (3, 4), 3: (3, 3)}  # level -> fewest and most classes
_NUMBERS = {1: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 2: (1, 2, 3, 4, 5, 6, 8, 9), 3: (1, 2, 3, 4, 5, 6)}
_LARGEST_SUM = {1: 24, 2: 16, 3: 16}  # it is the denominator of every probability
_SOFT = (["0.5", "0.5"], ["0.25", "0.75"], ["0.75", "0.25"], ["0.5", "0.25", "0.25"], ["0.8", "0.1", "0.1"])


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Logits as expressions, the loss with a mistaken form, and the row of the Jacobian that is asked for."""
    logit, growth, probability = dice.choice(_NAMES)
    count = dice.integer(*_CLASSES[level])
    classes = list(range(count))
    is_soft = level == 3 and dice.chance(0.6)
    target: list[Any] = _target(dice, classes) if is_soft else [dice.choice(classes)]
    through_probabilities = is_soft or dice.chance(0.6)
    return {
        "classes": classes,
        "logit": logit,
        "growth": growth,
        "probability": probability,
        "logits": _logits(dice, level, count),
        "logit_names": ", ".join(f"`{logit}{k}`" for k in classes),
        "probability_names": ", ".join(f"`{probability}{k}`" for k in classes),
        "gradient_names": ", ".join(f"`{logit}{k}.grad`" for k in classes),
        "total": " + ".join(f"{growth}{index}" for index in classes),
        "is_soft": is_soft,
        "target": target,
        "through_probabilities": through_probabilities,
        "has_earlier_class": not is_soft and target[0] > 0,
        "ask_loss": not is_soft,
        "ask_row": level == 2,
        "ask_jacobian": level == 3,
        "row": dice.choice(classes),
        **_losses(logit, probability, target, is_soft=is_soft, through_probabilities=through_probabilities),
    }


def _target(dice: Dice, classes: list[int]) -> list[str]:
    """The target probabilities of all classes, in the order of the classes."""
    shares = dice.choice(_SOFT)
    return dice.shuffled([*shares, *["0"] * (len(classes) - len(shares))])


def _logits(dice: Dice, level: int, count: int) -> list[str]:
    """Logarithms of small numbers, multiples of one, or 0; no two of the numbers are the same."""
    numbers = dice.sample(_NUMBERS[level], count)
    while sum(numbers) > _LARGEST_SUM[level]:
        numbers = dice.sample(_NUMBERS[level], count)
    return [_logit(dice, level, number, index) for index, number in enumerate(numbers)]


def _logit(dice: Dice, level: int, number: int, index: int) -> str:
    """The logarithm of a number, in one of the ways in which it may be written."""
    label = f'label="a{index}"'
    if number == 1:
        return "ag.Scalar(0.0)"
    if number in (4, 9) and (number == 9 or dice.chance(0.5)):
        return f"2*ag.log(ag.Scalar({2 if number == 4 else 3}.0, {label}))"
    if number == 8 and level > 1:
        return f"3*ag.log(ag.Scalar(2.0, {label}))"
    return f"ag.log(ag.Scalar({number}.0, {label}))"


def _losses(
    logit: str, probability: str, target: list[Any], *, is_soft: bool, through_probabilities: bool
) -> dict[str, str]:
    """The loss, and the loss of the class before the target's."""
    if is_soft:
        terms = [f"{weight}*ag.log({probability}{k})" for k, weight in enumerate(target) if weight != "0"]
        return {"loss": f"-({' + '.join(terms)})", "loss_before": ""}
    (index,) = target
    if through_probabilities:
        return {"loss": f"-ag.log({probability}{index})", "loss_before": f"-ag.log({probability}{index - 1})"}
    return {"loss": f"ag.log(total) - {logit}{index}", "loss_before": f"ag.log(total) - {logit}{index - 1}"}
