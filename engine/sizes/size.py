"""Sizes: whole numbers that a listing computes with before they are known, such as `(Hin - K)//S + 1`.

A `Size` has a normal form, which alone is compared (equal normal forms prove equality, different ones prove nothing; so
a size has no hash unless it is a plain number), a written form, which alone is shown, and the facts that its symbols
were made with.
`==` and `!=` answer at once, `<`, `<=`, `>` and `>=` give a `Comparison`, and whatever depends on the
symbols' values raises UndecidedComparison instead of a guess. Only `same` compares normal forms and no more.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, SupportsIndex

from engine.sizes import written as wording
from engine.sizes.arithmetic import normal_form, number_or, written_form
from engine.sizes.atoms import largest, smallest
from engine.sizes.facts import NO_FACTS, Facts, Relation, united, verdict
from engine.sizes.limits import SizeError, UndecidedComparison, UnhashableSize
from engine.sizes.polynomial import (
    Polynomial,
    Symbol,
    check_limits,
    collect,
    constant,
    integer_of,
    of_atom,
    scale,
)
from engine.sizes.words import PYTHON, in_words
from engine.sizes.written import Name, Written

__all__ = [
    "Comparison",
    "Size",
    "as_size",
    "assuming",
    "ceil_divide",
    "named",
    "same",
    "size_max",
    "size_min",
    "symbol",
    "total",
]

_OPPOSITE: dict[Relation, Relation] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
# A message names both sides; a long formula is cut, since its beginning says which one it is.
_SHOWN_CHARACTERS = 80


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Size:
    """A whole number in terms of symbols; made by `symbol` or `as_size`, and by arithmetic."""

    form: Polynomial
    written: Written
    facts: Facts = NO_FACTS

    # NumPy's own integers leave an operation with a size to the size.
    __array_ufunc__: ClassVar[None] = None

    def __add__(self, other: Size | SupportsIndex) -> Size:
        return _combined(self, "+", other)

    def __radd__(self, other: SupportsIndex) -> Size:
        return _combined(as_size(other), "+", self)

    def __sub__(self, other: Size | SupportsIndex) -> Size:
        return _combined(self, "-", other)

    def __rsub__(self, other: SupportsIndex) -> Size:
        return _combined(as_size(other), "-", self)

    def __mul__(self, other: Size | SupportsIndex) -> Size:
        return _combined(self, "*", other)

    def __rmul__(self, other: SupportsIndex) -> Size:
        return _combined(as_size(other), "*", self)

    def __floordiv__(self, other: Size | SupportsIndex) -> Size:
        return _combined(self, "//", other)

    def __rfloordiv__(self, other: SupportsIndex) -> Size:
        return _combined(as_size(other), "//", self)

    def __mod__(self, other: Size | SupportsIndex) -> Size:
        return _combined(self, "%", other)

    def __rmod__(self, other: SupportsIndex) -> Size:
        return _combined(as_size(other), "%", self)

    def __truediv__(self, other: Size | SupportsIndex) -> Size:
        return _combined(self, "/", other)

    def __rtruediv__(self, other: SupportsIndex) -> Size:
        return _combined(as_size(other), "/", self)

    def __pow__(self, other: Size | SupportsIndex) -> Size:
        return _combined(self, "**", other)

    def __rpow__(self, other: SupportsIndex) -> Size:
        return _combined(as_size(other), "**", self)

    def __neg__(self) -> Size:
        return Size(scale(self.form, -1), wording.scaled(self.written, -1), self.facts)

    def __pos__(self) -> Size:
        return self

    def __abs__(self) -> Size:
        return size_max(self, -self)

    def __lt__(self, other: Size | SupportsIndex) -> Comparison:
        return Comparison(self, "<", as_size(other))

    def __le__(self, other: Size | SupportsIndex) -> Comparison:
        return Comparison(self, "<=", as_size(other))

    def __gt__(self, other: Size | SupportsIndex) -> Comparison:
        return Comparison(self, ">", as_size(other))

    def __ge__(self, other: Size | SupportsIndex) -> Comparison:
        return Comparison(self, ">=", as_size(other))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, float):
            return other.is_integer() and self == int(other)
        if not isinstance(other, (Size, int, SupportsIndex)):
            return NotImplemented
        right = as_size(other)
        return self.form == right.form or bool(Comparison(self, "==", right))

    def __hash__(self) -> int:
        value = integer_of(self.form)
        if value is None:  # a set or dictionary would take two sizes for different that may be one
            raise UnhashableSize(f"a set or dictionary looks for {_shown(self)}, which depends on the sizes.")
        return hash(value)

    def __bool__(self) -> bool:
        return self != 0

    def __index__(self) -> int:
        value = integer_of(self.form)
        if value is None:
            raise SizeError(f"{self} depends on symbols and is no plain number; evaluate it at given sizes.")
        return value

    def __int__(self) -> int:
        return self.__index__()

    def __str__(self) -> str:
        return in_words(self.written, PYTHON)

    def __repr__(self) -> str:
        return f"Size({self})"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of two sizes; its truth is asked for by `if`, or it is declared as a fact."""

    left: Size
    relation: Relation
    right: Size

    def __bool__(self) -> bool:
        facts = united(self.left.facts, self.right.facts)
        answer = verdict(self.left.form, self.relation, self.right.form, facts)
        if answer is None:
            raise UndecidedComparison(
                f"{self} depends on the sizes; "
                f"declare '{self}' or '{self.opposite()}', whichever the listing relies on.",
                self,
            )
        return answer

    def opposite(self) -> Comparison:
        """The comparison that holds where this one does not."""
        return Comparison(self.left, _OPPOSITE[self.relation], self.right)

    def __str__(self) -> str:
        return f"{_shown(self.left)} {self.relation} {_shown(self.right)}"


def symbol(name: str, *, at_least: int = 1, facts: Facts = NO_FACTS) -> Size:
    """An unknown whole number of at least `at_least`, 0 or more; a declared equality may replace its normal form.

    Raises: SizeError for a name that is no identifier and for a negative least value.
    """
    _check_name(name)
    if at_least < 0:
        raise SizeError(f"{name} is declared to be at least {at_least}; sizes are at least 0.")
    plain = of_atom(Symbol(0, name, at_least))
    form = dict(facts.solved).get(name, plain)
    return Size(form, wording.word(Name(name, form, None)), facts)


def named(size: Size | SupportsIndex, name: str) -> Size:
    """The same size, shown as `name` from here on; the name's definition is what was shown before."""
    _check_name(name)
    size = as_size(size)
    here = Name(name, size.form, size.written)
    shown = wording.word(here)
    # `K = K` names nothing new.
    return size if size.written.terms == shown.terms else Size(size.form, shown, size.facts)


def _check_name(name: str) -> None:
    if not re.fullmatch(r"[^\W\d]\w*", name):
        raise SizeError(f"{name!r} is no name for a size; a name is letters, digits and _, such as n_samples.")


def assuming(size: Size, facts: Facts) -> Size:
    """The same size, which carries these facts too."""
    return Size(size.form, size.written, united(size.facts, facts))


def as_size(value: Size | SupportsIndex) -> Size:
    """A size of a size or of a whole number; raises TypeError for anything else."""
    if isinstance(value, Size):
        return value
    whole = operator.index(value)
    return Size(constant(whole), wording.number(whole))


def same(left: Size | SupportsIndex, right: Size | SupportsIndex) -> bool:
    """Whether the normal forms are equal, which proves equality; False proves nothing, and nothing is raised."""
    return as_size(left).form == as_size(right).form


def total(amounts: Sequence[Size | int]) -> Size | int:
    """The sum of many sizes and numbers; faster than adding them one by one."""
    sizes = [amount for amount in amounts if isinstance(amount, Size)]
    number = sum(amount for amount in amounts if not isinstance(amount, Size))
    if not sizes:
        return number
    sizes = [*sizes, as_size(number)] if number else sizes
    form = check_limits(collect(term for size in sizes for term in size.form))
    facts = sizes[0].facts
    for size in sizes[1:]:
        facts = united(facts, size.facts)
    return Size(form, number_or(form, wording.added(size.written for size in sizes)), facts)


def size_min(*sizes: Size | SupportsIndex) -> Size:
    """The smallest of one or more sizes."""
    return _extremum("min", smallest, [as_size(size) for size in sizes])


def size_max(*sizes: Size | SupportsIndex) -> Size:
    """The largest of one or more sizes."""
    return _extremum("max", largest, [as_size(size) for size in sizes])


def _extremum(kind: str, rule: Callable[[list[Polynomial]], Polynomial], sizes: list[Size]) -> Size:
    if not sizes:
        raise SizeError(f"{kind}() of no sizes; give at least one.")
    facts = sizes[0].facts
    for size in sizes[1:]:
        facts = united(facts, size.facts)
    form = check_limits(rule([size.form for size in sizes]))
    if len(sizes) == 1 or integer_of(form) is not None:
        return Size(form, number_or(form, sizes[0].written), facts)
    return Size(form, wording.operation(kind, *(size.written for size in sizes)), facts)


def ceil_divide(top: Size | SupportsIndex, bottom: Size | SupportsIndex) -> Size:
    """top / bottom rounded up, the same as -(-top // bottom)."""
    return _combined(as_size(top), "ceil", bottom)


def _combined(left: Size, sign: str, other: Size | SupportsIndex) -> Size:
    """One arithmetic step; every refusal names both sides."""
    if not isinstance(other, (Size, int, SupportsIndex)):
        return NotImplemented
    right = as_size(other)
    try:
        form = check_limits(normal_form(left.form, sign, right.form))
        shown = number_or(form, written_form(left.written, sign, right.written))
    except SizeError as error:
        raise type(error)(f"{_shown(left)} {sign} {_shown(right)}: {error}") from error
    return Size(form, shown, united(left.facts, right.facts))


def _shown(size: Size) -> str:
    text = str(size)
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "..."
