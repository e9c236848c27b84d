"""Reads one formula, amount of memory or order of growth out of what a student wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, TypeVar

from grader.reading.formulas.claims import choose, sort_statements
from grader.reading.formulas.definitions import names_defined
from grader.reading.formulas.growth import order_in_words, parse_growth
from grader.reading.formulas.names import Names
from grader.reading.formulas.parser import parse_formula
from grader.reading.formulas.printing import formula_text
from grader.reading.formulas.roles import give_formula_roles
from grader.reading.formulas.segments import cut_into_segments
from grader.reading.formulas.shapes import ShapeTree, is_empty_shape, parse_shape, rows_and_columns
from grader.reading.formulas.spelling import tokens_of
from grader.reading.formulas.statements import Member, Statement, read_statement
from grader.reading.formulas.vocabulary import COUNTED, HEDGING, PROSE
from grader.reading.limits import is_blank, screen
from grader.reading.tokens import Token, tokenize_formula
from grader.reading.tree import Call, Expression, Negative, Operation, Symbol
from grader.reading.unreadable import Refusal, Unreadable, refusal, shortened

__all__ = [
    "FormulaKind",
    "FormulaReading",
    "ShapeReading",
    "author_formula",
    "author_shape",
    "read_formula",
    "read_shape",
]

FormulaKind: TypeAlias = Literal["expression", "bytes", "growth", "number"]
Value = TypeVar("Value")

# Words that may stand alone behind an amount.
_HARMLESS: Final = frozenset(
    {"memory", "bytes", "needed", "required", "total", "storage", "altogether", "approximately", "exactly"}
)
# An empty shape is written in fewer characters.
_SHORT: Final = 40


@dataclass(frozen=True)
class FormulaReading:
    """A formula as we read it: one tree, or several where the text can be read in several ways.

    `definitions` are what the text itself defines, in raw form; they hold for the rest of the submission.
    """

    readings: tuple[Expression, ...]
    definitions: Mapping[str, Expression]
    read_as: str
    has_unit: bool = False


@dataclass(frozen=True)
class ShapeReading:
    """A shape as we read it, one tree an axis; several where the text can be read in several ways."""

    readings: tuple[ShapeTree, ...]
    definitions: Mapping[str, Expression]
    read_as: str
    loose: ShapeTree = ()  # the axes, if `N*P*K` without commas or parentheses was meant as a shape


def read_formula(
    text: str, names: Names, kind: FormulaKind, *, asked: frozenset[str] = frozenset()
) -> FormulaReading | Unreadable:
    """The formula in `text`; `asked` are names that may stand for it on the left of an equals sign."""
    in_words = order_in_words(text, names) if kind == "growth" and len(text) < _SHORT else None
    if in_words is not None:
        return FormulaReading((in_words,), {}, formula_text(in_words))
    try:
        parse = parse_growth if kind == "growth" else parse_formula
        statements, definitions, _ = _statements(text, names, parse, kind=kind, asked=asked)
        members = [member for statement in statements for member in _members_that_count(statement)]
        readings = tuple(dict.fromkeys(tree for member in members for tree in member.readings))
        if kind in ("bytes", "number"):
            _refuse_unknown_unit(statements)
        has_unit = any(token.kind == "unit" for statement in statements for token in statement.segment.tokens)
        return FormulaReading(readings, definitions, _said_back([formula_text(tree) for tree in readings]), has_unit)
    except Refusal as refused:
        return _located(refused.unreadable, text)


def read_shape(text: str, names: Names, *, asked: frozenset[str] = frozenset()) -> ShapeReading | Unreadable:
    """The shape in `text`, in any of its notations."""
    if is_empty_shape(text[:_SHORT]):
        return ShapeReading(((),), {}, "()")
    try:
        statements, definitions, whole = _statements(text, names, parse_shape, kind="shape", asked=asked)
        shapes = whole or [
            shape for statement in statements for member in _readable(statement)[-1:] for shape in member.readings
        ]
        readings = tuple(dict.fromkeys(shapes))
        loose = _loose_axes(statements, readings)
        return ShapeReading(readings, definitions, _said_back([_shape_text(shape) for shape in readings]), loose)
    except Refusal as refused:
        return _located(refused.unreadable, text)


def author_formula(text: str, names: Names) -> Expression:
    """The one formula that an author's text is. Raises ValueError, saying why, where it is none."""
    try:
        roles = give_formula_roles(tokenize_formula(screen(text)), names, growth=True)
        return parse_growth(roles)[0]
    except Refusal as refused:
        raise ValueError(refused.unreadable.reason) from refused


def author_shape(text: str, names: Names) -> ShapeTree:
    """The one shape that an author's text is. Raises ValueError, saying why, where it is none."""
    if is_empty_shape(text):
        return ()
    try:
        return parse_shape(give_formula_roles(tokenize_formula(screen(text)), names))[0]
    except Refusal as refused:
        raise ValueError(refused.unreadable.reason) from refused


def _located(unreadable: Unreadable, text: str) -> Unreadable:
    """The same message with what stands before its place, where the message has not said so itself."""
    if unreadable.understood or not unreadable.position:
        return unreadable
    return replace(unreadable, understood=shortened(text[: unreadable.position]))


def _statements(
    text: str,
    names: Names,
    parse: Callable[[Sequence[Token]], tuple[Value, ...]],
    *,
    kind: str,
    asked: frozenset[str],
) -> tuple[Sequence[Statement[Value]], dict[str, Expression], list[ShapeTree]]:
    """The claim (or several), the definitions, and for a shape given by rows and columns that shape."""
    if is_blank(text):
        raise refusal(0, "There is nothing to read here yet; please write a formula such as 8*N*P*K^2.")
    is_shape = kind == "shape"
    amounts = kind in ("bytes", "number")
    tokens = tokens_of(text, axes=is_shape, amounts=amounts)
    known = names.with_defined(names_defined(tokens, names))
    roles = give_formula_roles(tokens, known, units=amounts, growth=kind == "growth", axes=is_shape)
    segments = cut_into_segments(roles, commas=is_shape)
    statements = [read_statement(segment, parse, is_label=lambda name: True) for segment in segments]
    sorted_out = sort_statements(statements, asked=asked, declared=frozenset(names.declared))
    definitions = _definitions(sorted_out.definitions, is_shape)
    broken = _broken(sorted_out.definitions, definitions)
    whole = rows_and_columns(segments) if is_shape else []
    if whole:
        return (), definitions, whole
    chosen = choose(sorted_out.claims, shapes=is_shape)
    for token in (token for statement in chosen for token in statement.segment.tokens):
        if token.kind == "symbol" and token.text in broken:
            raise Refusal(broken[token.text])
    for name in known.defined:  # what stands on a left side may be used by a later field
        alone = [s for s in chosen if s.left == name]
        if alone and name not in definitions:
            definitions.update(_definitions(tuple(alone), is_shape))
    return chosen, definitions, []


def _definitions(statements: Sequence[Statement[Value]], is_shape: bool) -> dict[str, Expression]:
    """What each name stands for; the last definition of a name holds."""
    found: dict[str, Expression] = {}
    for statement in statements:
        readable = [member for member in statement.members if member.readings]
        if statement.left is None:
            continue
        if statement.segment.lead[-1:] and statement.segment.lead[-1] in HEDGING and statement.left in found:
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


def _broken(statements: Sequence[Statement[Value]], definitions: Mapping[str, Expression]) -> dict[str, Unreadable]:
    """The names whose definition can't be read: a formula that holds one can't be told."""
    return {
        statement.left: member.error
        for statement in statements
        for member in statement.members
        if statement.left and statement.left not in definitions and member.error is not None and member.is_operation
    }


def _members_that_count(statement: Statement[Expression]) -> list[Member[Expression]]:
    """The sides of a chain that give the claim: those with names, where numbers are only put into them."""
    readable = _readable(statement)
    exact = [member for member in readable if member.relation != "\u2248"] or readable
    measured = [member for member in exact if member.is_scaled]
    if measured and measured[-1] is exact[-1]:
        exact = measured  # 327680000/1024/1024 = 312.5 MiB: the last member says what the others count
    symbolic = [member for member in exact if any(_has_symbol(tree) for tree in member.readings)]
    return symbolic or exact


def _readable(statement: Statement[Value]) -> list[Member[Value]]:
    """The members with a reading; raises Refusal where a side that counts could not be read."""
    members = list(statement.members)
    while len(members) > 1 and members[0].error is not None and members[1].relation:
        members = members[1:]
    for member in members:
        if member.error is not None:
            raise Refusal(member.error)
    return members


def _has_symbol(tree: Expression) -> bool:
    if isinstance(tree, Symbol):
        return True
    if isinstance(tree, Operation):
        return _has_symbol(tree.left) or _has_symbol(tree.right)
    if isinstance(tree, Negative):
        return _has_symbol(tree.operand)
    return isinstance(tree, Call) and any(map(_has_symbol, tree.arguments))


def _refuse_unknown_unit(statements: Sequence[Statement[Expression]]) -> None:
    """`1572864 parsecs`: the one word behind an amount may be a unit that we don't know."""
    segment = statements[-1].segment
    word = segment.after[0] if len(segment.after) == 1 else ""
    known = (word in PROSE or word in _HARMLESS) and word not in COUNTED
    if (
        len(statements) == 1
        and word.isalpha()
        and not known
        and not any(token.kind == "unit" for token in segment.tokens)
    ):
        raise refusal(
            segment.start, f'We read "{word}" behind the amount and do not know that unit; please write bytes or KiB.'
        )


def _said_back(texts: Sequence[str]) -> str:
    return " or ".join(dict.fromkeys(texts))


def _shape_text(shape: ShapeTree) -> str:
    inside = ", ".join(map(formula_text, shape))
    return f"({inside},)" if len(shape) == 1 else f"({inside})"


def _loose_axes(statements: Sequence[Statement[ShapeTree]], readings: Sequence[ShapeTree]) -> ShapeTree:
    """The factors of a bare product that is all there is of a shape."""
    if len(readings) != 1 or len(readings[0]) != 1 or any(statement.is_bracketed for statement in statements):
        return ()
    factors: list[Expression] = []
    tree = readings[0][0]
    while isinstance(tree, Operation) and tree.sign == "*":
        factors.append(tree.right)
        tree = tree.left
    return (tree, *reversed(factors)) if factors else ()
