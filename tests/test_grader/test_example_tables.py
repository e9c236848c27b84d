"""The published tables are true: every row is judged as it says, and the page shows what the tables hold."""

from __future__ import annotations

import pytest

from grader import judge
from tests.test_grader.answers_page import PAGE, page
from tests.test_grader.example_rows import TABLES, rows

LARGE = ("number", "expression", "bytes", "shape", "growth")
ROWS = [row for kind in TABLES if kind not in LARGE for row in rows("tables", kind)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.place)
def test_an_example_is_judged_as_the_table_says(row):
    verdict = judge(row.answer, row.response)

    assert row.verdict == verdict.outcome, row.why
    assert row.share in (None, verdict.share)


@pytest.mark.parametrize("kind", LARGE)
def test_the_kinds_that_students_type_most_have_forty_examples(kind):
    assert len(list(rows("tables", kind))) >= 40


def test_no_example_stands_twice():
    seen = [(row.kind, row.name, row.response) for kind in TABLES for row in rows("tables", kind)]

    assert len(set(seen)) == len(seen)


def test_the_page_is_what_the_tables_say():
    assert page() == PAGE.read_text(encoding="utf-8"), "run python3 run.py tables"
