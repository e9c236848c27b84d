"""Adjustments held against an exam's papers: the places and mistakes that they name, and further answers, tried out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType

from chainrule.gone_papers import NOTHING_GONE, GonePapers, GoneQuestion
from chainrule.results.shared_names import SharedNames
from grader.adjustments import Adjustment
from grader.further import NoFurtherAnswer, try_further
from grader.generic_mistakes import GENERIC_MISTAKES
from question_templates.answers import Key
from question_templates.errors import QuestionError
from question_templates.family import Family, MalRule
from question_templates.paper import Item, Paper, in_exam_order

__all__ = ["AdjustedPapers"]

#: Mistakes that are named on every formula, besides those of its family.
_EVERYWHERE = (*(mistake.tag for mistake in GENERIC_MISTAKES), "axes-swapped")
_MOST_LISTED = 20
_ABSENT = MappingProxyType({"papers": "there is no paper", "families": "no paper has a question of the family"})


@dataclass(frozen=True)
class AdjustedPapers:
    """The papers of an exam, with what adjustments of them need: their families, and how a key is derived.

    What papers had that are `gone` may still be named; there is nothing to adjust then.
    """

    papers: Mapping[str, Paper]
    families: Mapping[str, Family]
    solve: Callable[[Item], Key]
    gone: GonePapers = NOTHING_GONE

    @cached_property
    def _fields(self) -> Mapping[str, Mapping[str, None]]:
        """The names of fields that the questions of each slot have on any paper, in order."""
        found: dict[str, dict[str, None]] = {}
        for item in (item for paper in self.papers.values() for item in paper.items):
            found.setdefault(item.slot, {}).update(dict.fromkeys(asked.name for asked in item.question.fields))
        for question in self.gone.questions:
            found.setdefault(question.slot, {}).update(dict.fromkeys(question.fields))
        return {slot: found[slot] for slot in in_exam_order(found)}

    @cached_property
    def _shared(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """The names that results give to fields of several papers, `*_grad`, and the papers' own, by slot."""
        names = SharedNames()
        for paper in self.papers.values():
            names.add(paper)
        found: dict[str, dict[str, set[str]]] = {}
        for (slot, _), renamed in names.renamed().items():
            for own, shared in renamed.items():
                found.setdefault(slot, {}).setdefault(shared, set()).add(own)
        return {
            slot: {shared: tuple(name for name in self._fields[slot] if name in own) for shared, own in mine.items()}
            for slot, mine in found.items()
        }

    def place(self, told: str | int | float) -> tuple[str, str]:
        """The slot and the field that somebody names: `3`, `"2.1"` or `3.x_grad`; no field means all of them.

        Raises: ValueError with what would be right.
        """
        if isinstance(told, float):
            # 2.10 without quotes is the number 2.1, which may be another question.
            meant = [slot for slot in self._fields if _is_number(slot) and float(slot) == told]
            if len(meant) > 1:
                raise ValueError(f'{told} may be {" or ".join(meant)}; write it in quotes, such as "{meant[-1]}"')
            told = meant[0] if meant else str(told)
        text = str(told).strip()
        if text in self._fields:
            return text, ""
        slot, _, field = text.rpartition(".")
        if slot not in self._fields:
            raise ValueError(_unknown("this exam has no question", text, self._fields))
        if field in self._shared.get(slot, {}):
            named = ", ".join(f"{slot}.{name}" for name in self._shared[slot][field])
            raise ValueError(f"{text} is a field that papers call by names of their own; write each by itself: {named}")
        if field not in self._fields[slot]:
            raise ValueError(_unknown(f"question {slot} has no field", field, self._fields[slot]))
        return slot, field

    def mistakes(self, one: Adjustment) -> Iterator[tuple[str, str]]:
        """What is wrong with an adjustment, by the key where it stands."""
        drawn = self._drawn()
        strangers: list[tuple[str, str, Collection[str]]]
        strangers = [("papers", name, self.papers) for name in sorted(self._absent(one)) if not self.gone.has(name)]
        strangers += [("families", name, drawn) for name in sorted(one.families - set(drawn))]
        if strangers:
            yield from ((key, _unknown(_ABSENT[key], name, known)) for key, name, known in strangers)
            return
        touched = tuple(self._touched(one))
        if not touched and self._held_before(one):
            yield from self._unknown_mistake(one, []) if one.mistake and not one.papers else ()
        elif not touched:
            yield one.action, "there is no such question on the papers and of the families that this is restricted to"
        elif one.mistake:
            yield from self._unknown_mistake(one, [item for _, item in touched])
        elif one.action == "accept" and not one.field:
            fields = ", ".join(f"{one.slot}.{name}" for name in self._fields[one.slot])
            yield one.action, f"name the field whose answer this is: {fields}"
        elif one.action == "accept":
            yield from self._unfit_answer(one, touched)

    def note(self, one: Adjustment) -> str:
        """What staff should know of an adjustment without mistakes that names what is gone; empty where it does not."""
        if not any(self._touched(one)):
            return "What this names is gone with a paper: there is nothing to adjust, and you may delete it."
        return "It names a paper that is gone; the others that it names are adjusted." if self._absent(one) else ""

    def _drawn(self) -> list[str]:
        """The families of all questions, those that are gone among them."""
        drawn = {item.variant.family for paper in self.papers.values() for item in paper.items}
        return sorted(drawn | {question.family for question in self.gone.questions})

    def _absent(self, one: Adjustment) -> frozenset[str]:
        return one.papers - self.papers.keys()

    def _held_before(self, one: Adjustment) -> bool:
        """Whether an adjustment that touches nothing may have touched a paper that is gone."""
        return bool(self._absent(one)) or (not one.papers and any(self._gone_with(one)))

    def _gone_with(self, one: Adjustment) -> Iterator[GoneQuestion]:
        """The questions on papers that are gone for which it would hold."""
        for question in self.gone.questions:
            if (
                one.slot in ("", question.slot)
                and (not one.field or one.field in question.fields)
                and (not one.families or question.family in one.families)
            ):
                yield question

    def _touched(self, one: Adjustment) -> Iterator[tuple[str, Item]]:
        for paper in self.papers.values():
            for item in paper.items:
                if any(one.touches(paper.id, item, asked.name) for asked in item.question.fields):
                    yield paper.id, item

    def _unknown_mistake(self, one: Adjustment, items: Iterable[Item]) -> Iterator[tuple[str, str]]:
        """A tag that no response to these questions could be named with."""
        lost = () if one.papers else self._gone_with(one)
        names = sorted({*(item.variant.family for item in items), *(question.family for question in lost)})
        rules = [rule for name in names if name in self.families for rule in self.families[name].mal_rules]
        known = [rule.tag for rule in rules if _may_answer(rule, one.field)]
        known += _EVERYWHERE if one.action == "mistake_share" else ()
        if one.mistake not in known:
            key = "mistake" if one.action == "accept" else one.action
            yield key, _unknown("these questions know no mistake", one.mistake, known)

    def _unfit_answer(self, one: Adjustment, touched: Iterable[tuple[str, Item]]) -> Iterator[tuple[str, str]]:
        """An answer that is none on some paper; the first paper tells, since the others mostly say the same."""
        for paper_id, item in touched:
            try:
                try_further(item, self.solve(item), one.field, one.answer)
            except NoFurtherAnswer as wrong:
                yield "answer", f"{one.answer!r} is no answer on paper {paper_id}: {wrong}"
                return
            except QuestionError as cause:
                yield "answer", f"paper {paper_id} could not be tried: {cause}"
                return


def _may_answer(rule: MalRule, field: str) -> bool:
    """Whether a mistake says something about a field; a changed listing may say something about every one."""
    return not rule.reads or not field or field in rule.reads or "*" in rule.reads


def _is_number(slot: str) -> bool:
    return slot.replace(".", "", 1).isdecimal()


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    every = list(dict.fromkeys(known))
    near = get_close_matches(name, every, n=1)
    more = ", ..." if len(every) > _MOST_LISTED else ""
    listed = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(every[:_MOST_LISTED]) or 'none'}{more}"
    return f"{what} {name!r}; {listed}"
