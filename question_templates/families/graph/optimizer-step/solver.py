"""What known mistakes make of the printed steps, each by running the program with one change, and how numbers look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from question_templates.lab import Lab

#: Mistake -> (what stands in every step's lines, what somebody who makes it writes instead).
_CHANGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "adds": (r" - lr\*", " + lr*"),
        "drops the factor": (r"(w\d+\.grad)", r"(0.5*\1)"),
        "keeps the first gradient": (r"w\d+\.grad", "w0.grad"),
        "forgets the velocity": (r"mu\*v\d+\.value \+ w", "w"),
        "averages": (r"(mu\*v\d+\.value) \+ w", r"\1 + (1 - mu)*w"),
        "moves by plain velocity": (r"lr\*\(w\d+\.grad \+ mu\*(v\d+\.value)\)", r"lr*\1"),
        "forgets the decay": (r" \+ decay\*w\d+\.value", ""),
        "does not correct": (r"/\(1 - beta[12]\*\*\d+\)", ""),
        "takes no root": (r"\*\*0\.5", ""),
        "does not weigh the new": (r"\(1 - beta[12]\)\*w", "w"),
    }
)


def mistaken(lab: Lab, change: str, name: str) -> Any:
    """The value of a node when every step is changed in one way."""
    return lab.again(listing=re.sub(*_CHANGES[change], lab.listing)).look_up(f"{name}.value")


def explain(lab: Lab) -> dict[str, Any]:
    """For the worked solution: [name, right side in names, the same in numbers, value] of every line of every step."""
    numbers = _numbers(lab)
    slopes = enumerate(lab.parameters["slopes"], start=1)
    return {"at": numbers, "steps_told": [_told(lab, step, slope, numbers) for step, slope in slopes]}


def objection(lab: Lab) -> str:
    """Roots come out, every number is a short decimal or a short fraction, and every step moves."""
    values = {name: value for name, value in lab.run.values.items() if re.fullmatch(r"[wvm]\d", name)}
    numbers = {name: Fraction(value) for name, value in values.items() if isinstance(value, (int, Fraction))}
    if len(numbers) < len(values):
        return "a root does not come out"
    if any(_is_long(number.denominator) for number in numbers.values()):
        return "a number has many digits"
    parameters = [Fraction(lab.parameters["start"]), *(numbers[f"w{step}"] for step in lab.parameters["steps"])]
    is_still = any(one == other for one, other in pairwise(parameters))
    return "a step moves nothing" if is_still or 0 in numbers.values() else ""


def _is_long(denominator: int) -> bool:
    """Whether a number has more than four decimals, or as a fraction that has no end a large denominator."""
    return 10**4 % denominator != 0 and (10**9 % denominator == 0 or denominator > 400)


def _numbers(lab: Lab) -> dict[str, str]:
    """Every named number of the run as text."""
    steps, is_adam = lab.parameters["steps"], lab.parameters["is_adam"]
    nodes = ["w0", *(name for name in ("m0", "v0") if f"{name} = " in lab.listing)]
    for step in steps:
        nodes += [name for name in (f"m{step}", f"v{step}", f"w{step}") if f"{name} = " in lab.listing]
        nodes += [f"m_hat{step}", f"v_hat{step}", f"root{step}"] if is_adam else []
    wanted = {name: f"{name}.value" for name in nodes} | {f"w{step - 1}.grad": f"w{step - 1}.grad" for step in steps}
    found = lab.again(f"[{', '.join(wanted.values())}]").returned
    known = {name: _text(value) for name, value in zip(wanted, found, strict=True)}
    return {**dict(lab.parameters["settings"]), **known}


def _told(lab: Lab, step: int, slope: str, numbers: Mapping[str, str]) -> list[list[str]]:
    gradient = f"w{step - 1}.grad"
    told = [[gradient, slope, _put_in(slope, numbers), numbers[gradient]]]
    for name, right in re.findall(rf"^((?:m|v|m_hat|v_hat|root|w){step}) = (.*)$", lab.listing, re.MULTILINE):
        if right.startswith("ag.Scalar("):
            right = right.removeprefix("ag.Scalar(").removesuffix(")")
        right = right.replace(".value", "")
        told.append([name, right, _put_in(right, numbers), numbers[name]])
    return told


def _put_in(expression: str, numbers: Mapping[str, str]) -> str:
    """An expression with numbers in place of its names."""

    def number(found: re.Match[str]) -> str:
        text = numbers.get(found[0], found[0])
        return f"({text})" if set(text) & set("-/") else text

    return re.sub(r"w\d+\.grad|[a-z_]+\d*", number, expression)


def _text(value: Any) -> str:
    """An exact number as a decimal if it has an end, else as a fraction."""
    number = Fraction(value)
    for digits in range(9):
        if (number * 10**digits).denominator == 1:
            return f"{float(number):.{digits}f}"
    return str(number)
