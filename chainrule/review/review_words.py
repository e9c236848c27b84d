"""What the terminal says of a review: what waits, what an import did, where people disagree."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby

from chainrule.amount_words import amount, count, first_of
from chainrule.plain_text import printable
from chainrule.review.deciding import Disagreement, TakenOver
from chainrule.review.decisions_file import Kept
from chainrule.review.group_table import COLUMNS, group_cells
from chainrule.review.grouping import Group, Queue
from chainrule.terminal.tables import table, wrapped
from grader.decisions import Decision

__all__ = ["REVIEW_FORMAT", "disagreement_lines", "queue_json", "queue_text", "taken_over_text", "withdrawn_text"]

REVIEW_FORMAT = "chainrule-review/1"

_AGAIN = "Run `chainrule grade` again, or `chainrule regrade`: then the grades follow."
_NEXT = (
    "Next: `--html` writes a page to decide on, `--split 3` or `--tas ann,bob` one table for each person, with "
    "`--html` a page as well; `--import FILE...` takes over what they have decided."
)
_MOST_LINES = 30


def queue_text(queue: Queue, disagreeing: Iterable[Disagreement], *, width: int) -> str:
    """How many answers wait for a person, by question and field, and what to do next."""
    groups = queue.waiting
    n_answers = sum(len(group.waiting) for group in groups)
    lines = ["No answer waits for a person."]
    if groups:
        verb = "waits" if n_answers == 1 else "wait"
        told = f"{count(n_answers, 'answer')} {verb} for a person, {count(len(groups), 'decision')} in all:"
        lines = [told, "", _by_field(groups, width), "", *wrapped(_NEXT, width)]
    if queue.untyped:
        verb = "waits" if queue.untyped == 1 else "wait"
        lines += [
            f"{count(queue.untyped, 'answer')} {verb} to be typed in from paper; that is for `chainrule transcribe`."
        ]
    lines += _outdated(queue.outdated)
    lines += disagreement_lines(disagreeing)
    return "\n".join(lines)


def queue_json(queue: Queue, disagreeing: Iterable[Disagreement]) -> str:
    """The same for programs, every group by itself: JSON of format chainrule-review/1."""
    told = {
        "format": REVIEW_FORMAT,
        "groups": [dict(zip(COLUMNS, group_cells(group), strict=False)) for group in queue.waiting],
        "untyped": queue.untyped,
        "outdated": [{"group": kept.group, **_told(kept.decision)} for kept in queue.outdated],
        "conflicts": [
            {
                "group": one.group,
                "field": one.field,
                "papers": one.papers,
                "given": {who: str(p) for who, p in one.given},
            }
            for one in disagreeing
        ],
    }
    return json.dumps(told, indent=1, sort_keys=True)


def _told(decision: Decision) -> dict[str, str]:
    return {**vars(decision), "points": str(decision.points)}


def _by_field(groups: Iterable[Group], width: int) -> str:
    rows = []
    for (title, field), mine in groupby(groups, key=lambda group: (group.title, group.field)):
        alike = list(mine)
        n_answers = sum(len(group.waiting) for group in alike)
        kind = alike[0].asked.kind if alike[0].asked else ""
        rows.append([printable(title), printable(field), kind, str(n_answers), str(len(alike))])
    head = ("question", "field", "kind", "answers", "decisions")
    return table(head, rows, width=width, right=(3, 4), limits=(40, 30))


def _outdated(outdated: Iterable[Kept]) -> Iterator[str]:
    for kept in outdated:
        made = kept.decision
        yield (
            f"{made.paper} {printable(made.field)}: the answer has changed since {printable(made.who)} gave it "
            f"{amount(made.points)}; look again, or `--withdraw {kept.group} --who {printable(made.who)}`."
        )


def disagreement_lines(disagreeing: Iterable[Disagreement]) -> list[str]:
    """A line for every group on which people disagree, and how that ends."""
    lines = [
        f"Conflict: group {one.group or '(none)'}, {printable(one.field)}: "
        + ", ".join(f"{amount(points)} by {printable(who) or 'somebody'}" for who, points in one.given)
        + f" ({first_of(one.papers, most=4)})."
        for one in disagreeing
    ]
    if lines:
        lines.append("These answers count for nothing yet: `--withdraw GROUP --who NAME` takes one decision back.")
    return lines


def taken_over_text(done: TakenOver) -> str:
    """What an import did, and what to do next."""
    of_answers = f", for {count(done.n_answers, 'answer')}" if done.n_changed else ""
    lines = [
        f"{count(done.n_changed, 'decision')} taken over{of_answers}; {done.n_same} known already; "
        f"{count(done.n_unfilled, 'row')} not filled in."
    ]
    lines += (f"Left: {printable(reason)}" for reason in done.left[:_MOST_LINES])
    if len(done.left) > _MOST_LINES:
        lines.append(f"Left: {len(done.left) - _MOST_LINES} more rows.")
    lines += disagreement_lines(done.disagreements)
    return "\n".join([*lines, _AGAIN] if done.n_changed else lines)


def withdrawn_text(taken: tuple[Kept, ...]) -> str:
    """What was taken back."""
    papers = first_of((kept.decision.paper for kept in taken), most=4)
    return f"Taken back, for {count(len(taken), 'answer')} ({papers}). {_AGAIN}"
