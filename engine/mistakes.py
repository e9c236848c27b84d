"""Known mistakes in backpropagation as programs: the standard rule table with one rule changed.

Running a listing under such a table gives what a student who makes that mistake would answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from engine.operations import STANDARD, Rules

__all__ = ["MISTAKES"]

_ROWS = STANDARD.operations

_OWN_FACTOR = replace(_ROWS["mul"], vjp=lambda a, b, out, g: (a * g, b * g))
_NO_CHAIN = replace(_ROWS["mul"], vjp=lambda a, b, out, g: (b, a))
_RELU_AS_VALUE = replace(_ROWS["relu"], vjp=lambda a, b, out, g: (out * g,))
_SUM_AS_PRODUCT = replace(_ROWS["add"], vjp=lambda a, b, out, g: (b * g, a * g))

#: Name of the mistake -> the rules under which somebody who makes it works.
MISTAKES: Mapping[str, Rules] = MappingProxyType(
    {
        "overwrites instead of adding": STANDARD.changed(accumulate=lambda earlier, contribution: contribution),
        "multiplies by the operand itself": STANDARD.changed(_OWN_FACTOR),
        "forgets the incoming gradient": STANDARD.changed(_NO_CHAIN),
        "takes relu's value for its derivative": STANDARD.changed(_RELU_AS_VALUE),
        "treats a sum as a product": STANDARD.changed(_SUM_AS_PRODUCT),
    }
)
