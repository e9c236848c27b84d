"""The smallest input on which a property fails: listed by size as far as that goes, and from there on made smaller.

Only after a failure, and each time on a fresh process. What bounds it is the number of calls, so that the same program
gets the same example on any machine; the time bounds it only for a program that sleeps, or fills its limit every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Final

from grader.code.failures import Failure
from grader.code.running import LONGEST_RUN, is_cut_short, run_calls
from question_templates.answers.code import CodeQuestion, Property
from question_templates.coding.inputs import Input, size_of, smaller, smallest
from question_templates.coding.trials import fault_of

if TYPE_CHECKING:
    from grader.sandbox.patience import Patience  # most exams have no program to judge

__all__ = ["fails_again", "smallest_failure"]

#: Inputs that are tried in order of size: below them a smaller example is ruled out.
_N_LISTED: Final = 400
#: Steps from a failing input to a smaller one, and calls in each.
_MOST_STEPS, _MOST_CALLS = 40, 200


def fails_again(question: CodeQuestion, source: str, found: Failure, patience: Patience) -> bool:
    """Whether a call fails by itself too, as the first one of a fresh process; one that is cut short tells nothing."""
    wall_seconds = min(LONGEST_RUN, patience.left())
    (outcome,) = run_calls(question, source, [found.arguments], wall_seconds=wall_seconds)
    known = found.one.known(*deepcopy(found.arguments))
    return is_cut_short(outcome) or bool(fault_of(found.one, outcome, known))


def smallest_failure(question: CodeQuestion, source: str, found: Failure, patience: Patience) -> Failure:
    """The smallest failure of the same property that we know of.

    A run that was cut short is left as it is: to try it again would cost its time over and over.
    """
    one = found.one
    if is_cut_short(found.outcome) or one.is_heavy:
        return found
    if found.choices in {made.choices for made in smallest(one.inputs, one.n_smallest)}:
        return found  # the smaller ones were tried already, and hold
    listed = smallest(one.inputs, _N_LISTED)[one.n_smallest :]
    below = [made for made in listed if size_of(made.choices) < size_of(found.choices)]
    first = _first_failure(question, source, one, below, patience)
    if first or found.choices in {made.choices for made in listed}:
        return first or found
    for _ in range(_MOST_STEPS):
        step = _first_failure(question, source, one, smaller(one.inputs, found.choices)[:_MOST_CALLS], patience)
        if step is None:
            break
        found = step
    return found


def _first_failure(
    question: CodeQuestion, source: str, one: Property, inputs: Sequence[Input], patience: Patience
) -> Failure | None:
    """The first of some inputs on which the property fails, in the order in which they stand.

    One whole run's time is left for what decides the verdict.
    """
    wall_seconds = patience.left() - LONGEST_RUN
    if not inputs or wall_seconds <= 0:
        return None
    outcomes = run_calls(question, source, [made.arguments for made in inputs], wall_seconds=wall_seconds)
    for made, outcome in zip(inputs, outcomes, strict=True):
        if is_cut_short(outcome):
            return None
        fault = fault_of(one, outcome, one.known(*deepcopy(made.arguments)))
        if fault:
            return Failure(one, made.choices, made.arguments, outcome, fault)
    return None
