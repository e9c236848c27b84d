"""The only room here that touches the file system: reads what was handed in, writes files whole."""

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from submissions.formats.reading import read_bytes
from submissions.formats.suffixes import FORM_SUFFIXES, limit_of
from submissions.submission import Refusal, Submission

# What operating systems leave in folders and zip files; nobody hands these in.
_LITTER = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
_ONE_FOLDER = "Put each student's files directly into one folder."
# Never follow a link, never wait for a pipe; 0 where a system has no such flag.
_OPEN_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


def read_file(path: Path | str) -> Submission | Refusal:
    """What one file holds; its source is the file's name. A file that cannot be opened is a Refusal, too."""
    return _read(Path(path), source=_printable(Path(path).name))


def read_folder(folder: Path | str) -> Iterator[Submission | Refusal]:
    """Everything handed in, sorted by name: files in `folder` and in its per-student folders one level down.

    Sources are names relative to `folder`. Dotfiles and litter of operating systems are passed over; anything
    else that is not a readable form is a Refusal, never left out. Symbolic links are not followed.
    """
    yield from _read_inside(Path(folder), prefix="", may_descend=True)


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


def _read_inside(folder: Path, *, prefix: str, may_descend: bool) -> Iterator[Submission | Refusal]:
    shown_folder = prefix.rstrip("/") or _printable(folder.name)
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        yield _not_opened(shown_folder, error)
        return
    kept = [name for name in names if not name.startswith(".") and name not in _LITTER]
    if not kept:
        yield Refusal(shown_folder, "the folder holds nothing that was handed in.")
    for name in kept:
        yield from _read_entry(folder / name, source=prefix + _printable(name), may_descend=may_descend)


def _read_entry(path: Path, *, source: str, may_descend: bool) -> Iterator[Submission | Refusal]:
    is_folder = path.is_dir() and not path.is_symlink()
    if not is_folder or path.suffix.lower() in FORM_SUFFIXES:
        yield _read(path, source=source)
    elif may_descend:
        yield from _read_inside(path, prefix=f"{source}/", may_descend=False)
    else:
        yield Refusal(
            source, "this is a folder inside a student's folder; it was not read.", advice=_ONE_FOLDER
        )


def _read(path: Path, *, source: str) -> Submission | Refusal:
    try:
        refused = _refused_kind(os.lstat(path).st_mode, source)
        return refused or _read_opened(path, source=source)
    except OSError as error:
        return _not_opened(source, error)


def _read_opened(path: Path, *, source: str) -> Submission | Refusal:
    with open(os.open(path, _OPEN_FLAGS), "rb") as file:
        # Asked again of the open file: the name may stand for something else by now.
        status = os.fstat(file.fileno())
        refused = _refused_kind(status.st_mode, source) or _refused_size(status.st_size, source)
        return refused or read_bytes(file.read(limit_of(source).n_bytes + 1), source=source)


def _refused_kind(mode: int, source: str) -> Refusal | None:
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISLNK(mode):
        return Refusal(
            source, "this is a symbolic link, which is not followed.", advice="Hand in the file itself."
        )
    if stat.S_ISDIR(mode):
        return Refusal(source, "this is a folder, not a file.", advice="Hand in the file itself.")
    return Refusal(source, "this is not an ordinary file.", advice="Hand in answers.json or answers.yaml.")


def _refused_size(n_bytes: int, source: str) -> Refusal | None:
    limit = limit_of(source)
    return None if n_bytes <= limit.n_bytes else Refusal(source, limit.passed_by(n_bytes), advice=limit.advice)


def _not_opened(source: str, error: OSError) -> Refusal:
    # strerror alone: the exception's full text carries the machine's path.
    reason = (error.strerror or "unknown reason").lower()
    return Refusal(source, f"it cannot be opened ({reason}).", advice="Check the file and its permissions.")


def _printable(name: str) -> str:
    """A file's name for messages: undecodable bytes and control characters become question marks."""
    return "".join(char if char.isprintable() else "?" for char in name)
