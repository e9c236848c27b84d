"""A table of paper answers becomes transcripts: checked as a whole first, then written paper by paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from chainrule.amount_words import count
from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.reading_files import file_bytes
from chainrule.transcription.answer_table import TypedRow, answers_csv, read_answers
from chainrule.transcription.paper_list import PaperList
from chainrule.transcription.readings import PaperFields
from chainrule.transcription.transcript import Transcript
from chainrule.transcription.transcript_store import TranscriptStore
from submissions import write_atomic

__all__ = ["Imported", "export_answers", "import_answers"]


@dataclass(frozen=True)
class Imported:
    """How many fields of how many papers were taken over, and the papers of which the table holds nothing."""

    n_fields: int
    n_papers: int
    left_out: tuple[str, ...]

    def __str__(self) -> str:
        told = f"Taken over: {count(self.n_fields, 'field')} of {count(self.n_papers, 'paper')}."
        left = f" Left as they are, for the table holds no answer of them: {', '.join(self.left_out)}."
        return told + left if self.left_out else told


def import_answers(
    table: Path, folder: ExamFolder, papers: PaperList, store: TranscriptStore, *, who: str, replaces: bool = False
) -> Imported:
    """Take over a table; nothing is written unless every row of it can be used.

    What was typed already stays, and a row that says something else is refused unless `replaces`.
    Raises: RefusedInput with every mistake and its line.
    """
    opened: dict[str, PaperFields] = {}

    def open_paper(paper_id: str) -> PaperFields:
        return opened.setdefault(paper_id, PaperFields(folder.read_paper(paper_id)))

    rows, left_out = read_answers(file_bytes(table), papers, open_paper, source=table.name, who=who)
    by_paper: dict[str, list[TypedRow]] = defaultdict(list)
    for row in rows:
        by_paper[row.paper].append(row)
    before = {paper_id: store.read(paper_id) for paper_id in by_paper}
    mistakes = [] if replaces else [fault for row in rows for fault in _against(before[row.paper], row, table.name)]
    if mistakes:
        raise RefusedInput("\n".join(mistakes))
    for paper_id, typed in by_paper.items():
        store.update(paper_id, partial(_with_rows, rows=typed, who=who), field_ids=opened[paper_id].ids)
    return Imported(len(rows), len(by_paper), left_out)


def _against(before: Transcript, row: TypedRow, source: str) -> Sequence[str]:
    """The mistake in a row that would write over what somebody typed."""
    stands = before.entry(row.field)
    if not stands.is_typed or stands == row.entry:
        return ()
    typists = ", ".join(before.who) or "somebody"
    return (
        f"{source}:{row.line}: {row.paper} {row.field} was typed differently by {typists}; --replace writes over it.",
    )


def _with_rows(before: Transcript, *, rows: Iterable[TypedRow], who: str) -> Transcript:
    for row in rows:
        before = before.with_entry(row.field, row.entry, who)
    return before


def export_answers(file: Path, folder: ExamFolder, ids: Iterable[str], store: TranscriptStore) -> int:
    """Write these papers' fields, with what is typed of them, to a new table; returns how many papers it holds.

    Raises: RefusedInput when the file exists, for somebody may have filled it in, or can't be written.
    """
    if file.exists():
        raise RefusedInput(f"{file}: exists already, and may hold somebody's work; choose a new name.")
    chosen = list(ids)
    text = answers_csv((PaperFields(folder.read_paper(paper_id)) for paper_id in chosen), store.read)
    try:
        write_atomic(file, text.encode("utf-8-sig"), mode=0o600)  # with a mark, for Excel takes UTF-8 for Windows' own
    except OSError as cause:
        raise RefusedInput(f"{file}: can't be written ({cause.strerror}).") from cause
    return len(chosen)
