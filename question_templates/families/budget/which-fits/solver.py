"""Memory and multiply-adds of every design, from a run of the listing for each."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from engine.running.trace import CALL, Trace
from engine.sizes import Size, evaluate, total
from question_templates.lab import Lab

_MIB, _MILLION = 1024**2, 1000**2
#: The place of a part among what `step` returns, by the slip that forgets it.
_FORGOTTEN = {"no_gradients": 1, "no_states": 2, "no_results": 3}
_MOST_FITTING = 3
_MOST = 1 << 20  # no budget here holds a batch of so many


def asked(lab: Lab, field: str) -> Any:
    """The answer to a field."""
    return _answer(lab, field, "")


def mistaken(lab: Lab, slip: str, field: str) -> Any:
    """The answer to a field of somebody who makes this slip."""
    return _answer(lab, field, slip)


def _answer(lab: Lab, field: str, slip: str) -> Any:
    parameters = lab.parameters
    designs = parameters["designs"]
    budget = parameters["budget"] * (_MILLION if slip == "decimal" else _MIB)
    if field == "memory":
        bytes_there = _memory(lab, designs[parameters["memory_of"]], slip)
        return Fraction(bytes_there, _MILLION if slip == "decimal" else _MIB)
    if field == "largest":
        return _largest(lab, designs[parameters["largest_of"]], budget, slip)
    fitting = [place for place, design in enumerate(designs) if _memory(lab, design, slip) <= budget]
    if field == "fits":
        return fitting
    runners = range(len(designs)) if slip == "no_budget" else fitting or range(len(designs))
    return min(runners, key=lambda place: _work(lab, designs[place], slip))


def _run(lab: Lab, design: Mapping[str, Any], slip: str) -> Trace:
    """The run of a design at open sizes, in which only its options are numbers."""
    parameters = lab.parameters
    texts = {**design, "dtype": f"np.{design['dtype']}"}
    texts |= {"n_blocks": 1} if slip == "one_block" else {}
    texts |= {"dtype": "np.float32"} if slip == "single" else {}
    texts |= {"recompute": False} if slip == "keeps_all" else {}
    options = ", ".join(f"{option}={texts[option]}" for option in parameters["options"])
    return lab.again(f"step({', '.join(parameters['sizes'])}, {options})")


def _parts(lab: Lab, design: Mapping[str, Any], slip: str) -> list[Any]:
    """The bytes of the values, gradients, states and results that the run of a design returns."""
    parts: list[Any] = [total([array.nbytes for array in arrays]) for arrays in _run(lab, design, slip).returned]
    if slip in _FORGOTTEN:
        parts[_FORGOTTEN[slip]] = 0
    return parts


def _memory(lab: Lab, design: Mapping[str, Any], slip: str) -> int:
    """The bytes of everything that the run of a design returns."""
    return _at(lab, total(_parts(lab, design, slip)), design)


def _work(lab: Lab, design: Mapping[str, Any], slip: str) -> int:
    """The multiply-adds of the run of a design."""
    totals = _run(lab, design, "" if slip == "keeps_all" else slip).of_function(CALL)
    return _at(lab, totals.multiply_adds, design)


def _at(lab: Lab, size: Any, design: Mapping[str, Any], **other: int) -> int:
    """A size at the design's numbers."""
    numbers = [{**design, **other}[name] for name in ("batch", "width", "hidden")]
    return evaluate(size, dict(zip(lab.parameters["sizes"], numbers, strict=True))) if isinstance(size, Size) else size


def _largest(lab: Lab, design: Mapping[str, Any], budget: int, slip: str) -> int:
    """The largest batch whose memory is within the budget, 0 if even one sample is too many; found by halving."""
    memory = total(_parts(lab, design, slip))
    low, high = 0, _MOST
    while high - low > 1:
        middle = (low + high) // 2
        fits = _at(lab, memory, design, batch=middle) <= budget
        low, high = (middle, high) if fits else (low, middle)
    return low


def objection(lab: Lab) -> str:
    """Why a draw asks too little: nearly all or none fit, the budget is nearly met, or nothing is to be weighed."""
    parameters = lab.parameters
    budget = parameters["budget"] * _MIB
    amounts = [_memory(lab, design, "") for design in parameters["designs"]]
    fitting = [amount for amount in amounts if amount <= budget]
    if not 2 <= len(fitting) <= _MOST_FITTING:
        return "too few or too many designs fit"
    if any(abs(amount - budget) * 25 < budget for amount in amounts):
        return "a design is within 4 percent of the budget"
    if parameters["asks_largest"] and not 1 < asked(lab, "largest") < _MOST - 1:
        return "no batch of the design fits, or every one"
    if parameters["asks_fastest"]:
        work = [_work(lab, design, "") for design in parameters["designs"]]
        if len(set(work)) < len(work):
            return "two designs are equally fast"
        if (amounts[work.index(min(work))] > budget) != parameters["fastest_is_too_large"]:
            return "the fastest design of all fits, or does not, against what was drawn"
    return ""


def explain(lab: Lab) -> dict[str, Any]:
    """Every design with its parts, its memory and its work."""
    rows = []
    for design, text in zip(lab.parameters["designs"], lab.parameters["design_texts"], strict=True):
        parts = [_at(lab, part, design) for part in _parts(lab, design, "")]
        rows.append({**design, "text": text, "parts": parts, "memory": sum(parts), "work": _work(lab, design, "")})
    chosen = lab.parameters["designs"][lab.parameters["largest_of"]]
    memory = total(_parts(lab, chosen, ""))
    first, second = (_at(lab, memory, chosen, batch=samples) for samples in (1, 2))
    return {"rows": rows, "fixed": 2 * first - second, "a_sample": second - first, "MIB": _MIB}
