"""Zips, read member by member and never unpacked: names are labels, sizes are counted and not believed.

A zip that somebody hands in is a stranger's: how much it may hold grows with its own size, so that a small file can't
stand for a huge one. A zip that staff hands over holds a class and may be large.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO, cast

from submissions.collecting.labels import label_of
from submissions.formats.suffixes import Limit
from submissions.limits import MAX_FOLDERS_DEEP, MAX_MEMBER_BYTES, MAX_ZIP_LIST_BYTES
from submissions.tree import Branch, Leaf, Node, Untaken, is_litter

__all__ = ["CLASS_ZIP", "STUDENT_ZIP", "Allowance", "ZipSpent", "opened_zip"]

# Whatever the library raises on bytes that are no proper zip; a struct.error is a header that is cut off.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OverflowError, RuntimeError, struct.error)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What comes out of the others can't be bounded while they unpack.
_OTHER_METHODS = {9: "deflate64", 12: "bzip2", 14: "lzma", 93: "zstandard", 95: "xz", 98: "ppmd"}
_CHUNK = 1_000_000
_IS_LOCKED = 0x1
_IS_UTF8 = 0x800

_AGAIN = "Make the zip again, or hand in the file itself."
_ITSELF = "Hand in the file itself."


@dataclass(frozen=True)
class Allowance:
    """How large a zip may be, how many entries it may have, how many bytes come out, and how many files may fail."""

    file: Limit
    n_members: int
    n_bytes: int
    ratio: int
    n_failures: int

    def total(self, zip_bytes: int) -> int:
        """How many bytes may come out of a zip of that size; a few forms may be blank and shrink to nothing."""
        return min(self.n_bytes, zip_bytes * self.ratio + 20_000_000)


# A student's zip holds a form and perhaps a notebook with its pictures; text shrinks to a tenth, rarely a fiftieth.
STUDENT_ZIP = Allowance(
    Limit(
        "zips of students", MAX_MEMBER_BYTES, "Hand in the file itself; a zip of a class is graded by naming the zip."
    ),
    n_members=1_000,
    n_bytes=200_000_000,
    ratio=100,
    n_failures=10,
)

# 20,000 notebooks. The ratio is that of the most empty text there is: one student's bomb must not cost the class.
CLASS_ZIP = Allowance(
    Limit("zips", 20_000_000_000, "Unpack it and name the folder."),
    n_members=50_000,
    n_bytes=20_000_000_000,
    ratio=1_100,
    n_failures=50_000,
)


class ZipSpent(Untaken):
    """So much came out of a zip that the rest of it is not read."""


@contextmanager
def opened_zip(leaf: Leaf, allowance: Allowance) -> Iterator[Branch]:
    """What is in a zip, as a tree that can be read while the zip is open. Raises: Untaken, also while it is read."""
    with leaf.reach(allowance.file) as file:
        n_bytes = file.seek(0, io.SEEK_END)
        with _directory(cast(IO[bytes], _Bounded(file))) as archive:
            members = _members(archive, allowance)
            budget = _Budget(allowance.total(n_bytes), allowance.n_failures)
            yield Branch(leaf.name, partial(_children, archive, members, budget))


@contextmanager
def _directory(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        raise Untaken(
            "this is not a zip, or it is damaged or cut off.", advice="Make it or download it again."
        ) from error
    except OSError as error:
        raise Untaken("it cannot be read.", advice="Check the file and the disk.") from error
    with archive:
        yield archive


class _Bounded:
    """A file that hands out no more at once than an honest list of contents needs: a zip states its length itself."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, n_bytes: int = -1) -> bytes:
        if n_bytes > MAX_ZIP_LIST_BYTES:
            raise Untaken("its list of contents is too long.", advice="Unpack the zip and name the folder.")
        return self._file.read(n_bytes if n_bytes >= 0 else MAX_ZIP_LIST_BYTES)


class _Budget:
    """How many bytes may still come out of a zip, and how many of its files may still turn out to be unreadable."""

    def __init__(self, n_bytes: int, n_failures: int) -> None:
        self._bytes, self._failures = n_bytes, n_failures

    def spend(self, n_bytes: int) -> None:
        self._bytes -= n_bytes
        if self._bytes < 0:
            raise ZipSpent(
                "so much comes out of this zip that this file and what follows in it were not read.", advice=_ITSELF
            )

    def fail(self) -> None:
        self._failures -= 1
        if self._failures < 0:
            raise ZipSpent(
                "so many files of this zip can't be read that this one and what follows were not tried.", advice=_AGAIN
            )


@dataclass(frozen=True)
class _Member:
    """An entry of a zip under its harmless label, and why it can't be read, if it can't."""

    info: zipfile.ZipInfo
    parts: tuple[str, ...]
    warnings: tuple[str, ...]
    untaken: Untaken | None


def _members(archive: zipfile.ZipFile, allowance: Allowance) -> list[_Member]:
    """Every entry that is a file, litter left out. Raises: Untaken when there are too many."""
    infos = archive.infolist()
    if len(infos) > allowance.n_members:
        raise Untaken(
            f"the zip has {len(infos):,} entries; at most {allowance.n_members:,} are read.",
            advice=allowance.file.advice,
        )
    times = Counter(info.filename for info in infos)
    # Of a name that stands twice, programs unpack now the one and now the other; it is told once.
    once = {info.filename: info for info in infos}.values()
    members = [_member(info, times[info.filename]) for info in once if not info.is_dir() or info.file_size]
    return [member for member in members if not any(is_litter(part) for part in member.parts)]


def _member(info: zipfile.ZipInfo, n_times: int) -> _Member:
    parts, warnings = label_of(info.filename, is_utf8=bool(info.flag_bits & _IS_UTF8))
    if len(parts) > MAX_FOLDERS_DEEP:
        too_deep = Untaken(f"it lies more than {MAX_FOLDERS_DEEP} folders deep.", advice=_ITSELF)
        return _Member(info, (*parts[: MAX_FOLDERS_DEEP - 1], parts[-1]), warnings, too_deep)
    return _Member(info, parts, warnings, _untaken(info, n_times))


def _untaken(info: zipfile.ZipInfo, n_times: int) -> Untaken | None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if n_times > 1:
        twice = f"this name stands {n_times} times in the zip, and nothing tells which file is meant."
        return Untaken(twice, advice=_AGAIN)
    if kind == stat.S_IFLNK:
        return Untaken("this is a symbolic link, which is not followed.", advice=_ITSELF)
    if info.is_dir() or kind not in (0, stat.S_IFREG):
        return Untaken("this is not an ordinary file.", advice=_ITSELF)
    if info.flag_bits & _IS_LOCKED:
        return Untaken("it is locked with a password.", advice="Make the zip without one, or hand in the file itself.")
    if info.compress_type not in _METHODS:
        method = _OTHER_METHODS.get(info.compress_type, f"number {info.compress_type}")
        return Untaken(f"it is compressed by a method that is not read ({method}).", advice=_AGAIN)
    return None


def _children(archive: zipfile.ZipFile, members: Iterable[_Member], budget: _Budget, depth: int = 0) -> Sequence[Node]:
    leaves: list[Node] = []
    below: dict[str, list[_Member]] = {}
    for member in members:
        if len(member.parts) == depth + 1:
            reach = partial(_reach, archive, member, budget)
            leaves.append(Leaf(member.parts[depth], reach, member.warnings))
        else:
            below.setdefault(member.parts[depth], []).append(member)
    folders = [Branch(name, partial(_children, archive, inside, budget, depth + 1)) for name, inside in below.items()]
    return [*leaves, *folders]


def _reach(archive: zipfile.ZipFile, member: _Member, budget: _Budget, limit: Limit) -> IO[bytes]:
    budget.spend(0)
    try:
        content = _content(archive, member, limit._replace(n_bytes=min(limit.n_bytes, MAX_MEMBER_BYTES)))
    except Untaken:
        budget.fail()
        raise
    budget.spend(len(content))
    return io.BytesIO(content)


def _content(archive: zipfile.ZipFile, member: _Member, limit: Limit) -> bytes:
    if member.untaken:
        raise member.untaken
    try:
        with archive.open(member.info) as file:
            content = b"".join(_chunks(file, limit.n_bytes + 1))
    except _BROKEN as error:
        raise Untaken("it is damaged or cut off in the zip.", advice=_AGAIN) from error
    if len(content) > limit.n_bytes:
        raise Untaken(f"the file is longer than {limit.n_bytes:,} bytes; {limit.kind} are not.", advice=limit.advice)
    return content


def _chunks(file: IO[bytes], at_most: int) -> Iterator[bytes]:
    """The file's first bytes, little by little: what is asked for at once is also what a broken zip may use up."""
    while at_most > 0 and (chunk := file.read(min(at_most, _CHUNK))):
        at_most -= len(chunk)
        yield chunk
