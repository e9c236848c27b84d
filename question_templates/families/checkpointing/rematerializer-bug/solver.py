"""What a faulty rematerializer rebuilds and which change repairs it, from runs of the faulty and changed listings."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import engine as ag
from engine.checkpointing import LedgerOptions, wrongly_rebuilt
from question_templates.lab import Lab
from question_templates.shared.faulty_rematerializers import FaultyChain

#: Numbers whose product tells what was multiplied: the first stands for X, the others for the weights.
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31)
#: Checkpoints keep their values to the end: a faulty rematerializer may ask for one that backward has passed.
_LEDGER = LedgerOptions(discard_after_use=True)
#: A chain with several layers in front of, between and behind its checkpoints: what is wrong shows in it.
_SAMPLE: tuple[int, tuple[int, ...]] = (8, (2, 5))


def wrong(lab: Lab, way: str = "right") -> list[int]:
    """The positions among the discarded layers of those that are rebuilt wrongly, or that a mistake takes for those."""
    chain = FaultyChain.of(lab.parameters)
    if way == "right":
        layers = list(wrongly_rebuilt(lab.run.returned))
    elif way == "right ones":
        layers = [layer for layer in chain.discarded if layer not in wrongly_rebuilt(lab.run.returned)]
    elif way == "all layers":
        layers = chain.discarded
    else:
        taken_for = "slice" if way == "other fault" and lab.parameters["is_late"] else "late"
        layers = chain._replace(fault=taken_for).wrong()
    return [place for place, layer in enumerate(chain.discarded) if layer in layers]


def returned(lab: Lab, way: str = "right") -> int:
    """What the rematerializer of the asked layer returns, a 1 x 1 matrix, as a number; or if there were no fault."""
    layer = lab.parameters["asked_layer"]
    if way == "right":
        return _calls(lab.run.returned)[layer]
    return FaultyChain.of(lab.parameters)._replace(fault="").returned(layer, lab.parameters["numbers"])


def products(lab: Lab, way: str = "right") -> int:
    """The products that the faulty listing does again in the backward pass; or if there were no fault."""
    if way != "right":
        return FaultyChain.of(lab.parameters)._replace(fault="").products()
    call = lab.variant.program.call + ".backward()"
    return int(lab.again(call, ledger=_LEDGER).ledger.recomputed_operations)


def repair(lab: Lab) -> int:
    """The position of the change after which every layer is rebuilt as it was."""
    return _left_by_each(lab).index(0)


def repair_of_a_half(lab: Lab) -> int:
    """The wrong change that leaves the fewest layers wrong."""
    left = _left_by_each(lab)
    return min((place for place, count in enumerate(left) if count), key=lambda place: (left[place], place))


def objection(lab: Lab) -> str:
    """Exactly one change must repair the listing."""
    return "" if _left_by_each(lab).count(0) == 1 else "not exactly one change repairs the listing"


def explain(lab: Lab) -> dict[str, Any]:
    """What each rematerializer multiplies, found with prime numbers in place of the matrices, and all changes tried."""
    parameters = lab.parameters
    checkpoints, layers = tuple(parameters["checkpoints"]), parameters["n_layers"]
    got, right = _factors(lab, lab.listing), _factors(lab, _changed(lab, repair(lab)))
    changed = [_function_of(_changed(lab, place)) for place in range(len(parameters["changes"]))]
    tried = [
        {"line": number, "new": new, "wrong": sorted(_wrong_in(function, checkpoints, layers))}
        for function, (number, new) in zip(changed, parameters["changes"], strict=True)
    ]
    return {
        "rows": [{"layer": layer, "right": right[layer], "got": got[layer]} for layer in parameters["discarded"]],
        "wrong_layers": [parameters["discarded"][place] for place in wrong(lab)] if parameters["ask_wrong"] else [],
        "tried": tried,
    }


def _left_by_each(lab: Lab) -> list[int]:
    """How many layers each change leaves wrong, in a sample chain."""
    layers, checkpoints = _SAMPLE
    changed = [_function_of(_changed(lab, place)) for place in range(len(lab.parameters["changes"]))]
    return [len(_wrong_in(function, checkpoints, layers)) for function in changed]


def _changed(lab: Lab, place: int) -> str:
    """The listing with one of the offered changes."""
    number, new = lab.parameters["changes"][place]
    lines = lab.listing.splitlines()
    old = lines[number - 1]
    lines[number - 1] = old[: len(old) - len(old.lstrip())] + new
    return "\n".join(lines) + "\n"


def _function_of(listing: str) -> str:
    """A listing up to its numbers, which few variants have in common."""
    return listing.partition("\nX = ")[0]


@lru_cache(maxsize=1024)  # a pure function: the same changes are tried for several answers, and in several variants
def _wrong_in(function: str, checkpoints: tuple[int, ...], n_layers: int) -> frozenset[int]:
    """The layers that a function rebuilds wrongly, for matrices without any special values."""
    weights = "[ag.Tensor(np.random.randn(3, 3)) for _ in range(n_layers)]"
    return frozenset(wrongly_rebuilt(_output(function, weights, checkpoints=list(checkpoints), n_layers=n_layers)))


def _output(function: str, weights: str, **sizes: Any) -> ag.Tensor:
    """The output of the forward pass for some X, the prime 2 if there are `primes`; nothing is discarded in it."""
    name = function.partition("(")[0].removeprefix("def ")
    x = "np.array([[2.0]])" if "primes" in sizes else "np.random.randn(4, 3)"
    output: ag.Tensor = ag.run_listing(function, f"{name}(ag.Tensor({x}), {weights}, checkpoints)", sizes).returned
    return output


def _calls(output: ag.Tensor) -> dict[int, int]:
    """What each layer's rematerializer returns, in a chain of 1 x 1 matrices."""
    layers = [node for node in output.postorder() if node.op == "matmul"]
    return {
        layer: round(float(node.rematerializer()[0, 0]))
        for layer, node in enumerate(layers)
        if node.rematerializer is not None
    }


def _factors(lab: Lab, listing: str) -> dict[int, str]:
    """The factors of what each rematerializer returns: `X W0 W1`."""
    sizes = {"checkpoints": lab.parameters["checkpoints"], "primes": list(_PRIMES[1 : lab.parameters["n_layers"] + 1])}
    output = _output(_function_of(listing), "[ag.Tensor(np.array([[1.0 * prime]])) for prime in primes]", **sizes)
    return {layer: _factored(value) for layer, value in _calls(output).items()}


def _factored(value: int) -> str:
    names = []
    for place, prime in enumerate(_PRIMES):
        times = 0
        while value % prime == 0:
            value, times = value // prime, times + 1
        names += [f"W{place - 1}" if place else "X"] * times
    return " ".join(names)
