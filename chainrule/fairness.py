"""How evenly an exam's papers share the work: the spread of its features over all papers, question by question."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

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
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["question", "feature", "least", "median", "most", "meaning"])
        numbers = in_exam_order(number for number, _ in self.amounts)
        for (number, name), found in sorted(self.amounts.items(), key=lambda row: numbers.index(row[0][0])):
            writer.writerow([number, name, min(found), f"{median(found):g}", max(found), FEATURES[name]])
        return text.getvalue()
