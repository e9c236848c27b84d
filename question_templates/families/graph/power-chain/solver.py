"""What a student answers who lets the gradient pass a product unchanged, as it passes a sum."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import engine as ag
from engine.operations import STANDARD
from question_templates.lab import Lab

_PRODUCT_AS_SUM = STANDARD.changed(replace(STANDARD.operations["mul"], vjp=lambda a, b, out, g: (g, g)))


def product_as_sum(lab: Lab, asks: str) -> Any:
    """The answer of somebody who works by the rule of a sum throughout."""
    run = _mistaken_run(lab.listing)
    return run.look_up(asks) if "." in asks else run


@lru_cache(maxsize=64)  # every field of a question asks the same run
def _mistaken_run(listing: str) -> ag.Trace:
    return ag.run_listing(listing, face=ag.face(_PRODUCT_AS_SUM))
