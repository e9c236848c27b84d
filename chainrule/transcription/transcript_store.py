"""Where transcripts lie: one file a paper, written whole after every field, safe where two people type at once."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.sole_writer import sole_writer
from chainrule.transcription.transcript import Entry, Transcript
from question_templates.dice import is_paper_id
from submissions import write_atomic
from submissions.limits import MAX_FILE_BYTES

__all__ = ["TakenMeanwhile", "TranscriptStore", "store_of"]

_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600
_LOCK = ".lock"


class TakenMeanwhile(Exception):
    """Somebody else typed the same field since it was read; `theirs` is what stands now."""

    def __init__(self, theirs: Transcript) -> None:
        super().__init__()
        self.theirs = theirs


@dataclass(frozen=True)
class TranscriptStore:
    """The transcripts of an exam, or those of its second entry."""

    path: Path

    def file(self, paper_id: str) -> Path:
        return self.path / f"{paper_id}.json"

    def paper_ids(self) -> tuple[str, ...]:
        """The papers of which something is typed, by id."""
        try:
            names = sorted(os.listdir(self.path))
        except FileNotFoundError:
            return ()
        except OSError as cause:
            raise RefusedInput(f"{self.path}: can't be opened ({cause.strerror}).") from cause
        stems = [Path(name).stem for name in names if name.endswith(".json")]
        return tuple(stem for stem in stems if is_paper_id(stem))

    def read(self, paper_id: str) -> Transcript:
        """What is typed of a paper; an empty transcript where nothing is. Raises RefusedInput for a damaged file."""
        file = self.file(paper_id)
        try:
            data = file.read_bytes()
        except FileNotFoundError:
            return Transcript(paper_id)
        except OSError as cause:
            raise RefusedInput(f"{file}: can't be opened ({cause.strerror}).") from cause
        found = transcript_from(data, source=file.name)
        if found.paper != paper_id:
            raise RefusedInput(f"{file.name}: holds paper {found.paper!r}; name it {found.paper}.json or mend it.")
        return found

    def is_finished(self, paper_id: str) -> bool:
        """Whether every field of a paper is typed; a damaged file is not finished."""
        try:
            return json.loads(self.file(paper_id).read_bytes())["finished"] is True
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return False

    def save_entry(
        self, seen: Transcript, field_id: str, entry: Entry, *, who: str, field_ids: tuple[str, ...]
    ) -> Transcript:
        """Write one field of a paper and return what then stands there; others may have typed other fields meanwhile.

        `seen` is the transcript as it was when the field was shown.
        Raises: TakenMeanwhile when somebody else changed this very field; RefusedInput when it can't be written.
        """

        def typed(theirs: Transcript) -> Transcript:
            if theirs.entry(field_id) not in (seen.entry(field_id), entry):
                raise TakenMeanwhile(theirs)
            return theirs.with_entry(field_id, entry, who)

        return self.update(seen.paper, typed, field_ids=field_ids)

    def update(
        self, paper_id: str, change: Callable[[Transcript], Transcript], *, field_ids: tuple[str, ...]
    ) -> Transcript:
        """Read a transcript, change it and write it, while nobody else can; raises RefusedInput when that can't be."""
        with sole_writer(self.path, _LOCK, made_with=_PRIVATE_FOLDER):
            return self._write(change(self.read(paper_id)), field_ids)

    def _write(self, transcript: Transcript, field_ids: tuple[str, ...]) -> Transcript:
        try:
            write_atomic(self.file(transcript.paper), transcript.to_text(field_ids).encode(), mode=_PRIVATE_FILE)
        except OSError as cause:
            raise RefusedInput(f"{self.path}: can't be written ({cause.strerror}).") from cause
        return transcript


def store_of(folder: ExamFolder, *, second: bool = False) -> TranscriptStore:
    """Where an exam's transcripts lie; those of the second entry lie apart."""
    place = folder.staff / "transcripts"
    return TranscriptStore(place / "second" if second else place)


def transcript_from(data: bytes, *, source: str) -> Transcript:
    """A transcript from a file's bytes; raises RefusedInput that names the file."""
    if len(data) > MAX_FILE_BYTES:
        raise RefusedInput(f"{source}: has {len(data):,} bytes; transcripts have at most {MAX_FILE_BYTES:,}.")
    try:
        return Transcript.from_text(data.decode("utf-8"), source=source)
    except UnicodeDecodeError as cause:
        raise RefusedInput(f"{source}: can't be read as a transcript: it is not UTF-8.") from cause
