"""Changes the judging files one small place at a time and counts how many changes the tests notice, with mutmut.

Prints a line a file and every change that no test noticed. Half an hour on two cores; the last report, with the reason
for each survivor, is docs/mutation.md. Arguments name files instead of the usual ones.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks._table import print_table

ROOT = Path(__file__).resolve().parent.parent.parent
JUDGING = (
    "grader/equality/comparison.py",
    "grader/equality/normal_form.py",
    "grader/equality/substitution.py",
    "grader/equality/evaluation.py",
    "grader/equality/points.py",
    "grader/equality/domains.py",
    "grader/checkers/formula.py",
    "grader/checkers/quantity.py",
    "grader/checkers/growth.py",
    "grader/generic_mistakes.py",
    "grader/checkers/number.py",
    "grader/checkers/order.py",
    "grader/following.py",
    "grader/judging.py",
    "grader/kinds.py",
    "grader/preparing.py",
    "grader/scoring.py",
)
COPIED = ("engine", "question_templates", "submissions", "grader", "chainrule", "tests", "docs", "run.py")
# Only what runs in seconds: every change runs the tests that reach it, and the collection would take hours.
TESTS = ("test_following.py", "test_scoring.py", "test_judging_details*.py")
TESTED = "tests/test_grader"
KILLED = ("killed", "timeout", "segfault", "suspicious", "caught by type check")


def main() -> None:
    """Mutate in a copy, print the table."""
    files = sys.argv[1:] or list(JUDGING)
    with tempfile.TemporaryDirectory(prefix="chainrule-mutation-") as folder:
        work = Path(folder)
        for name in COPIED:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, work / name)
        (work / "pyproject.toml").write_text(settings(files), encoding="utf-8")
        # mutmut's own progress is one long line; what counts is asked for afterwards.
        mutmut = [sys.executable, "-m", "mutmut"]
        run = subprocess.run(
            [*mutmut, "run", "--max-children", "2"], cwd=work, capture_output=True, check=False, text=True
        )
        ask = [*mutmut, "results", "--all", "true"]
        report = subprocess.run(ask, cwd=work, capture_output=True, check=True, text=True)
    counts: dict[str, Counter[str]] = {}
    survivors: list[str] = []
    for name, state in re.findall(r"^\s*(\S+__mutmut_\d+): (.+)$", report.stdout, re.MULTILINE):
        module = name.rsplit(".", 1)[0]
        counts.setdefault(module, Counter())[state.strip()] += 1
        survivors += [f"{name}: {state}"] if state.strip() not in KILLED else []
    if not counts or all(set(found) == {"not checked"} for found in counts.values()):
        sys.exit(f"mutmut changed nothing; are the tests green? {run.stdout[-2000:]}{run.stderr[-2000:]}")
    counts["all"] = sum(counts.values(), Counter())
    rows = [[name, sum(found.values()), noticed(found), share(found)] for name, found in counts.items()]
    print_table(["file", "changes", "noticed", "share"], rows, title="Changes of the judging files that a test notices")
    print("\n".join(survivors))


def share(found: Counter[str]) -> str:
    return f"{noticed(found) / max(sum(found.values()), 1):.0%}"


def noticed(found: Counter[str]) -> int:
    """How many of these changes a test has noticed."""
    return sum(found[state] for state in KILLED)


def settings(files: list[str]) -> str:
    """The project's own settings, with mutmut's."""
    tests = [str(path.relative_to(ROOT)) for name in TESTS for path in sorted((ROOT / TESTED).glob(name))]
    return (
        (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        + "\n[tool.mutmut]\n"
        + 'source_paths = ["grader"]\n'
        + f"only_mutate = {files!r}\n"
        + f"also_copy = {[name for name in COPIED if name != 'grader'] + ['pyproject.toml']!r}\n"
        + f"pytest_add_cli_args_test_selection = {tests!r}\n"
        + 'pytest_add_cli_args = ["-p", "no:cacheprovider", "-q", "-x"]\n'
        + "use_setproctitle = false\nuse_git_change_detection = false\ntrack_dependencies = false\n"
    )


if __name__ == "__main__":
    main()
