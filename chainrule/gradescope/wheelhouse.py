"""The pinned packages that grading needs besides Chainrule, and their wheels for a set-up without a network."""

from __future__ import annotations

import re
from pathlib import Path

from chainrule.errors import RefusedInput
from chainrule.reading_files import file_bytes

__all__ = ["DOWNLOAD", "read_requirements", "read_wheelhouse"]

#: What Gradescope's image runs, and what fills a folder with wheels for it.
_OLDEST = "3.10"
DOWNLOAD = "pip download --only-binary :all: --python-version 3.10 --platform manylinux2014_x86_64"

_PIN = re.compile(r"([a-z0-9-]+)==([0-9.]+)(?: ; python_full_version (<|==|>=) '([0-9.*]+)')?")
_WHEEL = re.compile(r"([A-Za-z0-9_.]+)-([0-9][A-Za-z0-9_.]*)(?:-[0-9]\w*)?-(\w+(?:\.\w+)*)-(\w+(?:\.\w+)*)-(.+)\.whl")
_TAGS = ("cp310", "py3", "py310")


def read_requirements() -> str:
    """The pins, one a line, for every Python from 3.10 on; they are those of constraints.txt."""
    return (Path(__file__).parent / "requirements.txt").read_text(encoding="ascii")


def read_wheelhouse(folder: Path) -> dict[str, bytes]:
    """The wheels that Gradescope's Python needs, by file name; others in the folder are passed over.

    Raises: RefusedInput when the folder lacks one of them, with the command that fetches it.
    """
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as cause:
        raise RefusedInput(f"{folder}: can't be read ({cause.strerror}).") from cause
    pins = _pins()
    chosen = {pin: next((name for name in names if _is_wheel_of(name, *pin)), "") for pin in pins}
    if missing := [f"{name}=={version}" for (name, version), found in chosen.items() if not found]:
        wanted = " ".join(f"{name}=={version}" for name, version in pins)
        raise RefusedInput(
            f"{folder}: holds no wheel of {', '.join(missing)} for Python {_OLDEST} on Linux (x86-64). "
            f"Fetch them with\n  {DOWNLOAD} -d {folder} {wanted}"
        )
    return {name: file_bytes(folder / name) for name in chosen.values()}


def _pins() -> list[tuple[str, str]]:
    """Names and versions for Python 3.10: lines without a condition, and those for Pythons before 3.11."""
    found = [_PIN.fullmatch(line) for line in read_requirements().splitlines()]
    return [(pin[1], pin[2]) for pin in found if pin and pin[3] in (None, "<")]


def _is_wheel_of(file: str, name: str, version: str) -> bool:
    """Whether a file is a wheel of that version for the oldest Python and Linux."""
    wheel = _WHEEL.fullmatch(file)
    if not wheel or (wheel[1].lower().replace("_", "-"), wheel[2]) != (name, version):
        return False
    platforms = wheel[5].split(".")
    fits_machine = wheel[5] == "any" or any("linux" in one and one.endswith("x86_64") for one in platforms)
    fits_glibc = not any(one.startswith("musllinux") for one in platforms)
    return fits_machine and fits_glibc and any(tag in _TAGS for tag in wheel[3].split("."))
