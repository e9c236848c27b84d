"""What staff has about a whole class, written anew after its table changed: who has which paper, and all answers."""

from __future__ import annotations

from collections.abc import Sequence

from chainrule.building.manifest import manifest
from chainrule.building.print_order import by_place, print_order_csv
from chainrule.exam_folder import Assignment, ExamFolder, assignments_csv
from chainrule.pages.combined_key import PaperKey, combined_key_page
from chainrule.wording import answer_texts
from question_templates.paper import Paper
from question_templates.solving import solve_item
from submissions.store import write_atomic

__all__ = ["write_for_staff"]


def write_for_staff(folder: ExamFolder, table: Sequence[Assignment]) -> None:
    """Write the assignment table, the print order, the page of all answers, and the manifest that goes with them."""
    papers, families = folder.shelf(), folder.read_families()
    order = list(dict.fromkeys(row.paper for row in by_place(table)))
    file_of = {paper: pdf if (pdf := folder.pdf(paper)).is_file() else folder.page(paper) for paper in order}

    def key(paper: Paper) -> PaperKey:
        page = folder.key(paper.id).relative_to(folder.combined_key.parent).as_posix()
        titles = {item.number: item.question.title for item in paper.items}
        answers = {item.number: answer_texts(solve_item(item, families)) for item in paper.items}
        return PaperKey(paper.id, page, titles, answers)

    head = next((papers[paper].exam for paper in order), None)
    write_atomic(folder.assignments, assignments_csv(table).encode())
    write_atomic(folder.print_order, print_order_csv(folder, table, file_of).encode())
    if head is not None:
        write_atomic(folder.combined_key, combined_key_page(head, [key(papers[paper]) for paper in order]).encode())
    write_atomic(folder.manifest, manifest(folder, folder.exam.read_text(encoding="utf-8")).encode())
