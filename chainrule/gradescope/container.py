"""What `run_autograder` starts in Gradescope's container: reads the submission, writes results.json, never fails.

    python3 -I -m chainrule.gradescope.container ROOT         ROOT is /autograder
    python3 -I -m chainrule.gradescope.container --check SOURCE

What is printed is shown to staff alone. Nothing of the submission is ever run or imported here.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from chainrule.gradescope.autograding import Autograded, autograde
from chainrule.gradescope.contract import results_text
from chainrule.gradescope.packed_exam import open_packed
from chainrule.gradescope.pending import NOT_GRADED, pending_results
from chainrule.plain_text import printable
from submissions.store import write_atomic

__all__ = ["main"]

#: The worst that a results.json may be: a file that cannot be written is all that is left to tell.
_UNWRITTEN = 1


def main(arguments: list[str]) -> int:
    """Run in `/autograder`, or check what was installed; returns the exit code."""
    if arguments[:1] == ["--check"]:
        return _check(Path(arguments[1]))
    return _run(Path(arguments[0]))


def _run(root: Path) -> int:
    try:
        found = autograde(root / "source" / "exam", root / "submission", _metadata(root))
        text = results_text(found.results)
    except Exception:  # noqa: BLE001 - whatever goes wrong is our fault: the student reads so, and a person looks
        found = Autograded(pending_results(NOT_GRADED), (traceback.format_exc(),))
        text = results_text(found.results)
    for note in found.notes:
        print("\n".join(printable(line) for line in note.splitlines()))
    try:
        write_atomic(root / "results" / "results.json", text.encode())
    except OSError as cause:
        print(f"results/results.json can't be written ({cause.strerror}).")
        return _UNWRITTEN
    return 0


def _metadata(root: Path) -> bytes:
    """What Gradescope says of the submission; nothing where it is silent, which reading refuses in words."""
    try:
        return (root / "submission_metadata.json").read_bytes()
    except OSError as cause:
        print(f"submission_metadata.json can't be read ({cause.strerror}).")
        return b""


def _check(source: Path) -> int:
    packed = open_packed(source / "exam")
    n_papers = sum(1 for _ in (source / "exam" / "staff" / "papers").glob("*.json"))
    packed.families()
    print(f"Ready: {n_papers} papers, release {packed.release or 'as each paper says'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
