"""Puts the names of a question's given code within a student's reach, as if they stood in the program itself."""

from __future__ import annotations

import ast
from typing import Final

__all__ = ["with_given"]

_USE: Final = "from given import *"


def with_given(source: str) -> tuple[str, int]:
    """A program that uses the module `given`, and by how many lines it moved down.

    What a program imports from the future has to stand first in it, so that the given names come right behind.
    """
    future = [
        node for node in ast.parse(source).body if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]
    if not future:
        return f"{_USE}\n{source}", 1
    lines = source.split("\n")
    row, column = (future[-1].end_lineno or 1) - 1, future[-1].end_col_offset or 0
    line = lines[row].encode()  # columns of a tree are counted in bytes
    lines[row] = f"{line[:column].decode()}; {_USE}{line[column:].decode()}"
    return "\n".join(lines), 0
