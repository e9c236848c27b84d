"""Every file that is made of one paper: what its student gets, and its key for staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chainrule.exam_folder import ExamFolder
from chainrule.notebook import paper_notebook
from chainrule.pages.key_page import key_page
from chainrule.pages.paper_page import paper_page
from chainrule.pdf import key_pdf, paper_pdf
from chainrule.pdf.fixed_layout import FixedLayout
from chainrule.wording import AnswerTexts
from question_templates.paper import Paper, field_id
from question_templates.solution import Solution
from submissions import FormField, blank_yaml_form, write_python_form

__all__ = ["PAGES_ALONE", "Outputs", "key_files", "practice_files", "student_files"]


@dataclass(frozen=True)
class Outputs:
    """Which files a build makes beside the pages, forms, notebooks and keys that it always makes."""

    pdf: bool = False


#: What a build makes unless it is asked for more.
PAGES_ALONE = Outputs()


def student_files(
    folder: ExamFolder,
    paper: Paper,
    outputs: Outputs,
    *,
    paper_format: str = "standard",
    template: str = "",
    layout: FixedLayout | None = None,
) -> dict[Path, bytes]:
    """What the student gets. Nothing here has an answer, a seed or a name in reach.

    `paper_format` is how the PDF is to be printed, one of FORMATS in chainrule.pdf; `template` is the text of a
    department's own Typst file for it (docs/papers.md), `layout` that of an exam whose boxes stand at fixed places.
    """
    files = {
        folder.page(paper.id): paper_page(paper).encode(),
        folder.form(paper.id): _yaml_form(paper).encode(),
        folder.notebook(paper.id): paper_notebook(paper).encode(),
    }
    if any(field.kind == "code" for field in _fields(paper)):
        files[folder.program(paper.id)] = _python_form(paper).encode()
    if outputs.pdf:
        files[folder.pdf(paper.id)] = paper_pdf(
            paper, paper_format=paper_format, template=template, layout=layout
        )
    return files


def practice_files(
    folder: ExamFolder, paper: Paper, solutions: Mapping[str, Solution], answers: AnswerTexts, outputs: Outputs
) -> dict[Path, bytes]:
    """What a student gets in addition, or with more on it, where the paper is for practice: worked solutions."""
    files = {folder.page(paper.id): paper_page(paper, solutions=solutions).encode()}
    if outputs.pdf:
        files[folder.solutions_pdf(paper.id)] = key_pdf(paper, solutions, answers, for_staff=False)
    return files


def key_files(
    folder: ExamFolder,
    paper: Paper,
    solutions: Mapping[str, Solution],
    answers: AnswerTexts,
    outputs: Outputs,
) -> dict[Path, bytes]:
    """The key, for staff; `solutions` by item number, `answers` by item number and field name, as text."""
    files = {folder.key(paper.id): key_page(paper, solutions, answers).encode()}
    if outputs.pdf:
        files[folder.key_pdf(paper.id)] = key_pdf(paper, solutions, answers)
    return files


def _yaml_form(paper: Paper) -> str:
    return blank_yaml_form(paper.id, _fields(paper), title=_title(paper))


def _python_form(paper: Paper) -> str:
    programs = [(field.id, field.prompt) for field in _fields(paper) if field.kind == "code"]
    others = [field for field in _fields(paper) if field.kind != "code"]
    return write_python_form(paper.id, programs, title=_title(paper), others=others)


def _fields(paper: Paper) -> list[FormField]:
    return [
        FormField(field_id(item.number, asked.name), asked.kind, asked.prompt, asked.example)
        for item in paper.items
        for asked in item.question.fields
    ]


def _title(paper: Paper) -> str:
    return f"{paper.exam.title}. The questions are on the page {paper.id}.html."
