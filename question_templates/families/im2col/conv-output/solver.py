"""Shapes of the maps: from runs of the listing on real arrays, and from its run on open sizes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.running.trace import Trace
from engine.sizes import Size, evaluate, symbol
from question_templates.lab import Lab

_MOST_ROWS = 64  # the strides of a chain multiply to far less


def shape(lab: Lab, name: str) -> tuple[Any, ...]:
    """The shape of a map in the run on arrays of the printed sizes; without printed sizes in the run on open ones."""
    numbers = lab.parameters["numbers"]
    run = lab.again(sizes=numbers) if numbers else lab.run
    return tuple(run.binding(name).shape)


def width(lab: Lab) -> int:
    """The number of columns of the flat array."""
    return int(shape(lab, lab.parameters["flat"])[1])


def largest_height(lab: Lab) -> int:
    """The largest image height that leaves the last map's height as it is, found by trying one height after another."""
    return _largest_height(lab, lab.run)


def mistaken(lab: Lab, slip: str, field: str) -> Any:
    """What a field's answer would be if every line were read with this slip."""
    listing = lab.listing
    for line in lab.parameters["lines"]:
        listing = listing.replace(line["text"], _misread(line, slip))
    return _read(lab, lab.again(sizes=_sizes(lab, field), listing=listing), field)


def _sizes(lab: Lab, field: str) -> dict[str, int | None] | None:
    """The sizes of a misread run: the printed ones, but for the open ones that spare arrays and further runs."""
    parameters = lab.parameters
    if not parameters["numbers"]:
        return None
    opened = [parameters["n"], *([parameters["h"]] if field == "largest_height" else [])]
    return {**parameters["numbers"], **dict.fromkeys(opened)}


def channels_kept(lab: Lab, field: str) -> Any:
    """What a field's answer would be if a convolution kept the number of channels."""
    channels = lab.parameters["c"]
    kept = lab.parameters["numbers"].get(channels) or symbol(channels)
    if field == "n_columns":
        _, _, height, width_of_map = shape(lab, lab.parameters["lines"][-1]["name"])
        return kept * height * width_of_map
    right = _read(lab, lab.run, field)
    return (right[0], kept, *right[2:]) if field.endswith("_shape") else right


def _read(lab: Lab, run: Trace, field: str) -> Any:
    parameters = lab.parameters
    if field == "largest_height":
        return _largest_height(lab, run)
    if field == "n_columns":
        return _at(lab, run.binding(parameters["flat"]).shape[1])
    name, _, part = field.rpartition("_")
    found = tuple(_at(lab, size) for size in run.binding(name).shape)
    return {"shape": found, "height": found[2], "width": found[3]}[part]


def _largest_height(lab: Lab, run: Trace) -> int:
    parameters = lab.parameters
    size, height = run.binding(parameters["lines"][-1]["name"]).shape[2], parameters["numbers"][parameters["h"]]
    now = _at(lab, size)
    heights = range(height, height + _MOST_ROWS)
    return next(rows - 1 for rows in heights if _at(lab, size, **{parameters["h"]: rows}) != now)


def _at(lab: Lab, size: Any, **other: int) -> Any:
    """A size at the printed numbers; as it is where none are printed."""
    numbers = lab.parameters["numbers"]
    return evaluate(size, numbers | other) if numbers and isinstance(size, Size) else size


def _misread(line: Mapping[str, Any], slip: str) -> str:
    """What would have to be printed in place of a line for the slip to be right."""
    text, padding, more = line["text"], line["padding"], f"{line['stride']} - 1"
    is_pooling = bool(line["window"])
    if slip == "plus_one":
        return f"{text}[:, :, 1:, 1:]"
    if slip == "rounding" and line["stride"] != 1:
        return _fed(text, line["source"], f"ag.pad({line['source']}, {more})[:, :, {more}:, {more}:]")
    if slip == "window" and line["window"] == line["stride"]:
        return str(text).replace(")(", ", stride=1)(")
    if is_pooling or slip in ("rounding", "window"):
        return str(text)
    without = re.sub(rf", {'padding' if slip == 'one_side' else slip}=\w+", "", text)
    if slip == "one_side" and padding != 0:
        return _fed(without, line["source"], f"ag.pad({line['source']}, {padding})[:, :, {padding}:, {padding}:]")
    return without


def _fed(text: str, source: str, instead: str) -> str:
    """A line's text with another map in place of the one that goes in."""
    return re.sub(rf"\({source}\b", f"({instead}", text)


def explain(lab: Lab) -> dict[str, Any]:
    """Every map with its text, its axes, and the height that goes into it."""
    parameters = lab.parameters
    numbers, height, rows = parameters["numbers"], parameters["h"], []
    before: Any = [numbers.get(height, height), numbers.get(parameters["w"], parameters["w"])]
    kernels = iter([parameters["k"], parameters["l"]])
    for line in parameters["lines"]:
        found = shape(lab, line["name"])
        covers = line["window"] or next(kernels)
        rows.append({**line, "shape": found, "before": before, "covers": numbers.get(covers, covers)})
        before = found[2:] if numbers else [f"{line['name']}.shape[{axis}]" for axis in (2, 3)]
    return {"rows": rows}
