"""What a formula says in an output, as bare characters and bones; Typst's own MathML is the second witness."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

import pytest

from chainrule.mathematics import readable, typst_math

typst: Any = pytest.importorskip("typst", reason="needs typst (extra `pdf`)")

# The same sign at another code point, and accents, which stand beside their letter in one and on it in the other.
_SAME = str.maketrans(
    {"⋅": "·", "∼": None, "∗": "*", "⟹": "⇒", "⟺": "⇔", "→": None, "^": None, "~": None, "¯": None}
)
# What plain text writes with letters.
_WRITTEN = str.maketrans({"∑": "Σ", "∏": "Π", "\u22a4": "T"})
_BONES = {
    **dict.fromkeys(("msub", "munder"), "below"),
    **dict.fromkeys(("msup",), "above"),
    **dict.fromkeys(("msubsup", "munderover"), "both"),
    **{tag: tag for tag in ("mfrac", "msqrt", "mroot", "mtr", "mtd")},
}


def compiled(formulas: Iterable[str]) -> list[str]:
    """The MathML that Typst makes of its own source for each formula, all in one document."""
    source = "\n\n".join(map(typst_math, formulas))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Typst says that its HTML is an experiment; as a witness it will do
        page: Any = typst.compile({"main": source.encode()}, format="html", ignore_system_fonts=True)
    return re.findall(r"<math.*?</math>", page.decode(), re.DOTALL)


def characters(math: str) -> str:
    """The text of a MathML element without blanks, whatever the hand of its letters."""
    text = "".join(ElementTree.fromstring(math.replace("&nbsp;", " ")).itertext())
    return bare(text)


def bare(text: str) -> str:
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text.translate(_SAME)))
    return re.sub(r"[\s\u0300-\u036f\u20d0-\u20ff\u2061-\u2064\ufe00]", "", plain).translate(_SAME)


def bones(math: str) -> list[str]:
    """Fractions, roots, scripts, and cells, in the order in which they begin."""
    elements = ElementTree.fromstring(math.replace("&nbsp;", " ")).iter()
    tags = [element.tag.rpartition("}")[2] for element in elements]
    return [_BONES[tag] for tag in tags if tag in _BONES]


def letters(text: str) -> list[str]:
    """All letters and digits, sorted: scripts and roots stand in another order in plain text."""
    return sorted(character for character in bare(text).translate(_WRITTEN) if character.isalnum())


def words(tex: str) -> list[str]:
    """The letters and digits of the plain text, without the word that stands for a binomial's brackets."""
    return letters(readable(tex).replace(" choose ", " ")) if "\\binom" in tex else letters(readable(tex))
