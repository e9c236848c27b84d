"""Sizes as they are shown, where their names come from, and their values: what a reader does with a size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from functools import reduce
from operator import add, mul
from typing import SupportsIndex

from engine.sizes import written as wording
from engine.sizes.arithmetic import number_or
from engine.sizes.evaluation import compiled, inner_atoms, replaced
from engine.sizes.limits import AmbiguousName
from engine.sizes.mathml import in_mathml
from engine.sizes.polynomial import Monomial, Symbol, check_limits, of_atom
from engine.sizes.size import Size, as_size
from engine.sizes.words import PYTHON, TEX, TEXT, in_words
from engine.sizes.written import Name, Written, names_within

__all__ = [
    "definitions",
    "distinct_names",
    "evaluate",
    "evaluator",
    "factors_of",
    "free_symbols",
    "growth_of",
    "named_part",
    "names_of",
    "spelled_out",
    "substitute",
    "symbol_in",
    "to_mathml",
    "to_python",
    "to_tex",
    "to_text",
]


def to_python(size: Size) -> str:
    """Python that gives the same number, such as `8*N*P*Cin*K**2`; names as in `definitions`."""
    return in_words(size.written, PYTHON)


def to_text(size: Size) -> str:
    """Plain text for people, such as `8·N·P·Cin·K²` and `⌊(Hin − K)/S⌋ + 1`."""
    return in_words(size.written, TEXT)


def to_tex(size: Size) -> str:
    r"""LaTeX without dollars, such as `8 N P C_{in} K^2`."""
    return in_words(size.written, TEX)


def to_mathml(size: Size) -> str:
    """A presentation MathML `<math>` element."""
    return in_mathml(size.written)


def definitions(size: Size) -> tuple[tuple[str, Size], ...]:
    """What the names in the written form stand for, each before the names that it uses: P, then Hout.

    Raises: AmbiguousName where one name stands for two sizes; `distinct_names` tells them apart.
    """
    found: dict[str, Name] = {}
    # Names from right to left, each after what it uses, are read backwards: users first, from left to right.
    names = names_within(size.written, from_right=True)[::-1]
    for name in reversed(names):
        if found.setdefault(name.name, name) != name:
            raise AmbiguousName(
                f"{name.name} stands for both {_meaning(found[name.name])} and {_meaning(name)} in {size}; "
                f"give them different names, or use distinct_names."
            )
    return tuple(
        (name.name, Size(name.value, name.definition, size.facts)) for name in names if name.definition is not None
    )


def _meaning(name: Name) -> str:
    return "a symbol" if name.definition is None else in_words(name.definition, PYTHON)


def spelled_out(size: Size, *, keep: Collection[str] = ()) -> Size:
    """The same size with every named part written out, but for the names to keep."""

    def replace(name: Name, definition: Written | None) -> Written:
        if definition is not None and name.name not in keep:
            return definition
        return wording.word(Name(name.name, name.value, definition))

    return Size(size.form, number_or(size.form, wording.rebuilt(size.written, replace)), size.facts)


def distinct_names(size: Size) -> Size:
    """The same size with the second meaning of a name called Hout_2, the third Hout_3."""
    names = names_within(size.written)
    by_text: dict[str, list[Name]] = {}
    for name in names:
        by_text.setdefault(name.name, []).append(name)
    taken = set(by_text)
    new_names: dict[Name, str] = {}
    for name in names:
        new_names[name] = name.name
        # Symbols keep their name, which values are given by; a part with the name of a symbol gives way.
        clashes = [other for other in by_text[name.name] if other != name]
        if name.definition is not None and any(n in new_names or n.definition is None for n in clashes):
            count = 2
            while f"{name.name}_{count}" in taken:
                count += 1
            new_names[name] = f"{name.name}_{count}"
            taken.add(new_names[name])

    def replace(name: Name, definition: Written | None) -> Written:
        return wording.word(Name(new_names[name], name.value, definition))

    return Size(size.form, wording.rebuilt(size.written, replace), size.facts)


def free_symbols(size: Size | SupportsIndex) -> frozenset[str]:
    """The names of the symbols that the value depends on, as the normal form shows."""
    return frozenset(atom.name for atom in inner_atoms(as_size(size).form) if isinstance(atom, Symbol))


def symbol_in(size: Size, name: str) -> tuple[Size, int]:
    """The symbol of that name in a size, and the least that it may be."""
    atom = next(atom for atom in inner_atoms(size.form) if isinstance(atom, Symbol) and atom.name == name)
    form = of_atom(atom)
    return Size(form, wording.word(Name(name, form, None)), size.facts), atom.least


def names_of(size: Size) -> tuple[str, ...]:
    """The names that a size is shown by, from left to right, each once."""
    return tuple(dict.fromkeys(name.name for name in wording.direct_names(size.written)))


def named_part(size: Size, name: str) -> Size:
    """What one of the names that a size is shown by stands for."""
    found = next(part for part in wording.direct_names(size.written) if part.name == name)
    return Size(found.value, wording.word(found), size.facts)


def growth_of(size: Size) -> Size:
    """The order of growth of a sum of products: without coefficients and without terms that another one contains.

    A size with quotients, maxima or names for parts of it is given back as it is.
    """
    monomials = [monomial for monomial, _ in size.form]
    is_plain = all(isinstance(atom, Symbol) for monomial in monomials for atom in monomial)
    if not is_plain or definitions(size) or any(coefficient < 0 for _, coefficient in size.form):
        return size
    counts = {monomial: Counter(monomial) for monomial in monomials}
    kept = [one for one in monomials if not any(one != other and counts[one] <= counts[other] for other in monomials)]
    return reduce(add, [_product(size, monomial) for monomial in kept]) if kept else size


def _product(size: Size, monomial: Monomial) -> Size:
    """A product of symbols of a size, as one."""
    shown = names_of(size)
    names = sorted((atom.name for atom in monomial if isinstance(atom, Symbol)), key=shown.index)
    return reduce(mul, (symbol_in(size, name)[0] for name in names)) if names else as_size(1)


def factors_of(size: Size) -> tuple[Size, ...]:
    """The names that a size is a product of, with those that are products taken apart; itself where it is none."""
    found: list[Size] = []
    waiting = [size]
    while waiting:
        product = waiting.pop()
        names = _factor_names(product.written)
        if names is None:
            found.append(product)
            continue
        for name in reversed(names):
            definition = wording.word(name) if name.definition is None else name.definition
            waiting.append(Size(name.value, definition, size.facts))
    return tuple(found)


def _factor_names(written: Written) -> list[Name] | None:
    """The names of a product that is one of names; None for a sum, an operation, or a symbol alone."""
    if len(written.terms) != 1 or written.terms[0][0] < 0:
        return None
    phrases = [phrase for phrase, _ in written.terms[0][1]]
    names = [phrase for phrase in phrases if isinstance(phrase, Name)]
    is_symbol = len(names) == 1 and names[0].definition is None
    return None if len(names) < len(phrases) or not names or is_symbol else names


def evaluator(size: Size | SupportsIndex) -> Callable[[Mapping[str, int]], int]:
    """A function from values of the symbols to the value of size; plan once, use at many points.

    Raises (the function): SizeError for a missing value, one that is no int or below its symbol's least, a
    divisor that is 0; SizeTooLarge for a power with too many digits.
    """
    return compiled(as_size(size).form)


def evaluate(size: Size | SupportsIndex, values: Mapping[str, int]) -> int:
    """The value at given sizes, exact; see `evaluator`, which is faster for many points."""
    return evaluator(size)(values)


def substitute(size: Size, values: Mapping[str, Size | SupportsIndex]) -> Size:
    """The size with symbols replaced, in both forms and in the definitions of its names.

    Raises: SizeError where a divisor becomes 0.
    """
    given = {name: as_size(value) for name, value in values.items()}
    forms = {name: value.form for name, value in given.items()}

    def replace(name: Name, definition: Written | None) -> Written:
        if definition is None:
            return given[name.name].written if name.name in given else wording.word(name)
        return wording.word(Name(name.name, check_limits(replaced(name.value, forms)), definition))

    form = replaced(size.form, forms)
    return Size(form, number_or(form, wording.rebuilt(size.written, replace)), size.facts)
