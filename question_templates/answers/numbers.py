"""Answers that are numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from fractions import Fraction

from engine.exact import Value
from engine.sizes import Size

__all__ = ["Number"]


@dataclass(frozen=True)
class Number:
    """One number, as an exact value or as text in Python syntax (`"1/exp(6)"`, `"8*N*P"` with `where`).

    A response written as a decimal may differ by `rel_tol`, or by half a unit of its last written digit when
    it has three significant digits or more. `unit` (`"bytes"`, `"MiB"`) is what a number without a unit means,
    and `where` gives the values of names that the question prints. `asked` is the quantity (`x.grad`) and `names`
    the node names that may stand on the left of an equals sign.
    """

    expected: Value | str | Size
    rel_tol: Fraction | float = Fraction(0)
    unit: str | None = None
    where: Mapping[str, object] = field(default_factory=dict)
    _: KW_ONLY
    asked: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
