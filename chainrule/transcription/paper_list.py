"""Which papers an exam has, in which order they lie on the pile, and which of them somebody means.

Only names of files are looked at: with 5,000 papers nobody should wait for 5,000 papers to be read.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from chainrule.amount_words import first_of
from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.spreadsheet import read_rows
from question_templates.dice import is_paper_id

__all__ = ["PaperList", "list_papers", "meant"]

_SHOWN = 5  # papers named where a beginning fits several


@dataclass(frozen=True)
class PaperList:
    """The ids of an exam's papers in the order of the pile."""

    ids: tuple[str, ...]

    def place(self, paper_id: str) -> int:
        """Where a paper lies, counted from 1."""
        return self.ids.index(paper_id) + 1


def list_papers(folder: ExamFolder) -> PaperList:
    """In print order where `staff/print-order.csv` says it; papers it does not name lie behind, by id.

    Raises: RefusedInput when the folder holds no exam.
    """
    if not folder.manifest.is_file():
        raise RefusedInput(f"{folder.path}: there is no exam here; `chainrule exam build` makes one.")
    try:
        stems = sorted(name.removesuffix(".json") for name in os.listdir(folder.staff / "papers"))
    except OSError as cause:
        raise RefusedInput(f"{folder.staff / 'papers'}: can't be opened ({cause.strerror}).") from cause
    ids = [stem for stem in stems if is_paper_id(stem)]
    known = set(ids)
    printed = [paper_id for paper_id in _print_order(folder) if paper_id in known]
    return PaperList(tuple(dict.fromkeys([*printed, *ids])))


def _print_order(folder: ExamFolder) -> Sequence[str]:
    file = folder.print_order
    if not file.is_file():
        return ()
    rows = read_rows(file.read_bytes(), source=file.name)
    headings = [cell.lower() for cell in rows[0][1]] if rows else []
    if "paper" not in headings:
        raise RefusedInput(f"{file.name}:1: the column paper is missing.")
    at = headings.index("paper")
    return [row[at] for _, row in rows[1:] if at < len(row)]


def meant(typed: str, papers: PaperList) -> str:
    """The id of the paper that somebody typed or scanned: `k7qf2mxp`, a beginning that fits one, `K7QF-2MXP/3`.

    Raises: RefusedInput saying that there is none, or which ones a beginning fits.
    """
    letters = _letters(typed.partition("/")[0])
    if not letters:
        raise RefusedInput("Type the paper's id, such as K7QF-2MXP, or its beginning.")
    fitting = [paper_id for paper_id in papers.ids if _letters(paper_id).startswith(letters)]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise RefusedInput(f"There is no paper {typed.strip()!r} in this exam; ids look like K7QF-2MXP.")
    raise RefusedInput(f"{typed.strip()!r} is the beginning of {first_of(fitting, most=_SHOWN)}; type more of it.")


def _letters(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())
