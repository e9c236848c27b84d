"""The best checkpoints under the question's limit, and what they recompute when the printed listing runs with them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from engine.checkpointing import Ledger, Placement
from question_templates.lab import Lab
from question_templates.shared.chain_mistakes import strategy_of
from question_templates.shared.choosing_checkpoints import (
    Choice,
    best_choice,
    fullest_sets,
    peak_of,
    products_of,
    reasons,
    recomputed,
)
from question_templates.shared.ledgers import moments, rebuilds


def schedule(lab: Lab) -> dict[str, Any]:
    """What makes a set of checkpoints a right answer."""
    choice = _choice(lab)
    return {
        "layers": choice.layers,
        "limit": choice.limit,
        "most_checkpoints": choice.most_checkpoints,
        "sizes": choice.sizes,
        "strategy": strategy_of(choice.per_segment),
        "unit": _unit(lab),
    }


def least(lab: Lab, way: str = "right") -> int:
    """The products that are done again under the best checkpoints, or under a mistaken reading of the question."""
    return _run(lab, _best(lab).checkpoints).recomputed_operations if way == "right" else recomputed(_choice(lab), way)


def explain(lab: Lab) -> dict[str, Any]:
    """The best checkpoints, the segments between them, the memory of the run with them, and why no set does better."""
    best, choice = _best(lab), _choice(lab)
    ledger, unit, last = _run(lab, best.checkpoints), _bytes_of_unit(lab), choice.layers - 1
    counts = rebuilds(ledger, choice.layers)
    segments = [range(low + 1, high) for low, high in pairwise([-1, *best.checkpoints, last])]
    return {
        "best": list(best.checkpoints),
        "segments": [{"layers": list(part), "products": sum(counts[layer] for layer in part)} for part in segments],
        "in_all": ledger.recomputed_operations,
        "peak_of_best": ledger.peak // unit,
        "sizes_in_unit": choice.sizes,
        "rows": [{**vars(step), "most": step.most // unit} for step in moments(ledger, choice.layers)],
        "unit": _unit(lab),
        **(_why(choice) if lab.parameters["in_kib"] else {}),
    }


def objection(lab: Lab) -> str:
    """A run that is not what the search for the best set has foreseen."""
    best = _best(lab)
    ran = _run(lab, best.checkpoints)
    foreseen = (best.peak * _bytes_of_unit(lab), best.recomputed_operations)
    return "" if (ran.peak, ran.recomputed_operations) == foreseen else "the run and the simulated chain disagree"


def _why(choice: Choice) -> dict[str, Any]:
    """What each layer leaves for checkpoints below its input, and the checkpoints that are too much for one."""
    sizes = choice.sizes
    limit = choice.limit or 0
    rooms = [
        {
            "layer": layer,
            "sizes": [sizes[layer - 1], sizes[layer], sizes[layer - 1]],
            "below": layer - 1,
            "room": limit - 2 * sizes[layer - 1] - sizes[layer],
        }
        for layer in range(choice.layers - 1, 1, -1)
    ]
    found, _ = reasons(choice)
    return {
        "rooms": rooms,
        "reasons": [
            {**one._asdict(), "taken": [sizes[mark] for mark in one.together], "room": limit - one.fixed}
            for one in found
        ],
        "fullest": [
            {"kept": sorted(kept), "products": products_of(choice, kept), "most": peak_of(choice, kept)}
            for kept in fullest_sets(choice)
        ],
    }


def _choice(lab: Lab) -> Choice:
    """What the question leaves to choose, with the sizes that the run of the listing has."""
    parameters, unit = lab.parameters, _bytes_of_unit(lab)
    sizes = tuple(size // unit for size in _bytes(lab))
    if parameters["by_memory"]:
        return Choice(sizes, parameters["per_segment"], limit=parameters["limit"])
    return Choice(sizes, parameters["per_segment"], most_checkpoints=parameters["most_checkpoints"])


def _best(lab: Lab) -> Placement:
    best = best_choice(_choice(lab))
    if best is None:
        raise ValueError("no set of checkpoints keeps within the limit; the generator draws none such.")
    return best


def _run(lab: Lab, checkpoints: Sequence[int]) -> Ledger:
    """The ledger of the printed listing under some checkpoints."""
    call = f"{lab.parameters['words']['forward']}(X, weights, {list(checkpoints)}).backward()"
    return lab.again(call).ledger


def _unit(lab: Lab) -> str:
    return "KiB" if lab.parameters["in_kib"] else "activations"


def _bytes_of_unit(lab: Lab) -> int:
    return 1024 if lab.parameters["in_kib"] else _bytes(lab)[0]


def _bytes(lab: Lab) -> list[int]:
    """The bytes of every activation: in forward an allocation is an activation."""
    return [e.bytes for e in lab.run.ledger.events if e.kind == "allocate"]
