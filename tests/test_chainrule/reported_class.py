"""Classes made by hand for the report: papers of a few fields, and grades with the outcomes that a test wants."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader import FieldGrade, Grade, Verdict
from grader.verdict import Outcome
from question_templates.paper import ExamHead, Item, Paper, field_id
from question_templates.question import Field, Question
from question_templates.variant import Variant

Drawn = Mapping[str, bool | int | float | str]

_SHARES: Mapping[Outcome, Fraction] = {"right": Fraction(1), "partly": Fraction(1, 2), "follows": Fraction(1, 2)}


def paper_id(place: int) -> str:
    return f"AAAA-{place:04}"


def paper_of(place: int, slots: Mapping[str, Sequence[str]], *, drawn: Mapping[str, Drawn] | None = None) -> Paper:
    """A paper with these fields in each slot, 4 points a slot; `drawn` are parameters by slot, `family` among them."""
    items = []
    for slot, names in slots.items():
        parameters = dict((drawn or {}).get(slot, {}))
        family = str(parameters.pop("family", "graph/power-chain"))
        # `x_grad` asks for `x.grad`.
        fields = tuple(
            Field(name, "number", name.replace("_", ".", 1), f"What is {name}?", Fraction(1)) for name in names
        )
        question = Question(f"Question {slot}", "Read on.", "x = 1\n", (), (), fields)
        items.append(Item(slot, Fraction(4), Variant(family, "1", "digest", parameters, "x = 1\n"), question))
    return Paper(paper_id(place), ExamHead("Midterm", "CS 577"), tuple(items))


def grade_of(paper: Paper, verdicts: Mapping[str, Verdict], responses: Mapping[str, str] | None = None) -> Grade:
    """The paper's grade with a verdict for each field id; fields without one are right."""
    fields = []
    for item in paper.items:
        for asked in item.question.fields:
            name, worth = field_id(item.number, asked.name), item.points_of(asked.name)
            verdict = verdicts.get(name, verdict_of("right"))
            response = (responses or {}).get(name, "1")
            fields.append(FieldGrade(name, asked.kind, response, verdict, verdict.share * worth, worth, slot=item.slot))
    return Grade(paper.id, f"{paper.id}.json", "digest", tuple(fields))


def verdict_of(outcome: Outcome, *, share: Fraction | None = None, reason: str = "", mal_rule: str = "") -> Verdict:
    return Verdict(
        outcome, _SHARES.get(outcome, Fraction(0)) if share is None else share, "", reason, mal_rule=mal_rule
    )


def scored_class(shares: Sequence[Sequence[Fraction]]) -> tuple[dict[str, Paper], dict[str, Grade]]:
    """A row a paper, a column a slot of one field: the share that was earned."""
    papers, grades = {}, {}
    for place, row in enumerate(shares):
        paper = paper_of(place, {str(slot): ("value",) for slot in range(1, len(row) + 1)})
        verdicts = {f"{slot}.value": verdict_of("partly", share=share) for slot, share in enumerate(row, start=1)}
        papers[paper.id], grades[paper.id] = paper, grade_of(paper, verdicts)
    return papers, grades


def keyed_class(
    n_papers: int, *, seed: int, n_slots: int = 6, n_values: int = 40, n_wrong: int = 3, copies: Mapping[int, int]
) -> tuple[dict[str, Paper], dict[str, Grade], dict[str, dict[str, str]]]:
    """Papers whose keys are drawn numbers, each with some wrong answers of the same size; who copies, from whom."""
    dice = random.Random(seed)
    slots = {str(slot): ("value",) for slot in range(1, n_slots + 1)}
    keys = {paper_id(p): {f"{slot}.value": str(dice.randrange(n_values)) for slot in slots} for p in range(n_papers)}
    papers, grades = {}, {}
    for place in range(n_papers):
        paper = paper_of(place, slots)
        names = dice.sample(sorted(keys[paper.id]), n_wrong)
        responses = {name: str(dice.randrange(n_values)) for name in names}
        if place in copies:
            responses = dict(keys[paper_id(copies[place])])
        responses = {name: text for name, text in responses.items() if text != keys[paper.id][name]}
        papers[paper.id] = paper
        grades[paper.id] = grade_of(paper, {name: verdict_of("wrong") for name in responses}, responses)
    return papers, grades, keys
