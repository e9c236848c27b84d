"""From a name in a zip to a label that can stand in a message: nothing is ever written to a disk under such a name."""

from __future__ import annotations

import re
from typing import NamedTuple

from submissions.formats.form_value import shown
from submissions.tree import printable

__all__ = ["Label", "label_of"]

_DRIVE = re.compile(r"[A-Za-z]:")
_NAMELESS = "a file without a name"


class Label(NamedTuple):
    """The folders and the name; `warnings` says where the zip's own name leads out of its folder."""

    parts: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def label_of(name: str, *, is_utf8: bool) -> Label:
    """The label of a member; `is_utf8` says whether the zip promises that its names are UTF-8."""
    written = name if is_utf8 else _as_utf8(name)
    path = written.replace("\\", "/")
    inside = _DRIVE.sub("", path, count=1) if _DRIVE.match(path) else path
    parts = [part for part in inside.split("/") if part not in ("", ".")]
    kept = tuple(printable(part) for part in parts if part != "..") or (_NAMELESS,)
    leads_out = inside != path or inside.startswith("/") or ".." in parts
    return Label(kept, (_leads_out(written),) if leads_out else ())


def _as_utf8(name: str) -> str:
    """The name as its writer meant it: most programs write UTF-8, and some of them forget to say so."""
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _leads_out(name: str) -> str:
    return f"The zip calls this file {shown(name)}, which leads out of its folder; it was read, and nothing unpacked."
