"""Which draws may be issued: the two derivations agree, every mistake shows, the numbers suit pen and paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import engine as ag
from engine.exact import Value
from engine.sizes import Size, evaluate, free_symbols, scattered, spelled_out, to_python
from question_templates.answers import Answer, Choice, Code, Formula, Key, Mistake, Number, Order
from question_templates.asking import value_of
from question_templates.bank_code import load
from question_templates.coding.trials import held_by_trusted
from question_templates.comparing import same_answers
from question_templates.errors import QuestionError
from question_templates.family import Family, Limits
from question_templates.lab import Lab, Recipe, kept_run
from question_templates.mistaking import each_mistake
from question_templates.question import Question
from question_templates.solving import solve
from question_templates.variant import Variant

__all__ = ["inadmissible", "key_or_reason", "unfit"]

_N_TRIED, _N_CHOSEN_FROM = 2000, 24  # numbers of open sizes that are tried, and admissible ones to choose from
_N_MEASURED = 2  # points at which formulas are held against real arrays; one more is counted


def inadmissible(variant: Variant, question: Question, family: Family) -> str:
    """Why a draw must not be issued; empty when it may."""
    found = unfit(variant, family) or key_or_reason(variant, question, family)
    return found if isinstance(found, str) else ""


def unfit(variant: Variant, family: Family) -> str:
    """What is wrong with a draw's program, before a question is made of it; empty when nothing is."""
    if family.key == "stated":
        return ""
    with _leaving_the_domain() as left:
        return next(_reasons_of_the_program(variant, family), "")
    return left.reason


def key_or_reason(variant: Variant, question: Question, family: Family) -> Key | str:
    """The key of a draw whose program is fit, or why it must not be issued all the same."""
    if family.key == "stated":
        return solve(question, variant, family)
    with _leaving_the_domain() as left:
        key = solve(question, variant, family)
        return next(_reasons_of_the_key(key, question, variant, family), "") or key
    return left.reason


def _reasons_of_the_program(variant: Variant, family: Family) -> Iterator[str]:
    yield from _ugly_run(Lab(variant).run, family.limits)
    if variant.program.sizes:
        yield from _disagreement(variant)
    yield from _objection(variant, family)


def _reasons_of_the_key(key: Key, question: Question, variant: Variant, family: Family) -> Iterator[str]:
    yield from _ugly_answers(key, family.limits)
    yield from _colliding_options(key)
    yield from _disowned_programs(key)
    yield from _told(question, key)
    yield from _coincidences(key, each_mistake(question, variant, family))


@dataclass
class _Left:
    """Why a draw is refused whose program, or a mistake in it, leaves an operation's domain."""

    reason: str = ""


@contextmanager
def _leaving_the_domain() -> Iterator[_Left]:
    left = _Left()
    try:
        yield left
    except ag.ListingError as broken:
        if not isinstance(broken.__cause__, ag.DomainError):
            raise
        left.reason = "the program leaves an operation's domain"


def _ugly_run(run: ag.Trace, limits: Limits) -> Iterator[str]:
    """What is wrong with the Scalars of a run; arrays have none."""
    numbers = [*run.values.values(), *run.gradients.values()]
    if any(isinstance(number, float) for number in numbers):
        yield "a number leaves the exact domain"
        return
    if limits.whole and not all(_is_whole(number) for number in numbers):
        yield "a number is not whole"
    if any(number > limits.magnitude or number < -limits.magnitude for number in numbers):
        yield f"a number is larger than {limits.magnitude}"
    if any(node.op == "relu" and run.values[node.inputs[0]] == 0 for node in run.graph.nodes):
        yield "relu sits at 0"


def _is_whole(number: Value) -> bool:
    return isinstance(number, (int, Fraction)) and number.denominator == 1


def _disagreement(variant: Variant) -> Iterator[str]:
    """The formulas of a run on open sizes against runs on real arrays and on counting numbers."""
    ranges = tuple((name, size.low, size.high) for name, size in variant.program.sizes.items())
    if _disagrees(Lab(variant).recipe, ranges):
        yield "symbolic and measured answers disagree"


@lru_cache(maxsize=512)  # a pure function of what is printed: variants that differ elsewhere share it
def _disagrees(recipe: Recipe, ranges: tuple[tuple[str, int, int], ...]) -> bool:
    trace, symbols, ledger = kept_run(recipe), recipe.symbols(), recipe.ledger_options()
    points = _points(trace, ranges)
    if not points:
        raise QuestionError("program: no sizes in their ranges keep what the listing assumes; widen `low` to `high`.")
    told = [ag.disagreements(trace, symbols, point, ledger=ledger) for point in points[:_N_MEASURED]]
    told.append(ag.disagreements(trace, symbols, points[-1], count=True))
    return any(told)


def _points(trace: ag.Trace, ranges: tuple[tuple[str, int, int], ...]) -> list[dict[str, int]]:
    """A few admissible numbers of the open sizes: unlike ones first, and of those the small ones."""
    found: list[dict[str, int]] = []
    for turn in range(_N_TRIED):
        point = {
            name: low + scattered(turn, place) % (high - low + 1) for place, (name, low, high) in enumerate(ranges)
        }
        if ag.is_admissible(trace, point) and point not in found:
            found.append(point)
        if len(found) == _N_CHOSEN_FROM:
            break
    found.sort(key=lambda point: (-len(set(point.values())), sum(point.values())))
    return found[: _N_MEASURED + 1]


def _objection(variant: Variant, family: Family) -> Iterator[str]:
    """What the family's own `objection(lab)` in solver.py says against the draw."""
    if family.solver and hasattr(load(family.solver, f"{family.id}/solver.py"), "objection"):
        told = value_of("solver.objection", Lab(variant), family)
        if told:
            yield str(told)


def _ugly_answers(key: Key, limits: Limits) -> Iterator[str]:
    for answer in key.answers.values():
        if not isinstance(answer, Number) or isinstance(answer.expected, (str, Size)):
            continue
        if isinstance(answer.expected, (int, Fraction)):
            digits = sum(letter.isdigit() for letter in str(answer.expected))
            if digits > limits.digits:
                yield f"an answer has more than {limits.digits} digits"


def _colliding_options(key: Key) -> Iterator[str]:
    for answer in key.answers.values():
        if isinstance(answer, Choice):
            texts = [" ".join(text.split()).casefold() for text in answer.options.values()]
            if len(set(texts)) < len(texts):
                yield "two choices are the same"


def _disowned_programs(key: Key) -> Iterator[str]:
    """Programs of the key that do not do what the question asks by its own reference."""
    for answer in key.answers.values():
        if isinstance(answer, Code):
            missed = [one.name for one in answer.question.properties if one.name not in held_by_trusted(answer)]
            if missed:
                yield f"the program for {answer.question.function!r} and its reference disagree about {missed[0]!r}"


def _told(question: Question, key: Key) -> Iterator[str]:
    """Answers that stand in the question's own text."""
    printed = " ".join([question.body, *(asked.prompt for asked in question.fields)])
    squeezed = _squeezed(printed)
    for asked in question.fields:
        answer = key.answers[asked.name]
        if any(text in squeezed for text in _telling(answer)) or _says_number(answer, printed):
            yield f"the answer to {asked.name!r} stands in the question"
        elif asked.example and _squeezed(asked.example) in (*_telling(answer), *_number_text(answer)):
            yield f"the example beside {asked.name!r} is its answer"


def _telling(answer: Answer) -> list[str]:
    """Texts that would give an answer away wherever they stand; short ones say nothing."""
    if isinstance(answer, Order):
        return [_squeezed(", ".join(answer.expected))]
    expected: Any = answer.expected if isinstance(answer, Formula) else ""
    parts = list(expected) if isinstance(expected, (list, tuple)) else [expected]
    sizes = [part for part in parts if isinstance(part, Size)]
    if not sizes:
        return []
    told = {", ".join(map(_shown, parts)), ", ".join(_shown(part, whole=True) for part in parts)}
    return [_squeezed(text) for text in sorted(told) if sum(map(text.count, "*,+")) >= (2 if len(parts) == 1 else 1)]


def _shown(part: Any, *, whole: bool = False) -> str:
    return to_python(spelled_out(part) if whole else part) if isinstance(part, Size) else str(part)


def _says_number(answer: Answer, printed: str) -> bool:
    """Whether a number of two digits or more is printed; a shorter one may be any leaf's value."""
    texts = [text for text in _number_text(answer) if sum(map(str.isdigit, text)) >= 2]
    return any(re.search(rf"(?<![\w.]){re.escape(text)}(?!\w|\.\d)", printed) for text in texts)


def _number_text(answer: Answer) -> list[str]:
    """A number as it may be printed; nothing for what is no number."""
    expected = answer.expected if isinstance(answer, Number) else None
    if isinstance(expected, Size):
        return [] if free_symbols(expected) else [str(evaluate(expected, {}))]
    return [str(expected)] if isinstance(expected, (int, Fraction)) else []


def _squeezed(text: str) -> str:
    return "".join(text.split()).replace("**", "^")


def _coincidences(key: Key, mistakes: Iterable[Mistake]) -> Iterator[str]:
    """Mistakes that would earn full marks, or that can't be told apart, on this draw."""
    seen: list[Mapping[str, Answer]] = []
    for mistake in mistakes:
        if same_answers(mistake.answers, key.answers):
            yield f"the mistake {mistake.tag!r} gives the right answer"
        if any(one.keys() == mistake.answers.keys() and same_answers(one, mistake.answers) for one in seen):
            yield f"the mistake {mistake.tag!r} looks like another one"
        seen.append(mistake.answers)
