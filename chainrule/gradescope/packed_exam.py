"""The exam as an autograder carries it, and reading it back in the container.

exam/settings.json            what students see
exam/owners.json              whose paper is whose, without names
exam/staff/papers/*.json      the frozen papers, and
exam/staff/families.json      the families that they were drawn from, as in an exam's folder
exam/adjustments.json         what staff changed for everybody, if anything
exam/decisions.json           what people decided on single answers, if anything
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chainrule.exam_folder import ExamFolder
from chainrule.gradescope.owners import Owners, read_owners
from chainrule.gradescope.packed_adjustments import read_packed_adjustments
from chainrule.review.decisions_file import Kept, read_kept
from grader.adjustments import NO_ADJUSTMENTS, Adjustments
from question_templates.family import Family

__all__ = ["ADJUSTMENTS", "OWNERS", "SETTINGS", "PackedExam", "open_packed", "settings_json"]

SETTINGS, OWNERS, ADJUSTMENTS = "settings.json", "owners.json", "adjustments.json"

_FORMAT = "chainrule-autograder/1"


@dataclass(frozen=True)
class PackedExam:
    """`release` is empty where each paper says itself what students see; `decisions` are people's, on all papers."""

    folder: ExamFolder
    release: str
    owners: Owners
    adjustments: Adjustments
    decisions: tuple[Kept, ...]

    def families(self) -> Mapping[str, Family]:
        """The families that the papers were drawn from."""
        return self.folder.read_families()


def settings_json(*, release: str) -> str:
    """What staff chose when the autograder was built."""
    return json.dumps({"format": _FORMAT, "release": release}, indent=1, sort_keys=True) + "\n"


def open_packed(exam: Path) -> PackedExam:
    """The exam in the folder; raises OSError, ValueError, KeyError or RefusedInput when it is damaged."""
    settings = json.loads((exam / SETTINGS).read_text(encoding="utf-8"))
    if settings["format"] != _FORMAT:
        raise ValueError(f"{SETTINGS}: its format is {settings['format']!r}, not {_FORMAT!r}")
    owners = read_owners((exam / OWNERS).read_text(encoding="utf-8"))
    adjusted = exam / ADJUSTMENTS
    adjustments = NO_ADJUSTMENTS
    if adjusted.is_file():
        adjustments = read_packed_adjustments(adjusted.read_text(encoding="utf-8"))
    return PackedExam(ExamFolder(exam), settings["release"], owners, adjustments, read_kept(exam))
