"""What code graders are compared on: a softmax, tried with fifty arrays; and how other graders are run on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from question_templates.answers import Code, CodeQuestion
from question_templates.coding.inputs import Picks
from question_templates.coding.properties import returns
from question_templates.coding.trials import calls_of

__all__ = ["N_EXAMPLES", "PEERS", "RIGHT", "WRONG", "peer_environment", "softmax_question"]

N_EXAMPLES: Final = 50
RIGHT: Final = """\
import numpy as np

def softmax(x):
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
"""
WRONG: Final = RIGHT.replace("axis=1", "axis=0")

_TESTS: Final = """\
import sys, unittest
import numpy as np
from gradescope_utils.autograder_utils.decorators import weight
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner
from submission import softmax

EXAMPLES = {examples}

class TestSoftmax(unittest.TestCase):
    @weight(1)
    def test_softmax(self):
        for given, expected in EXAMPLES:
            np.testing.assert_allclose(softmax(np.array(given)), np.array(expected), rtol=1e-6)

if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(TestSoftmax)
    with open("results.json", "w") as results:
        JSONTestRunner(visibility="visible", stream=results).run(suite)
"""
_OK_TEST: Final = """\
OK_FORMAT = True
test = {{"name": "softmax", "points": 1, "suites": [{{"type": "doctest", "scored": True, "setup": "", "teardown": "",
    "cases": [{{"code": {code!r}, "hidden": False, "locked": False}}]}}]}}
"""
_DOCTEST: Final = (
    ">>> examples = {examples}\n"
    ">>> all(np.allclose(softmax(np.array(given)), np.array(right), rtol=1e-6) for given, right in examples)\nTrue"
)


def _arrays(picks: Picks) -> tuple[Any, ...]:
    return (picks.numbers(picks.integer(1, 4), picks.integer(1, 5)),)


def _softmax(x: Any) -> Any:
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def softmax_question() -> Code:
    """A new question each time, so that nothing that an earlier one has worked out is found again."""
    one = returns("return the softmax of each row", _arrays, _softmax, n_smallest=26, n_drawn=24)
    question = CodeQuestion(os.urandom(16), "softmax", ("x",), (one,), RIGHT)
    n_calls = len(calls_of(question))
    if n_calls != N_EXAMPLES:
        return softmax_question()  # two of the drawn arrays were alike
    return Code(question, RIGHT)


def peer_environment() -> dict[str, str]:
    """The environment of other graders; they lie in the folders that CHAINRULE_BENCH_PEERS names, or are installed."""
    folders = os.environ.get("CHAINRULE_BENCH_PEERS", "").split(os.pathsep)
    kernels = os.pathsep.join(str(Path(folder) / "share" / "jupyter") for folder in folders if folder)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, folders)), "JUPYTER_PATH": kernels}


def _run(place: Path, *words: str) -> None:
    command = [sys.executable, *words]
    subprocess.run(command, cwd=place, env=peer_environment(), check=True, capture_output=True)


def _examples() -> list[tuple[Any, Any]]:
    arguments = (call.arguments[0] for call in calls_of(softmax_question().question))
    return [(given.tolist(), _softmax(given).tolist()) for given in arguments]


def _with_gradescope(place: Path, program: str) -> Callable[[], float]:
    """One submission with gradescope-utils as its autograder runs it: a fresh interpreter; the share it gets."""
    (place / "run_tests.py").write_text(_TESTS.format(examples=_examples()), encoding="utf-8")
    (place / "submission.py").write_text(program, encoding="utf-8")

    def share() -> float:
        _run(place, "run_tests.py")
        return float(json.loads((place / "results.json").read_text(encoding="utf-8"))["tests"][0]["score"])

    return share


def _with_otter(place: Path, program: str) -> Callable[[], float]:
    """One notebook with `otter run`, which needs no Docker; the share it gets."""
    code = _DOCTEST.format(examples=_examples())
    for folder in ("tests", "out"):
        (place / folder).mkdir()
    (place / "tests" / "softmax.py").write_text(_OK_TEST.format(code=code), encoding="utf-8")
    (place / "requirements.txt").write_text("numpy\n", encoding="utf-8")
    cell: dict[str, Any] = {"cell_type": "code", "id": "a", "source": program, "outputs": [], "metadata": {}}
    cell["execution_count"] = None
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": [cell]}
    (place / "answer.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    packed = ("-t", "tests", "-r", "requirements.txt", "-o", "grader.zip", "--no-environment")
    _run(place, "-m", "otter", "generate", *packed)

    def share() -> float:
        _run(place, "-m", "otter", "run", "-a", "grader.zip", "-o", "out", "--no-logo", "answer.ipynb")
        found = json.loads((place / "out" / "results.json").read_text(encoding="utf-8"))
        return sum(float(test.get("score", 0)) for test in found["tests"])

    return share


PEERS: Final = {"gradescope_utils": _with_gradescope, "otter": _with_otter}
