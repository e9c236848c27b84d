"""Where things are in an exam's folder, and reading them back.

`students/` may be handed out as it is; `staff/` (mode 0700) holds the secret, the papers' parameters, the keys and
the assignment table, which alone knows names.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from chainrule.errors import RefusedInput
from chainrule.spreadsheet import read_rows
from question_templates.dice import is_paper_id
from question_templates.errors import BrokenPaper
from question_templates.family import Family
from question_templates.paper import Paper

__all__ = ["Assignment", "ExamFolder", "assignments_csv", "families_json"]

FAMILIES_FORMAT = "chainrule-families/1"

_COLUMNS = ("paper", "id", "name", "email")


@dataclass(frozen=True)
class Assignment:
    """A paper and its owner; a spare paper has an empty id until it is given to somebody."""

    paper: str
    id: str = ""
    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class ExamFolder:
    """An exam that was built."""

    path: Path

    @property
    def students(self) -> Path:
        return self.path / "students"

    @property
    def staff(self) -> Path:
        return self.path / "staff"

    @property
    def secret(self) -> Path:
        return self.staff / "secret.hex"

    @property
    def exam(self) -> Path:
        return self.staff / "exam.yaml"

    @property
    def bank(self) -> Path:
        return self.staff / "bank"

    @property
    def families(self) -> Path:
        return self.staff / "families.json"

    @property
    def assignments(self) -> Path:
        return self.staff / "assignments.csv"

    @property
    def fairness(self) -> Path:
        return self.staff / "fairness.csv"

    @property
    def manifest(self) -> Path:
        return self.staff / "manifest.json"

    def paper(self, paper_id: str) -> Path:
        return self.staff / "papers" / f"{paper_id}.json"

    def key(self, paper_id: str) -> Path:
        return self.staff / "keys" / f"{paper_id}.html"

    def page(self, paper_id: str) -> Path:
        return self.students / f"{paper_id}.html"

    def form(self, paper_id: str) -> Path:
        return self.students / f"{paper_id}.yaml"

    def read_secret(self) -> bytes:
        """What the papers' seeds are made with."""
        return bytes.fromhex(self.secret.read_text(encoding="ascii").strip())

    def read_papers(self) -> dict[str, Paper]:
        """Every frozen paper by id; raises RefusedInput when the folder holds no exam or a damaged paper."""
        if not self.manifest.is_file():
            raise RefusedInput(f"{self.path}: there is no exam here; `chainrule exam build` makes one.")
        papers = {}
        for file in sorted((self.staff / "papers").glob("*.json")):
            try:
                paper = Paper.from_text(file.read_text(encoding="utf-8"))
            except (BrokenPaper, OSError, UnicodeDecodeError) as cause:
                raise RefusedInput(f"{file.name}: can't be read as a paper: {cause}") from cause
            papers[paper.id] = paper
        return papers

    def read_families(self) -> dict[str, Family]:
        """The families the exam was built with, by id."""
        try:
            stored = json.loads(self.families.read_text(encoding="utf-8"))
            if stored["format"] != FAMILIES_FORMAT:
                raise ValueError(f"its format is {stored['format']!r}, not {FAMILIES_FORMAT!r}")
            return {family_id: Family.from_json(family) for family_id, family in stored["families"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as cause:
            raise RefusedInput(f"{self.families.name}: can't be read: {cause}") from cause

    def read_assignments(self) -> tuple[Assignment, ...]:
        """The assignment table; it may have been edited in a spreadsheet since the papers were built.

        Raises: RefusedInput with every mistake and its line: a missing column, an id that is no paper's, a paper or a
        student that stands twice.
        """
        source = self.assignments.name
        rows = read_rows(self.assignments.read_bytes(), source=source)
        headings = [cell.lower() for cell in rows[0][1]] if rows else []
        missing = [column for column in _COLUMNS if column not in headings]
        if missing:
            wanted = ", ".join(_COLUMNS)
            raise RefusedInput(f"{source}:1: the column {missing[0]} is missing; the columns are {wanted}.")
        places = [headings.index(column) for column in _COLUMNS]
        table = [(line, Assignment(*(row[k] if k < len(row) else "" for k in places))) for line, row in rows[1:]]
        mistakes = [f"{source}:{line}: {fault}" for line, fault in _faults(table)]
        if mistakes:
            raise RefusedInput("\n".join(mistakes))
        return tuple(assignment for _, assignment in table)


def _faults(table: list[tuple[int, Assignment]]) -> Iterator[tuple[int, str]]:
    papers: set[str] = set()
    owners: set[str] = set()
    for line, assignment in table:
        if not is_paper_id(assignment.paper):
            yield line, f"{assignment.paper!r} is no paper's id; ids look like K7QF-2MXP."
        elif assignment.paper in papers:
            yield line, f"paper {assignment.paper} stands here twice."
        if assignment.id and assignment.id in owners:
            yield line, f"student {assignment.id!r} has a paper already; clear one of the two rows."
        papers.add(assignment.paper)
        owners.add(assignment.id)


def assignments_csv(assignments: tuple[Assignment, ...]) -> str:
    """The assignment table as text; it is made to be edited in a spreadsheet when papers change hands."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([getattr(assignment, column) for column in _COLUMNS] for assignment in assignments)
    return text.getvalue()


def families_json(families: Mapping[str, Family]) -> str:
    """The families as grading reads them back: without YAML and without templates."""
    by_id = {family_id: family.to_json() for family_id, family in families.items()}
    stored = {"format": FAMILIES_FORMAT, "families": by_id}
    return json.dumps(stored, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
