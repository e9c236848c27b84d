"""Reads one number out of what a student wrote, in whatever notation and with whatever words around it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from grader.reading.clauses import cut_into_runs
from grader.reading.evaluate import Effort
from grader.reading.formulas.vocabulary import CALCULATING, NEGATING, RETRACTING
from grader.reading.limits import MAX_COSTLY_STEPS, MAX_DIGITS, is_blank, screen
from grader.reading.respelling import respelled, without_label, without_modules
from grader.reading.statement import Chain, NumberReading, is_same, read_chain
from grader.reading.tokens import Token, tokenize
from grader.reading.unreadable import Refusal, Unreadable, refusal, shortened
from grader.reading.vocabulary import (
    ANSWER_WORDS,
    CODE_WORDS,
    COUNTED_WORDS,
    FUNCTIONS,
    UNCERTAIN_WORDS,
    Quantity,
    Vocabulary,
)
from grader.reading.words import give_roles

__all__ = ["located", "puts_in_doubt", "read_number"]

_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})
_PLAIN: Final = re.compile(rf"\s*([+-]?\d{{1,{MAX_DIGITS}}})\s*\.?\s*")
# A dash with a blank behind it, at a line's start, is a minus sign or a bullet; `+-` and `--` are nobody's notation.
_DASH_OR_BULLET: Final = re.compile(
    r"^[ \t]*[-\u2013\u2212][ \t]+(?:[\d.\\(]|(?:np|math)\.|(?:exp|log|ln|sqrt|tanh|sigmoid)\b)", re.MULTILINE
)
_DOUBLED_SIGN: Final = re.compile(r"[-+\u2212]\s*[-\u2212]|\+/-|\u00b1|#.*\d")
_DOUBTFUL: Final = UNCERTAIN_WORDS | NEGATING | CALCULATING | RETRACTING
_REASONS: Final = frozenset({"because", "since", "weil", "parce", "porque", "puisque"})
_LISTED: Final = re.compile(r"\d\s*(?:and|und|et|y|to|bis|or)\s+[\d(]", re.IGNORECASE)
_LOOSE_POWER: Final = re.compile(r"\d\s+[eE]\s*[-+]?\s*\d|\d[eE]\s+[-+]?\s*\d|\d[eE][-+]\s+\d")
_COMPARISONS: Final = ("<", ">", "<=", ">=", "!=", "\u2260", "\u2264", "\u2265", ":=", "-=")


def read_number(text: str, *, asked: str = "", names: Mapping[str, str] = _NO_NAMES) -> NumberReading | Unreadable:
    """The number in `text` as the answer to `asked` (such as "x.grad"); `names` maps names to labels."""
    try:
        return _read(text, asked, names)
    except Refusal as refused:
        return located(refused.unreadable, text)


def puts_in_doubt(text: str) -> bool:
    """Whether words such as "not", signs such as <, or an `e` that may begin a power of ten put a text in doubt."""
    try:
        _check_signs(plain := screen(text))
        _check_words(give_roles(tokenize(plain), Vocabulary(_NO_NAMES)))
    except Refusal:
        return True
    return _LISTED.search(plain) is not None or _LOOSE_POWER.search(plain) is not None


def located(unreadable: Unreadable, text: str) -> Unreadable:
    """The same message with what stands before its place, where the message has not said so itself."""
    if unreadable.understood or not unreadable.position:
        return unreadable
    return replace(unreadable, understood=shortened(text[: unreadable.position]))


def _read(text: str, asked: str, names: Mapping[str, str]) -> NumberReading:
    if is_blank(text):
        raise refusal(0, "There is nothing to read here yet; please write a number such as 32 or 1/exp(6).")
    plain = respelled(without_label(screen(text)))
    match = _PLAIN.fullmatch(plain)
    if match and plain.isascii():
        value = int(match.group(1))
        return NumberReading(value, str(value), None)
    _check_signs(plain)
    plain = without_modules(plain)
    vocabulary = Vocabulary(names)
    tokens = give_roles(tokenize(plain), vocabulary)
    _check_words(tokens)
    effort = Effort(MAX_COSTLY_STEPS)
    chains = [read_chain(run, effort) for run in cut_into_runs(tokens)]
    quantity = _quantity_asked(asked, vocabulary)
    _refuse_multiples(chains, quantity)
    return _chosen(chains, quantity, asked)


def _refuse_multiples(chains: Sequence[Chain], asked: Quantity | None) -> None:
    """`2*x.grad = 32` says something about x.grad, but its number is not the answer."""
    for chain in chains:
        tokens = chain.run.tokens
        for place, token in enumerate(tokens):
            beside = [*tokens[max(place - 1, 0) : place], *tokens[place + 1 : place + 2]]
            is_asked = asked is not None and isinstance(token.detail, Quantity) and (
                token.detail.node == asked.node and token.detail.kind == asked.kind
            )
            if is_asked and any(one.kind == "sign" and one.text in ("*", "/", "^", "-", "+") for one in beside):
                raise refusal(
                    token.start,
                    f'We read "{token.text}" with a sign beside it; please write it alone on the left side.',
                )


def _check_signs(plain: str) -> None:
    """Refuses signs that have two readings."""
    dash, doubled = _DASH_OR_BULLET.search(plain), _DOUBLED_SIGN.search(plain)
    if dash:
        written = dash.group().strip()
        raise refusal(
            dash.start(),
            f'We read "{written}" at the start of a line and can\'t tell whether the dash is a minus sign or a bullet; '
            "please write the number alone, a negative one without a blank behind its sign.",
        )
    if doubled:
        raise refusal(
            doubled.start(),
            f'We read "{shortened(doubled.group())}" and can\'t tell which number you mean; '
            "please write only that one.",
        )


def _check_words(tokens: Sequence[Token]) -> None:
    """Refuses program text, comparisons, and words with which a number may be anything but the answer."""
    counted = explaining = False
    for index, token in enumerate(tokens):
        low = token.text.lower()
        explaining = (explaining or (counted and low in _REASONS)) and token.text not in (".", ";")
        if explaining:
            continue  # a reason behind a number does nothing to it
        counted = counted or token.kind in ("number", "fraction", "constant")
        if token.kind in ("prose", "symbol") and (low in CODE_WORDS or "__" in low):
            raise refusal(token.start, f'We read "{token.text}", which is program text; please write only the number.')
        if token.kind == "symbol" and low in FUNCTIONS:
            raise refusal(
                token.start,
                f'We read "{token.text}" without parentheses; please write them, as in exp(6).',
            )
        # The "no" of "no. 3" numbers something; behind a number it takes that number back.
        following = tokens[index + 1].kind if index + 1 < len(tokens) else "prose"
        takes_back = low == "no" and following != "prose" and (counted or following == "relation")
        if token.kind == "prose" and (low in _DOUBTFUL or takes_back):
            raise refusal(
                token.start,
                f'We read the word "{token.text}" and can\'t tell what it does to the number; '
                "please write only the number, or an expression such as 1/2 or 4^2.",
            )
        if token.kind == "sign" and token.text in _COMPARISONS:
            raise refusal(
                token.start,
                f'We read "{token.text}", but the answer is one number; please write it with "=".',
            )


def _quantity_asked(asked: str, vocabulary: Vocabulary) -> Quantity | None:
    """The quantity that the field asks for, None where it is not a gradient or value of a node."""
    try:
        tokens = give_roles(tokenize(asked), vocabulary) if asked else []
    except Refusal:
        return None
    quantity = tokens[0].detail if len(tokens) == 1 else None
    return quantity if isinstance(quantity, Quantity) and quantity.node else None


def _chosen(chains: list[Chain], asked: Quantity | None, asked_text: str) -> NumberReading:
    chains = [chain for chain in chains if not _counts_something(chain)]
    _refuse_lists(chains)
    labelled = [index for index, chain in enumerate(chains) if chain.number and _names_asked(chain, asked)]
    for index, chain in enumerate(chains):
        if chain.error and (not labelled or index > labelled[-1] or _names_asked(chain, asked)):
            raise Refusal(chain.error)
    if labelled:
        _refuse_second_thoughts(chains, labelled)
        return _only([chains[index] for index in labelled])
    return _unlabelled(chains, asked, asked_text)


def _refuse_second_thoughts(chains: list[Chain], labelled: list[int]) -> None:
    """`x.grad = 16. The answer is 32`, `x.grad += 16; x.grad += 16`: which one counts is not ours to guess."""
    named = [chains[index] for index in labelled]
    told = named[-1].number
    later = [chain for chain in chains[labelled[-1] + 1 :] if chain.number and not chain.quantities]
    differing = [chain for chain in later if told and chain.number and chain.number.value != told.value]
    added = [chain for chain in named[-1:] if any(token.text == "+=" for token in chain.run.tokens)]
    if differing or (added and len(named) > 1):
        raise refusal(
            (differing or added)[-1].start,
            "We read more than one number for this field and can't tell which one is your answer; "
            "please write only that one.",
        )


def _unlabelled(chains: list[Chain], asked: Quantity | None, asked_text: str) -> NumberReading:
    """The one number without a left side, or behind one that is no quantity of the question."""
    others = [chain for chain in chains if any(_is_other(quantity, asked) for quantity in chain.quantities)]
    free = [chain for chain in chains if chain.number and chain not in others]
    claimed = [chain for chain in free if ANSWER_WORDS.intersection(chain.run.before)]
    comes_first = bool(free) and free[0] is chains[0] and not free[0].run.before
    if others and not claimed and not comes_first:
        raise _other_quantity(others, asked, asked_text)
    if not free:
        raise _no_number(chains)
    _refuse_unconnected(chains, claimed or free, claimed=bool(claimed))
    return _only(claimed or free)


def _refuse_unconnected(chains: list[Chain], free: list[Chain], *, claimed: bool) -> None:
    """`4 by 4`, `2 to the 5`, `Answer - 32`: the words between may be mathematics that we don't read."""
    bare = [chain for chain in free if _is_bare(chain)]
    bare += [chain for chain in chains if chain.number is None and _has_number(chain) and not chain.quantities]
    first = free[0].run.tokens
    dash = len(first) > 1 and first[0].text == "-" and first[1].spaced and bool(free[0].run.before)
    if (len(bare) > 1 and not claimed) or dash:
        raise refusal(
            bare[-1].start if bare else free[0].start,
            "We read numbers or signs with words between them and can't tell what they mean together; "
            "please write only the number, or an expression such as 4*8.",
        )


def _is_bare(chain: Chain) -> bool:
    return all(token.kind != "relation" for token in chain.run.tokens)


def _has_number(chain: Chain) -> bool:
    return any(token.kind in ("number", "fraction", "constant") for token in chain.run.tokens)


def _counts_something(chain: Chain) -> bool:
    """The 3 of "iteration 3" or "step 3"."""
    before = chain.run.before
    return bool(before) and before[-1] in COUNTED_WORDS and not chain.quantities and len(chain.run.tokens) == 1


def _refuse_lists(chains: list[Chain]) -> None:
    """`3, 2` and `32 and 32` are several answers, even where the numbers are equal."""
    for former, chain in pairwise(chains):
        joined = chain.run.joined and not chain.run.before
        if joined and chain.number and former.number and _is_bare(chain):
            raise refusal(
                chain.start,
                f"We read {former.number.read_as} and {chain.number.read_as}, but the answer is one number; "
                "please write only that one.",
            )


def _names_asked(chain: Chain, asked: Quantity | None) -> bool:
    if asked is None:
        return False
    return any(q.node == asked.node and q.kind in (asked.kind, "") for q in chain.quantities)


def _is_other(quantity: Quantity, asked: Quantity | None) -> bool:
    if asked is None:
        return False
    return quantity.node != asked.node or quantity.kind not in (asked.kind, "")


def _only(chains: list[Chain]) -> NumberReading:
    """The one number of several chains; one after "answer" or "total" wins over the numbers before it."""
    last = chains[-1]
    readings = [chain.number for chain in chains if chain.number]
    if ANSWER_WORDS.intersection(last.run.before) and last.number:
        return last.number
    for chain in chains[:-1]:
        if chain.number and not is_same(chain.number, readings[-1]):
            raise refusal(
                last.start,
                f"We read {chain.number.read_as} and also {readings[-1].read_as}, and can't tell which one is your "
                "answer; please write only that one.",
            )
    exact = [reading for reading in readings if reading.half_unit is None]
    return (exact or readings)[-1]


def _other_quantity(others: list[Chain], asked: Quantity | None, asked_text: str) -> Refusal:
    chain = others[-1]
    written = next(quantity.written for quantity in chain.quantities if _is_other(quantity, asked))
    return refusal(
        chain.start,
        f"This field asks for {asked_text} and we read {written}; please write {asked_text} = and its number.",
    )


def _no_number(chains: list[Chain]) -> Refusal:
    start = chains[-1].start if chains else 0
    names = [token.text for chain in chains for token in chain.run.tokens if token.kind in ("symbol", "quantity")]
    if names:
        return refusal(
            start,
            f'We read "{shortened(names[-1])}" but no number; please put the numbers in and write the result.',
        )
    return refusal(start, "We found no number in this answer; please write one such as 32, 0.25 or 1/exp(6).")
