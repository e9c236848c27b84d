"""A small exam, its autograder laid out as in the container, and submissions to it, for the tests of Gradescope."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chainrule.building import build_exam
from chainrule.exam_folder import ExamFolder
from chainrule.gradescope.autograding import Autograded, autograde
from chainrule.gradescope.building import autograder_files
from chainrule.gradescope.contract import contract_faults
from chainrule.gradescope.trying import EARLY, metadata_json
from chainrule.sample_class import HABITS, keys_of
from question_templates.paper import Paper
from submissions import write_json_form

EXAM = """\
format: chainrule-exam/1
title: Midterm
release: verdict
slots:
  - {family: graph/power-chain, level: 1, points: 8}
  - {family: attention/block-memory, level: 2, points: 7}
"""
ROSTER = """\
id,name,email,group
9001,Ada Lindqvist,ada@example.edu,
9002,Bilal Haddad,Bilal@Example.edu,
9003,Chiara Conti,chiara@example.edu,G1
9004,Daniel Okafor,daniel@example.edu,G1
9005,Eva Keller,,
"""


@dataclass(frozen=True)
class PackedClass:
    """The exam's folder, and the autograder's `source` folder unpacked."""

    folder: ExamFolder
    source: Path

    def paper(self, student: str) -> Paper:
        return self.folder.read_paper(next(row.paper for row in self.folder.read_assignments() if row.id == student))

    def responses(self, student: str, habit: str = "") -> dict[str, str]:
        """What a student writes; right answers unless a habit of the sample class is named."""
        paper = self.paper(student)
        chosen = next(one for one in HABITS if not habit or one.__name__ == habit)
        return chosen(paper, keys_of(paper, self.folder.read_families()))

    def number(self, student: str) -> str:
        """The field of the student's paper that asks for a single gradient."""
        return next(name for name in self.paper(student).field_ids() if name.endswith("_grad"))

    def form(self, student: str, habit: str = "", *, paper: str | None = None, number: str | None = None) -> str:
        """A student's form as JSON; `number` is what is written for the single gradient."""
        responses = self.responses(student, habit) | ({} if number is None else {self.number(student): number})
        return write_json_form(self.paper(student).id if paper is None else paper, responses)

    def autograde(
        self, place: Path, files: Mapping[str, str | bytes], emails: Sequence[str], **told: Any
    ) -> Autograded:
        """Grade files in this process; the results keep the contract."""
        hand_in(place, files)
        found = autograde(self.source / "exam", place, metadata_json(emails, **told).encode())

        assert () == contract_faults(found.results)
        return found


def packed_class(place: Path, *, exam: str = EXAM, roster: str = ROSTER, adjustments: str = "") -> PackedClass:
    """Build the exam and lay out what its autograder holds, all but the wheel."""
    (place / "exam.yaml").write_text(exam, encoding="utf-8")
    (place / "roster.csv").write_text(roster, encoding="utf-8")
    secret = hashlib.sha256(b"gradescope").digest()
    folder = build_exam(place / "exam.yaml", place / "roster.csv", place / "midterm", secret=secret)
    if adjustments:
        folder.adjustments.write_text(adjustments, encoding="utf-8")
    files = autograder_files(folder, folder.read_papers(), folder.read_assignments())
    for name, content in files.items():
        (place / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        (place / "source" / name).write_bytes(content)
    return PackedClass(folder, place / "source")


def hand_in(place: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write the uploaded files."""
    place.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return place


def student_sees(results: Mapping[str, Any]) -> str:
    """All that a student can see before grades are published."""
    return "\n".join([results["output"], *(json.dumps(test) for test in visible(results))])


def visible(results: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [test for test in results["tests"] if test["visibility"] == "visible"]


def total_is_hidden(results: Mapping[str, Any]) -> bool:
    return any(test["visibility"] == "hidden" for test in results["tests"])


__all__ = [
    "EARLY",
    "EXAM",
    "ROSTER",
    "PackedClass",
    "hand_in",
    "packed_class",
    "student_sees",
    "total_is_hidden",
    "visible",
]
