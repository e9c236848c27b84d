"""Any bytes at all: encodings, suffixes, files that are something else; reading never raises."""

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from submissions import Refusal, Submission, read_bytes

YAML = "format: chainrule-answers/1\npaper: K\nresponses:\n  1.a: |-\n    é ok\n    two\n"
JSON = '{"format": "chainrule-answers/1", "paper": "K", "responses": {"1.a": "é ok\\ntwo"}}\n'


def responses(data: bytes, source: str) -> dict[str, str]:
    outcome = read_bytes(data, source=source)
    assert isinstance(outcome, Submission), str(outcome)
    return dict(outcome.responses)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
@pytest.mark.parametrize(
    ("form", "source"), [(YAML, "a.yaml"), (JSON, "a.json"), (YAML, "a.txt"), (JSON, "a.txt")]
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_every_usual_encoding_and_line_break_is_read(
    mark: bytes, encoding: str, form: str, source: str, line_break: str
) -> None:
    data = mark + form.replace("\n", line_break).encode(encoding)

    assert {"1.a": "é ok\ntwo"} == responses(data, source)


def test_windows_1252_is_read_with_a_warning() -> None:
    outcome = read_bytes(YAML.replace("ok", "“ok”").encode("cp1252"), source="a.yaml")

    assert isinstance(outcome, Submission)
    assert "é “ok”\ntwo" == outcome.responses["1.a"]
    assert (
        "The file is not UTF-8; it was read as Windows-1252. Please check letters with accents.",
    ) == outcome.warnings


def test_bytes_that_windows_1252_lacks_fall_back_to_latin_1() -> None:
    outcome = read_bytes(JSON.encode("latin-1").replace(b"ok", b"\x81"), source="a.json")

    assert isinstance(outcome, Submission)
    assert "it was read as Latin-1." in outcome.warnings[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04rest", "this seems to be a zip file or an office document, not an answer form."),
        (b"%PDF-1.7", "this seems to be a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "this seems to be a picture (PNG)"),
        (b"{\\rtf1", "this seems to be a rich text document"),
        (
            b"\xef\xbb\xbf\n<!DOCTYPE html>",
            "the exam page (HTML), not an answer form. Open it in a browser, press",
        ),
        (b"", "the file is empty. If you meant to hand in answers, please send them again."),
        (b" \r\n", "the file is empty."),
        (b"f\x00o\x00", "the file holds NUL bytes, so it is not plain text in UTF-8. Save it as plain text"),
        (codecs.BOM_UTF16_LE + b"a", "the file begins like UTF-16-LE text but is damaged."),
        (codecs.BOM_UTF16_LE + b"a\x00\x00\x00", "the file holds NUL characters, so it is not plain text."),
        (b"\x01\xff\x02", "the file does not look like text."),
        (b" " * 3_000_000, "the file has 3,000,000 bytes; forms have at most 1,000,000."),
    ],
)
def test_a_file_that_is_no_form_is_refused_kindly(data: bytes, words: str) -> None:
    assert words in str(read_bytes(data, source="answers.json"))


@pytest.mark.parametrize(
    ("form", "source"),
    [(YAML, "a"), (JSON, "A.JSON"), (JSON, "a.yaml"), (YAML, "a.YML"), (YAML, "a.docx"), (JSON, "x\\y.json")],
)
def test_content_counts_for_more_than_the_name(form: str, source: str) -> None:
    assert {"1.a": "é ok\ntwo"} == responses(form.encode(), source)


def test_yaml_in_a_json_file_is_read_with_a_warning() -> None:
    outcome = read_bytes(YAML.encode(), source="a.json")

    assert isinstance(outcome, Submission)
    assert ("The file is named .json and holds the YAML form; it was read as YAML.",) == outcome.warnings


def test_braces_in_a_yaml_file_may_be_yaml() -> None:
    assert {"1.a": "010"} == responses(b"{paper: K, responses: {1.a: 010}}", "a.yaml")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "notes.txt",
            "this text does not look like an answer form. Please hand in answers.json or answers.yaml.",
        ),
        (
            "code.c",
            'a file of type ".c" is not an answer form. Please hand in answers.json or answers.yaml.',
        ),
    ],
)
def test_unknown_files_are_refused_and_not_dropped(source: str, words: str) -> None:
    assert f"{source}: {words}" == str(read_bytes(b"hello", source=source))


@given(st.binary(), st.sampled_from(["a.json", "a.yaml", "a.txt", "a", ""]))
@example(b"{" * 20_000, "a.yaml")
@example(b"[" * 900_000, "a.yaml")
@example(b"- " * 400_000, "a.yaml")
@example(b"{" * 900_000, "a.json")
@example(b"? " * 400_000, "a.yaml")
@example(b'{"a": ' + b"9" * 100_000, "a.json")
@example(b"%YAML 1." + b"9" * 5_000, "a.yaml")
def test_reading_never_raises_on_any_bytes(data: bytes, source: str) -> None:
    assert isinstance(read_bytes(data, source=source), Submission | Refusal)


WORDS = [
    "responses",
    "format",
    "chainrule-answers/1",
    "1.a",
    "&a",
    "*a",
    "!!x",
    "\\u",
    "d800",
    "---\n",
    "...",
    "é",
]
SIGNS = [
    ": ",
    ":",
    "\n",
    "  ",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    ",",
    "|",
    ">",
    "- ",
    "? ",
    "!",
    "#",
    "\t",
    "%",
    "\r",
]
fragments = st.lists(st.sampled_from(WORDS + SIGNS), max_size=40).map("".join)


@given(fragments, st.sampled_from(["a.json", "a.yaml", "a.txt"]))
def test_reading_never_raises_on_what_looks_like_a_form(text: str, source: str) -> None:
    assert isinstance(read_bytes(text.encode(), source=source), Submission | Refusal)
