"""What is assumed about sizes: inequalities and equalities, declared beforehand or recorded on the way.

A `Facts` is a value: adding to it gives another one. Sizes carry the facts that their symbols were made with,
so that an ordinary `if K <= Hin:` can be decided without any state in a module; facts that turn up later are
handed to `decide` by whoever recorded them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from engine.sizes.evaluation import inner_atoms, replaced
from engine.sizes.polynomial import (
    MINUS_ONE,
    Polynomial,
    Symbol,
    add,
    constant,
    integer_of,
    of_atom,
    operands,
    scale,
    subtract,
)
from engine.sizes.proving import never_negative

__all__ = ["NO_FACTS", "Facts", "Origin", "Relation", "Statement", "added", "settled", "united", "verdict"]

Relation = Literal["<", "<=", ">", ">=", "==", "!="]
Origin = Literal["declared", "recorded"]


class Statement(NamedTuple):
    """One assumption, `text` as it may be printed: form >= 0, or form == 0 for an equality."""

    text: str
    form: Polynomial
    is_equality: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class Facts:
    """Statements, with what proofs use of them: polynomials >= 0, and symbols that equalities replace."""

    statements: tuple[Statement, ...] = ()
    known: tuple[Polynomial, ...] = ()
    solved: tuple[tuple[str, Polynomial], ...] = ()


NO_FACTS: Final = Facts()


def added(facts: Facts, statement: Statement) -> Facts:
    """The facts and one more statement; a form that is known already is not added twice."""
    if any(statement[1:3] == known[1:3] for known in facts.statements):
        return facts
    statements = (*facts.statements, statement)
    form = settled(statement.form, facts)
    if not statement.is_equality:
        return Facts(statements, (*facts.known, form), facts.solved)
    known = (*facts.known, form, scale(form, -1))
    solution = _solution(form)
    if solution is None:
        return Facts(statements, known, facts.solved)
    symbol, value = solution
    here = {symbol.name: value}
    solved = tuple((name, replaced(other, here)) for name, other in facts.solved)
    # The symbol's own least value must stay known of what replaces it.
    bound = subtract(value, constant(symbol.least))
    replaced_known = (replaced(other, here) for other in facts.known)
    return Facts(statements, (*known, *replaced_known, bound), (*solved, (symbol.name, value)))


def _solution(form: Polynomial) -> tuple[Symbol, Polynomial] | None:
    """A symbol that form == 0 gives in terms of the others; of `C == Cin`, where form is C - Cin, the left."""
    hidden = {atom for outer in inner_atoms(form) for part in operands(outer) for atom in inner_atoms(part)}
    for monomial, coefficient in sorted(form, key=lambda term: -term[1]):
        symbol = monomial[0] if len(monomial) == 1 else None
        alone = sum(symbol in other for other, _ in form) == 1
        if isinstance(symbol, Symbol) and abs(coefficient) == 1 and alone and symbol not in hidden:
            rest = subtract(form, scale(of_atom(symbol), coefficient))
            return symbol, scale(rest, -coefficient)
    return None


def united(left: Facts, right: Facts) -> Facts:
    """Everything that either says."""
    if left is right or not right.statements:
        return left
    if not left.statements:
        return right
    for statement in right.statements:
        left = added(left, statement)
    return left


def settled(form: Polynomial, facts: Facts) -> Polynomial:
    """The normal form with declared equalities put in."""
    return replaced(form, dict(facts.solved)) if facts.solved else form


def verdict(left: Polynomial, relation: Relation, right: Polynomial, facts: Facts) -> bool | None:
    """Whether the relation holds wherever the facts do: True, False, or None for unknown."""
    difference = settled(subtract(left, right), facts)
    value = integer_of(difference)
    if relation == "!=" or relation == "==":
        equal = _is_zero(difference, facts) if value is None else value == 0
        return equal if relation == "==" or equal is None else not equal
    if relation in (">", ">="):
        difference = scale(difference, -1)
    # Now left < right or left <= right, that is difference < 0 or difference <= 0, in whole numbers.
    below = scale(add(difference, constant(relation in ("<", ">"))), -1)
    if value is not None:
        return (integer_of(below) or 0) >= 0
    if never_negative(below, facts.known):
        return True
    return False if never_negative(add(scale(below, -1), MINUS_ONE), facts.known) else None


def _is_zero(difference: Polynomial, facts: Facts) -> bool | None:
    opposite = scale(difference, -1)
    if any(never_negative(add(side, MINUS_ONE), facts.known) for side in (difference, opposite)):
        return False
    # Without facts a proof of both bounds could only repeat what the normal form says.
    both = facts.known and all(never_negative(side, facts.known) for side in (difference, opposite))
    return True if both else None
