"""Whether one order of growth stays within a constant factor of another: a proof either way, or neither.

F = O(G) for sums of positive monomials if and only if every exponent vector of F lies in the convex hull of those of G
minus the nonnegative orthant, minus the cone of what is known to be at least 1 (Hin/K, n/log(n)**1000). With powers
alone that is an equivalence. With logarithms and exponentials beside them a hull is still a proof, but the direction
that separates is only a hint: then a path is looked for in `grader.growth.paths`, and a hull case by case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain, combinations, permutations, product
from typing import Final, NamedTuple, TypeAlias

from grader.growth.ground import Ground, Rate, dominates, reaches
from grader.growth.limits import MAX_DEEP_VARIABLES, MAX_PAIRS, Undecided
from grader.growth.paths import Path, escape, plain_path
from grader.growth.rates import product_of
from grader.growth.scales import LOG, TOWER, Monomial, Scale, Term, is_plain, over, raised, times
from grader.growth.signs import Monomials
from grader.growth.simplex import Combination, Number, Separation, Vector, separate, tidy

__all__ = ["Answer", "is_dominated"]

# log(x) <= x * this for large x. Any positive number would be true; this one tells n**1.000001 from n*log(n).
_SMALL: Final = Fraction(1, 10**9)
_ZERO: Final[Scale] = (0, 0, 0, 0, 0)

Entries: TypeAlias = "Mapping[Term, Number]"


class Answer(NamedTuple):
    """Whether the one is dominated by the other, None for undecided; a path on which it outgrows it where not."""

    holds: bool | None
    path: Path | None = None


def is_dominated(small: Rate, large: Rate, ground: Ground) -> Answer:
    """Whether small = O(large)."""
    above = product_of(small.top, large.bottom, ground)
    below = product_of(large.top, small.bottom, ground)
    if not above or not below:
        return Answer(True if not above else None)
    if len(above) * len(below) > MAX_PAIRS:
        raise Undecided
    hard = [one for one in above if not any(reaches(other, one, ground) for other in below)]
    answers = []
    for one in hard:
        answer = _is_below(one, below, ground)
        if answer.holds is False:
            return answer
        answers.append(answer.holds or (True if _is_below_by_sums(one, below, ground) else None))
    return Answer(None if None in answers else True)


def _is_below(point: Monomial, hull: Monomials, ground: Ground) -> Answer:
    leads = [_difference(point, other) for other in hull]
    terms = sorted({term for lead in leads for term in lead} | {t for order in ground.orders for t, _ in order.ratio})
    orders = [dict(order.ratio) for order in ground.orders]
    known = [*orders, *_ladder(terms, ground)]
    answer = _separated(leads, known, terms)
    if isinstance(answer, Combination):
        return Answer(True)
    if all(is_plain(term) for term in terms):
        path = plain_path(dict(zip(terms, answer.direction, strict=True)), ground)
        return Answer(None if path is None else False, path)
    path = escape(leads, ground)
    if path is not None:
        return Answer(False, path)
    return Answer(True if _holds_in_every_case(leads, known, terms, ground) else None)


def _is_below_by_sums(point: Monomial, hull: Monomials, ground: Ground) -> bool:
    """Whether the point stays below once a power of q in it is replaced by the sum that an assumption sets above q."""
    for up, down in ground.unread:
        for small in down:
            exponent = _multiple(small, point)
            if exponent is None or not up:
                continue
            rest = over(point, raised(small, exponent))
            if all(_is_below(times(rest, raised(large, exponent)), hull, ground).holds for large in up):
                return True
    return False


def _multiple(small: Monomial, point: Monomial) -> Number | None:
    """The positive power of small that takes its first term out of the point."""
    if not small:
        return None
    term, own = small[0]
    exponent = Fraction(dict(point).get(term, 0)) / own
    return tidy(exponent) if exponent > 0 else None


def _difference(more: Monomial, less: Monomial) -> dict[Term, Number]:
    entries = dict(more)
    for term, exponent in less:
        entries[term] = entries.get(term, 0) - exponent
    return {term: exponent for term, exponent in entries.items() if exponent}


def _separated(leads: Sequence[Entries], known: Iterable[Entries], terms: Sequence[Term]) -> Combination | Separation:
    """Whether an average of the leads (point - generator) is at most 0 by what is known."""
    origin = [0] * len(terms)
    generators = [[-lead.get(term, 0) for term in terms] for lead in leads]
    return separate(origin, generators, narrowing=[_vector(one, terms) for one in known])


def _vector(entries: Entries, terms: Sequence[Term]) -> Vector:
    return [entries.get(term, 0) for term in terms]


def _ladder(terms: Sequence[Term], ground: Ground) -> Iterator[Entries]:
    """Terms that outgrow others do so by any factor."""
    if all(is_plain(term) for term in terms):
        return
    for more, less in permutations(terms, 2):
        if not (is_plain(more) and is_plain(less)) and dominates(more, less, ground):
            yield {more: _SMALL, less: -1}


def _holds_in_every_case(
    leads: Sequence[Entries], known: Sequence[Entries], terms: Sequence[Term], ground: Ground
) -> bool:
    """Whether an average will do in each case of log n far below, beside and far above log m, for every pair.

    In each case the logarithms of logarithms are ordered likewise; beside means within a factor, so that loglog n and
    loglog m differ by a constant.
    """
    indices = {index for term in terms for index, _ in term}
    deep = sorted({index for term in terms for index, scale in term if scale < LOG} & ground.large)
    if len(indices) < 2 or not deep or len(deep) > MAX_DEEP_VARIABLES or any(len(term) > 1 for term in terms):
        return False
    others = sorted(indices & ground.large)
    pairs = [pair for pair in combinations(others, 2) if set(pair) & set(deep)]
    if len(pairs) > MAX_DEEP_VARIABLES:
        return False
    wide = sorted({*terms, *(((index, scale),) for index in others for scale in _scales(terms))})
    ladder = [*known, *_ladder(wide, ground)]
    cases = (chain(*case) for case in product(*(list(_cases(left, right, wide)) for left, right in pairs)))
    return all(isinstance(_separated(leads, [*ladder, *case], wide), Combination) for case in cases)


def _scales(terms: Sequence[Term]) -> set[Scale]:
    return {scale for term in terms for _, scale in term if scale <= LOG} | {LOG}


def _cases(left: int, right: int, terms: Sequence[Term]) -> Iterator[list[Entries]]:
    """What is known in each of three cases of how log left lies beside log right."""
    scales = sorted(scale for term in terms for index, scale in term if index == left and _ZERO < scale < LOG)
    for more, less in ((left, right), (right, left)):
        deeper: list[Entries] = [{((more, scale),): 1, ((less, scale),): -1} for scale in scales]
        yield [{((more, LOG),): _SMALL, ((less, LOG),): -1}, *deeper]
    beside: list[Entries] = []
    for more, less in ((left, right), (right, left)):
        beside.append({((more, LOG),): 1 / _SMALL, ((less, LOG),): -1})
        beside += [{((more, scale),): 1, ((less, scale),): -1} for scale in scales if scale in TOWER]
    yield beside
