"""An exam's frozen papers, read when they are asked for: of a large class only a few are in memory at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path

from chainrule.errors import RefusedInput
from question_templates.errors import BrokenPaper
from question_templates.paper import Paper

__all__ = ["PaperShelf", "frozen_paper"]

#: Papers that stay in memory, about 100 kB each: a usual class as a whole, since results go through it several times.
_IN_HAND = 512


class PaperShelf(Mapping[str, Paper]):
    """Papers by id, in the order of their ids; asking for a damaged one raises RefusedInput with its name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ids = dict.fromkeys(sorted(file.stem for file in folder.glob("*.json")))
        self._in_hand: OrderedDict[str, Paper] = OrderedDict()

    def __getitem__(self, paper_id: str) -> Paper:
        if paper_id not in self._ids:
            raise KeyError(paper_id)
        if paper_id not in self._in_hand:
            self._in_hand[paper_id] = frozen_paper(self.folder / f"{paper_id}.json")
            if len(self._in_hand) > _IN_HAND:
                self._in_hand.popitem(last=False)
        return self._in_hand[paper_id]

    def __contains__(self, paper_id: object) -> bool:
        return paper_id in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def frozen_paper(file: Path) -> Paper:
    """The paper in a file; raises RefusedInput when it is damaged or not there."""
    try:
        return Paper.from_text(file.read_text(encoding="utf-8"))
    except (BrokenPaper, OSError, UnicodeDecodeError) as cause:
        raise RefusedInput(f"{file.name}: can't be read as a paper: {cause}") from cause
