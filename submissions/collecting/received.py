"""received.csv, in which staff says when the files of a plain folder came in: file systems don't know.

    file,submitted_at,email
    ada/answers.json,2026-12-05 16:58:10 +01:00,ada@example.edu
    bilal,2026-12-05 17:20 +01:00,

A row speaks of a file, or of a folder or zip and all that is in it; the nearest row counts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from submissions.collecting.columns import Columns, columns_of
from submissions.collecting.tables import TABLES
from submissions.collecting.told import NOTHING_TOLD, Told
from submissions.formats.form_value import shown
from submissions.sheets import SheetProblem, read_sheet
from submissions.submission import Refusal
from submissions.tree import Branch, Leaf, Node, Untaken, taken

__all__ = ["RECEIVED", "Received", "read_received"]

RECEIVED = "received.csv"
_COLUMNS = "It needs the columns file and submitted_at, and may have id, name and email."


@dataclass(frozen=True)
class Received:
    """What the table tells of each path below its folder, and what is wrong with it."""

    rows: Mapping[str, Told] = field(default_factory=dict)
    wrong: tuple[Refusal, ...] = ()

    def told(self, path: str) -> Told:
        """What the nearest row tells of this path, or of what it lies in."""
        if not self.rows:
            return NOTHING_TOLD
        parts = _key(path).split("/")
        paths = ["/".join(parts[:n]) for n in range(len(parts), 0, -1)]
        table = paths[0].rpartition(":")[0]
        return next((self.rows[one] for one in (paths[0], table, *paths[1:]) if one in self.rows), NOTHING_TOLD)


def read_received(leaf: Leaf, beside: Sequence[Node], *, prefix: str) -> Received:
    """The table; `beside` is what lies next to it, where each row's file should be."""
    source = prefix + leaf.name
    try:
        (_, headings), *rows = read_sheet(taken(leaf, TABLES)).rows or [(1, [""])]
    except Untaken as reason:
        return Received(wrong=(reason.refusal(source),))
    except SheetProblem as problem:
        return Received(wrong=(Refusal(source, problem.message, problem.line),))
    columns = columns_of(headings)
    if "file" not in columns.places or columns.twice:
        return Received(wrong=(Refusal(source, "this is not a table of when files came in.", advice=_COLUMNS),))
    return _read(rows, columns, beside, source)


def _read(rows: Sequence[tuple[int, list[str]]], columns: Columns, beside: Sequence[Node], source: str) -> Received:
    told: dict[str, Told] = {}
    wrong: list[Refusal] = []
    here = _by_key(beside)
    for line, row in rows:
        path = _key(columns.cell(row, "file"))
        row_told = columns.told(row)
        fault = _fault(path, row_told, told, here)
        if fault:
            wrong.append(Refusal(f"{source}:{line}", fault, advice="Correct the row; the others were used."))
        else:
            told[path] = row_told
    return Received(told, tuple(wrong))


def _fault(path: str, row: Told, earlier: Mapping[str, Told], here: Mapping[str, Node]) -> str:
    if not path:
        return "the file is missing."
    if row.warnings:
        return row.warnings[0]
    if path in earlier and earlier[path] != row:
        return f"{shown(path)} stands in an earlier row with something else."
    return "" if _lies_there(path.split("/"), here) else f"there is no {shown(path)} here."


def _lies_there(parts: Sequence[str], here: Mapping[str, Node]) -> bool:
    """Whether there is such a path; what is inside of zips and tables is taken on trust."""
    node = here.get(parts[0]) or here.get(parts[0].rpartition(":")[0])
    if isinstance(node, Branch) and len(parts) > 1:
        try:
            return _lies_there(parts[1:], _by_key(node.children()))
        except Untaken:
            return False
    return node is not None


def _by_key(nodes: Sequence[Node]) -> dict[str, Node]:
    return {_key(node.name): node for node in nodes}


def _key(path: str) -> str:
    return unicodedata.normalize("NFC", path.replace("\\", "/").strip("/").removeprefix("./"))
