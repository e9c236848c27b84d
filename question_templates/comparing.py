"""Whether two derived answers are the same: what refuses a draw on which a mistake would not show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from engine.sizes import Facts, Size, SizeError, as_size, declare, evaluator, facts_hold, free_symbols, same, scattered
from question_templates.answers import (
    Answer,
    Code,
    Formula,
    Graph,
    Growth,
    Matrix,
    Number,
    Order,
    Schedule,
    Trace,
    Vector,
)
from question_templates.coding.trials import behave_alike, held_by_trusted, outcomes_of_trusted

__all__ = ["same_answer", "same_answers"]

_N_POINTS = 48
_NAME = re.compile(r"[A-Za-z_]\w*")
_ALIKE = 3  # two orders of growth whose ratio changes by less than this factor from far to farther are one order
_FAR, _FARTHER = 10**15, 10**30
_SMALL, _ROUND, _LARGE = 4, 12, 397  # sizes up to 4, multiples of 12 (which those up to 4 divide), and any others


def same_answers(left: Mapping[str, Answer], right: Mapping[str, Answer]) -> bool:
    """Whether two sets of answers agree on every field that both have."""
    return all(same_answer(left[name], right[name]) for name in left if name in right)


def same_answer(left: Answer, right: Answer) -> bool:
    """Whether two answers of one kind would be judged alike: formulas by their normal forms, or else at many sizes."""
    if isinstance(left, Trace) and isinstance(right, Trace):
        return left.expected.gradients == right.expected.gradients
    if isinstance(left, Formula) and isinstance(right, Formula):
        return _same_formula(left, right)
    if isinstance(left, Number) and isinstance(right, Number):
        return _same_number(left.expected, right.expected, Fraction(right.rel_tol))
    if isinstance(left, (Vector, Matrix)) and isinstance(right, (Vector, Matrix)):
        return _same_entries(left.expected, right.expected, Fraction(right.rel_tol))
    if isinstance(left, Order) and isinstance(right, Order):
        both_valid = right.any_valid and _is_valid(left.expected, right) and _is_valid(right.expected, right)
        return both_valid or tuple(left.expected) == tuple(right.expected)
    if isinstance(left, Graph) and isinstance(right, Graph):
        return _shapes_of(left) == _shapes_of(right)
    if isinstance(left, Schedule) and isinstance(right, Schedule):
        return left.best() == right.best()
    if isinstance(left, Code) and isinstance(right, Code):
        return left == right or _same_program(left, right)
    return bool(left == right)


def _same_program(left: Code, right: Code) -> bool:
    """Whether two trusted programs answer all calls alike, or both do everything that is asked for."""
    if behave_alike(outcomes_of_trusted(left), outcomes_of_trusted(right)):
        return True
    return all(len(held_by_trusted(code)) == len(code.question.properties) for code in (left, right))


def _same_number(left: Any, right: Any, rel_tol: Fraction) -> bool:
    if isinstance(left, Size) or isinstance(right, Size):
        return not isinstance(left, str) and not isinstance(right, str) and same(left, right)
    if rel_tol and isinstance(left, (int, float, Fraction)) and isinstance(right, (int, float, Fraction)):
        one, other = Fraction(left), Fraction(right)
        return abs(one - other) <= 2 * rel_tol * min(abs(one), abs(other))
    return bool(left == right)


def _same_entries(left: Any, right: Any, rel_tol: Fraction) -> bool:
    """Whether vectors agree entry by entry, and matrices row by row."""
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(
            _same_entries(one, other, rel_tol) for one, other in zip(left, right, strict=True)
        )
    return _same_number(left, right, rel_tol)


def _is_valid(labels: Sequence[str], order: Order) -> bool:
    """Whether labels are a topological order of an answer's nodes."""
    seen: set[str] = set()
    for label in labels:
        if not set(order.inputs.get(label, ())) <= seen:
            return False
        seen.add(label)
    return seen == set(order.expected) and len(labels) == len(seen)


def _shapes_of(graph: Graph) -> Counter[int]:
    """How often each computation stands in a graph, whatever its nodes are called."""
    numbers: dict[tuple[Any, ...], int] = {}
    known: dict[str, int] = {}

    def number(label: str) -> int:
        if label not in known:
            operation, inputs = graph.nodes[label]
            told = (operation, *inputs) if operation == "leaf" else (operation, *map(number, inputs))
            known[label] = numbers.setdefault(told, len(numbers))
        return known[label]

    return Counter(map(number, sorted(graph.nodes)))


def _same_formula(left: Formula, right: Formula) -> bool:
    ones, others = _parts(left), _parts(right)
    if len(ones) != len(others):
        return False
    agree = _grow_alike if isinstance(left, Growth) and isinstance(right, Growth) else _agree
    for one, other in zip(ones, others, strict=True):
        if isinstance(one, str) or isinstance(other, str):
            if one != other:
                return False
        elif not same(one, other) and not agree(one, other, _assumed(tuple(right.domain))):
            return False
    return True


def _parts(answer: Formula) -> list[str | Size]:
    """A formula's size, or the axes of a shape; what an author typed stays text."""
    expected: Any = answer.expected
    parts = list(expected) if isinstance(expected, (list, tuple)) else [expected]
    return [part if isinstance(part, str) else as_size(part) for part in parts]


class _Assumed(NamedTuple):
    """What holds of the sizes, and the names that it speaks of."""

    facts: Facts
    names: frozenset[str]


@lru_cache(maxsize=256)  # reading assumptions takes longer than all comparisons under them
def _assumed(domain: tuple[str, ...]) -> _Assumed:
    return _Assumed(declare(*domain), frozenset(_NAME.findall(" ".join(domain))))


def _agree(left: Size, right: Size, assumed: _Assumed) -> bool:
    """Whether two sizes have one value at many sizes of their symbols that keep what is assumed."""
    met = False
    for one, other in _both(left, right, _points(sorted({*_names(left, right), *assumed.names}), assumed.facts)):
        if one != other:
            return False
        met = True
    return met


def _names(*sizes: Size) -> list[str]:
    return sorted(frozenset[str]().union(*map(free_symbols, sizes)))


def _points(names: Sequence[str], assumed: Facts) -> Iterator[dict[str, int]]:
    """Sizes at which quotients meet remainder 0 and others, and far ones; the same ones every time."""
    for turn in range(_N_POINTS):
        point = {name: _size(turn, place) for place, name in enumerate(names)}
        if facts_hold(assumed, point):
            yield point


def _size(turn: int, place: int) -> int:
    number = scattered(turn, place)
    if turn % 3 == 2:
        return 1 + number % _LARGE
    is_small = turn % 3 == 0 or number & 1
    return 1 + (number >> 1) % _SMALL if is_small else _ROUND * (1 + (number >> 1) % _ROUND)


def _both(left: Size, right: Size, points: Iterable[Mapping[str, int]]) -> Iterator[tuple[int, int]]:
    first, second = evaluator(left), evaluator(right)
    for point in points:
        try:
            yield first(point), second(point)
        except SizeError:  # a size outside its formula's domain says nothing
            continue


def _grow_alike(left: Size, right: Size, _assumed: _Assumed) -> bool:
    """Whether two formulas grow alike along every axis and along the diagonal, as far as far sizes can tell."""
    names = _names(left, right)
    for moving in (*([name] for name in names), names):
        points = [dict.fromkeys(names, 50) | dict.fromkeys(moving, end) for end in (_FAR, _FARTHER)]
        values = list(_both(left, right, points))
        if any((one == 0) != (other == 0) for one, other in values):
            return False
        if len(values) < len(points) or any(one == 0 for one, _ in values):
            continue
        (far, other_far), (farther, other_farther) = values
        change = Fraction(farther * other_far, other_farther * far)
        if not Fraction(1, _ALIKE) <= change <= _ALIKE:
            return False
    return True
