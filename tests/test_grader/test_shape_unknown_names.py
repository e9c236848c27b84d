"""An axis that is a word nobody knows: it is said, and never left away with the remarks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.reading.formulas.formula import ShapeReading, read_shape
from grader.reading.formulas.names import Names
from grader.reading.order import read_order
from grader.reading.schedule import read_schedule
from grader.reading.unreadable import Unreadable

NAMES = Names(["B", "N", "P", "K"], {})


@pytest.mark.parametrize(
    "text",
    [
        *("(B, Qqq)", "(B,Qqq)", "(Qqq, B)", "(B, Qqq, 3)", "(B; Qqq)", "((B, Qqq))", "(B, Qqq, )", "(B Qqq, N)"),
        *("[B, Qqq]", "[B, Qqq, 3]", "torch.Size([B, Qqq])", "{B, Qqq}", "(B x Qqq)", "R^(B x Qqq)"),
        *("B, Qqq", "Qqq, B", "B, Qqq, 3", "B; Qqq", "N, P and Qqq", "N and Qqq", "B x Qqq", "Qqq x B", "B × Qqq"),
        *("shape = (B, Qqq)", "The shape is (B, N, Qqq) because we merge heads.", "(B, 2*Qqq)", "(B, floor(Qqq, 2))"),
    ],
)
def test_an_axis_of_an_unknown_name_is_said_with_its_name(text: str) -> None:
    reading = read_shape(text, NAMES)

    assert isinstance(reading, Unreadable)
    assert 'the name "Qqq"' in reading.reason


def test_several_words_in_the_place_of_an_axis_are_said_together() -> None:
    reading = read_shape("(B, batch size)", NAMES)

    assert isinstance(reading, Unreadable)
    assert 'the name "batch size"' in reading.reason


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("(N, P), each row a patch", "(N, P)"),
        ("N, P, because each patch is a row", "(N, P)"),
        ("(N, P), contiguous", "(N, P)"),
        ("(B samples, N features)", "(B, N)"),
        ("(B (batch), N (positions))", "(B, N)"),
        ("N x P (rows, columns)", "(N, P)"),
        ("N x P (batch, N)", "(N, P)"),
        ("(batch, positions) = (B, N)", "(B, N)"),
        ("The shape is B, N and P.", "(B, N, P)"),
        ("(B, Qqq) where Qqq = 3*N", "(B, Qqq)"),
        ("784 columns, 128 rows", "(128, 784)"),
    ],
)
def test_remarks_are_still_set_aside_and_defined_names_read(text: str, read_as: str) -> None:
    reading = read_shape(text, NAMES)

    assert isinstance(reading, ShapeReading)
    assert read_as == reading.read_as


def test_a_word_in_the_place_of_a_layer_is_said() -> None:
    readings = [read_schedule(text, layers=9) for text in ("3, 5, Qqq", "3, Qqq, 5", "layers 3, 5 and Qqq")]

    assert [True, True, True] == [isinstance(one, Unreadable) and '"qqq"' in one.reason for one in readings]


def test_one_unknown_word_on_the_last_line_of_an_order_is_said() -> None:
    readings = [read_order(text, names={"z1": "z1", "z2": "z2"}) for text in ("z1\nz2\nQqq", "z1, z2; Qqq")]

    assert [True, True] == [isinstance(one, Unreadable) and '"Qqq"' in one.reason for one in readings]


@given(
    axes=st.lists(st.sampled_from(["B", "N", "P", "3", "2*K"]), min_size=1, max_size=4),
    place=st.integers(0, 4),
    word=st.sampled_from(["Qqq", "hidden", "batch", "heads", "None", "tokens", "wxyz"]),
    brackets=st.sampled_from([("(", ")"), ("[", "]"), ("{", "}")]),
)
def test_a_list_with_a_word_for_an_axis_is_never_read_with_fewer_axes(
    axes: list[str], place: int, word: str, brackets: tuple[str, str]
) -> None:
    axes.insert(min(place, len(axes)), word)
    opening, closing = brackets

    assert isinstance(read_shape(f"{opening}{', '.join(axes)}{closing}", NAMES), Unreadable)
