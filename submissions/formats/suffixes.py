"""What a file's name says: whether it may be a form, and how large it may be."""

from pathlib import PurePosixPath
from typing import NamedTuple

from submissions.limits import MAX_FILE_BYTES, MAX_NOTEBOOK_BYTES

NOTEBOOK_SUFFIX = ".ipynb"
PYTHON_SUFFIX = ".py"
YAML_SUFFIXES = (".yaml", ".yml")
FORM_SUFFIXES = (".json", *YAML_SUFFIXES, NOTEBOOK_SUFFIX, PYTHON_SUFFIX)


class Limit(NamedTuple):
    """How large a kind of file may be, and what to do about one that is larger."""

    kind: str
    n_bytes: int
    advice: str

    def passed_by(self, n_bytes: int) -> str:
        """What is wrong with a file of so many bytes."""
        return f"the file has {n_bytes:,} bytes; {self.kind} have at most {self.n_bytes:,}."


_FORMS = Limit("forms", MAX_FILE_BYTES, "Please hand in the answers.json or answers.yaml file itself.")
_NOTEBOOKS = Limit(
    "notebooks", MAX_NOTEBOOK_BYTES, "Clear all outputs and remove pictures, save the notebook and hand it in again."
)


def suffix_of(name: str) -> str:
    """The last suffix in lower case, with its dot; "" when there is none."""
    # As pathlib says it, which takes ten times as long; a class has tens of thousands of names.
    stem, _, suffix = name.replace("\\", "/").rstrip("/").rpartition("/")[2].rpartition(".")
    return f".{suffix.lower()}" if stem and suffix else ""


def limit_of(name: str) -> Limit:
    """The limit for a file of that name; browsers save notebooks as `paper.ipynb.json` and `paper.ipynb.txt`, too."""
    if NOTEBOOK_SUFFIX not in name.lower():
        return _FORMS
    suffixes = PurePosixPath(name.replace("\\", "/")).suffixes
    return _NOTEBOOKS if NOTEBOOK_SUFFIX in map(str.lower, suffixes) else _FORMS
