"""Review tables and pages written to `OUT/review/`, one for each person; what somebody has filled in is not lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chainrule.errors import RefusedInput
from chainrule.pages.review_page import Sheet, SolutionOf, review_page
from chainrule.plain_text import printable
from chainrule.review.decision_rows import LONGEST_NAME
from chainrule.review.group_table import groups_csv
from chainrule.review.grouping import Group
from chainrule.review.sharing_out import shared_out
from chainrule.spreadsheet import read_rows
from chainrule.transcription.typing_rules import odd_character
from submissions import write_atomic

__all__ = ["Part", "hand_out", "named_parts", "numbered_parts"]

_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600
# With it, spreadsheets know that a file is UTF-8; without it, some show `²` as `Â²`.
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Part:
    """One person's share: how its files are called, without an ending, and who decides, where that is known."""

    name: str
    who: str = ""


def numbered_parts(n_parts: int) -> tuple[Part, ...]:
    """`part-1`, `part-2`, ..., for whoever takes them."""
    return tuple(Part(f"part-{number}") for number in range(1, n_parts + 1))


def named_parts(names: str) -> tuple[Part, ...]:
    """`ann,bob`: a part for each; raises RefusedInput for a name that can be no file's, or that stands there twice."""
    parts: list[Part] = []
    for written in names.split(","):
        who = " ".join(written.split())
        name = "".join(letter if letter.isalnum() else "-" for letter in who.lower())
        if not name.strip("-") or len(who) > LONGEST_NAME or odd_character(who):
            raise RefusedInput(f"{printable(written)!r:.60} is no name; write, say, `--tas ann,bob`.")
        if any(part.name == name for part in parts):
            raise RefusedInput(f"{printable(who)!r} stands there twice, or much like another name; tell them apart.")
        parts.append(Part(name, who))
    return tuple(parts)


def hand_out(
    place: Path,
    groups: Sequence[Group],
    parts: Sequence[Part],
    *,
    imported: Iterable[str] = (),
    replaces: bool = False,
    has_tables: bool = True,
    page_of: Sheet | None = None,
    solution_of: SolutionOf = lambda _item: None,
) -> tuple[tuple[Path, int], ...]:
    """Write a table for each part to the folder `place`, and a page where `page_of` says what stands on it.

    Returns the files, each with how many groups are in it. `imported` are the groups of decisions that are kept.
    Raises: RefusedInput when a file there has decisions that were not imported and `replaces` does not allow that.
    """
    shares = list(zip(parts, shared_out(groups, len(parts)), strict=True))
    if has_tables and not replaces:
        _refuse_to_lose([place / f"{part.name}.csv" for part in parts], frozenset(imported))
    written = []
    try:
        place.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
        for part, share in shares:
            for file, text in _files(part, share, has_tables, page_of, solution_of):
                write_atomic(place / file, text.encode("utf-8", "replace"), mode=_PRIVATE_FILE)
                written.append((place / file, len(share)))
    except OSError as cause:
        raise RefusedInput(f"{place}: can't be written ({cause.strerror}).") from cause
    return tuple(written)


def _files(
    part: Part, share: Sequence[Group], has_tables: bool, page_of: Sheet | None, solution_of: SolutionOf
) -> Iterable[tuple[str, str]]:
    if has_tables:
        yield f"{part.name}.csv", _BYTE_ORDER_MARK + groups_csv(share, who=part.who)
    if page_of is not None:
        sheet = Sheet(page_of.title, f"{part.name}.csv", page_of.run, page_of.course, part.who)
        yield f"{part.name}.html", review_page(share, sheet, solution_of)


def _refuse_to_lose(files: Iterable[Path], imported: frozenset[str]) -> None:
    for file in files:
        if file.exists() and not _filled(file) <= imported:
            raise RefusedInput(
                f"{file}: has decisions that were not taken over. `--import {file}` does that; "
                f"`--replace` writes over them."
            )


def _filled(file: Path) -> frozenset[str]:
    """The groups that somebody has filled in; a table that can't be read as ours is one that nobody should lose."""
    unknown = frozenset([str(file)])
    try:
        rows = read_rows(file.read_bytes(), source=file.name)
        headings = [cell.lower() for cell in rows[0][1]] if rows else []
        group, points, reason = (headings.index(name) for name in ("group", "points", "reason"))
    except (OSError, RefusedInput, ValueError):
        return unknown
    return frozenset(
        row[group] for _, row in rows[1:] if len(row) > max(group, points, reason) and (row[points] or row[reason])
    )
