"""Answers that wait for a person, put together so that one decision settles all that are equal; without any name.

Answers are equal where the printed question is the same, and what was written, spaces aside, and what was written in
the fields that this one builds on: the same words may be right for other numbers, or after another slip. Of a paper
there is its id and nothing else: names of files hold names of people.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b32encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from chainrule.review.decisions_file import Kept
from grader.decisions import Decision, apply_decisions, await_typing
from grader.grade import FieldGrade, Grade
from grader.verdict import OPEN_OUTCOMES, Verdict
from question_templates.paper import Item, Paper, field_id, in_exam_order
from question_templates.question import Field

__all__ = ["Group", "Place", "Queue", "is_outdated", "review_queue"]

KeyTexts = Mapping[str, Mapping[str, str]]

_ID_LENGTH, _READING_LENGTH = 12, 4
_STRAY = "An answer under a name that the paper does not have. 0 points settle it; to count it, mend the file."


@dataclass(frozen=True)
class Place:
    """One field of one paper."""

    paper: str
    field: str


@dataclass(frozen=True)
class Group:
    """Equal answers to one question: `waiting` are those that nobody has decided, `decided` those that somebody has.

    `item` and `asked` are None for an answer under a name that the paper does not have. `earlier` are the responses in
    the fields that this one builds on, by name. `suggested` are decisions that people made on this group's answers.
    """

    id: str
    slot: str
    field: str
    item: Item | None
    asked: Field | None
    out_of: Fraction
    response: str
    earlier: tuple[tuple[str, str], ...]
    read_as: str
    why: str
    key: str
    waiting: tuple[Place, ...]
    decided: tuple[Place, ...]
    suggested: tuple[Decision, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        return (*self.waiting, *self.decided)

    @property
    def title(self) -> str:
        """`2 Why gradients vanish`."""
        return f"{self.slot} {self.item.question.title}" if self.item else "No question of the paper"


@dataclass(frozen=True)
class Queue:
    """What waits for a person: every group in the exam's order, the most frequent response first; and what does not.

    `untyped` counts the answers that wait for being typed in from paper, which is not for here. `outdated` are
    decisions on answers that have changed since.
    """

    groups: tuple[Group, ...]
    untyped: int = 0
    outdated: tuple[Kept, ...] = ()

    @property
    def waiting(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.waiting)


@dataclass(frozen=True)
class _Answer:
    """One answer that a person decides, or has decided; `verdict` is the machine's."""

    place: Place
    graded: FieldGrade | None
    item: Item | None
    response: str
    earlier: tuple[tuple[str, str], ...] = ()
    is_open: bool = True

    @property
    def verdict(self) -> Verdict:
        if self.graded is None:
            return Verdict("pending", reason=_STRAY)
        return self.graded.overruled or self.graded.verdict


def review_queue(
    papers: Mapping[str, Paper], grades: Iterable[Grade], keys: KeyTexts, *, kept: Iterable[Kept] = ()
) -> Queue:
    """Group what waits for a person in these grades, `kept` decisions taken into account.

    `keys` has the key's answer as text by paper and field id.
    """
    by_paper: dict[str, list[Kept]] = defaultdict(list)
    by_group: dict[str, list[Decision]] = defaultdict(list)
    for one in kept:
        by_paper[one.decision.paper].append(one)
        by_group[one.group].append(one.decision)
    found: dict[str, list[_Answer]] = defaultdict(list)
    outdated: list[Kept] = []
    untyped = 0
    for grade in grades:
        paper, mine = papers[grade.paper], by_paper[grade.paper]
        past = [one for one in mine if is_outdated(one, paper, grade)]
        outdated += past
        untyped += len(_untyped(grade))
        for answer in _answers(paper, grade, [one.decision for one in mine if one not in past]):
            found[_group_id(answer)].append(answer)
    groups = [_group(name, answers, keys, by_group[name]) for name, answers in found.items()]
    return Queue(_in_order(groups), untyped, tuple(outdated))


def is_outdated(kept: Kept, paper: Paper, grade: Grade) -> bool:
    """Whether a decision was made on another answer, or another question, than the paper has there now.

    An answer under a name that the paper does not have is gone from the grade once it is settled: that is no change.
    """
    if not kept.group or kept.decision.paper != grade.paper:
        return False
    answer = _answer_at(paper, grade, kept.decision.field)
    return answer is not None and _content_id(answer) != kept.group.partition("-")[0]


def _answers(paper: Paper, grade: Grade, decisions: Sequence[Decision]) -> Iterator[_Answer]:
    """Every answer of a paper that waits for a person, or that these decisions settle.

    Those not typed in are not among them, nor those that somebody gave points to on paper: that was for all time.
    """
    decided, untyped = apply_decisions(grade, decisions), _untyped(grade)
    ours = {decision.field for decision in decisions}
    for graded in decided.fields:
        found = graded.overruled or graded.verdict
        is_here = graded.verdict.outcome in OPEN_OUTCOMES or graded.id in ours
        if found.outcome in OPEN_OUTCOMES and is_here and graded.id not in untyped:
            yield _answer_of(paper, decided, graded)
    for name, response in grade.strays.items():
        yield _Answer(Place(grade.paper, name), None, None, response, is_open=name in decided.strays)


def _untyped(grade: Grade) -> frozenset[str]:
    """The fields that wait for being typed in: those open ones that waiting for it leaves as they are."""
    waiting = await_typing(grade, [graded.id for graded in grade.fields])
    return frozenset(
        now.id
        for now, then in zip(grade.fields, waiting.fields, strict=True)
        if now.verdict == then.verdict and now.verdict.outcome in OPEN_OUTCOMES
    )


def _answer_at(paper: Paper, grade: Grade, name: str) -> _Answer | None:
    graded = next((one for one in grade.fields if one.id == name), None)
    if graded is not None:
        return _answer_of(paper, grade, graded)
    return _Answer(Place(grade.paper, name), None, None, grade.strays[name]) if name in grade.strays else None


def _answer_of(paper: Paper, grade: Grade, graded: FieldGrade) -> _Answer:
    number, _, name = graded.id.rpartition(".")
    item = next(item for item in paper.items if item.number == number)
    responses = {one.id: one.response for one in grade.fields}
    earlier = tuple(
        (other, responses.get(field_id(number, other), "")) for other in item.question.field(name).builds_on
    )
    is_open = graded.verdict.outcome in OPEN_OUTCOMES
    return _Answer(Place(grade.paper, graded.id), graded, item, graded.response, earlier, is_open)


def _group_id(answer: _Answer) -> str:
    """What tells groups apart: the content, and how it was read, since names defined elsewhere may change that."""
    content, reading = _content_id(answer), _folded(answer.verdict.read_as)
    is_text = answer.graded is not None and answer.graded.kind == "text"
    if is_text or reading in ("", _folded(answer.response)):
        return content
    return f"{content}-{_digest(reading)[:_READING_LENGTH]}"


def _content_id(answer: _Answer) -> str:
    # It begins with a letter, so that no spreadsheet takes it for a number.
    return "g" + _digest(_question_of(answer), _folded(answer.response), _folded_all(answer.earlier))[:_ID_LENGTH]


def _question_of(answer: _Answer) -> list[object]:
    if answer.item is None or answer.graded is None:
        return ["stray", answer.place.field]
    item, name = answer.item, answer.place.field.rpartition(".")[2]
    return [item.slot, name, str(item.points), item.question.to_json(), dict(item.variant.parameters)]


def _folded(text: str) -> str:
    return " ".join(text.split())


def _folded_all(named: Iterable[tuple[str, str]]) -> list[list[str]]:
    return [[name, _folded(text)] for name, text in named]


def _digest(*content: object) -> str:
    told = json.dumps(content, sort_keys=True)
    return b32encode(hashlib.sha256(told.encode()).digest()).decode().lower()


def _group(name: str, answers: list[_Answer], keys: KeyTexts, suggested: Iterable[Decision]) -> Group:
    answers = sorted(answers, key=lambda answer: (answer.place.paper, answer.place.field))
    first = answers[0]
    place, graded = first.place, first.graded
    own_name = place.field.rpartition(".")[2]
    return Group(
        id=name,
        slot=first.item.slot if first.item else "",
        field=own_name if first.item else place.field,
        item=first.item,
        asked=first.item.question.field(own_name) if first.item else None,
        out_of=graded.out_of if graded else Fraction(0),
        response=first.response,
        earlier=first.earlier,
        read_as=first.verdict.read_as,
        why=graded.verdict.reason if graded and first.is_open else first.verdict.reason,
        key=keys.get(place.paper, {}).get(place.field, "") if graded else "",
        waiting=tuple(answer.place for answer in answers if answer.is_open),
        decided=tuple(answer.place for answer in answers if not answer.is_open),
        suggested=tuple(sorted(set(suggested), key=lambda one: (one.who, one.points, one.paper, one.field))),
    )


def _in_order(groups: list[Group]) -> tuple[Group, ...]:
    """By question and field as printed, then by variant, and the most frequent response first; strays at the end."""
    slots = {slot: place for place, slot in enumerate(in_exam_order(group.slot for group in groups if group.slot))}

    def place(group: Group) -> tuple[object, ...]:
        fields = [asked.name for asked in group.item.question.fields] if group.item else []
        asked_at = fields.index(group.field) if group.item else 0
        slot_at = slots.get(group.slot, len(slots))
        return slot_at, asked_at, group.field, _variant(group), -len(group.places), group.response, group.id

    return tuple(sorted(groups, key=place))


def _variant(group: Group) -> str:
    """What tells the printed questions of one slot apart."""
    return _digest(group.item.question.to_json()) if group.item else ""
