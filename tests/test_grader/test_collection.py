"""What students type, over a thousand rows: every right answer is right, no wrong one is, and what is unclear waits.

The verdicts are a person's; `test_collection_witness` holds them against an evaluator of its own.
"""

from __future__ import annotations

from collections import Counter

import pytest

from grader import judge
from tests.test_grader.example_rows import Row, rows

KINDS = ("expression", "bytes", "number", "shape", "growth")
FOLDERS = ("tables", "collection")

# Right answers that we leave to a person. What is listed here and read after all fails the test.
NOT_READ = {
    r"1 + (K-1)\sum_{i=0}^{L-1} 2^i": "sums with an index are not computed",
    "reduce-scatter (p-1)/p*n + all-gather (p-1)/p*n = 2*(p-1)/p*n": "words stand between the summands",
    "x.grad = 32 (two edges of 16 each)": "a second number behind the first",
    "4 leaves + 3 operations = 7": "words stand between the summands",
    "O(N*⌊(Hin-K)/S⌋*⌊(Win-K)/S⌋*Cin*K²*Cout)": "the quotient may be below 1, so its growth is not proven",
}
ROWS = [row for folder in FOLDERS for kind in KINDS for row in rows(folder, kind)]


def outcome_of(row: Row) -> str:
    return judge(row.answer, row.response).outcome


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.place)
def test_a_response_is_judged_as_a_person_would(row):
    expected = "unreadable" if row.response in NOT_READ else row.verdict
    # What a person would hesitate about may be read, if it is read as wrong.
    allowed = {expected, "wrong"} if row.verdict == "unreadable" else {expected}

    assert outcome_of(row) in allowed, row.why


def test_hardly_anything_unclear_is_read():
    unclear = [row for row in ROWS if row.verdict == "unreadable"]

    assert len([row for row in unclear if outcome_of(row) == "wrong"]) <= len(unclear) // 50


def test_the_collection_is_large_and_balanced():
    counts = Counter(row.verdict for row in ROWS)

    assert len(ROWS) >= 1_000
    assert counts["right"] > 0.4 * len(ROWS)
    assert counts["wrong"] > 0.3 * len(ROWS)
    assert counts["unreadable"] > 0.1 * len(ROWS)
