"""`gradescope try`: runs an autograder's zip on this machine, in folders laid out as in Gradescope's container."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chainrule.errors import RefusedInput
from chainrule.gradescope.contract import contract_faults
from chainrule.gradescope.views import instructor_view, student_view
from submissions.store import write_atomic

__all__ = ["EARLY", "LocalRun", "lay_out", "metadata_json", "run_laid_out", "run_twice", "write_run"]

#: Before every due time, and the same on every day.
EARLY = "2000-01-01T00:00:00.000000+00:00"
_SETUP_SECONDS = 900


@dataclass(frozen=True)
class LocalRun:
    """What an autograder left behind; `results` is empty where it left no results.json."""

    results: bytes
    stdout: str
    code: int

    def read(self) -> Mapping[str, Any]:
        """results.json as values; raises RefusedInput where it is none."""
        try:
            stored = json.loads(self.results)
        except ValueError as cause:
            raise RefusedInput(f"results.json can't be read: {cause}\n{self.stdout}") from cause
        if not isinstance(stored, dict):
            raise RefusedInput("results.json holds no object.")
        return stored

    def faults(self) -> tuple[str, ...]:
        """The rules of Gradescope's contract that the results break."""
        return contract_faults(self.read())


def metadata_json(
    emails: Sequence[str], *, submitted_at: str = EARLY, due: str | None = None, total_points: str = ""
) -> str:
    """A submission_metadata.json as Gradescope writes it."""
    users = [{"email": email, "id": 900_001 + place, "name": ""} for place, email in enumerate(emails)]
    assignment: dict[str, Any] = {
        "due_date": due,
        "group_size": None,
        "group_submission": len(emails) > 1,
        "id": 1,
        "course_id": 1,
        "late_due_date": None,
        "release_date": EARLY,
        "title": "Assignment",
        "total_points": total_points or None,
    }
    stored = {
        "id": 1,
        "created_at": submitted_at,
        "assignment": assignment,
        "submission_method": "upload",
        "users": users,
        "previous_submissions": [],
    }
    return json.dumps(stored, indent=1, sort_keys=True) + "\n"


def run_twice(
    archive: Path, handed_in: Sequence[Path], metadata: str, *, setup: bool = False, python: str = ""
) -> LocalRun:
    """Run the autograder twice on the same submission; raises RefusedInput when the results are not the same bytes.

    With `setup` its own setup.sh is run first, with `python` or the `python3` that is found, as on Gradescope;
    otherwise the running interpreter takes the place of what setup.sh installs.
    """
    with tempfile.TemporaryDirectory(prefix="chainrule-") as place:
        root = lay_out(Path(place) / "autograder", archive, handed_in, metadata)
        if setup:
            _set_up(root, python)
        runs = []
        for _ in range(2):
            runs.append(run_laid_out(root, python="" if setup else sys.executable))
            (root / "results" / "results.json").unlink(missing_ok=True)
    first, second = runs
    if first.results != second.results:
        raise RefusedInput("Two runs gave different results.json: this is a fault of ours, please report it.")
    return first


def write_run(out: Path, run: LocalRun) -> dict[str, str]:
    """Write what the run left behind to `out`, and return it by file name: results, both views, what was printed.

    Raises: RefusedInput when there are no results, when they break Gradescope's contract, or `out` can't be written.
    """
    results = run.read()
    if faults := run.faults():
        raise RefusedInput("\n".join(["results.json breaks Gradescope's contract:", *faults]))
    views = {"student.txt": student_view(results), "instructor.txt": instructor_view(results, run.stdout)}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in views.items():
            write_atomic(out / name, text.encode())
        write_atomic(out / "results.json", run.results)
    except OSError as cause:
        raise RefusedInput(f"{out}: can't be written ({cause.strerror}).") from cause
    return views


def lay_out(root: Path, archive: Path, handed_in: Sequence[Path], metadata: str) -> Path:
    """Make /autograder's folders below `root`: source, submission, results and the metadata.

    Raises: RefusedInput when the zip is no autograder or a file that was handed in is not there.
    """
    source, submission = root / "source", root / "submission"
    for folder in (source, submission, root / "results"):
        folder.mkdir(parents=True)
    _unpack(archive, source)
    shutil.copy2(source / "run_autograder", root / "run_autograder")
    for path in handed_in:
        if path.is_dir():
            shutil.copytree(path, submission / path.name, symlinks=True)
        elif path.is_file():
            shutil.copy2(path, submission / path.name)
        else:
            raise RefusedInput(f"{path}: there is no such file or folder to hand in.")
    (root / "submission_metadata.json").write_text(metadata, encoding="utf-8")
    return root


def _unpack(archive: Path, source: Path) -> None:
    """Unpack the zip with its modes, which `zipfile` leaves out."""
    try:
        with zipfile.ZipFile(archive) as zipped:
            zipped.extractall(source)
            for entry in zipped.infolist():
                os.chmod(source / entry.filename, stat.S_IMODE(entry.external_attr >> 16) or 0o644)
    except (OSError, zipfile.BadZipFile) as cause:
        raise RefusedInput(f"{archive}: can't be read as a zip file ({cause}).") from cause
    missing = [name for name in ("setup.sh", "run_autograder") if not (source / name).is_file()]
    if missing:
        raise RefusedInput(f"{archive}: has no {' and no '.join(missing)} at its top, so it is no autograder.")


def run_laid_out(root: Path, *, python: str = "", environment: Mapping[str, str] | None = None) -> LocalRun:
    """Start `run_autograder` as Gradescope does; `python` takes the place of the environment that setup.sh made."""
    variables = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(root), **(environment or {})}
    if python:
        variables["CHAINRULE_PYTHON"] = python
    done = subprocess.run(
        [root / "run_autograder"],
        cwd=root,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    results = root / "results" / "results.json"
    content = results.read_bytes() if results.is_file() else b""
    printed = done.stdout.decode("utf-8", "replace").replace(str(root), "/autograder")
    return LocalRun(content, printed, done.returncode)


def _set_up(root: Path, python: str) -> None:
    variables = {**os.environ, **({"CHAINRULE_BASE_PYTHON": python} if python else {})}
    done = subprocess.run(
        [root / "source" / "setup.sh"],
        cwd=root,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_SETUP_SECONDS,
        check=False,
    )
    if done.returncode:
        printed = done.stdout.decode("utf-8", "replace")
        raise RefusedInput(f"setup.sh ended with code {done.returncode}:\n{printed}")
