"""The bank: every family below one or more folders, found by id, topic and level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from question_templates.errors import BrokenFamily
from question_templates.family import Family
from question_templates.family_file import read_family

__all__ = ["BUILT_IN", "Bank", "Shelf", "open_bank"]

BUILT_IN = Path(__file__).parent / "families"


@dataclass(frozen=True, eq=False)
class Shelf:
    """A family and the folder its templates stand in; two with the same content are one, wherever they stand."""

    family: Family
    folder: Path

    def __hash__(self) -> int:
        return hash(self.family.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shelf) and self.family.digest == other.family.digest


@dataclass(frozen=True)
class Bank:
    """Families by id."""

    shelves: Mapping[str, Shelf]

    def shelf(self, family_id: str) -> Shelf:
        """The family of that id; raises BrokenFamily naming the ids there are."""
        if family_id not in self.shelves:
            raise BrokenFamily(f"there is no family {family_id!r}; the bank has {', '.join(sorted(self.shelves))}.")
        return self.shelves[family_id]

    @property
    def families(self) -> dict[str, Family]:
        """Every family by id, as grading needs them."""
        return {family_id: shelf.family for family_id, shelf in self.shelves.items()}

    def choose_from(self, *, topic: str = "", level: int | None = None) -> tuple[Shelf, ...]:
        """Every family of that topic that offers that level, sorted by id."""
        return tuple(
            shelf
            for _, shelf in sorted(self.shelves.items())
            if topic in ("", shelf.family.topic) and (level is None or level in shelf.family.levels)
        )


def open_bank(*folders: Path) -> Bank:
    """Read every `<topic>/<name>/family.yaml` below the folders; without any, the built-in families.

    The built-in ones are read once: they do not change while a process runs.
    Raises: BrokenFamily with the mistakes of all families together, and for an id that stands twice.
    """
    return _read(folders) if folders else _read_once(BUILT_IN)


@lru_cache(maxsize=1)
def _read_once(folder: Path) -> Bank:
    return _read((folder,))


def _read(folders: Iterable[Path]) -> Bank:
    shelves: dict[str, Shelf] = {}
    mistakes: list[str] = []
    for path in _family_files(folders):
        try:
            family = read_family(path.parent)
        except BrokenFamily as broken:
            mistakes.append(str(broken))
            continue
        if family.id in shelves:
            mistakes.append(f"{'/'.join(path.parts[-3:])}: the id {family.id!r} is taken by another family.")
        shelves[family.id] = Shelf(family, path.parent)
    if mistakes:
        raise BrokenFamily("\n".join(mistakes))
    return Bank(shelves)


def _family_files(folders: Iterable[Path]) -> list[Path]:
    return [path for folder in folders for path in sorted(folder.glob("*/*/family.yaml"))]
