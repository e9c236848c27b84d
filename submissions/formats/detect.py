"""From bytes to text: file size, file kinds that are not forms, character encodings, line breaks."""

import codecs
import re

from submissions.formats.form_value import FormProblem
from submissions.formats.suffixes import Limit

_HAND_IN = "Please hand in the answers.json or answers.yaml file itself."
_HTML = "Open it in a browser, press the download button and hand in the answers.json file."

# First bytes -> what the file seems to be. Order matters only where one row is a prefix of another.
_NOT_FORMS: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "a zip file or an office document", _HAND_IN),
    (b"PK\x05\x06", "an empty zip file", _HAND_IN),
    (b"%PDF", "a PDF document", _HAND_IN),
    (b"\x89PNG", "a picture (PNG)", _HAND_IN),
    (b"\xff\xd8\xff", "a picture (JPEG)", _HAND_IN),
    (b"GIF8", "a picture (GIF)", _HAND_IN),
    (b"\xd0\xcf\x11\xe0", "an old office document", _HAND_IN),
    (b"{\\rtf", "a rich text document", "Save it as plain text and hand in that file."),
    (b"\x1f\x8b", "a compressed file (gzip)", _HAND_IN),
    (b"7z\xbc\xaf", "a compressed file (7z)", _HAND_IN),
    (b"Rar!", "a compressed file (RAR)", _HAND_IN),
    (b"\x7fELF", "a program", _HAND_IN),
    (b"SQLite format 3", "a database", _HAND_IN),
    (b"<!doctype html", "the exam page (HTML)", _HTML),
    (b"<html", "the exam page (HTML)", _HTML),
    (b"<?xml", "an XML document", _HAND_IN),
)

# The longer marks first: UTF-32's little-endian mark begins with UTF-16's.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_SAVE_AS_UTF8 = "Save it as plain text in UTF-8 and hand in that file."
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")


def decode_form(data: bytes, *, at_most: Limit) -> tuple[str, tuple[str, ...]]:
    """The text of a form, line breaks as LF, and warnings.

    Raises: FormProblem for files too large, empty, or not text.
    """
    if len(data) > at_most.n_bytes:
        raise FormProblem(at_most.passed_by(len(data)), advice=at_most.advice)
    _refuse_other_kinds(data)
    text, warnings = _decode(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise FormProblem(
            "the file is empty.", advice="If you meant to hand in answers, please send them again."
        )
    return text, warnings


def _refuse_other_kinds(data: bytes) -> None:
    head = data.removeprefix(codecs.BOM_UTF8).lstrip()[:20]
    for first_bytes, kind, advice in _NOT_FORMS:
        if head.startswith(first_bytes) or head.lower().startswith(first_bytes):
            raise FormProblem(f"this seems to be {kind}, not an answer form.", advice=advice)


def _decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], encoding), ()
    if b"\x00" in data:
        raise FormProblem("the file holds NUL bytes, so it is not plain text in UTF-8.", advice=_SAVE_AS_UTF8)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        return _decode_western(data)


def _decode_marked(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FormProblem(
            f"the file begins like {encoding.upper()} text but is damaged.", advice=_SAVE_AS_UTF8
        ) from error
    if "\x00" in text:
        raise FormProblem("the file holds NUL characters, so it is not plain text.", advice=_SAVE_AS_UTF8)
    return text


def _decode_western(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Editors on older Windows write cp1252; five bytes are unassigned there, and Latin-1 has all 256."""
    try:
        text, name = data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        text, name = data.decode("latin-1"), "Latin-1"
    if _CONTROLS.search(text):
        raise FormProblem("the file does not look like text.", advice=_SAVE_AS_UTF8)
    return text, (f"The file is not UTF-8; it was read as {name}. Please check letters with accents.",)
