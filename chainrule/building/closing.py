"""What is said when a build is done: how many papers, for whom, and where things lie."""

from __future__ import annotations

from chainrule.exam_folder import ExamFolder

__all__ = ["closing_lines"]


def closing_lines(folder: ExamFolder) -> list[str]:
    """The lines for a terminal, from the assignment table.

    Raises: RefusedInput when the table can't be read.
    """
    table = folder.read_assignments()
    owned = {row.paper for row in table if row.id}
    n_students, n_spares = sum(bool(row.id) for row in table), len({row.paper for row in table} - owned)
    sharing = f" ({n_students} students: groups share theirs)" if n_students > len(owned) else ""
    places = [name for name in ("sitting", "room", "seat") if any(getattr(row, name) for row in table)]
    order = f"by {', '.join(places)}, then by id" if places else "by id"
    outline = ["  outline.csv      where every box stands, on all papers"] if folder.outline.is_file() else []
    return [
        f"{len(owned) + n_spares} papers: {len(owned)} for students{sharing}, {n_spares} spare",
        f"To hand out:  {folder.students}",
        f"For staff:    {folder.staff}",
        "  assignments.csv  who has which paper",
        f"  print-order.csv  what to print, {order}; spares last",
        "  keys.html        all answers in that order; keys/ has worked solutions",
        *outline,
    ]
