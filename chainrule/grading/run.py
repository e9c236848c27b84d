"""`grade`: an exam's folder and a folder of submissions in, a folder of results out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from chainrule.errors import RefusedInput
from chainrule.exam_folder import Assignment, ExamFolder
from chainrule.gradescope import results_json
from chainrule.results.class_record import ClassSummary, Owner
from chainrule.results.class_summary import class_summary
from chainrule.results.gradebook import gradebook_csv, set_aside_csv
from chainrule.results.result_pages import feedback_files, index_page
from chainrule.transcription.handed_in import read_transcripts
from chainrule.transcription.transcript_store import store_of
from grader import ClassResult, grade_class
from question_templates.paper import Paper, in_exam_order
from submissions import Refusal, Submission, read_folder
from submissions.store import write_atomic

__all__ = ["GradingRun", "grade_exam"]

#: Lists what the last run wrote, so that a result that no longer exists does not stay behind.
_WRITTEN = "written.json"


@dataclass(frozen=True)
class GradingRun:
    """What a grading run found; `index` is the page for staff that leads to everything."""

    result: ClassResult
    summary: ClassSummary
    index: Path


def grade_exam(folder: ExamFolder, handed_in: Path, out: Path, *, release: str = "") -> GradingRun:
    """Grade every file in `handed_in`, and the papers typed in by staff, and write the results to `out`.

    Where all was written on paper, `handed_in` is the exam's own folder of transcripts, or an empty one.
    `release` overrides what the exam says students may see: `readable`, `verdict` or `full`.
    Raises: RefusedInput when the exam or the submissions can't be read, or `out` can't be written.
    """
    papers = folder.read_papers()
    on_paper = read_transcripts(folder, papers)
    _refuse_mixing(folder, handed_in, out)
    handed = chain(_files(folder, handed_in, may_be_none=not on_paper.is_empty), on_paper.refused)
    result = grade_class(papers, handed, folder.read_families(), typed_in=on_paper.typed_in)
    assignments = folder.read_assignments()
    summary = class_summary(papers, result, _owners(assignments))
    questions = in_exam_order(item.slot for paper in papers.values() for item in paper.items)
    files = {
        **_grade_files(papers, result, release),
        **feedback_files(folder, papers, result, release),
        "gradebook.csv": gradebook_csv(result, assignments, questions),
        "set-aside.csv": set_aside_csv(result),
        "index.html": index_page(folder, papers, result, summary, handed_in=handed_in, out=out),
    }
    _write(out, files)
    return GradingRun(result, summary, out / "index.html")


def _owners(assignments: Iterable[Assignment]) -> dict[str, tuple[Owner, ...]]:
    """Whose a paper is: the papers of groups have several owners."""
    owners: dict[str, tuple[Owner, ...]] = {}
    for row in assignments:
        if row.id:
            owners[row.paper] = (*owners.get(row.paper, ()), Owner(row.id, row.name, row.email))
    return owners


def _files(folder: ExamFolder, handed_in: Path, *, may_be_none: bool) -> Iterable[Submission | Refusal]:
    """What was handed in as files; there may be none where papers were typed in."""
    is_empty = not any(handed_in.iterdir())
    if is_empty and not may_be_none:
        raise RefusedInput(f"{handed_in}: holds no file; nothing was graded and nothing written.")
    is_transcripts = handed_in.resolve() == store_of(folder).path.resolve()
    return () if is_empty or is_transcripts else read_folder(handed_in)


def _refuse_mixing(folder: ExamFolder, handed_in: Path, out: Path) -> None:
    """Results go into a folder of their own: a new one, an empty one, or that of an earlier run."""
    if not handed_in.is_dir():
        raise RefusedInput(f"{handed_in}: there is no such folder of answers.")
    if handed_in.resolve() in (folder.path.resolve(), folder.students.resolve(), folder.staff.resolve()):
        raise RefusedInput(f"{handed_in}: holds the exam's own blank forms; name the folder of what was handed in.")
    inputs = (folder.path.resolve(), handed_in.resolve())
    place = out.resolve()
    if any(place.is_relative_to(one) or one.is_relative_to(place) for one in inputs):
        raise RefusedInput(f"{out}: holds the exam or the answers, or is one of them; choose a new folder for results.")
    try:
        occupied = out.is_dir() and any(out.iterdir()) and not (out / _WRITTEN).is_file()
    except OSError as cause:
        raise RefusedInput(f"{out}: can't be read ({cause.strerror}).") from cause
    if occupied:
        raise RefusedInput(f"{out}: holds files that no grading run wrote; choose a new folder for results.")


def _grade_files(papers: Mapping[str, Paper], result: ClassResult, release: str) -> dict[str, str]:
    """Each grade as our JSON and in Gradescope's shape."""
    files = {}
    for paper_id, grade in result.grades.items():
        stored = json.dumps(grade.to_json(), indent=1, sort_keys=True, ensure_ascii=False)
        files[f"grades/{paper_id}.json"] = stored + "\n"
        shown = release or papers[paper_id].exam.release
        files[f"gradescope/{paper_id}/results.json"] = results_json(grade, release=shown)
    return files


def _write(out: Path, files: Mapping[str, str]) -> None:
    """Write every file whole, then remove those that an earlier run wrote and this one did not."""
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds names and points
        earlier = _earlier(out)
        for name, text in files.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            write_atomic(out / name, text.encode("utf-8", "surrogatepass"))
        write_atomic(out / _WRITTEN, (json.dumps(sorted(files), indent=1) + "\n").encode())
        for name in earlier - set(files):
            (out / name).unlink(missing_ok=True)
    except OSError as cause:
        raise RefusedInput(f"{out}: can't be written ({cause.strerror}).") from cause


def _earlier(out: Path) -> set[str]:
    try:
        listed = json.loads((out / _WRITTEN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    inside = out.resolve()
    return {name for name in listed if (out / name).resolve().is_relative_to(inside)}
