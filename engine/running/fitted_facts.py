"""What runs at several numbers relied on, as one statement about the number.

A chain of n convolutions needs 3 <= H, then 3 <= H - 2, ...: the last of them says all, in terms of n. Where every run
relies on the same, that is kept as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.running.polynomials import is_polynomial, polynomial
from engine.sizes import Comparison, Size, SizeError, decide, plainly_not_negative, size_of, substitute
from engine.sizes.facts import Statement

__all__ = ["fitted_facts"]

# Image height and width at most, each with its own statement a round.
MAX_STRANDS = 4


def fitted_facts(recorded: Sequence[Sequence[Statement]], number: Size, first: int) -> Iterator[Comparison]:
    """The statements that every run relied on, then one for each strand of those that change with the number.

    `recorded` has a list a run, from number = `first` on. Raises: SizeError where they follow no pattern.
    """
    shared = [fact for fact in recorded[0] if all(fact in facts for facts in recorded)]
    changing = [[fact for fact in facts if fact not in shared] for facts in recorded]
    yield from (plainly_not_negative(size_of(fact.form)) for fact in shared)
    if not any(changing):
        return
    for n_strands in range(1, MAX_STRANDS + 1):
        strands = [_strand(recorded, place, number, first) for place in range(1, n_strands + 1)]
        found = [strand for strand in strands if strand is not None]
        if len(found) == n_strands and _explain(found, changing, number, first):
            yield from map(plainly_not_negative, reversed(found))
            return
    raise SizeError("what it relies on changes with that number and follows no formula")


def _strand(recorded: Sequence[Sequence[Statement]], place: int, number: Size, first: int) -> Size | None:
    """The statement that stands `place`-th from the end in each run, as a formula that falls with the number."""
    if any(len(facts) < place for facts in recorded):
        return None
    forms = [size_of(facts[-place].form) for facts in recorded]
    if not is_polynomial(forms):
        return None
    formula = polynomial(forms, number, first)
    falls = isinstance(formula, Size) and decide(formula, ">=", substitute(formula, {str(number): number + 1})) is True
    return formula if falls else None


def _explain(strands: Sequence[Size], changing: Sequence[Sequence[Statement]], number: Size, first: int) -> bool:
    """Whether every changing statement is one of the strands' at this number or a smaller one."""
    known: set[object] = set()
    for n, facts in enumerate(changing, start=first):
        known |= {substitute(strand, {str(number): n}).form for strand in strands}
        if not all(fact.form in known for fact in facts):
            return False
    return True
