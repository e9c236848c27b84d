"""The manifest: versions of what built the folder, and the checksum of every file in it. It is written last."""

from __future__ import annotations

import hashlib
import json

import engine as ag
from chainrule.exam_folder import ExamFolder

__all__ = ["manifest"]

MANIFEST_FORMAT = "chainrule-exam-folder/1"


def manifest(folder: ExamFolder, exam_text: str) -> str:
    """Formats, versions and the checksum of every file that was written."""
    # What begins with a dot is a lock, or was left behind by a process that was killed.
    shown = (path for path in folder.path.rglob("[!.]*") if path.is_file() and path != folder.manifest)
    files = sorted(shown)
    stored = {
        "format": MANIFEST_FORMAT,
        "engine": ag.__version__,
        "exam": hashlib.sha256(exam_text.encode()).hexdigest(),
        "files": {
            path.relative_to(folder.path).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
        },
    }
    return json.dumps(stored, indent=1, sort_keys=True) + "\n"
