"""What practice says: verdicts in kind words, hints that give nothing away, and how far somebody has come."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chainrule.outcome_words import OUTCOMES
from chainrule.plain_text import printable
from chainrule.terminal.ink import Ink
from chainrule.terminal.markdown_text import line_text
from chainrule.terminal.tables import GLUE, wrapped
from grader.verdict import Cell, Outcome, Verdict
from question_templates.family import Family, applies

__all__ = ["Tally", "hints", "progress_text", "verdict_lines"]

# The first sentence of a mal-rule's feedback says what somebody did; as a hint only the rest makes sense.
_WHAT_HAPPENED = re.compile(r"It (looks|seems) as if .*?[.:;] (?=[A-Z`$])", re.DOTALL)

_HEADLINES: Mapping[Outcome, str] = {
    "right": "Right.",
    "follows": "This follows from the earlier slip; from there on you went the right way.",
    "partly": "Partly right.",
    "wrong": "Not yet.",
    "unreadable": "We could not read this with certainty; it has not been counted as wrong.",
    "blank": "Nothing written yet; `hint` may help.",
    "pending": "A person would read this answer; compare it with the worked solution.",
}


@dataclass(frozen=True)
class Tally:
    """How many answers were asked for, how many came right, and how many followed from an earlier slip."""

    asked: int = 0
    right: int = 0
    follows: int = 0

    def plus(self, outcome: Outcome | None) -> Tally:
        """With one more answer; None is one that was not given."""
        return replace(
            self,
            asked=self.asked + 1,
            right=self.right + (outcome == "right"),
            follows=self.follows + (outcome == "follows"),
        )

    def __str__(self) -> str:
        more = f" (and {self.follows} carried on from a slip)" if self.follows else ""
        return f"{self.right} of {self.asked} right{more}"


def verdict_lines(verdict: Verdict, response: str, *, width: int, ink: Ink) -> list[str]:
    """The outcome, how the response was read, why it is not right, and which entries of a trace are."""
    colour = ink.good if verdict.outcome in ("right", "follows") else ink.look
    headline = line_text(f"{OUTCOMES[verdict.outcome].sign} {_HEADLINES[verdict.outcome]}", ink=ink)
    lines = wrapped(headline, width, first="  ", rest="    ")
    lines = [colour(line) for line in lines]
    if _says_more(verdict, response):
        lines += wrapped(f"We read: {printable(verdict.read_as)}", width, first="    ")
    if verdict.outcome not in ("right", "pending"):
        lines += [line for part in _reasons(verdict) for line in wrapped(line_text(part, ink=ink), width, first="    ")]
        lines += _cell_lines(verdict.cells, width)
    return lines


def _says_more(verdict: Verdict, response: str) -> bool:
    """Whether how it was read is neither the response once more nor said with the reason."""
    read_as = verdict.read_as
    is_said = _squeezed(read_as) == _squeezed(response) or f"We read {read_as}" in verdict.reason
    return bool(read_as) and not is_said and not verdict.cells


def _reasons(verdict: Verdict) -> list[str]:
    """Why it is not right, and a case in which it fails, each said once."""
    if verdict.outcome == "blank":
        return []
    told = [verdict.reason, verdict.counterexample if verdict.counterexample not in verdict.reason else ""]
    return [printable(part) for part in told if part]


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _cell_lines(cells: Sequence[Cell], width: int) -> list[str]:
    """What each step's entries came to, a line a step."""
    if not cells:
        return []
    steps: dict[str, list[str]] = {}
    for cell in cells:
        written = printable(cell.written) or "nothing"
        entry = f"{OUTCOMES[cell.outcome].sign} {cell.target}: {written}".replace(" ", GLUE)
        steps.setdefault(cell.step, []).append(entry)
    right = sum(cell.outcome in ("right", "follows") for cell in cells)
    wide = max(map(len, steps))
    lines = [f"    {right} of {len(cells)} entries are right:"]
    for step, entries in steps.items():
        lines += wrapped(f"{GLUE * 2} ".join(entries), width, first=f"      {step:{wide}}  ")
    return lines


def hints(family: Family, parameters: Mapping[str, object], notation: str, example: str) -> list[str]:
    """Hints on one field, from what it is about to what others got wrong; none gives a number away."""
    such_as = f" For example `{example}`." if example else ""
    told = [f"What this is about: {family.goal}", f"How to write it: {notation}{such_as}"]
    for rule in family.mal_rules:
        if applies(rule.when, parameters, family_id=family.id):
            advice = _WHAT_HAPPENED.sub("", rule.feedback, count=1)
            told.append(f"Watch out: {advice}")
    return [*told, "That is all we can say without giving it away; `solution` shows the whole way."]


def progress_text(tallies: Mapping[str, Tally], *, ink: Ink) -> str:
    """One line: right and asked, by topic."""
    if not tallies:
        return ink.quiet("Nothing answered yet.")
    return ink.quiet("So far: ") + ", ".join(f"{ink.strong(topic)} {tally}" for topic, tally in sorted(tallies.items()))
