"""Takes an answer apart: its claim, the names that it defines, and what is set aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from grader.reading.formulas.axes import with_axes_named
from grader.reading.formulas.claims import choose, sort_statements
from grader.reading.formulas.definitions import names_defined
from grader.reading.formulas.names import Names
from grader.reading.formulas.naming import with_names_given
from grader.reading.formulas.roles import give_formula_roles
from grader.reading.formulas.segments import Segment, cut_into_segments
from grader.reading.formulas.spelling import tokens_of
from grader.reading.formulas.statements import Statement, read_statement
from grader.reading.formulas.vocabulary import HEDGING
from grader.reading.limits import is_blank
from grader.reading.tokens import Token
from grader.reading.tree import Expression
from grader.reading.unreadable import Refusal, Unreadable, refusal

__all__ = ["Parts", "parts_of"]

Value = TypeVar("Value")


@dataclass(frozen=True)
class Parts(Generic[Value]):
    """The claim (or several statements that may be it), what other statements say, and the definitions."""

    segments: Sequence[Segment]
    chosen: Sequence[Statement[Value]]
    others: Sequence[Statement[Value]]
    definitions: Mapping[str, Expression]
    has_unit: bool  # whether a unit stands in the claim or in a definition
    alternatives: Sequence[tuple[str, Expression]]  # what a name is said to be besides its definition


def parts_of(
    text: str,
    names: Names,
    parse: Callable[[Sequence[Token]], tuple[Value, ...]],
    *,
    kind: str,
    asked: frozenset[str],
    whole: bool = False,
) -> Parts[Value]:
    """The parts of an answer of that kind; `whole`: it counts bytes. Raises Refusal where its claim can't be told."""
    if is_blank(text):
        raise refusal(0, "There is nothing to read here yet; please write a formula such as 8*N*P*K^2.")
    is_shape = kind == "shape"
    amounts = kind in ("bytes", "number")
    tokens = with_names_given(tokens_of(text, axes=is_shape, amounts=amounts, whole=whole), names)
    known = names.with_defined(names_defined(tokens, names))
    roles = give_formula_roles(tokens, known, units=amounts, growth=kind == "growth", axes=is_shape)
    roles = with_axes_named(roles, tokens) if is_shape else roles
    signed = kind in ("expression", "number", "count")
    segments = cut_into_segments(roles, commas=is_shape, signed=signed, own=frozenset(known.defined))
    statements = [read_statement(segment, parse) for segment in segments]
    sorted_out = sort_statements(statements, asked=asked, declared=frozenset(names.declared))
    definitions = _definitions(sorted_out.definitions, is_shape)
    chosen = choose(sorted_out.claims, shapes=is_shape)
    broken = _broken(sorted_out.definitions, definitions)
    for token in (token for statement in chosen for token in statement.segment.tokens):
        if token.kind == "symbol" and token.text in broken:
            raise Refusal(broken[token.text])
    others = [statement for statement in sorted_out.claims if statement not in chosen]
    # What stands on a left side may be used by a later field, whether it is the claim here or not.
    labelled = [statement for statement in statements if statement.left in known.defined]
    definitions = {**_definitions(labelled, is_shape), **definitions}
    measured = [token for one in (*chosen, *sorted_out.definitions) for token in one.segment.tokens]
    has_unit = any(token.kind == "unit" for token in measured)
    alternatives = [] if is_shape else _alternatives(sorted_out.definitions, definitions)
    return Parts(segments, chosen, others, definitions, has_unit, alternatives)


def _definitions(statements: Sequence[Statement[Value]], is_shape: bool) -> dict[str, Expression]:
    """What each name stands for; the last definition of a name holds."""
    found: dict[str, Expression] = {}
    for statement in statements:
        readable = [member for member in statement.members if member.readings]
        if statement.left is None:
            continue
        doubted = statement.segment.after[:1] and statement.segment.after[0] in ("or", "oder", "ou", "o")
        if doubted or (
            statement.segment.lead[-1:] and statement.segment.lead[-1] in HEDGING and statement.left in found
        ):
            raise refusal(statement.segment.start, f"We read two definitions of {statement.left}; please keep one.")
        if not readable:
            continue
        value = readable[0].readings[0]
        if is_shape and isinstance(value, tuple):
            if len(value) != 1:
                continue
            value = value[0]
        found[statement.left] = value  # type: ignore[assignment]
    return found


def _alternatives(
    statements: Sequence[Statement[Value]], definitions: Mapping[str, Expression]
) -> list[tuple[str, Expression]]:
    """The other sides of `P = Hout*Wout = Hin*Win`, and every other definition of the same name."""
    return [
        (statement.left, reading)  # type: ignore[misc]
        for statement in statements
        for member in statement.members
        for reading in member.readings
        if statement.left is not None
        and statement.left in definitions
        and member.relation != "\u2248"
        and reading != definitions[statement.left]
    ]


def _broken(statements: Sequence[Statement[Value]], definitions: Mapping[str, Expression]) -> dict[str, Unreadable]:
    """The names whose definition can't be read: a formula that holds one can't be told."""
    return {
        statement.left: member.error
        for statement in statements
        for member in statement.members
        if statement.left and statement.left not in definitions and member.error is not None and member.is_operation
    }
