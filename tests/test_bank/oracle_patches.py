"""Runs printed programs with sparse matrices on real NumPy and SciPy arrays, at sizes that a question allows."""

from __future__ import annotations

import ast
import random
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import FrameType, SimpleNamespace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from question_templates.drawing import Issue
from tests.test_bank.oracle_draws import text_of

#: Where a listing's lines are found in frames.
_LISTING = "<printed>"

#: At how many sizes a formula is compared.
N_PLACES = 4


class Tensor:
    """An array that notes how many multiply-adds its products take, by the line of the listing."""

    def __init__(self, value: Any, work: dict[int, int]) -> None:
        self.value = value
        self.work = work

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    @property
    def nbytes(self) -> int:
        return int(self.value.nbytes)

    def reshape(self, *shape: int) -> Tensor:
        return Tensor(self.value.reshape(*shape).copy(), self.work)

    def __getitem__(self, place: Any) -> Tensor:
        return Tensor(self.value[place].copy(), self.work)

    def __add__(self, other: Tensor) -> Tensor:
        return Tensor(self.value + other.value, self.work)

    def __matmul__(self, other: Tensor) -> Tensor:
        """a*b*c multiply-adds for each matrix of a batch, as the questions say."""
        result = self.value @ other.value
        matrices = int(np.prod(result.shape[:-2]))
        self.note(matrices * result.shape[-2] * result.shape[-1] * other.shape[-2])
        return Tensor(result, self.work)

    def note(self, multiply_adds: int) -> None:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename != _LISTING:
            frame = frame.f_back
        assert frame is not None
        self.work[frame.f_lineno] = self.work.get(frame.f_lineno, 0) + multiply_adds


class Module:
    """A layer: calling it calls `forward`."""

    def __call__(self, *inputs: Any) -> Any:
        return self.forward(*inputs)  # type: ignore[attr-defined]


@dataclass
class Seen:
    """What a run left behind: the last value of every name, and multiply-adds by line."""

    names: dict[str, Any] = field(default_factory=dict)
    work: dict[int, int] = field(default_factory=dict)

    def bytes_of(self, name: str) -> int:
        """Bytes of an array's value, or of a sparse matrix's three arrays."""
        value = self.names[name]
        return value.nbytes if isinstance(value, Tensor) else sum(array.nbytes for array in arrays_of(value))


def arrays_of(matrix: csr_matrix) -> tuple[np.ndarray, ...]:
    return matrix.data, matrix.indices, matrix.indptr


def bench(seen: Seen) -> dict[str, Any]:
    """The names that a listing may use."""

    def spcmatmul(a: Tensor, b: csr_matrix) -> Tensor:
        a.note(a.shape[0] * b.nnz)
        return Tensor(a.value @ b, seen.work)

    def concatenate(parts: Sequence[Tensor], axis: int) -> Tensor:
        return Tensor(np.concatenate([part.value for part in parts], axis=axis), seen.work)

    def moveaxis(a: Tensor, source: int, target: int) -> Tensor:
        return Tensor(np.ascontiguousarray(np.moveaxis(a.value, source, target)), seen.work)

    def tensor(value: Any, requires_grad: bool = False) -> Tensor:
        return Tensor(value, seen.work)

    ag = SimpleNamespace(Tensor=tensor, spcmatmul=spcmatmul, concatenate=concatenate, moveaxis=moveaxis)
    return {"ag": ag, "np": np, "csr_matrix": csr_matrix, "Module": Module}


def run(listing: str, use: Callable[[dict[str, Any]], Any]) -> Seen:
    """Run a listing, then `use` its names; every name that a function of the listing binds is kept."""
    seen = Seen()
    space = bench(seen)

    def follow(frame: FrameType, event: str, _: Any) -> None:
        if event == "return" and frame.f_code.co_filename == _LISTING:
            seen.names.update(frame.f_locals)

    before = sys.getprofile()
    sys.setprofile(follow)
    try:
        exec(compiled(listing), space)
        use(space)
    finally:
        sys.setprofile(before)
    return seen


@cache
def compiled(listing: str) -> Any:
    return compile(listing, _LISTING, "exec")


def lines_of(listing: str, name: str) -> set[int]:
    """The lines that compute a name."""
    return {
        node.lineno
        for node in ast.walk(ast.parse(listing))
        if isinstance(node, ast.Assign) and name in {ast.unparse(target) for target in node.targets}
    }


# What a question tells about its sizes.


def sizes_told(made: Issue) -> dict[str, str]:
    """Name -> meaning, from the list in the text."""
    return dict(re.findall(r"^- `(\w+)`: (.+)$", made.question.body, re.MULTILINE))


def images_told(made: Issue) -> str:
    """The shape of the images as the text prints it; later ones are of other arrays."""
    shape, *_ = re.findall(r"`\w+` (?:of|has) shape `(\([^`]*\))`", text_of(made))
    return shape


def conditions_told(made: Issue) -> list[str]:
    return re.findall(r"`([^`]*<=[^`]*)`", text_of(made))


#: Words in a size's meaning -> the least and the greatest that is tried.
_RANGES = {"number of": (1, 4), "image": (4, 9), "kernel": (1, 4), "stride": (1, 4), "dilation": (1, 3)}


def places(made: Issue, seed: int) -> list[dict[str, int]]:
    """Some sizes that the question allows."""
    dice, told, conditions = random.Random(seed), sizes_told(made), conditions_told(made)
    found: list[dict[str, int]] = []
    while len(found) < N_PLACES:
        values = {name: _size(dice, means) for name, means in told.items()}
        if all(evaluated(condition, values) for condition in conditions):
            found.append(values)
    return found


def _size(dice: random.Random, means: str) -> int:
    low, high = next(limits for word, limits in _RANGES.items() if word in means)
    return dice.randint(low, high)


def evaluated(text: str, values: Mapping[str, int]) -> Any:
    return eval(text, {}, dict(values))  # noqa: S307
