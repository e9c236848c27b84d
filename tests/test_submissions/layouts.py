"""Folders and zips for the tests of collecting, laid out as people and platforms lay them out."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from submissions import Refusal, collect, read_handed_in, write_json_form

FORM = write_json_form("K7QF-2MXP", {"1.order": "x"})

Layout = Mapping[str, str | bytes]
LayOut = Callable[[Path, Layout], Path]


def in_folder(place: Path, files: Layout) -> Path:
    """The files in a folder below `place`."""
    folder = place / "handed in"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def in_zip(place: Path, files: Layout) -> Path:
    """The same files in a zip."""
    path = place / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def zip_bytes(place: Path, files: Layout) -> bytes:
    """A zip of these files, to lie among other files."""
    path = in_zip(place, files)
    content = path.read_bytes()
    path.unlink()
    return content


def below(path: Path, source: str) -> str:
    """A source without the name of the zip that was given."""
    return source.removeprefix(f"{path.name}/") if path.is_file() else source


def senders(place: Path) -> dict[str, tuple[tuple[str, str, str], ...]]:
    """Source -> (id, name, email) of each sender."""
    return {
        below(place, handed.source): tuple((one.id, one.name, one.email) for one in handed.senders)
        for handed in collect(place)
    }


def told(place: Path) -> list[str]:
    """A line for each thing handed in: that it was read, or why it was not."""
    read = [read_handed_in(handed) for handed in collect(place)]
    return [str(one) if isinstance(one, Refusal) else f"{one.source} read" for one in read]


def warnings(place: Path) -> dict[str, tuple[str, ...]]:
    """Source -> what is odd about where it lay."""
    return {below(place, handed.source): handed.warnings for handed in collect(place) if handed.warnings}
