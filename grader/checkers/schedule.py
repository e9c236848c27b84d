"""Checks a set of checkpoints by simulating it: what it holds at most, what it recomputes, and how near the best it is.

The share of a set that keeps within the limit is the least recomputation possible under that limit, divided by the
set's own recomputation. Where nothing would have to be recomputed at all, any recomputation earns nothing.
"""

from __future__ import annotations

from fractions import Fraction

from engine.checkpointing import Placement, measure_placement
from grader.reading.schedule import ScheduleReading
from grader.verdict import Verdict
from question_templates.answers.schedules import Schedule

__all__ = ["check_schedule"]


def check_schedule(answer: Schedule, reading: ScheduleReading) -> Verdict:
    """Right if no schedule under the limit recomputes for less, partly by how much it does; wrong over the limit."""
    layers = range(answer.first_layer, answer.first_layer + answer.layers)
    strangers = [number for number in reading.checkpoints if number not in layers]
    if strangers:
        return _wrong(reading, f"There is no layer {strangers[0]}; the layers are {layers[0]} to {layers[-1]}.")
    kept = [number - answer.first_layer for number in reading.checkpoints]
    own = measure_placement(answer.chain, kept, strategy=answer.strategy)
    fault = _over_the_limit(answer, own)
    if fault:
        return _wrong(reading, fault)
    least = answer.best().cost
    if own.cost <= least:
        return Verdict("right", Fraction(1), reading.read_as)
    cost = f"it recomputes {_recomputation(answer, own)}, and a better set recomputes less."
    share = Fraction(least, own.cost)
    if not share:
        return _wrong(reading, f"This set keeps within the limit, but {cost}")
    return Verdict("partly", share, reading.read_as, f"This set keeps within the limit, but {cost}")


def _wrong(reading: ScheduleReading, reason: str) -> Verdict:
    return Verdict("wrong", read_as=reading.read_as, reason=reason, counterexample=reason)


def _over_the_limit(answer: Schedule, own: Placement) -> str:
    """Which limit a set breaks, with the set's own figure; empty when it keeps within all."""
    if answer.limit is not None and own.peak > answer.limit:
        return (
            f"Under this set the peak is {own.peak} {answer.unit}, which is over the limit of {answer.limit}; "
            "the peak counts activations and gradients in the forward and the backward pass."
        )
    most = answer.most_checkpoints
    if most is not None and len(own.checkpoints) > most:
        return f"This set has {len(own.checkpoints)} checkpoints, and at most {most} are allowed."
    return ""


def _recomputation(answer: Schedule, own: Placement) -> str:
    if answer.costs:
        return f"operations that cost {own.cost}"
    return f"{own.cost} operation{'s' if own.cost > 1 else ''}"
