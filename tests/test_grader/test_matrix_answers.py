"""Vectors and matrices: the tables of examples, every notation of random ones, and laws of entries and texts."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import judge
from grader.reading import Unreadable
from grader.reading.matrix import MatrixReading, read_matrix
from question_templates.answers.errors import BrokenAnswer
from question_templates.answers.matrices import Matrix, Vector
from tests.test_grader.sound_verdicts import HOSTILE, assert_sound

SQUARE = Matrix([[1, 2], [3, 4]])
FRAGMENTS = (
    *(
        "1",
        "2",
        "-3",
        "0.5",
        "1/3",
        "exp(-1)",
        "e",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "[[",
        "]]",
        ",",
        ";",
        "\n",
        " ",
        "\t",
    ),
    *("&", "\\\\", "\\begin{pmatrix}", "\\end{pmatrix}", "\\frac{1}{2}", "^T", ".T", "*", "-", "=", "W", "is", "row"),
    *("|", ".", "np.array(", "and", "not", "\u00bd", "000", "\u23a1", "column"),
)


@pytest.mark.parametrize(
    ("text", "layout", "read_as"),
    [
        ("1 2 3", "list", "(1, 2, 3)"),
        ("[1 2 3]^T", "column", "[[1], [2], [3]]"),
        (r"[1, 2]^{\top}", "column", "[[1], [2]]"),
        ("(1, 2)\u22a4", "column", "[[1], [2]]"),
        ("[[1, 2], [3, 4]].T", "table", "[[1, 3], [2, 4]]"),
        ("[1 -2; - 3 4]", "table", "[[1, -2], [-3, 4]]"),
        ("{{1, 2}, {3, 4}}", "table", "[[1, 2], [3, 4]]"),
        ("\u23a11 2\u23a4\n\u23a33 4\u23a6", "table", "[[1, 2], [3, 4]]"),
        ("torch.tensor([[1, 2]], dtype=torch.float32)", "row", "[[1, 2]]"),
        ("1, 2, 3 (row vector)", "row", "[[1, 2, 3]]"),
        ("W = X Y = [[1, 2], [3, 4]]", "table", "[[1, 2], [3, 4]]"),
        (r"\frac{1}{3}\begin{pmatrix} 1 & 2 \\ 2 & 1 \end{pmatrix}", "table", "[[1/3, 2/3], [2/3, 1/3]]"),
        ("½ ¼", "list", "(1/2, 1/4)"),
        ("(1+2)/3, 2*(1 - 3)", "list", "(1, -4)"),
        ("[(1), (2)]", "list", "(1, 2)"),
        ("10%, 1e-3", "list", "(1/10, 0.001)"),
        ("[[1, 2], [3, 4]] because each row sums up", "table", "[[1, 2], [3, 4]]"),
        ("the rows are (1, 2) and (3, 4)", "table", "[[1, 2], [3, 4]]"),
    ],
)
def test_entries_are_read_in_their_places(text: str, layout: str, read_as: str) -> None:
    reading = read_matrix(text)

    assert isinstance(reading, MatrixReading), reading
    assert (layout, read_as) == (reading.layout, reading.read_as)


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ("", 0, "nothing to read here yet"),
        ("[]", 1, "no number between the brackets"),
        ("1,,2", 2, "no entry between two commas"),
        ("[1, x]", 4, 'We read "x" among the entries'),
        ("[1, 2 3]", 4, 'In the entry "2 3"'),
        ("2(1,2)", 0, "with a list inside"),
        ("[1, 2,\n3, 4]", 1, "which of the commas"),
        ("1,000, 2,000", 0, "which of the commas"),
        ("[1,000]", 3, "thousands without a comma"),
        ("[[1, 2], [3, [4]]]", 10, "could not tell the rows"),
        ("[[1, 2], [3, 4]]/3", 16, 'We read "/3" behind the entries'),
        ("[[1, 2], [3, 4]] transposed", 17, 'We read "transposed"'),
        ("not [1, 2]", 0, 'We read "not"'),
        ("[1, 2] = [2, 1]", 7, "what stands on its sides"),
        ("2 * (1, 2), (3, 4)", 4, "a factor before several brackets"),
        ("[1..3]", 1, 'In the entry "1..3"'),
        ("|-3|", 0, 'In the entry "|-3|"'),
        ("row vector [[1], [2]]", 0, "written as a column"),
        (r"\begin{pmatrix} 1 & 2", 0, "found no \\end"),
        (", ".join(["exp(1)"] * 101), 0, "more powers and functions than we compute"),
        (", ".join(["1"] * 257), 0, "at most 256 entries"),
        ("1+" * 150 + "1, 2", 0, "at most 200 characters in one entry"),
    ],
)
def test_what_may_mean_two_things_is_refused_with_a_sentence(text: str, position: int, part: str) -> None:
    reading = read_matrix(text)

    assert isinstance(reading, Unreadable), reading
    assert (position, True) == (reading.position, part in reading.reason)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_hostile_text_is_refused(text: str) -> None:
    assert isinstance(read_matrix(text), Unreadable)


@pytest.mark.parametrize(
    ("kind", "answer", "text", "reason"),
    [
        ("matrix", SQUARE, "[[1, 2], [3, 5]]", "Entry (2, 2) is not right."),
        ("matrix", SQUARE, "[[1, 0], [0, 4]]", "Entries (1, 2) and (2, 1) are not right."),
        ("matrix", SQUARE, "[[0, 0], [0, 0]]", "Entries (1, 1), (1, 2), (2, 1) and 1 more are not right."),
        (
            "matrix",
            SQUARE,
            "[[1, 3], [2, 4]]",
            "Your matrix is the transpose of the one asked for: rows and columns have changed places. "
            "Entries (1, 2) and (2, 1) are not right.",
        ),
        (
            "matrix",
            Matrix([[1, 2]]),
            "[[1], [2]]",
            "We read 2 rows and 1 column, and the matrix asked for has another shape. "
            "Your matrix is the transpose of it: rows and columns have changed places.",
        ),
        (
            "vector",
            Vector([1, 2]),
            "1, 2, 3",
            "We read a list of 3 numbers, and the vector asked for has another shape.",
        ),
        ("vector", Vector([1, 2]), "2, 2", "Entry 1 is not right."),
        (
            "vector",
            Vector([1, 2], orientation="row"),
            "[[1], [2]]",
            "We read a column vector, and a row vector is asked for.",
        ),
    ],
)
def test_the_reason_names_the_place_and_not_the_number(kind: str, answer, text: str, reason: str) -> None:
    assert reason == judge(answer, text).reason


@pytest.mark.parametrize(
    ("make", "part"),
    [
        (lambda: Vector([]), "there is no entry"),
        (lambda: Matrix([]), "there is no entry"),
        (lambda: Matrix([[]]), "there is no entry"),
        (lambda: Matrix([[1, 2], [3]]), r"rows have lengths \[1, 2\]"),
    ],
)
def test_an_answer_without_a_shape_is_refused_when_it_is_made(make, part: str) -> None:
    with pytest.raises(BrokenAnswer, match=part):
        make()


# Laws.

ENTRIES = st.fractions(min_value=-99, max_value=99, max_denominator=12)
TABLES = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.lists(ENTRIES, min_size=n, max_size=n), min_size=2, max_size=4)
)


def latex(rows_: list[list[Fraction]]) -> str:
    def entry(x: Fraction) -> str:
        sign = "-" if x < 0 else ""
        return str(x) if x.denominator == 1 else rf"{sign}\frac{{{abs(x.numerator)}}}{{{x.denominator}}}"

    lines = r" \\ ".join(" & ".join(map(entry, row)) for row in rows_)
    return rf"\begin{{bmatrix}} {lines} \end{{bmatrix}}"


def lines_of(rows_: list[list[Fraction]], separator: str, end: str) -> str:
    return end.join(separator.join(map(str, row)) for row in rows_)


NOTATIONS = {
    "lists": lambda m: f"[{lines_of(m, ', ', '],[').join('[]')}]",
    "tuples": lambda m: f"(({lines_of(m, ', ', '), (')}))",
    "MATLAB": lambda m: f"[{lines_of(m, ' ', '; ')}]",
    "lines": lambda m: lines_of(m, " ", "\n"),
    "lines with tabs": lambda m: lines_of(m, "\t", "\n"),
    "LaTeX": latex,
    "NumPy": lambda m: f"A = np.array([[{lines_of(m, ', ', '], [')}]])",
    "groups": lambda m: f"[{lines_of(m, ' ', ']; [')}]",
}


@given(TABLES, st.sampled_from(sorted(NOTATIONS)))
def test_notation_does_not_change_a_matrix(table, notation) -> None:
    verdict = judge(Matrix(table), NOTATIONS[notation](table))

    assert "right" == verdict.outcome, (verdict, NOTATIONS[notation](table))


@given(TABLES, st.data())
def test_every_wrong_entry_takes_its_part_of_the_share(table, data) -> None:
    cells = [(i, j) for i, row in enumerate(table) for j in range(len(row))]
    changed = data.draw(st.lists(st.sampled_from(cells), unique=True))
    written = [[x + 1 if (i, j) in changed else x for j, x in enumerate(row)] for i, row in enumerate(table)]
    verdict = judge(Matrix(table), NOTATIONS["lists"](written))

    assert 1 - Fraction(len(changed), len(cells)) == verdict.share
    assert all(f"({i + 1}, {j + 1})" in verdict.reason for i, j in sorted(changed)[:3])


@given(st.lists(ENTRIES, min_size=1, max_size=5), st.data())
def test_points_never_rise_when_a_right_entry_of_a_vector_becomes_a_wrong_one(vector, data) -> None:
    written = [x + data.draw(st.sampled_from([0, 1])) for x in vector]
    place = data.draw(st.integers(0, len(vector) - 1))
    worse = [*written[:place], vector[place] + 2, *written[place + 1 :]]

    before, after = (judge(Vector(vector), ", ".join(map(str, text))) for text in (written, worse))

    assert after.share <= before.share


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join), st.sampled_from(["vector", "matrix"]))
def test_any_heap_of_words_and_signs_gets_a_sound_verdict(text: str, kind: str) -> None:
    assert_sound(judge(SQUARE if kind == "matrix" else Vector([1, 2]), text))


@given(st.text(max_size=200), st.sampled_from(["vector", "matrix"]))
def test_any_text_gets_a_sound_verdict(text: str, kind: str) -> None:
    assert_sound(judge(SQUARE if kind == "matrix" else Vector([1, 2]), text))
