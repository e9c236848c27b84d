"""A layout with fixed boxes: every version has the same fields in a slot, so that scans can share one outline."""

from __future__ import annotations

from dataclasses import replace

from question_templates.bank import Bank
from question_templates.candidates import FieldList, field_lists
from question_templates.slot import Slot

__all__ = ["held_to_one_list", "why_not_fixed"]

_MOST_TOLD = 4


def why_not_fixed(slot: Slot, bank: Bank) -> str:
    """Why a slot's boxes can't stand at fixed places; empty when they can."""
    found = field_lists(slot, bank)
    kinds = list(dict.fromkeys(tuple(kind for kind, _ in fields) for fields in found))
    if len(kinds) > 1:
        told = ", or ".join(f"[{', '.join(one)}]" for one in kinds[:_MOST_TOLD])
        more = f", or {len(kinds) - _MOST_TOLD} other lists" if len(kinds) > _MOST_TOLD else ""
        return (
            f"layout: fixed needs the same fields on every paper, but {slot.source} asks for {told}{more}; hold the "
            f"slot to one list, as in `fields: [{', '.join(kinds[0])}]`, or choose `layout: flow`."
        )
    if len(found) > 1:
        told = ", or ".join(_shares(fields) for fields in found[:_MOST_TOLD])
        return (
            f"layout: fixed needs boxes of the same points on every paper, but {slot.source} divides them as {told}; "
            "name one family, or choose `layout: flow`."
        )
    return ""


def held_to_one_list(slot: Slot, bank: Bank) -> Slot:
    """The slot that draws nothing but its one list of fields, also where a rare draw would have another."""
    (fields,) = field_lists(slot, bank)
    return replace(slot, wanted=replace(slot.wanted, fields=tuple(kind for kind, _ in fields)))


def _shares(fields: FieldList) -> str:
    return f"[{', '.join(f'{kind} {float(share):.0%}' for kind, share in fields)}]"
