"""Grades as files that Canvas, Moodle and Gradescope take: final ones alone, and a list of all others beside each file.

An assignment has one maximum. A paper that is worth something else, since a void held for its families alone, counts by
the share of its points that were earned; whose points were converted like that is listed too.
In Canvas and Moodle an empty cell takes away a grade that stands there already, so what is not final has no row.
Sources: Canvas' lib/gradebook_importer.rb; Moodle's grade/import/csv/classes/load_data.php; Gradescope's own exports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from chainrule.amount_words import amount, first_of
from chainrule.plain_text import printable
from chainrule.results.claims import claims_on_papers
from chainrule.rosters.assignments import Assignment
from chainrule.spreadsheet import csv_text, guarded
from grader import ClassResult, Grade, SetAside
from grader.choosing import kind_of

__all__ = ["export_files"]

_NOT_FINAL = ("id", "name", "email", "paper", "state", "points so far", "why")
_CONVERTED = ("id", "name", "email", "paper", "points", "out of", "points imported", "imported out of")


@dataclass(frozen=True)
class _Row:
    """One student; `points` is what is imported, None where no grade is final, and then `why` says what is missing.

    `earned` and `out_of` are the paper's own.
    """

    owner: Assignment
    state: str
    points: Fraction | None
    earned: Fraction | None = None
    out_of: Fraction | None = None
    why: str = ""


@dataclass(frozen=True)
class _Platform:
    """How a platform writes its file; `lacking` says why it could not tell who somebody is, "" where it can."""

    name: str
    headings: Callable[[str], Sequence[str]]
    cells: Callable[[Assignment, str, str], Sequence[str]]
    above: Callable[[str], Sequence[Sequence[str]]] = lambda out_of: ()
    lacking: Callable[[Assignment], str] = lambda owner: ""


def export_files(
    result: ClassResult, assignments: Iterable[Assignment], *, title: str, out_of: Fraction
) -> dict[str, str]:
    """For each platform its file, and `...-not-final.csv` with every student who has no row in it, by name.

    `title` is the assignment's on the platform (Canvas: with its number behind it, `Midterm (4711)`, when there is one
    already), `out_of` what it is worth; a grade out of another amount is converted, and listed in `converted.csv`.
    """
    rows = list(_rows(result, assignments, out_of))
    files = {name: text for platform in _PLATFORMS for name, text in _files(platform, rows, title, out_of)}
    converted = [_conversion(row, out_of) for row in rows if row.points is not None and row.out_of != out_of]
    return {**files, "converted.csv": _csv([_CONVERTED, *converted])} if converted else files


def _files(platform: _Platform, rows: Sequence[_Row], title: str, out_of: Fraction) -> Iterator[tuple[str, str]]:
    heading, worth = " ".join(printable(title).split()), amount(out_of)
    final: list[Sequence[str]] = []
    others: list[Sequence[str]] = []
    for row in rows:
        lacking = platform.lacking(row.owner) if row.points is not None else row.why
        if row.points is None or lacking:
            others.append(_not_final(row, lacking))
        else:
            final.append(platform.cells(row.owner, amount(row.points), worth))
    yield f"{platform.name}.csv", _csv([platform.headings(heading), *platform.above(worth), *final])
    yield f"{platform.name}-not-final.csv", _csv([_NOT_FINAL, *others])


def _csv(rows: Iterable[Sequence[str]]) -> str:
    return csv_text([guarded(printable(cell)) for cell in row] for row in rows)


def _not_final(row: _Row, why: str) -> Sequence[str]:
    owner, points = row.owner, row.points if row.points is not None else row.earned
    shown = "" if points is None else amount(points)
    return owner.id, owner.name, owner.email, owner.paper, row.state, shown, why


def _conversion(row: _Row, out_of: Fraction) -> Sequence[str]:
    owner, amounts = row.owner, (row.earned, row.out_of, row.points, out_of)
    return owner.id, owner.name, owner.email, owner.paper, *(amount(each or Fraction(0)) for each in amounts)


def _rows(result: ClassResult, assignments: Iterable[Assignment], out_of: Fraction) -> Iterator[_Row]:
    """Everybody in the assignment table, in its order, and papers that were graded and are nobody's."""
    claims = claims_on_papers(result)
    table = list(assignments)
    for owner in table:
        if owner.id:
            yield _row(owner, result.grades.get(owner.paper), claims.get(owner.paper, ()), out_of)
    owned = {owner.paper for owner in table if owner.id}
    for paper, grade in result.grades.items():
        if paper not in owned:
            why = "Nobody has this paper in staff/assignments.csv; write down whose it is."
            yield _Row(Assignment(paper), "without a student", None, grade.points, why=why)


def _row(owner: Assignment, grade: Grade | None, claims: Sequence[SetAside], out_of: Fraction) -> _Row:
    if grade is None and claims:
        return _Row(owner, "set aside", None, why=_why_set_aside(claims))
    if grade is None:
        return _Row(owner, "missing", None, why="Nothing was handed in; whether that is 0 points, a person decides.")
    if not grade.is_complete:
        why = f"Waits for a person: {first_of(grade.open_fields)}."
        return _Row(owner, "incomplete", None, grade.points, why=why)
    if not grade.out_of and out_of:
        why = "Every question of this paper is void, so that no share of its points can be told; a person decides."
        return _Row(owner, "complete", None, grade.points, why=why)
    imported = grade.points * out_of / grade.out_of if grade.out_of else grade.points
    return _Row(owner, "complete", imported, grade.points, grade.out_of)


def _why_set_aside(claims: Sequence[SetAside]) -> str:
    """What is known where there is no file of the owner's own, else that there is one."""
    if any(kind_of(claim.source) == "file" for claim in claims):
        return "Files were handed in, but none could be graded: see set-aside.csv."
    return f"See set-aside.csv: {claims[0].reason}"


# ---- platforms ----


def _canvas_headings(title: str) -> Sequence[str]:
    return "Student", "ID", "SIS User ID", "SIS Login ID", "Section", title


def _canvas_cells(owner: Assignment, points: str, out_of: str) -> Sequence[str]:
    """Canvas looks for its own ID, the SIS ids and at last the name; its own ID is in no assignment table."""
    return owner.name, "", owner.id, owner.email, owner.section, points


def _canvas_above(out_of: str) -> Sequence[Sequence[str]]:
    return (("    Points Possible", "", "", "", "", out_of),)


def _moodle_headings(title: str) -> Sequence[str]:
    return "First name", "Last name", "ID number", "Email address", title


def _moodle_cells(owner: Assignment, points: str, out_of: str) -> Sequence[str]:
    first, _, last = owner.name.rpartition(" ")
    return first or last, last if first else "", owner.id, owner.email, points


def _moodle_lacking(owner: Assignment) -> str:
    """Moodle gives the points of a row whose cell is empty, where it looks for people, to the student above."""
    return "" if owner.email else "There is no address to find this student by; type the points in."


def _gradescope_headings(title: str) -> Sequence[str]:
    return "Name", "SID", "Email", "Sections", title, f"{title} - Max Points"


def _gradescope_cells(owner: Assignment, points: str, out_of: str) -> Sequence[str]:
    return owner.name, owner.id, owner.email, owner.section, points, out_of


_PLATFORMS = (
    _Platform("canvas", _canvas_headings, _canvas_cells, above=_canvas_above),
    _Platform("moodle", _moodle_headings, _moodle_cells, lacking=_moodle_lacking),
    _Platform("gradescope", _gradescope_headings, _gradescope_cells),
)
