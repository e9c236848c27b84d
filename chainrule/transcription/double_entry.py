"""Two independent entries of a paper compared: which fields differ in what will be graded, and which in writing alone.

Two entries agree where it makes no difference which one is graded: the same points by hand, and the same text, or a
text that is read the same way and changes no verdict of its question. What can't be read has to be the same text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from chainrule.transcription.readings import PaperFields
from chainrule.transcription.transcript import Entry, Transcript
from grader import Verdict
from grader.verdict import OPEN_OUTCOMES
from question_templates.paper import Item

__all__ = ["Agreement", "FieldComparison", "Judge", "compare_entries"]

Agreement: TypeAlias = Literal["same text", "same reading", "settled", "once", "different"]
Judge: TypeAlias = Callable[[Item, Mapping[str, str]], Mapping[str, Verdict]]


@dataclass(frozen=True)
class FieldComparison:
    """One field of a paper as it stands in both entries; `once` is typed in one of them only."""

    paper: str
    field: str
    agreement: Agreement
    first: Entry
    second: Entry


def compare_entries(
    fields: PaperFields, first: Transcript, second: Transcript, judge: Judge
) -> tuple[FieldComparison, ...]:
    """Every field that is typed in at least one of the two entries, in the paper's order."""
    found = []
    for name in fields.ids:
        one, other = first.entry(name), second.entry(name)
        if one.is_typed or other.is_typed:
            agreement = _agreement(fields, first, second, name, judge)
            found.append(FieldComparison(first.paper, name, agreement, one, other))
    return tuple(found)


def _agreement(fields: PaperFields, first: Transcript, second: Transcript, name: str, judge: Judge) -> Agreement:
    one, other = first.entry(name), second.entry(name)
    settled = first.settled.get(name)
    if settled and (settled.chosen, settled.second) == (one, other):
        return "settled"
    if not (one.is_typed and other.is_typed):
        return "once"
    if _points(one) == _points(other):
        if _plain(one.response) == _plain(other.response):
            return "same text"
        if _is_read_alike(fields, first, second, name, judge):
            return "same reading"
    return "different"


def _points(entry: Entry) -> object:
    return entry.points.points if entry.points else None


def _plain(response: str | None) -> str:
    """The text with every run of blanks as one; a field with points alone has none, as a blank one."""
    return "\n".join(" ".join(line.split()) for line in (response or "").splitlines() if line.strip())


def _is_read_alike(fields: PaperFields, first: Transcript, second: Transcript, name: str, judge: Judge) -> bool:
    """Whether the second response in place of the first one changes nothing: no reading, no verdict, no entry."""
    item, _ = fields.find(name)
    responses = {field: entry.response or "" for field, entry in first.entries.items()}
    mine = judge(item, responses)
    theirs = judge(item, {**responses, name: second.entry(name).response or ""})
    is_read = mine[name].outcome not in (*OPEN_OUTCOMES, "blank") and bool(mine[name].read_as)
    return is_read and {field: _bare(verdict) for field, verdict in mine.items()} == {
        field: _bare(verdict) for field, verdict in theirs.items()
    }


def _bare(verdict: Verdict) -> Verdict:
    """A verdict without what only quotes the writing: entries of a trace with other blanks are the same entries."""
    cells = tuple(replace(cell, written="".join(cell.written.split())) for cell in verdict.cells)
    return replace(verdict, reason="", counterexample="", cells=cells)
