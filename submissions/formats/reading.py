"""The one entry for untrusted bytes: decides which form a file holds, returns a Submission or a Refusal."""

import hashlib
import re
from pathlib import PurePosixPath

from submissions.formats.answers import submission_of
from submissions.formats.detect import decode_form
from submissions.formats.form_value import FormProblem, Value, line_and_column, shown
from submissions.formats.json_form import read_json_tree
from submissions.formats.yaml_form import read_yaml_tree
from submissions.submission import Refusal, Submission

YAML_SUFFIXES = (".yaml", ".yml")
FORM_SUFFIXES = (".json", *YAML_SUFFIXES)
_PLAIN_SUFFIXES = (".txt", "")
_FORM_KEY = re.compile(r"""^["']?(?:format|paper|responses)["']?[ \t]*:""", re.MULTILINE)
_FORM_MARK = "chainrule-answers/"
_MARK_WITHIN = 2_000  # the format stands on the first lines, after a header comment at most
_HAND_IN = "Please hand in answers.json or answers.yaml."


def read_bytes(data: bytes, *, source: str) -> Submission | Refusal:
    """What a file of these bytes, named `source`, holds. Never raises, whatever the bytes are."""
    text = ""
    try:
        text, warnings = decode_form(data)
        root, more_warnings = _read_tree(text, _suffix(source))
        digest = hashlib.sha256(data).hexdigest()
        return submission_of(root, text, source=source, digest=digest, warnings=(*warnings, *more_warnings))
    except FormProblem as problem:
        line, column = (None, None) if problem.at is None else line_and_column(text, problem.at)
        return Refusal(source, problem.message, line, column, problem.advice)


def _suffix(source: str) -> str:
    return PurePosixPath(source.replace("\\", "/")).suffix.lower()


def _read_tree(text: str, suffix: str) -> tuple[Value, tuple[str, ...]]:
    _refuse_unlikely_files(text, suffix)
    opens_a_brace = text.lstrip().startswith("{")
    if suffix in YAML_SUFFIXES:
        return (_read_braces_in_yaml(text) if opens_a_brace else read_yaml_tree(text)), ()
    if opens_a_brace or (suffix == ".json" and not _FORM_KEY.search(text)):
        return read_json_tree(text), ()
    warnings = (
        ("The file is named .json and holds the YAML form; it was read as YAML.",)
        if suffix == ".json"
        else ()
    )
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
