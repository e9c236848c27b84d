"""Where things are in an exam's folder, and reading them back.

`students/` may be handed out as it is; `staff/` (mode 0700) holds the secret, the papers' parameters, the keys and
the assignment table, which alone knows names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chainrule.errors import RefusedInput
from chainrule.paper_shelf import PaperShelf, frozen_paper
from chainrule.reading_files import file_bytes
from chainrule.rosters.assignments import Assignment, assignments_csv, read_assignment_table
from question_templates.family import Family
from question_templates.paper import Paper

__all__ = ["Assignment", "ExamFolder", "assignments_csv", "families_json", "read_families"]

FAMILIES_FORMAT = "chainrule-families/1"


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
    def template(self) -> Path:
        return self.staff / "template.typ"

    @property
    def bank(self) -> Path:
        return self.staff / "bank"

    @property
    def families(self) -> Path:
        return self.staff / "families.json"

    @property
    def adjustments(self) -> Path:
        return self.staff / "adjustments.yaml"

    @property
    def assignments(self) -> Path:
        return self.staff / "assignments.csv"

    @property
    def print_order(self) -> Path:
        return self.staff / "print-order.csv"

    @property
    def combined_key(self) -> Path:
        return self.staff / "keys.html"

    @property
    def fairness(self) -> Path:
        return self.staff / "fairness.csv"

    @property
    def layout(self) -> Path:
        return self.staff / "layout.json"

    @property
    def outline(self) -> Path:
        return self.staff / "outline.csv"

    @property
    def manifest(self) -> Path:
        return self.staff / "manifest.json"

    def paper(self, paper_id: str) -> Path:
        return self.staff / "papers" / f"{paper_id}.json"

    def key(self, paper_id: str) -> Path:
        return self.staff / "keys" / f"{paper_id}.html"

    def page(self, paper_id: str) -> Path:
        return self.students / f"{paper_id}.html"

    def pdf(self, paper_id: str) -> Path:
        return self.students / f"{paper_id}.pdf"

    def solutions_pdf(self, paper_id: str) -> Path:
        return self.students / f"{paper_id}-solutions.pdf"

    def key_pdf(self, paper_id: str) -> Path:
        return self.staff / "keys" / f"{paper_id}.pdf"

    def form(self, paper_id: str) -> Path:
        return self.students / f"{paper_id}.yaml"

    def notebook(self, paper_id: str) -> Path:
        return self.students / f"{paper_id}.ipynb"

    def program(self, paper_id: str) -> Path:
        """Where papers that ask for programs have a file to write them into."""
        return self.students / f"{paper_id}.py"

    def read_secret(self) -> bytes:
        """What the papers' seeds are made with."""
        return bytes.fromhex(self.secret.read_text(encoding="ascii").strip())

    def read_template(self) -> str:
        """The department's own Typst file, empty where the exam has none."""
        return self.template.read_text(encoding="utf-8") if self.template.is_file() else ""

    def read_papers(self) -> dict[str, Paper]:
        """Every frozen paper by id; raises RefusedInput when the folder holds no exam or a damaged paper."""
        return dict(self.shelf())

    def shelf(self) -> PaperShelf:
        """The same, read one by one as they are asked for; raises RefusedInput when the folder holds no exam."""
        if not self.manifest.is_file():
            raise RefusedInput(f"{self.path}: there is no exam here; `chainrule exam build` makes one.")
        return PaperShelf(self.staff / "papers")

    def read_paper(self, paper_id: str) -> Paper:
        """One frozen paper; raises RefusedInput when it is damaged or not there."""
        return frozen_paper(self.paper(paper_id))

    def read_families(self) -> dict[str, Family]:
        """The families the exam was built with, by id."""
        return read_families(self.families)

    def read_assignments(self) -> tuple[Assignment, ...]:
        """The assignment table; it may have been edited in a spreadsheet since the papers were built.

        Raises: RefusedInput with every mistake and its line, or when the table is not there.
        """
        return read_assignment_table(file_bytes(self.assignments), source=self.assignments.name)


def read_families(file: Path) -> dict[str, Family]:
    """Families by id, as `families_json` froze them; raises RefusedInput for anything else."""
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        if stored["format"] != FAMILIES_FORMAT:
            raise ValueError(f"its format is {stored['format']!r}, not {FAMILIES_FORMAT!r}")
        return {family_id: Family.from_json(family) for family_id, family in stored["families"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as cause:
        raise RefusedInput(f"{file.name}: can't be read: {cause}") from cause


def families_json(families: Mapping[str, Family]) -> str:
    """The families as grading reads them back: without YAML and without templates."""
    by_id = {family_id: family.to_json() for family_id, family in families.items()}
    stored = {"format": FAMILIES_FORMAT, "families": by_id}
    return json.dumps(stored, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
