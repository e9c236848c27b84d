"""Values between two processes that do not trust each other: a JSON head and raw little-endian bits, exact types only.

Packed: 4 bytes with the length of the head, the head, then the bits of its arrays in the order in which the head names
them. A list is ["l", ...], a tuple ["t", ...], a dict ["d", [key, value], ...], an array ["a", dtype, shape], a NumPy
scalar ["s", dtype], a sparse matrix ["m", format, shape, rows, cols, values]; the rest is JSON's own.
"""

import json
import struct
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

DTYPES = frozenset({"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"})
SPARSE_FORMATS = frozenset({"csr", "csc", "coo", "lil", "dok", "bsr", "dia"})
MOST_AXES = 32
DEEPEST = 24
# Python itself refuses to print an integer of more than 4300 digits.
LONGEST_INTEGER_BITS = 8192
# Longer keys can be chosen so that all share one hash, which makes a dict of them slow; shorter ones cannot.
LONGEST_KEY_BITS = 53
# In bytes; what is read from a head takes up to twenty times as much memory.
LONGEST_HEAD = 2**20
PLAIN = (type(None), bool, float, str)
DICTS = (dict, OrderedDict, defaultdict, Counter)
LENGTH = struct.Struct("<I")
AS_JSON = json.JSONEncoder(separators=(",", ":"))


class UnsupportedValue(Exception):
    """A value of a type that does not travel; the text names the type."""


class ValueTooLarge(Exception):
    """A value that is nested too deep, or a number that is too long."""


class Malformed(Exception):
    """Bytes that no encoder of ours writes."""


@dataclass(frozen=True, eq=False)
class Sparse:
    """A sparse matrix as three arrays of equal length; entries at the same place add up.

    Shapes: rows (n_entries,), cols (n_entries,), values (n_entries,).
    """

    shape: tuple[int, int]
    rows: "np.ndarray[Any, Any]"
    cols: "np.ndarray[Any, Any]"
    values: "np.ndarray[Any, Any]"
    format: str = "csr"

    def dense(self) -> "np.ndarray[Any, Any]":
        """The same matrix written out. Shape: `shape`. Raises: IndexError if an entry lies outside."""
        whole = np.zeros(self.shape, self.values.dtype)
        np.add.at(whole, (self.rows, self.cols), self.values)
        return whole


def pack(
    value: Any, *, sparse_parts: Callable[[Any], Sparse | None] = lambda value: None, most_bytes: int = 2**40
) -> bytes:
    """A value as bytes. Raises: UnsupportedValue, ValueTooLarge.

    `sparse_parts` says what a matrix of another library holds, and None for anything else. Arrays that hold more than
    `most_bytes` together are refused before they are copied.
    """
    writer = _Writer(sparse_parts, most_bytes)
    head = AS_JSON.encode(writer.described(value, 0)).encode("ascii")
    if len(head) > LONGEST_HEAD:
        raise ValueTooLarge(f"of more than {LONGEST_HEAD} characters beside its arrays")
    return b"".join([LENGTH.pack(len(head)), head, *writer.blobs])


class _Writer:
    """Gathers the bits of one value while its head is made."""

    def __init__(self, sparse_parts: Callable[[Any], Sparse | None], most_bytes: int) -> None:
        self.sparse_parts = sparse_parts
        self.room = most_bytes
        self.blobs: list[bytes] = []

    def described(self, value: Any, depth: int) -> Any:
        """The part of the head that stands for this value."""
        kind = type(value)
        if kind in PLAIN:
            return value
        if kind is int:
            return _short_integer(value, LONGEST_INTEGER_BITS)
        if kind is np.ndarray:
            return self._array(value)
        if depth > DEEPEST:
            raise ValueTooLarge(f"nested more than {DEEPEST} deep")
        if kind is list or kind is tuple:
            return ["l" if kind is list else "t", *[self.described(part, depth + 1) for part in value]]
        if kind in DICTS:
            return ["d", *[[_key(key), self.described(part, depth + 1)] for key, part in value.items()]]
        if isinstance(value, np.generic) and kind is np.dtype(kind).type:
            return ["s", self._array(np.asarray(value))[1]]
        return self._sparse(value)

    def _sparse(self, value: Any) -> list[Any]:
        parts = value if type(value) is Sparse else self.sparse_parts(value)
        if parts is None:
            raise UnsupportedValue(type(value).__name__)
        arrays = [self._array(np.asarray(part)) for part in (parts.rows, parts.cols, parts.values)]
        return ["m", parts.format, [int(size) for size in parts.shape], *arrays]

    def _array(self, array: "np.ndarray[Any, Any]") -> list[Any]:
        name = f"{array.dtype.kind}{array.dtype.itemsize}"
        if name not in DTYPES:
            raise UnsupportedValue(f"array of {array.dtype.name}")
        self.room -= array.nbytes
        if self.room < 0:
            raise ValueTooLarge(f"of shape {array.shape}, more than this question allows")
        self.blobs.append(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())
        return ["a", name, list(array.shape)]


def _short_integer(value: int, most_bits: int) -> int:
    if value.bit_length() > most_bits:
        raise ValueTooLarge(f"with an integer of more than {most_bits} bits")
    return value


def _key(key: Any) -> str | int:
    if type(key) is str:
        return key
    if type(key) is int:
        return _short_integer(key, LONGEST_KEY_BITS)
    raise UnsupportedValue(f"dict with a key of type {type(key).__name__}")


def unpack(packed: "bytes | memoryview", *, make_sparse: Callable[[Sparse], Any] = lambda parts: parts) -> Any:
    """The value that `pack` wrote; its arrays are writable and own their memory.

    Raises: Malformed for any other bytes, whoever made them.
    """
    if len(packed) < LENGTH.size:
        raise Malformed("too short")
    (length,) = LENGTH.unpack_from(packed)
    end = LENGTH.size + length
    if length > LONGEST_HEAD or end > len(packed):
        raise Malformed("the head is too long or cut off")
    try:
        head = json.loads(bytes(packed[LENGTH.size : end]))
    except (ValueError, RecursionError) as error:
        raise Malformed("the head is not JSON") from error
    reader = _Reader(memoryview(packed)[end:], make_sparse)
    value = reader.value(head, 0)
    if reader.at != len(reader.bits):
        raise Malformed("bits that no array names")
    return value


class _Reader:
    """Takes the bits of one packed value in the order of its head."""

    def __init__(self, bits: memoryview, make_sparse: Callable[[Sparse], Any]) -> None:
        self.bits = bits
        self.at = 0
        self.make_sparse = make_sparse

    def value(self, head: Any, depth: int) -> Any:
        if type(head) is str:
            # Half a surrogate pair could not be written to any file.
            return head.encode("utf-8", "replace").decode("utf-8")
        if type(head) is int:
            return head
        if type(head) in PLAIN:
            return head
        if type(head) is not list or not head or depth > DEEPEST:
            raise Malformed("no value looks like this")
        return self._compound(head[0], head[1:], depth)

    def _compound(self, mark: Any, parts: list[Any], depth: int) -> Any:
        if mark == "l":
            return [self.value(part, depth + 1) for part in parts]
        if mark == "t":
            return tuple(self.value(part, depth + 1) for part in parts)
        if mark == "d":
            return {_read_key(pair): self.value(pair[1], depth + 1) for pair in parts}
        if mark == "a" and len(parts) == 2:
            return self._array(*parts)
        if mark == "s" and len(parts) == 1:
            return self._array(parts[0], [])[()]
        if mark == "m" and len(parts) == 5:
            return self._sparse(*parts)
        raise Malformed("no value looks like this")

    def _array(self, name: Any, shape: Any) -> "np.ndarray[Any, Any]":
        if type(name) is not str or name not in DTYPES:
            raise Malformed("no dtype looks like this")
        sizes, n_bytes = _sizes(shape), int(name[1:])
        for size in sizes:
            n_bytes *= size
        if n_bytes > len(self.bits) - self.at:
            raise Malformed("an array is cut off")
        bits = self.bits[self.at : self.at + n_bytes]
        self.at += n_bytes
        # A byte that is neither 0 nor 1 would be a boolean that equals neither.
        held = np.frombuffer(bits, "u1" if name == "b1" else f"<{name}")
        whole: np.ndarray[Any, Any] = held.reshape(sizes).astype(name)
        return whole

    def _sparse(self, layout: Any, shape: Any, *arrays: Any) -> Any:
        if type(layout) is not str or layout not in SPARSE_FORMATS:
            raise Malformed("no sparse matrix looks like this")
        sizes = _sizes(shape)
        rows, cols, values = (self.value(array, 0) for array in arrays)
        if len(sizes) != 2 or not all(type(part) is np.ndarray and part.ndim == 1 for part in (rows, cols, values)):
            raise Malformed("no sparse matrix looks like this")
        for indices, size in ((rows, sizes[0]), (cols, sizes[1])):
            if len(indices) != len(values) or indices.dtype.kind not in "iu":
                raise Malformed("indices and values differ in length or kind")
            if len(indices) and not (0 <= int(indices.min()) and int(indices.max()) < size):
                raise Malformed("an entry lies outside its matrix")
        return self.make_sparse(Sparse((sizes[0], sizes[1]), rows, cols, values, layout))


def _sizes(shape: Any) -> tuple[int, ...]:
    if type(shape) is not list or len(shape) > MOST_AXES:
        raise Malformed("no shape looks like this")
    if not all(type(size) is int and 0 <= size < 2**48 for size in shape):
        raise Malformed("no shape looks like this")
    return tuple(shape)


def _read_key(pair: Any) -> str | int:
    if type(pair) is not list or len(pair) != 2 or type(pair[0]) not in (str, int):
        raise Malformed("no key looks like this")
    key: str | int = pair[0]
    if isinstance(key, int) and key.bit_length() > LONGEST_KEY_BITS:
        raise Malformed("a key is too long")
    return key.encode("utf-8", "replace").decode("utf-8") if isinstance(key, str) else key
