"""The most frequent known mistakes of a class: how many papers and answers, where, and what students are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chainrule.report.rows import AnswerRow, PaperRow
from grader.generic_mistakes import GENERIC_MISTAKES
from question_templates.family import Family
from question_templates.paper import in_exam_order

__all__ = ["FrequentMistake", "frequent_mistakes"]


@dataclass(frozen=True)
class FrequentMistake:
    """A known mistake by its tag; `places` are questions and fields, `n_asked` all answers to these fields."""

    tag: str
    feedback: str
    n_papers: int
    n_answers: int
    n_asked: int
    places: tuple[str, ...]

    @property
    def share(self) -> float:
        """Of the answers to the fields where it was made."""
        return self.n_answers / self.n_asked


def frequent_mistakes(rows: Iterable[PaperRow], families: Mapping[str, Family]) -> tuple[FrequentMistake, ...]:
    """The most frequent first: by papers, since one habit shows in several answers of the same paper."""
    found: dict[str, list[AnswerRow]] = defaultdict(list)
    asked: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in rows:
        for answer in row.answers:
            asked[_place(answer)] += 1
            if answer.verdict.mal_rule:
                found[answer.verdict.mal_rule].append(answer)
    told = {rule.tag: rule.feedback for family in families.values() for rule in family.mal_rules}
    told |= {mistake.tag: mistake.feedback for mistake in GENERIC_MISTAKES if mistake.tag not in told}
    counted = [_counted(tag, told.get(tag, ""), answers, asked) for tag, answers in found.items()]
    return tuple(sorted(counted, key=lambda one: (-one.n_papers, -one.n_answers, one.tag)))


def _place(answer: AnswerRow) -> tuple[str, str, str]:
    return answer.slot, answer.family, answer.name


def _counted(
    tag: str, feedback: str, answers: list[AnswerRow], asked: Mapping[tuple[str, str, str], int]
) -> FrequentMistake:
    places = set(map(_place, answers))
    slots = in_exam_order(slot for slot, _, _ in places)
    named = sorted({(slots.index(slot), f"{slot}.{name}") for slot, _, name in places})
    return FrequentMistake(
        tag=tag,
        feedback=feedback,
        n_papers=len({answer.paper for answer in answers}),
        n_answers=len(answers),
        n_asked=sum(asked[place] for place in places),
        places=tuple(name for _, name in named),
    )
