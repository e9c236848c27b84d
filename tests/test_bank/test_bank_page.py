"""The published page of the bank shows what the bank draws."""

from __future__ import annotations

from tests.test_bank.bank_page import DOCS, files


def test_the_page_and_its_figures_are_what_the_bank_draws():
    """Fails when a family has changed since the page was written: `python3 run.py tables`."""
    wanted = files()
    found = {
        name: (DOCS / name).read_text(encoding="utf-8") if (DOCS / name).is_file() else "missing" for name in wanted
    }

    assert [name for name in wanted if found[name] != wanted[name]] == []
    assert {f"bank/{path.name}" for path in (DOCS / "bank").glob("*")} == set(wanted) - {"bank.md"}
