"""The im2col matrix by the engine, and programs that make it or put its ones in wrong places."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

import engine as ag
from question_templates.answers import CodeLimits, CodeQuestion
from question_templates.coding.asking import named, seed_of
from question_templates.coding.inputs import Choices, Maker, Picks
from question_templates.coding.properties import returns
from question_templates.lab import Lab

_PROGRAM = """
import numpy as np
from scipy.sparse import csr_matrix

def <function>(<arguments>):
    <defaults>
    Hout, Wout = (H - K) // S + 1, (W - K) // S + 1
    n_pixels = Cin * H * W
    rows = []
    for h in range(Hout):
        for w in range(Wout):
            for c in range(Cin):
                for i in range(K):
                    for j in range(K):
                        y, x = h * S + i, w * S + j
                        rows.append(c * H * W + y * W + x)
    columns = list(range(len(rows)))
    return csr_matrix((np.ones(len(rows)), <places>), shape=<shape>)
"""
#: Images and kernels so large that even single bytes, written out in full, would not fit, with a few patches alone; by
#: whether they have channels.
_LARGE = {
    False: {"Cin": 1, "H": 119, "W": 120, "K": 118, "S": 1},
    True: {"Cin": 2, "H": 84, "W": 85, "K": 83, "S": 1},
}
_MEMORY = 1 << 30


def task(lab: Lab) -> CodeQuestion:
    """The function to write: for which images it is called, and what has to hold of its matrices."""
    drawn = lab.parameters
    reference = _reference(drawn)
    one = {} if drawn["has_stride"] else {"S": 1}
    one |= {} if drawn["has_channels"] else {"Cin": 1}
    defaults = "; ".join(f"{name} = {value}" for name, value in one.items()) or "pass"
    names = tuple(drawn["arguments"].split(", "))
    small, large, always = _inputs(names), _large(names), tuple(_structures(names))
    return CodeQuestion(
        seed_of(lab.variant),
        drawn["function"],
        names,
        (
            returns("make the matrix", small, reference, weight=6, n_smallest=30, n_drawn=20, always=always),
            returns("never write a large matrix out in full", large, reference, **_HEAVY),
        ),
        named(_PROGRAM, {**drawn, "defaults": defaults}),
        "import numpy as np\n",
        imports=("numpy", "scipy.sparse"),
        limits=CodeLimits(cpu_seconds=4.0, memory_bytes=_MEMORY),
    )


_HEAVY: dict[str, Any] = {
    "name": "large",
    "weight": 2,
    "n_smallest": 1,
    "n_drawn": 0,
    "is_heavy": True,
    "needs": ("values",),
}


def show(lab: Lab) -> dict[str, str]:
    """A call, and its matrix in full."""
    names = lab.parameters["arguments"].split(", ")
    given = {"Cin": 1, "H": 2, "W": 3, "K": 2, "S": 1}
    arguments = [given[name] for name in names]
    full = _reference(lab.parameters)(*arguments).toarray().astype(int)
    rows = ",\n       ".join(str(row) for row in full.tolist())
    call = f"{lab.parameters['function']}({', '.join(map(str, arguments))}).toarray().astype(int)"
    return {"call": call, "value": f"array([{rows}])"}


def _reference(drawn: Any) -> Any:
    names = drawn["arguments"].split(", ")

    def matrix(*arguments: int) -> Any:
        given = {"Cin": 1, "S": 1, **dict(zip(names, arguments, strict=True))}
        images = np.zeros((1, given["Cin"], given["H"], given["W"]))
        made = ag.im2col_matrix_sparse(images, given["K"], given["S"])
        return made.T if drawn["is_turned"] else made

    return matrix


def _inputs(names: tuple[str, ...]) -> Maker:
    def make(picks: Picks) -> tuple[Any, ...]:
        kernel = picks.integer(1, 3)
        given = {
            "K": kernel,
            "H": kernel + picks.integer(0, 4),
            "W": kernel + picks.integer(0, 4),
            "S": picks.integer(1, 3) if "S" in names else 1,
            "Cin": picks.integer(1, 2) if "Cin" in names else 1,
        }
        return tuple(given[name] for name in names)

    return make


def _large(names: tuple[str, ...]) -> Maker:
    return lambda picks: tuple(_LARGE["Cin" in names][name] for name in names)


def _structures(names: tuple[str, ...]) -> Iterator[Choices]:
    """The choices of images that are not square, for every kernel size, stride and number of channels."""
    strides, channels = range(3 if "S" in names else 1), range(2 if "Cin" in names else 1)
    for kernel, (height, width), stride, channel in product(range(3), ((3, 4), (4, 1), (1, 3)), strides, channels):
        yield (kernel, height, width, *((stride,) if "S" in names else ()), *((channel,) if "Cin" in names else ()))
