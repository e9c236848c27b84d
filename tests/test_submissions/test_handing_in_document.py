"""Every layout in docs/handing-in.md is built and read, and what the page says of it is what is found."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest

from submissions import HandedIn, NotebookText, Refusal, collect, read_handed_in, write_notebook
from tests.test_submissions.layouts import FORM, in_folder, zip_bytes

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "handing-in.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```files\n(.*?)```\n\n(?:```(?:csv|yaml)\n(.*?)```\n\n)?```text\n(.*?)```", DOCUMENT, re.DOTALL)
NOTEBOOK = write_notebook("K7QF-2MXP", [NotebookText("Order?", "1.order")], responses={"1.order": "x"})


def content(name: str, table: str) -> str:
    if PurePosixPath(name).name in ("received.csv", "table.csv", "submission_metadata.yml"):
        return table
    return {".ipynb": NOTEBOOK, ".txt": "hello", ".html": "<p>x</p>"}.get(PurePosixPath(name).suffix, FORM)


def laid_out(place: Path, names: list[str], table: str) -> Path:
    files: dict[str, str | bytes] = {}
    for name in names:
        archive, is_zip, inner = name.partition(".zip/")
        text = content(name, table)
        files[f"{archive}.zip" if is_zip else name] = zip_bytes(place, {inner: text}) if is_zip else text
    return in_folder(place, files)


def line(handed: HandedIn) -> str:
    read = read_handed_in(handed)
    if isinstance(read, Refusal):
        return str(read)
    whose = [", ".join(filter(None, (one.id, one.name, one.email))) for one in handed.senders]
    parts = [f"{handed.source}: read", *(f"from {who}" for who in whose)]
    parts += [f"at {handed.submitted_at.isoformat()}"] if handed.submitted_at else []
    parts += [] if handed.is_late is None else ["late" if handed.is_late else "not late"]
    return "; ".join(parts)


@pytest.mark.parametrize(("names", "table", "found"), EXAMPLES)
def test_a_layout_is_read_as_the_page_says(names: str, table: str, found: str, tmp_path: Path) -> None:
    place = laid_out(tmp_path, names.splitlines(), table)

    assert found.splitlines() == [line(handed) for handed in collect(place)]


def test_the_page_shows_every_kind_of_layout() -> None:
    assert 7 <= len(EXAMPLES) == DOCUMENT.count("```files")
