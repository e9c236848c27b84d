"""The page for staff that leads to everything: how the class did, what waits for a person, and every file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from types import MappingProxyType
from urllib.parse import quote

from markupsafe import Markup

from chainrule.amount_words import amount
from chainrule.outcome_words import OUTCOMES, OutcomeWords
from chainrule.pages.charts import histogram_svg, outcome_bar_svg
from chainrule.pages.result_frame import render_result_page, verbatim, with_code
from chainrule.results.class_record import ClassSummary, OpenAnswer, Owner, StudentResult, UngradedFile
from chainrule.results.field_statistics import FieldStatistics
from grader.verdict import Outcome

__all__ = ["Link", "PaperLinks", "StaffView", "staff_page"]

#: Outcomes in the order of the table's columns.
_COLUMNS: tuple[Outcome, ...] = tuple(OUTCOMES)


@dataclass(frozen=True)
class Link:
    """A file or folder; `path` is relative to the page and written plainly, it is quoted here."""

    label: str
    path: str
    note: str = ""


@dataclass(frozen=True)
class PaperLinks:
    """Relative paths of a paper's files; empty where there is none."""

    feedback: str = ""
    key: str = ""
    paper: str = ""
    submission: str = ""


@dataclass(frozen=True)
class StaffView:
    """All that the page shows. It has no clock in it: the same class gives the same page.

    `paper_links` by paper id; `file_links` from the name of a file set aside to its relative path; `feedback`
    is what each known mistake tells a student, by tag.
    """

    title: str
    summary: ClassSummary
    course: str = ""
    date: str = ""
    links: tuple[Link, ...] = ()
    paper_links: Mapping[str, PaperLinks] = field(default_factory=lambda: MappingProxyType({}))
    file_links: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    feedback: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class StudentRow:
    """One line of the table of students."""

    name: str
    id: str
    paper: str
    points: str
    state: str
    waits: str
    late: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class FieldRow:
    """One line of the table of fields; `counts` in the order of the columns."""

    id: str
    kind: str
    n_answers: int
    mean: str
    bar: Markup
    counts: tuple[int, ...]


@dataclass(frozen=True)
class OpenRow:
    """An answer that waits for a person."""

    who: str
    paper: str
    field: str
    response: str
    reason: Markup
    shown: OutcomeWords
    links: tuple[Link, ...]


@dataclass(frozen=True)
class FileRow:
    """A file that was set aside."""

    source: str
    path: str
    reason: Markup
    whose: str


def staff_page(view: StaffView) -> str:
    """The page as one self-contained HTML document, the same bytes for the same view."""
    summary = view.summary
    return render_result_page(
        "staff.html.j2",
        title=f"Results · {view.title}",
        view=view,
        summary=summary,
        links=[Link(link.label, _href(link.path), link.note) for link in view.links],
        facts=_facts(summary),
        spread=_spread(summary),
        out_of=" or ".join(map(amount, summary.worths)),
        histogram=histogram_svg(summary.bins, identifier="points-histogram") if summary.spread else "",
        students=[_student(student, view) for student in summary.students],
        open_rows=[_open(answer, view) for answer in summary.open_answers],
        files=[_file(file, view) for file in summary.set_aside],
        questions=_questions(summary.fields),
        mistake_texts={tag: with_code(text) for tag, text in view.feedback.items()},
        outcomes=[OUTCOMES[outcome] for outcome in _COLUMNS],
        columns=_COLUMNS,
    )


def _href(path: str) -> str:
    """A relative path as a link; a colon is quoted too, so that no file's name can be taken for a scheme."""
    return quote(path.encode("utf-8", "surrogateescape")) if path else ""


def _facts(summary: ClassSummary) -> list[tuple[str, int]]:
    """Papers are graded, missing, set aside or spares that nobody used; the last two are told where there are any."""
    others = [
        ("Papers set aside", summary.count("set aside")),
        ("Spares not used", summary.n_papers - len(summary.students)),
    ]
    return [
        ("Papers", summary.n_papers),
        ("Graded", summary.n_graded),
        ("Complete", summary.count("complete")),
        ("Incomplete", summary.count("incomplete")),
        ("Missing", summary.count("missing")),
        *((name, number) for name, number in others if number),
        ("Files set aside", sum(one.kind == "file" for one in summary.set_aside)),
    ]


def _spread(summary: ClassSummary) -> list[tuple[str, str]]:
    spread = summary.spread
    if spread is None:
        return []
    return [
        ("Mean", amount(spread.mean)),
        ("Lowest", amount(spread.lowest)),
        ("Lower quartile", amount(spread.lower_quartile)),
        ("Median", amount(spread.median)),
        ("Upper quartile", amount(spread.upper_quartile)),
        ("Highest", amount(spread.highest)),
    ]


def _student(student: StudentResult, view: StaffView) -> StudentRow:
    return StudentRow(
        name=", ".join(owner.name for owner in student.owners) or "spare paper",
        id=", ".join(owner.id for owner in student.owners),
        paper=student.paper,
        points="" if student.points is None else amount(student.points),
        state=student.state,
        waits=", ".join(student.open_fields),
        late=student.late,
        links=_paper_links(student.paper, view, "feedback", "key", "paper", "submission"),
    )


def _paper_links(paper: str, view: StaffView, *wanted: str) -> tuple[Link, ...]:
    found = view.paper_links.get(paper, PaperLinks())
    return tuple(Link(label, _href(getattr(found, label))) for label in wanted if getattr(found, label))


def _open(answer: OpenAnswer, view: StaffView) -> OpenRow:
    return OpenRow(
        who=_who(answer.owners),
        paper=answer.paper,
        field=answer.field,
        response=verbatim(answer.response),
        reason=with_code(answer.reason),
        shown=OUTCOMES[answer.outcome],
        links=_paper_links(answer.paper, view, "feedback", "key", "submission"),
    )


def _who(owners: Iterable[Owner]) -> str:
    return ", ".join(f"{owner.name} ({owner.id})" for owner in owners) or "spare paper"


def _file(file: UngradedFile, view: StaffView) -> FileRow:
    whose = _who(file.owners) if file.owners else ""
    if whose and not file.paper:
        whose = f"perhaps {whose}, going by the file's name"
    return FileRow(
        source=verbatim(file.source),
        path=_href(view.file_links.get(file.source, "")),
        reason=with_code(_reason(file)),
        whose=", ".join(filter(None, (file.paper, whose))),
    )


def _reason(file: UngradedFile) -> str:
    """The reason without the file's name, which has a column of its own: `line 3, column 7: ...`."""
    reason = file.reason.removeprefix(f"{file.source}:").strip()
    place = re.match(r"(\d+)(?::(\d+))?: ", reason)
    if reason == file.reason or place is None:
        return reason
    column = f", column {place[2]}" if place[2] else ""
    return f"line {place[1]}{column}: {reason[place.end() :]}"


def _questions(fields: Iterable[FieldStatistics]) -> list[tuple[str, str, list[FieldRow]]]:
    """(number, title, rows) of each question."""
    grouped = groupby(fields, key=lambda field: (field.item, field.title))
    return [(item, title, [_field(field) for field in rows]) for (item, title), rows in grouped]


def _field(field: FieldStatistics) -> FieldRow:
    counts = tuple(field.outcomes.get(outcome, 0) for outcome in _COLUMNS)
    return FieldRow(field.id, field.kind, field.n_answers, field.mean_words, outcome_bar_svg(field.outcomes), counts)
