"""The only room here that touches the file system: reads what was handed in, writes files whole."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from functools import partial
from pathlib import Path
from typing import IO

from submissions.formats.reading import read_bytes
from submissions.formats.suffixes import FORM_SUFFIXES, Limit, limit_of
from submissions.submission import Refusal, Submission
from submissions.tree import Branch, Leaf, Node, Untaken, is_litter, not_opened, printable, taken

# Never follow a link, never wait for a pipe; 0 where a system has no such flag.
_OPEN_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)
_HAND_IN_ITSELF = "Hand in the file itself."


def read_file(path: Path | str) -> Submission | Refusal:
    """What one file holds; its source is the file's name. A file that cannot be opened is a Refusal, too."""
    leaf = _leaf(Path(path))
    try:
        return read_bytes(taken(leaf, limit_of(leaf.name)), source=leaf.name)
    except Untaken as reason:
        return reason.refusal(leaf.name)


def place_on_disk(path: Path) -> Node:
    """What somebody names to be read: a folder, also through a link, or whatever else as a file."""
    return _branch(path) if os.path.isdir(path) else _leaf(path)


def write_atomic(path: Path | str, data: bytes, *, mode: int = 0o666) -> None:
    """Writes a file whole or not at all; a crash leaves the old one. `mode` is lessened by the umask.

    Raises: OSError when the folder is missing or cannot be written.
    """
    path = Path(path)
    temporary = path.parent / f".{secrets.token_hex(8)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(temporary, flags, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync_folder(path.parent)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def _sync_folder(folder: Path) -> None:
    """The new name itself must survive a power cut; systems that cannot open folders do without."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _branch(path: Path) -> Branch:
    return Branch(printable(path.absolute().name), partial(_children, path))


def _children(folder: Path) -> list[Node]:
    """What lies in a folder, without litter. Links are not followed: whatever they lead to, they are files."""
    try:
        with os.scandir(folder) as entries:
            found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    except OSError as error:
        raise not_opened(error) from error
    return [_node(folder / name, is_folder) for name, is_folder in sorted(found) if not is_litter(name)]


def _node(path: Path, is_folder: bool) -> Node:
    # A folder named like a form is a slip that its owner should hear of.
    return _branch(path) if is_folder and path.suffix.lower() not in FORM_SUFFIXES else _leaf(path)


def _leaf(path: Path) -> Leaf:
    return Leaf(printable(path.name), partial(_reach, path))


def _reach(path: Path, limit: Limit) -> IO[bytes]:
    """The file, opened for reading. Raises: Untaken for all but an ordinary file within the limit."""
    try:
        _refuse_kind(os.lstat(path).st_mode)
        descriptor = os.open(path, _OPEN_FLAGS)
    except OSError as error:
        raise not_opened(error) from error
    try:
        # Asked again of the open file: the name may stand for something else by now.
        status = os.fstat(descriptor)
        _refuse_kind(status.st_mode)
        _refuse_size(status.st_size, limit)
    except Untaken:
        os.close(descriptor)
        raise
    return open(descriptor, "rb")


def _refuse_kind(mode: int) -> None:
    if stat.S_ISLNK(mode):
        raise Untaken("this is a symbolic link, which is not followed.", advice=_HAND_IN_ITSELF)
    if stat.S_ISDIR(mode):
        raise Untaken("this is a folder, not a file.", advice=_HAND_IN_ITSELF)
    if not stat.S_ISREG(mode):
        raise Untaken("this is not an ordinary file.", advice="Hand in answers.json or answers.yaml.")


def _refuse_size(n_bytes: int, limit: Limit) -> None:
    if n_bytes > limit.n_bytes:
        raise Untaken(limit.passed_by(n_bytes), advice=limit.advice)
