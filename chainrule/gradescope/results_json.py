"""A grade in the shape of Gradescope's results.json, showing no more than the release policy allows.

Source: Gradescope's autograder specification. Two of its rules matter here: a submission needs a score, at the top or
on every test, and one hidden test hides the student's total. So an answer that waits for a person is a hidden test:
the total stays away until somebody has decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chainrule.gradescope.contract import results_text
from chainrule.outcome_words import OUTCOMES
from grader import FieldGrade, Grade
from grader.grade import number
from grader.verdict import OPEN_OUTCOMES

__all__ = ["FORMATS", "grade_results", "plain", "results_json"]

#: Every text is shown escaped; what a program prints is for staff.
FORMATS: Mapping[str, str] = {
    "output_format": "text",
    "test_output_format": "text",
    "test_name_format": "text",
    "stdout_visibility": "hidden",
}

_NOT_YET = "after_published"

#: A trace of sixty steps has about 3,000 characters; a page of results has room for no more.
_LONGEST = 6_000


def results_json(grade: Grade, *, release: str) -> str:
    """results.json for one submission, as text.

    `release` is `readable` (how each answer was read; points after publication), `verdict` or `full`.
    """
    return results_text(grade_results(grade, release=release))


def grade_results(grade: Grade, *, release: str, remarks: tuple[str, ...] = ()) -> dict[str, Any]:
    """What `results_json` writes, as values; `remarks` are told to the student below the readings."""
    shown = "visible" if release in ("verdict", "full") else _NOT_YET
    return {
        **FORMATS,
        # A total that was rounded up to a quarter can pass what the paper is worth.
        "score": min(number(grade.points), number(grade.out_of)),
        "output": "\n".join([*_readings(grade), *(f"Note: {plain(remark)}" for remark in remarks)]),
        "visibility": shown,
        "tests": [
            *(_test(field, out_of, shown) for field, out_of in zip(grade.fields, _hundredths(grade), strict=True)),
            *(_stray(name) for name in grade.strays),
        ],
        "extra_data": _origin(grade),
    }


def plain(text: str) -> str:
    """Text of strangers, for a page that escapes it: no sign that turns or hides others, and an end."""
    lines = "\n".join("".join(c if c.isprintable() else " " for c in line) for line in text.split("\n"))
    return lines if len(lines) <= _LONGEST else f"{lines[:_LONGEST]} ... ({len(lines) - _LONGEST} more characters)"


def _origin(grade: Grade) -> dict[str, Any]:
    """What produced the grade, and its state; students do not see it."""
    late = {"late": grade.late.words} if grade.late else {}
    return {
        "paper": grade.paper,
        "state": "complete" if grade.is_complete else "incomplete",
        "open_fields": [plain(name) for name in grade.open_fields],
        "submission": grade.digest,
        "produced_by": dict(grade.produced_by or {}),
        **late,
    }


def _hundredths(grade: Grade) -> list[float]:
    """What each field is worth in hundredths that add up exactly to the total, as Gradescope wants it.

    Rounding down and giving the missing hundredths to the largest remainders (Hamilton's method).
    """
    exact = [100 * field.out_of for field in grade.fields]
    rounded = [int(worth) for worth in exact]
    missing = round(100 * grade.out_of) - sum(rounded)
    by_remainder = sorted(range(len(exact)), key=lambda place: (rounded[place] - exact[place], place))
    for place in by_remainder[:missing]:
        rounded[place] += 1
    return [worth / 100 for worth in rounded]


def _test(field: FieldGrade, out_of: float, shown: str) -> dict[str, Any]:
    verdict = field.verdict
    is_open = verdict.outcome in OPEN_OUTCOMES
    return {
        "name": _test_name(field.id),
        "score": _score(field, out_of),
        "max_score": out_of,
        "output": plain("\n".join(_words(field))),
        "visibility": "hidden" if is_open else shown,
        # Without it, what is worth nothing would count as passed.
        "status": "passed" if field.points == field.out_of and not is_open else "failed",
        "tags": [verdict.mal_rule] if verdict.mal_rule else [],
    }


def _score(field: FieldGrade, out_of: float) -> float:
    """The field's share of what it is worth here: what is right has all of it, however that was rounded."""
    share = float(field.points / field.out_of) if field.out_of else 0.0
    return min(round(share * out_of, 2), out_of)


def _words(field: FieldGrade) -> Iterator[str]:
    """The outcome, why, and what was done for everybody."""
    verdict = field.verdict
    yield OUTCOMES[verdict.outcome].words
    if verdict.reason and verdict.outcome != "blank":
        yield verdict.reason
    if verdict.counterexample and verdict.counterexample != verdict.reason:
        yield verdict.counterexample


def _stray(name: str) -> dict[str, Any]:
    """An answer under a name that the paper does not have: worth nothing by itself, but it waits for a person."""
    return {
        "name": _test_name(name),
        "score": 0,
        "max_score": 0,
        "output": "The paper has no field of this name. A person will look at it.",
        "visibility": "hidden",
        "status": "failed",
        "tags": [],
    }


def _test_name(field: str) -> str:
    item, _, name = plain(field).replace("\n", " ").rpartition(".")
    return f"Question {item}: {name}" if item else f"Question {name}"


def _readings(grade: Grade) -> Iterator[str]:
    """What students may always see: how each answer was understood."""
    yield f"Paper {grade.paper}. This is how your answers were read:"
    for field in grade.fields:
        # Further lines of an answer are set in, so that none looks like another answer's reading.
        yield f"{field.id}: {plain(_reading(field))}".replace("\n", "\n    ")
    yield from (f"Note: {plain(warning)}".replace("\n", "\n    ") for warning in grade.warnings)
    if grade.late:
        yield f"Handed in {grade.late.words}."


def _reading(field: FieldGrade) -> str:
    verdict = field.verdict
    if verdict.outcome == "pending":
        return verdict.reason
    if verdict.outcome == "unreadable":
        return f"not read with certainty; a person will look. {verdict.reason}"
    return verdict.read_as or ("read by a person" if verdict.outcome == "decided" else "(blank)")
