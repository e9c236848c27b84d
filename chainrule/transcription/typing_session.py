"""Typing in what stands on papers, field by field, with how each answer is read; saved after every field."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from fractions import Fraction

from chainrule.amount_words import amount, count
from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.pages.paper_controls import control_of
from chainrule.plain_text import printable
from chainrule.terminal.several_lines import last_lines
from chainrule.transcription.desk import Desk, Leaving
from chainrule.transcription.paper_list import PaperList, meant
from chainrule.transcription.readings import PaperFields, Reader
from chainrule.transcription.transcript import BLANK, UNTYPED, Entry, HandPoints, Transcript
from chainrule.transcription.transcript_store import TakenMeanwhile, TranscriptStore
from chainrule.transcription.typing_rules import Command, command_in, fault_of, odd_character, points_and_reason, tidied
from chainrule.transcription.typing_words import (
    HELP,
    entry_lines,
    field_lines,
    points_words,
    reading_lines,
)
from question_templates.paper import Item
from question_templates.question import Field

__all__ = ["transcribe", "typed_text"]

_REASON = "graded on paper"


@dataclass
class _Session:
    """What does not change from paper to paper, and which papers are known to be finished."""

    desk: Desk
    store: TranscriptStore
    papers: PaperList
    reader: Reader
    shows_verdicts: bool
    finished: set[str] = field(default_factory=set)

    def count(self) -> None:
        """Look which papers are finished; somebody else may type beside us."""
        known = set(self.papers.ids)
        new = (paper for paper in self.store.paper_ids() if paper in known and paper not in self.finished)
        self.finished |= {paper for paper in new if self.store.is_finished(paper)}


@dataclass
class _Work:
    """The paper on the desk: its fields, what is typed of it, and at which field one is."""

    fields: PaperFields
    transcript: Transcript
    at: int

    @property
    def name(self) -> str:
        return self.fields.ids[self.at]

    @property
    def asked(self) -> tuple[Item, Field]:
        return self.fields.find(self.name)

    @property
    def entry(self) -> Entry:
        return self.transcript.entry(self.name)

    @property
    def out_of(self) -> Fraction:
        item, asked = self.asked
        return item.points_of(asked.name)


def transcribe(
    folder: ExamFolder, papers: PaperList, store: TranscriptStore, desk: Desk, *, shows_verdicts: bool = False
) -> None:
    """Paper by paper until somebody stops; everything typed until then is saved.

    Raises: RefusedInput where there is no paper at all.
    """
    if not papers.ids:
        raise RefusedInput(f"{folder.path}: the exam has no papers, so there is nothing to type in.")
    session = _Session(desk, store, papers, Reader(folder), shows_verdicts)
    desk.tell("Type what stands on paper; `help` says what else may be typed.", indent="")
    last = ""
    try:
        while True:
            paper_id, is_back = _choose(session, last)
            if _type_paper(session, folder, paper_id, from_end=is_back):
                last = paper_id
    except (Leaving, KeyboardInterrupt):
        session.count()
        desk.say("", f"Saved. {len(session.finished)} of {count(len(papers.ids), 'paper')} done.")


def _choose(session: _Session, last: str) -> tuple[str, bool]:
    """The next paper, and whether to begin at its end."""
    session.count()
    desk, papers = session.desk, session.papers
    start = papers.place(last) if last else 0
    pile = papers.ids[start:] + papers.ids[:start]
    following = next((paper for paper in pile if paper not in session.finished), "")
    if not following:
        desk.say("", f"All {len(papers.ids)} papers are done.")
    while True:
        offer = f"Enter for {following}, or its id" if following else "its id, or quit"
        typed = desk.line(f"\nWhich paper? ({offer}) ").strip()
        command = command_in(typed)
        if command is not None and command.verb == "quit":
            raise Leaving
        if command is not None and command.verb == "back" and last:
            return last, True
        if command is not None:
            desk.say(HELP)
        elif typed or following:
            try:
                return (meant(typed, papers) if typed else following), False
            except RefusedInput as unclear:
                desk.tell(str(unclear))


def _type_paper(session: _Session, folder: ExamFolder, paper_id: str, *, from_end: bool) -> bool:
    """Every field of a paper from the first that is not typed; says whether the paper could be opened."""
    desk = session.desk
    try:
        fields = PaperFields(folder.read_paper(paper_id))
        transcript = session.store.read(paper_id)
    except RefusedInput as damaged:
        desk.tell(str(damaged))
        return False
    untyped = [place for place, name in enumerate(fields.ids) if not transcript.entry(name).is_typed]
    work = _Work(fields, transcript, len(fields.ids) - 1 if from_end else untyped[0] if untyped else 0)
    while work.at < len(fields.ids):
        _type_field(session, work)
    left = [name for name in fields.ids if not work.transcript.entry(name).is_typed]
    desk.say("", f"Paper {paper_id}: " + (f"still to be typed: {', '.join(left)}." if left else "all fields typed."))
    return True


def _type_field(session: _Session, work: _Work) -> None:
    """One field; moves `work.at` to where to go next."""
    desk = session.desk
    item, asked = work.asked
    place = f"paper {session.papers.place(work.transcript.paper)} of {len(session.papers.ids)}"
    done = f"{len(session.finished)} done, field {work.at + 1} of {len(work.fields.ids)}"
    desk.say("", desk.ink.quiet(f"-- {work.transcript.paper}, {place}, {done}"))
    desk.say(*field_lines(item, asked, work.name, width=desk.width, ink=desk.ink))
    if work.entry.is_typed:
        desk.say(*entry_lines(work.entry, work.out_of))
    here = work.at
    while work.at == here:
        line = desk.line("> ")
        command = command_in(line)
        if command is not None:
            if not _obey(session, work, command):
                return
        elif line.strip():
            _type_response(session, work, line, several=control_of(asked).is_multiline)
        elif work.entry.is_typed:
            work.at += 1
        else:
            desk.tell("Nothing is typed; `skip` says that the paper is blank here.")


def _obey(session: _Session, work: _Work, command: Command) -> bool:
    """Carry out a command; False where the field has to be shown again."""
    desk = session.desk
    if command.verb == "quit":
        raise Leaving
    if command.verb == "help":
        desk.say(HELP)
    elif command.verb == "back":
        work.at = max(0, work.at - 1)
        return False
    elif command.verb == "go":
        return _go(desk, work, command.rest)
    elif command.verb == "skip":
        _skip(session, work)
    elif command.verb == "redo":
        _save(session, work, UNTYPED)
        return False
    elif command.verb == "points":
        _give_points(session, work, command.rest)
    elif command.verb == "lines":
        _type_response(session, work, command.rest, several=True)
    else:
        desk.tell(f"{printable(command.rest)!r} is no command; `help` lists them. Put a blank in front to type it.")
    return True


def _go(desk: Desk, work: _Work, wanted: str) -> bool:
    if wanted in work.fields.ids:
        work.at = work.fields.ids.index(wanted)
        return False
    desk.tell(f"There is no field {printable(wanted)!r}; there are {', '.join(work.fields.ids)}.")
    return True


def _skip(session: _Session, work: _Work) -> None:
    """The paper is blank here; what stands already is not lost to a word typed too quickly."""
    if work.entry.response:
        session.desk.tell("Something stands here: Enter keeps it and goes on, `redo` takes it back.")
    elif _save(session, work, replace(work.entry, response=BLANK.response)):
        work.at += 1


def _give_points(session: _Session, work: _Work, words: str) -> None:
    desk, out_of = session.desk, work.out_of
    given = points_and_reason(words, out_of)
    odd = odd_character(words)
    if odd:
        desk.tell(f"There is {odd} in it; nothing was saved.")
        return
    if given is None or given[0] > out_of:
        desk.tell(f"Points are a number from 0 to {amount(out_of)}, then perhaps the reason: `=2 right idea`.")
        desk.tell("To type an answer that begins with `=`, put a blank in front.")
        return
    points = HandPoints(given[0], given[1] or _REASON, desk.who)
    if _save(session, work, replace(work.entry, points=points)):
        desk.say(f"  {points_words(points, out_of)}")
        work.at += 1


def _type_response(session: _Session, work: _Work, first: str, *, several: bool) -> None:
    """Save what stands on paper and say how it is read; one stays where it can't be read."""
    desk, (item, asked) = session.desk, work.asked
    text = typed_text(desk, first, several=several, last=last_lines(asked))
    if text is None or not _save(session, work, replace(work.entry, response=text)):
        return
    responses = {name: entry.response or "" for name, entry in work.transcript.entries.items()}
    verdict = session.reader.verdicts(item, responses)[work.name]
    shown = reading_lines(verdict, shows_verdict=session.shows_verdicts, width=desk.width, ink=desk.ink)
    desk.say(*shown)
    if verdict.outcome == "unreadable":
        desk.tell("It is saved. Type it again, keep it with Enter for a person to look at, or give points: `=2`.")
    else:
        work.at += 1


def typed_text(desk: Desk, first: str, *, several: bool, last: Collection[str]) -> str | None:
    """What is typed until one of the `last` lines; None where it can't be kept or was given up, which is said.

    Raises: Leaving where somebody stops before the last line; the lines until then are not kept, which is said too.
    """
    lines = [first]
    while several and (line := _next_line(desk)).strip() not in last:
        command = command_in(line) if line.startswith(":") else None
        if command is not None and command.verb == "redo":
            desk.tell("Begin again.")
            return None
        lines.append(line)
    text = tidied("\n".join(lines))
    fault = fault_of(text)
    if fault:
        desk.tell(f"{fault} Nothing was saved; type it again.")
        return None
    return text


def _next_line(desk: Desk) -> str:
    try:
        return desk.line("| ")
    except Leaving:
        desk.say("", "  The lines of this field that were begun are not saved.")
        raise


def _save(session: _Session, work: _Work, entry: Entry) -> bool:
    """Save the field; False, with the reason said, where that was not possible."""
    desk, keep = session.desk, session.store.save_entry
    try:
        work.transcript = keep(work.transcript, work.name, entry, who=desk.who, field_ids=work.fields.ids)
    except TakenMeanwhile as taken:
        work.transcript = taken.theirs
        desk.tell(f"Somebody else typed this field meanwhile ({', '.join(taken.theirs.who)}); yours is not saved:")
        desk.say(*entry_lines(entry, work.out_of, label="you typed"), *entry_lines(work.entry, work.out_of))
        desk.tell("Enter keeps what stands; type again what is right.")
        return False
    except RefusedInput as refused:
        desk.tell(f"Not saved: {refused}")
        return False
    session.finished.discard(work.transcript.paper)  # it may have been, before something was taken back
    return True
