"""Messages between the two sides: a length of eight bytes, then that many bytes.

A message is a JSON head, and the parts whose lengths it says.
"""

import json
import os
import struct
from collections.abc import Sequence
from typing import Any

LENGTH = struct.Struct("<Q")
HEAD_LENGTH = struct.Struct("<I")
# What a batch begins with: wall seconds and the most bytes of all answers.
BATCH = struct.Struct("<dQ")
# How a batch ended, behind its answers: wait status, processor seconds, whether the wall clock ended it.
END = struct.Struct("<id?")
# In characters.
LONGEST_PRINT = 2000
LONGEST_MESSAGE = 300
AS_JSON = json.JSONEncoder(separators=(",", ":"))


class BrokenMessage(Exception):
    """Bytes that are no whole message."""


def write_all(descriptor: int, content: bytes | memoryview) -> None:
    """Write every byte, however small the pipe. Raises: OSError."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest[: 1 << 20]) :]


def read_exactly(descriptor: int, n_bytes: int) -> bytes:
    """The next bytes of a pipe. Raises: BrokenMessage when it ends before."""
    pieces = []
    while n_bytes:
        piece = os.read(descriptor, min(n_bytes, 1 << 20))
        if not piece:
            raise BrokenMessage("the pipe ended")
        pieces.append(piece)
        n_bytes -= len(piece)
    return b"".join(pieces)


def read_frame(descriptor: int) -> bytes:
    """One message from a pipe. Raises: BrokenMessage."""
    return read_exactly(descriptor, LENGTH.unpack(read_exactly(descriptor, LENGTH.size))[0])


def frame(head: dict[str, Any], parts: Sequence[bytes] = ()) -> bytes:
    """A message; the head gains the lengths of its parts."""
    written = AS_JSON.encode({**head, "parts": [len(part) for part in parts]}).encode("ascii")
    n_bytes = HEAD_LENGTH.size + len(written) + sum(map(len, parts))
    return b"".join([LENGTH.pack(n_bytes), HEAD_LENGTH.pack(len(written)), written, *parts])


def opened(message: memoryview) -> tuple[dict[str, Any], list[memoryview]]:
    """Head and parts of a message without its length. Raises: BrokenMessage for what `frame` never writes."""
    if len(message) < HEAD_LENGTH.size:
        raise BrokenMessage("too short")
    end = HEAD_LENGTH.size + HEAD_LENGTH.unpack_from(message)[0]
    try:
        head = json.loads(bytes(message[HEAD_LENGTH.size : end]))
    except (ValueError, RecursionError) as error:
        raise BrokenMessage("the head is not JSON") from error
    lengths = head.get("parts") if type(head) is dict else None
    if type(lengths) is not list or not all(type(length) is int and length >= 0 for length in lengths):
        raise BrokenMessage("the head does not say its parts")
    if end + sum(lengths) != len(message):
        raise BrokenMessage("the parts do not fill the message")
    parts = []
    for length in lengths:
        parts.append(message[end : end + length])
        end += length
    return head, parts
