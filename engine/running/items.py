"""Entries of which only the number is known, as a size, and a rule that gives the entry at a place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from engine.errors import CarriesState
from engine.sizes import Size, same, symbol
from engine.tensors.indexing import slice_length

__all__ = ["DIFFERENT", "SymbolicItems", "alike"]

_SOME_PLACE = symbol("place", at_least=0)
DIFFERENT = object()


class SymbolicItems:
    """So many entries, the one at an index given by a rule."""

    def __init__(self, length: Size, at: Callable[[Any], Any]) -> None:
        self.length, self.at = length, at

    def numbered(self, start: Any) -> SymbolicItems:
        """Pairs of a number and an entry."""
        return SymbolicItems(self.length, lambda index: (start + index, self.at(index)))

    def __iter__(self) -> Iterator[Any]:
        raise CarriesState(self.length, "its entries are gone through one by one")

    def __contains__(self, _item: object) -> bool:
        raise CarriesState(self.length, "an entry is looked for")

    def __len__(self) -> int:
        raise CarriesState(self.length, "its length is asked for where a plain number is needed")

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            if index.step not in (None, 1):
                raise CarriesState(self.length, "a slice takes every so many of its entries")
            start = 0 if index.start is None else self._place(index.start)
            return SymbolicItems(slice_length(index, self.length), lambda place: self.at(start + place))
        return self.at(self._place(index))

    def _place(self, index: Any) -> Any:
        return self.length + index if isinstance(index, int) and index < 0 else index

    @property
    def steady(self) -> Any:
        """The entry that stands for all; the differing one that no list has where they differ."""
        try:
            first, other = self.at(0), self.at(_SOME_PLACE)
        except CarriesState:
            return DIFFERENT
        return first if alike(first, other) else DIFFERENT


def alike(one: Any, other: Any) -> bool:
    """Whether two entries cannot be told apart by what they are used for: shape and type, or the number itself."""
    if hasattr(one, "shape") and hasattr(other, "shape"):
        alike_shape = len(one.shape) == len(other.shape) and all(map(alike, one.shape, other.shape))
        takes_gradients = getattr(one, "requires_grad", None) == getattr(other, "requires_grad", None)
        return type(one) is type(other) and alike_shape and one.dtype == other.dtype and takes_gradients
    if isinstance(one, int | Size) and isinstance(other, int | Size):
        return same(one, other)
    return one is other
