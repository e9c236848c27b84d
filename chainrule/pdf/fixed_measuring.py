"""How much room questions need, measured by Typst as papers are set: many at once for a layout, one for a draw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from chainrule.errors import RefusedInput
from chainrule.pdf.boxes import box_typst, columns_of, rows_of
from chainrule.pdf.compiling import ask
from chainrule.pdf.fixed_document import part_source, prompt_source
from chainrule.pdf.fixed_layout import FieldRoom, Room
from chainrule.pdf.frame import imports, words_rule
from chainrule.pdf.literals import array, block, call, points, string
from chainrule.pdf.markup import line_typst
from chainrule.pdf.sheets import Sheet
from question_templates.paper import ExamHead, Item, field_id

__all__ = ["Setting", "fits", "room_for"]

_INDENT = 1.7  # of a box, in letter sizes; fixed.typ sets the same
_BETWEEN = 0.75  # what is asked and its box
_ASKED = (
    "(parts: query(<part>).map(it => { let at = it.location().position(); (it.value, at.page, at.y.pt()) }), "
    "prompts: query(<prompt-height>).map(it => it.value), boxes: query(<box-height>).map(it => it.value))"
)


@dataclass(frozen=True)
class Setting:
    """How papers are set: their head, their sheet, and the text of a department's template."""

    head: ExamHead
    sheet: Sheet
    template: str = ""


def room_for(items: Sequence[Item], setting: Setting, *, is_first: bool) -> Room:
    """The least room in which each of these draws of one slot has its place; `is_first` of its section.

    Raises: RefusedInput when a box is taller than a page, or as `paper_pdf`.
    """
    shapes = [_shape(items, place, setting.sheet) for place in range(len(items[0].question.fields))]
    room = _measured(items, shapes, setting, is_first=is_first)
    for place, own in enumerate(room.fields, 1):
        _refuse_too_tall(items[0].number, place, own, setting.sheet)
    return room


def fits(item: Item, room: Room, setting: Setting, *, is_first: bool) -> bool:
    """Whether a draw has its place in a room; raises as `paper_pdf`."""
    fields = item.question.fields
    if [field.kind for field in fields] != [own.kind for own in room.fields]:
        return False
    for field, own in zip(fields, room.fields, strict=True):
        if rows_of(item.question, field) > own.rows or len(field.options) > own.options:
            return False
    needed = _measured([item], room.fields, setting, is_first=is_first)
    inner = zip(needed.fields, room.fields, strict=True)
    has_room = all(own.prompt <= has.prompt and own.option <= has.option for own, has in inner)
    return needed.question <= room.question and has_room


def _shape(items: Sequence[Item], place: int, sheet: Sheet) -> FieldRoom:
    """What a box must have for every draw, before anything is measured."""
    drawn = [item.question.fields[place] for item in items]
    rows = max(rows_of(item.question, field) for item, field in zip(items, drawn, strict=True))
    options = max(len(field.options) for field in drawn)
    columns = min(columns_of(field, sheet) for field in drawn) if options else 0
    return FieldRoom(drawn[0].kind, 0, 0, rows, options, columns)


def _measured(items: Sequence[Item], shapes: Sequence[FieldRoom], setting: Setting, *, is_first: bool) -> Room:
    """The largest heights of all."""
    parts = dict.fromkeys(part_source(item, setting.head, setting.sheet, is_first=is_first) for item in items)
    prompts = [dict.fromkeys(prompt_source(item, place) for item in items) for place in range(len(shapes))]
    boxes = [_box(items, place, shape, setting.sheet) for place, shape in enumerate(shapes)]
    told = ask(_document(parts, prompts, boxes, setting), _ASKED, _extra(setting))
    heights = iter(told["prompts"])
    asked = [max(next(heights) for _ in sources) for sources in prompts]
    fields = [
        replace(shape, prompt=_up(prompt), box=_up(box), option=_up(option))
        for shape, prompt, (box, option) in zip(shapes, asked, told["boxes"], strict=True)
    ]
    titles = {item.question.title for item in items}
    reach = max(_reach(told["parts"], setting.sheet))
    return Room(titles.pop() if len(titles) == 1 else "", _up(reach), tuple(fields))


def _box(items: Sequence[Item], place: int, shape: FieldRoom, sheet: Sheet) -> str:
    """What is measured of a box: all are as high; of a choice, options apart, of which the highest counts."""
    field = items[0].question.fields[place]
    width = points(sheet.width - _INDENT * sheet.format.text)
    if not field.options:
        box = box_typst(field_id(items[0].number, field.name), field, sheet, rows=shape.rows)
        return call("measured-box", width, box)
    words = dict.fromkeys(words for item in items for words in item.question.fields[place].options.values())
    return call(
        "measured-options", width, str(shape.columns), str(shape.options), array(line_typst(option) for option in words)
    )


def _document(parts: Iterable[str], prompts: Iterable[Iterable[str]], boxes: Iterable[str], setting: Setting) -> str:
    sheet = setting.sheet
    margin = f"(x: {points(sheet.format.side)}, top: {points(sheet.top)}, bottom: {points(sheet.bottom)})"
    body = [
        *(call("measured-prompt", points(sheet.width), prompt) for sources in prompts for prompt in sources),
        *boxes,
        *(call("measured-part", str(number), part) for number, part in enumerate(parts)),
    ]
    lines = [
        *imports(template=bool(setting.template)),
        '#import "fixed.typ": *',
        words_rule(setting.head, sheet),
        f"#set page(paper: {string(sheet.paper_name)}, margin: {margin})",
        '#show: department.at("style", default: body => body)',
        f"#{block(body)}",
    ]
    return "\n".join(lines) + "\n"


def _extra(setting: Setting) -> dict[str, str]:
    return {"department.typ": setting.template} if setting.template else {}


def _reach(corners: Sequence[Any], sheet: Sheet) -> Iterator[float]:
    """How far down each part reaches from the top of its first page, whole pages included."""
    for (_, first, top), (_, last, bottom) in zip(corners[::2], corners[1::2], strict=True):
        yield (last - first) * sheet.height + bottom - top


def _up(height: float) -> float:
    """In hundredths of a point, as Typst is told heights."""
    return ceil(100 * height - 1e-6) / 100


def _refuse_too_tall(number: str, place: int, room: FieldRoom, sheet: Sheet) -> None:
    needed = room.prompt + _BETWEEN * sheet.format.text + room.box
    if needed > sheet.height:
        raise RefusedInput(
            f"layout: fixed: field {place} of question {number} needs {needed:.0f} points with its box, and a page has "
            f"{sheet.height:.0f}; narrow what the slot draws (`where`, `band`), or choose `layout: flow`."
        )
