"""A face: what a listing knows as `ag`, bound to one frozen rule table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine import scalar
from engine.exact import Value
from engine.operations import STANDARD, Rules
from engine.scalar import Scalar

__all__ = ["STANDARD_FACE", "Face", "face"]


@dataclass(frozen=True)
class Face:
    """`ag` under `rules`. Functions need no binding of their own: a Scalar's tape knows its rules."""

    rules: Rules
    exp: Callable[[Scalar], Scalar] = scalar.exp
    log: Callable[[Scalar], Scalar] = scalar.log
    relu: Callable[[Scalar], Scalar] = scalar.relu
    tanh: Callable[[Scalar], Scalar] = scalar.tanh
    sigmoid: Callable[[Scalar], Scalar] = scalar.sigmoid
    sub: Callable[[Scalar, Scalar], Scalar] = scalar.sub
    neg: Callable[[Scalar], Scalar] = scalar.neg
    div: Callable[[Scalar, Scalar], Scalar] = scalar.div
    pow: Callable[[Scalar, Scalar], Scalar] = scalar.pow

    def Scalar(self, value: Value, *, label: str = "") -> Scalar:  # noqa: N802, as listings write it
        """A leaf of this face's rules."""
        return Scalar(value, label=label, rules=self.rules)


def face(rules: Rules) -> Face:
    """The engine's face under another rule table, for instance a mal-rule's."""
    return Face(rules)


STANDARD_FACE = Face(STANDARD)
