"""LaTeX formulas as MathML for a page: only elements of MathML Core, nothing that a page would run or fetch."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from chainrule.mathematics.commands import ENVIRONMENTS
from chainrule.mathematics.grammar import sound
from chainrule.mathematics.plain_latex import PRIVATE, Dialect, plain_latex
from chainrule.mathematics.readable import readable
from chainrule.mathematics.tree import BrokenFormula, Words

__all__ = ["ELEMENTS", "mathml"]

NAMESPACE = "http://www.w3.org/1998/Math/MathML"

#: The elements that a formula may consist of, with their attributes; all else is dropped or refused.
ELEMENTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "math": frozenset({"display"}),
        "mo": frozenset({"stretchy", "fence", "form", "lspace", "rspace", "movablelimits"}),
        "mi": frozenset({"mathvariant"}),
        "mspace": frozenset({"width"}),
        "mfrac": frozenset({"linethickness"}),
        "mover": frozenset({"accent"}),
        "mstyle": frozenset({"displaystyle", "scriptlevel"}),
        "mtable": frozenset({"class"}),
        **dict.fromkeys(("mrow", "mn", "mtext", "msqrt", "mroot", "msub", "msup", "msubsup"), frozenset()),
        **dict.fromkeys(("munder", "munderover", "mtr", "mtd"), frozenset()),
    }
)

_HANDS = MappingProxyType(
    {
        "bold": "BOLD", "bold-italic": "BOLD ITALIC", "italic": "ITALIC", "double-struck": "DOUBLE-STRUCK",
        "script": "SCRIPT", "sans-serif": "SANS-SERIF", "monospace": "MONOSPACE",
    }
)  # fmt: skip
_BELOW = MappingProxyType({"msub": "munder", "msup": "mover", "msubsup": "munderover"})
_LETTERS_OF_SIGNS = "∂∇∞∅\u2113"  # signs that stand for a thing and not for an operation
_BARS = "|‖"
_DOTS = "…⋯⋮⋱"
# The characters that fonts draw as operations.
_OPERATIONS = str.maketrans({"~": "\u223c", "*": "\u2217", "·": "\u22c5"})
_BRACKETS = "⌊⌋⌈⌉⟨⟩"


def _block(environment: str, rows: Sequence[Sequence[str]]) -> str:
    written = " \\\\ ".join(" & ".join(row) for row in rows)
    left, right = ENVIRONMENTS[environment]
    table = f"\\begin{{matrix}} {written} \\end{{matrix}}"
    if environment in ("cases", "aligned"):
        table = f"\\begin{{array}}{{{'rl' if environment == 'aligned' else 'll'}}} {written} \\end{{array}}"
    return f"\\left{left.replace('{', chr(92) + '{') or '.'} {table} \\right{right or '.'}"


_DIALECT = Dialect(
    put_aside=frozenset({"|", "\\|", "\\vert", "\\&", "\\%", "\\#", "\\_"}),
    block=_block,
    spaces_functions=True,
)


@lru_cache(maxsize=4096)  # a page shows the same few formulas again and again
def mathml(tex: str, *, display: bool = False) -> str:
    """The formula between two dollar signs as a `<math>` element, safe to stand in HTML; words for it in `alttext`.

    Raises: BrokenFormula, which says what to write instead.
    """
    # Reads a table of 2500 symbols when it is imported, which `chainrule --help` need not wait for.
    from latex2mathml.converter import convert

    latex, words = plain_latex(sound(tex), _DIALECT)
    root = ElementTree.fromstring(convert(latex))
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    _mend(root, words)
    _keep_core(root, tex)
    root.attrib = {"xmlns": NAMESPACE, **({"display": "block"} if display else {}), "alttext": readable(tex)}
    return ElementTree.tostring(root, encoding="unicode")


def _mend(element: Element, words: Sequence[Words]) -> None:
    """Puts right what the converter gets wrong, from the leaves to the root."""
    for child in list(element):
        _mend(child, words)
        if child.tag == "mo" and not child.text:
            element.remove(child)  # the fence of \\left. and \\right.
    if element.tag == "mtext" and element.text and ord(element.text[0]) >= PRIVATE:
        _write(element, words[ord(element.text[0]) - PRIVATE])
    elif element.tag in ("mi", "mn", "mo"):
        _mend_sign(element)
    elif element.tag in _BELOW and element[0].get("movablelimits"):
        element.tag = _BELOW[element.tag]
    elif element.tag in ("mover", "munder"):
        _mend_accent(element)
    elif element.tag == "mtable":
        _mend_table(element)
    _mend_prefixes(element)


def _write(element: Element, words: Words) -> None:
    """The words that were put aside, as the element that they are."""
    element.text, element.attrib = words.text, {}
    if words.kind in ("function", "limits"):
        element.tag, element.attrib = "mo", {"form": "prefix", "lspace": "0", "rspace": "0"}
        if words.kind == "limits":
            element.set("movablelimits", "true")
    elif words.kind == "upright" and words.text.isalpha():
        element.tag, element.attrib = "mi", {"mathvariant": "normal"} if len(words.text) == 1 else {}
    elif words.kind == "slanted":
        element.tag, element.text = "mi", _in_hand(words.text, "ITALIC")
    elif words.kind == "sign":
        element.tag = "mo"
        if words.text in _BARS:  # nobody can tell which of them opens and which closes
            element.attrib = {"lspace": "0", "rspace": "0", "stretchy": "false"}
    elif words.kind == "code":
        element.text = _in_hand(words.text, "MONOSPACE")
    element.text = element.text.replace(" ", "\u00a0")


def _mend_sign(element: Element) -> None:
    text = element.text = (element.text or "").translate(_OPERATIONS)
    hand = element.attrib.pop("mathvariant", "")
    if not text:
        return
    if hand in _HANDS:
        element.text = _in_hand(text, _HANDS[hand])
    elif text in _LETTERS_OF_SIGNS:
        element.tag, element.attrib = "mi", {} if text == "∂" else {"mathvariant": "normal"}
    elif text in _DOTS:
        element.tag, element.attrib = "mi", {"mathvariant": "normal"}
    elif element.tag == "mi" and not text.isalpha():
        element.tag = "mo"
    elif element.tag == "mi" and len(text) == 1 and "GREEK CAPITAL" in unicodedata.name(text, ""):
        element.set("mathvariant", "normal")  # LaTeX sets these upright
    if text in "∑∏":
        element.set("movablelimits", "true")
    elif text in _BRACKETS and "stretchy" not in element.attrib:
        element.set("stretchy", "false")


def _in_hand(text: str, hand: str) -> str:
    return "".join(_letter_in_hand(letter, hand) for letter in text)


def _letter_in_hand(letter: str, hand: str) -> str:
    """The character that Unicode has for a letter of mathematics in another hand."""
    if (letter, hand) == ("h", "ITALIC"):
        return "\u210e"  # Unicode had it before the others, as Planck's constant
    name = unicodedata.name(letter, "").replace("LATIN ", "").replace("GREEK ", "").replace(" LETTER", "")
    for wanted in (f"MATHEMATICAL {hand} {name}", f"{hand} {name}"):
        try:
            return unicodedata.lookup(wanted)
        except KeyError:
            continue
    return letter


def _mend_accent(element: Element) -> None:
    """A hat or a bar over a letter, a line or a brace along all that it belongs to."""
    sign = element[1]
    if sign.tag != "mo":
        return
    if element.tag == "mover":
        element.set("accent", "true")
    if sign.text == "\u2015":
        sign.text, sign.attrib = "\u00af", {"stretchy": "true"}
    else:
        sign.text = (sign.text or "").replace("\u223c", "~")
        sign.set("stretchy", "true" if sign.text == "\u23df" else "false")


def _mend_prefixes(element: Element) -> None:
    """A minus after another sign belongs to what follows it, so no blank stands between them."""
    for before, sign in zip(element, list(element)[1:], strict=False):
        opens = before.tag == "mo" and before.get("form") != "postfix" and before.text not in tuple(")]}|‖⌋⌉⟩!%")
        if sign.tag == "mo" and sign.text in tuple("\u2212+±∓") and opens:
            sign.set("form", "prefix")


def _mend_table(element: Element) -> None:
    """The alignment of columns as a class, for MathML Core has no attribute for it."""
    sides = {cell.get("columnalign", "") for cell in element.iter("mtd")} - {""}
    if sides:
        element.set("class", "aligned" if "right" in sides else "cases")


def _keep_core(root: Element, tex: str) -> None:
    """Drops every attribute that is not of MathML Core; an element that isn't is refused."""
    for element in root.iter():
        if element.tag not in ELEMENTS:
            raise BrokenFormula(f"the formula {tex!r}: it needs <{element.tag}>, which is not in MathML Core.")
        kept = ELEMENTS[element.tag]
        element.attrib = {name: value for name, value in sorted(element.attrib.items()) if name in kept}
