"""Reads one run as a chain: the quantities it names, and the one number its members agree on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine import exact
from engine.errors import EngineError
from engine.exact import Value
from grader.reading.clauses import Run
from grader.reading.evaluate import Amount, Effort, amount_of
from grader.reading.expression import parse_expression
from grader.reading.tokens import Token
from grader.reading.unreadable import Refusal, Unreadable, refusal, shortened
from grader.reading.vocabulary import Quantity

__all__ = ["Chain", "NumberReading", "is_same", "number_text", "read_chain", "states_without_sign"]

# Two floats that came different ways to the same number differ by a few rounding errors.
_FLOAT_NOISE = Fraction(1, 10**9)
_BEFORE_STUCK_SIGN = ("number", "fraction", "raised", "constant", "symbol", "quantity")
# Exponents of decimals that are shown in full, not in the form 4.54e-5.
_LONGEST_DECIMALS = 12


@dataclass(frozen=True, slots=True)
class NumberReading:
    """A number as we read it; half_unit is half of the last decimal place written, None when exact."""

    value: Value
    read_as: str
    half_unit: Fraction | None


@dataclass(frozen=True, slots=True)
class Chain:
    """One run: its left sides, its number (None where it has none), or why it can't be read."""

    quantities: tuple[Quantity, ...]
    number: NumberReading | None
    error: Unreadable | None
    adds: bool
    start: int
    run: Run


@dataclass(frozen=True, slots=True)
class _Member:
    tokens: Sequence[Token]
    relation: Token | None  # the relation before it


def read_chain(run: Run, effort: Effort) -> Chain:
    """The chain of a run. A run that can't be read is a chain with an error, never an exception."""
    members = _members(_without_outer_parentheses(run.tokens))
    quantities: list[Quantity] = []
    amounts: list[Amount] = []
    error: Unreadable | None = None
    for index, member in enumerate(members):
        try:
            _check_ratio(member, amounts)
            amount = _read_member(members, index, quantities, effort)
        except Refusal as refused:
            error = error or refused.unreadable
        else:
            amounts += [amount] if amount else []
    number: NumberReading | None = None
    if error is None and len(amounts) <= 1:
        error = _two_numbers(members)
    if error is None and amounts:
        try:
            number = _agreed(amounts)
        except Refusal as refused:
            error = refused.unreadable
    adds = any(member.relation is not None and member.relation.text == "+=" for member in members)
    return Chain(tuple(quantities), number, error, adds, run.tokens[0].start, run)


def _two_numbers(members: Sequence[_Member]) -> Unreadable | None:
    """`16 -24` may be a difference or two numbers; a result beside it, as in `16 -24 = -8`, says which."""
    for member in members:
        depth = 0
        tokens = member.tokens
        for place, (before, sign, number) in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
            depth += (before.text == "(") - (before.text == ")")
            stuck = sign.spaced and not number.spaced and number.kind in ("number", "fraction")
            if not stuck or depth or sign.text not in ("-", "+") or before.kind not in _BEFORE_STUCK_SIGN:
                continue
            left = _as_written(tokens[: place + 1])
            what = "difference" if sign.text == "-" else "sum"
            return Unreadable(
                sign.start,
                "",
                f'We read "{left} {sign.text}{number.text}", which could be the {what} '
                f"{left} {sign.text} {number.text} or two numbers, {left} and {sign.text}{number.text}; "
                "please write blanks on both sides of the sign, or only one number.",
            )
    return None


def _as_written(tokens: Sequence[Token]) -> str:
    return shortened("".join(f"{' ' * token.spaced}{token.text}" for token in tokens))


def _without_outer_parentheses(tokens: Sequence[Token]) -> Sequence[Token]:
    """(x.grad = 32) and 32 (= 4*8) lose the parentheses around their relations."""
    kept: list[Token] = []
    transparent: list[bool] = []
    for index, token in enumerate(tokens):
        if token.text == "(":
            after = tokens[index + 1] if index + 1 < len(tokens) else None
            remark = after is not None and after.kind == "relation"
            around = index == 0 and _closes_at_end(tokens) and any(t.kind == "relation" for t in tokens)
            transparent.append(remark or around)
            if transparent[-1]:
                continue
        elif token.text == ")" and transparent and transparent.pop():
            continue
        kept.append(token)
    return kept


def _closes_at_end(tokens: Sequence[Token]) -> bool:
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0:
            return index == len(tokens) - 1
    return False


def _members(tokens: Sequence[Token]) -> list[_Member]:
    """The parts between relations; relations side by side (`is =`, `: +=`) count as one."""
    if states_without_sign(tokens):
        return [_Member(tokens[:1], None), _Member(tokens[1:], None)]
    members: list[_Member] = []
    current: list[Token] = []
    relation: Token | None = None
    for token in tokens:
        if token.kind != "relation":
            current.append(token)
            continue
        if current or not members:
            members.append(_Member(current, relation))
            relation, current = token, []
        elif relation is None or _strength(token) > _strength(relation):
            relation = token
    members.append(_Member(current, relation))
    return members


def states_without_sign(tokens: Sequence[Token]) -> bool:
    """`z2.grad 16` and `z3.grad -3`, as in a table, where no relation stands anywhere."""
    if len(tokens) < 2 or not isinstance(tokens[0].detail, Quantity) or not tokens[0].detail.kind:
        return False
    stuck = tokens[1].text in ("-", "+") and tokens[1].spaced and len(tokens) > 2 and not tokens[2].spaced
    number = tokens[2 if stuck else 1].kind in ("number", "fraction")
    return number and all(token.kind != "relation" for token in tokens)


def _strength(relation: Token) -> int:
    return {"+=": 3, "\u2248": 2, "=": 1}.get(relation.text, 0)


def _read_member(members: list[_Member], index: int, quantities: list[Quantity], effort: Effort) -> Amount | None:
    """The number of one member, if it has one; a quantity is added to `quantities` instead."""
    member = members[index]
    tokens = member.tokens
    if not tokens:
        if 0 < index == len(members) - 1 and _must_be_followed(member.relation):
            assert member.relation is not None
            raise refusal(
                member.relation.start,
                f'We read "{member.relation.text}" with nothing after it; please write the number there.',
            )
        return None
    if len(tokens) == 1 and isinstance(tokens[0].detail, Quantity):
        quantities.append(tokens[0].detail)
        return None
    if index == 0 and len(members) > 1 and _is_free_left_side(tokens):
        return None
    amount = _with_remark(tokens, effort) or _compared(tokens, effort) or amount_of(parse_expression(tokens), effort)
    if amount is None or amount.half_unit is not None or not _is_whole(amount):
        return amount
    if member.relation is not None and member.relation.text == "\u2248" and len(tokens) <= 2:
        return Amount(amount.value, Fraction(1, 2), amount.slack, amount.start)
    return amount


def _with_remark(tokens: Sequence[Token], effort: Effort) -> Amount | None:
    """The 18 of `18 (3*6)`: what stands in the parentheses behind a number says the same, so that it is a remark."""
    opening = next((k for k, token in enumerate(tokens) if token.text == "(" and token.spaced and k), 0)
    if not opening or tokens[opening - 1].kind != "number" or not _closes_at_end(tokens[opening:]):
        return None
    left = amount_of(parse_expression(tokens[:opening]), effort)
    right = amount_of(parse_expression(tokens[opening:]), effort)
    return left if left is not None and right is not None and _agree(left, right) else None


def _compared(tokens: Sequence[Token], effort: Effort) -> Amount | None:
    """The 10 of `z7.value = 10 > 0`, where the comparison is true."""
    at = next((k for k, token in enumerate(tokens) if token.text in ("<", ">") and k), 0)
    if not at:
        return None
    left = amount_of(parse_expression(tokens[:at]), effort)
    right = amount_of(parse_expression(tokens[at + 1 :]), effort)
    if left is None or right is None:
        return None
    difference = exact.approximate(left.value) - exact.approximate(right.value)
    return left if difference and (difference > 0) == (tokens[at].text == ">") else None


def _check_ratio(member: _Member, amounts: list[Amount]) -> None:
    if amounts and member.relation is not None and member.relation.text == ":":
        raise refusal(
            member.relation.start,
            'We read ":" between two numbers, which could be a quotient or an explanation; please write "/" or "=".',
        )


def _must_be_followed(relation: Token | None) -> bool:
    return relation is not None and relation.detail != "word" and relation.text not in (":", "\u2192", "\u21d2")


def _is_whole(amount: Amount) -> bool:
    return isinstance(amount.value, int)


def _is_free_left_side(tokens: Sequence[Token]) -> bool:
    """Such as f(x) or L': names only, so that it can be set aside when it is no expression of numbers."""
    names = ("symbol", "quantity", "raised")
    return tokens[0].kind == "symbol" and all(
        token.kind in names or token.text in ("(", ")", "'", ",") for token in tokens
    )


def _agreed(amounts: list[Amount]) -> NumberReading:
    """The number of a chain: its last exact member, else its last one. All members must agree with it."""
    exact_ones = [amount for amount in amounts if _is_exact(amount)]
    chosen = (exact_ones or amounts)[-1]
    for amount in amounts:
        if amount is not chosen and not _agree(amount, chosen):
            first, second = sorted((amount, chosen), key=lambda one: one.start)
            raise refusal(
                second.start,
                f"We read {number_text(first.value, first.half_unit)} and "
                f"{number_text(second.value, second.half_unit)} "
                "as two sides of one equation, and they are different; please check which one is meant.",
            )
    return NumberReading(chosen.value, number_text(chosen.value, chosen.half_unit), chosen.half_unit)


def _is_exact(amount: Amount) -> bool:
    return amount.half_unit is None and not amount.slack and exact.is_exact(amount.value)


def _agree(left: Amount, right: Amount) -> bool:
    """Equal exactly, or to the digits that a rounded one shows (cut off or rounded)."""
    if left.value == right.value:
        return True
    if _is_exact(left) and _is_exact(right):
        return False
    try:
        difference = abs(Fraction(exact.approximate(exact.subtract(left.value, right.value))))
        size = max(abs(Fraction(exact.approximate(left.value))), abs(Fraction(exact.approximate(right.value))))
    except (EngineError, ArithmeticError, ValueError):
        return False
    units = 2 * ((left.half_unit or 0) + (right.half_unit or 0))
    return difference <= units + size * (left.slack + right.slack + _FLOAT_NOISE)


def is_same(left: NumberReading, right: NumberReading) -> bool:
    """Whether two numbers of one text are the same, the one perhaps rounded."""
    return _agree(*(Amount(one.value, one.half_unit, Fraction(0), 0) for one in (left, right)))


def number_text(value: Value, half_unit: Fraction | None) -> str:
    """A number in one notation: the decimal with its digits, or the exact form such as 1/exp(6)."""
    if half_unit is None or not isinstance(value, (int, Fraction)):
        return exact.text(value)
    place, decimals = half_unit * 2, 0
    while place < 1:
        place, decimals = place * 10, decimals + 1
    digits = value * 10**decimals
    if Fraction(digits).denominator != 1:
        return exact.text(value)
    sign, figures = "-" if digits < 0 else "", str(abs(int(digits)))
    if decimals > _LONGEST_DECIMALS:
        point = f".{figures[1:]}" if len(figures) > 1 else ""
        return f"{sign}{figures[0]}{point}e{len(figures) - 1 - decimals}"
    if not decimals:
        return sign + figures
    figures = figures.zfill(decimals + 1)
    return f"{sign}{figures[:-decimals]}.{figures[-decimals:]}"
