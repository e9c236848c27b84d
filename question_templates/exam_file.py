"""Reading exam.yaml: checked as a whole, against the bank too, with every mistake at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

from pydantic import ValidationError

from question_templates import marked_yaml
from question_templates.bank import Bank
from question_templates.candidates import candidates, slot_mistakes
from question_templates.deadline import NOTHING_DEDUCTED, LatePolicy, is_doubtful, local_time, read_time
from question_templates.errors import BrokenExam
from question_templates.exam import Exam
from question_templates.exam_mistakes import mistakes_across
from question_templates.exam_schema import ExamFile, LateModel, PolicyModel, SlotModel
from question_templates.fixed_layout import held_to_one_list
from question_templates.paper import DEFAULT_POLICY, ExamHead, Policy, SectionHead
from question_templates.slot import Slot, Wanted

__all__ = ["read_exam"]

Path = marked_yaml.Path
Places = Mapping[Path, str]

_SOURCES = ("family", "topic", "choose_from")


def read_exam(text: str, bank: Bank, *, source: str = "exam.yaml") -> Exam:
    """The exam that a YAML text describes; what only deserves a look is in its `notes`.

    Raises: BrokenExam with one line a mistake, `exam.yaml:9:5: what is wrong`, in the order of the file.
    """
    try:
        data, places = marked_yaml.parse(text, source)
    except marked_yaml.Mistakes as cause:
        raise BrokenExam(str(cause)) from cause
    read, mistakes = marked_yaml.checked(ExamFile, data, places, source)
    data = data if isinstance(data, dict) else {}
    sound = list(_sound_slots(data, places, source))
    mistakes += mistakes_across(data, [(path, slot) for path, _, slot in sound], bank, places, source)
    mistakes += _unknown_sources(data, bank, places, source)
    mistakes += _doubtful_due(read, places) if read else ()
    if read is None or mistakes:
        raise BrokenExam("\n".join(marked_yaml.in_order(mistakes)))
    return _exam(read, [(model, slot) for _, model, slot in sound], bank, places, source)


def _sound_slots(data: Mapping[str, Any], places: Places, source: str) -> Iterator[tuple[Path, SlotModel, Slot]]:
    """Every slot that is sound by itself, whatever else is wrong with the file."""
    base = _policy(data.get("policy"), DEFAULT_POLICY)
    for section, path, told in _slots_of(data):
        try:
            model = SlotModel.model_validate(told)
        except ValidationError:
            continue
        yield path, model, _slot(model, model.policy, base, places.get(path, source), section)


def _unknown_sources(data: Mapping[str, Any], bank: Bank, places: Places, source: str) -> list[str]:
    """Families and topics that the bank does not have, also in slots that have other mistakes."""
    found = []
    for _, path, told in _slots_of(data):
        names = {key: told[key] for key in _SOURCES if key in told} if isinstance(told, dict) else {}
        with suppress(ValidationError):
            slot = _slot(SlotModel.model_validate({"points": 1, **names}), PolicyModel(), DEFAULT_POLICY, "", 0)
            found += [f"{places[path + key]}: {mistake}" for key, mistake in slot_mistakes(slot, bank)]
    return found


def _slots_of(data: Mapping[str, Any]) -> Iterator[tuple[int, Path, Any]]:
    """The section, path and data of every slot."""
    for place, slot in enumerate(_list(data.get("slots"))):
        yield 0, ("slots", place), slot
    for number, section in enumerate(_list(data.get("sections"))):
        slots = section.get("slots") if isinstance(section, dict) else ()
        for place, slot in enumerate(_list(slots)):
            yield number + 1, ("sections", number, "slots", place), slot


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []


def _policy(told: Any, base: Policy) -> Policy:
    try:
        return _over(PolicyModel.model_validate(told or {}), base)
    except ValidationError:
        return base


def _over(read: PolicyModel, base: Policy) -> Policy:
    """`base` with the shares that are given."""
    given = {share: Fraction(str(value)) for share, value in read.model_dump(exclude_none=True).items()}
    return Policy(**{**vars(base), **given})


def _slot(read: SlotModel, policy: PolicyModel, base: Policy, place: str, section: int) -> Slot:
    return Slot(
        points=_exact(read.points),
        family=read.family,
        topic=read.topic,
        choose_from=tuple(read.choose_from or ()),
        levels=tuple(read.level or ()),
        policy=_over(policy, base),
        place=place,
        band={name: (least, most) for name, (least, most) in read.band.items()},
        wanted=Wanted(tuple(sorted(read.where.items())), tuple(read.fields or ())),
        section=section,
    )


def _exact(number: float) -> Fraction:
    """A number as its decimal says, so that points add up exactly."""
    return Fraction(str(number))


def _exam(read: ExamFile, slots: list[tuple[SlotModel, Slot]], bank: Bank, places: Places, source: str) -> Exam:
    every = [
        replace(slot, minutes=_minutes(model, slot, bank, read.pace))
        for model, slot in slots
        for _ in range(model.count)
    ]
    if read.layout == "fixed":
        every = [held_to_one_list(slot, bank) for slot in every]
    exam = Exam(
        ExamHead(read.title, read.course, read.date, read.instructions.strip(), read.release),
        tuple(every),
        shuffle=frozenset(read.shuffle or ()),
        numbered_in_parts=read.numbering == "parts",
        template=read.template,
    )
    return replace(exam, head=_head(read, exam), notes=tuple(_notes(read, exam, places, source)))


def _minutes(read: SlotModel, slot: Slot, bank: Bank, pace: float) -> Fraction:
    """The time of one question: what the slot says, or the mean of what its families say, at the exam's pace."""
    if read.minutes is not None:
        return _exact(read.minutes)
    found = [shelf.family.minutes for shelf in candidates(slot, bank)]
    return Fraction(sum(found), len(found)) * _exact(pace)


def _doubtful_due(read: ExamFile, places: Places) -> Iterator[str]:
    """A due time at which clocks are put forward or back, so that it is no moment or two."""
    if read.due and read.timezone and is_doubtful(read_time(read.due), read.timezone):
        told = f"in {read.timezone} clocks show that time twice or never on that day; write it with its offset"
        yield f"{places[('due',)]}: due: {told}, such as {read.due}+02:00 (found {read.due!r})"


def _due(read: ExamFile) -> datetime | None:
    return local_time(read_time(read.due), read.timezone or "") if read.due else None


def _late(read: LateModel | None) -> LatePolicy:
    if read is None:
        return NOTHING_DEDUCTED
    grace = timedelta(minutes=read.grace_minutes)
    told = read.deduct
    return LatePolicy(grace, _exact(told.share), told.per, _exact(told.at_most)) if told else LatePolicy(grace)


def _head(read: ExamFile, exam: Exam) -> ExamHead:
    """The head with what is summed over slots; an exam without sections has none in its head either."""
    sections = []
    for number, section in enumerate(read.sections or (), start=1):
        own = [slot for slot in exam.slots if slot.section == number]
        points = sum((slot.points for slot in own), Fraction(0))
        minutes = ceil(sum((slot.minutes for slot in own), Fraction(0)))
        sections.append(SectionHead(section.title, section.instructions.strip(), points, minutes))
    return replace(
        exam.head,
        duration=read.duration or 0,
        minutes=exam.minutes,
        sections=tuple(sections),
        practice=read.practice,
        layout=read.layout,
        paper_size=read.paper_size,
        language=read.language,
        due=_due(read),
        timezone=read.timezone or "",
        late=_late(read.late),
        sandbox=read.sandbox or "",
    )


def _notes(read: ExamFile, exam: Exam, places: Places, source: str) -> Iterator[str]:
    if read.duration and read.duration < exam.minutes:
        place = places.get(("duration",), source)
        yield f"{place}: duration: {read.duration} minutes are granted, but the questions take about {exam.minutes}."
    due = _due(read)
    if due is not None and due.tzinfo is None:
        told = "the time names no zone, so that times of Canvas, Moodle or Gradescope can't be compared with it"
        yield f"{places[('due',)]}: due: {told}; add `timezone`, such as Europe/Zurich."
    if read.late and not read.due:
        told = "there is no `due`, so that only students with a due time of their own can be late"
        yield f"{places[('late',)]}: late: {told}."
