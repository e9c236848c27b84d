"""Double entry brought to an end: what both people typed is compared, and disagreements are settled one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial

from chainrule.amount_words import count, first_of
from chainrule.exam_folder import ExamFolder
from chainrule.pages.paper_controls import control_of
from chainrule.terminal.several_lines import last_lines
from chainrule.transcription.desk import Desk, Leaving
from chainrule.transcription.double_entry import Agreement, FieldComparison, compare_entries
from chainrule.transcription.paper_list import PaperList
from chainrule.transcription.readings import PaperFields, Reader
from chainrule.transcription.transcript import Entry, Settled, Transcript
from chainrule.transcription.transcript_store import TakenMeanwhile, store_of
from chainrule.transcription.typing_rules import command_in
from chainrule.transcription.typing_session import typed_text
from chainrule.transcription.typing_words import entry_lines, field_lines
from question_templates.question import Field

__all__ = ["Comparison", "compare_papers", "comparison_text", "settle"]

_HELP = "`1` or `2` chooses an entry, `t` types it anew, Enter leaves it for later, `quit` stops."


@dataclass(frozen=True)
class Comparison:
    """What double entry found: every field of the papers typed twice, and the papers typed once or never."""

    fields: tuple[FieldComparison, ...]
    typed_once: tuple[str, ...] = ()
    untyped: tuple[str, ...] = ()
    n_twice: int = 0
    counts: Counter[Agreement] = field(default_factory=Counter)

    @property
    def disagreements(self) -> tuple[FieldComparison, ...]:
        return tuple(found for found in self.fields if found.agreement in ("different", "once"))


def compare_papers(folder: ExamFolder, papers: PaperList) -> Comparison:
    """Compare both entries of every paper that has two; raises RefusedInput for damaged files."""
    first, second = store_of(folder), store_of(folder, second=True)
    has_first, has_second = set(first.paper_ids()), set(second.paper_ids())
    reader = Reader(folder)
    twice = [paper_id for paper_id in papers.ids if paper_id in has_first and paper_id in has_second]
    found: list[FieldComparison] = []
    for paper_id in twice:
        fields = PaperFields(folder.read_paper(paper_id))
        found += compare_entries(fields, first.read(paper_id), second.read(paper_id), reader.verdicts)
    return Comparison(
        tuple(found),
        tuple(paper_id for paper_id in papers.ids if (paper_id in has_first) != (paper_id in has_second)),
        tuple(paper_id for paper_id in papers.ids if paper_id not in has_first | has_second),
        len(twice),
        Counter(one.agreement for one in found),
    )


def comparison_text(comparison: Comparison) -> str:
    """How many fields agree and why, every disagreement, and which papers are not typed twice."""
    counts = comparison.counts
    lines = [
        f"{count(comparison.n_twice, 'paper')} typed twice. The fields: {counts['same text']} with the same text, "
        f"{counts['same reading']} read the same way, {counts['settled']} settled before, "
        f"{counts['different']} different, {counts['once']} typed in one entry only."
    ]
    alike = [f"{found.paper} {found.field}" for found in comparison.fields if found.agreement == "same reading"]
    lines += [f"Read the same way though typed differently: {', '.join(alike)}"] if alike else []
    for found in comparison.disagreements:
        lines.append(f"Disagreement: {found.paper} {found.field}")
    lines += [f"Typed once only: {', '.join(comparison.typed_once)}"] if comparison.typed_once else []
    lines += [f"Not typed at all: {first_of(comparison.untyped, most=10)}"] if comparison.untyped else []
    return "\n".join(lines)


def settle(folder: ExamFolder, comparison: Comparison, desk: Desk) -> int:
    """Show each disagreement and let somebody choose; returns how many are settled. Each is saved at once."""
    n_settled = 0
    waiting = comparison.disagreements
    try:
        for place, found in enumerate(waiting, start=1):
            desk.say("", desk.ink.quiet(f"-- {found.paper}, disagreement {place} of {len(waiting)}"))
            n_settled += _settle_one(folder, found, desk)
    except (Leaving, KeyboardInterrupt):
        pass
    desk.say("", f"Saved. {n_settled} of {count(len(waiting), 'disagreement')} settled.")
    return n_settled


def _settle_one(folder: ExamFolder, found: FieldComparison, desk: Desk) -> bool:
    fields = PaperFields(folder.read_paper(found.paper))
    item, asked = fields.find(found.field)
    out_of = item.points_of(asked.name)
    desk.say(*field_lines(item, asked, found.field, width=desk.width, ink=desk.ink))
    desk.say(*_both(found, out_of))
    desk.tell(_HELP)
    chosen = _choice(desk, found, asked)
    if chosen is None:
        return False
    settled = Settled(found.first, found.second, chosen, desk.who)
    try:
        store_of(folder).update(found.paper, partial(_settled, found, settled), field_ids=fields.ids)
    except TakenMeanwhile:
        desk.tell("Somebody changed the first entry meanwhile; compare again.")
        return False
    desk.say(*entry_lines(chosen, out_of, label="settled as"))
    return True


def _settled(found: FieldComparison, settled: Settled, now: Transcript) -> Transcript:
    if now.entry(found.field) != found.first:
        raise TakenMeanwhile(now)
    return now.with_settled(found.field, settled)


def _both(found: FieldComparison, out_of: Fraction) -> Iterator[str]:
    for number, entry in ((1, found.first), (2, found.second)):
        if entry.response is None:
            yield f"  {number}: ({'points alone' if entry.points else 'not typed yet'})"
        yield from entry_lines(entry, out_of, label=f"{number}")


def _choice(desk: Desk, found: FieldComparison, asked: Field) -> Entry | None:
    """The entry that shall stand, or None to leave the disagreement for later."""
    while True:
        line = desk.line("1, 2 or t? ").strip().lower()
        command = command_in(line)
        if command is not None and command.verb == "quit":
            raise Leaving
        if not line:
            return None
        chosen = {"1": found.first, "2": found.second}.get(line)
        if chosen is not None and chosen.is_typed:
            return chosen
        if line == "t" and (text := _typed_anew(desk, asked)) is not None:
            return Entry(text, found.first.points if found.first.points == found.second.points else None)
        desk.tell(_HELP)


def _typed_anew(desk: Desk, asked: Field) -> str | None:
    return typed_text(desk, desk.line("> "), several=control_of(asked).is_multiline, last=last_lines(asked))
