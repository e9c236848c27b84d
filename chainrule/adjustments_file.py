"""Reading adjustments.yaml: checked key by key and against the exam's papers, with every mistake at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from chainrule.adjusted_papers import AdjustedPapers
from chainrule.errors import RefusedInput
from chainrule.gone_papers import NOTHING_GONE, GonePapers
from grader.adjustments import Action, Adjustment, Adjustments
from question_templates import marked_yaml
from question_templates.answers import Key
from question_templates.exam_schema import Title
from question_templates.family import Family
from question_templates.paper import Item, Paper
from question_templates.solving import solve_item

__all__ = ["ADJUSTMENTS_FORMAT", "read_adjustments"]

ADJUSTMENTS_FORMAT = "chainrule-adjustments/1"

_ACTIONS: tuple[Action, ...] = ("void", "full_credit", "accept", "mistake_share")
_ALWAYS = ("reason", "author", "papers", "families")
_KEYS: Mapping[Action, tuple[str, ...]] = MappingProxyType(
    {"void": (), "full_credit": (), "accept": ("answer", "mistake", "share"), "mistake_share": ("share", "slot")}
)
_QUOTIENT = re.compile(r"[0-9]{1,6}/[0-9]{1,6}", re.ASCII)


def _share(told: Any) -> Fraction:
    """A share above 0 and up to 1, as a number or as a quotient such as 1/3."""
    is_number = isinstance(told, (int, float)) and not isinstance(told, bool)
    try:
        share = Fraction(str(told)) if is_number or _QUOTIENT.fullmatch(str(told)) else Fraction(0)
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not 0 < share <= 1:
        raise ValueError(f"a share is above 0 and at most 1, such as 0.5 or 1/3 (found {told!r})")
    return share


def _written(told: Any) -> str:
    """An answer as it was written; a number without quotes is itself."""
    if isinstance(told, bool) or not isinstance(told, (str, int, float)) or "inf" in repr(told):
        raise ValueError(f"write the answer as a student would, in quotes (found {told!r})")
    if not str(told).strip():
        raise ValueError("there is nothing to accept")
    return str(told).strip()


def _place(told: Any) -> Any:
    if isinstance(told, bool) or not isinstance(told, (str, int, float)):
        raise ValueError(f'name a question or one of its fields, such as 3 or "3.x_grad" (found {told!r})')
    return told


Place = Annotated[Any, AfterValidator(_place)]
Names = Annotated[list[str], Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Row(_Part):
    """One adjustment as it is written."""

    void: Place = None
    full_credit: Place = None
    accept: Place = None
    mistake_share: Title | None = None
    answer: Annotated[Any, AfterValidator(_written)] = None
    mistake: Title | None = None
    share: Annotated[Any, AfterValidator(_share)] = None
    slot: Place = None
    papers: Names | None = None
    families: Names | None = None
    reason: Title
    author: Title


class _File(_Part):
    format: Literal["chainrule-adjustments/1"]
    adjustments: list[_Row] | None = None


def read_adjustments(
    text: str,
    papers: Mapping[str, Paper],
    families: Mapping[str, Family],
    *,
    source: str = "adjustments.yaml",
    solve: Callable[[Item], Key] | None = None,
    gone: GonePapers = NOTHING_GONE,
) -> Adjustments:
    """The adjustments that a YAML text describes; a further answer is tried on every paper that it holds for.

    `solve` derives an item's key in place of `solve_item`, for callers who keep the keys that they derived. What papers
    had that are `gone` may be named; the adjustments' notes say so.
    Raises: RefusedInput with one line a mistake, `adjustments.yaml:4:5: what is wrong`, in the order of the file.
    """
    try:
        data, places = marked_yaml.parse(text, source)
    except marked_yaml.Mistakes as cause:
        raise RefusedInput(str(cause)) from cause
    read, mistakes = marked_yaml.checked(_File, data, places, source)
    exam = AdjustedPapers(papers, families, solve or partial(solve_item, families=families), gone)
    found: dict[Adjustment, int] = {}
    for number, row in _sound_rows(data):
        for key, wrong in _take(row, number, exam, found):
            path: marked_yaml.Path = ("adjustments", number, key)
            mistakes.append(f"{places.get(path, places[path[:2]])}: {key}: {_sentence(wrong)}")
    if read is None or mistakes:
        raise RefusedInput("\n".join(marked_yaml.in_order(mistakes)))
    notes = ((places["adjustments", number], exam.note(one)) for one, number in found.items())
    return Adjustments(tuple(found), tuple(f"{place}: {note}" for place, note in notes if note))


def _sentence(wrong: str) -> str:
    return wrong if wrong.endswith((".", "?")) else f"{wrong}."


def _sound_rows(data: Any) -> Iterator[tuple[int, _Row]]:
    """Every adjustment that is sound by itself, whatever else is wrong with the file."""
    rows = data.get("adjustments") if isinstance(data, dict) else None
    for number, told in enumerate(rows if isinstance(rows, list) else ()):
        with suppress(ValidationError):
            yield number, _Row.model_validate(told)


def _take(row: _Row, number: int, exam: AdjustedPapers, found: dict[Adjustment, int]) -> Iterator[tuple[str, str]]:
    """Put an adjustment into `found`, or say by key what is wrong with it."""
    contradictions = list(_contradictions(row))
    if contradictions:
        yield from contradictions
        return
    action = next(action for action in _ACTIONS if action in row.model_fields_set)
    key = "slot" if action == "mistake_share" else action
    try:
        slot, field = exam.place(getattr(row, key)) if getattr(row, key) is not None else ("", "")
    except ValueError as wrong:
        yield key, str(wrong)
        return
    one = _adjustment(row, action, slot, field)
    wrong_parts = list(exam.mistakes(one))
    if one in found and not wrong_parts:
        wrong_parts = [(action, f"this stands here a second time; it is adjustment {found[one] + 1} of the list")]
    found.setdefault(one, number)
    yield from wrong_parts


def _adjustment(row: _Row, action: Action, slot: str, field: str) -> Adjustment:
    return Adjustment(
        action,
        slot,
        field,
        answer=row.answer or "",
        mistake=row.mistake or row.mistake_share or "",
        share=row.share or Fraction(1),
        papers=frozenset(row.papers or ()),
        families=frozenset(row.families or ()),
        reason=row.reason,
        author=row.author,
    )


def _contradictions(row: _Row) -> Iterator[tuple[str, str]]:
    """What is wrong between the keys of one adjustment."""
    given = row.model_fields_set
    actions = [action for action in _ACTIONS if action in given]
    if len(actions) != 1:
        told = " and ".join(actions) or "none of them"
        yield actions[-1] if actions else "reason", f"an adjustment is one of {', '.join(_ACTIONS)} (found {told})"
        return
    action = actions[0]
    allowed = {action, *_KEYS[action], *_ALWAYS}
    for key in sorted(given - allowed):
        yield key, f"this says nothing where the adjustment is {action}"
    if action == "accept" and len(given & {"answer", "mistake"}) != 1:
        yield action, "say what is accepted: either `answer` or `mistake`"
    if action == "mistake_share" and "share" not in given:
        yield action, "say the `share` of the points that it earns, such as 0.5"
