"""What may be typed in: which characters a paper can hold, how points are written, and which lines are commands."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, TypeAlias, get_args

from submissions.limits import MAX_RESPONSE_LENGTH

__all__ = ["Command", "Verb", "command_in", "fault_of", "odd_character", "points_and_reason", "points_in", "tidied"]

Verb: TypeAlias = Literal["back", "skip", "redo", "points", "lines", "go", "help", "quit", "unknown"]

#: Points as people write them: 3, 2.5, 2,5, 10/3. Bounded, so that no number takes long to read.
_POINTS = re.compile(r"\+?(\d{1,6})(?:[.,](\d{1,6}))?(?:/(\d{1,6}))?")
_VERBS: Final = tuple(verb for verb in get_args(Verb) if verb != "unknown")
#: These need no colon: one word, alone on a line. The others would be mistaken for answers more easily.
_BARE: Final = ("back", "skip", "redo", "help", "quit")


@dataclass(frozen=True)
class Command:
    """A line that is no answer: what to do, and the words behind it."""

    verb: Verb
    rest: str = ""


def command_in(line: str) -> Command | None:
    """The command that a line is, or None for what stands on paper.

    `:word` and every beginning of it (`:b`), `=3 reason` for points, or one of a few words alone. A line that begins
    with a blank is never a command: so can be typed what only looks like one.
    """
    if line.startswith("="):
        return Command("points", line[1:].strip())
    if line.startswith(":"):
        word, _, rest = line[1:].strip().partition(" ")
        verb = next((verb for verb in _VERBS if word and verb.startswith(word.lower())), None)
        return Command(verb, rest.strip()) if verb else Command("unknown", line.strip())
    word = line.rstrip().lower()
    return Command(word) if word in _BARE else None  # type: ignore[arg-type]  # one of the verbs, as just seen


def points_in(text: str) -> Fraction | None:
    """The points that a text says, not negative; None where it says none."""
    found = _POINTS.fullmatch(text.strip())
    if found is None or (found[3] and not int(found[3])):
        return None
    whole, decimals, divisor = found[1], found[2] or "", found[3] or "1"
    return Fraction(int(whole + decimals), 10 ** len(decimals) * int(divisor))


def points_and_reason(text: str, out_of: Fraction) -> tuple[Fraction, str] | None:
    """`3 right idea` as points and why; `full` is all that the field has. None where no points come first."""
    first, _, reason = text.strip().partition(" ")
    points = out_of if first.lower() == "full" else points_in(first)
    return None if points is None else (points, reason.strip())


def odd_character(text: str) -> str:
    """The first character that no paper holds, named: controls, invisible ones and those that turn the direction."""
    for character in text:
        if unicodedata.category(character).startswith("C") and character not in "\n\t":
            return f"a character that can't be seen (U+{ord(character):04X})"
    return ""


def fault_of(text: str) -> str:
    """Why a response can't be kept, as a sentence; empty when it can."""
    odd = odd_character(text)
    if odd:
        return f"There is {odd} in it, which no paper holds."
    if len(text) > MAX_RESPONSE_LENGTH:
        return f"It has {len(text):,} characters; at most {MAX_RESPONSE_LENGTH:,} are kept."
    return "" if text else "It holds nothing."


def tidied(text: str) -> str:
    """A response without common indentation, blanks at line ends and empty lines around it; what it says stays."""
    lines = [line.rstrip() for line in re.split(r"\r\n|\r|\n", text)]
    return textwrap.dedent("\n".join(lines).strip("\n")).lstrip()
