"""What grades rest on: an exam's frozen papers, the families that derive keys, and staff's adjustments."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import engine as ag
from chainrule.adjustments_file import read_adjustments
from chainrule.exam_folder import ExamFolder, read_families
from chainrule.gone_papers import read_gone
from chainrule.paper_shelf import PaperShelf
from chainrule.programs import USUAL_SANDBOX, ask_for_programs
from chainrule.reading_files import file_text
from grader.adjustments import NO_ADJUSTMENTS, Adjustments
from question_templates.family import Family

__all__ = ["Grounds", "grounds_of"]

#: In a folder of results: families that were put in place of the exam's own by `regrade --bank`.
NEWER_BANK, NEWER_FAMILIES = "bank", "families.json"


@dataclass(frozen=True)
class Grounds:
    """Where papers, families and their bank lie, and the adjustments; plain values that travel to other processes.

    `sandbox` is the weakest level that programs may be run in, empty where none are asked for.
    """

    exam: ExamFolder
    families_file: Path
    bank: Path
    adjustments: Adjustments
    sandbox: str = ""

    def papers(self) -> PaperShelf:
        return self.exam.shelf()

    def families(self) -> Mapping[str, Family]:
        return read_families(self.families_file)

    def basis(self) -> Callable[[str], str]:
        """A function from a paper's id to a digest that differs wherever the same answers might get another grade."""
        families = hashlib.sha256(self.families_file.read_bytes()).hexdigest()
        versions = [ag.__version__, metadata.version("chainrule"), families, self.adjustments.digest]

        @cache
        def of(paper_id: str) -> str:
            try:
                paper = self.exam.paper(paper_id).read_bytes()
            except OSError:
                return ""
            return hashlib.sha256("\n".join(versions).encode() + paper).hexdigest()

        return of


def grounds_of(exam: ExamFolder, results: Path, *, sandbox: str = "") -> Grounds:
    """What grades of an exam rest on, with the families that an earlier regrade has put into the folder of results.

    `sandbox` overrides what the exam says about the weakest sandbox.
    Raises: RefusedInput when the exam, its families or its adjustments can't be read.
    """
    papers = exam.shelf()
    newer = results / NEWER_FAMILIES
    families, bank = (newer, results / NEWER_BANK) if newer.is_file() else (exam.families, exam.bank)
    known = read_families(families)
    adjustments = NO_ADJUSTMENTS
    if exam.adjustments.is_file():
        text = file_text(exam.adjustments)
        adjustments = read_adjustments(text, papers, known, source=exam.adjustments.name, gone=read_gone(exam))
    demanded = sandbox or next((paper.exam.sandbox for paper in papers.values()), "") or USUAL_SANDBOX
    return Grounds(exam, families, bank, adjustments, demanded if ask_for_programs(known.values()) else "")
