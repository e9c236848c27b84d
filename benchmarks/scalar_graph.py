"""Times a large random graph of scalars: build, sort and backward, beside a plain one with closures.

    python -m benchmarks.scalar_graph [--nodes 1000000] [--exact-nodes 100000]

Both implementations run the same program, each in a process of its own, so that its peak memory is its own. Times
are CPU seconds, with wall seconds beside them, so that a busy machine disturbs little. `backward` sorts the graph
first, in both; what the public `postorder()` takes stands apart. `collector` is the garbage collector's part of
`both`: its full passes over node objects and closures are what large graphs of them mostly spend their time on.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import operator
import random
import resource
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import engine as ag
from benchmarks._table import print_table

LEAVES_SHARE = 20  # one node in so many is a leaf
UNARY = ("relu", "neg")
REACH = 64
OPERATIONS = ("add", "sub", "mul", *UNARY)


class PlainScalar:
    """A scalar as a teaching implementation has it: inputs and a closure on every node."""

    def __init__(self, value: Any, inputs: tuple[PlainScalar, ...] = (), op: str = "", label: str = "") -> None:
        self.value, self.grad, self.inputs, self.op, self.label = value, 0, inputs, op, label
        self._backward: Callable[[], None] = lambda: None

    def __add__(self, other: PlainScalar) -> PlainScalar:
        output = PlainScalar(self.value + other.value, (self, other), "add")

        def _backward() -> None:
            self.grad += output.grad
            other.grad += output.grad

        output._backward = _backward
        return output

    def __sub__(self, other: PlainScalar) -> PlainScalar:
        output = PlainScalar(self.value - other.value, (self, other), "sub")

        def _backward() -> None:
            self.grad += output.grad
            other.grad -= output.grad

        output._backward = _backward
        return output

    def __mul__(self, other: PlainScalar) -> PlainScalar:
        output = PlainScalar(self.value * other.value, (self, other), "mul")

        def _backward() -> None:
            self.grad += other.value * output.grad
            other.grad += self.value * output.grad

        output._backward = _backward
        return output

    def postorder(self) -> list[PlainScalar]:
        order: list[PlainScalar] = []
        visited = set()
        stack = [(self, False)]
        while stack:
            node, is_done = stack.pop()
            if is_done:
                order.append(node)
            elif node not in visited:
                visited.add(node)
                stack.append((node, True))
                stack += [(source, False) for source in reversed(node.inputs) if source not in visited]
        return order

    def backward(self) -> None:
        order = self.postorder()
        self.grad = 1
        for node in reversed(order):
            node._backward()


def plain_relu(operand: PlainScalar) -> PlainScalar:
    output = PlainScalar(max(operand.value, 0), (operand,), "relu")

    def _backward() -> None:
        operand.grad += output.grad if operand.value > 0 else 0

    output._backward = _backward
    return output


def plain_neg(operand: PlainScalar) -> PlainScalar:
    output = PlainScalar(-operand.value, (operand,), "neg")

    def _backward() -> None:
        operand.grad -= output.grad

    output._backward = _backward
    return output


Operations = Mapping[str, Callable[..., Any]]

ARITHMETIC: Operations = {"add": operator.add, "sub": operator.sub, "mul": operator.mul}
PLAIN: Operations = {**ARITHMETIC, "leaf": PlainScalar, "relu": plain_relu, "neg": plain_neg}
OURS: Operations = {**ARITHMETIC, "leaf": ag.Scalar, "relu": ag.relu, "neg": ag.neg}


def random_steps(count: int) -> list[tuple[str, int]]:
    """Operations to apply, and how far ahead in the queue the second operand stands."""
    uniform = random.Random(1).random
    return [(OPERATIONS[int(uniform() * len(OPERATIONS))], int(uniform() * REACH)) for _ in range(count)]


def build(operations: Operations, leaves: list[Any], steps: list[tuple[str, int]]) -> Any:
    """The output of a random graph in which every node reaches it and many nodes are shared.

    A queue holds the nodes that nothing uses yet. Each step takes the oldest, combines it with a later one that
    stays in the queue, and puts the result at the end; what is left at last is added up, pair by pair. So the
    depth grows like log(size) and numbers stay small.
    """
    queue = deque(leaves)
    for op, ahead in steps:
        left = queue.popleft()
        queue.append(operations[op](left) if op in UNARY else operations[op](left, queue[ahead]))
    while len(queue) > 1:
        queue.append(queue.popleft() + queue.popleft())
    return queue.pop()


def measure(name: str, size: int, is_exact: bool) -> dict[str, float]:
    """CPU seconds of each part, wall seconds of all, and the peak memory in MB of one implementation."""
    operations = OURS if name == "engine" else PLAIN
    n_leaves = size // LEAVES_SHARE
    steps = random_steps(size - 2 * n_leaves + 1)
    numbers = [3 + place % 5 if is_exact else 0.25 + place % 7 / 8 for place in range(n_leaves)]
    collecting = count_collector_seconds()
    memory_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, started = time.perf_counter(), time.process_time()
    leaves = [operations["leaf"](number) for number in numbers]
    output = build(operations, leaves, steps)
    built = time.process_time()
    output.backward()
    done, wall_done = time.process_time(), time.perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory_before
    collector_seconds = sum(collecting)
    ordering = time.process_time()
    n_nodes = len(output.postorder())
    return {
        "nodes": n_nodes,
        "build": built - started,
        "backward": done - built,
        "total": done - started,
        "collector": collector_seconds,
        "wall": wall_done - wall,
        "postorder": time.process_time() - ordering,
        "memory": memory / 1024,
        "checksum": math.fsum(leaf.grad for leaf in leaves),
    }


def count_collector_seconds() -> list[float]:
    """A list that every run of the garbage collector adds its CPU seconds to, from now on."""
    seconds: list[float] = []

    def note(phase: str, _: dict[str, int]) -> None:
        seconds.append(-time.process_time() if phase == "start" else time.process_time())

    gc.callbacks.append(note)
    return seconds


def in_its_own_process(name: str, size: int, is_exact: bool) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.scalar_graph", "--measure", name, "--nodes", str(size)]
    shown = subprocess.run([*command, *(["--exact"] if is_exact else [])], capture_output=True, check=True)
    figures: dict[str, float] = json.loads(shown.stdout)
    return figures


def compare(size: int, is_exact: bool) -> list[list[object]]:
    plain, ours = (in_its_own_process(name, size, is_exact) for name in ("plain", "engine"))
    assert math.isclose(plain["checksum"], ours["checksum"], rel_tol=1e-9), "the two implementations disagree"
    columns = ("build", "backward", "total", "wall", "collector", "postorder", "memory")
    kind = "exact" if is_exact else "float"
    rows: list[list[object]] = [
        [name, kind, int(row["nodes"]), *(row[column] for column in columns)]
        for name, row in (("closures", plain), ("engine", ours))
    ]
    ratios = ["" if column == "collector" else f"{plain[column] / ours[column]:.1f}x" for column in columns]
    return [*rows, ["closures / engine", kind, "", *ratios]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--nodes", type=int, default=1_000_000)
    parser.add_argument("--exact-nodes", type=int, default=100_000)
    parser.add_argument("--measure", choices=["plain", "engine"], help=argparse.SUPPRESS)
    parser.add_argument("--exact", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(json.dumps(measure(chosen.measure, chosen.nodes, chosen.exact)))
        return
    head = ["", "numbers", "nodes", "build", "backward", "both", "both, wall", "collector", "postorder()", "memory MB"]
    print_table(head, [*compare(chosen.nodes, False), *compare(chosen.exact_nodes, True)])


if __name__ == "__main__":
    main()
