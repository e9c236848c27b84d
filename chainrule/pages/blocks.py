"""A Markdown text in blocks that mean the same alone as together, so that what many papers share is made once."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["blocks_of"]

_CLOSING = re.compile(r"```[ \t]*")
# What may belong to the block above it although a blank line stands between: items, their insides, quotations.
_MAY_CONTINUE = re.compile(r"^(?:[ \t>]|[-+*](?:[ \t]|$)|[0-9]{1,9}[.)](?:[ \t]|$))", re.MULTILINE)
# Where fences are more than three backticks and a language at the beginning of a line, or ends of lines are not plain.
_UNUSUAL = re.compile(r"~~~|````|[\r\0]|(?m:^.+```|^```(?![\w-]*[ \t]*$))")


def blocks_of(body: str) -> list[str]:
    """The text parted at blank lines where that changes nothing; a text with unusual fences stays in one piece.

    The blocks rendered one by one and joined are the text rendered as a whole, since references are off.
    """
    if _UNUSUAL.search(body):
        return [body]
    blocks: list[str] = []
    last = ""
    for piece in _pieces(body):
        belongs = _MAY_CONTINUE.match(piece) and blocks and _MAY_CONTINUE.search(blocks[-1])
        # The renderer sets off what stands behind a figure, and does so only where it sees both.
        if belongs or "![" in last:
            blocks[-1] += f"\n{piece}"
        else:
            blocks.append(piece)
        last = piece
    return blocks


def _pieces(body: str) -> Iterator[str]:
    """Lines between blank lines, with the blank lines behind them; code stays together."""
    lines: list[str] = []
    is_code = False
    for line in body.split("\n"):
        if lines and not is_code and line.strip(" \t") and not lines[-1].strip(" \t"):
            yield "\n".join(lines)
            lines = []
        lines.append(line)
        is_code = not _CLOSING.fullmatch(line) if is_code else line.startswith("```")
    yield "\n".join(lines)
