"""Chainrule as a wheel, made from the packages that are running: from a checkout and from an installation alike.

A wheel is a zip of the packages and a folder that describes them (PyPA's binary distribution format, version 1.0).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import chainrule
import engine
import grader
import question_templates
import submissions
from chainrule.errors import RefusedInput
from chainrule.gradescope.archive import archive

__all__ = ["chainrule_wheel"]

_PACKAGES = (engine, submissions, question_templates, grader, chainrule)
_PYTHON = ">=3.10"
_LEFT_OUT = (".pyc", ".pyo", ".orig", ".rej")
_WHEEL = "Wheel-Version: 1.0\nGenerator: chainrule\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_ENTRY_POINTS = "[console_scripts]\nchainrule = chainrule.__main__:main\n"


def chainrule_wheel() -> tuple[str, bytes]:
    """The wheel's file name and content: the same bytes for the same packages.

    Raises: RefusedInput where Chainrule is not installed, not even from a checkout: then nothing says its version.
    """
    version, needs = _installed()
    described = f"chainrule-{version}.dist-info"
    files = {
        **_package_files(),
        f"{described}/METADATA": _metadata(version, needs).encode(),
        f"{described}/WHEEL": _WHEEL.encode(),
        f"{described}/entry_points.txt": _ENTRY_POINTS.encode(),
        f"{described}/top_level.txt": "".join(f"{package.__name__}\n" for package in _PACKAGES).encode(),
    }
    files[f"{described}/RECORD"] = _record(files, f"{described}/RECORD")
    return f"chainrule-{version}-py3-none-any.whl", archive(files)


def _installed() -> tuple[str, list[str]]:
    try:
        found = metadata.distribution("chainrule")
    except metadata.PackageNotFoundError as cause:
        raise RefusedInput("Chainrule is not installed here, so it has no version; run.py installs it.") from cause
    return found.version, sorted(need for need in found.requires or () if "extra ==" not in need)


def _package_files() -> dict[str, bytes]:
    """Every file of the packages by its name in the wheel; what Python and editors leave behind is none."""
    files = {}
    for package in _PACKAGES:
        folder = Path(str(package.__file__)).parent
        for path in folder.rglob("*"):
            name = path.relative_to(folder.parent)
            is_ours = not any(part.startswith(".") or part == "__pycache__" for part in name.parts)
            if is_ours and path.suffix not in _LEFT_OUT and path.is_file():
                files[name.as_posix()] = path.read_bytes()
    return files


def _metadata(version: str, needs: list[str]) -> str:
    lines = ["Metadata-Version: 2.1", "Name: chainrule", f"Version: {version}", f"Requires-Python: {_PYTHON}"]
    return "\n".join([*lines, *(f"Requires-Dist: {need}" for need in needs)]) + "\n"


def _record(files: Mapping[str, bytes], own_name: str) -> bytes:
    """Every file with its checksum and length; of itself the list says neither."""
    rows = [f"{name},sha256={_checksum(content)},{len(content)}" for name, content in sorted(files.items())]
    return "\n".join([*rows, f"{own_name},,"]).encode() + b"\n"


def _checksum(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
