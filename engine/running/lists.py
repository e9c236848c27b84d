"""Lists of a listing whose sizes are not known: a length, and an entry that stands for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, SupportsIndex

from engine.errors import CarriesState, EngineError
from engine.running.items import DIFFERENT, SymbolicItems, alike
from engine.sizes import Size, as_size

__all__ = ["ListingList", "length_of"]


class Depths(Protocol):
    """Who knows how many loops are open, and how often something in the inner ones happens."""

    @property
    def open(self) -> list[Any]: ...

    def times_since(self, depth: int) -> Any: ...

    def rounds_behind(self, names: Iterable[str]) -> Size | None: ...

    def check_steady(self, size: Any) -> None: ...


class ListingList(list[Any]):
    """A list as a listing makes it: exact until entries are appended in a loop of unknown rounds.

    `items` is None while the list is exact. `depth` is the number of loops that were open when it was made: an append
    inside further ones counts once for each of their rounds.
    """

    def __init__(self, loops: Depths, entries: Iterable[Any] = ()) -> None:
        super().__init__(entries)
        self._loops = loops
        self._depth = len(loops.open)
        self._made_in = [loop.name for loop in loops.open]
        self.items: SymbolicItems | None = None
        self._looked_in: set[str] = set()  # the loops in which the list was looked at, and those in which it grew
        self._grew_in: set[str] = set()

    @classmethod
    def of_items(cls, loops: Depths, items: SymbolicItems) -> ListingList:
        """A list of unknown length."""
        made = cls(loops)
        made.items = items
        return made

    @classmethod
    def of_rounds(cls, loops: Depths, rounds: Size, entry: Any, *, is_steady: bool) -> ListingList:
        """The same entry once a round; a list of which the length alone is known where entries differ."""
        return cls.of_items(loops, SymbolicItems(rounds, _steady(entry) if is_steady else _differing(rounds)))

    def looked_at(self) -> SymbolicItems | None:
        """The entries, for whoever asks; refused in a loop whose rounds find the list at different lengths."""
        self._looked_in |= self._loops_within()
        self._refuse_if_it_changes()
        return self.items

    def _loops_within(self) -> set[str]:
        return {loop.name for loop in self._loops.open[self._depth :]}

    def _refuse_if_it_changes(self) -> None:
        within = self._loops_within()
        if self._looked_in & self._grew_in & within:
            raise CarriesState(self._loops.open[self._depth].rounds, "a list is looked at in the loop that it grows in")

    def append(self, entry: Any) -> None:
        self._grow(self._loops.times_since(self._depth), entry)

    def extend(self, entries: Iterable[Any]) -> None:
        if isinstance(entries, ListingList) and entries.items is not None:
            self._grow(entries.items.length * self._loops.times_since(self._depth), entries.items.steady)
        else:
            for entry in list(entries):  # which may be this very list
                self.append(entry)

    # Every other change is followed only outside loops of unknown rounds, and of a list whose length is plain.

    def _change(self, how: str) -> None:
        self._refuse_if_one_of_many()
        if self.items is not None:
            raise CarriesState(self.items.length, f"{how} changes a list of that length")
        if self._loops_within():
            raise CarriesState(self._loops.open[self._depth].rounds, f"{how} changes a list that the next round finds")

    def pop(self, index: SupportsIndex = -1) -> Any:
        self._change(".pop()")
        return super().pop(index)

    def copy(self) -> ListingList:
        same_entries = ListingList(self._loops)
        same_entries.extend(self)
        return same_entries

    def index(self, *entry_and_bounds: Any) -> int:
        self._ask(".index()")
        return super().index(*entry_and_bounds)

    def count(self, entry: Any) -> int:
        self._ask(".count()")
        return super().count(entry)

    def __eq__(self, other: object) -> bool:
        self._ask("==")
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        self._ask("!=")
        return super().__ne__(other)

    def __lt__(self, other: list[Any]) -> bool:
        self._ask("<")
        return super().__lt__(other)

    def __gt__(self, other: list[Any]) -> bool:
        self._ask(">")
        return super().__gt__(other)

    __hash__ = None

    def _ask(self, what: str) -> None:
        items = self.looked_at()
        if items is not None:
            raise CarriesState(items.length, f"{what} looks at the entries of a list of that length")

    def insert(self, index: SupportsIndex, entry: Any) -> None:
        self._change(".insert()")
        super().insert(index, entry)

    def remove(self, entry: Any) -> None:
        self._change(".remove()")
        super().remove(entry)

    def clear(self) -> None:
        self._change(".clear()")
        super().clear()

    def reverse(self) -> None:
        self._change(".reverse()")
        super().reverse()

    def sort(self, **options: Any) -> None:
        self._change(".sort()")
        super().sort(**options)

    def __setitem__(self, index: Any, entry: Any) -> None:
        self._change("an assignment to an entry")
        super().__setitem__(index, entry)

    def __delitem__(self, index: Any) -> None:
        self._change("del")
        super().__delitem__(index)

    def __iadd__(self, entries: Iterable[Any]) -> ListingList:  # type: ignore[misc]
        self.extend(entries)
        return self

    def _refuse_if_one_of_many(self) -> None:
        """A list made in a loop that is over stands for one of each round; to change it would change them all."""
        still_open = {loop.name for loop in self._loops.open}
        rounds = self._loops.rounds_behind(name for name in self._made_in if name not in still_open)
        if rounds is not None:
            raise CarriesState(rounds, "a list that was made in a round of it is changed later")

    def _grow(self, times: Any, entry: Any) -> None:
        self._refuse_if_one_of_many()
        if self.items is None and isinstance(times, int):
            super().extend([entry] * times)
            return
        before = self.items.length if self.items is not None else super().__len__()
        length = before + times
        self._loops.check_steady(length)
        is_like = entry is not DIFFERENT and self._is_like(entry)
        self._grew_in |= self._loops_within()
        self._refuse_if_it_changes()
        self.items = SymbolicItems(length, _steady(entry) if is_like else _differing(length))

    def _is_like(self, entry: Any) -> bool:
        """Whether an entry may stand for those that are here already."""
        known = [self.items.steady] if self.items is not None else list(super().__iter__())
        return all(alike(entry, other) for other in known)

    def __iter__(self) -> Iterator[Any]:
        items = self.looked_at()
        return super().__iter__() if items is None else iter(items)

    def __contains__(self, entry: object) -> bool:
        items = self.looked_at()
        return super().__contains__(entry) if items is None else entry in items

    def __len__(self) -> int:
        items = self.looked_at()
        return super().__len__() if items is None else len(items)

    def __getitem__(self, index: Any) -> Any:
        self.looked_at()
        if isinstance(index, slice):
            return self._part(index)
        if self.items is not None:
            return self.items[index]
        if isinstance(index, Size):
            entries = list(super().__iter__())
            if not entries or not all(alike(entries[0], other) for other in entries):
                raise EngineError(f"list: the entry at {index} is not known; the entries differ.")
            return entries[0]
        return super().__getitem__(index)

    def _part(self, index: slice) -> Any:
        if self.items is None and not any(isinstance(part, Size) for part in (index.start, index.stop, index.step)):
            return ListingList(self._loops, super().__getitem__(index))
        items = self.items
        if items is None:
            items = SymbolicItems(as_size(super().__len__()), self.__getitem__)
        return ListingList.of_items(self._loops, items[index])

    def __add__(self, other: Any) -> ListingList:
        joined = ListingList(self._loops)
        joined.extend(self)
        joined.extend(other)
        return joined

    def __mul__(self, times: Any) -> ListingList:
        entries, items = list(super().__iter__()), self.looked_at()
        if items is None and not isinstance(times, Size):
            return ListingList(self._loops, entries * times)
        if items is None and not entries:
            return ListingList(self._loops)
        entry = entries[0] if items is None else items.steady
        length = (len(entries) if items is None else items.length) * times
        is_steady = entry is not DIFFERENT and self._is_like(entry)
        return self.of_rounds(self._loops, length, entry, is_steady=is_steady)

    def __imul__(self, times: Any) -> ListingList:
        self._change("*=")
        raise CarriesState(as_size(times), "a list is repeated in place")

    def __radd__(self, other: list[Any]) -> ListingList:
        return ListingList(self._loops, other) + self

    __rmul__ = __mul__


def length_of(entries: list[Any]) -> Any:
    """The length of any list, without looking at it in the sense of `looked_at`."""
    if isinstance(entries, ListingList) and entries.items is not None:
        return entries.items.length
    return list.__len__(entries)


def _steady(entry: Any) -> Callable[[Any], Any]:
    return lambda _index: entry


def _differing(length: Any) -> Callable[[Any], Any]:
    def refuse(_index: Any) -> Any:
        raise CarriesState(length, "an entry of a list is used whose entries differ")

    return refuse
