"""Tells words around a number that explain it from words that may change it: a hedge never counts as an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from grader.reading.clauses import Run
from grader.reading.statement import states_without_sign
from grader.reading.unreadable import Unreadable
from grader.reading.vocabulary import COUNTED_WORDS, HEDGES, SIZE_WORDS, Quantity

__all__ = ["doubt_about"]

# fmt: off
# What stands behind one of these explains the number, figures included.
_EXPLAINS: Final = frozenset(
    {"since", "because", "as", "due", "after", "at", "by", "from", "via", "using", "through", "where", "when", "during"}
    | {"for", "before", "in", "with", "of", "on", "once", "until", "under", "above", "below", "than"}
    | {"that's", "i.e", "e.g", "ie", "eg"}
    | {"donc", "car", "weil", "da", "porque"}
)
# Reasons: behind them even "twice" and "not" say why, not how much.
_REASONS: Final = frozenset(
    {"since", "because", "as", "due", "where", "when", "i.e", "ie", "car", "weil", "da", "porque"}
)
# What stands behind one of these is a clause of its own; a figure there could be another answer.
_CLAUSES: Final = frozenset(
    {"the", "this", "that", "these", "it", "its", "we", "i", "here", "there", "which", "so", "thus", "hence", "then"}
    | {"therefore", "now", "next", "finally", "also", "and", "note", "substituting", "iteration", "output", "see"}
)
# Notes that say nothing about the size of a number.
_NOTES: Final = frozenset(
    {"leaf", "leaves", "node", "nodes", "done", "skip", "skipped", "skipping", "ok", "okay", "checked", "correct"}
    | {"final", "finished", "total", "sum", "both", "edge", "edges", "path", "paths", "add", "added", "adds", "up"}
    | {"mul", "sub", "div", "pow", "neg", "exp", "log", "relu", "tanh", "sigmoid", "op", "operation", "root", "input"}
    | {"inputs", "weight", "bias", "only", "unchanged", "same", "too", "all", "computed", "accumulated"}
    | {"multiplication", "addition", "product", "chain", "rule", "stop", "end", "yes", "shared", "used"}
    | {"reused", "positive"}
    | {"grad", "gradient", "gradients", "respectively", "together", "active", "a", "an", "is", "are", "exactly"}
)
# fmt: on
_FIGURES: Final = ("number", "fraction", "constant")


class _Piece(NamedTuple):
    """Words behind a statement, and whether a figure stands behind them."""

    words: Sequence[str]
    figure: bool
    ends: bool  # nothing but the sentence's end follows, no other statement


def doubt_about(runs: Sequence[Run], index: int) -> Unreadable | None:
    """Why the number of the statement at `index` is uncertain; None when the words around it only explain it."""
    run = runs[index]
    if not has_figure(run):
        return _missing(runs, index)
    if not states(run):
        return None
    if run.before and run.before[-1] in HEDGES:
        return _doubt(run, run.before[-1])
    explained = reason = clause = False
    for piece in _behind(runs, index):
        for place, word in enumerate(piece.words):
            changes = word in HEDGES or word in SIZE_WORDS
            if changes and not reason and (piece.ends or place == 0):
                return _doubt(run, word)
            explained, reason = explained or word in _EXPLAINS, reason or word in _REASONS
            clause = clause or word in _CLAUSES
            if piece.ends and not (explained or clause or word in _NOTES):
                return _doubt(run, word)
        last = piece.words[-1] if piece.words else ""
        if piece.figure and (last in HEDGES or not (explained or last in COUNTED_WORDS)):
            return _doubt(run, last)
    return None


def has_figure(run: Run) -> bool:
    """Whether a number stands in a run."""
    return any(token.kind in _FIGURES for token in run.tokens)


def states(run: Run) -> bool:
    """Whether a run is a statement about a quantity, such as `z3.grad = 6`, and no mere mention of one."""
    named = any(isinstance(token.detail, Quantity) and token.detail.node for token in run.tokens)
    related = any(token.kind == "relation" for token in run.tokens)
    return named and (related or states_without_sign(run.tokens))


def _behind(runs: Sequence[Run], index: int) -> Iterator[_Piece]:
    """The words behind a statement up to the next one or the end of the sentence."""
    at, last = index + 1, runs[index]
    while at < len(runs) and runs[at].sentence == last.sentence:
        following = runs[at]
        if states(following):
            yield _Piece(following.before, False, False)
            return
        listed = following.joined and not following.before  # the 7 of `z5.grad, z6.grad = 6, 7`
        if not listed:
            yield _Piece(following.before, has_figure(following), True)
        last = following
        at += 1
    if last.after:
        yield _Piece(last.after, False, True)


def _missing(runs: Sequence[Run], index: int) -> Unreadable | None:
    """`z1.grad is not -24`: a left side whose number stands behind words that we don't know."""
    run = runs[index]
    following = runs[index + 1] if index + 1 < len(runs) else None
    if following is None or following.sentence != run.sentence or states(following) or not has_figure(following):
        return None
    hedge = next((word for word in following.before if word in HEDGES or word in SIZE_WORDS), None)
    if hedge:
        return _doubt(run, hedge)
    kind = next((token.detail.kind for token in run.tokens if isinstance(token.detail, Quantity)), "")
    waits = run.tokens[-1].kind == "relation" and bool(following.before) and kind in ("grad", "value")
    if waits and not _EXPLAINS.intersection(following.before):
        return _doubt(run, following.before[0])
    return None


def _doubt(run: Run, word: str) -> Unreadable:
    what = f'the word "{word}"' if word else "a second number"
    return Unreadable(
        run.tokens[0].start,
        "",
        f"We read {what} beside a number and can't tell what it does to it; "
        "please write only the number, such as z2.grad = 8, and put remarks behind #.",
    )
