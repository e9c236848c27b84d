"""From a response's text to a verdict: one field by itself (`judge`), or the fields of a submission together.

`judge_all` adds what only the other fields can tell: names defined in one field hold in the next, and a wrong response
may follow from an earlier slip. `judge_question` does so for a question of a paper and names known mistakes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from grader.checkers.code import behaves_like
from grader.following import Earlier, follow_formula, follow_gradient, follow_pinned
from grader.generic_mistakes import generic_mistake
from grader.kinds import Context, check, definitions_in, read
from grader.reading import TraceReading, Unreadable
from grader.reading.code import CodeReading
from grader.reading.formulas.formula import FormulaReading
from grader.reading.tree import Expression
from grader.verdict import Verdict
from question_templates.answers import Answer, Code, Formula, Key, Mistake, Number, Order, Trace
from question_templates.paper import DEFAULT_POLICY, Policy
from question_templates.question import Question

__all__ = ["judge", "judge_all", "judge_question"]

_NAMEABLE = ("wrong", "partly", "follows")


def judge(answer: Answer, response_text: str, *, policy: Policy = DEFAULT_POLICY) -> Verdict:
    """The verdict on one response, by itself."""
    return judge_all({"answer": answer}, {"answer": response_text}, policy=policy)["answer"]


def judge_all(
    answers: Mapping[str, Answer], responses: Mapping[str, str], *, policy: Policy = DEFAULT_POLICY
) -> dict[str, Verdict]:
    """The verdicts on the fields of one submission, in the order of `answers`.

    A name defined in one field holds in the fields behind it until it is defined anew, and a wrong response that is
    right for an earlier slip follows from it.
    """
    return {name: field.judgement.verdict for name, field in _judged(answers, responses, policy).items()}


def judge_question(
    question: Question,
    key: Key,
    responses: Mapping[str, str],
    *,
    mistakes: Callable[[], tuple[Mistake, ...]] = tuple,
    policy: Policy = DEFAULT_POLICY,
) -> dict[str, Verdict]:
    """The verdicts on a question's fields, with slips carried onward and known mistakes named.

    `mistakes` is asked at most once, and only when something is not right: deriving them costs engine runs.
    """
    fields = _judged({f.name: key.answers[f.name] for f in question.fields}, responses, policy)
    for asked in question.fields:
        field = fields[asked.name] = replace(fields[asked.name], asks=asked.asks)
        if field.judgement.verdict.outcome != "wrong":
            continue
        verdict = follow_gradient(field.answer, asked.asks, field.reading, asked.builds_on, fields, policy.follows)
        verdict = verdict or follow_pinned(asked, field.reading, key, fields, Context(policy=policy))
        if verdict is not None:
            fields[asked.name] = replace(field, judgement=replace(field.judgement, verdict=verdict))
    verdicts = {name: field.judgement.verdict for name, field in fields.items()}
    if any(verdict.outcome in _NAMEABLE for verdict in verdicts.values()):
        return _with_mistakes_named(verdicts, fields, mistakes())
    return verdicts


def _judged(answers: Mapping[str, Answer], responses: Mapping[str, str], policy: Policy) -> dict[str, Earlier]:
    """Every field read and judged, each with what the fields before it define."""
    done: dict[str, Earlier] = {}
    definitions: dict[str, Expression] = {}
    answered: dict[str, Expression] = {}
    for name, answer in answers.items():
        context = Context(dict(definitions), dict(answered), policy)
        reading = read(answer, responses.get(name, ""), context)
        judgement = check(answer, reading, context)
        done[name] = Earlier(name, answer, reading, judgement, context=context)
        own = {answer.asked, name} if isinstance(answer, (Formula, Number)) else {name}
        definitions.update({label: tree for label, tree in definitions_in(reading).items() if label not in own})
        answered.update(_answered(name, answer, reading))
    return {name: _explained(field, done) for name, field in done.items()}


def _explained(field: Earlier, fields: Mapping[str, Earlier]) -> Earlier:
    """A wrong field with what it follows from, wherever that stands, or else with the mistake that everybody makes."""
    verdict = field.judgement.verdict
    if verdict.outcome != "wrong":
        return field
    others = [other for name, other in fields.items() if name != field.name]
    found = follow_formula(field.answer, field.reading, others, field.context)
    found = found or generic_mistake(field.answer, field.reading, verdict, field.context)
    return replace(field, judgement=replace(field.judgement, verdict=found))


def _answered(name: str, answer: Answer, reading: Any) -> Mapping[str, Expression]:
    """A response under its field's own name, for the fields behind it."""
    if not isinstance(reading, FormulaReading) or len(reading.readings) != 1 or not isinstance(answer, Formula):
        return {}
    label = answer.asked or name
    return {label: reading.readings[0]} if label.isidentifier() and label not in answer.variables else {}


def _with_mistakes_named(
    verdicts: Mapping[str, Verdict], fields: Mapping[str, Earlier], mistakes: tuple[Mistake, ...]
) -> dict[str, Verdict]:
    """Name the known mistake, if any, that gives a response in full: of several, the one that fits best."""
    named = dict(verdicts)
    for name in [name for name, verdict in verdicts.items() if verdict.outcome in _NAMEABLE]:
        found = [mistake for mistake in mistakes if _shows(mistake, fields[name])]
        if found:
            # The first of those that fit as well; how well is only looked at where there is a choice.
            mistake = found[0] if len(found) == 1 else max(found, key=lambda one: _fit(one, fields))
            reason = f"{verdicts[name].reason} {mistake.feedback}".strip()
            named[name] = replace(verdicts[name], mal_rule=mistake.tag, reason=reason)
    return named


def _fit(mistake: Mistake, fields: Mapping[str, Earlier]) -> int:
    """How many responses are what the mistake answers, less those that are not; also where it does not show."""
    readings = {name: fields[name].reading for name in mistake.answers if name in fields}
    return sum(1 if _is_right_for(mistake.answers[name], reading) else -1 for name, reading in readings.items())


def _shows(mistake: Mistake, field: Earlier) -> bool:
    wrong = mistake.answers.get(field.name)
    return wrong is not None and _is_its_answer(wrong, field.answer, field.reading)


def _is_its_answer(wrong: Answer, right: Answer, reading: Any) -> bool:
    """Whether a response is what a mistake answers; on this question the mistake must show."""
    if isinstance(wrong, Order):
        return False
    # Formulas may hold sizes, whose equality is not for == to decide; an equal one would have been right already.
    if not isinstance(wrong, Formula) and wrong == right:
        return False
    return _is_right_for(wrong, reading)


def _is_right_for(answer: Answer, reading: Any) -> bool:
    """Whether a response would be right if that were the key."""
    if reading is None or isinstance(reading, Unreadable):
        return False
    if isinstance(answer, Code) and isinstance(reading, CodeReading):
        return behaves_like(answer, reading)
    if isinstance(answer, Trace) and isinstance(reading, TraceReading) and not _ends_like(answer, reading):
        return False
    return check(answer, reading, Context()).verdict.outcome == "right"


def _ends_like(wrong: Trace, reading: TraceReading) -> bool:
    """Whether a trace could be a mistaken walk's: a quick look that spares most of the full checks.

    Written without `+=` and without rounding, it would have to state every gradient that the walk ends with.
    """
    if any(statement.adds or statement.half_unit is not None for statement in reading.statements):
        return True
    stated = {(s.node, s.value) for s in reading.statements if not isinstance(s.value, Unreadable)}
    ends = wrong.expected.gradients
    leaves = (node.label for node in wrong.expected.graph.nodes if node.is_leaf)
    return all((leaf, ends[leaf]) in stated for leaf in leaves if ends[leaf] != 0)
