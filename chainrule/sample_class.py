"""The demo's class: 24 people, and what each of them hands in, from right answers to an unreadable file.

Every response is made from the staff's keys by one of a few habits: writing in another notation, a typical mistake,
one slip carried onward, leaving things blank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from chainrule.exam_folder import ExamFolder
from chainrule.wording import answer_text
from engine.exact import Value
from question_templates.answers import Answer, Key, Mistake, Number, Order, Trace
from question_templates.family import Family
from question_templates.mistaking import mistakes_of
from question_templates.paper import Paper, field_id
from question_templates.solving import solve_item
from submissions import write_json_form, write_yaml_form

__all__ = ["HABITS", "ROSTER", "Keys", "keys_of", "write_submissions"]

_NAMES = """\
Ada Lindqvist;Bilal Haddad;Chiara Conti;Daniel Okafor;Elena Petrova;Farid Rahimi;Grace Mensah;Hugo Laurent;Ines Duarte;
Jonas Weber;Kavya Iyer;Liam Byrne;Mei Tanaka;Noah Cohen;Olga Nowak;Pedro Alvarez;Qing Zhao;Rosa Jensen;Samir Patel;
Tara Quinn;Ugo Rossi;Vera Novak;Wei Chen;Yara Haidar"""


def _roster() -> str:
    names = [name.strip() for name in _NAMES.replace("\n", "").split(";")]
    rows = [f"s{n:02},{name},{name.split()[0].lower()}@example.edu" for n, name in enumerate(names, start=1)]
    return "\n".join(["id,name,email", *rows]) + "\n"


ROSTER = _roster()

Responses = dict[str, str]
Habit = Callable[[Paper, "Keys"], Responses]


@dataclass(frozen=True)
class Keys:
    """A paper's key and what known mistakes answer, by item number."""

    right: Mapping[str, Key]
    mistaken: Mapping[str, tuple[Mistake, ...]]


def keys_of(paper: Paper, families: Mapping[str, Family]) -> Keys:
    """Everything a habit may need to know about a paper."""
    return Keys(
        {item.number: solve_item(item, families) for item in paper.items},
        {item.number: mistakes_of(item, families) for item in paper.items},
    )


def write_submissions(folder: ExamFolder, handed_in: Path) -> int:
    """Write one file a student into `handed_in`, one a paper for groups, and return how many there are."""
    papers, families = folder.read_papers(), folder.read_families()
    handed_in.mkdir(parents=True, exist_ok=True)
    first = {row.paper: row for row in reversed(folder.read_assignments()) if row.id}
    owners = list(first.values())[::-1]
    for place, owner in enumerate(owners):
        paper = papers[owner.paper]
        keys = keys_of(paper, families)
        if place == _BROKEN_FILE:
            # What a text editor leaves when somebody deletes one quotation mark.
            text, suffix = f'{{"format": "chainrule-answers/1", "paper": {paper.id}", "responses": {{', "json"
        else:
            responses = HABITS[place % len(HABITS)](paper, keys)
            as_yaml = place % 3 == 2
            text = (write_yaml_form if as_yaml else write_json_form)(paper.id, responses)
            suffix = "yaml" if as_yaml else "json"
        (handed_in / f"{owner.id}.{suffix}").write_text(text, encoding="utf-8")
    return len(owners)


_BROKEN_FILE = 17


def _filled(paper: Paper, keys: Keys, write: Callable[[str, Answer], str]) -> Responses:
    """A response to every field, written by `write(asked quantity, answer)`."""
    return {
        field_id(item.number, asked.name): write(asked.asks, keys.right[item.number].answers[asked.name])
        for item in paper.items
        for asked in item.question.fields
    }


def _tidy(paper: Paper, keys: Keys) -> Responses:
    return _filled(paper, keys, lambda asks, answer: answer_text(answer))


def _as_equations(paper: Paper, keys: Keys) -> Responses:
    """Numbers with a left side, orders with operations and brackets, traces in the practice exam's words."""

    def write(asks: str, answer: Answer) -> str:
        if isinstance(answer, Trace):
            return "\n".join(_in_words(answer))
        if isinstance(answer, Order):
            return "[" + ", ".join(answer.expected) + "]"
        return f"{asks} == {answer_text(answer)}"

    return _filled(paper, keys, write)


def _in_words(answer: Trace) -> list[str]:
    lines = []
    for step in answer.expected.walk:
        lines.append(f"Iteration {step.iteration}: Output node is {step.node}. The op is {step.op}.")
        lines += [f"{rule.target}.grad += {rule.symbols}" for rule in step.rules]
        lines += [f"and so {label}.grad == {total}" for label, total in step.changes.items()]
    return lines


def _in_other_notation(paper: Paper, keys: Keys) -> Responses:
    """Fractions, decimals and Unicode signs."""

    def write(asks: str, answer: Answer) -> str:
        if isinstance(answer, Number):
            return f"{asks} = {int(answer.expected) * 3}/3" if isinstance(answer.expected, int) else answer_text(answer)
        if isinstance(answer, Order):
            return " → ".join(answer.expected)
        return answer_text(answer).replace("-", "\u2212").replace(" = ", " is ")

    return _filled(paper, keys, write)


def _mistaken(which: int) -> Habit:
    """Somebody who makes a known mistake throughout; right where the mistake does not show."""

    def habit(paper: Paper, keys: Keys) -> Responses:
        responses = _tidy(paper, keys)
        for item in paper.items:
            mistakes = keys.mistaken[item.number]
            wrong = mistakes[which % len(mistakes)].answers if mistakes else {}
            responses |= {field_id(item.number, name): answer_text(answer) for name, answer in wrong.items()}
        return responses

    return habit


def _one_slip(paper: Paper, keys: Keys) -> Responses:
    """An arithmetic slip in each trace's first step, carried onward without a further mistake."""
    responses = _tidy(paper, keys)
    for item in paper.items:
        run = keys.right[item.number].run
        if run is None or not run.walk:
            continue
        state: dict[str, Value] = {run.walk[0].node: 1}
        lines = []
        for step in run.walk:
            for rule in step.rules:
                state[rule.target] = state.get(rule.target, 0) + rule.factor * state[step.node]
            if step.iteration == 0:
                state[step.rules[0].target] += 1
            changed = ", ".join(f"{label}.grad = {state[label]}" for label in step.changes)
            lines += [f"{step.node}: {changed}"] if changed else []
        for asked in item.question.fields:
            if asked.kind == "trace":
                responses[field_id(item.number, asked.name)] = "\n".join(lines)
            elif asked.kind == "number" and asked.asks.endswith(".grad"):
                label = run.names[asked.asks.removesuffix(".grad")]
                responses[field_id(item.number, asked.name)] = str(state[label])
    return responses


def _creation_order(paper: Paper, keys: Keys) -> Responses:
    """Everything right, but orders in the order in which the listing creates the nodes."""

    def write(asks: str, answer: Answer) -> str:
        if not isinstance(answer, Order):
            return answer_text(answer)
        leaves = [label for label in answer.expected if not answer.inputs[label]]
        return ", ".join([*leaves, *(label for label in answer.expected if label not in leaves)])

    return _filled(paper, keys, write)


def _half_done(paper: Paper, keys: Keys) -> Responses:
    """Ran out of time: the last question is blank and every trace stops in the middle."""
    responses = _tidy(paper, keys)
    for item in paper.items:
        for asked in item.question.fields:
            name = field_id(item.number, asked.name)
            lines = responses[name].splitlines()
            responses[name] = "" if item is paper.items[-1] else "\n".join(lines[: max(1, len(lines) // 2)])
    return responses


def _unsure(paper: Paper, keys: Keys) -> Responses:
    """Right, but with two numbers where one was asked: nobody but a person can say which one counts."""
    return {
        name: f"{text} or {text}0" if "\n" not in text and text.lstrip("-").isdigit() else text
        for name, text in _tidy(paper, keys).items()
    }


def _all_blank(paper: Paper, keys: Keys) -> Responses:
    return dict.fromkeys(_tidy(paper, keys), "")


HABITS: tuple[Habit, ...] = (
    _tidy,
    _as_equations,
    _mistaken(0),
    _in_other_notation,
    _one_slip,
    _tidy,
    _mistaken(1),
    _half_done,
    _creation_order,
    _as_equations,
    _mistaken(2),
    _unsure,
    _one_slip,
    _all_blank,
)
