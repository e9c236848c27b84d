"""The pages of a grading run: feedback for each paper, and the one page for staff that leads to everything."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from chainrule.exam_folder import ExamFolder
from chainrule.pages.feedback_page import feedback_page
from chainrule.pages.staff_page import Link, PaperLinks, StaffView, staff_page
from chainrule.results.class_record import ClassSummary
from chainrule.transcription.handed_in import source_file
from chainrule.transcription.transcript_store import store_of
from grader import ClassResult, Grade
from question_templates.bank import Bank
from question_templates.paper import ExamHead, Paper
from question_templates.solution import Solution, solutions_of
from question_templates.solving import solve_item

__all__ = ["feedback_text", "index_page"]


def feedback_text(paper: Paper, grade: Grade, bank: Bank | None, release: str) -> str:
    """The feedback on one paper, saying as much as is released; the bank writes the solutions where these are shown."""
    return feedback_page(paper, grade, _solutions(paper, bank) if bank else None, release)


def _solutions(paper: Paper, bank: Bank) -> dict[str, Solution]:
    return solutions_of(paper, {item.number: solve_item(item, bank.families) for item in paper.items}, bank)


def index_page(
    folder: ExamFolder,
    papers: Mapping[str, Paper],
    result: ClassResult,
    summary: ClassSummary,
    *,
    handed_in: Path,
    out: Path,
) -> str:
    """The page for staff that leads to everything."""
    head = next((paper.exam for paper in papers.values()), ExamHead(""))
    view = StaffView(
        title=head.title,
        course=head.course,
        date=head.date,
        summary=summary,
        links=_links(folder, handed_in, out),
        paper_links=_paper_links(folder, papers, result, handed_in, out),
        file_links={file.source: _to(source_file(folder, handed_in, file.source), out) for file in result.set_aside},
        feedback={rule.tag: rule.feedback for family in folder.read_families().values() for rule in family.mal_rules},
    )
    return staff_page(view)


def _to(path: Path, out: Path) -> str:
    """A link from the results to a file elsewhere; relative, so that the folders can be moved together."""
    return Path(os.path.relpath(path, out)).as_posix()


def _links(folder: ExamFolder, handed_in: Path, out: Path) -> tuple[Link, ...]:
    typed = store_of(folder).path
    return (
        Link("Gradebook", "gradebook.csv", "one row a student"),
        Link("Report", "report.html", "how the questions did, and whether papers were alike"),
        Link("Files set aside", "set-aside.csv"),
        Link("Grades", "grades", "one JSON a paper"),
        Link("For Gradescope", "gradescope", "results.json of each paper"),
        Link("For learning platforms", "import", "gradebook files for Canvas, Moodle and Gradescope"),
        Link("Papers to hand out", _to(folder.students, out)),
        Link("Keys", _to(folder.staff / "keys", out)),
        Link("Assignment table", _to(folder.assignments, out), "who has which paper"),
        Link("Files handed in", _to(handed_in, out)),
        *((Link("Papers typed in", _to(typed, out), "one transcript a paper"),) if typed.is_dir() else ()),
    )


def _paper_links(
    folder: ExamFolder, papers: Mapping[str, Paper], result: ClassResult, handed_in: Path, out: Path
) -> dict[str, PaperLinks]:
    links = {}
    for paper_id in papers:
        grade = result.grades.get(paper_id)
        links[paper_id] = PaperLinks(
            feedback=f"feedback/{paper_id}.html" if grade else "",
            key=_to(folder.key(paper_id), out),
            paper=_to(folder.page(paper_id), out),
            submission=_to(source_file(folder, handed_in, grade.source), out) if grade else "",
        )
    return links
