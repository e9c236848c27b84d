"""Sharing groups out among several people: parts of nearly equal size, and a question with one person if that goes."""

from __future__ import annotations

from collections.abc import Sequence

from chainrule.review.grouping import Group

__all__ = ["shared_out"]

#: A part may be smaller or larger by this share of its size, if then a question, or a field, is not torn apart.
_SLACK = 0.15


def shared_out(groups: Sequence[Group], n_parts: int) -> tuple[tuple[Group, ...], ...]:
    """The groups, which are in the exam's order, cut into `n_parts` runs; of few groups some parts are empty.

    Without a border of a question near where a part would end, the border of a field is taken, or none.
    """
    borders = [0]
    for part in range(1, n_parts):
        ideal = round(len(groups) * part / n_parts)
        borders.append(max(borders[-1], _border_near(groups, ideal, int(_SLACK * len(groups) / n_parts))))
    return tuple(tuple(groups[a:b]) for a, b in zip(borders, [*borders[1:], len(groups)], strict=True))


def _border_near(groups: Sequence[Group], ideal: int, slack: int) -> int:
    """Where to cut: the nearest border between questions, else between fields, else exactly at the ideal place."""
    near = sorted(
        range(max(ideal - slack, 0), min(ideal + slack, len(groups)) + 1), key=lambda at: (abs(at - ideal), at)
    )
    for is_border in (_parts_questions, _parts_fields):
        found = next((at for at in near if is_border(groups, at)), None)
        if found is not None:
            return found
    return ideal


def _parts_questions(groups: Sequence[Group], at: int) -> bool:
    return at in (0, len(groups)) or groups[at - 1].slot != groups[at].slot


def _parts_fields(groups: Sequence[Group], at: int) -> bool:
    return _parts_questions(groups, at) or groups[at - 1].field != groups[at].field
