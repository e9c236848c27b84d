"""Loops whose number of rounds is not known: the body runs once, and what it adds up is multiplied by the rounds.

That is right only if nothing is carried from one round to the next; whatever would be raises CarriesState, which says
the number of rounds, so that the caller can run the loop at plain numbers instead.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import FunctionType
from typing import Any, NamedTuple

from engine.errors import CarriesState, EngineError
from engine.layers import Module
from engine.running.items import SymbolicItems, alike
from engine.running.lists import ListingList
from engine.scalar import Scalar
from engine.sizes import Comparison, Size, free_symbols, same, symbol
from engine.tensors.abstract import AbstractArray, AbstractNumber
from engine.tensors.tensor import Tensor

__all__ = ["Loops", "OpenLoop"]


class OpenLoop(NamedTuple):
    """A loop that is being run for all of its rounds at once; `number` is its place in the text, `name` its index."""

    number: int
    rounds: Size
    name: str
    bound: Comparison  # of the index


class Loops:
    """The symbolic loops of one run. `positive` is told each number of rounds: it must be at least 1."""

    def __init__(self, positive: Callable[[Size], None], taken: Iterable[str]) -> None:
        self._positive = positive
        self._taken = set(taken)
        self._rounds_of: dict[str, Size] = {}  # index -> the rounds of its loop, for every loop there was
        self.open: list[OpenLoop] = []

    @property
    def times(self) -> Any:
        """How often what happens now happens in all."""
        return self.times_since(0)

    def times_since(self, depth: int) -> Any:
        """How often, for each time that the `depth` outermost loops come round."""
        total: Any = 1
        for loop in self.open[depth:]:
            total = total * loop.rounds
        return total

    def loop(self, number: int, names: str, iterable: Any, *, carried: Iterable[str] = ()) -> Iterable[Any]:
        """What a `for` statement goes through; `names` are those of its target."""
        items = as_items(iterable)
        if items is None:
            return iterable  # type: ignore[no-any-return]
        if carried:
            raise CarriesState(items.length, f"a round of the loop uses {', '.join(sorted(carried))} of the one before")
        return self._one_round(number, names.split(",")[0].strip() or "i", items)

    def _one_round(self, number: int, name: str, items: SymbolicItems) -> Iterator[Any]:
        index = self._begin(number, name, items)
        yield items.at(index)
        self.open.pop()

    def _begin(self, number: int, name: str, items: SymbolicItems) -> Size:
        self.check(items.length)
        outer = next((loop for loop in self.open if self._depends(items.length, {loop.name})), None)
        if outer is not None:
            raise CarriesState(outer.rounds, f"an inner loop has {items.length} rounds, other ones in each round")
        self._positive(items.length)
        fresh = self._fresh(name)
        index = symbol(fresh, at_least=0)
        self._rounds_of[fresh] = items.length
        self.open.append(OpenLoop(number, items.length, fresh, index < items.length))
        return index

    def _fresh(self, name: str) -> str:
        index, count = name, 1
        while index in self._taken:
            count += 1
            index = f"{name}_{count}"
        self._taken.add(index)
        return index

    def collect(self, name: str, each: Callable[[Any], Any], iterable: Any) -> ListingList:
        """`[each(name) for name in iterable]`."""
        items = as_items(iterable)
        if items is None:
            return self.list_of([each(item) for item in iterable])
        index = self._begin(-1, name, items)
        item = each(items.at(index))
        self.open.pop()
        return ListingList.of_rounds(self, items.length, item, is_steady=not self._depends(item, {str(index)}))

    def list_of(self, items: Iterable[Any]) -> ListingList:
        """A list that knows the loop it was made in."""
        known = as_items(items)
        if known is None:
            return ListingList(self, items)
        return ListingList.of_items(self, known)

    def add_up(self, numbers: Sequence[int], is_sum: bool, now: Any, amount: Any) -> Any:
        """`now += amount` (or -=), over those of the loops `numbers` whose rounds are not known."""
        if isinstance(now, ListingList) and is_sum:
            now.extend(amount)
            return now
        times: Any = 1
        over = set()
        for loop in reversed(self.open):
            if loop.number not in numbers:
                break
            times = times * loop.rounds
            over.add(loop.name)
        if not over:
            step: Callable[[Any, Any], Any] = operator.iadd if is_sum else operator.isub
            return step(now, amount)
        if isinstance(amount, Scalar | str | list) or self._depends(amount, over) or not _adds_alike(now, amount):
            raise CarriesState(self.open[-1].rounds, "what a round of the loop adds depends on the round")
        if isinstance(amount, int | Size):
            amount = amount * times
        elif not hasattr(amount, "shape"):  # a float, as often as nobody knows
            return AbstractNumber()
        return now + amount if is_sum else now - amount

    def state(self, what: str) -> None:
        """Something that a later round could notice."""
        if self.open:
            raise CarriesState(self.open[0].rounds, f"{what} inside the loop may matter to its next round")

    def check(self, size: Any) -> None:
        """Refuse a size that is the one of the last round of a loop that is over."""
        if isinstance(size, Size) and self._rounds_of:
            still_open = {loop.name for loop in self.open}
            for name in sorted(free_symbols(size) & set(self._rounds_of)):
                if name not in still_open:
                    raise CarriesState(self._rounds_of[name], f"what the loop's last round left in {name} is used")

    def bounds(self, names: Iterable[str]) -> list[Comparison]:
        """What is known of those of the open loops' indices."""
        return [loop.bound for loop in self.open if loop.name in names]

    def check_steady(self, size: Any) -> None:
        """Refuse a size that is another one in each round of a loop, open or over."""
        if isinstance(size, Size) and self._rounds_of:
            for name in sorted(free_symbols(size) & set(self._rounds_of)):
                raise CarriesState(self._rounds_of[name], f"{size} differs from round to round")

    def rounds_behind(self, names: Iterable[str]) -> Size | None:
        """The rounds of the loop that one of these indices belongs to."""
        return next((self._rounds_of[name] for name in sorted(names) if name in self._rounds_of), None)

    def _depends(self, value: Any, indices: set[str]) -> bool:
        """Whether a value is another one in each round of these loops; of a function nobody knows."""
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, ListingList) and value.items is not None:
            return self._depends(value.items.length, indices)
        if isinstance(value, tuple | list):
            return any(self._depends(part, indices) for part in value)
        if isinstance(value, Module):
            return any(self._depends(part, indices) for part in vars(value).values())
        if isinstance(value, FunctionType):
            return True
        sizes = value.shape if hasattr(value, "shape") else (value,)
        return any(isinstance(size, Size) and bool(free_symbols(size) & indices) for size in sizes)

    # What a listing knows under the names of Python's own functions.

    def range(self, *bounds: Any) -> Any:
        """`range`, with sizes."""
        if not any(isinstance(bound, Size) for bound in bounds):
            return range(*bounds)
        start, stop, step = (0, *bounds, 1) if len(bounds) == 1 else (*bounds, 1)[:3]
        if isinstance(step, Size) or step < 1:
            raise EngineError(f"range: the step is {step}; forward steps of a plain number can be followed.")
        return SymbolicItems((stop - start + step - 1) // step, lambda index: start + index * step)

    def length(self, value: Any) -> Any:
        """`len`, which may be a size."""
        items = as_items(value)
        if items is not None:
            return items.length
        shape = getattr(value, "shape", None)
        return shape[0] if shape else len(value)

    def enumerate(self, values: Any, start: Any = 0) -> Any:
        """`enumerate`, of unknown length too."""
        items = as_items(values)
        return enumerate(values, start) if items is None else items.numbered(start)

    def zip(self, *columns: Any) -> Any:
        """`zip`; columns of unknown length must have the same."""
        found = [as_items(column) for column in columns]
        if all(column is None for column in found):
            return zip(*columns)  # noqa: B905, as Python's own
        items = [column for column in found if column is not None]
        for other in items[1:]:
            if not same(items[0].length, other.length):
                raise EngineError(f"zip: the lengths {items[0].length} and {other.length} must be the same.")
        if len(items) < len(columns):
            raise CarriesState(items[0].length, "zip joins it with a list of plain length")
        return SymbolicItems(items[0].length, lambda index: tuple(column.at(index) for column in items))

    def reversed(self, values: Any) -> Any:
        """`reversed`, of unknown length too."""
        items = as_items(values)
        if items is None:
            return reversed(values)
        return SymbolicItems(items.length, lambda index: items.at(items.length - 1 - index))

    def sum(self, values: Any, start: Any = 0) -> Any:
        """`sum`; of unknown length where every entry is the same size."""
        items = as_items(values)
        if items is None:
            return sum(values, start)
        probe = symbol(self._fresh("index"), at_least=0)
        item = items.at(probe)
        if not isinstance(item, int | Size) or self._depends(item, {str(probe)}):
            raise CarriesState(items.length, "sum adds entries that differ")
        return start + item * items.length


def _row_of(array: AbstractArray) -> Callable[[Any], AbstractArray]:
    return lambda _index: AbstractArray(array.shape[1:], array.dtype)


def _adds_alike(now: Any, amount: Any) -> bool:
    """Whether the first round adds as every other does: an array to one of its shape, not to a first number."""
    shape = getattr(amount, "shape", ())
    return not shape or (hasattr(now, "shape") and alike(now, amount))


def as_items(value: Any) -> SymbolicItems | None:
    """A thing of unknown length as its entries; None for anything whose length is plain."""
    if isinstance(value, SymbolicItems):
        return value
    if isinstance(value, Tensor | AbstractArray) and value.shape and isinstance(value.shape[0], Size):
        return SymbolicItems(value.shape[0], value.__getitem__ if isinstance(value, Tensor) else _row_of(value))
    return value.looked_at() if isinstance(value, ListingList) else None
