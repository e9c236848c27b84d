"""An exam whose boxes stand at the same places in every version: its layout, what fits into it, and its papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version

from chainrule.errors import RefusedInput
from chainrule.pdf.fixed_document import fixed_source
from chainrule.pdf.fixed_layout import FixedLayout, Room
from chainrule.pdf.fixed_measuring import Setting, fits, room_for
from chainrule.pdf.fixed_outline import marks_of
from chainrule.pdf.sheets import sheet_of
from question_templates.bank import Bank
from question_templates.exam import Exam, Fits, make_paper
from question_templates.paper import Item, Paper
from question_templates.question import Question
from question_templates.variant import Variant

__all__ = ["N_PROBES", "fits_in", "layout_of", "refuse_other_layout", "refuse_unfit", "room_of", "typst_version"]

#: So many draws of a slot show how much room it needs; of later draws about one in so many may need more.
N_PROBES = 200
#: The probes' dice: the same exam has the same layout, whatever its secret.
_SEED = b"layout"
_SPECIMEN = "2222-2222"


def typst_version() -> str:
    """The installed compiler's version; raises RefusedInput when the extra `pdf` is missing."""
    try:
        import typst  # noqa: F401
    except ImportError as cause:
        raise RefusedInput(
            "layout: fixed measures every question, also in a build without --pdf, and needs the extra `pdf` for that: "
            "pip install 'chainrule[pdf]' (in a clone: python3 run.py setup pdf), or choose layout: flow."
        ) from cause
    return version("typst")


def room_of(exam: Exam, place: int, bank: Bank, template: str) -> Room:
    """The room that a slot's probes need; `place` counts from 0.

    Raises: NoAdmissibleDraw when the slot finds no question; RefusedInput when a box is taller than a page.
    """
    items = [_probe(exam, place, bank, probe) for probe in range(N_PROBES)]
    return room_for(items, _setting(exam, template), is_first=_is_first(exam, place))


def layout_of(exam: Exam, bank: Bank, template: str, rooms: Sequence[Room]) -> FixedLayout:
    """The layout with these rooms, one a slot, and where its boxes stand."""
    by_number = dict(zip(exam.numbers, rooms, strict=True))
    layout = FixedLayout(exam.head.paper_size, typst_version(), by_number)
    items = tuple(_probe(exam, place, bank, 0) for place in range(len(exam.slots)))
    specimen = Paper(_SPECIMEN, exam.head, items)
    source = fixed_source(specimen, _setting(exam, template).sheet, layout, codes=(), template=bool(template))
    extra: Mapping[str, str] = {"department.typ": template} if template else {}
    return replace(layout, marks=marks_of(specimen, source, extra))


def fits_in(layout: FixedLayout, exam: Exam, template: str) -> Fits:
    """Whether a question fits into its slot's room."""
    places = {number: place for place, number in enumerate(exam.numbers)}
    setting = _setting(exam, template)

    def fits_slot(number: str, question: Question) -> bool:
        slot = exam.slots[places[number]]
        # The question alone is measured; which variant it shows makes no difference.
        item = Item(number, slot.points, _NO_VARIANT, question, section=slot.section)
        return fits(item, layout.rooms[number], setting, is_first=_is_first(exam, places[number]))

    return fits_slot


def refuse_unfit(paper: Paper, fits_slot: Fits) -> None:
    """Raises RefusedInput for a paper that was drawn earlier and does not fit."""
    for item in paper.items:
        if not fits_slot(item.number, item.question):
            raise RefusedInput(
                f"paper {paper.id}: question {item.number} has no room in staff/layout.json, which was not there or "
                "another one when the paper was drawn; take the layout from a copy, or build into another folder."
            )


def refuse_other_layout(layout: FixedLayout, exam: Exam, *, source: str) -> None:
    """Raises RefusedInput when a layout was measured for other slots, other paper, or by another compiler."""
    installed = typst_version()
    if layout.typst != installed:
        raise RefusedInput(
            f"{source}: was measured with typst {layout.typst}, and {installed} is installed, which may set a text "
            f"otherwise: pip install typst=={layout.typst}."
        )
    if layout.paper_size != exam.head.paper_size or tuple(layout.rooms) != exam.numbers:
        raise RefusedInput(
            f"{source}: is for questions {', '.join(layout.rooms) or 'none'} on {layout.paper_size} paper, but the "
            f"exam has {', '.join(exam.numbers)} on {exam.head.paper_size}; take the exam's own layout from a copy."
        )


_NO_VARIANT = Variant("", "", "", {}, "")


def _probe(exam: Exam, place: int, bank: Bank, probe: int) -> Item:
    """A draw of that slot as papers draw it."""
    number = exam.numbers[place]
    alone = replace(exam, slots=(exam.slots[place],))
    paper = make_paper(alone, bank, secret=_SEED, paper_id=f"{number} {probe}")
    return replace(paper.items[0], number=number)


def _is_first(exam: Exam, place: int) -> bool:
    """Whether a slot is the first of its section."""
    return place == 0 or exam.slots[place].section != exam.slots[place - 1].section


def _setting(exam: Exam, template: str) -> Setting:
    return Setting(exam.head, sheet_of("standard", exam.head.paper_size), template)
