"""Calls and values as a line of Python that a student can paste, short enough to be looked at."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from question_templates.coding.values import is_sparse

__all__ = ["call_text", "shortened_words", "tamed", "value_text"]

_LONGEST: Final = 240
_MOST_ENTRIES: Final = 40
_LONGEST_WORDS: Final = 480


def call_text(function: str, arguments: tuple[Any, ...]) -> str:
    """`f(np.array([1.0, 2.0]), 3)`"""
    return f"{function}({', '.join(value_text(one) for one in arguments)})"


def value_text(value: Any) -> str:
    """A value in Python's own notation, in one line and without backticks; a long one is cut."""
    text = _text(value).replace("`", "'").replace("\n", " ")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 4] + " ..."


def tamed(value: Any) -> Any:
    """A value whose texts are short and without backticks, for words that a question finds for it."""
    if isinstance(value, str):
        return value[: _LONGEST + 1].replace("`", "'")
    if isinstance(value, (list, tuple)):
        return type(value)(tamed(one) for one in value)
    return {tamed(key): tamed(one) for key, one in value.items()} if isinstance(value, dict) else value


def shortened_words(words: str) -> str:
    """Words in which code stands between backticks, in one line; where they are cut, a last backtick is added."""
    line = words.replace("\n", " ")
    if len(line) <= _LONGEST_WORDS:
        return line
    cut = line[: _LONGEST_WORDS - 5]
    return f"{cut} ...{'`' * (cut.count('`') % 2)}"


def _text(value: Any) -> str:
    if is_sparse(value):
        return _sparse_text(value)
    if isinstance(value, np.ndarray):
        return _array_text(value)
    if isinstance(value, np.generic):
        return _text(value.item())
    if isinstance(value, float):
        return repr(float(f"{value:.6g}") + 0.0)
    if isinstance(value, str):
        return repr(value[: _LONGEST + 1].replace("`", "'"))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)}: {_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        inside = ", ".join(map(_text, value[:_MOST_ENTRIES])) + (", ..." if len(value) > _MOST_ENTRIES else "")
        if isinstance(value, list):
            return f"[{inside}]"
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return repr(value)[: _LONGEST + 1]


def _array_text(value: Any) -> str:
    if not value.size:
        return f"np.zeros({value.shape})"
    if value.size > _MOST_ENTRIES:
        return f"an array of shape {value.shape} that begins with {_text(value.ravel()[:6].tolist())}"
    kind = "" if value.dtype in (np.float64, np.int64, np.bool_) else f", dtype=np.{value.dtype}"
    return f"np.array({_text(value.tolist())}{kind})"


def _sparse_text(value: Any) -> str:
    places = list(zip(map(int, value.rows), map(int, value.cols), value.values, strict=True))
    shown = ", ".join(f"({row}, {column}): {_text(entry)}" for row, column, entry in places[:8])
    more = ", ..." if len(places) > 8 else ""
    return f"a sparse matrix of shape {tuple(value.shape)} with the entries {{{shown}{more}}}"
