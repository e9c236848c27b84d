"""What a student answers who forgets minus signs, and which draws teach too little."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import engine as ag
from engine.operations import STANDARD
from question_templates.lab import Lab

_ROWS = STANDARD.operations
_WITHOUT_MINUS = STANDARD.changed(
    replace(_ROWS["sub"], vjp=lambda a, b, out, g: (g, g)),
    replace(_ROWS["neg"], vjp=lambda a, b, out, g: (g,)),
)


def without_minus(lab: Lab, asks: str) -> Any:
    """The answer of somebody who passes the gradient on through a minus sign as through a plus sign."""
    run = _run_without_minus(lab.listing)
    return run.look_up(asks) if "." in asks else run


@lru_cache(maxsize=64)  # every field of a question asks the same run
def _run_without_minus(listing: str) -> ag.Trace:
    return ag.run_listing(listing, face=ag.face(_WITHOUT_MINUS))


def objection(lab: Lab) -> str:
    """Gradients that are mostly 0 leave nothing to compute."""
    gradients = lab.run.gradients
    zeros = sum(gradient == 0 for gradient in gradients.values())
    asked = [lab.run.look_up(f"{name}.grad") for name in lab.parameters["asked"]]
    if 4 * zeros > len(gradients) or not any(asked):
        return "most gradients are 0"
    return ""
