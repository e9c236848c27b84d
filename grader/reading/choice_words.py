"""The words and marks with which options are chosen, ticked, judged or set aside."""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "ALL_WORDS",
    "AROUND",
    "BOXES",
    "EMPTY",
    "JUDGED",
    "NONE_WORDS",
    "NO_WORDS",
    "OF_THEM",
    "REMARK_WORDS",
    "SECOND_THOUGHTS",
    "TICKED",
    "TURNING",
    "YES_WORDS",
]

# fmt: off
#: Words that may stand around letters without changing what is chosen.
AROUND: Final = frozenset(
    {"option", "options", "answer", "answers", "the", "is", "are", "correct", "right", "both", "and", "i", "we", "as"}
    | {"choose", "choice", "choices", "pick", "select", "selected", "my", "true", "well", "ones", "one", "letter"}
    | {"letters", "would", "go", "with", "ans", "solution", "statement", "statements", "it", "must", "be", "should"}
    | {"et", "und", "y", "best", "following", "hold", "holds", "plus", "final", "a", "an", "only", "just"}
)
REMARK_WORDS: Final = frozenset({"because", "since", "so", "due", "which", "hence", "thus"})
ALL_WORDS: Final = frozenset({"all", "every", "everything"})
NONE_WORDS: Final = frozenset({"none", "neither", "nothing"})
OF_THEM: Final = frozenset({"of", "them", "above", "these"})
YES_WORDS: Final = frozenset({"yes", "true", "correct", "right", "ticked", "checked", "selected", "\u221a"})
NO_WORDS: Final = frozenset({"no", "false", "wrong", "incorrect", "unticked", "unchecked"})
#: With one of these around, a letter may be anything but the answer.
TURNING: Final = frozenset(
    {"not", "or", "isn't", "aren't", "don't", "doesn't", "maybe", "perhaps", "probably", "except", "but", "instead"}
    | {"actually", "correction", "sorry", "wait", "wrong", "false", "incorrect", "never", "rather", "either", "unless"}
    | {"nicht", "kein", "pas", "oder", "ou", "guess", "unsure", "without", "cannot", "can't", "former", "latter", "no"}
)
#: These take a choice back even from inside the reason for it.
SECOND_THOUGHTS: Final = frozenset(
    {"actually", "correction", "sorry", "wait", "instead", "maybe", "perhaps", "probably", "unsure", "guess"}
)
# fmt: on
#: Drawn boxes and ticks in one spelling each, one character for one.
BOXES: Final = {
    **dict.fromkeys(map(ord, "\u2610\u25a1\u25a2\u2b1c\u25cb\u25ef"), "\u00b0"),
    **dict.fromkeys(map(ord, "\u2611\u2705\u2713\u2714\u2612\u25c9"), "\u221a"),
}
TICKED: Final = re.compile(r"\[\s*[xX\u221a*]\s*\]|\(\s*[xX\u221a]\s*\)|\u221a")
EMPTY: Final = re.compile(r"\[\s*\]|\(\s*\)|\u00b0")
#: One option with a word that says whether it is true: `A: yes`, `B is false`, `C - true`.
JUDGED: Final = re.compile(r"\(?([^\W_]+)\)?\s*(?:[:=.)-]|\bis\b|->|\s)\s*\(?([^\W\d_]+|\u221a)\)?\s*\.?")
