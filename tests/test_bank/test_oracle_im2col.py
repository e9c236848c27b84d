"""The sparse im2col matrix in the bank: NumPy and SciPy run what the questions print, and are measured."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from question_templates.answers import Bytes, Expression, Growth, Number, Shape, Vector
from question_templates.drawing import Issue
from tests.test_bank.oracle_draws import N_SEEDS, at, issued, text_of
from tests.test_bank.oracle_patches import (
    Seen,
    Tensor,
    arrays_of,
    conditions_told,
    evaluated,
    images_told,
    lines_of,
    places,
    run,
    sizes_told,
)

#: A family's variants, drawn once for all tests.
drawn = cache(issued)

#: The sizes of one family's variants with one listing come in so many sets.
_SETS = 3


def disagreements(family: str, right: Any) -> list[tuple[int, str]]:
    """Seeds and fields whose key is not what the run gives; `right` says (field, agrees) of a variant."""
    return [(seed, name) for seed in range(N_SEEDS) for name, agrees in right(drawn(family, seed), seed) if not agrees]


# Open sizes: the printed function is called at some sizes, and what it made is measured.


@cache
def called(listing: str, images: str, dtype: str, sizes: tuple[tuple[str, int], ...], made: str) -> Seen:
    """What a call leaves behind; `made` is how a layer is made, and empty for a function."""
    values = dict(sizes)
    shape = evaluated(images, values)

    def use(space: dict[str, Any]) -> None:
        function = ast.parse(listing).body[-1]
        array = space["ag"].Tensor(np.arange(np.prod(shape)).reshape(shape).astype(dtype))
        if isinstance(function, ast.FunctionDef):
            others = [argument.arg for argument in function.args.args[1:]]
            space[function.name](array, *(values[name] for name in others))
        else:
            space["Conv2d"](*evaluated(made, values))(array)

    return run(listing, use)


def runs(made: Issue, seed: int) -> Iterator[tuple[dict[str, int], Seen]]:
    """Sizes and runs at them."""
    dtype = re.search(r"called with (float\d\d) images", text_of(made))
    meanings = {meaning: name for name, meaning in sizes_told(made).items()}
    layer = ["number of input channels", "number of output channels", "height and width of the kernel"]
    layer += [meaning for meaning in meanings if meaning.startswith("stride")]
    written = (
        f"({', '.join(meanings[meaning] for meaning in layer)},)" if "class Conv2d" in made.variant.listing else ""
    )
    for values in places(made, seed % _SETS):
        told = (images_told(made), dtype[1] if dtype else "float64", tuple(values.items()), written)
        yield values, called(made.variant.listing, *told)


def shapes(made: Issue, seed: int) -> Iterator[tuple[str, bool]]:
    """The shape of the array that each prompt names last."""
    for name, answer in made.key.answers.items():
        *_, subject = re.findall(r"`(\w+)`", made.question.field(name).prompt)
        assert isinstance(answer, Shape)
        yield (
            name,
            all(at(answer.expected, values) == seen.names[subject].shape for values, seen in runs(made, seed)),
        )


def test_shapes_are_those_of_numpy_and_scipy_arrays():
    assert [] == disagreements("im2col/shape", shapes)


#: What a prompt of conv-memory asks -> how often the bytes of the value are counted.
_TIMES = {
    "does the value of": 1,
    "does the gradient of": 1,
    "do the value and the gradient of": 2,
    "does the sparse matrix": 1,
}


def bytes_of_arrays(made: Issue, seed: int) -> Iterator[tuple[str, bool]]:
    """The bytes of NumPy's and SciPy's arrays; a gradient is as large as its value."""
    for name, answer in made.key.answers.items():
        asked = re.search(r"\*\* (.+) `(\w+)`", made.question.field(name).prompt)
        assert asked and isinstance(answer, Bytes)
        yield (
            name,
            all(
                at(answer.expected, values) == _TIMES[asked[1]] * seen.bytes_of(asked[2])
                for values, seen in runs(made, seed)
            ),
        )


def test_bytes_are_those_of_numpy_and_scipy_arrays():
    assert [] == disagreements("im2col/conv-memory", bytes_of_arrays)


def counted(made: Issue, prompt: str, seen: Seen) -> int:
    """The multiply-adds of what a prompt names."""
    line = re.search(r"the line that computes `(\w+)`", prompt)
    if not line:
        assert "one whole call" in prompt
        return sum(seen.work.values())
    return sum(seen.work.get(number, 0) for number in lines_of(made.variant.listing, line[1]))


def times(made: Issue, seed: int) -> Iterator[tuple[str, bool]]:
    """Exact counts; a growth agrees if it stays within a constant factor of the count."""
    for name, answer in made.key.answers.items():
        prompt = made.question.field(name).prompt
        found = [(at(answer.expected, values), counted(made, prompt, seen)) for values, seen in runs(made, seed)]  # type: ignore[union-attr]
        if isinstance(answer, Growth):
            yield name, all(0 < told <= 2 * count <= 4 * told for told, count in found)
        else:
            assert isinstance(answer, Expression)
            yield name, all(told == count > 0 for told, count in found)


def test_times_are_those_counted_while_a_program_runs():
    assert [] == disagreements("im2col/conv-time", times)


@pytest.mark.parametrize("family", ["shape", "conv-memory", "conv-time"])
def test_every_size_is_said_to_be_large_enough(family: str):
    """At every size that the conditions allow the program runs, also where a kernel is as large as the image."""
    made = drawn(f"im2col/{family}", 2)

    assert conditions_told(made)
    assert all(seen.names for seed in range(3) for _, seen in runs(made, seed))


# Plain sizes: the printed matrix itself, and a note of which round of the loops appended what.


class Matrix:
    """The printed matrix, and for each append the values of the loop variables."""

    def __init__(self, made: Issue) -> None:
        listing = made.variant.listing
        self.loops = re.findall(r"for (\w+) in range", listing)
        self.rounds: list[dict[str, int]] = []
        noting = f"values.append(noted({', '.join(self.loops)}))"
        assert "values.append(1.0)" in listing
        found: dict[str, Any] = {"np": np, "csr_matrix": csr_matrix, "noted": self.noted}
        exec(listing.replace("values.append(1.0)", noting), found)
        self.matrix: csr_matrix = found["matrix"]
        self.images: np.ndarray = found["X"]
        self.channels_last = "Hin, Win, Cin = X.shape" in listing
        # A matrix that has pixels for its columns is told from the shapes: X.reshape(N, -1) is as long as its rows.
        self.turned = "(places, pixels)" in listing
        self.by_pixel = self.matrix.T.tocsr() if self.turned else self.matrix

    def noted(self, *rounds: int) -> float:
        self.rounds.append(dict(zip(self.loops, rounds, strict=True)))
        return 1.0

    def pixel(self, text: str) -> int:
        """The place of a pixel in X.reshape(N, -1), found with an image that is 1 there alone."""
        told = re.search(r"channel (\d+), y = (\d+), x = (\d+)", text)
        assert told
        channel, row, column = map(int, told.groups())
        images = np.zeros_like(self.images)
        images[(0, row, column, channel) if self.channels_last else (0, channel, row, column)] = 1
        (place,) = np.flatnonzero(images.reshape(len(images), -1)[0])
        return int(place)

    def at_pixel(self, text: str) -> list[int]:
        """The patch entries that are this pixel."""
        return sorted(self.by_pixel[[self.pixel(text)]].indices.tolist())

    def gathered(self) -> Counter[int]:
        """How often every pixel is gathered."""
        flat = np.arange(self.by_pixel.shape[0], dtype=float)
        return Counter((flat @ self.by_pixel).astype(int).tolist())


def plain(text: str) -> str:
    return text.replace("*", "")


def entry_answers(made: Issue) -> dict[str, Any]:
    """What the question asks of its matrix."""
    matrix = Matrix(made)
    prompts = {asked.name: plain(asked.prompt) for asked in made.question.fields}
    sparse = csr_matrix(matrix.matrix)
    types = re.search(r"`data` is (\w+) .*`indices` and `indptr` are (\w+)", text_of(made))
    found: dict[str, Any] = {"nonzeros": sum(entry != 0 for entry in matrix.matrix.toarray().ravel())}
    for name, prompt in prompts.items():
        if name == "pixel_index":
            assert ("column" if matrix.turned else "row") in prompt.split("of `matrix`")[0]
            found[name] = matrix.pixel(prompt)
        elif name == "entry_index":
            named = [re.findall(r"\w+", part) for part in re.findall(r"\(([^()]*)\)", prompt)]
            place = dict(zip(named[0] + named[2], map(int, named[1] + named[3]), strict=True))
            found[name] = matrix.rounds.index(place)
        elif name == "entry_indices":
            found[name] = matrix.at_pixel(prompt)
        elif name == "occurrences":
            found[name] = len(matrix.at_pixel(prompt))
        elif name == "place":
            asked = re.search(r"`([\w, ]+)`.* (\d+) of", prompt)
            assert asked
            found[name] = [matrix.rounds[int(asked[2])][loop] for loop in asked[1].split(", ")]
        elif name == "csr_bytes":
            assert types
            data, indices, indptr = arrays_of(sparse)
            found[name] = sum(array.astype(kind).nbytes for array, kind in ((data, types[1]), (indices, types[2])))
            found[name] += indptr.astype(types[2]).nbytes
        elif name == "dense_bytes":
            found[name] = matrix.matrix.toarray().astype(prompt.split()[-1].rstrip("?")).nbytes
    return found


def entries(made: Issue, seed: int) -> Iterator[tuple[str, bool]]:
    found = entry_answers(made)
    for name, answer in made.key.answers.items():
        assert isinstance(answer, (Number, Vector))
        expected: Any = answer.expected
        yield name, (list(expected) if isinstance(answer, Vector) else expected) == found[name]


def test_entries_are_those_of_the_matrix_that_scipy_makes():
    assert [] == disagreements("im2col/entry", entries)


def test_every_matrix_gathers_what_numpys_windows_show():
    for seed in range(0, N_SEEDS, 4):
        made = drawn("im2col/entry", seed)
        matrix = Matrix(made)
        call = re.search(r"K=(\d+)(?:, S=(\d+))?\)", made.variant.listing)
        assert call
        kernel, stride = int(call[1]), int(call[2] or 1)
        image = np.arange(matrix.images[0].size).reshape(matrix.images.shape[1:])
        axes = (0, 1) if matrix.channels_last else (1, 2)
        windows = np.lib.stride_tricks.sliding_window_view(image, (kernel, kernel), axis=axes)
        windows = windows[::stride, ::stride] if matrix.channels_last else windows[:, ::stride, ::stride]

        assert Counter(windows.ravel().tolist()) == matrix.gathered()


def test_a_layer_computes_what_a_convolution_computes():
    """The program of the questions about memory is a convolution: PyTorch's gives the same numbers."""
    torch = pytest.importorskip("torch")
    for seed in range(6):
        made = drawn("im2col/conv-memory", seed)
        _, seen = next(runs(made, seed))
        layer, images = seen.names["self"], seen.names[re.search(r"images `(\w+)`", text_of(made))[1]]  # type: ignore[index]
        last = "ch in range" in made.variant.listing.split("for j in range")[1]
        channels, kernel = images.shape[-1] if last else images.shape[1], layer.kernel_size
        split = (kernel, kernel, channels, -1) if last else (channels, kernel, kernel, -1)
        weight = (
            torch.tensor(layer.weight.value).double().reshape(split).permute((3, 2, 0, 1) if last else (3, 0, 1, 2))
        )
        inputs = torch.tensor(images.value).double()
        inputs = inputs.permute(0, 3, 1, 2) if last else inputs
        told = torch.nn.functional.conv2d(inputs, weight, stride=getattr(layer, "stride", 1))
        *_, result = re.findall(r"return (\w+)", made.variant.listing)
        found = torch.tensor(seen.names[result].value).double()

        assert torch.allclose(told, found.permute(0, 3, 1, 2) if last else found, rtol=1e-4)
        assert isinstance(images, Tensor)
