"""`bank check`: every promise of a family held against many seeds, from the draw to the verdict on its own answers."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from chainrule.bank.notations import notations, spelled_out_text
from chainrule.mathematics import formula_faults
from chainrule.pages.key_page import key_page
from chainrule.pages.markdown import formulas
from chainrule.pages.paper_page import paper_page
from chainrule.wording import answer_text, answer_texts
from grader.judging import judge_question
from question_templates.admitting import inadmissible
from question_templates.answers import Key, Mistake, Text
from question_templates.bank import Shelf
from question_templates.comparing import same_answer
from question_templates.dice import Dice
from question_templates.drawing import Issue, issue, variant_from
from question_templates.errors import QuestionError
from question_templates.mistaking import known_mistakes
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Question
from question_templates.solution import write_solution
from question_templates.solving import solve
from question_templates.variant import Variant
from question_templates.wording import write_question
from question_templates.work import FEATURES, features

__all__ = ["FamilyReport", "check_family"]

_N_RENDERED = 50  # seeds whose pages are made; a page takes longer than all the rest
_FEWEST_MAL_RULES, _FEWEST_EXAMPLES = 3, 2
_CODE = re.compile(r"```.*?```|`[^`]*`|\$[^$\n]*\$", re.DOTALL)
_BARE_STAR = re.compile(r"\w+\*\w+(?!\w*\*\*)")


@dataclass
class FamilyReport:
    """What checking a family found. `problems` say what is broken and at which seed; none is a family that passes."""

    family: str
    seeds: int
    distinct: int = 0
    seconds: float = 0.0
    refused: Counter[str] = field(default_factory=Counter)
    spread: dict[str, tuple[int, int]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def refusal_rate(self) -> float:
        """The part of all draws that was refused."""
        draws = self.seeds + sum(self.refused.values())
        return sum(self.refused.values()) / draws if draws else 0.0

    def to_json(self) -> dict[str, Any]:
        return {
            "family": self.family,
            "seeds": self.seeds,
            "distinct": self.distinct,
            "refused": dict(sorted(self.refused.items())),
            "spread": {name: list(ends) for name, ends in self.spread.items()},
            "problems": self.problems,
        }


def check_family(shelf: Shelf, seeds: int) -> FamilyReport:
    """Hold a family's promises against so many seeds, its levels taking turns.

    Whatever goes wrong is in the report, at most once for each kind of problem; nothing is raised for a broken family.
    """
    started = time.monotonic()
    report = FamilyReport(shelf.family.id, seeds)
    told = Counter[str]()
    for problem in _promises(shelf):
        report.problems.append(problem)
    listings = set()
    ranges: dict[str, list[int]] = {}
    for seed in range(seeds):
        level = shelf.family.levels[seed % len(shelf.family.levels)]
        try:
            made = issue(shelf, Dice(f"seed {seed}".encode()), level=level)
            report.refused.update(made.refused)
            listings.add(_fingerprint(made))
            for name, amount in features(made.key, made.question).items():
                ranges.setdefault(name, []).append(amount)
            problems = list(_broken(shelf, made, seed, level))
        except Exception as fault:  # noqa: BLE001 - a family's own code may raise anything, and the report says so
            problems = [f"{type(fault).__name__}: {fault}"]
        for problem in problems:
            told[problem.partition(":")[0]] += 1
            if told[problem.partition(":")[0]] == 1:
                report.problems.append(f"seed {seed}, level {level}: {problem}")
    report.problems += [f"in all {count} times: {what}" for what, count in told.items() if count > 1]
    report.distinct = len(listings)
    report.spread = {name: (min(found), max(found)) for name, found in ranges.items() if name in FEATURES}
    report.seconds = time.monotonic() - started
    return report


def _fingerprint(made: Issue) -> str:
    return json.dumps([made.question.to_json(), made.variant.listing], sort_keys=True)


def _promises(shelf: Shelf) -> Iterator[str]:
    """What holds of a family as a whole, whatever the seed."""
    family = shelf.family
    if family.key == "derived" and len(family.mal_rules) < _FEWEST_MAL_RULES:
        yield f"{len(family.mal_rules)} mal-rules: a family has at least {_FEWEST_MAL_RULES}"
    if family.key == "derived" and len(family.worked_examples) < _FEWEST_EXAMPLES:
        yield f"{len(family.worked_examples)} worked examples: a family has at least {_FEWEST_EXAMPLES}"
    for number, example in enumerate(family.worked_examples, start=1):
        try:
            told = list(_example(shelf, example.parameters, example.answers))
        except Exception as fault:  # noqa: BLE001 - as above
            told = [f"{type(fault).__name__}: {fault}"]
        yield from (f"worked example {number}: {problem}" for problem in told)


def _example(shelf: Shelf, parameters: Mapping[str, Any], answers: Mapping[str, str]) -> Iterator[str]:
    """Whether the source's answers are right by the engine's key, and the example is a draw that might be issued."""
    variant = variant_from(shelf, parameters)
    question = write_question(shelf, variant)
    reason = inadmissible(variant, question, shelf.family)
    if reason:
        yield f"would be refused: {reason}"
    names = {asked.name for asked in question.fields}
    if set(answers) != names:
        yield f"answers {sorted(answers)}, where the fields are {sorted(names)}"
        return
    key = solve(question, variant, shelf.family)
    for name, verdict in judge_question(question, key, answers).items():
        if verdict.outcome != "right" and not isinstance(key.answers[name], Text):
            yield f"{name}: the source says {answers[name]!r}, the engine {answer_text(key.answers[name])!r}"


def _broken(shelf: Shelf, made: Issue, seed: int, level: int) -> Iterator[str]:
    question, variant, key = made.question, made.variant, made.key
    again = issue(shelf, Dice(f"seed {seed}".encode()), level=level)
    if _fingerprint(again) != _fingerprint(made):
        yield "not deterministic: the same seed drew something else"
    reason = inadmissible(variant, question, shelf.family)
    if reason:
        yield f"inadmissible: {reason}"
    yield from _refused_keys(question, key)
    yield from _unnoticed(question, key, known_mistakes(question, variant, shelf.family))
    if seed < _N_RENDERED:
        yield from _unprinted(shelf, question, variant, key)


def _refused_keys(question: Question, key: Key) -> Iterator[str]:
    """Answers of the key that do not earn full marks, written in one of five notations."""
    ways = {name: notations(answer) for name, answer in key.answers.items()}
    for turn in range(max(map(len, ways.values()), default=0)):
        responses = {name: texts[turn % len(texts)] for name, texts in ways.items() if texts}
        for name, verdict in judge_question(question, key, responses).items():
            if name in responses and verdict.outcome != "right":
                yield f"{name}, notation {turn + 1}: {responses[name]!r} is {verdict.outcome}; {verdict.reason}"


def _unnoticed(question: Question, key: Key, mistakes: tuple[Mistake, ...]) -> Iterator[str]:
    """Known mistakes that earn full marks, or do not get their own feedback."""
    for mistake in mistakes:
        wrong = {name: answer for name, answer in mistake.answers.items() if not same_answer(answer, key.answers[name])}
        responses = {name: spelled_out_text(wrong.get(name, answer)) for name, answer in key.answers.items()}
        verdicts = judge_question(question, key, responses, mistakes=lambda: mistakes)
        shown = [verdicts[name] for name in wrong]
        if all(verdict.share == Fraction(1) for verdict in shown):
            yield f"mal-rule {mistake.tag}: earns full marks"
        elif not any(verdict.mal_rule == mistake.tag for verdict in shown):
            found = [f"{name} = {responses[name]!r} is {verdicts[name].outcome}" for name in wrong]
            yield f"mal-rule {mistake.tag}: is not named ({'; '.join(found)})"


def _unprinted(shelf: Shelf, question: Question, variant: Variant, key: Key) -> Iterator[str]:
    """Texts that no page can show, or where a template has left something behind."""
    item = Item("1", Fraction(1), variant, question)
    paper = Paper("K7QF-2MXP", ExamHead("Check"), (item,))
    solution = write_solution(shelf, variant, key)
    answers = {"1": answer_texts(key)}
    yield from _unsound_formulas(question, solution.body)
    try:
        paper_page(paper)
        key_page(paper, {"1": solution}, answers)
    except (ValueError, QuestionError) as fault:
        yield f"page: {fault}"
    for what, text in [("question", question.body), ("solution", solution.body)]:
        for debris in ("{{", "}}", "{%", "None", "Size("):
            if debris in text:
                yield f"{what}: holds {debris!r}, which a template left behind"
        star = _BARE_STAR.search(_CODE.sub("", text))
        if star:
            yield f"{what}: {star[0]!r} holds a star that Markdown takes for emphasis; put the formula in backticks"


def _unsound_formulas(question: Question, solution: str) -> Iterator[str]:
    """Formulas that a page, a print or a terminal would show otherwise than the others."""
    texts = {"question": question.body, "solution": solution}
    for asked in question.fields:
        texts[f"prompt of {asked.name}"] = "\n\n".join([asked.prompt, *asked.options.values()])
    for place, text in texts.items():
        for tex in formulas(text):
            yield from (f"formula ${tex}$ in the {place}: {fault}" for fault in formula_faults(tex))
