"""What a grading run writes about the whole class: tables, and the page for staff that leads to everything."""

from __future__ import annotations

from chainrule.grading.graded import GradedRun
from chainrule.grading.settling import Class
from chainrule.report.files import report_files
from chainrule.results.class_record import ClassSummary
from chainrule.results.class_summary import class_summary
from chainrule.results.exports import export_files
from chainrule.results.gradebook import gradebook_csv, set_aside_csv
from chainrule.results.result_pages import index_page
from question_templates.paper import in_exam_order

__all__ = ["class_files"]


def class_files(run: GradedRun, room: Class) -> tuple[dict[str, str], ClassSummary]:
    """Name -> text of each file, and the summary that the terminal shows."""
    papers, result = run.papers, run.result
    summary = class_summary(papers, result, room.owners)
    questions = in_exam_order(item.slot for paper in papers.values() for item in paper.items)
    files = {
        "gradebook.csv": gradebook_csv(result, room.assignments, questions),
        "set-aside.csv": set_aside_csv(result),
        **{f"import/{name}": text for name, text in _for_platforms(run, room, summary).items()},
        **report_files(papers, result.grades, run.keys, run.families, work=run.work, index="index.html"),
        "index.html": index_page(run.folder, papers, result, summary, handed_in=run.handed_in, out=run.out),
    }
    return files, summary


def _for_platforms(run: GradedRun, room: Class, summary: ClassSummary) -> dict[str, str]:
    """The gradebook as learning platforms import it; out of what a paper is worth of which nothing is void."""
    return export_files(run.result, room.assignments, title=room.head.title, out_of=summary.out_of)
