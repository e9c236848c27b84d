"""How evenly an exam's papers share the work: the spread of its features over all papers, question by question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

from chainrule.spreadsheet import csv_text
from question_templates.paper import in_exam_order
from question_templates.work import FEATURES

__all__ = ["WorkSpread"]


@dataclass
class WorkSpread:
    """Features of work, collected paper by paper; holds one number for each question, feature and paper."""

    amounts: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def add(self, work: Mapping[str, Mapping[str, int]]) -> None:
        """Count one paper: the features of its items, by slot."""
        for number, found in work.items():
            for name, amount in found.items():
                self.amounts.setdefault((number, name), []).append(amount)

    def to_csv(self) -> str:
        """A row for each question and feature: its least, middle and most over the papers."""
        numbers = in_exam_order(number for number, _ in self.amounts)
        rows = [
            (number, name, min(found), f"{median(found):g}", max(found), FEATURES[name])
            for (number, name), found in sorted(self.amounts.items(), key=lambda row: numbers.index(row[0][0]))
        ]
        return csv_text([("question", "feature", "least", "median", "most", "meaning"), *rows])
