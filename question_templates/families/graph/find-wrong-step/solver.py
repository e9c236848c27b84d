"""A backward pass with one slip, made from the run's own rules, and what is right where it goes wrong.

The printed trace is the run's walk, applied step by step; at one step the contributions are those of a known mistake.
The key compares that trace with the run: the first line on which they differ, and what the run has there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from engine import exact
from engine.walk import Step
from question_templates.lab import Lab

_LARGEST = 200

#: [node, [[target, its gradient after the step], ...]] for every operation, as text.
Lines: TypeAlias = list[list[Any]]

# What one step adds instead, from left and right operand, result and incoming gradient; by operation.
_SLIPS: Mapping[str, Mapping[str, Callable[[Any, Any, Any, Any], tuple[Any, ...]]]] = {
    "mul": {"takes each operand's own value as its factor": lambda a, b, out, g: (a * g, b * g)},
    "add": {"treats the sum as a product": lambda a, b, out, g: (b * g, a * g)},
    "sub": {"loses the minus sign": lambda a, b, out, g: (g, g)},
    "neg": {"loses the minus sign": lambda a, b, out, g: (g,)},
    "relu": {
        "takes the value of relu for its derivative": lambda a, b, out, g: (out * g,),
        "lets the gradient pass where the operand is below 0": lambda a, b, out, g: (g,),
    },
}
_NO_CHAIN = "leaves out the incoming gradient"
_OVERWRITES = "replaces what an earlier line has added, as if `+=` were `=`"


def show(lab: Lab) -> dict[str, Any]:
    """The printed trace, the values, and a leaf whose last gradient in it is wrong; of nothing what it should be."""
    wrong = _picked(lab)[1]
    leaves = _telling_leaves(lab, wrong) if wrong else []
    return {
        "steps": wrong,
        "leaf": leaves[lab.parameters["pick"] // 100 % len(leaves)] if leaves else lab.parameters["asked"][0],
        "values": [[label, exact.text(lab.run.values[label])] for label in lab.run.graph.labels],
    }


def line(lab: Lab) -> int:
    """The position of the first line that is wrong."""
    return next(iter(_wrong_lines(lab, lab.shown["steps"])), 0)


def value(lab: Lab) -> Any:
    """What the first wrong entry of that line should be."""
    return _right_value(lab, line(lab), lab.shown["steps"])


# What students answer who are led astray by the trace.


def next_line(lab: Lab) -> int:
    """The next line whose numbers are not those of a right backward pass."""
    return _wrong_lines(lab, lab.shown["steps"])[1]


def next_value(lab: Lab) -> Any:
    """What the first wrong entry of the next line should be."""
    return _right_value(lab, next_line(lab), lab.shown["steps"])


def printed_value(lab: Lab) -> Any:
    """The wrong entry as it stands there."""
    place, steps = line(lab), lab.shown["steps"]
    return exact.literal(dict(steps[place][1])[_wrong_entry(lab, place, steps)])


def printed_final(lab: Lab) -> Any:
    """The last gradient of the leaf as it stands there."""
    return exact.literal(_finals(lab.shown["steps"])[lab.run.names[lab.shown["leaf"]]])


def explain(lab: Lab) -> dict[str, Any]:
    """What the slip was, and the wrong line as it should be."""
    place, steps = line(lab), lab.shown["steps"]
    entry = _wrong_entry(lab, place, steps)
    return {
        "slip": _picked(lab)[0],
        "letter": "ABCDEFGHIJ"[place],
        "wrong_node": steps[place][0],
        "entry": entry,
        "printed": dict(steps[place][1])[entry],
        "right": _right_lines(lab)[place][1],
    }


def objection(lab: Lab) -> str:
    """Whether there is a slip to find, and a program that is worth it."""
    if not lab.shown["steps"]:
        return "no slip would show well enough"
    gradients = lab.run.gradients.values()
    return "most gradients are 0" if 4 * sum(gradient == 0 for gradient in gradients) > len(gradients) else ""


def _picked(lab: Lab) -> tuple[str, Lines]:
    """The slip of this draw in words, and the lines that follow from it; nothing where none would show."""
    found = list(_candidates(lab))
    return found[lab.parameters["pick"] % len(found)] if found else ("", [])


def _candidates(lab: Lab) -> Iterator[tuple[str, Lines]]:
    """Every slip, of the last step or of another one, that shows where it should and in the last gradient of a leaf."""
    *others, last = _steps(lab)
    lines_follow = lab.parameters["lines_follow"]
    for step in others if lines_follow else [last]:
        for slip in [*_SLIPS.get(step.op, {}), _NO_CHAIN, _OVERWRITES]:
            wrong = _lines_with(lab, step.node, slip)
            n_wrong = len(_wrong_lines(lab, wrong))
            shows = n_wrong > 1 if lines_follow else n_wrong == 1
            if shows and _is_worth_reading(wrong) and _telling_leaves(lab, wrong):
                yield slip, wrong


def _steps(lab: Lab) -> list[Step]:
    return [step for step in lab.run.walk if not step.skipped]


def _right_lines(lab: Lab) -> Lines:
    return [
        [step.node, [[target, exact.text(total)] for target, total in step.changes.items()]] for step in _steps(lab)
    ]


def _lines_with(lab: Lab, slipped: str, slip: str) -> Lines:
    """The walk's lines when the step at the node `slipped` is done wrongly, and everything else rightly."""
    gradients: dict[str, Any] = {lab.run.graph.output.label: 1}
    lines: Lines = []
    for step in _steps(lab):
        is_slip = step.node == slipped
        changes: dict[str, Any] = {}
        for rule, amount in zip(step.rules, _amounts(step, gradients[step.node], slip if is_slip else ""), strict=True):
            before = changes.get(rule.target, 0 if is_slip and slip == _OVERWRITES else gradients.get(rule.target, 0))
            changes[rule.target] = before + amount
        gradients |= changes
        lines.append([step.node, [[target, exact.text(total)] for target, total in changes.items()]])
    return lines


def _amounts(step: Step, gradient: Any, slip: str) -> tuple[Any, ...]:
    """What a step adds for its operands, left first."""
    rule = _SLIPS.get(step.op, {}).get(slip)
    if rule is not None:
        left, right, result = step.rules[0].values
        return rule(left, right, result, gradient)
    return tuple(local.factor * (1 if slip == _NO_CHAIN else gradient) for local in step.rules)


def _is_worth_reading(lines: Lines) -> bool:
    """Whether no printed number is large, and not many are 0."""
    totals = [exact.literal(total) for _, entries in lines for _, total in entries]
    return all(-_LARGEST <= total <= _LARGEST for total in totals) and 4 * totals.count(0) <= len(totals)


def _finals(lines: Lines) -> dict[str, str]:
    """The last gradient of every node."""
    return {target: total for _, entries in lines for target, total in entries}


def _telling_leaves(lab: Lab, wrong: Lines) -> list[str]:
    """The leaves, by their names, whose last gradient is not what it should be; none if the lines say what is right."""
    place = _wrong_lines(lab, wrong)[0]
    value, finals = exact.text(_right_value(lab, place, wrong)), _finals(wrong)
    if _is_printed(value, lab, wrong):
        return []
    rights = {name: exact.text(lab.run.look_up(f"{name}.grad")) for name in lab.parameters["asked"]}
    return [
        name
        for name, right in rights.items()
        if right not in (value, finals[lab.run.names[name]]) and not _is_printed(right, lab, wrong)
    ]


def _is_printed(number: str, lab: Lab, lines: Lines) -> bool:
    """Whether a number of two digits or more stands in the question, with or without a sign."""
    printed = [total for _, entries in lines for _, total in entries]
    printed += [exact.text(value) for value in lab.run.values.values()] if lab.parameters["prints_values"] else []
    return len(number.lstrip("-")) > 1 and number in {*printed, *(text.lstrip("-") for text in printed)}


def _wrong_lines(lab: Lab, printed: Lines) -> list[int]:
    pairs = zip(_right_lines(lab), printed, strict=True)
    return [place for place, (right, told) in enumerate(pairs) if right != told]


def _wrong_entry(lab: Lab, place: int, printed: Lines) -> str:
    """The node of the first entry on a line that is wrong."""
    right = _right_lines(lab)[place][1]
    wrong = (target for (target, total), (_, told) in zip(right, printed[place][1], strict=True) if total != told)
    return str(next(wrong, right[0][0]))


def _right_value(lab: Lab, place: int, printed: Lines) -> Any:
    return _steps(lab)[place].changes[_wrong_entry(lab, place, printed)]
