"""Words and module names that stand for a sign, put into signs before a text is cut into tokens."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["respelled", "without_label", "without_modules"]

_PERCENT: Final = re.compile(r"(?<=\d)[ \u00a0]*(?:prozent|pour[ -]cent|por ciento|per cent)\b", re.IGNORECASE)
_MILLION: Final = re.compile(r"(?<=\d)[ \u00a0]+(?:millions?|millionen|millones|mill[oó]n)\b\.?", re.IGNORECASE)
_MODULE: Final = re.compile(r"\b(?:np|numpy|math|torch)\.(?=[a-z]+\()")
# The bar of a derivative that is evaluated somewhere: 4x^3|_{x=2}.
_EVALUATED_AT: Final = re.compile(r"(?:\\?[bB]igg?[lr]?)?\\?\|_\{[^{}]*\}")
# The a) before an answer; what follows is no operator.
_LABEL: Final = re.compile(r"\A[ \t]*(?:\([a-h]\)|[a-zA-Z]\)|i{1,3}v?\))[ \t]+(?=[^\s*/+^=)])")
_EULER: Final = re.compile(r"\b(?:math|np|numpy)\.e\b")


def respelled(plain: str) -> str:
    """The text with "20 Prozent" as 20 %, "84.93 million" as 84.93e6 and math.e as e; of the same length."""
    for pattern, sign in ((_PERCENT, "%"), (_MILLION, "e6"), (_EULER, "e")):
        plain = pattern.sub(lambda match, sign=sign: sign.ljust(len(match.group())), plain)  # type: ignore[misc]
    return plain


def without_label(plain: str) -> str:
    """The text with blanks for the a) before its answer."""
    return _LABEL.sub(lambda match: " " * len(match.group()), plain)


def without_modules(plain: str) -> str:
    """The text without the np. of np.exp(6), and with blanks for the |_{x=2} behind a derivative."""
    return _MODULE.sub("", _EVALUATED_AT.sub(lambda match: " " * len(match.group()), plain))
