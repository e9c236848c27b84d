"""Known mistakes as programs: what a family's mal-rules answer, derived by running or reading with one change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from engine.patching import Patch, patched
from engine.sizes import Size, as_size, substitute
from question_templates.answers import Answer, Code, Formula, Mistake, Number
from question_templates.asking import value_of
from question_templates.family import Family, MalRule, applies
from question_templates.lab import Lab
from question_templates.paper import Item
from question_templates.question import Field, Question
from question_templates.solving import answer_from, answer_to
from question_templates.variant import Variant

__all__ = ["each_mistake", "known_mistakes", "mistakes_of"]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def mistakes_of(item: Item, families: Mapping[str, Family]) -> tuple[Mistake, ...]:
    """What the known mistakes of the item's family answer to it; none when the family is not at hand."""
    family = families.get(item.variant.family)
    return known_mistakes(item.question, item.variant, family) if family else ()


def known_mistakes(question: Question, variant: Variant, family: Family) -> tuple[Mistake, ...]:
    """What each mal-rule of the family that applies to this variant answers, on the fields that it touches."""
    return tuple(each_mistake(question, variant, family))


def each_mistake(question: Question, variant: Variant, family: Family) -> Iterator[Mistake]:
    """The same one by one, each derived when it is asked for."""
    lab = Lab(variant)
    for rule in family.mal_rules:
        if applies(rule.when, variant.parameters, family_id=family.id):
            yield Mistake(rule.tag, rule.feedback, dict(_answers(rule, question, lab, family)))


def _answers(rule: MalRule, question: Question, lab: Lab, family: Family) -> Iterator[tuple[str, Answer]]:
    if rule.rule or rule.patch:
        pairs = [(_filled(old, lab.parameters), _filled(new, lab.parameters)) for old, new in rule.patch]
        patches = [Patch(old, new) for old, new in pairs if old]
        if "code" in question.kinds:
            yield from _changed_programs(question, lab, family, patches)
            return
        bench = Lab(lab.variant, mistake=rule.rule, patches=patches)
        yield from ((asked.name, answer_to(asked, bench, family)) for asked in question.fields)
        return
    for asked in question.fields:
        if rule.reads:
            wanted = rule.reads.get(asked.name, rule.reads.get("*", ""))
            if wanted:
                yield asked.name, answer_from(asked, value_of(_read(wanted, asked, lab), lab, family), lab)
            continue
        answer = answer_to(asked, lab, family)
        changed = _without(answer, _filled(rule.drop, lab.parameters)) if rule.drop else _times(answer, rule.times)
        if changed is not None:
            yield asked.name, changed


def _changed_programs(
    question: Question, lab: Lab, family: Family, patches: Sequence[Patch]
) -> Iterator[tuple[str, Answer]]:
    """Where a program is asked for, a patch changes the one that would be right."""
    for asked in question.fields:
        answer = answer_to(asked, lab, family)
        if isinstance(answer, Code):
            yield asked.name, replace(answer, program=patched(answer.program, *patches))


def _read(wanted: str, asked: Field, lab: Lab) -> str:
    """What is asked instead; besides the parameters there are {name}, {asks} and {subject}, those of the field."""
    own = {"name": asked.name, "asks": asked.asks, "subject": asked.asks.rpartition(".")[0]}
    return _filled(wanted, {**lab.parameters, **own})


def _filled(text: str, parameters: Mapping[str, Any]) -> str:
    """The text with `{name}` replaced by that parameter; braces around anything else stay."""
    return _PLACEHOLDER.sub(lambda found: str(parameters.get(found[1], found[0])), text)


def _without(answer: Answer, size: str) -> Answer | None:
    """A formula from which a size has been forgotten, as if it were 1; None for answers of other kinds."""
    if not isinstance(answer, Formula):
        return None
    return replace(answer, expected=_each(answer.expected, lambda part: substitute(part, {size: 1})))


def _times(answer: Answer, factor: str) -> Answer | None:
    """An amount with a factor too many, or, where it divides, one too few."""
    by = Fraction(factor)
    if isinstance(answer, Number) and not isinstance(answer.expected, (str, Size)):
        return replace(answer, expected=answer.expected * by)
    if not isinstance(answer, Formula):
        return None
    return replace(answer, expected=_each(answer.expected, lambda part: _divided(part * by.numerator, by.denominator)))


def _divided(size: Size, divisor: int) -> Size:
    return size if divisor == 1 else size // divisor


def _each(expected: Any, change: Any) -> Any:
    """A formula's size changed, or every axis of a shape."""
    if isinstance(expected, (list, tuple)):
        return tuple(change(as_size(part)) for part in expected)
    return change(as_size(expected))
