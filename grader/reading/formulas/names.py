"""The names that a formula may use, and every way in which students write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

__all__ = ["Names", "fold"]

#: The letter x between two names, as in NxPxK.
TIMES: Final = "*"
# Words shorter than this are too close to one another to be taken for a slip.
_SHORTEST_SLIP: Final = 5
_CALL: Final = re.compile(r"(\w+)\((\w+)\)")
# More names than these side by side without a blank are no product that anybody writes.
_LONGEST_PRODUCT: Final = 40


class Names:
    """The declared names of one field and those that the student defined; nothing here changes after it is made."""

    def __init__(self, declared: Iterable[str], aliases: Mapping[str, Sequence[str]], defined: Iterable[str] = ()):
        self.declared = tuple(declared)
        self.defined = tuple(defined)
        self._aliases = aliases
        self._exact: dict[str, str] = {}
        self._folded: dict[str, set[str]] = {}
        for name in (*self.declared, *self.defined):
            for spelling in (name, *aliases.get(name, ()), *_call_spellings(name)):
                self._exact.setdefault(spelling, name)
                self._folded.setdefault(fold(spelling), set()).add(name)
        self._exact.update((name, name) for name in (*self.declared, *self.defined))
        # In a product C_in is Cin, though a whole word such as n_s is not n*s.
        self._factors = {
            **{f"{name[0]}_{name[1:]}": name for name in self._exact.values() if len(name) > 1},
            **self._exact,
        }
        self._longest = max(map(len, self._exact), default=0)

    def with_defined(self, defined: Iterable[str]) -> Names:
        """The same names and some that the student defines."""
        fresh = [name for name in defined if name not in self._exact]
        return Names(self.declared, self._aliases, (*self.defined, *fresh)) if fresh else self

    def find(self, word: str) -> str | None:
        """The name that a word is, by its exact spelling or else by one without case and underscores."""
        exact = self._exact.get(word)
        if exact is not None:
            return exact
        folded = self._folded.get(fold(word))
        return next(iter(folded)) if folded and len(folded) == 1 else None

    def is_exact(self, word: str) -> bool:
        """Whether a word is spelled just as a name or alias is."""
        return word in self._exact

    def product(self, word: str) -> list[str] | None:
        """`NPCinK` as N, P, Cin, K and `NxP` as N, *, P, when there is exactly one way to cut it; None otherwise."""
        if len(word) > _LONGEST_PRODUCT:
            return None
        return _only_cut(word, self._factors, self._longest + 1) or self._folded_product(word)

    def _folded_product(self, word: str) -> list[str] | None:
        if "_" in word or not (word.islower() or word.isupper()):
            return None
        single = {folded: next(iter(names)) for folded, names in self._folded.items() if len(names) == 1}
        return _only_cut(word.lower(), single, self._longest)

    def near(self, word: str) -> str | None:
        """The one declared name that a word misses by a single slip or abbreviates part by part; None otherwise."""
        found = {name for spelling, name in self._exact.items() if _abbreviates(word, spelling)}
        if not found:
            found = {name for spelling, name in self._exact.items() if _is_slip(word, spelling)}
        return next(iter(found)) if len(found) == 1 else None


def fold(name: str) -> str:
    """A name without case, underscores and blanks."""
    return name.casefold().replace("_", "").replace(" ", "")


def _call_spellings(name: str) -> list[str]:
    """`len(checkpoints)` is also |checkpoints|, #checkpoints, num_checkpoints and n_checkpoints."""
    call = _CALL.fullmatch(name)
    if call is None or call[1] != "len":
        return []
    return [f"|{call[2]}|", f"#{call[2]}", f"num_{call[2]}", f"n_{call[2]}", f"number_of_{call[2]}"]


def _only_cut(word: str, names: Mapping[str, str], longest: int) -> list[str] | None:
    """The one way to cut a word into names; an x between two of them is a times sign."""
    size = len(word)
    ways = [0] * (size + 1)
    ways[size] = 1
    first: list[tuple[int, str] | None] = [None] * (size + 1)
    for start in range(size - 1, -1, -1):
        for end in range(start + 1, min(size, start + longest) + 1):
            name = names.get(word[start:end])
            if name is not None and ways[end]:
                ways[start] += ways[end]
                first[start] = (end, name)
        if word[start] in "xX" and 0 < start < size - 1 and word[start] not in names and ways[start + 1]:
            ways[start] += ways[start + 1]
            first[start] = (start + 1, TIMES)
    if ways[0] != 1:
        return None
    parts: list[str] = []
    at = 0
    while (step := first[at]) is not None:
        at, part = step
        parts.append(part)
    return parts if parts and parts[0] != TIMES and "**" not in "".join(parts) else None


def _abbreviates(word: str, name: str) -> bool:
    """`n_s` for n_samples: as many parts, each the beginning of the other's."""
    parts, whole = word.split("_"), name.split("_")
    if len(parts) < 2 or len(parts) != len(whole):
        return False
    return all(part and full.lower().startswith(part.lower()) for part, full in zip(parts, whole, strict=True))


def _is_slip(word: str, name: str) -> bool:
    """Two letters exchanged, one too many or too few, or a wrong one that is not the first."""
    left, right = fold(word), fold(name)
    if min(len(left), len(right)) < _SHORTEST_SLIP or abs(len(left) - len(right)) > 1 or left[0] != right[0]:
        return False
    if len(left) == len(right):
        wrong = [place for place, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
        if len(wrong) == 1:
            return left[wrong[0]].isalpha() and right[wrong[0]].isalpha()
        return (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and left[wrong[0]] == right[wrong[1]]
            and (left[wrong[1]] == right[wrong[0]])
        )
    shorter, longer = sorted((left, right), key=len)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
