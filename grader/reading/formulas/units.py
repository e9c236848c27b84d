"""Units of memory as students write them: bytes, octets, KB (1000) and KiB (1024), bits."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

__all__ = ["AMBIGUOUS_UNITS", "UNIT_NOUNS", "bytes_in"]

_STEPS: Final = ("k", "m", "g", "t", "p")
_DECIMAL: Final = ("kilo", "mega", "giga", "tera", "peta")
_BINARY: Final = ("kibi", "mebi", "gibi", "tebi", "pebi")

#: Small letters for bits or bytes: Mb is a megabit to one reader and a megabyte to the next.
AMBIGUOUS_UNITS: Final = frozenset({"Kb", "Mb", "Gb", "Tb", "kbps", "Mbps"})
#: What a unit may be counted for, as in "8 bytes/float" and "4 bytes per entry".
UNIT_NOUNS: Final = frozenset(
    {"float", "floats", "entry", "entries", "element", "elements", "value", "values", "number", "numbers", "param"}
    | {"params", "parameter", "parameters", "double", "scalar", "float64", "float32", "fp64", "fp32", "elem", "item"}
    | {"activation", "weight", "zahl", "nombre", "élément", "valeur", "elemento", "eintrag", "wert"}
)


def _table() -> dict[str, Fraction]:
    one = Fraction(1)
    units = dict.fromkeys(("byte", "bytes", "octet", "octets", "octetos"), one)
    units |= dict.fromkeys(("bit", "bits"), Fraction(1, 8))
    for power, (letter, decimal, binary) in enumerate(zip(_STEPS, _DECIMAL, _BINARY, strict=True), 1):
        thousand, kibi = Fraction(1000**power), Fraction(1024**power)
        units |= dict.fromkeys((f"{letter}b", f"{letter}o", f"{letter}bytes", f"{letter}byte"), thousand)
        units |= dict.fromkeys((f"{letter}ib", f"{letter}io", f"{letter}ibytes"), kibi)
        units |= {f"{letter}bit": thousand / 8, f"{letter}ibit": kibi / 8}
        for noun in ("byte", "bytes", "octet", "octets"):
            units |= {f"{decimal}{noun}": thousand, f"{binary}{noun}": kibi}
    return units


_UNITS: Final = _table()
# "to", "go", "mo" and "po" in small letters are words.
_NEEDS_CAPITAL: Final = frozenset({"ko", "mo", "go", "to", "po", "pb"})


def bytes_in(word: str) -> Fraction | None:
    """How many bytes the unit `word` is; None where it is no unit."""
    if word in ("B", "o"):
        return Fraction(1)
    low = word.lower()
    if low in _NEEDS_CAPITAL and (word == low or word.isupper()):
        return None
    return _UNITS.get(low)
