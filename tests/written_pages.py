"""Writes the generated documents: docs/answers.md from the example tables, docs/bank.md and its figures from the bank.

Run by `python3 run.py tables`; tests hold every one of them to be what would be written.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":  # run as a script, the repository is not on the path
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.test_bank.bank_page import DOCS, files
from tests.test_grader.answers_page import PAGE, page

__all__ = ["write"]


def write() -> list[Path]:
    """Write them all, and take away figures that no family has any more; the paths that were written."""
    wanted = {DOCS / name: text for name, text in files().items()} | {PAGE: page()}
    for stale in set((DOCS / "bank").glob("*.svg")) - set(wanted):
        stale.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return sorted(wanted)


if __name__ == "__main__":
    sys.stdout.write("".join(f"{path.relative_to(DOCS.parent).as_posix()}\n" for path in write()))
