"""The words that mean something in an answer, and the names of the question's listing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Final, NamedTuple

__all__ = [
    "ANSWER_WORDS",
    "APPROXIMATE_WORDS",
    "CODE_WORDS",
    "COUNTED_WORDS",
    "FILLERS",
    "FUNCTIONS",
    "GRADIENT_WORDS",
    "HEDGES",
    "JOINTS",
    "NUMBER_WORDS",
    "RELATION_WORDS",
    "SIGN_WORDS",
    "SIZE_WORDS",
    "UNCERTAIN_WORDS",
    "VALUE_WORDS",
    "VULGAR_FRACTIONS",
    "Quantity",
    "Vocabulary",
]

# fmt: off
FUNCTIONS: Final = frozenset({"exp", "log", "ln", "sqrt", "tanh", "sigmoid", "relu"})
RELATION_WORDS: Final = frozenset(
    {"is", "are", "equals", "equal", "becomes", "gives", "yields", "est", "vaut", "ist", "es", "vale"}
)
APPROXIMATE_WORDS: Final = frozenset(
    {"about", "approximately", "approx", "roughly", "circa", "ca", "environ", "around"}
)
# Words between "is" and the number that change nothing.
FILLERS: Final = frozenset(
    {"equal", "to", "now", "then", "exactly", "just", "also", "simply", "both", "thus", "hence", "therefore"}
    | {"again"}
)
JOINTS: Final = frozenset({"and", "while", "et", "und", "whereas"})
_ENGLISH_NUMBERS: Final = {
    word: str(number)
    for number, word in enumerate(
        (
            *("zero", "one", "two", "three", "four", "five", "six"),
            *("seven", "eight", "nine", "ten", "eleven", "twelve"),
        )
    )
}
# A word that is an English word too ("once", "an") is none of them.
NUMBER_WORDS: Final = _ENGLISH_NUMBERS | {
    word: str(number)
    for number, words in {
        1: ("un", "eins", "uno", "une"), 2: ("deux", "zwei", "dos"), 3: ("trois", "drei", "tres"),
        4: ("quatre", "vier", "cuatro"), 5: ("cinq", "f\u00fcnf", "cinco"), 6: ("sechs", "seis"),
        7: ("sept", "sieben", "siete"), 8: ("huit", "acht", "ocho"), 9: ("neuf", "neun", "nueve"),
        10: ("dix", "zehn", "diez"), 11: ("onze", "elf"), 12: ("douze", "zw\u00f6lf", "doce"),
    }.items()
    for word in words
}
SIGN_WORDS: Final = {"times": "*", "plus": "+", "minus": "-", "negative": "-", "over": "/", "percent": "%"}
GRADIENT_WORDS: Final = frozenset({"grad", "gradient", "grads"})
VALUE_WORDS: Final = frozenset({"value", "val"})
# A number after one of these counts or numbers something; it is not the answer.
COUNTED_WORDS: Final = frozenset(
    {"iteration", "iterations", "iter", "step", "steps", "problem", "question", "part", "section", "item"}
    | {"line", "node", "nodes", "exercise", "equation", "eq", "no", "number", "page"}
)
# The number after one of these is what the student claims, whatever numbers came before.
ANSWER_WORDS: Final = frozenset(
    {"answer", "total", "final", "finally", "result", "altogether", "together", "overall", "ans"}
)
# With one of these around, a number may be anything but the answer.
UNCERTAIN_WORDS: Final = frozenset(
    {"not", "isn't", "aren't", "doesn't", "don't", "wasn't", "can't", "never", "neither", "nor", "or", "either"}
    | {"between", "least", "most", "less", "more", "fewer", "greater", "smaller", "larger", "bigger", "than"}
    | {"except", "unless", "half", "twice", "double", "doubled", "thrice", "triple", "third", "quarter"}
    | {"squared", "cubed", "hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion"}
    | {"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty"}
    | {"forty", "fifty", "sixty", "seventy", "eighty", "ninety", "dozen", "divided", "multiplied",
       "inverse", "each", "per", "apiece", "every"}
    | {"reciprocal", "root", "square", "maybe", "wrong", "unknown", "divide", "undefined"}
    | {"negative", "minus", "plus", "opposite", "negated", "flipped", "times", "moins"}
    | {"cannot", "cant", "won't", "wont", "ain't", "couldn't", "shouldn't", "incorrect", "false", "anything", "but"}
    | {"up", "above", "below", "under", "over", "almost", "nearly", "close", "hex", "hexadecimal", "binary", "pct"}
    | {"nicht", "kein", "keine", "keiner", "falsch", "pas", "faux", "ne", "sauf", "falso", "oder", "ou"}
    | {"prozent", "cent", "ciento", "millionen", "mio", "milliarden", "mrd", "tausend", "tsd", "mil", "mille"}
    | {"millones"}
    | {"gflops", "mflops", "tflops", "kflops", "halbe", "demi", "medio", "and-a-half"}
    | {"instead", "actually", "correction", "corrected", "sorry", "wait", "rather", "vs", "versus", "perhaps", "if"}
)
# Directly before a number, one of these takes it back or puts it beside another one.
HEDGES: Final = frozenset(
    {"or", "not", "no", "nor", "never", "neither", "either", "maybe", "perhaps", "possibly", "probably", "vs", "versus"}
    | {"rather", "instead", "actually", "correction", "sorry", "wait", "isn't", "aren't", "wasn't", "doesn't", "can't"}
    | {"otherwise", "alternatively", "wrong", "unknown", "except", "unless", "cannot", "won't", "ain't", "incorrect"}
    | {"false", "nicht", "kein", "keine", "falsch", "pas", "faux", "oder", "ou", "if"}
)
# Behind a number, one of these makes another one of it.
SIZE_WORDS: Final = frozenset(
    {"twice", "thrice", "double", "doubled", "doubles", "triple", "tripled", "times", "x2", "x3", "x4", "x5", "half"}
    | {"halved", "squared", "cubed", "negative", "minus", "plus", "negated", "opposite", "hundred"}
    | {"thousand", "million", "percent", "per", "apiece", "inverse", "reciprocal", "divided", "multiplied", "more"}
    | {"less", "flipped", "k"}
)
# Program text that no answer to a question about numbers holds.
CODE_WORDS: Final = frozenset(
    {"import", "lambda", "exec", "eval", "def", "class", "getattr", "setattr", "globals", "locals", "open"}
    | {"compile", "system", "subprocess", "script", "select", "insert", "drop", "union", "javascript", "print"}
    | {"nan", "inf", "infinity", "none", "null", "true", "false", "yield", "await", "async", "raise"}
)
# fmt: on
VULGAR_FRACTIONS: Final = {
    character: Fraction(above, below)
    for character, above, below in (
        ("\u00bc", 1, 4),
        ("\u00bd", 1, 2),
        ("\u00be", 3, 4),
        ("\u2150", 1, 7),
        ("\u2151", 1, 9),
        ("\u2152", 1, 10),
        ("\u2153", 1, 3),
        ("\u2154", 2, 3),
        ("\u2155", 1, 5),
        ("\u2156", 2, 5),
        ("\u2157", 3, 5),
        ("\u2158", 4, 5),
        ("\u2159", 1, 6),
        ("\u215a", 5, 6),
        ("\u215b", 1, 8),
        ("\u215c", 3, 8),
        ("\u215d", 5, 8),
        ("\u215e", 7, 8),
    )
}  # fmt: skip

_GRADIENT_NAME: Final = re.compile(r"(?:grad_?(?P<after>\w+)|(?P<before>\w+?)_?grad|d(?P<short>\w+))", re.I)
_VALUE_NAME: Final = re.compile(r"(?:(?P<before>\w+?)_?value|value_(?P<after>\w+))", re.I)
_LAST_NUMBER: Final = re.compile(r"(\d+)\D*$")


class Quantity(NamedTuple):
    """What a left side names: kind "grad", "value" or "" for a bare node; node None when it is not ours."""

    kind: str
    node: str | None
    written: str


class Vocabulary:
    """The names of one question; nothing here changes after it is made."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self._folded: dict[str, set[str]] = {}
        for name, label in names.items():
            self._folded.setdefault(_fold(name), set()).add(label)

    def node(self, name: str) -> str | None:
        """The label of the node called `name`; case and underscores don't matter where nothing else fits."""
        label = self.names.get(name)
        if label is not None:
            return label
        near = self._folded.get(_fold(name))
        return next(iter(near)) if near and len(near) == 1 else None

    def quantity_in_one_word(self, word: str) -> Quantity | None:
        """`z2_grad`, `grad_z2`, `dz2` or `z2_value`, where no node is called so."""
        low = word.lower()
        if low[0] != "d" and "grad" not in low and "value" not in low:
            return None  # nearly every word of prose; the patterns below cost more
        for kind, pattern in (("grad", _GRADIENT_NAME), ("value", _VALUE_NAME)):
            match = pattern.fullmatch(word)
            name = next((group for group in match.groups() if group), "") if match else ""
            label = self.node(name.strip("_")) if name else None
            if label is not None:
                return Quantity(kind, label, word)
        return None

    def is_output(self, label: str) -> bool:
        """Whether no other label has a higher number: the output is the last node that a listing makes."""
        return label == self._last_label

    @cached_property
    def _last_label(self) -> str:
        return max(sorted(set(self.names.values())), key=_number_of, default="")

    def listed(self) -> str:
        """The names that the listing prints, for a message; those of nodes that a student has to find stay untold."""
        known = set(self.names) | set(self.names.values())
        printed = {name for name in known if not re.fullmatch(r"n\d+", name)}
        shown = sorted(printed, key=lambda name: (_number_of(name), name))
        return ", ".join(shown[:40]) + (", ..." if len(shown) > 40 else "")


def _fold(name: str) -> str:
    return name.casefold().replace("_", "")


def _number_of(label: str) -> int:
    match = _LAST_NUMBER.search(label)
    return int(match.group(1)) if match and len(match.group(1)) < 10 else -1
