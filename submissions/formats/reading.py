"""The one entry for untrusted bytes: decides which form a file holds, returns a Submission or a Refusal."""

import hashlib
import re

from submissions.formats.answers import submission_of
from submissions.formats.detect import decode_form
from submissions.formats.form_value import FormProblem, Value, line_and_column, shown
from submissions.formats.json_form import read_json_tree
from submissions.formats.notebook_form import read_notebook
from submissions.formats.python_form import read_python
from submissions.formats.suffixes import (
    FORM_SUFFIXES,
    NOTEBOOK_SUFFIX,
    PYTHON_SUFFIX,
    YAML_SUFFIXES,
    limit_of,
    suffix_of,
)
from submissions.formats.yaml_form import read_yaml_tree
from submissions.submission import Refusal, Submission

_PLAIN_SUFFIXES = (".txt", "")
_FORM_KEY = re.compile(r"""^["']?(?:format|paper|responses)["']?[ \t]*:""", re.MULTILINE)
_NOTEBOOK_KEY = re.compile(r'"nbformat"[ \t\n]*:')
_FORM_MARK = "chainrule-answers/"
_MARK_WITHIN = 2_000  # the format stands on the first lines, after a header comment at most
_HAND_IN = "Please hand in answers.json or answers.yaml."


def read_bytes(data: bytes, *, source: str) -> Submission | Refusal:
    """What a file of these bytes, named `source`, holds. Never raises, whatever the bytes are."""
    text = ""
    try:
        text, warnings = decode_form(data, at_most=limit_of(source))
        digest = hashlib.sha256(data).hexdigest()
        if _is_notebook(text, suffix_of(source)):
            return read_notebook(text, source=source, digest=digest, warnings=warnings)
        if suffix_of(source) == PYTHON_SUFFIX:
            return read_python(text, source=source, digest=digest, warnings=warnings)
        root, more_warnings = _read_tree(text, suffix_of(source))
        return submission_of(root, text, source=source, digest=digest, warnings=(*warnings, *more_warnings))
    except FormProblem as problem:
        line, column = (None, None) if problem.at is None else line_and_column(text, problem.at)
        return Refusal(source, problem.message, line, column, problem.advice)


def _is_notebook(text: str, suffix: str) -> bool:
    """Whether to read the text as a notebook: its name says so, or the name says nothing and its keys do.

    In JSON no text between quotes can hold a key like these: its own quotes would have backslashes.
    """
    if suffix == NOTEBOOK_SUFFIX:
        return _FORM_MARK not in text[:_MARK_WITHIN] or _NOTEBOOK_KEY.search(text) is not None
    may_be_one = suffix in (".json", *_PLAIN_SUFFIXES) and text.lstrip().startswith("{")
    return may_be_one and _NOTEBOOK_KEY.search(text) is not None


def _read_tree(text: str, suffix: str) -> tuple[Value, tuple[str, ...]]:
    _refuse_unlikely_files(text, suffix)
    opens_a_brace = text.lstrip().startswith("{")
    if suffix in YAML_SUFFIXES:
        return (_read_braces_in_yaml(text) if opens_a_brace else read_yaml_tree(text)), ()
    if opens_a_brace or (suffix == ".json" and not _FORM_KEY.search(text)):
        return read_json_tree(text), ()
    is_misnamed = suffix in (".json", NOTEBOOK_SUFFIX)
    warnings = (f"The file is named {suffix} and holds the YAML form; it was read as YAML.",) if is_misnamed else ()
    return read_yaml_tree(text), warnings


def _read_braces_in_yaml(text: str) -> Value:
    """A whole JSON form is read as JSON whatever its name: YAML's escapes differ from JSON's in corners."""
    try:
        return read_json_tree(text)
    except FormProblem:
        return read_yaml_tree(text)


def _refuse_unlikely_files(text: str, suffix: str) -> None:
    if suffix in FORM_SUFFIXES or _FORM_MARK in text[:_MARK_WITHIN]:
        return
    if suffix not in _PLAIN_SUFFIXES:
        raise FormProblem(f"a file of type {shown(suffix)} is not an answer form.", advice=_HAND_IN)
    if not (text.lstrip().startswith("{") or _FORM_KEY.search(text)):
        raise FormProblem("this text does not look like an answer form.", advice=_HAND_IN)
