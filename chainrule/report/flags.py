"""What somebody should look at: questions whose numbers say that key, wording or notation may be at fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from chainrule.amount_words import count
from chainrule.report.item_analysis import ItemStatistics

__all__ = ["Flag", "flags_of"]

#: Fewer answers than these are told by reading them.
MIN_ANSWERS = 5

#: Shares from which on an item is named; docs/report.md says them too.
MOST_OF_NOBODY = 0.1
LEAST_OF_EVERYBODY = 0.98
MOST_BLANK = 0.5
MANY_OPEN = 0.2
ONE_MISTAKE = 1 / 3
WEAKENS = 0.05
_NEGATIVE = -0.1  # nearer to 0 it says nothing, and half of all useless questions would be named


@dataclass(frozen=True)
class Flag:
    """A sign, by its code, what it means in plain words, and on how many papers or answers it rests."""

    item: str
    level: str
    families: tuple[str, ...]
    code: str
    words: str
    n: int


def flags_of(items: Iterable[ItemStatistics], *, alpha: float | None) -> tuple[Flag, ...]:
    """Every sign found, item by item; `alpha` is that of the whole exam."""
    return tuple(
        Flag(item.id, item.level, item.families, code, words, n)
        for item in items
        if item.counts and item.n_answers >= MIN_ANSWERS
        for code, look in _SIGNS.items()
        for words, n in look(item)
    ) + tuple(_weakening(items, alpha))


def _negative(item: ItemStatistics) -> Iterator[tuple[str, int]]:
    interval = item.correlation_interval
    is_sure = interval is not None and interval[1] < 0
    if item.correlation is not None and (is_sure or item.correlation <= _NEGATIVE):
        sure = "This is more than chance" if is_sure else "This may be chance"
        yield (
            f"Who did well on the rest of the paper did worse here (correlation {item.correlation:.2f}). {sure}; "
            "check the key and the wording.",
            item.n_decided,
        )


def _hard(item: ItemStatistics) -> Iterator[tuple[str, int]]:
    if item.mean is not None and item.mean <= MOST_OF_NOBODY and item.n_decided >= MIN_ANSWERS:
        yield "Nearly nobody earned points here; check the key, and whether this was taught.", item.n_decided


def _easy(item: ItemStatistics) -> Iterator[tuple[str, int]]:
    if item.mean is not None and item.mean >= LEAST_OF_EVERYBODY and item.n_decided >= MIN_ANSWERS:
        yield "Nearly everybody earned all points here; it tells nothing about who knows more.", item.n_decided


def _blank(item: ItemStatistics) -> Iterator[tuple[str, int]]:
    n_blank = item.outcomes.get("blank", 0)
    if n_blank >= MOST_BLANK * item.n_answers:
        of_all = f"{n_blank} of {count(item.n_answers, 'answer')}"
        yield f"{of_all} are blank; perhaps there was no time, or it was not clear what to do.", n_blank


def _open(item: ItemStatistics) -> Iterator[tuple[str, int]]:
    if item.n_open >= max(MANY_OPEN * item.n_answers, 2):
        words = f"{item.n_open} of {count(item.n_answers, 'answer')} wait for a person; its numbers may still change."
        yield words, item.n_open


def _mistaken(item: ItemStatistics) -> Iterator[tuple[str, int]]:
    for tag, n in sorted(item.mistakes.items()):
        if item.level == "field" and n >= max(ceil(ONE_MISTAKE * item.n_answers), 3):
            of_all = f"{n} of {count(item.n_answers, 'answer')}"
            yield f"{of_all} show the same known mistake, `{tag}`; the wording may invite it.", n


def _weakening(items: Iterable[ItemStatistics], alpha: float | None) -> Iterator[Flag]:
    for item in items:
        if alpha is not None and item.alpha_without is not None and item.alpha_without > alpha + WEAKENS:
            words = (
                f"Without it the exam would be more reliable: alpha {item.alpha_without:.2f} in place of {alpha:.2f}."
            )
            yield Flag(item.id, item.level, item.families, "weakens", words, item.n_decided)


_SIGNS: dict[str, Callable[[ItemStatistics], Iterator[tuple[str, int]]]] = {
    "negative": _negative,
    "hard": _hard,
    "easy": _easy,
    "blank": _blank,
    "open": _open,
    "mistake": _mistaken,
}
