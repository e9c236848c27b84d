"""Typst source from values: whatever comes from outside stands inside a string literal, where it can only be text."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["array", "block", "call", "flag", "points", "string"]

# What a font cannot have a sign for, or what turns text around: shown as the replacement character.
_UNPRINTABLE = {
    code: "\ufffd"
    for codes in (
        range(0x09),
        range(0x0B, 0x20),
        range(0x7F, 0xA0),
        range(0x200E, 0x2010),
        range(0x202A, 0x202F),
        range(0x2060, 0x2070),
        range(0xD800, 0xF900),
        range(0xFFF9, 0x10000),
        range(0xF0000, 0x110000),
    )
    for code in codes
    if code != 0xFFFD
}


def string(text: str) -> str:
    """The text as a string literal: nothing in it is markup or code."""
    clean = text if text.isprintable() else text.translate(_UNPRINTABLE)
    # Only these two characters mean something inside a Typst string.
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def call(function: str, *arguments: str, **named: str) -> str:
    """A call; arguments are source, names have hyphens where Python has underscores."""
    rest = (f"{name.replace('_', '-')}: {value}" for name, value in named.items())
    return f"{function}({', '.join((*arguments, *rest))})"


def block(parts: Iterable[str]) -> str:
    """Content, one part after the other; empty text where there is none."""
    inside = "\n".join(parts)
    return f"{{\n{inside}\n}}" if inside else '""'


def array(parts: Iterable[str]) -> str:
    """An array, also of one entry or of none."""
    inside = "".join(f"{part}, " for part in parts)
    return f"({inside})"


def flag(value: bool) -> str:
    return "true" if value else "false"


def points(length: float) -> str:
    """A length in points, with at most two decimals."""
    return f"{round(length, 2) + 0.0:.2f}".rstrip("0").rstrip(".") + "pt"
