"""Reading a file that somebody names to a verb; what can't be read is refused by its name, with the reason."""

from __future__ import annotations

from pathlib import Path

from chainrule.errors import RefusedInput

__all__ = ["file_bytes", "file_text"]


def file_bytes(path: Path) -> bytes:
    """What is in the file; raises RefusedInput when it can't be opened."""
    try:
        return path.read_bytes()
    except OSError as cause:
        raise RefusedInput(f"{path}: can't be read ({cause.strerror}).") from cause


def file_text(path: Path) -> str:
    """The file's text, with or without a byte order mark; raises RefusedInput also when it is not UTF-8."""
    try:
        return file_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise RefusedInput(f"{path.name}: is not UTF-8 text (byte {cause.start}); save it as UTF-8.") from cause
