"""How evenly an exam's papers share the work: the spread of its features over all papers, question by question."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

from question_templates.answers import Key
from question_templates.paper import Paper
from question_templates.work import FEATURES, features

__all__ = ["WorkSpread"]


@dataclass
class WorkSpread:
    """Features of work, collected paper by paper; holds one number for each question, feature and paper."""

    amounts: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def add(self, paper: Paper, keys: Mapping[str, Key]) -> None:
        """Count one paper; `keys` by item number."""
        for item in paper.items:
            for name, amount in features(keys[item.number], item.question).items():
                self.amounts.setdefault((item.number, name), []).append(amount)

    def to_csv(self) -> str:
        """A row for each question and feature: its least, middle and most over the papers."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["question", "feature", "least", "median", "most", "meaning"])
        for (number, name), found in self.amounts.items():
            writer.writerow([number, name, min(found), f"{median(found):g}", max(found), FEATURES[name]])
        return text.getvalue()
