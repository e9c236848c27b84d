"""Wrong answers that are right on another paper, with the probability that chance gives as much. Never penalised.

Given one paper's wrong answers, every other paper is as likely as any to have been drawn with the keys that match
them, and questions are drawn independently of each other. So the probability needs no model of students: it counts
how many papers match as well in a question, and multiplies over questions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from chainrule.report.rows import AnswerRow, PaperRow
from chainrule.report.written_values import written_value

__all__ = ["MIN_KEYS", "KeyMatch", "MatchedAnswer", "Matches", "key_matches"]

#: With fewer papers to compare, no match could be told from chance.
MIN_KEYS = 10
#: Pairs that chance gives more often than once a class are only counted.
_SHOWN = 1.0
# Weights are whole numbers, so that equal ones are equal: thousandths of a natural logarithm.
_FINE = 1000

Place = tuple[str, str, str]


@dataclass(frozen=True)
class MatchedAnswer:
    """One wrong answer, the other paper's field of the same name, and how many of all keys have this value."""

    id: str
    other_id: str
    response: str
    n_equal: int
    n_keys: int


@dataclass(frozen=True)
class KeyMatch:
    """A paper whose wrong answers are right on another one.

    `chance` is the probability that another paper, chosen blindly, matches as well; `expected` how many such pairs
    chance alone gives in this class, `chance` times all pairs looked at.
    """

    paper: str
    other: str
    answers: tuple[MatchedAnswer, ...]
    chance: float
    expected: float


@dataclass(frozen=True)
class Matches:
    """What was looked at, how many pairs match in anything, and those that chance gives less than once a class."""

    n_keys: int
    n_papers: int
    n_pairs: int
    n_matching: int
    shown: tuple[KeyMatch, ...]


def key_matches(rows: Sequence[PaperRow], keys: Mapping[str, Mapping[str, str]]) -> Matches:
    """Compare every wrong answer with the same field of every other paper's key; `keys` by paper and field id.

    An answer that a known mistake gives on the paper itself has an explanation, and is no match.
    """
    book = _key_book(rows, keys)
    wrong = {row.paper: found for row in rows if (found := list(_unexplained(row, book)))}
    n_pairs = len(wrong) * max(len(book.papers) - 1, 0)
    if len(book.papers) < MIN_KEYS:
        return Matches(len(book.papers), len(wrong), n_pairs, 0, ())
    matches = [match for paper, answers in wrong.items() for match in _of_paper(paper, answers, book, n_pairs)]
    shown = [match for match in matches if match.expected <= _SHOWN]
    shown.sort(key=lambda match: (match.expected, match.paper, match.other))
    return Matches(len(book.papers), len(wrong), n_pairs, len(matches), tuple(shown))


@dataclass(frozen=True)
class _KeyBook:
    """All keys turned around: by place and value the papers with it, each with its field's id."""

    papers: frozenset[str]
    asked: Mapping[Place, int]
    places: Mapping[Place, Mapping[Hashable, Mapping[str, str]]]

    def with_value(self, place: Place, value: Hashable) -> Mapping[str, str]:
        return self.places.get(place, {}).get(value, {})


# A wrong answer, where it stands, and the papers on which it is right, each with its field's id.
_Wrong = tuple[AnswerRow, Place, Mapping[str, str]]


def _place(answer: AnswerRow) -> Place:
    return answer.slot, answer.name, answer.kind


def _key_book(rows: Iterable[PaperRow], keys: Mapping[str, Mapping[str, str]]) -> _KeyBook:
    places: dict[Place, dict[Hashable, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    asked: dict[Place, set[str]] = defaultdict(set)
    read: dict[tuple[str, str], Hashable | None] = {}
    for row in rows:
        texts = keys.get(row.paper, {})  # once a paper: keys may be read from a file each time
        for answer in row.answers:
            written = answer.kind, texts.get(answer.id, "")
            if written not in read:
                read[written] = written_value(*written)
            value = read[written]
            if value is not None:
                asked[_place(answer)].add(row.paper)
                places[_place(answer)][value].setdefault(row.paper, answer.id)
    papers: frozenset[str] = frozenset().union(*asked.values())
    return _KeyBook(papers, {place: len(found) for place, found in asked.items()}, places)


def _unexplained(row: PaperRow, book: _KeyBook) -> Iterator[_Wrong]:
    for answer in row.answers:
        verdict, place = answer.verdict, _place(answer)
        if verdict.outcome in ("wrong", "partly") and not verdict.mal_rule and place in book.places:
            value = written_value(answer.kind, verdict.read_as or answer.response)
            if value is not None:
                yield answer, place, book.with_value(place, value)


def _of_paper(paper: str, wrong: Sequence[_Wrong], book: _KeyBook, n_pairs: int) -> Iterator[KeyMatch]:
    """Every other paper that matches in anything, with its probability."""
    matched: dict[str, list[MatchedAnswer]] = defaultdict(list)
    weights: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for answer, place, equal in wrong:
        n_asked = book.asked[place]
        for other in sorted(equal.keys() - {paper}):
            matched[other].append(MatchedAnswer(answer.id, equal[other], answer.response, len(equal), n_asked))
            weights[answer.slot][other] += round(_FINE * log(len(book.papers) / len(equal))) or 1
    tail = _Tail([Counter(found.values()) for _, found in sorted(weights.items())], len(book.papers - {paper}))
    for other in sorted(matched):
        chance = tail.probability(sum(found.get(other, 0) for found in weights.values()))
        yield KeyMatch(paper, other, tuple(matched[other]), chance, chance * n_pairs)


class _Tail:
    """The distribution of a sum over questions; of each, how many of `n` papers have a weight, all others have 0."""

    def __init__(self, questions: Sequence[Mapping[int, int]], n: int) -> None:
        whole = {0: 1.0}
        for counts in questions:
            here = {0: (n - sum(counts.values())) / n, **{weight: count / n for weight, count in counts.items()}}
            whole = _sum_of(whole, here)
        self._chances = whole

    def probability(self, weight: int) -> float:
        """Of a sum of `weight` or more."""
        return min(1.0, sum(self._chances[found] for found in sorted(self._chances) if found >= weight))


def _sum_of(first: Mapping[int, float], second: Mapping[int, float]) -> dict[int, float]:
    found: dict[int, float] = defaultdict(float)
    for weight, chance in first.items():
        for more, other in second.items():
            found[weight + more] += chance * other
    return dict(found)
