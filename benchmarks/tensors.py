"""Times the im2col matrix, convolution and attention beside the printed loop, plain writing, and PyTorch on the CPU.

    python -m benchmarks.tensors [--rounds 15] [--threads 1] [--only im2col|conv2d|attention]

Each pair runs turn by turn and the median of the ratios stands in the table, so that a busy machine disturbs little.
Forward and backward in float64, with gradients for every operand. Memory is the peak of what NumPy holds in one run
(tracemalloc), beside the sum of the values' bytes; the last two columns are by how much a process of its own
grows in that run (Linux only).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

THREADS = sys.argv[sys.argv.index("--threads") + 1] if "--threads" in sys.argv else "1"
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = THREADS  # read once, when NumPy and PyTorch are imported

import numpy as np  # noqa: E402

from benchmarks._table import print_table  # noqa: E402
from engine.tensors import Tensor, im2col_matrix_sparse  # noqa: E402
from engine.tensors import functions as ag  # noqa: E402

Run = Callable[[], Any]

CONVOLUTIONS: dict[str, tuple[int, ...]] = {  # images, channels, size, filters, kernel
    "exam 2x3x8 -> 4": (2, 3, 8, 4, 3),
    "exam 2x1x5 -> 1": (2, 1, 5, 1, 3),
    "small 4x3x32 -> 16": (4, 3, 32, 16, 3),
    "large 8x64x56 -> 64": (8, 64, 56, 64, 3),
    "large 1x64x112 -> 64": (1, 64, 112, 64, 3),
}
ATTENTIONS: dict[str, tuple[int, ...]] = {  # samples, context, features
    "exam (2, 5, 3)": (2, 5, 3),
    "exam (4, 32, 16)": (4, 32, 16),
    "large (8, 128, 64)": (8, 128, 64),
    "large (4, 512, 64)": (4, 512, 64),
    "large (2, 1024, 64)": (2, 1024, 64),
}


def printed_loop(n_channels: int, height: int, width: int, kernel: int, stride: int = 1) -> Any:
    """The matrix entry by entry, as a listing builds it."""
    from scipy.sparse import csr_matrix

    rows = [
        channel * height * width + (top * stride + i) * width + left * stride + j
        for top in range((height - kernel) // stride + 1)
        for left in range((width - kernel) // stride + 1)
        for channel in range(n_channels)
        for i in range(kernel)
        for j in range(kernel)
    ]
    entries = ([1 for _ in rows], (rows, list(range(len(rows)))))
    return csr_matrix(entries, shape=(n_channels * height * width, len(rows)))


def only_written(matrix: Any) -> list[Any]:
    """Arrays of the matrix's sizes, filled with one number."""
    return [np.full(part.shape, 1, part.dtype) for part in (matrix.data, matrix.indices, matrix.indptr)]


def side_by_side(ours: Run, other: Run, rounds: int) -> tuple[float, float, float]:
    """Milliseconds of both (medians), and the median of ours / other, run in turn."""
    ours(), other()
    repeats = max(1, int(0.002 / max(seconds(ours, 1), 1e-7)))
    pairs = [(seconds(ours, repeats), seconds(other, repeats)) for _ in range(rounds)]
    return median(a for a, _ in pairs) * 1e3, median(b for _, b in pairs) * 1e3, median(a / b for a, b in pairs)


def seconds(run: Run, repeats: int) -> float:
    started = time.perf_counter()
    for _ in range(repeats):
        run()
    return (time.perf_counter() - started) / repeats


def peak_megabytes(run: Run) -> float:
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def im2col_rows(rounds: int) -> list[list[object]]:
    rows: list[list[object]] = []
    for sizes in ((3, 8, 8, 3), (3, 32, 32, 3), (16, 28, 28, 5), (64, 112, 112, 3)):
        build = partial(im2col_matrix_sparse, sizes[:3], sizes[3])
        matrix = build()
        ours, writing, beside_writing = side_by_side(build, partial(only_written, matrix), rounds)
        loop = seconds(partial(printed_loop, *sizes), 1) * 1e3
        held = sum(part.nbytes for part in (matrix.data, matrix.indices, matrix.indptr)) / 1e6
        name = f"{'x'.join(map(str, sizes[:3]))} K={sizes[3]}"
        rows.append(
            [name, ours, loop, f"{loop / ours:.0f}x faster", writing, beside_writing, peak_megabytes(build), held]
        )
    return rows


def convolution(sizes: tuple[int, ...], is_torch: bool) -> Run:
    n_images, n_channels, size, n_filters, kernel = sizes
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal((n_images, n_channels, size, size))]
    arrays.append(rng.standard_normal((n_filters, n_channels, kernel, kernel)))
    if not is_torch:
        x, weight = (Tensor(array, requires_grad=True) for array in arrays)
        return lambda: ag.sum(ag.conv2d(x, weight)).backward()
    import torch

    images, filters = (torch.tensor(array, requires_grad=True) for array in arrays)
    correlate: Callable[..., Any] = torch.nn.functional.conv2d
    return lambda: correlate(images, filters).sum().backward()


def attention(sizes: tuple[int, ...], is_torch: bool) -> Run:
    n_samples, n_context, n_features = sizes
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal((n_samples, n_context, n_features))]
    arrays += [rng.standard_normal((n_features, n_features)) / n_features for _ in range(3)]
    if not is_torch:
        leaves = [Tensor(array, requires_grad=True) for array in arrays]
        return lambda: ag.sum(attend(ag.exp, ag.moveaxis, lambda a: ag.sum(a, 1, True), *leaves)).backward()
    import torch

    theirs = [torch.tensor(array, requires_grad=True) for array in arrays]
    return lambda: attend(torch.exp, torch.movedim, lambda a: a.sum(1, True), *theirs).sum().backward()


def attend(exp: Any, moveaxis: Any, total: Any, x: Any, query: Any, key: Any, value: Any) -> Any:
    """Unscaled single-head attention, softmax over axis 1."""
    weights = exp((x @ key) @ moveaxis(x @ query, 1, 2))
    mixed = moveaxis(x, 1, 2) @ (weights / total(weights))
    return moveaxis(mixed, 1, 2) @ value


KINDS: dict[str, tuple[Callable[[tuple[int, ...], bool], Run], dict[str, tuple[int, ...]]]] = {
    "conv2d": (convolution, CONVOLUTIONS),
    "attention": (attention, ATTENTIONS),
}


def torch_rows(kind: str, rounds: int) -> list[list[object]]:
    program, cases = KINDS[kind]
    rows: list[list[object]] = []
    for name, sizes in cases.items():
        ours, theirs = program(sizes, False), program(sizes, True)
        figures = side_by_side(ours, theirs, rounds)
        grown = [growth_in_its_own_process(kind, name, is_torch) for is_torch in (False, True)]
        rows.append([f"{kind}, {name}", *figures, peak_megabytes(ours), *grown])
    return rows


def growth_in_its_own_process(kind: str, name: str, is_torch: bool) -> float:
    command = [
        sys.executable,
        __file__,
        "--threads",
        THREADS,
        "--growth",
        kind,
        name,
        "torch" if is_torch else "engine",
    ]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def growth(kind: str, name: str, library: str) -> float:
    """How many MB the process grows at most in a run, everything being imported and warmed up on the smallest case."""
    program, cases = KINDS[kind]
    program(next(iter(cases.values())), library == "torch")()
    run = program(cases[name], library == "torch")
    before = most_held_kilobytes()
    run()
    return (most_held_kilobytes() - before) / 1024


def most_held_kilobytes() -> int:
    """The process's peak, from the kernel; what `resource` says would begin with the parent's peak."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    lines = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
    return int(lines["VmHWM"].split()[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", choices=["im2col", *KINDS])
    parser.add_argument("--growth", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.growth:
        print(growth(*chosen.growth))
        return
    if chosen.only in (None, "im2col"):
        head = ["im2col matrix", "ms", "loop ms", "", "writing ms", "/ writing", "peak MB", "held MB"]
        print_table(head, im2col_rows(chosen.rounds))
        print()
    rows = [row for kind in KINDS if chosen.only in (None, kind) for row in torch_rows(kind, chosen.rounds)]
    if rows:
        head = ["forward and backward", "ms", "torch ms", "/ torch", "peak MB", "process +MB", "torch process +MB"]
        print_table(head, rows)


if __name__ == "__main__":
    main()
