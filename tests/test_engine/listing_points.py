"""What tests of listings on sizes share: symbols, admissible points, and the comparison at many of them."""

from __future__ import annotations

import random

import engine as ag
from engine.sizes import NO_FACTS, symbol


def symbols(names, *, facts=NO_FACTS):
    """A symbol for each name."""
    return {name: symbol(name, facts=facts) for name in names.split()}


def points(trace, names, *, count, largest=6, seed=1, **largest_of):
    """So many admissible drawings of plain numbers; the first has size 1 everywhere, if that is admissible."""
    dice = random.Random(seed)
    drawn = [dict.fromkeys(names.split(), 1)]
    while len(drawn) < 200 * count:
        drawn.append({name: dice.randint(1, largest_of.get(name, largest)) for name in names.split()})
    kept = [values for values in drawn if ag.is_admissible(trace, values)]
    assert len(kept) >= count
    return kept[:count]


def check(source, call, names, *, count=50, counted=8, facts=NO_FACTS, **largest):
    """The trace of a listing, which agrees with real arrays at many points and with counting numbers at some."""
    sizes = symbols(names, facts=facts)
    trace = ag.run_listing(source, call, sizes)
    for number, values in enumerate(points(trace, names, count=count, **largest)):
        assert [] == ag.disagreements(trace, sizes, values)
        if number < counted:
            assert [] == ag.disagreements(trace, sizes, values, count=True)
    return trace
