"""Reads which of a question's options were chosen: by letter, by text, by ticks, alone or several."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from grader.reading.choice_words import (
    ALL_WORDS,
    AROUND,
    BOXES,
    EMPTY,
    JUDGED,
    NO_WORDS,
    NONE_WORDS,
    OF_THEM,
    REMARK_WORDS,
    SECOND_THOUGHTS,
    TICKED,
    TURNING,
    YES_WORDS,
)
from grader.reading.limits import is_blank, screen
from grader.reading.number import located
from grader.reading.unreadable import Refusal, Unreadable, refusal, shortened

__all__ = ["ChoiceReading", "read_choice"]

MAX_CHOICE_CHARACTERS: Final = 3_000

_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W\d_]+)?|\n|\S")
_DRAWN_ONLY: Final = re.compile(r"[\s$`*_\\'\"]+")
_SIGNS: Final = ",;&+.:()[]{}=\"'`*\u2022-$\n"
_COUNTED: Final = ("options", "answers", "statements", "choices", "ones", "letters")


@dataclass(frozen=True, slots=True)
class ChoiceReading:
    """The keys of the chosen options, in the order in which the question prints them."""

    chosen: tuple[str, ...]
    read_as: str


def read_choice(text: str, *, options: Mapping[str, str], several: bool = False) -> ChoiceReading | Unreadable:
    """Which of the `options`, key -> text, a response chooses: exactly one, or any number where `several` may be."""
    try:
        found = _Options(options, several).chosen_in(text)
    except Refusal as refused:
        return located(refused.unreadable, text)
    return ChoiceReading(found, _in_one_notation(found))


def _in_one_notation(chosen: tuple[str, ...]) -> str:
    if len(chosen) < 2:
        return chosen[0] if chosen else "none of them"
    return f"{', '.join(chosen[:-1])} and {chosen[-1]}"


class _Options:
    """The options of one question, and the ways in which a text may name them."""

    def __init__(self, options: Mapping[str, str], several: bool) -> None:
        self.options = options
        self.several = several
        self.by_key = {key.casefold(): key for key in options}
        self.by_text: dict[str, list[str]] = {}
        for key, text in options.items():
            self.by_text.setdefault(_bare(text), []).append(key)

    def chosen_in(self, text: str) -> tuple[str, ...]:
        if is_blank(text):
            raise refusal(0, f"There is nothing to read here yet; {self.advice()}.")
        chosen: Collection[str] | None = None
        # The author's own words may hold characters that reading takes nowhere else.
        if text.isascii() or len(text) > MAX_CHOICE_CHARACTERS or len(self.by_text.get(_bare(text), [])) != 1:
            plain = screen(text.translate(BOXES), longest=MAX_CHOICE_CHARACTERS)
            for way in (self.whole, self.ticked, self.judged, self.all_or_none, self.line_by_line, self.by_letters):
                chosen = way(plain) if chosen is None else chosen
        else:
            chosen = self.by_text[_bare(text)]
        ordered = tuple(key for key in self.options if key in (chosen or ()))
        if not self.several and len(ordered) != 1:
            read = _in_one_notation(ordered)
            raise refusal(0, f"This question asks for one option and we read {read}; {self.advice()}.")
        return ordered

    def advice(self) -> str:
        keys = list(self.options)
        listed = ", ".join(keys[:12]) + (", ..." if len(keys) > 12 else "")
        return f"please write {'the letters of your options' if self.several else 'one of the letters'}: {listed}"

    def whole(self, plain: str) -> list[str] | None:
        key = self.named_by(plain)
        return [key] if key else None

    def named_by(self, text: str) -> str | None:
        """The option that a text names and nothing else: `B`, `(b)`, `option B`, its text, or both."""
        keys = self.by_text.get(_bare(text), [])
        match = re.fullmatch(r"\W*(?:(?:option|answer)\W+)?([^\W_]+)\W*", text, re.IGNORECASE)
        key = self.by_key.get(match.group(1).casefold()) if match and not re.search(r"[?\u00ac!~<>/]", text) else None
        if keys and (len(keys) > 1 or (key and key not in keys)):
            raise refusal(0, f'We read "{shortened(text)}", which may be more than one option; {self.advice()}.')
        if keys or key:
            return keys[0] if keys else key
        both = re.fullmatch(r"\W*(?:option\s+)?([^\W_]+)[\s).:=,-]+(.+)", text.strip(), re.DOTALL | re.IGNORECASE)
        key = self.by_key.get(both.group(1).casefold()) if both else None
        named = self.by_text.get(_bare(both.group(2)), []) if both and key else []
        if named and key not in named:
            raise refusal(0, f"We read the letter {key} with the text of option {named[0]}; {self.advice()}.")
        return key if named else None

    def ticked(self, plain: str) -> list[str] | None:
        """The ticked options of a list with boxes, one option a line or all in one; None without any box."""
        if not (TICKED.search(plain) or EMPTY.search(plain)) or "x" in self.by_key:
            return None
        marks = sorted(
            [(m.start(), m.end(), True) for m in TICKED.finditer(plain)]
            + [(m.start(), m.end(), False) for m in EMPTY.finditer(plain)]
        )
        starts, ends = [start for start, _, _ in marks], [end for _, end, _ in marks]
        if not plain[: starts[0]].strip():
            items = [plain[end:start] for end, start in zip(ends, [*starts[1:], len(plain)], strict=True)]
        else:
            items = [plain[end:start] for end, start in zip([0, *ends[:-1]], starts, strict=True)]
            if plain[ends[-1] :].strip(" \t\r\n.,;"):
                items = []
        keys = [self.named_by(item.strip(" \t\r\n,;")) for item in items]
        ticks = [key for key, (_, _, ticked) in zip(keys, marks, strict=False) if ticked and key]
        if not items or None in keys or not ticks:
            raise refusal(starts[0], f"We could not tell which options are ticked here; {self.advice()}.")
        return ticks

    def judged(self, plain: str) -> list[str] | None:
        """The options with "yes" or "true" where every part of the text judges one option; None elsewhere."""
        found = []
        for part in re.split(r"[\n;,]", plain):
            match = JUDGED.fullmatch(part.strip())
            if not part.strip():
                continue
            key = self.by_key.get(match.group(1).casefold()) if match else None
            word = match.group(2).casefold() if match else ""
            if key is None or word in self.by_key or word not in YES_WORDS | NO_WORDS:
                return None
            found += [key] if word in YES_WORDS else []
        return found or None

    def all_or_none(self, plain: str) -> Collection[str] | None:
        words = {word.casefold() for word in _WORD.findall(plain) if word not in _SIGNS}
        for meant, chosen in ((ALL_WORDS, self.options), (NONE_WORDS, ())):
            if words & meant and words <= meant | OF_THEM | AROUND:
                own = next((key for key, text in self.options.items() if _bare(text).startswith(tuple(meant))), None)
                if own:
                    raise refusal(
                        0,
                        f'We read "{shortened(plain)}" and can\'t tell whether you mean option {own}; {self.advice()}.',
                    )
                return chosen
        return None

    def line_by_line(self, plain: str) -> list[str] | None:
        """One option on each line; None where some line holds something else."""
        lines = [line for line in re.split(r"[\n;]", plain) if line.strip()]
        keys = [self.named_by(line) for line in lines]
        return [key for key in keys if key] if len(lines) > 1 and None not in keys else None

    def by_letters(self, plain: str) -> list[str]:
        """The letters among words that change nothing, up to a reason or a new sentence."""
        tokens = list(_WORD.finditer(plain))
        words = [token.group() for token in tokens]
        stop = self.end_of_letters(words)
        found: list[str] = []
        for place, token in enumerate(tokens[:stop]):
            keys = self.keys_in(words, place)
            found += keys
            if not keys and words[place] not in _SIGNS and words[place].casefold() not in AROUND - TURNING:
                raise self.unclear(token)
        for place, token in enumerate(tokens[stop:], start=stop):
            says_why = words[stop].casefold() in REMARK_WORDS
            turns = words[place].casefold() in (SECOND_THOUGHTS if says_why else TURNING)
            another = not says_why and self.keys_in(words, place) and words[place].casefold() not in ("a", "i")
            if turns or another or words[place] == "?":
                raise self.unclear(token)
        if not found:
            raise refusal(0, f"We found none of the options here; {self.advice()}.")
        return found

    def end_of_letters(self, words: list[str]) -> int:
        """Where the reason for a choice begins, or the sentence behind it."""
        known = AROUND | TURNING | REMARK_WORDS
        prose = [k for k, word in enumerate(words) if len(word) > 1 and word[0].isalpha()]
        last = max((k for k in prose if words[k].casefold() not in known and not self.keys_in(words, k)), default=-1)
        chosen = False
        for place, word in enumerate(words):
            begins_sentence = word in (".", "\n", ":", ")") and place < last
            if chosen and (word.casefold() in REMARK_WORDS or begins_sentence):
                return place
            chosen = chosen or bool(self.keys_in(words, place))
        return len(words)

    def keys_in(self, words: list[str], place: int) -> list[str]:
        """The keys that one word names: a letter, or several capitals run together; an article is no letter."""
        word = words[place]
        key = self.by_key.get(word.casefold())
        following = words[place + 1] if place + 1 < len(words) else ","
        if key is not None:
            if key.isdecimal() and following.casefold() in _COUNTED:
                return []
            is_article = word in ("a", "A", "I", "i") and self.is_plain_word(following)
            return [] if is_article else [key]
        together = self.several and len(word) > 1 and word.isupper() and len(set(word)) == len(word)
        return list(word) if together and all(letter in self.options for letter in word) else []

    def is_plain_word(self, word: str) -> bool:
        """Whether a word makes an article or a pronoun of the letter before it."""
        folded = word.casefold()
        joins = ("and", "is", "are", "as", "plus", "et", "und", "y", "because", "since", "holds", "hold")
        return word[0].isalpha() and folded not in joins and folded not in self.by_key

    def unclear(self, token: re.Match[str]) -> Refusal:
        return refusal(
            token.start(), f'We read "{token.group()}" and can\'t tell what it does to the choice; {self.advice()}.'
        )


def _bare(text: str) -> str:
    """A text without what only draws it: blanks, quotes, Markdown, dollar signs, capitals, a full stop."""
    return _DRAWN_ONLY.sub("", text).rstrip(".").casefold()
