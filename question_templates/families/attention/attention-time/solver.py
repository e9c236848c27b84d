"""What is read from runs of the attention programs: which part costs most, where two parts cost the same, mistakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.patching import Patch
from engine.running.trace import Place
from engine.sizes import Size, as_size, evaluator, symbol
from question_templates.lab import Lab
from question_templates.shared.tidied_sizes import exactly, growth, tidied

_PROJECTIONS = ("query", "key", "val", "out")
_PRODUCTS = ("score", "mix")
_FAR = 10**7  # tokens, beside _FEATURES features: far enough for the highest power of the tokens to be all that counts
_FEATURES = 64
_FACTORS = (2, 4, 8, 16)  # in the order of the options of `doubling`


def work(lab: Lab, name: str) -> Size:
    """What a line or a function takes, in the unit of the question."""
    return tidied(_work(lab, name) * (1 if lab.parameters["adds"] else 2), _order(lab))


def bound(lab: Lab, name: str) -> Size:
    """How the work of a line or of the whole call grows."""
    return growth(_work(lab, name), _order(lab))


def doubling(lab: Lab) -> int:
    """The place, among the options, of the factor by which twice the tokens multiply the work."""
    doubled = lab.parameters["doubles"]
    work = evaluator(as_size(_line(lab, _role(lab, doubled)) if doubled else _total(lab)))
    numbers = dict.fromkeys(lab.variant.program.sizes, _FEATURES)
    once, twice = (work({**numbers, lab.parameters["t"]: tokens}) for tokens in (_FAR, 2 * _FAR))
    return min(range(len(_FACTORS)), key=lambda place: abs(_FACTORS[place] * once - twice))


def linear(lab: Lab) -> int:
    """Twice the tokens, twice the work."""
    return _FACTORS.index(2)


def dominant(lab: Lab) -> int:
    """The part that takes most at the question's numbers: projections, products over positions, MLP."""
    return _largest(lab, lab.parameters["numbers"])


def dominant_elsewhere(lab: Lab) -> int:
    """The part that takes most when the sequence is long instead of short, or the other way round."""
    numbers = lab.parameters["numbers"]
    tokens = lab.parameters["t"]
    return _largest(lab, {**numbers, tokens: 1 if numbers[tokens] > numbers[lab.parameters["d"]] else _FAR})


def crossing(lab: Lab) -> int:
    """The fewest tokens for which the two products over positions take as much as their rival, or more."""
    return _crossing(lab, _sum(lab, _PRODUCTS))


def crossing_of_one(lab: Lab) -> int:
    """The same for one of the two products alone."""
    return _crossing(lab, _line(lab, "score"))


def other_unit(lab: Lab, field: str) -> Any:
    """FLOPs for multiply-adds, or multiply-adds for FLOPs."""
    right = _answer(lab, field, lambda role: _line(lab, role))
    if not field.endswith("_work"):
        return right
    return 2 * right if lab.parameters["adds"] else right // 2


def products_like_projections(lab: Lab, field: str) -> Any:
    """Products over positions that cost what the queries cost."""
    return _answer(lab, field, lambda role: _line(lab, "query" if role in _PRODUCTS else role))


def entries_alone(lab: Lab, field: str) -> Any:
    """One multiply-add for each entry of a product."""
    return _answer(lab, field, lambda role: _entries(lab, lab.parameters["names"][role]), mlp=_mlp_entries)


def one_projection(lab: Lab, field: str) -> Any:
    """Queries, keys and values made at the price of the queries."""
    return _answer(lab, field, lambda role: 0 if role in ("key", "val") else _line(lab, role))


def mask_halves(lab: Lab, field: str) -> Any:
    """Masked scores that cost nothing."""
    return _answer(lab, field, lambda role: _line(lab, role) // (2 if role in _PRODUCTS else 1))


def full_length_each_round(lab: Lab, field: str) -> Any:
    """Every round at the price of the last one."""
    return _answer(lab, field, lambda role: _last_round(lab, role) * _rounds(lab))


def one_round(lab: Lab, field: str) -> Any:
    """The last round alone."""
    return _answer(lab, field, lambda role: _last_round(lab, role))


def explain(lab: Lab) -> dict[str, Any]:
    """What the worked solution says besides: each line's cost, the parts, and the whole."""
    roles = [*_PROJECTIONS[:3], *_PRODUCTS, "out"]
    parts = [_sum(lab, _PROJECTIONS), _sum(lab, _PRODUCTS)]
    if lab.parameters["mlp"]:
        parts.append(_mlp_cost(lab))
    asked = lab.parameters["lines"] + lab.parameters["functions"]
    told: dict[str, Any] = {
        "costs": [[lab.parameters["names"][role], _text(lab, _line(lab, role))] for role in roles],
        "parts": [_text(lab, part) for part in parts],
        "whole": _text(lab, _total(lab)),
        "asked": [[name, _text(lab, work(lab, name))] for name in asked],
    }
    if lab.parameters["asks_dominant"]:
        told["shared"], told["shares"] = _shares(lab, parts)
    if lab.parameters["asks_crossing"]:
        told["rival"] = _text(lab, _rival(lab))
    return told


def _shares(lab: Lab, parts: list[Any]) -> tuple[str, list[list[Any]]]:
    """What all parts have as a factor, and what remains of each: as a formula and as a number."""
    n, t, d = (symbol(lab.parameters[name]) for name in ("n", "t", "d"))
    shared = 2 * n * t * d
    rests = [as_size(part) / shared for part in parts]
    return str(shared), [[_text(lab, rest), evaluator(rest)(lab.parameters["numbers"])] for rest in rests]


def _text(lab: Lab, size: Any) -> str:
    return exactly(size, _order(lab))


def _order(lab: Lab) -> list[str]:
    """The sizes as a product names them: batch, tokens, features, and the other widths."""
    return [lab.parameters[name] for name in ("n", "t", "d", "k", "h")]


def _work(lab: Lab, name: str) -> Any:
    """The multiply-adds of a line, a function or the whole call."""
    if name == "total":
        return _total(lab)
    if name in ("attention", "mlp", "block"):
        return lab.run.totals[Place(name, 0)].multiply_adds
    return _line(lab, _role(lab, name))


def _role(lab: Lab, name: str) -> str:
    names: dict[str, str] = lab.parameters["names"]
    return next(role for role, told in names.items() if told == name)


def _line(lab: Lab, role: str) -> Any:
    """The multiply-adds of the line that binds that intermediate, in all rounds of a loop."""
    found = lab.run.binding(lab.parameters["names"][role])
    return lab.run.totals[Place(found.function, found.line)].multiply_adds


def _sum(lab: Lab, roles: tuple[str, ...]) -> Any:
    return sum(_line(lab, role) for role in roles)


def _total(lab: Lab) -> Any:
    name = "generate" if lab.parameters["loops"] else "block" if lab.parameters["mlp"] else "attention"
    return lab.run.totals[Place(name, 0)].multiply_adds


def _largest(lab: Lab, numbers: dict[str, int]) -> int:
    parts = [_sum(lab, _PROJECTIONS), _sum(lab, _PRODUCTS), _mlp_cost(lab)]
    costs = [evaluator(as_size(part))(numbers) for part in parts]
    return costs.index(max(costs))


def _rival(lab: Lab) -> Any:
    projections = _sum(lab, _PROJECTIONS)
    return projections if lab.parameters["against"] == "projections" else projections + _mlp_cost(lab)


def _crossing(lab: Lab, products: Any) -> int:
    ours, theirs = evaluator(as_size(products)), evaluator(as_size(_rival(lab)))
    low, high = 0, 2**20
    while high - low > 1:
        middle = (low + high) // 2
        numbers = {**lab.parameters["numbers"], lab.parameters["t"]: middle}
        low, high = (low, middle) if ours(numbers) >= theirs(numbers) else (middle, high)
    return high


def _mlp_cost(lab: Lab) -> Any:
    return lab.run.totals[Place("mlp", 0)].multiply_adds


def _mlp_entries(lab: Lab) -> Any:
    return _entries(lab, "hidden") + _entries(lab, lab.parameters["names"]["out"])


def _entries(lab: Lab, name: str) -> Any:
    product: Any = 1
    for size in lab.run.binding(name).shape:
        product = product * size
    return product


def _last_round(lab: Lab, role: str) -> Any:
    """What a line takes in the last round: one round is run that begins with the tokens of all rounds before."""
    names = lab.parameters
    n, t, d = names["n"], names["t"], names["d"]
    call, patches = lab.variant.program.call, [Patch(f"range({t})", "range(1)")]
    if names["design"] == "cached":
        patches.append(Patch(f"np.zeros(({n}, 0, {d}))", f"np.zeros(({n}, {t} - 1, {d}))"))
    else:
        call = call.replace(f"({n}, 1, {d})", f"({n}, {t}, {d})")
    run = lab.again(call, patches=patches)
    found = run.binding(names["names"][role])
    return run.totals[Place(found.function, found.line)].multiply_adds


def _rounds(lab: Lab) -> Any:
    return symbol(lab.parameters["t"])


def _answer(lab: Lab, field: str, cost: Callable[[str], Any], *, mlp: Callable[[Lab], Any] = _mlp_cost) -> Any:
    """The answer to a field when lines cost what `cost` says of them; choices and numbers are answered rightly."""
    if field in ("doubling", "dominant", "crossing"):
        return {"doubling": doubling, "dominant": dominant, "crossing": crossing}[field](lab)
    subject, _, kind = field.rpartition("_")
    if subject in ("total", "attention", "mlp", "block"):
        attention = 0 if subject == "mlp" else sum(cost(role) for role in (*_PROJECTIONS, *_PRODUCTS))
        whole = subject in ("mlp", "block") or (subject == "total" and lab.parameters["mlp"])
        work = attention + (mlp(lab) if whole else 0)
    else:
        work = cost(_role(lab, subject))
    return 2 * work if kind == "work" and not lab.parameters["adds"] else work
