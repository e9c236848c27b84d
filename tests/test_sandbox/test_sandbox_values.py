"""What travels between the judge and a student's process arrives bit by bit; what nobody's encoder wrote is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grader.sandbox.confined.values import Malformed, Sparse, UnsupportedValue, ValueTooLarge, pack, unpack

DTYPES = st.one_of(
    arrays.boolean_dtypes(),
    arrays.integer_dtypes(endianness="?"),
    arrays.unsigned_integer_dtypes(endianness="?"),
    arrays.floating_dtypes(endianness="?", sizes=(16, 32, 64)),
)
ARRAYS = arrays.arrays(DTYPES, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, ARRAYS)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(TEXTS | st.integers(-(2**53) + 1, 2**53 - 1), inner)
    ),
    max_leaves=5,
)


def same(left, right) -> bool:
    """Whether two values are of the same types and hold the same bits."""
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray | np.generic):
        bits = left.astype(left.dtype.newbyteorder("<")).tobytes() == right.tobytes()
        return left.dtype.newbyteorder("=") == right.dtype and left.shape == right.shape and bits
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return [*left] == [*right] and all(same(left[key], right[key]) for key in left)
    return repr(left) == repr(right)


@given(VALUES)
def test_every_value_arrives_as_it_was(value):
    assert same(value, unpack(pack(value)))


@given(ARRAYS)
def test_an_array_arrives_however_it_lay_in_memory(array):
    turned = array.T[::-1] if array.ndim else array

    assert same(turned, unpack(pack(turned)))


@given(st.one_of(VALUES.map(pack), st.binary()), st.data())
def test_forged_bytes_are_a_value_or_refused(packed, data):
    at = data.draw(st.integers(0, max(0, len(packed) - 1)))
    forged = packed[:at] + data.draw(st.binary(max_size=4)) + packed[at + data.draw(st.integers(0, 4)) :]

    try:
        value = unpack(forged)
    except Malformed:
        return
    assert isinstance(value, bool | int | float | str | list | tuple | dict | np.ndarray | np.generic | Sparse | None)


@pytest.mark.parametrize(
    "head",
    [
        '["a","f8",[1099511627776]]',
        '["a","f8",[-1]]',
        '["a","f8",[1.0]]',
        '["a","f8",[true]]',
        '["a","O8",[1]]',
        '["a","f16",[1]]',
        '["a","f8"]',
        '["a",["f8"],[]]',
        '["a","f8",[' + "1," * 40 + "1]]",
        '["s","f8"]',
        '["x",1]',
        "[]",
        "{}",
        '["d",["a"]]',
        '["d",[1.5,2]]',
        '["d",[9007199254740992,2]]',
        '"' + "x" * 2**20 + '"',
        "[" * 100_000,
        "1" * 5000,
        '["m","csr",[2,2],1,2,3]',
        '["m","evil",[2,2],["a","i8",[0]],["a","i8",[0]],["a","f8",[0]]]',
        '["m","csr",[2],["a","i8",[0]],["a","i8",[0]],["a","f8",[0]]]',
        '["m","csr",[2,2],["a","f8",[0]],["a","i8",[0]],["a","f8",[0]]]',
    ],
)
def test_a_head_that_no_encoder_writes_is_refused(head):
    with pytest.raises(Malformed):
        unpack(len(head).to_bytes(4, "little") + head.encode())


@pytest.mark.parametrize(("row", "col"), [(2, 0), (0, 3), (-1, 0)])
def test_a_sparse_entry_outside_its_matrix_is_refused(row, col):
    forged = pack(Sparse((2, 3), np.array([row]), np.array([col]), np.array([1.0])))

    with pytest.raises(Malformed, match="outside"):
        unpack(forged)


def test_a_forged_boolean_is_a_boolean():
    packed = pack(np.array([False, True]))

    assert [True, True] == unpack(packed[:-2] + b"\x02\xff").tolist()


def test_entries_of_a_sparse_matrix_add_up():
    matrix = Sparse((2, 2), np.array([0, 0, 1]), np.array([1, 1, 0]), np.array([1.0, 2.0, 4.0]))

    assert [[0.0, 3.0], [4.0, 0.0]] == unpack(pack(matrix)).dense().tolist()


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (object(), "object"),
        ({1, 2}, "set"),
        (1j, "complex"),
        (b"x", "bytes"),
        (np.array(["x"]), "array of str"),
        (np.array([1j]), "array of complex128"),
        (np.longdouble(1), "array of"),
        ({(1, 2): 3}, "dict with a key of type tuple"),
        (np.ma.masked_array([1.0]), "MaskedArray"),
    ],
)
def test_what_does_not_travel_is_named(value, name):
    with pytest.raises(UnsupportedValue, match=name):
        pack(value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1 << 10_000, "8192 bits"),
        ({1 << 53: 0}, "53 bits"),
        (["x" * 2**20], "1048576 characters"),
        (np.broadcast_to(1.0, (10**7, 10**7)), r"shape \(10000000, 10000000\)"),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_copied(value, words):
    with pytest.raises(ValueTooLarge, match=words):
        pack(value)


def test_a_value_nested_without_end_is_too_large():
    endless: list[object] = []
    endless.append(endless)

    with pytest.raises(ValueTooLarge, match="24 deep"):
        pack(endless)
