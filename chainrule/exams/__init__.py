"""Exams that are ready to be used or changed: exam.yaml files, and copies of them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from chainrule.errors import RefusedInput
from submissions.store import write_atomic

__all__ = ["READY_EXAMS", "begin_exam", "ready_exam"]

#: Name -> what it is, in a few words.
READY_EXAMS = {
    "practice-final": "ten parts on graphs, convolutions, attention and rematerialization, with solutions",
    "midterm": "seven questions over all topics in 75 minutes",
}


def ready_exam(name: str) -> str:
    """The exam.yaml of that name; raises RefusedInput naming those there are."""
    if name not in READY_EXAMS:
        raise RefusedInput(f"there is no ready exam {name!r}; there are {', '.join(READY_EXAMS)}.")
    return files("chainrule.exams").joinpath(f"{name}.yaml").read_text(encoding="utf-8")


def begin_exam(name: str, out: Path) -> Path:
    """Write a copy of a ready exam for editing; returns the file. Raises: RefusedInput where there is one already."""
    text = ready_exam(name)
    if out.exists():
        raise RefusedInput(f"{out}: is there already; choose another name with --out, or delete it first.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(out, text.encode())
    except OSError as cause:
        raise RefusedInput(f"{out}: can't be written ({cause.strerror or cause}).") from cause
    return out
