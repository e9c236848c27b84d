"""`gradescope build`: an exam's folder in, the zip that Gradescope takes as an autograder out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from chainrule.adjustments_file import read_adjustments
from chainrule.amount_words import first_of
from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.gone_papers import read_gone
from chainrule.gradescope.archive import archive
from chainrule.gradescope.contract import results_text
from chainrule.gradescope.owners import owners_json
from chainrule.gradescope.packed_adjustments import adjustments_json
from chainrule.gradescope.packed_exam import ADJUSTMENTS, OWNERS, SETTINGS, settings_json
from chainrule.gradescope.pending import NOT_GRADED, pending_results
from chainrule.gradescope.wheel import chainrule_wheel
from chainrule.gradescope.wheelhouse import read_requirements, read_wheelhouse
from chainrule.reading_files import file_bytes, file_text
from chainrule.review.decisions_file import FILE_NAME as DECISIONS
from chainrule.review.decisions_file import read_decisions
from chainrule.rosters.assignments import Assignment
from question_templates.paper import Paper
from submissions.store import write_atomic

__all__ = ["BuiltAutograder", "autograder_files", "build_autograder"]

#: What Gradescope starts; everything else is read.
_SCRIPTS = ("setup.sh", "run_autograder")


@dataclass(frozen=True)
class BuiltAutograder:
    """What was built, and what staff should look at."""

    size: int
    n_papers: int
    n_people: int
    notes: tuple[str, ...] = ()


def build_autograder(
    folder: ExamFolder, out: Path, *, release: str = "", decisions: Path | None = None, wheelhouse: Path | None = None
) -> BuiltAutograder:
    """Write the autograder of the exam to `out`; only its owner may read it, since papers can be solved.

    `release` overrides what the exam says students may see; `decisions` is the folder of a grading run whose decisions
    by people count here too; `wheelhouse` holds wheels, with which setting up needs no network.
    Raises: RefusedInput when the exam is damaged, a wheel is missing, or `out` can't be written.
    """
    papers = folder.read_papers()
    assignments = folder.read_assignments()
    files = autograder_files(folder, papers, assignments, release=release)
    if decisions is not None:
        files |= _decisions(decisions)
    if wheelhouse is not None:
        files |= {f"wheelhouse/{name}": content for name, content in read_wheelhouse(wheelhouse).items()}
    zipped = archive(files, executable=_SCRIPTS)
    try:
        write_atomic(out, zipped, mode=0o600)
    except OSError as cause:
        raise RefusedInput(f"{out}: can't be written ({cause.strerror}).") from cause
    n_people = sum(bool(row.id) for row in assignments)
    return BuiltAutograder(len(zipped), len(papers), n_people, tuple(_notes(assignments, papers)))


def autograder_files(
    folder: ExamFolder, papers: Mapping[str, Paper], assignments: tuple[Assignment, ...], *, release: str = ""
) -> dict[str, bytes]:
    """The autograder's files by name, without wheels of other packages."""
    wheel_name, wheel = chainrule_wheel()
    due = next((paper.exam.due for paper in papers.values()), None)
    packed = {f"exam/{_inside(folder, path)}": file_bytes(path) for path in _read_by_grading(folder, papers)}
    return {
        **{name: resources.files("chainrule.gradescope").joinpath(name).read_bytes() for name in _SCRIPTS},
        "requirements.txt": read_requirements().encode(),
        wheel_name: wheel,
        "not-graded.json": results_text(pending_results(NOT_GRADED)).encode(),
        f"exam/{SETTINGS}": settings_json(release=release).encode(),
        f"exam/{OWNERS}": owners_json(assignments, folder.read_secret(), due=due).encode(),
        **packed,
        **_adjustments(folder, papers),
    }


def _read_by_grading(folder: ExamFolder, papers: Mapping[str, Paper]) -> list[Path]:
    folder.read_families()  # a damaged file is refused here and not in the container
    return [folder.families, *map(folder.paper, papers)]


def _inside(folder: ExamFolder, path: Path) -> str:
    return path.relative_to(folder.path).as_posix()


def _adjustments(folder: ExamFolder, papers: Mapping[str, Paper]) -> dict[str, bytes]:
    """What staff changed for all papers, checked here; no file where nothing was changed."""
    if not folder.adjustments.is_file():
        return {}
    source = folder.adjustments.name
    text, gone = file_text(folder.adjustments), read_gone(folder)
    found = read_adjustments(text, papers, folder.read_families(), source=source, gone=gone)
    return {f"exam/{ADJUSTMENTS}": adjustments_json(found).encode()} if found.every else {}


def _decisions(out: Path) -> dict[str, bytes]:
    """The decisions of a grading run; a run in which nobody decided anything has none."""
    if not out.is_dir():
        raise RefusedInput(f"{out}: there is no such folder; name the results of a grading run.")
    return {f"exam/{DECISIONS}": file_bytes(out / DECISIONS)} if read_decisions(out) else {}


def _notes(assignments: tuple[Assignment, ...], papers: Mapping[str, Paper]) -> list[str]:
    notes = []
    without = [row.id for row in assignments if row.id and not row.email]
    if without:
        notes.append(
            f"Without an address in staff/assignments.csv: {first_of(without)}. Gradescope tells who handed in by the "
            "address, so these submissions may wait for a person."
        )
    strangers = sorted({row.paper for row in assignments if row.id} - set(papers))
    if strangers:
        notes.append(f"staff/assignments.csv names papers that this exam does not have: {', '.join(strangers)}.")
    return notes
