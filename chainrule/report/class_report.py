"""The report on a class as one value: everything that the page, the tables and the JSON say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chainrule.report.flags import Flag, flags_of
from chainrule.report.item_analysis import ItemStatistics, Reliability, analyse_items, reliability
from chainrule.report.matches import Matches, key_matches
from chainrule.report.mistakes import FrequentMistake, frequent_mistakes
from chainrule.report.paper_luck import PaperLuck, paper_luck
from chainrule.report.rows import PaperRow, Work, gather
from chainrule.report.scores import Scores, score_spread
from chainrule.report.unread import UnreadableReason, unreadable_reasons
from chainrule.report.variant_effects import VariantEffect, variant_effects
from grader import Grade
from question_templates.family import Family
from question_templates.paper import ExamHead, Paper

__all__ = ["ClassReport", "class_report"]


@dataclass(frozen=True)
class ClassReport:
    """What is known about a graded class; it names papers and no people, and has no clock in it."""

    head: ExamHead
    rows: tuple[PaperRow, ...]
    scores: Scores | None
    questions: tuple[ItemStatistics, ...]
    fields: tuple[ItemStatistics, ...]
    reliability: Reliability
    flags: tuple[Flag, ...]
    mistakes: tuple[FrequentMistake, ...]
    effects: tuple[VariantEffect, ...]
    luck: tuple[PaperLuck, ...]
    unreadable: tuple[UnreadableReason, ...]
    matches: Matches


def class_report(
    papers: Mapping[str, Paper],
    grades: Mapping[str, Grade],
    keys: Mapping[str, Mapping[str, str]],
    families: Mapping[str, Family],
    *,
    work: Work | None = None,
) -> ClassReport:
    """The report on all grades; `keys` has the key's answers as text by paper and field id.

    `work` has features of work by paper and slot; without it, variants are compared by what papers themselves show.
    """
    rows = gather(papers, grades, work)
    questions, fields = analyse_items(rows)
    reliable = reliability(rows)
    effects = variant_effects(rows)
    return ClassReport(
        head=next((paper.exam for paper in papers.values()), ExamHead("")),
        rows=rows,
        scores=score_spread(rows),
        questions=questions,
        fields=fields,
        reliability=reliable,
        flags=flags_of((*questions, *fields), alpha=reliable.alpha),
        mistakes=frequent_mistakes(rows, families),
        effects=effects,
        luck=paper_luck(rows, effects),
        unreadable=unreadable_reasons(rows),
        matches=key_matches(rows, keys),
    )
