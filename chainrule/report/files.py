"""The files of a report: one page to read, tables for a spreadsheet, and JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping

from chainrule.report.class_report import class_report
from chainrule.report.page import report_page
from chainrule.report.record import report_json
from chainrule.report.rows import Work
from chainrule.report.tables import report_tables
from grader import Grade
from question_templates.family import Family
from question_templates.paper import Paper

__all__ = ["report_files"]


def report_files(
    papers: Mapping[str, Paper],
    grades: Mapping[str, Grade],
    keys: Mapping[str, Mapping[str, str]],
    families: Mapping[str, Family],
    *,
    work: Work | None = None,
    index: str = "",
) -> dict[str, str]:
    """Relative path -> text: `report.html`, `report.json` and `report/*.csv`; they name papers and nobody.

    `keys` has every graded paper's answers as text by field id, `work` features of work by paper and slot. `index` is
    the way from the page to the run's own page. Grades are read once, one after the other.
    """
    report = class_report(papers, grades, keys, families, work=work)
    tables = {f"report/{name}": text for name, text in report_tables(report).items()}
    return {"report.html": report_page(report, index=index), "report.json": report_json(report), **tables}
