"""Times the symbolic trace of a listing, cold and warm, beside the same program on SymPy's sizes.

    python -m benchmarks.traces [--rounds 20]

Ours runs the printed listing: parsed, rewritten, its loops followed, with every shape, every binding's bytes and, in
the last column, the cost of every line. Cold is with nothing kept from an earlier run (the process is warm). SymPy's
side is handed the listing as a Python function with the im2col matrix given, and runs it through the engine's own shape
and cost rules; cold is with SymPy's cache cleared. Medians, milliseconds of CPU; memory is the peak of one cold trace.
"""

from __future__ import annotations

import argparse
import sys
import time
import tracemalloc
from collections.abc import Callable
from importlib import util
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import engine as ag
from benchmarks._table import print_table
from engine.listing import _compiled
from engine.sizes import symbol
from engine.tensors.abstract import AbstractArray, AbstractSparse
from tests.test_engine.listings_exam import ATTENTION, CHAIN, CONVOLUTION

IMAGES = "ag.Tensor(np.random.randn(N, Cin, Hin, Win))"
TOKENS = "ag.Tensor(np.random.randn(n_samples, n_context, n_features))"
LISTINGS = {
    "convolution": (CONVOLUTION, f"Conv2d(Cin, Cout, K, S)({IMAGES})", "N Cin Hin Win Cout K S"),
    "attention and MLP": (
        ATTENTION,
        f"TransformerBlock(n_features, n_hidden)({TOKENS})",
        "n_samples n_context n_features n_hidden",
    ),
    "chain, fitted": (CHAIN, "forward(X, weights)", "num_layers num_samples dim_hidden"),
}


def convolution(n: Any, c_in: Any, h_in: Any, w_in: Any, c_out: Any, k: Any, s: Any) -> ag.Tensor:
    """The convolution listing as a function of any sizes."""
    h_out, w_out = (h_in - k) // s + 1, (w_in - k) // s + 1
    p, patch_size = h_out * w_out, c_in * k * k
    weight = ag.Tensor(AbstractArray((c_in * k**2, c_out)))
    x = ag.Tensor(AbstractArray((n, c_in, h_in, w_in))).reshape(-1, c_in * h_in * w_in)
    matrix = AbstractSparse((c_in * h_in * w_in, p * patch_size), p * patch_size)
    patches = ag.spcmatmul(x, matrix).reshape(n, p, patch_size)
    flat = ag.moveaxis((patches @ weight) + ag.Tensor(AbstractArray((c_out,))), 1, 2)
    return flat.reshape(n, c_out, h_out, w_out)


def attention(n: Any, t: Any, d: Any, h: Any) -> ag.Tensor:
    """The attention listing as a function of any sizes."""
    x = ag.Tensor(AbstractArray((n, t, d)))
    queries, keys, values = (ag.Tensor(AbstractArray((d, d))) for _ in range(3))
    scores = ag.exp((x @ keys) @ ag.moveaxis(x @ queries, 1, 2))
    mixed = ag.moveaxis(x, 1, 2) @ (scores / ag.sum(scores, axis=1, keepdims=True))
    x = ag.moveaxis(mixed, 1, 2) @ values
    hidden = ag.relu((x @ ag.Tensor(AbstractArray((d, h)))) + ag.Tensor(AbstractArray((h,))))
    return (hidden @ ag.Tensor(AbstractArray((h, d)))) + ag.Tensor(AbstractArray((d,)))


FUNCTIONS: dict[str, Callable[..., ag.Tensor]] = {"convolution": convolution, "attention and MLP": attention}


def sympy_trace(name: str) -> Callable[[], object]:
    """All shapes, bytes and costs of the function, in SymPy's algebra."""
    import sympy

    given = [sympy.Symbol(letter, integer=True, positive=True) for letter in LISTINGS[name][2].split()]

    def run() -> object:
        figures = []
        for node in FUNCTIONS[name](*given).postorder():
            figures.append(sympy.expand(node.nbytes))
            if node.operation is not None:
                shapes = [source.shape for source in node.inputs]
                cost = node.operation.cost(node.shape, *shapes, itemsize=8, **node.options)
                figures.append(sympy.expand(cost.multiply_adds))
        return figures

    return run


def our_trace(name: str, *, costs: bool = False) -> Callable[[], object]:
    source, call, names = LISTINGS[name]

    def run() -> object:
        trace = ag.run_listing(source, call, {letter: symbol(letter) for letter in names.split()})
        return trace.totals if costs else trace

    return run


def forget_ours() -> None:
    _compiled.cache_clear()


def forget_sympy() -> None:
    from sympy.core.cache import clear_cache

    clear_cache()


def milliseconds(run: Callable[[], object], rounds: int, before: Callable[[], None]) -> float:
    taken = []
    for _ in range(rounds + 1):
        before()
        start = time.process_time()
        run()
        taken.append((time.process_time() - start) * 1000)
    return median(taken[1:])


def peak_kilobytes(run: Callable[[], object]) -> float:
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1024


def row(name: str, rounds: int, *, has_sympy: bool) -> list[object]:
    ours = our_trace(name)
    cold, warm = milliseconds(ours, rounds, forget_ours), milliseconds(ours, rounds, lambda: None)
    with_costs = milliseconds(our_trace(name, costs=True), rounds, forget_ours)
    figures: list[object] = [name, cold, warm, with_costs, peak_kilobytes(ours)]
    if not has_sympy or name not in FUNCTIONS:
        return [*figures, "", "", ""]
    theirs = sympy_trace(name)
    sympy_cold = milliseconds(theirs, max(3, rounds // 4), forget_sympy)
    sympy_warm = milliseconds(theirs, rounds, lambda: None)
    return [*figures, sympy_cold, sympy_warm, f"{sympy_cold / with_costs:.1f}x"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    has_sympy = util.find_spec("sympy") is not None
    head = ["listing", "cold ms", "warm ms", "cold with costs", "peak KB", "SymPy cold", "SymPy warm", "SymPy / ours"]
    rows = [row(name, rounds, has_sympy=has_sympy) for name in LISTINGS]
    print_table(head, rows, title="Symbolic traces (aim: 5 ms)")
    if not has_sympy:
        print("SymPy is not installed (PyTorch brings it), so its columns are empty.")


if __name__ == "__main__":
    main()
