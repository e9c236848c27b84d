"""Reads a set of checkpoints: layers by number, in any kind of list and with the usual words around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from grader.reading.limits import is_blank, screen
from grader.reading.number import located
from grader.reading.unreadable import Refusal, Unreadable, refusal, shortened

__all__ = ["ScheduleReading", "read_schedule"]

MAX_SCHEDULE_CHARACTERS: Final = 2_000
# The longest number of a layer; longer ones are no layers of any question.
MAX_LAYER_DIGITS: Final = 6
MAX_SCHEDULE_TOKENS: Final = 500

_ADVICE: Final = "please write the numbers of the layers, as in {2, 5}"
# fmt: off
_AROUND: Final = frozenset(
    {"checkpoint", "checkpoints", "ckpt", "ckpts", "layer", "layers", "activation", "activations", "act", "at", "and"}
    | {"the", "a", "an", "after", "output", "outputs", "of", "set", "kept", "keep", "store", "stored", "save", "saved"}
    | {"place", "placed", "put", "is", "are", "be", "i", "we", "choose", "use", "my", "our", "answer", "schedule"}
    | {"best", "optimal", "tensor", "tensors", "number", "numbers", "index", "indices", "these", "this", "should", "in"}
    | {"both", "then", "any", "needed", "required", "necessary", "to", "on", "from", "solution", "it", "et", "und", "y"}
)
_NONE: Final = frozenset({"none", "no", "nothing", "empty", "without"})
_ALL: Final = frozenset({"all", "every", "everything", "each"})
#: Words that begin a remark, whatever it says.
_BECAUSE: Final = ("because", "since", "so", "as", "which", "giving", "for", "with", "here", "due", "hence", "thus")
_COUNTED: Final = ("checkpoint", "checkpoints", "ckpts", "layer", "layers", "activations", "tensors")
_NUMBER_WORDS: Final = {
    word: number for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"))
}
#: What a remark behind the list may be about; then its numbers are no layers.
_MEASURED: Final = frozenset(
    {"peak", "memory", "recompute", "recomputed", "recomputes", "recomputation", "recomputations", "operations", "ops"}
    | {"bytes", "total", "cost", "costs", "limit", "matmuls", "held", "budget"}
)
#: With one of these anywhere, the list may be anything but the answer.
_TURNING: Final = frozenset(
    {"not", "or", "except", "but", "instead", "wrong", "maybe", "perhaps", "also", "too", "add", "adding", "plus"}
    | {"another", "further", "extra", "additionally", "actually", "rather", "sorry", "correction", "never", "unless"}
    | {"don't", "isn't", "can't", "doesn't", "aren't", "nicht", "pas", "oder", "ou", "remove", "without", "before"}
)
# fmt: on
_TOKEN: Final = re.compile(
    r"""
    (?P<space>(?:[ \t\r\u00a0\u202f\u2009$`'"]|\\left\b|\\right\b|\\[,;!:\ ]|\\q?quad\b)+)
  | (?P<range>\d+\s*(?:-|\.\.+|:|~)\s*\d+|\.\.+|\d+\.\d+|[-+*/%^<>]\s*\d+)
  | (?P<layer>(?:layers?|activation|act|checkpoint|[la])_?\{?(?P<index>\d+)\}?(?![\w.]))
  | (?P<number>\d+(?![\w]))
  | (?P<word>[^\W\d_]+(?:'[^\W\d_]+)?)
  | (?P<open>\\?[(\[{])
  | (?P<close>\\?[)\]}])
  | (?P<sign>[,&=:;\n.\u2022|])
  | (?P<other>.)
    """,
    re.VERBOSE,
)


class _Token(NamedTuple):
    kind: str  # number, word, open, close, sign, range or other
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class ScheduleReading:
    """The layers whose activations are kept, by the question's own numbers and in their order."""

    checkpoints: tuple[int, ...]
    read_as: str


def read_schedule(text: str, *, layers: int, first_layer: int = 0) -> ScheduleReading | Unreadable:
    """The checkpoints in `text`; the question has `layers` layers, and its first one has the number `first_layer`."""
    try:
        numbers = _read(text, range(first_layer, first_layer + layers))
    except Refusal as refused:
        return located(refused.unreadable, text)
    checkpoints = tuple(sorted(set(numbers)))
    return ScheduleReading(checkpoints, f"{{{', '.join(map(str, checkpoints))}}}" if checkpoints else "no checkpoints")


def _read(text: str, every_layer: Iterable[int]) -> list[int]:
    if is_blank(text):
        raise refusal(0, f"There is nothing to read here yet; {_ADVICE}, or none.")
    # The sign for the empty set is none of the characters that every kind of answer may hold.
    plain = "{}" if text.strip() in ("\u2205", "\\emptyset", "$\\emptyset$") else text
    tokens = _cut(screen(plain, longest=MAX_SCHEDULE_CHARACTERS).lower())
    _refuse_turning_words(tokens)
    in_words = _in_words(tokens, every_layer)
    if in_words is not None:
        return in_words
    start, stop = _list_in_brackets(tokens) or (0, _end_of_list(tokens))
    if start:
        _check_announcement(tokens[:start], len(_numbers(tokens[start:stop])))
    listed = _without_count(tokens[start:stop])
    _check_list(listed)
    _check_remark(tokens[stop:])
    numbers = _numbers(listed)
    if not numbers and not start:
        raise refusal(0, f"We found no layer here; {_ADVICE}, or none.")
    return numbers


def _cut(plain: str) -> list[_Token]:
    tokens = []
    for match in _TOKEN.finditer(plain):
        kind = match.lastgroup or "other"
        if kind == "space":
            continue
        text = match.group("index") or match.group()
        if kind == "word" and text in _NUMBER_WORDS:
            kind, text = "number", str(_NUMBER_WORDS[text])
        if kind in ("layer", "index"):
            kind = "number"
        if kind == "number" and len(text) > MAX_LAYER_DIGITS:
            raise refusal(match.start(), f'We read "{shortened(text)}", which is no number of a layer; {_ADVICE}.')
        tokens.append(_Token(kind, text, match.start()))
        if len(tokens) > MAX_SCHEDULE_TOKENS:
            raise refusal(match.start(), f"We read at most {MAX_SCHEDULE_TOKENS} words and numbers here; {_ADVICE}.")
    return tokens


def _numbers(tokens: Iterable[_Token]) -> list[int]:
    return [int(token.text) for token in tokens if token.kind == "number"]


def _refuse_turning_words(tokens: Sequence[_Token]) -> None:
    for place, token in enumerate(tokens):
        empty = token.text == "without" and any(other.text == "any" for other in tokens[place:])
        if token.kind == "word" and token.text in _TURNING and not empty:
            raise refusal(
                token.start, f'We read "{token.text}" and can\'t tell what it does to the checkpoints; {_ADVICE}.'
            )


def _in_words(tokens: Sequence[_Token], every_layer: Iterable[int]) -> list[int] | None:
    """No checkpoint or every layer, where words say so and no number stands beside them."""
    stop = next((k for k, t in enumerate(tokens) if t.text in (*_BECAUSE, ".", "(")), len(tokens))
    words = {token.text for token in tokens[:stop] if token.kind == "word"}
    if any(token.kind not in ("word", "sign") for token in tokens[:stop]) or words == {"no"}:
        return None
    none = words & _NONE and words <= _NONE | _AROUND | {"all"}
    if not none and not (words & _ALL and words <= _ALL | _AROUND):
        return None
    _check_remark(tokens[stop:])
    return [] if none else list(every_layer)


def _list_in_brackets(tokens: Sequence[_Token]) -> tuple[int, int] | None:
    """Where the one bracket begins and ends that holds nothing but numbers, between its brackets."""
    found = []
    for place, token in enumerate(tokens):
        if token.kind != "open":
            continue
        close = next((k for k in range(place, len(tokens)) if tokens[k].kind == "close"), len(tokens))
        inside = tokens[place + 1 : close]
        is_set = token.text != "(" or len(_numbers(inside)) > 1 or len(tokens) == close + 1
        if is_set and close < len(tokens) and not any(t.kind == "word" and t.text not in _AROUND for t in inside):
            found.append((place + 1, close))
    if len(found) > 1:
        raise refusal(tokens[found[1][0] - 1].start, f"We read more than one list here; {_ADVICE}.")
    return found[0] if found else None


def _check_announcement(tokens: Sequence[_Token], size: int) -> None:
    """Before a list in brackets stand only words such as "checkpoints =", and perhaps how many there are."""
    for place, token in enumerate(tokens[:-1]):
        follows = tokens[place + 1].text
        if token.kind == "number" and not (follows in _COUNTED and int(token.text) == size):
            raise _unclear(token)
        is_name = token.kind == "word" and len(token.text) == 1 and follows == "="
        if token.kind not in ("number", "sign") and token.text not in _AROUND and not is_name:
            raise _unclear(token)


def _end_of_list(tokens: Sequence[_Token]) -> int:
    """Where a list without brackets ends: at a remark in parentheses, a new sentence, or a word such as because."""
    first = next((place for place, token in enumerate(tokens) if token.kind == "number"), len(tokens))
    for place, token in enumerate(tokens[first + 1 :], start=first + 1):
        ends_sentence = token.text == "." or (token.text in ("\n", ";") and _is_word(tokens, place + 1))
        begins_remark = token.kind == "word" and token.text not in _AROUND
        if begins_remark and tokens[place - 1].kind == "number" and token.text not in _BECAUSE:
            raise _unclear(tokens[place - 1])  # the 12 of "2, 5, 12 operations"
        if begins_remark and token.text not in _BECAUSE and _is_listed(tokens, place):
            raise _unclear(token)  # the seventh of "2, 5, seventh"
        if token.kind == "open" or ends_sentence or begins_remark:
            return place
    return len(tokens)


def _is_listed(tokens: Sequence[_Token], place: int) -> bool:
    """Whether a word stands alone between or behind the commas of a list, as its numbers do."""
    return tokens[place - 1].text in (",", "and") and (
        place + 1 == len(tokens) or tokens[place + 1].text in (",", "and", ".", "\n", ";")
    )


def _is_word(tokens: Sequence[_Token], place: int) -> bool:
    return place < len(tokens) and tokens[place].kind == "word" and tokens[place].text not in _AROUND


def _without_count(tokens: Sequence[_Token]) -> list[_Token]:
    """The list without the "2 checkpoints" that may announce it; they must then be two."""
    rest = list(tokens)
    first = next((k for k, token in enumerate(rest) if token.kind == "number"), None)
    if first is None or first + 1 >= len(rest) or rest[first + 1].text not in _COUNTED:
        return rest
    count = rest.pop(first)
    if len(_numbers(rest)) != int(count.text):
        raise refusal(
            count.start,
            f'We read "{count.text} {rest[first].text}" and then {len(_numbers(rest))} numbers of layers; {_ADVICE}.',
        )
    return rest


def _check_list(tokens: Sequence[_Token]) -> None:
    for token in tokens:
        if token.kind == "range":
            raise refusal(
                token.start,
                f'We read "{shortened(token.text)}", which may be a range or a number that is no layer; '
                "please write every layer, as in {2, 3, 4}.",
            )
        if token.kind not in ("number", "sign") and token.text not in _AROUND:
            raise _unclear(token)


def _check_remark(tokens: Sequence[_Token]) -> None:
    """A remark behind the list is set aside; one with numbers must say that it is about memory or operations."""
    words = {token.text for token in tokens if token.kind == "word"}
    numbers = [token for token in tokens if token.kind in ("number", "range")]
    about_layers = bool(words & {"layer", "layers", "checkpoint", "checkpoints"})
    if numbers and (about_layers or not words & _MEASURED):
        raise _unclear(numbers[0])
    strange = next((token for token in tokens if token.kind == "other"), None)
    if strange is not None and not words:
        raise _unclear(strange)


def _unclear(token: _Token) -> Refusal:
    return refusal(
        token.start, f'We read "{shortened(token.text)}" and can\'t tell whether it belongs to the list; {_ADVICE}.'
    )
