"""Monomials that may hold logarithms and exponentials: n**2 * log(m) * 2**n as one vector of exponents.

A *scale* (p, q, r, s, t) of a variable x is x**p * log(x)**q * loglog(x)**r * ..., a *term* is a product of scales of
several variables, and a monomial is e**(sum of coefficient*term). So n**2 is {log n: 2}, log n is {loglog n: 1}, and
2**n is {n: log 2}: one list of rational exponents, each belonging to a quantity that is at least 0 for large sizes.
Variables are numbered. Everything here is algebra only; which terms grow is asked in `grader.growth.ground`.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from grader.growth.limits import Undecided
from grader.growth.simplex import Number

__all__ = [
    "CONSTANT_TERM",
    "LOG",
    "ONE",
    "SELF",
    "TOWER",
    "Monomial",
    "Scale",
    "Term",
    "function_of_term",
    "is_plain",
    "log_term",
    "over",
    "raised",
    "term_of_function",
    "term_product",
    "times",
    "variable",
    "variables_in",
]

Scale: TypeAlias = tuple[Number, ...]
Term: TypeAlias = tuple[tuple[int, Scale], ...]
Monomial: TypeAlias = tuple[tuple[Term, Number], ...]

ONE: Final[Monomial] = ()
CONSTANT_TERM: Final[Term] = ()
SELF: Final[Scale] = (1, 0, 0, 0, 0)
LOG: Final[Scale] = (0, 1, 0, 0, 0)
# The scales x, log x, loglog x and so on, by how many logarithms they take.
TOWER: Final[tuple[Scale, ...]] = tuple(tuple(int(place == level) for place in range(5)) for level in range(5))


def log_term(index: int) -> Term:
    """The logarithm of a variable."""
    return ((index, LOG),)


def variable(index: int) -> Monomial:
    """A variable by itself."""
    return ((((index, LOG),), 1),)


def times(left: Monomial, right: Monomial) -> Monomial:
    """left * right."""
    if not left or not right:
        return left or right
    exponents = dict(left)
    for term, exponent in right:
        total = exponents.get(term, 0) + exponent
        if total:
            exponents[term] = total
        else:
            del exponents[term]
    return tuple(sorted(exponents.items()))


def over(left: Monomial, right: Monomial) -> Monomial:
    """left / right."""
    return times(left, raised(right, -1)) if right else left


def raised(monomial: Monomial, exponent: Number) -> Monomial:
    """monomial ** exponent."""
    return tuple((term, own * exponent) for term, own in monomial) if exponent else ONE


def is_plain(term: Term) -> bool:
    """Whether a term is the logarithm of one variable, so that its exponent is that variable's power."""
    return len(term) == 1 and term[0][1] == LOG


def variables_in(monomial: Monomial) -> set[int]:
    """The numbers of the variables that a monomial depends on."""
    return {index for term, _ in monomial for index, _ in term}


def term_of_function(monomial: Monomial) -> Term:
    """The monomial as a term, for use in an exponent or under a logarithm; raises Undecided for exponentials."""
    scales: dict[int, list[Number]] = {}
    for term, exponent in monomial:
        level = TOWER.index(term[0][1]) if len(term) == 1 and term[0][1] in TOWER else 0
        if not level:
            raise Undecided
        scales.setdefault(term[0][0], [0] * len(SELF))[level - 1] = exponent
    return tuple(sorted((index, tuple(scale)) for index, scale in scales.items()))


def function_of_term(term: Term) -> Monomial:
    """The term as a monomial: its powers of log x are exponents of loglog x; raises Undecided below log^5."""
    exponents: dict[Term, Number] = {}
    for index, scale in term:
        if scale[-1]:
            raise Undecided
        exponents.update({((index, TOWER[level + 1]),): power for level, power in enumerate(scale) if power})
    return tuple(sorted(exponents.items()))


def term_product(left: Term, right: Term) -> Term:
    """left * right; the empty term is 1."""
    scales = dict(left)
    for index, scale in right:
        here = scales.get(index)
        scales[index] = scale if here is None else tuple(a + b for a, b in zip(here, scale, strict=True))
    return tuple(sorted((index, scale) for index, scale in scales.items() if any(scale)))
