"""Shapes as they come out with a slip; the right ones are read from the run itself."""

from __future__ import annotations

from typing import Any

from question_templates.lab import Lab


def turned(lab: Lab, name: str) -> tuple[Any, ...]:
    """The axes in reversed order."""
    return tuple(reversed(lab.run.binding(name).shape))


def batched_matrix(lab: Lab) -> tuple[Any, ...]:
    """The matrix with a pixel axis for all images of the batch, which the flat images' two axes make up."""
    flat = lab.run.binding(lab.parameters["flat"]).shape
    shape = lab.run.binding(lab.parameters["matrix"]).shape
    whole = flat[0] * flat[1]
    return (shape[0], whole) if lab.parameters["turned"] else (whole, shape[1])


def matrix_of_all_channels(lab: Lab) -> tuple[Any, ...]:
    """The matrix with both axes for all channels, where it is the matrix of one."""
    channels = lab.run.binding(lab.parameters["c"]).size
    return tuple(channels * size for size in lab.run.binding(lab.parameters["matrix"]).shape)


def explain(lab: Lab) -> dict[str, Any]:
    """What the worked solution substitutes: the rounds of the loops and the shapes, each from the run."""
    run, parameters = lab.run, lab.parameters
    names = ("flat", "matrix", "product", "patches", *(("out",) if parameters["level"] > 1 else ()))
    return {
        "flat_shape": run.binding(parameters["flat"]).shape,
        "n_stored": run.binding(parameters["matrix"]).size,
        "patch_size": run.binding(parameters["patches"]).shape[2],
        "shapes": {parameters[name]: run.binding(parameters[name]).shape for name in names},
    }
