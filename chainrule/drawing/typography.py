"""How text is written in a drawing: signs for operations, subscripts for names, widths."""

from __future__ import annotations

import re
from types import MappingProxyType

from engine.graph import Node

__all__ = [
    "CAPTION_SIZE",
    "NOTE_SIZE",
    "SUBSCRIPT_SCALE",
    "TEXT_SIZE",
    "node_text",
    "split_name",
    "text_width",
]

OPERATION_SIGNS = MappingProxyType(
    {"mul": "\u00d7", "add": "+", "sub": "\u2212", "div": "\u00f7", "matmul": "@"}
)

# Font sizes in CSS pixels.
TEXT_SIZE, CAPTION_SIZE, NOTE_SIZE = 19.0, 13.0, 13.0
SUBSCRIPT_SCALE = 0.72

# Estimated for a serif text face, on the wide side, in parts of the font size.
NARROW, WIDE, USUAL, FULL = 0.34, 0.9, 0.56, 1.0

# Two-letter names that are Greek letters, not a letter with an index.
_GREEK = frozenset({"mu", "nu", "xi", "pi"})
_UNDERSCORE = re.compile(r"([^_]+)_(.+)")
_DIGITS = re.compile(r"([^\W\d_]+)([0-9]+)")
_WEIGHT = re.compile(r"([wW])([a-z]{1,2}[0-9]{0,2})")
_STATE = re.compile(r"([bchuvBCHUV])([a-z][0-9]{0,2})")


def node_text(node: Node) -> str:
    """What stands inside a node's box: a leaf's variable, or an operation's sign, else its name."""
    if node.op.startswith("leaf(") and node.op.endswith(")"):
        return node.op[len("leaf(") : -1]
    return OPERATION_SIGNS.get(node.op, node.op)


def split_name(name: str) -> tuple[str, str]:
    """A name as (base, subscript); the subscript is empty when the name is one word.

    In this order: an underscore parts them (`w_r`, `x_1`); w with up to two letters is a weight with its
    index (`wr`, `wo`, `wxh`, `wr2`); b, c, h, u, v with one letter likewise (`bh`, `ho`); digits at the end
    are an index (`x1`, `h0`, `z10`). Everything else is one word (`loss`, `xy`, `out`), and so are `mu`,
    `nu`, `xi`, `pi`.
    """
    if name in _GREEK:
        return name, ""
    for pattern in (_UNDERSCORE, _WEIGHT, _STATE, _DIGITS):
        match = pattern.fullmatch(name)
        if match:
            return match[1], match[2]
    return name, ""


def text_width(text: str, *, font_size: float) -> float:
    """A safe estimate of how wide the text gets; no font is at hand when a layout is made."""
    return font_size * sum(map(_character_width, text))


def _character_width(character: str) -> float:
    if ord(character) > 0x2E7F:  # East Asian scripts and emoji are as wide as they are high
        return FULL
    if character in "ijlt.,:;'|!()[]1 ":
        return NARROW
    return WIDE if character in "mwMW@%" else USUAL
