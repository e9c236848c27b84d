"""Transcripts as the grader takes them: submissions, people's decisions, and the fields still to be typed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.transcription.transcript import Transcript
from chainrule.transcription.transcript_store import TranscriptStore, store_of, transcript_from
from grader import Decision, TypedIn
from grader.choosing import DECISION_ON, DECISIONS_ON, NOTE_ON, TIME_OF
from question_templates.paper import Paper, field_id
from submissions import Refusal, Submission

__all__ = ["TRANSCRIPT_OF", "HandedInOnPaper", "read_transcripts", "source_file", "transcript_name"]


#: How a typed paper is called among files that were handed in, with its id behind it.
TRANSCRIPT_OF = "transcript of "

#: Behind a table's name: the line of the row, and how many others a remark is about.
_ROW = re.compile(r":[0-9]+( and [0-9]+ more)?$")


@dataclass(frozen=True)
class HandedInOnPaper:
    """The papers that were typed in, and the transcripts that can't be read."""

    typed_in: tuple[TypedIn, ...]
    refused: tuple[Refusal, ...]

    @property
    def is_empty(self) -> bool:
        return not self.typed_in and not self.refused


def transcript_name(paper_id: str) -> str:
    """What a typed paper is called among files that were handed in."""
    return f"{TRANSCRIPT_OF}{paper_id}"


def source_file(folder: ExamFolder, handed_in: Path, source: str) -> Path:
    """The file that a grade or something set aside comes from: a transcript, or the file or archive that it lies in."""
    if source.startswith((TRANSCRIPT_OF, DECISION_ON, DECISIONS_ON)):
        return store_of(folder).file(source.split()[-1])
    named = source.removeprefix(TIME_OF).removeprefix(NOTE_ON)
    place = handed_in / _ROW.sub("", named)
    while place != handed_in and not place.exists() and place.is_relative_to(handed_in):
        place = place.parent
    return place


def read_transcripts(folder: ExamFolder, papers: Mapping[str, Paper]) -> HandedInOnPaper:
    """Every transcript of an exam; a damaged one, or one whose points do not fit the paper, is refused by name."""
    store = store_of(folder)
    typed_in: list[TypedIn] = []
    refused: list[Refusal] = []
    for paper_id in store.paper_ids():
        try:
            found = _typed_in(store, paper_id, papers.get(paper_id))
        except RefusedInput as fault:
            refused.append(Refusal(transcript_name(paper_id), str(fault)))
            continue
        if found is not None:
            typed_in.append(found)
    return HandedInOnPaper(tuple(typed_in), tuple(refused))


def _typed_in(store: TranscriptStore, paper_id: str, paper: Paper | None) -> TypedIn | None:
    """One transcript; None where everything in it was taken back."""
    file = store.file(paper_id)
    try:
        data = file.read_bytes()
    except OSError as cause:
        raise RefusedInput(f"it cannot be opened ({cause.strerror}).") from cause
    transcript = transcript_from(data, source=file.name)
    if transcript.paper != paper_id:
        raise RefusedInput(f"{file.name}: holds paper {transcript.paper!r}.")
    if not transcript.entries:
        return None
    if paper is not None:
        _check_points(transcript, paper, file.name)
    responses = {name: entry.response for name, entry in transcript.entries.items() if entry.response is not None}
    decisions = tuple(
        Decision(paper_id, name, entry.points.points, entry.points.reason, entry.points.who)
        for name, entry in transcript.entries.items()
        if entry.points is not None
    )
    untyped = tuple(name for name in paper.field_ids() if name not in transcript.entries) if paper else ()
    digest = hashlib.sha256(data).hexdigest()
    return TypedIn(Submission(transcript_name(paper_id), paper_id, responses, (), digest), decisions, untyped)


def _check_points(transcript: Transcript, paper: Paper, source: str) -> None:
    worth = {
        field_id(item.number, asked.name): item.points_of(asked.name)
        for item in paper.items
        for asked in item.question.fields
    }
    for name, entry in transcript.entries.items():
        if entry.points is None:
            continue
        if name not in worth:
            raise RefusedInput(f"{source}: gives points for {name!r}, a field that the paper does not have.")
        if entry.points.points > worth[name]:
            raise RefusedInput(f"{source}: gives {name} {entry.points.points} points; it has 0 to {worth[name]}.")
