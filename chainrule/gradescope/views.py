"""What a student and what an instructor see of a results.json on Gradescope, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["instructor_view", "student_view"]

_SHOWN = ("visible",)
_AFTER_PUBLICATION = ("visible", "after_due_date", "after_published")


def student_view(results: Mapping[str, Any], *, is_published: bool = False) -> str:
    """The page of a student, before the grades are published or after: one hidden test keeps the total away."""
    visibilities = _AFTER_PUBLICATION if is_published else _SHOWN
    tests = results.get("tests", [])
    shown = [test for test in tests if _visibility(test, results) in visibilities]
    score = _score(results) if len(shown) == len(tests) else "not shown"
    return "\n".join([f"Score: {score}", "", results.get("output", ""), *_tests(shown)]).rstrip() + "\n"


def instructor_view(results: Mapping[str, Any], stdout: str) -> str:
    """The page of an instructor: everything, with what the run printed."""
    lines = [f"Score: {_score(results)}", "", results.get("output", "")]
    for test in results.get("tests", []):
        seen = _visibility(test, results)
        note = "" if seen == "visible" else f" [students: {seen}]"
        lines += ["", f"{_heading(test)}{note}", *_set_in(test.get("output", ""))]
    return "\n".join([*lines, "", "Printed by the run (staff alone):", *_set_in(stdout)]).rstrip() + "\n"


def _tests(tests: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for test in tests:
        yield ""
        yield _heading(test)
        yield from _set_in(test.get("output", ""))


def _heading(test: Mapping[str, Any]) -> str:
    return f"{test.get('name', '')} ({test.get('score', 0)}/{test.get('max_score', 0)})"


def _set_in(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]


def _visibility(test: Mapping[str, Any], results: Mapping[str, Any]) -> str:
    return str(test.get("visibility", results.get("visibility", "visible")))


def _score(results: Mapping[str, Any]) -> str:
    worth = sum(test.get("max_score", 0) for test in results.get("tests", []))
    return f"{results.get('score', 0)} / {round(worth, 2):g}"
