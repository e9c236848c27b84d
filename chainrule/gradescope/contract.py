"""What Gradescope accepts as results.json: every rule of its specification, checked before anything is written.

A file that breaks one is shown as "the autograder failed", and nobody is told why.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["BrokenResults", "contract_faults", "results_text"]

_FORMATS = ("text", "html", "simple_format", "md", "ansi")
_VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")
_TOP: Mapping[str, tuple[str, ...]] = {
    "score": ("number",),
    "output": ("text",),
    "output_format": _FORMATS,
    "test_output_format": _FORMATS,
    "test_name_format": _FORMATS,
    "visibility": _VISIBILITIES,
    "stdout_visibility": _VISIBILITIES,
    "extra_data": ("object",),
    "tests": ("list",),
}
_TEST: Mapping[str, tuple[str, ...]] = {
    "score": ("number",),
    "max_score": ("number",),
    "status": ("passed", "failed"),
    "name": ("text",),
    "name_format": _FORMATS,
    "number": ("text",),
    "output": ("text",),
    "output_format": _FORMATS,
    "tags": ("texts",),
    "visibility": _VISIBILITIES,
    "extra_data": ("object",),
}
#: Texts of these formats are run through a converter; student's text must not come near it.
_CONVERTED = ("html", "simple_format", "md", "ansi")


class BrokenResults(Exception):
    """Results that Gradescope would refuse or show wrongly; our fault."""


def results_text(results: Mapping[str, Any]) -> str:
    """results.json as text, the same for the same results; raises BrokenResults with every broken rule."""
    if faults := contract_faults(results):
        raise BrokenResults("\n".join(faults))
    return json.dumps(results, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def contract_faults(results: object) -> tuple[str, ...]:
    """Every rule that the results break: of the specification, and our own that all text is shown escaped."""
    if not isinstance(results, dict):
        return ("the results are no object.",)
    return (*_wrong(results, _TOP, "results"), *_about_scores(results), *_about_tests(results))


def _wrong(stored: Mapping[str, Any], known: Mapping[str, tuple[str, ...]], place: str) -> Iterator[str]:
    for name, value in stored.items():
        if name not in known:
            yield f"{place}: {name!r} is no key of the specification."
        elif not _fits(value, known[name]):
            yield f"{place}: {name} is {value!r:.60}; it should be {' or '.join(known[name])}."
        elif name.endswith("format") and value in _CONVERTED:
            yield f"{place}: {name} is {value!r}; texts of students are shown as 'text' alone."


def _fits(value: object, wanted: tuple[str, ...]) -> bool:
    kind = wanted[0]
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if kind == "text":
        return isinstance(value, str)
    if kind == "object":
        return isinstance(value, dict)
    if kind == "list":
        return isinstance(value, list)
    if kind == "texts":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return value in wanted


def _about_scores(results: Mapping[str, Any]) -> Iterator[str]:
    tests = _tests(results)
    if "score" not in results and (not tests or any("score" not in test for test in tests)):
        yield "results: there is no score, neither at the top nor on every test."
    if results.get("output_format") != "text" or results.get("test_output_format") != "text":
        yield "results: output_format and test_output_format must be 'text'; the first is converted otherwise."
    score: Any = results.get("score")
    worth: list[Any] = [test.get("max_score") for test in tests]
    if not _fits(score, ("number",)) or not all(_fits(one, ("number",)) for one in worth):
        return
    most = math.fsum(worth)
    if tests and not 0 <= score <= most + 0.005:
        yield f"results: the score is {score}; the tests are worth {most:.2f} together."


def _about_tests(results: Mapping[str, Any]) -> Iterator[str]:
    score: Any
    worth: Any
    for place, test in enumerate(results.get("tests") or () if isinstance(results.get("tests"), list) else (), 1):
        if not isinstance(test, dict):
            yield f"test {place} is no object."
            continue
        yield from _wrong(test, _TEST, f"test {place}")
        score, worth = test.get("score"), test.get("max_score")
        if _fits(score, ("number",)) and _fits(worth, ("number",)) and not 0 <= score <= worth:
            yield f"test {place}: the score is {score}; it should be from 0 to {worth}."


def _tests(results: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    tests = results.get("tests")
    return [test for test in tests if isinstance(test, dict)] if isinstance(tests, list) else []
