"""Zip files that are the same bytes for the same files, whatever the day and the machine."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Collection, Mapping

__all__ = ["archive"]

#: The first day that a zip file can say.
_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


def archive(files: Mapping[str, bytes], *, executable: Collection[str] = ()) -> bytes:
    """The files by name, sorted; those that are `executable` may be run by everybody.

    Wheels in it are stored as they are: they are zip files themselves.
    """
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DAY)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | (0o755 if name in executable else 0o644)) << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED
            zipped.writestr(entry, files[name])
    return written.getvalue()
