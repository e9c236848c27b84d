"""Words beside a formula that deny it, change it or take it back: with one of these, a person has to look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from grader.reading.formulas import vocabulary as words
from grader.reading.formulas.statements import Statement
from grader.reading.unreadable import refusal

__all__ = ["has_order", "refuse_doubt"]

Value = TypeVar("Value")

_REASONS = {"because", "since", "weil", "da", "car", "puisque", "porque", "parce"}
_CONTRASTS = {"but", "sondern", "mais", "sino"}
_DENIED = {"", "es", "creo", "exactamente", "way", "sé", "idea"}
_NOT = {"not", "isn't", "nicht", "pas"}
_OF = {"of", "von", "aus", "de"}


def refuse_doubt(statement: Statement[Value], statements: Sequence[Statement[Value]]) -> None:
    """Refuses a claim that the words beside it take back, change or put beside another one."""
    segment = statement.segment
    lead = segment.lead
    before = lead[-1] if lead else ""
    behind = segment.after[0] if segment.after else ""
    joined = [word for word in (before, *segment.after[-1:]) if word in words.JOINING]
    counted = [word for word in lead if word in words.NUMERALS] if before == "of" else []
    doubts = [
        _calculating(lead, words.CALCULATING if has_order(statement) else words.CALCULATING | words.GROWING),
        _calculating(tuple(reversed(segment.after[:3])), words.CALCULATING),
        *joined,
        *counted,
        before if before in words.HEDGING else "",
        behind if behind in words.DOUBTFUL else "",
    ]
    doubts += [
        _denied(lead),
        _taken_back(segment.after, followed=_goes_on(statement, statements)),
        _part_of(lead, statement),
    ]
    word = next(filter(None, doubts), "")
    if word:
        raise refusal(
            segment.start,
            f'We read the word "{word}" beside the formula and can\'t tell what it does to it; '
            "please write only the formula that you mean.",
        )


def has_order(statement: Statement[Value]) -> bool:
    """Whether O(...) stands in it: then it is the order of growth, and the formulas without one lead to it."""
    return any(token.kind == "function" and token.text == "O" for token in statement.segment.tokens)


def _denied(lead: Sequence[str]) -> str:
    """A word before the formula that denies or limits it, unless a conclusion or a reason stands between them."""
    following = ""
    for word in reversed(lead):
        if word in words.CONCLUDING or word in _REASONS or word in _CONTRASTS:
            return ""
        if word in words.NEGATING or (word == "no" and following in _DENIED):
            return word
        following = word
    return ""


def _taken_back(after: Sequence[str], *, followed: bool) -> str:
    """A word behind the formula that takes it back; "not" does, unless another formula follows it: not 4*N*P."""
    for word in after:
        if word in _REASONS:
            return ""
        if word in words.RETRACTING or (not followed and word in _NOT):
            return word
    return ""


def _part_of(lead: Sequence[str], statement: Statement[Value]) -> str:
    """The noun of "the root of": one of which we don't know that the formula is its amount."""
    if len(lead) < 2 or lead[-1] not in _OF or statement.has_relation:
        return ""
    nouns = [word for word in lead[-4:-1] if word not in words.ARTICLES]
    noun = nouns[-1] if nouns else ""
    return "" if not noun or noun in words.QUANTITIES or noun in words.COUNTED or noun in words.BEING else noun


def _goes_on(statement: Statement[Value], statements: Sequence[Statement[Value]]) -> bool:
    """Whether another formula follows in the same sentence."""
    segment = statement.segment
    return any(one.segment.sentence == segment.sentence and one.segment.start > segment.start for one in statements)


def _calculating(nearby: Sequence[str], known: frozenset[str]) -> str:
    """The word of `the square of n`: one that calculates, with nothing but "of the" between it and the formula."""
    for word in reversed(nearby):
        if word in known:
            return word
        if word not in words.BESIDE:
            return ""
    return ""
