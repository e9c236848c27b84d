"""The form check, row by row: what it says to a typed answer, and that it never says more than form."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.reading import (
    NumberReading,
    OrderReading,
    TraceReading,
    Unreadable,
    limits,
    read_number,
    read_order,
    read_trace,
)
from grader.reading.choice import read_choice
from grader.reading.formulas.formula import read_shape
from grader.reading.formulas.names import Names
from grader.reading.matrix import read_matrix
from grader.reading.schedule import read_schedule
from submissions.limits import MAX_FILE_BYTES

NAMES = ["x", "z1", "z2", "z3"]
KEPT = ("note", "Saved as typed; a person will look if the grader cannot read it.")
ONE_NUMBER = ("look", "Write one number, for example 32 or 1/exp(6).")
BROKEN_OFF = "Line 2 seems to break off: \u201cz2.grad = 6*\u201d."
STRANGER = "Line 1: \u201cz9\u201d is not a name in the listing."
TOO_LONG = "12001 characters are more than the grader reads; please shorten this to 12000."
FORM_TABLE = [
    ("number", "  ", ("empty", "")),
    ("number", "32", ("read", "Reads as 32")),
    ("number", "x.grad == 32", ("read", "Reads as 32")),
    ("number", "x.grad = 3*6 = 18.", ("read", "Reads as 18")),
    ("number", "\u22125", ("read", "Reads as -5")),
    ("number", "1e-3", ("read", "Reads as 1e-3")),
    ("number", "1/4", ("read", "Reads as 0.25")),
    ("number", "1/3", ("read", "Reads as 1/3, about 0.333333")),
    ("number", "exp(6)", ("read", "Reads as exp(6), about 403.429")),
    ("number", "-2**2", ("read", "Reads as -4")),
    ("number", "2\u00d73", ("read", "Reads as 6")),
    ("number", "$\\exp(0)$", ("read", "Reads as 1")),
    ("number", "6*", ("look", "This seems to break off: \u201c6*\u201d.")),
    ("number", "x.grad =", ("look", "This seems to break off: \u201cx.grad =\u201d.")),
    ("number", "1,5", ("look", "Please write the number without a comma, and with a point for decimals.")),
    ("number", "3 4", ONE_NUMBER),
    ("number", "16 -24", ONE_NUMBER),
    ("number", "-24 -24", ONE_NUMBER),
    ("number", "x.grad = 16 +24", ONE_NUMBER),
    ("number", "16 - 24", ("read", "Reads as -8")),
    ("number", "16-24", ("read", "Reads as -8")),
    ("number", "16 -24 = -8", ("read", "Reads as -8")),
    ("number", "2*(3 -1)", ("read", "Reads as 4")),
    ("number", "24 negative", KEPT),
    ("number", "-24 no 24", KEPT),
    ("number", "no idea", ONE_NUMBER),
    ("number", "18 = 17", KEPT),
    ("number", "12 bytes", KEPT),
    ("number", "1/0", KEPT),
    ("number", "(" * 1000 + "1", KEPT),
    ("number", "- 32", KEPT),
    ("number", "--32", KEPT),
    ("number", "32 +- 1", KEPT),
    ("number", "x.grad = 16. Correction: 32", KEPT),
    ("number", "x.grad = 16; x.grad = 32", KEPT),
    ("number", "x.grad = 32 because z2 = 4", KEPT),
    ("number", "z1.grad == x.grad == 32", ("read", "Reads as 32")),
    ("order", "z1, z2, z3", ("read", "3 nodes: z1, z2, z3.")),
    ("order", "[z1:leaf(x), z2:mul, z3:mul]", ("read", "3 nodes: z1, z2, z3.")),
    ("order", "Order: z1 \u2192 Z2 -> z_3", ("read", "3 nodes: z1, Z2, z_3.")),
    ("order", "z1, n1, N2", ("read", "3 nodes: z1, n1, N2.")),
    ("order", "x", ("read", "1 node: x.")),
    ("order", "z1, z1", ("look", "z1 stands twice. 2 nodes: z1, z1.")),
    ("order", "z1, w9", ("look", "\u201cw9\u201d is not a name in the listing. 2 nodes: z1, w9.")),
    ("order", "1, 2", ("look", "Write the nodes\u2019 names, separated by commas.")),
    ("trace", "z2.grad = 8\nz1.grad = 32", ("read", "z2.grad = 8, z1.grad = 32: 2 values read.")),
    ("trace", "and so\nz2.grad == 2*4 = 8", ("read", "z2.grad == 8: 1 value read.")),
    ("trace", "z3: z2.grad += 4, z2.grad += 4", ("read", "z2.grad += 4, z2.grad += 4: 2 values read.")),
    ("trace", "z2.grad += z2.value * z3.grad", KEPT),
    ("trace", "it all stays the same", KEPT),
    ("trace", "z1.grad = 1\nz2.grad = 6*", ("look", f"{BROKEN_OFF} z1.grad = 1: 1 value read.")),
    ("trace", "z2.grad = z3.grad *", ("look", "Line 1 seems to break off: \u201cz2.grad = z3.grad *\u201d.")),
    ("trace", "z9.grad = 1", ("look", f"{STRANGER} z9.grad = 1: 1 value read.")),
    ("trace", "self.grad += other.value * output.grad\nn1.grad = 2", ("read", "n1.grad = 2: 1 value read.")),
    ("trace", "a" * 12_001, ("look", TOO_LONG)),
]  # fmt: skip
COMMA = ("look", "Please write numbers without a comma, and with a point for decimals.")
FORMULA_TABLE = [
    ("expression", "8*N*P", KEPT),
    ("expression", "8*N*(P + 1", ("look", "A bracket ( is not closed: \u201c8*N*(P + 1\u201d.")),
    ("expression", "8*N)", ("look", "A bracket ) closes nothing: \u201c8*N)\u201d.")),
    ("expression", "a) 8*N", KEPT),
    ("expression", "8*N*", ("look", "This seems to break off: \u201c8*N*\u201d.")),
    ("expression", "1,5*N", COMMA),
    ("expression", "min(2,3)*N", KEPT),
    ("bytes", "1,024 KiB", COMMA),
    ("growth", "O(n log", ("look", "A bracket ( is not closed: \u201cO(n log\u201d.")),
    ("growth", "O(n log n)", KEPT),
    ("vector", "(1, -2, exp(1))", ("read", "3 numbers: 1, -2, exp(1).")),
    ("vector", "1, -2", ("read", "2 numbers: 1, -2.")),
    ("vector", "(1, , 3)", ("look", "An entry between two commas is empty.")),
    ("vector", "(1, 2", ("look", "A bracket ( is not closed: \u201c(1, 2\u201d.")),
    ("vector", "1 -2 3", KEPT),
    ("vector", "0,5; 1,5", KEPT),
    ("matrix", "1, 2\n3, 1/4", ("read", "2 rows of 2 numbers.")),
    ("matrix", "[[1, 2, 3], [4, 5, 6]]", ("read", "2 rows of 3 numbers.")),
    ("matrix", "[[1, 2], [3]]", KEPT),
    ("matrix", "1, 2\n3, 4, 5", ("look", "Row 1 has 2 numbers, row 2 has 3.")),
    ("matrix", "[[1, 2], [3, 4]", ("look", "A bracket [ is not closed: \u201c[[1, 2], [3, 4]\u201d.")),
    ("matrix", "1 2\n3 4", KEPT),
    ("shape", "(N, P, Cin*K**2)", ("read", "3 sizes: N, P, Cin*K**2.")),
    ("shape", "(N, P", ("look", "A bracket ( is not closed: \u201c(N, P\u201d.")),
    ("shape", "N by P", KEPT),
    ("schedule", "{2, 5}", ("read", "2 layers: 2, 5.")),
    ("schedule", "3", ("read", "1 layer: 3.")),
    ("schedule", "none", ("read", "No layer.")),
    ("schedule", "2-5", KEPT),
    ("choice", "b", ("read", "1 option: B.")),
    ("choice", "(B)", ("read", "1 option: B.")),
    ("choice", "E", ("look", "E is none of the options A, B, C.")),
    ("choice", "A, B", ("look", "This question asks for one option, and here are 2.")),
    ("choice", "A or B", KEPT),
    ("several", "A, C", ("read", "2 options: A, C.")),
    ("several", "None", ("read", "None of the options.")),
    ("text", "because", KEPT),
]  # fmt: skip


@pytest.fixture(scope="module")
def page(chromium: Any, paper_url: str) -> Iterator[Any]:
    context = chromium.new_context()
    opened = context.new_page()
    opened.goto(paper_url)
    yield opened
    context.close()


@pytest.mark.parametrize(("kind", "typed", "expected"), FORM_TABLE)
def test_the_form_check_reads_what_is_typed(
    page: Any, kind: str, typed: str, expected: tuple[str, str]
) -> None:
    found = page.evaluate("([kind, typed, names]) => formCheck(kind, typed, names)", [kind, typed, NAMES])

    assert expected == (found["state"], found["text"])


@pytest.mark.parametrize(("kind", "typed", "expected"), FORMULA_TABLE)
def test_the_form_check_says_what_it_can_about_the_other_kinds(
    page: Any, kind: str, typed: str, expected: tuple[str, str]
) -> None:
    several = kind == "several"
    arguments = ["choice" if several else kind, typed, NAMES, ["A", "B", "C"], several]
    found = page.evaluate("(arguments) => formCheck(...arguments)", arguments)

    assert expected == (found["state"], found["text"])


def read_by_the_grader(kind: str, typed: str) -> object:
    options = dict.fromkeys("ABC", "") | {"A": "one", "B": "two", "C": "three"}
    readers: dict[str, Callable[[], object]] = {
        "vector": lambda: read_matrix(typed),
        "matrix": lambda: read_matrix(typed),
        "shape": lambda: read_shape(typed, Names(("N", "P", "Cin", "K"), {})),
        "schedule": lambda: read_schedule(typed, layers=10),
        "choice": lambda: read_choice(typed, options=options),
        "several": lambda: read_choice(typed, options=options, several=True),
    }
    return readers[kind]()


@pytest.mark.parametrize(("kind", "typed"), [row[:2] for row in FORMULA_TABLE if row[2][0] == "read"])
def test_what_the_page_reads_of_the_other_kinds_is_read_by_the_grader(kind: str, typed: str) -> None:
    assert not isinstance(read_by_the_grader(kind, typed), Unreadable)


SAME_NAMES = {"x": "z1", "n1": "n1", "n2": "n2", "z1": "z1", "z2": "z2", "z3": "z3"}


@pytest.mark.parametrize("typed", [row[1] for row in FORM_TABLE if row[0] == "number" and row[2][0] == "read"])
def test_a_number_that_the_page_reads_is_read_by_the_grader(typed: str) -> None:
    assert isinstance(read_number(typed, asked="x.grad", names=SAME_NAMES), NumberReading)


@pytest.mark.parametrize("typed", [row[1] for row in FORM_TABLE if row[0] == "order" and row[2][0] == "read"])
def test_an_order_that_the_page_reads_is_read_by_the_grader(typed: str) -> None:
    assert isinstance(read_order(typed, names=SAME_NAMES), OrderReading)


@pytest.mark.parametrize(
    ("typed", "told"), [row[1:] for row in FORM_TABLE if row[0] == "trace" and row[2][0] == "read"]
)
def test_a_trace_that_the_page_reads_is_read_by_the_grader(typed: str, told: tuple[str, str]) -> None:
    reading = read_trace(typed, names=SAME_NAMES)

    assert isinstance(reading, TraceReading)
    assert told[1].endswith(f"{len(reading.statements)} value{'s' * (len(reading.statements) != 1)} read.")


def test_the_page_knows_the_limits_of_the_reader(repository: Path) -> None:
    pages = repository / "chainrule" / "pages"
    form_check = (pages / "form_check.js").read_text(encoding="utf-8")
    short, long = limits.MAX_CHARACTERS, limits.MAX_TRACE_CHARACTERS
    longest = f"{{ number: {short}, order: {short}, trace: {long} }}"

    assert f"LONGEST_ANSWER = {longest};" in form_check
    assert f"LARGEST_FILE_BYTES = {MAX_FILE_BYTES:_};" in (pages / "paper.js").read_text(encoding="utf-8")
