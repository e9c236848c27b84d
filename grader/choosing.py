"""Which of the files handed in for a paper counts: the latest in time; what can't be told is for a person. Pure.

Nothing is dropped: every file that does not count is set aside with the reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal, TypeAlias

from grader.lateness import Late, LatePolicy, TimesNotComparable, lateness
from submissions.handed_in import Sender

__all__ = [
    "DECISIONS_ON",
    "DECISION_ON",
    "NOTE_ON",
    "TIME_OF",
    "Choice",
    "Deadline",
    "Entry",
    "Kind",
    "Owner",
    "SetAside",
    "choose",
    "kind_of",
    "traits",
]

Kind: TypeAlias = Literal["file", "note", "decision"]

#: How remarks about files are called among what was set aside; these files themselves may have been graded.
TIME_OF, NOTE_ON = "time of ", "note on "

#: How people's decisions that could not be carried out are called there.
DECISION_ON, DECISIONS_ON = "decision on ", "decisions on "

_KINDS: Mapping[str, Kind] = {TIME_OF: "note", NOTE_ON: "note", DECISION_ON: "decision", DECISIONS_ON: "decision"}

#: Files that a reason names; of more it says how many.
_NAMED = 5

_MISMATCH = (
    "It names paper {}, but was handed in by somebody whose paper is {}. "
    "Find out whose answers these are; swapped papers are noted in staff/assignments.csv."
)
_BY_ANOTHER = (
    "The file names this paper, but was handed in by somebody else: a person has to find out whose answers these are."
)


@dataclass(frozen=True)
class SetAside:
    """A file that was not graded: why, and what somebody should do. `paper` is whose it may be: what it names, or
    the paper of whoever is known to have handed it in.
    """

    source: str
    reason: str
    paper: str = ""


def kind_of(source: str) -> Kind:
    """Whether what was set aside is a file, a note about files, or decisions that could not be carried out."""
    return next((kind for start, kind in _KINDS.items() if source.startswith(start)), "file")


@dataclass(frozen=True)
class Owner:
    """Whose a paper is, as the assignment table says."""

    id: str
    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class Deadline:
    """When a paper is due, and what lateness means; without a time nothing is late unless an export says so."""

    due: datetime | None = None
    policy: LatePolicy = field(default_factory=LatePolicy)


@dataclass(frozen=True)
class Entry:
    """A file as choosing sees it. `problem` says why it can't be graded, `written` is the digest of its answers.

    `notes` is what was odd about where it lay, for staff.
    """

    source: str
    paper: str = ""
    problem: str = ""
    written: str = ""
    senders: tuple[Sender, ...] = ()
    submitted_at: datetime | None = None
    is_late: bool | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """The file that counts, by paper; what was set aside; and which of the chosen are late."""

    chosen: Mapping[str, Entry]
    set_aside: tuple[SetAside, ...] = ()
    late: Mapping[str, Late] = field(default_factory=lambda: MappingProxyType({}))


def choose(
    entries: Iterable[Entry],
    *,
    owners: Mapping[str, tuple[Owner, ...]] = MappingProxyType({}),
    deadlines: Mapping[str, Deadline] = MappingProxyType({}),
) -> Choice:
    """Choose among the files of each paper; `owners` and `deadlines` by paper id.

    A file counts only if nobody else than an owner of its paper is known to have handed it in. Of several with other
    answers the latest one before the deadline counts, else the latest; where times are missing or equal, none does.
    """
    aside: list[SetAside] = []
    by_paper: dict[str, list[Entry]] = defaultdict(list)
    noted: dict[str, list[str]] = defaultdict(list)
    by_others: dict[str, list[str]] = defaultdict(list)
    people = _People(owners)
    for entry in entries:
        for note in entry.notes:
            noted[note].append(entry.source)
        if entry.problem:
            aside.append(SetAside(entry.source, entry.problem, entry.paper or people.only_paper(entry)))
        elif theirs := people.other_papers(entry):
            aside.append(SetAside(entry.source, _MISMATCH.format(entry.paper, " or ".join(theirs)), theirs[0]))
            by_others[entry.paper].append(entry.source)
        else:
            by_paper[entry.paper].append(entry)
    chosen: dict[str, Entry] = {}
    late: dict[str, Late] = {}
    for paper in sorted(by_paper):
        found = _of_paper(by_paper[paper], deadlines.get(paper, Deadline()))
        aside += found.set_aside
        if found.entry is not None:
            chosen[paper] = found.entry
        if found.late is not None:
            late[paper] = found.late
    aside += _known_of_owners(by_others, {*by_paper, *(file.paper for file in aside)})
    aside += [SetAside(_note_on(sorted(sources)), note) for note, sources in noted.items()]
    return Choice(chosen, tuple(sorted(aside, key=lambda file: (file.source, file.reason))), late)


@dataclass(frozen=True)
class _Found:
    """What came of the files of one paper."""

    entry: Entry | None = None
    late: Late | None = None
    set_aside: tuple[SetAside, ...] = ()


def _of_paper(files: Sequence[Entry], deadline: Deadline) -> _Found:
    ordered = sorted(files, key=lambda file: file.source)
    late: dict[str, Late | None] = {}
    notes = []
    for file in ordered:
        try:
            late[file.source] = _late(file, deadline)
        except TimesNotComparable as cause:
            late[file.source] = None
            told = f"Nobody can tell whether it is late: {cause}"
            notes.append(SetAside(f"{TIME_OF}{file.source}", told, file.paper))
    counts = _counting(ordered, late)
    if counts is None:
        return _Found(set_aside=(*notes, *_undecidable(ordered)))
    others = [SetAside(file.source, _why_not(file, counts, late), file.paper) for file in ordered if file is not counts]
    return _Found(counts, late[counts.source], (*notes, *others))


def _counting(files: Sequence[Entry], late: Mapping[str, Late | None]) -> Entry | None:
    """The latest file in time, else the latest of all; None where nobody can say which one that is."""
    in_time = [file for file in files if late[file.source] is None]
    undated = [file for file in in_time if file.submitted_at is None and file.is_late is None]
    if undated and len(in_time) < len(files):
        # It may have come before or after the late one.
        return undated[0] if len({file.written for file in files}) == 1 else None
    return _latest(in_time or files)


def _known_of_owners(by_others: Mapping[str, list[str]], accounted_for: Collection[str]) -> Iterator[SetAside]:
    """Of papers that others alone handed in their owners' rows say so, and not who did."""
    for paper, sources in by_others.items():
        if paper not in accounted_for:
            yield SetAside(_note_on(sorted(sources)), _BY_ANOTHER, paper)


def _note_on(sources: list[str]) -> str:
    """One note, of however many files it is said."""
    return f"{NOTE_ON}{sources[0]}" + (f" and {len(sources) - 1} more" if len(sources) > 1 else "")


def _late(file: Entry, deadline: Deadline) -> Late | None:
    if file.submitted_at is not None and deadline.due is not None:
        return lateness(file.submitted_at, deadline.due, deadline.policy)
    return Late(timedelta(0)) if file.is_late else None


def _latest(files: Sequence[Entry]) -> Entry | None:
    """The latest file, or the first of those with the same answers; None where nothing says which one is the latest."""
    dated = [file for file in files if file.submitted_at is not None]
    if len({file.written for file in files}) == 1:
        return min(dated, key=_moment) if len(dated) == len(files) and _are_comparable(dated) else files[0]
    if len(dated) < len(files) or not _are_comparable(dated):
        return None
    last = max(map(_moment, dated))
    at_last = [file for file in dated if _moment(file) == last]
    return at_last[0] if len({file.written for file in at_last}) == 1 else None


def _are_comparable(files: Sequence[Entry]) -> bool:
    """Whether all of their times name a zone, or none does."""
    return len({file.submitted_at.utcoffset() is None for file in files if file.submitted_at}) == 1


def _moment(file: Entry) -> datetime:
    return file.submitted_at or datetime.min


def _undecidable(files: Sequence[Entry]) -> Iterator[SetAside]:
    names = ", ".join(file.source for file in files[:_NAMED])
    names += f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    paper = files[0].paper
    reason = f"Paper {paper} was handed in more than once, with different answers: {names}. Keep one file."
    return (SetAside(file.source, reason, file.paper) for file in files)


def _why_not(file: Entry, counts: Entry, late: Mapping[str, Late | None]) -> str:
    if file.written == counts.written:
        return f"The same answers as in {counts.source}, which was graded."
    if late[file.source] is not None and late[counts.source] is None:
        return f"Handed in late; {counts.source} came in time and was graded."
    return f"{counts.source} was handed in later and was graded."


class _People:
    """Who is who in the assignment table, found by id, e-mail or name."""

    def __init__(self, owners: Mapping[str, tuple[Owner, ...]]) -> None:
        self._owners = owners
        self._papers: dict[tuple[str, str], set[str]] = defaultdict(set)
        for paper, people in owners.items():
            for owner in people:
                for trait in traits(owner.id, owner.email, owner.name):
                    self._papers[trait].add(paper)

    def only_paper(self, entry: Entry) -> str:
        """The paper of whoever handed this in, if that is one paper; of a group's members it is the same."""
        papers = self._papers_of(entry)
        return papers.pop() if len(papers) == 1 else ""

    def other_papers(self, entry: Entry) -> list[str]:
        """The papers of whoever handed this in, where these are others than the one it names; else nothing.

        A person whom the table does not know proves nothing, nor does a name that two students have.
        """
        if not self._owners.get(entry.paper):
            return []
        papers = self._papers_of(entry)
        return [] if entry.paper in papers else sorted(papers)

    def _papers_of(self, entry: Entry) -> set[str]:
        known = (trait for sender in entry.senders for trait in traits(sender.id, sender.email, sender.name))
        return {paper for trait in known for paper in self._papers.get(trait, ())}


def traits(student_id: str, email: str, name: str) -> Iterator[tuple[str, str]]:
    """What a person is known by, as far as it is told; names by their letters in any order of their parts."""
    if student_id.strip():
        yield "id", student_id.strip().casefold()
    if email.strip():
        yield "email", email.strip().casefold()
    if letters := "".join(sorted(filter(str.isalnum, name.casefold()))):
        yield "name", letters
