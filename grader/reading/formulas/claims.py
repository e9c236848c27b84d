"""Which of the statements of an answer is the claim: definitions, mentions and remarks are set aside.

The words around a formula decide: what stands behind "total" or "so" is meant, what stands behind "instead of" or
"since" is not. Where two different formulas are left, each is a reading, and judging takes the answer only when they
lead to one verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from grader.reading.formulas import vocabulary as words
from grader.reading.formulas.doubts import has_order, refuse_doubt
from grader.reading.formulas.statements import Statement
from grader.reading.unreadable import refusal, shortened

__all__ = ["Sorted", "choose", "sort_statements"]

Value = TypeVar("Value")

# A name that somebody makes up for a quantity is short.
_LONGEST_SYMBOL = 4

_CASES = {"for", "when", "in", "if", "für", "bei", "pour", "para", "then", "but", "and"}
_ANSWERS = {"answer", "ans", "antwort", "réponse", "respuesta"}
# With one of these right before it, even a stated formula is none that is meant.
_SUPPOSING = {"would", "could", "instead", "than"}
_MORE = {"less", "more", "fewer", "as", "larger", "smaller", "weniger", "mehr", "moins", "plus", "menos", "más"}
_TOTAL, _CONCLUSION, _STATED, _FREE, _MENTION, _ASIDE = 5, 4, 3, 2, 1, 0


@dataclass(frozen=True)
class Sorted(Generic[Value]):
    """The statements that define names, and those that may be the claim, in the order of the text."""

    definitions: tuple[Statement[Value], ...]
    claims: tuple[Statement[Value], ...]


def sort_statements(
    statements: Sequence[Statement[Value]], *, asked: frozenset[str], declared: frozenset[str]
) -> Sorted[Value]:
    """Definitions and possible claims. `asked` are names of the field's own quantity, `declared` of its variables."""
    uses = _uses(statements)
    definitions, claims = [], []
    for statement in statements:
        left = statement.left
        if statement.compares or left is None or left in asked or has_order(statement):
            claims.append(statement)
        elif left in declared or uses.get(left, 0) or _introduces(statement):
            definitions.append(statement)
        else:
            claims.append(statement)
    renamings = [s for s in claims if s.left and s.left not in asked and _is_renaming(s)]
    if any(_can_claim(claim) for claim in claims if claim not in renamings):
        claims = [claim for claim in claims if claim not in renamings]
        definitions += renamings
    beside = {definition.segment.line for definition in definitions}
    renamings = [s for s in claims if s.left and s.left not in asked and len(s.left) <= _LONGEST_SYMBOL]
    renamings = [s for s in renamings if s.segment.line in beside]
    if any(_can_claim(claim) for claim in claims if claim not in renamings):
        claims = [claim for claim in claims if claim not in renamings]
        definitions += renamings  # the last one of a list of definitions
    if not any(_can_claim(claim) or _has_error(claim) for claim in claims):
        loose = [d for d in definitions if not uses.get(d.left or "", 0)] or definitions
        claims = [*claims, *[d for d in loose if d.left not in declared]]
    return Sorted(tuple(definitions), tuple(claims))


def _is_renaming(statement: Statement[Value]) -> bool:
    """`h = n_heads`: a short name for one of the question's, used or not."""
    left = statement.left or ""
    return (
        len(left) <= _LONGEST_SYMBOL
        and len(statement.members) == 1
        and not statement.members[0].is_operation
        and (statement.segment.tokens[-1].kind == "symbol")
    )


def _uses(statements: Sequence[Statement[Value]]) -> dict[str, int]:
    """How often each name stands in a formula, and not alone on a left side."""
    uses: dict[str, int] = {}
    for statement in statements:
        tokens = statement.segment.tokens
        skip = statement.left is not None
        for token in tokens:
            if token.kind == "relation":
                skip = False
            elif token.kind == "symbol" and not skip:
                uses[token.text] = uses.get(token.text, 0) + 1
    return uses


def _introduces(statement: Statement[Value]) -> bool:
    """Whether "where", "let" or "with" leads to the statement, or it stands in parentheses among words."""
    lead = statement.segment.lead
    where = lead[0] if lead else ""
    return (
        where
        in (
            "where",
            "let",
            "with",
            "wobei",
            "mit",
            "où",
            "avec",
            "donde",
            "con",
            "sei",
            "sea",
            "denote",
            "define",
            "given",
            "letting",
            "setting",
        )
        or "where" in lead
    )


def _has_error(statement: Statement[Value]) -> bool:
    return any(member.error is not None and member.is_operation for member in statement.members)


def _can_claim(statement: Statement[Value]) -> bool:
    return not statement.compares and any(m.readings and (m.is_operation or m.relation) for m in statement.members)


def choose(statements: Sequence[Statement[Value]], *, shapes: bool = False) -> tuple[Statement[Value], ...]:
    """The claim, or several statements that may be it: shapes where shapes are asked for, else anything but those.

    Raises: Refusal where none can be told.
    """
    usable = [s for s in statements if s.members and not s.compares and not _numbers_something(s)]
    for fits in (lambda s: _is_shape(s) == shapes, has_order, lambda s: s.is_tuple == shapes):
        usable = [s for s in usable if fits(s)] or usable
    if not usable:
        raise _nothing(statements)
    ranks = [_rank(statement, usable, shapes=shapes) for statement in usable]
    best = max(ranks)
    chosen = [s for s, rank in zip(usable, ranks, strict=True) if rank == best]
    if best in (_MENTION, _ASIDE) and any(_degree_of(s) for s in chosen):
        raise _nothing(statements)
    if best in (_TOTAL, _CONCLUSION):
        chosen = [s for s in chosen if _ANSWERS & {*s.segment.lead, (s.left or "").lower()}] or chosen[-1:]
        last = chosen[-1].segment.start
        later = [s for s, rank in zip(usable, ranks, strict=True) if rank >= _FREE and s.segment.start > last]
        chosen += later  # The answer is 8*N*P. No, 4*N*P.
    elif len(chosen) > 1 and best == _STATED and not (shapes and not any(map(_is_shape, chosen))):
        chosen = _last_line(chosen)
    if best != _TOTAL:
        chosen += [s for s in usable if s not in chosen and (_is_bare(s) or _is_otherwise(s))]
        chosen += [s for s in usable if s not in chosen and _restates(s, chosen[-1])]
    chosen += [s for s in usable if s not in chosen and _is_another_case(s, chosen[-1])]
    lefts = {s.left for s in chosen if s.left}
    chosen += [s for s in usable if s not in chosen and s.left in lefts]  # M = 4*N*P, M = 8*N*P
    for statement in chosen:
        refuse_doubt(statement, statements)
    return tuple(chosen)


def _degree_of(statement: Statement[Value]) -> bool:
    """Whether "linear" or "quadratic" stands before a name: an order in words."""
    return bool({"linear", "quadratic", "cubic", "logarithmic", "exponential"} & set(statement.segment.lead))


def _is_bare(statement: Statement[Value]) -> bool:
    """The L of `8*N*P, L`: no word says that it is anything but a second answer."""
    segment = statement.segment
    alone = not (segment.lead or segment.after or statement.has_relation)
    if segment.aside:  # 8*N*P bytes (4*N*P bytes)
        return alone and len(segment.tokens) > 1 and any(token.kind == "unit" for token in segment.tokens)
    operation = any(member.is_operation for member in statement.members)
    return alone and bool(segment.separator) and not (operation and segment.separator == "\n")


def _is_another_case(statement: Statement[Value], claim: Statement[Value]) -> bool:
    """The second of `8*N*P for float64, 4*N*P for float32`."""
    one, other = claim.segment, statement.segment
    follows = one.sentence == other.sentence and other.start > one.start and not other.aside
    return (
        follows
        and bool(_CASES & set(one.after[:1]))
        and statement.members[-1].is_operation
        and (bool(_CASES & set(other.after[:1])) and other.lead[:1] == one.after[:1])
    )


def _restates(statement: Statement[Value], claim: Statement[Value]) -> bool:
    """The bracket of `8*N*P bytes (L)`: no words are in it, so that it should say the same."""
    segment = statement.segment
    alone = segment.aside and not (segment.lead or segment.after or statement.has_relation)
    return (
        alone
        and claim.segment.tokens[-1].kind == "unit"
        and len(segment.tokens) + (segment.tokens[0].kind != "unit") > 1
    )


def _is_otherwise(statement: Statement[Value]) -> bool:
    """The second case of `O(n) if ..., otherwise O(n^2)`."""
    return bool({"otherwise", "sonst", "sinon"} & set(statement.segment.lead)) and statement.members[-1].is_operation


def _is_shape(statement: Statement[Value]) -> bool:
    return statement.is_tuple or any(isinstance(r, tuple) and len(r) > 1 for m in statement.members for r in m.readings)


def _rank(statement: Statement[Value], others: Sequence[Statement[Value]], *, shapes: bool) -> int:
    lead = statement.segment.lead
    label = (statement.left or "").lower()
    operation = any(member.is_operation for member in statement.members)
    if label in words.ANSWER or (operation and _last_of(lead, words.ANSWER) > _last_of(lead, words.ASIDE)):
        return _TOTAL
    if all(member.relation == "\u2248" for member in statement.members) or (lead and lead[-1] == "which"):
        return _MENTION
    if statement.segment.after[:1] == ("times",) and set(statement.segment.after[1:2]) & _MORE:
        return _MENTION
    aside = _last_of(lead, words.ASIDE)
    concluding = _last_of(lead, words.CONCLUDING)
    if statement.segment.aside or _SUPPOSING & set(lead[-2:]):
        return _ASIDE
    if _last_of(lead, words.ANSWER) > aside:
        return _TOTAL if statement.has_relation else _CONCLUSION
    figure = all(token.kind in ("number", "unit", "relation") for token in statement.segment.tokens)
    if concluding > aside and (operation or figure):
        return _CONCLUSION
    if aside >= 0 and not statement.has_relation and lead[-1:] != ("=",):
        return _ASIDE
    if statement.has_relation or lead[-1:] == ("=",):
        return _STATED if operation or statement.left or shapes else _FREE
    return _FREE if operation else _MENTION


def _numbers_something(statement: Statement[Value]) -> bool:
    """The 2.1 of "see problem 2.1"."""
    lead = statement.segment.lead
    return bool(lead) and lead[-1] in words.NUMBERED and not any(member.is_operation for member in statement.members)


def _last_of(lead: Sequence[str], known: frozenset[str]) -> int:
    return max((place for place, word in enumerate(lead) if word in known), default=-1)


def _last_line(chosen: list[Statement[Value]]) -> list[Statement[Value]]:
    """Of a derivation over several lines or sentences, the last one; of several statements in one, all."""
    last = chosen[-1]
    place = (last.segment.line, last.segment.sentence)
    return [s for s in chosen if (s.segment.line, s.segment.sentence) == place]


def _nothing(statements: Sequence[Statement[Value]]) -> Exception:
    if statements:
        start = statements[-1].segment.start
        text = " ".join(token.text for token in statements[-1].segment.tokens)
        return refusal(start, f'We read "{shortened(text)}" and found no answer in it; please write it as one formula.')
    return refusal(0, "We found no formula in this answer; please write one in the names given, such as 8*N*P*K^2.")
