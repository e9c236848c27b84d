"""Reads one formula, amount of memory or order of growth out of what a student wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, TypeVar

from grader.reading.formulas.growth import order_in_words, parse_growth
from grader.reading.formulas.names import Names
from grader.reading.formulas.parser import parse_formula
from grader.reading.formulas.parts import parts_of
from grader.reading.formulas.printing import formula_text
from grader.reading.formulas.roles import give_formula_roles
from grader.reading.formulas.shapes import ShapeTree, is_empty_shape, parse_shape, rows_and_columns
from grader.reading.formulas.statements import Member, Statement
from grader.reading.formulas.vocabulary import COUNTED, PROSE
from grader.reading.limits import screen
from grader.reading.tokens import tokenize_formula
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

#: What is asked for; "number" is one with a unit of memory, "count" one without.
FormulaKind: TypeAlias = Literal["expression", "bytes", "growth", "number", "count"]
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
    others: tuple[Expression, ...] = ()  # what the text says besides; where one of these is right, a person decides
    alternatives: tuple[tuple[str, Expression], ...] = ()  # what a name may stand for besides its definition
    rounded: tuple[Expression, ...] = ()  # numbers behind a sign for "about"


@dataclass(frozen=True)
class ShapeReading:
    """A shape as we read it, one tree an axis; several where the text can be read in several ways."""

    readings: tuple[ShapeTree, ...]
    definitions: Mapping[str, Expression]
    read_as: str
    loose: ShapeTree = ()  # the axes, if `N*P*K` without commas or parentheses was meant as a shape
    in_pieces: bool = False  # whether the axes stand in statements of their own
    alternatives: tuple[tuple[str, Expression], ...] = ()
    others: tuple[ShapeTree, ...] = ()


def read_formula(
    text: str, names: Names, kind: FormulaKind, *, asked: frozenset[str] = frozenset(), whole: bool = False
) -> FormulaReading | Unreadable:
    """The formula in `text`; `asked` are names that may stand for it on the left of an equals sign.

    `whole`: a number without a unit counts bytes, as it always does in answers of the kind `bytes`.
    """
    in_words = order_in_words(text, names) if kind == "growth" and len(text) < _SHORT else None
    if in_words is not None:
        return FormulaReading((in_words,), {}, formula_text(in_words))
    try:
        parse = parse_growth if kind == "growth" else parse_formula
        parts = parts_of(text, names, parse, kind=kind, asked=asked, whole=whole or kind == "bytes")
        every = kind in ("number", "count", "growth")
        members = [member for statement in parts.chosen for member in _members_that_count(statement, every=every)]
        readings = tuple(dict.fromkeys(tree for member in members for tree in member.readings))
        if kind in ("bytes", "number"):
            _refuse_unknown_unit(parts.chosen)
        others = _readings_of(parts.others)
        read_as = _said_back([formula_text(tree) for tree in readings])
        alternatives = tuple(parts.alternatives)
        rounded = _rounded(parts.chosen) if kind != "growth" else ()
        return FormulaReading(readings, parts.definitions, read_as, parts.has_unit, others, alternatives, rounded)
    except Refusal as refused:
        return _located(refused.unreadable, text)


def read_shape(text: str, names: Names, *, asked: frozenset[str] = frozenset()) -> ShapeReading | Unreadable:
    """The shape in `text`, in any of its notations."""
    if is_empty_shape(text[:_SHORT]):
        return ShapeReading(((),), {}, "()")
    try:
        parts = parts_of(text, names, parse_shape, kind="shape", asked=asked)
        members = [member for statement in parts.chosen for member in _shapes_that_count(_readable(statement))]
        shapes = rows_and_columns(parts.segments) or [shape for member in members for shape in member.readings]
        readings = tuple(dict.fromkeys(shapes))
        pieces = len(parts.chosen) > 1 and len(readings) > 1 and all(len(shape) == 1 for shape in readings)
        if pieces:  # batch: N, rows: P, columns: K
            readings = (tuple(shape[0] for shape in shapes),)
        read_as = _said_back([_shape_text(shape) for shape in readings])
        loose = _loose_axes(parts.chosen, readings)
        others = _readings_of(parts.others)
        return ShapeReading(readings, parts.definitions, read_as, loose, pieces, others=others)
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


def _readings_of(statements: Sequence[Statement[Value]]) -> tuple[Value, ...]:
    """What statements that are no claim say."""
    return tuple(dict.fromkeys(tree for one in statements for member in one.members for tree in member.readings))


def _rounded(statements: Sequence[Statement[Expression]]) -> tuple[Expression, ...]:
    """The numbers behind a sign for "about", which have to be right to their digits."""
    members = [member for one in statements for member in one.members if member.relation == "\u2248"]
    return tuple(tree for member in members for tree in member.readings if not _has_symbol(tree))


def _members_that_count(statement: Statement[Expression], *, every: bool) -> list[Member[Expression]]:
    """The sides of a chain that give the claim: those with names, where numbers are only put into them.

    With `every`, a number is a side like any other.
    """
    readable = _readable(statement)
    exact = [member for member in readable if member.relation != "\u2248"] or readable
    if exact and exact[-1].is_scaled:
        exact = [
            member for member in exact if member.has_unit
        ]  # 327680000/1024/1024 = 312.5 MiB: the last member says what the others count
    symbolic = [member for member in exact if any(_has_symbol(tree) for tree in member.readings)]
    return exact if every else symbolic or exact


def _shapes_that_count(members: list[Member[ShapeTree]]) -> list[Member[ShapeTree]]:
    """Of `(N, P) = (16, 900)` the numbers; of shapes side by side in names all, since they have to agree."""
    last = members[-1:]
    alike = [member for member in members if member.readings and not _is_name(member.readings[0])]
    named = [any(map(_has_symbol, axes)) for member in alike for axes in member.readings[:1]]
    arrows = any(member.relation == "\u2192" for member in members)
    return alike if alike and all(named) and not arrows else last


def _is_name(shape: ShapeTree) -> bool:
    """The softmaxKQ of `KQ.shape = softmaxKQ = (n, c, c)`."""
    return len(shape) == 1 and isinstance(shape[0], Symbol)


def _readable(statement: Statement[Value]) -> list[Member[Value]]:
    """The members with a reading; raises Refusal where a side that counts could not be read."""
    members = list(statement.members)
    if members[0].error is not None and not members[0].is_label and statement.left is None:
        raise Refusal(members[0].error)
    members = [member for member in members if member.has_order] or members  # n(n+1)/2 = O(n^2)
    colons = [place for place, member in enumerate(members) if member.relation == ":"]
    members = members[colons[-1] :] if colons else members  # what stands before a colon says what follows it
    if statement.left is not None:  # Hout = steps + 1 = ...
        members = [member for member in members[:-1] if member.error is None] + members[-1:]
    while len(members) > 1 and members[0].error is not None and members[0].is_label and members[1].relation:
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
