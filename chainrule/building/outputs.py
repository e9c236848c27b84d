"""Every file that is made of one paper: what its student gets, and its key for staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chainrule.exam_folder import ExamFolder
from chainrule.pages.key_page import key_page
from chainrule.pages.paper_page import paper_page
from question_templates.paper import Paper, field_id
from question_templates.solution import Solution
from submissions import FormField, blank_yaml_form

__all__ = ["PAGES_ALONE", "Outputs", "key_files", "student_files"]


@dataclass(frozen=True)
class Outputs:
    """Which files a build makes beside the pages, forms and keys that it always makes."""

    pdf: bool = False


#: What a build makes unless it is asked for more.
PAGES_ALONE = Outputs()


def student_files(folder: ExamFolder, paper: Paper, outputs: Outputs) -> dict[Path, bytes]:
    """What the student gets. Nothing here has an answer, a seed or a name in reach."""
    return {
        folder.page(paper.id): paper_page(paper).encode(),
        folder.form(paper.id): _yaml_form(paper).encode(),
    }


def key_files(
    folder: ExamFolder,
    paper: Paper,
    solutions: Mapping[str, Solution],
    answers: Mapping[str, Mapping[str, str]],
    outputs: Outputs,
) -> dict[Path, bytes]:
    """The key, for staff; `solutions` by item number, `answers` by item number and field name, as text."""
    return {folder.key(paper.id): key_page(paper, solutions, answers).encode()}


def _yaml_form(paper: Paper) -> str:
    fields = [
        FormField(field_id(item.number, asked.name), asked.kind, asked.prompt, asked.example)
        for item in paper.items
        for asked in item.question.fields
    ]
    title = f"{paper.exam.title}. The questions are on the page {paper.id}.html."
    return blank_yaml_form(paper.id, fields, title=title)
