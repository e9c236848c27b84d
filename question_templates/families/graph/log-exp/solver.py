"""What students answer whose rule for log, exp or a quotient is another one, and which numbers are too long."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import engine as ag
from engine import exact
from engine.operations import STANDARD, Rules
from question_templates.lab import Lab

_MOST_CHARACTERS, _MOST_OF_SLIPS = 22, 80
_UNHANDY = re.compile(r"\d{4}|exp\([^)]*/")
_ROWS = STANDARD.operations


def _changed(name: str, vjp: Callable[..., Any]) -> Rules:
    return STANDARD.changed(replace(_ROWS[name], vjp=vjp))


def _without_incoming(row: Any) -> Any:
    return replace(row, vjp=lambda a, b, out, g: row.vjp(a, b, out, 1))


_SLIPS: Mapping[str, Rules] = {
    "no-chain": STANDARD.changed(*(_without_incoming(_ROWS[name]) for name in ("mul", "div", "exp", "log"))),
    "log-of-result": _changed("log", lambda a, b, out, g: (exact.divide(g, out),)),
    "exp-as-power": _changed("exp", lambda a, b, out, g: (a * exact.exp(a - 1) * g,)),
    "no-minus": _changed("div", lambda a, b, out, g: (exact.divide(g, b), exact.divide(a * g, b * b))),
}


def slipped(lab: Lab, slip: str, asks: str) -> Any:
    """The answer of somebody who works by another rule throughout."""
    run = _slipped_run(lab.listing, slip)
    return run.look_up(asks) if "." in asks else run


@lru_cache(maxsize=64)  # every field of a question asks the same run
def _slipped_run(listing: str, slip: str) -> ag.Trace:
    return ag.run_listing(listing, face=ag.face(_SLIPS[slip]))


def objection(lab: Lab) -> str:
    """Numbers have to fit on a line, and a program should say more than 0 and 1."""
    run = lab.run
    values = [exact.text(number) for number in run.values.values()]
    # Not the last gradients alone: on the way there each has to be written down as well.
    gradients = [exact.text(number) for step in run.walk for number in step.changes.values()]
    if max(map(len, [*values, *gradients])) > _MOST_CHARACTERS:
        return f"a number takes more than {_MOST_CHARACTERS} characters"
    if any(_UNHANDY.search(text) for text in [*values, *gradients]):
        return "a number has four digits or a fractional power of e"
    if "0" in gradients:
        return "a gradient is 0"
    if any(node.op == "exp" and run.values[node.inputs[0]] == 0 for node in run.graph.nodes):
        return "exp is taken of 0"
    if not any("exp" in text or "log" in text for text in gradients):
        return "no gradient has exp or log in it"
    return _wild_slip(lab)


def _wild_slip(lab: Lab) -> str:
    """A slip whose numbers nobody would write down can't be told from another one either."""
    for slip, occurs in (("log-of-result", "has_log"), ("exp-as-power", "has_exp")):
        if lab.parameters[occurs]:
            gradients = _slipped_run(lab.listing, slip).gradients.values()
            if max(len(exact.text(gradient)) for gradient in gradients) > _MOST_OF_SLIPS:
                return f"the slip {slip!r} leads to a number of more than {_MOST_OF_SLIPS} characters"
    return ""
