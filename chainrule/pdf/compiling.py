"""Typst source to PDF: only files in memory, only embedded fonts, a fixed clock, accessibility enforced."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from chainrule.errors import RefusedInput

if TYPE_CHECKING:
    import typst

__all__ = ["TooFewCodes", "ask", "compile_pdf", "own_files"]

#: The formats' own files, under the names by which documents import them.
_OWN = ("style.typ", "answers.typ", "fixed.typ")

# What the compiler says about a sign that no font has.
_NO_SIGN = re.compile(r'the text `"(.*?)"` could not be displayed')

# The same paper has the same bytes on every day.
_TIMESTAMP = 0
_STANDARD: typst.PDFStandard = "ua-1"
_MISSING = "PDFs need the extra `pdf`: pip install 'chainrule[pdf]' (in a clone: python3 run.py setup pdf)."
# A package would be fetched over the network.
_PACKAGE = re.compile(r"""["']@[\w-]+/""")
#: Where this package's own files lie: a template reads nothing else.
_ROOT = Path(__file__).parent
_TOO_FEW = "more pages than codes"  # what style.typ says


class TooFewCodes(Exception):
    """The document has more pages than it was given codes."""


def compile_pdf(source: str, extra: Mapping[str, str] | None = None) -> bytes:
    """The document as PDF/UA-1. `extra` are further files in memory by name.

    Raises: RefusedInput when the extra `pdf` is missing, or with the compiler's words when the source is refused.
    """
    compiler = _compiler(threading.get_ident())
    inputs = _project(source, extra or {})
    import typst

    try:
        made = compiler.compile(inputs, format="pdf", timestamp=_TIMESTAMP, pdf_standards=[_STANDARD])
    except typst.TypstError as cause:
        if _TOO_FEW in cause.message:
            raise TooFewCodes from cause
        raise RefusedInput(_said(cause)) from cause
    return cast(bytes, made)  # one file, since no output was named


def ask(source: str, expression: str, extra: Mapping[str, str] | None = None) -> Any:
    """What a Typst expression, such as `query(<box>).len()`, says of the document, as JSON's values.

    Raises: as `compile_pdf`.
    """
    try:
        import typst
    except ImportError as cause:
        raise RefusedInput(_MISSING) from cause
    inputs: Any = _project(source, extra or {})
    try:
        told = typst.eval(inputs, expression, root=str(_ROOT), format="json", ignore_system_fonts=True)
    except (typst.TypstError, RuntimeError) as cause:
        raise RefusedInput(_said(cause)) from cause
    return json.loads(told)


def _said(error: Exception) -> str:
    """What to tell whoever wrote the text or the template."""
    message = str(getattr(error, "message", error))
    if missing := _NO_SIGN.search(message):
        return f"the PDF's fonts have no sign for {missing[1]!r}; write it in other letters, or build without --pdf."
    return f"the PDF can't be made: {message}"


def _project(source: str, extra: Mapping[str, str]) -> bytes:
    for name, text in extra.items():
        if package := _PACKAGE.search(text):
            raise RefusedInput(f"{name}: the package {package[0][1:]}... is not at hand; a template fetches nothing.")
    texts = {**extra, "main.typ": source}
    project = {**own_files(), **{name: text.encode() for name, text in texts.items()}}
    return cast(bytes, project)  # files in memory by name, which the compiler takes and its stubs do not know of


@lru_cache(maxsize=1)
def own_files() -> dict[str, bytes]:
    """The files of this package that a document imports."""
    folder = files("chainrule.pdf")
    return {name: folder.joinpath(name).read_bytes() for name in _OWN}


@lru_cache(maxsize=8)  # a compiler keeps fonts and formulas, and serves one thread
def _compiler(thread: int) -> typst.Compiler:
    try:
        import typst
    except ImportError as cause:
        raise RefusedInput(_MISSING) from cause
    return typst.Compiler(_project("", {}), root=_ROOT, ignore_system_fonts=True)
