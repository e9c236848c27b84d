"""What lies in a folder or a zip, as one tree of names: nothing is opened before somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from submissions.formats.suffixes import Limit
from submissions.submission import Refusal, SubmissionsError

__all__ = ["Branch", "Leaf", "Node", "Untaken", "is_litter", "named", "not_opened", "printable", "taken"]

# What operating systems leave in folders and zip files; nobody hands these in.
_LITTER = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})

# The longest name that file systems have; a zip may hold longer ones, and messages should stay readable.
_LONGEST_NAME = 255
_KEPT_END = 30


class Untaken(SubmissionsError):
    """Why something could not be opened, and what to do about it."""

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def refusal(self, source: str) -> Refusal:
        """The same as a value, for the thing of that name."""
        return Refusal(source, self.message, advice=self.advice)


@dataclass(frozen=True)
class Leaf:
    """A file; `reach` opens it for reading or raises Untaken, also where it is larger than the limit."""

    name: str
    reach: Callable[[Limit], IO[bytes]]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Branch:
    """A folder; `children` lists it or raises Untaken."""

    name: str
    children: Callable[[], Sequence[Node]]


Node = Leaf | Branch


def taken(leaf: Leaf, limit: Limit) -> bytes:
    """The file's bytes, at most one more than the limit allows. Raises: Untaken."""
    try:
        with leaf.reach(limit) as file:
            return file.read(limit.n_bytes + 1)
    except OSError as error:
        raise not_opened(error) from error


def not_opened(error: OSError) -> Untaken:
    """What the system says, without the machine's path, which the error's full text carries."""
    reason = (error.strerror or "unknown reason").lower()
    return Untaken(f"it cannot be opened ({reason}).", advice="Check the file and its permissions.")


def is_litter(name: str) -> bool:
    """Whether an operating system or an editor left this, not a student."""
    return name.startswith(".") or name in _LITTER


def printable(name: str) -> str:
    """A file's name for messages: undecodable bytes and characters that can't be seen become question marks."""
    shown = name if name.isprintable() else "".join(char if char.isprintable() else "?" for char in name)
    if len(shown) <= _LONGEST_NAME:
        return shown
    return f"{shown[: _LONGEST_NAME - _KEPT_END - 3]}...{shown[-_KEPT_END:]}"


def named(nodes: Sequence[Node], name: str) -> Node | None:
    """The node of that name, if there is one."""
    return next((node for node in nodes if node.name == name), None)
