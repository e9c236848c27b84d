"""Looks for what students must not learn in the files that they get: every layer of a page, form, notebook or PDF."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2

from chainrule.drawing import alt_text
from chainrule.wording import answer_text
from question_templates.answers import Answer
from question_templates.paper import Paper, field_id

#: An answer that is shorter says too little when it is found: `3`, `-16` and `A, C` stand on many a page.
_SHORTEST = 4
_AROUND_SIGNS = re.compile(r"\s*([^\w\s])\s*")
#: Attributes that hold words; others hold ids such as `field-16`, or coordinates, which are numbers like any answer.
_ATTRIBUTE = re.compile(
    r'\b(?:aria-label|aria-description|aria-valuetext|title|alt|value|placeholder|content|label|data-(?!for)\w+)="([^"]*)"'
)
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_HEX_STRING = re.compile(rb"<([0-9A-Fa-f]{4,})>")


def normal(text: str) -> str:
    """Text in which line breaks and blanks beside signs no longer matter: `z1 = 3 *2` is `z1=3*2`."""
    return _AROUND_SIGNS.sub(r"\1", re.sub(r"\s+", " ", text.replace("\ufffe", "-"))).strip()


def layers(name: str, content: bytes) -> dict[str, str]:
    """Everything that can be read out of a file, by how: its name, its bytes, and what a reader of its format gets."""
    found = {"name": name, "bytes": content.decode("latin-1")}
    if name.endswith(".pdf"):
        return found | _pdf_layers(content)
    text = content.decode("utf-8")
    found["text"] = text
    if name.endswith(".html"):
        found["words"] = unescape("\n".join([re.sub(r"<[^>]*>", "", text), *_ATTRIBUTE.findall(text)]))
    if name.endswith(".ipynb"):
        found["cells"] = "\n".join(_strings(json.loads(text)))
    return found


def _pdf_layers(content: bytes) -> dict[str, str]:
    document = pypdfium2.PdfDocument(BytesIO(content))
    streams = b"\n".join([content, *map(_inflated, _STREAM.findall(content))])
    hidden = b"\n".join([streams, *map(_from_hex, _HEX_STRING.findall(streams))])
    return {
        "words": "\n".join(page.get_textpage().get_text_range() for page in document),
        "metadata": "\n".join(document.get_metadata_dict().values()),
        # Without NUL, text in UTF-16 reads like any other; alternative texts are written so.
        "streams": hidden.replace(b"\0", b"").decode("latin-1"),
    }


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


def _from_hex(digits: bytes) -> bytes:
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode())


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from (name, *_strings(inner))
    elif isinstance(value, list):
        yield "".join(part for part in value if isinstance(part, str))
        for inner in value:
            yield from _strings(inner)


# ---- what must not be found ----


def pieces(answer: Answer) -> set[str]:
    """An answer as staff read it, and the parts that give it away: each line and value, a formula without names."""
    text = answer_text(answer)
    if text == "read by a person":
        return set()
    parts = {text, *text.splitlines(), *re.findall(r"\w+\.grad = [^,\n]+", text), text.split(" with ")[0]}
    return {normal(part) for part in parts if len(normal(part)) >= _SHORTEST}


def is_distinctive(piece: str) -> bool:
    """Whether it can be no coincidence when that stands on another paper."""
    return len(piece) >= 8 and any(sign in piece for sign in "=*(")


def shown(paper: Paper) -> str:
    """All that the paper's questions print themselves, the words for their figures included."""
    texts = [*_strings(paper.exam.to_json()), *paper.field_ids()]
    for question in (item.question for item in paper.items):
        texts += [question.title, question.body, question.listing, *question.names]
        texts += [alt_text(figure.graph) for figure in question.figures]
        for asked in question.fields:
            texts += [asked.name, asked.prompt, asked.example, asked.unit, *asked.options.values()]
    return normal("\n".join(texts))


def spellings(secret: bytes) -> set[str]:
    """Bytes as they might get into a file: raw, in hexadecimal digits, in base64."""
    coded = (base64.b64encode(secret), base64.urlsafe_b64encode(secret))
    in_letters = {code.decode().rstrip("=") for code in coded}
    return {secret.decode("latin-1"), secret.hex(), secret.hex().upper(), *in_letters}


# ---- looking ----


def holds(text: str, piece: str) -> bool:
    """Whether normal text holds the piece, and not as part of a longer word or number."""
    start = text.find(piece)
    while start >= 0:
        before, after = text[start - 1 : start], text[start + len(piece) : start + len(piece) + 1]
        if not (_goes_on(before) and _goes_on(piece[0])) and not (_goes_on(after) and _goes_on(piece[-1])):
            return True
        start = text.find(piece, start + 1)
    return False


def _goes_on(character: str) -> bool:
    return character.isalnum() or character in tuple("._")


def answers_found(name: str, content: bytes, wanted: Iterable[str]) -> dict[str, list[str]]:
    """The pieces that stand in the file, by layer; numbers count where words are read, and not among coordinates."""
    found: dict[str, list[str]] = {}
    for layer, text in layers(name, content).items():
        is_text = layer not in ("bytes", "streams") and not (layer == "text" and name.endswith(".html"))
        looked_at = normal(text)
        here = sorted(piece for piece in wanted if (is_text or is_distinctive(piece)) and holds(looked_at, piece))
        if here:
            found[layer] = here
    return found


def words_found(name: str, content: bytes, wanted: Iterable[str]) -> dict[str, list[str]]:
    """The words that stand in the file, as they are, by layer."""
    here = {layer: sorted(word for word in wanted if word in text) for layer, text in layers(name, content).items()}
    return {layer: words for layer, words in here.items() if words}


def files_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def answers_of(paper: Paper, keys: Mapping[str, Mapping[str, Answer]]) -> dict[str, set[str]]:
    """By field id, what gives its answer away."""
    return {
        field_id(item.number, name): pieces(answer)
        for item in paper.items
        for name, answer in keys[item.number].items()
    }
