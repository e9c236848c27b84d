"""Entries of the matrix that the printed program makes: a second run of it notes which round made each of them."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any, NamedTuple

import numpy as np

from question_templates.lab import Lab


class _Entry(NamedTuple):
    """An entry: its place across the pixels, the pixel, what this would be in the other layout, and the loops."""

    index: int
    pixel: int
    other_pixel: int
    loops: dict[str, int]


def pixel_index(lab: Lab) -> int:
    """The row (of a turned matrix: the column) that holds the pixel."""
    return _only(entry.pixel for entry in _of_pixel(lab))


def pixel_index_of_other_layout(lab: Lab) -> int:
    """The same with the channels on the other end of an image's shape."""
    return _only(entry.other_pixel for entry in _of_pixel(lab))


def entry_index(lab: Lab) -> int:
    """The column (row) of the asked place of the asked patch."""
    wanted = [*lab.parameters["patch"], *lab.parameters["spot"]]
    return _only(entry.index for entry in _entries(lab) if _in_order(lab, entry) == wanted)


def entry_indices(lab: Lab) -> list[int]:
    """The columns (rows) that hold the pixel, in increasing order."""
    return [entry.index for entry in _of_pixel(lab)]


def occurrences(lab: Lab) -> int:
    """Nonzeros in the row (column) of the pixel."""
    dense = lab.run.returned.toarray()
    return int(np.count_nonzero(np.take(dense, pixel_index(lab), axis=_pixel_axis(lab))))


def place(lab: Lab) -> list[int]:
    """What the loop variables are when the asked column (row) is appended, in the order patch, channel, kernel."""
    return _in_order(lab, _entries(lab)[lab.parameters["number"]])


def nonzeros(lab: Lab) -> int:
    """Nonzeros of the whole matrix."""
    return int(np.count_nonzero(lab.run.returned.toarray()))


def csr_bytes(lab: Lab) -> int:
    """Bytes of the three arrays in CSR, with indices of the type that the question states."""
    return sum(csr_parts(lab).values())


def csr_parts(lab: Lab) -> dict[str, int]:
    """Bytes of `data`, `indices` and `indptr`."""
    matrix, index_type = lab.run.returned, np.dtype(lab.parameters["index_type"])
    indices, starts = matrix.indices.astype(index_type), matrix.indptr.astype(index_type)
    return {"data": int(matrix.data.nbytes), "indices": int(indices.nbytes), "indptr": int(starts.nbytes)}


def dense_bytes(lab: Lab) -> int:
    """Bytes of the same matrix as an array with every entry."""
    return int(lab.run.returned.toarray().nbytes)


# Answers as they come out with a slip.


def from_one(lab: Lab, asked: str) -> int:
    """An index that is counted from 1."""
    return 1 + {"pixel": pixel_index, "entry": entry_index}[asked](lab)


def inside_patch(lab: Lab) -> int:
    """The entry's index if only the inner loops are counted, those below the two for the patch or above them."""
    loops, order = lab.parameters["loops"], lab.parameters["order"]
    inner = order[2:] if order[0] == loops[0] else order[3:]
    shown = dict(zip(loops, [*lab.parameters["patch"], *lab.parameters["spot"]], strict=True))
    wanted = {name: shown[name] if name in inner else 0 for name in loops}
    return _only(entry.index for entry in _entries(lab) if entry.loops == wanted)


def with_batch(lab: Lab) -> int:
    """Nonzeros if every image of the batch had its own."""
    return nonzeros(lab) * int(lab.run.binding("N").size)


def of_one_channel(lab: Lab) -> int:
    """Nonzeros if the loop over the channels is forgotten."""
    channel = lab.parameters["loops"][2]
    return sum(entry.loops[channel] == 0 for entry in _entries(lab))


def of_fewer_patches(lab: Lab) -> int:
    """Nonzeros if the first patch of each direction is not counted."""
    top, left = lab.parameters["loops"][:2]
    return sum(entry.loops[top] > 0 and entry.loops[left] > 0 for entry in _entries(lab))


def without_indptr(lab: Lab) -> int:
    """CSR without the array of the rows' beginnings."""
    return csr_bytes(lab) - csr_parts(lab)["indptr"]


def one_start_less(lab: Lab) -> int:
    """CSR whose `indptr` has one number a row."""
    return csr_bytes(lab) - int(np.dtype(lab.parameters["index_type"]).itemsize)


def stored_alone(lab: Lab) -> int:
    """A dense array that would hold the nonzeros alone."""
    return csr_parts(lab)["data"]


def everywhere(lab: Lab) -> int:
    """As many occurrences as the kernel has places: true far from the border, at stride 1."""
    return int(lab.parameters["kernel"]) ** 2


# Runs of the listing.


def _entries(lab: Lab) -> list[_Entry]:
    """The entries in the order in which they are appended.

    The function is run by itself, with the numbers as sizes, so that variants that differ in them alone share its text.
    """
    parameters = lab.parameters
    loops, is_strided = parameters["loops"], parameters["strided"]
    told = f"values.append([{', '.join(loops)}, {parameters['pixel_text']}, {parameters['other_pixel_text']}])"
    function = lab.listing[: lab.listing.index("    values = np.array(")].replace("values.append(1.0)", told)
    shape = "images, rows, columns, channels" if parameters["last"] else "images, channels, rows, columns"
    call = f"im2col_matrix(np.zeros(({shape})), kernel{', step' if is_strided else ''})"
    sizes = {"images": 1, "channels": "channels", "rows": "height", "columns": "width", "kernel": "kernel"}
    sizes |= {"step": "stride"} if is_strided else {}
    numbers = {name: int(parameters.get(told, told)) for name, told in sizes.items()}
    rounds = lab.again(call, numbers, listing=f"{function}    return values\n").returned
    return [
        _Entry(index, pixel, other, dict(zip(loops, places, strict=True)))
        for index, (*places, pixel, other) in enumerate(rounds)
    ]


def _of_pixel(lab: Lab) -> list[_Entry]:
    """The entries that hold the asked pixel."""
    return [entry for entry in _entries(lab) if _pixel_of(lab, entry) == lab.parameters["pixel"]]


def _pixel_of(lab: Lab, entry: _Entry) -> list[int]:
    """Channel, y and x of the pixel that an entry holds: where its patch begins, and its place in the patch."""
    top, left, channel, down, right = _in_order(lab, entry)
    step = lab.parameters["stride"] if lab.parameters["strided"] else 1
    return [channel, top * step + down, left * step + right]


def _in_order(lab: Lab, entry: _Entry) -> list[int]:
    """The loop variables in the order patch, channel, kernel."""
    return [entry.loops[name] for name in lab.parameters["loops"]]


def _pixel_axis(lab: Lab) -> int:
    return 1 if lab.parameters["turned"] else 0


def _only(indices: Iterable[int]) -> int:
    (index,) = set(indices)
    return index


def objection(lab: Lab) -> str:
    """A reason to draw again: too few patches, a pixel that none holds, an entry that is not there."""
    down, right = (int(lab.run.binding(name).size) for name in ("Hout", "Wout"))
    parameters = lab.parameters
    if down < 2 or right < 2:
        return "there are too few patches"
    if parameters["asks_entry"] and (parameters["patch"][0] >= down or parameters["patch"][1] >= right):
        return "the patch is outside"
    if parameters["asks_place"] and parameters["number"] >= nonzeros(lab):
        return "there is no entry of that number"
    found = len(_of_pixel(lab))
    if not found:
        return "no patch holds the pixel"
    if parameters["asks_pixel"] and pixel_index(lab) < parameters["width"]:
        return "an index is too simple"
    if parameters["asks_entry"] and entry_index(lab) < parameters["kernel"]:
        return "an index is too simple"
    if (parameters["asks_entries"] or parameters["asks_occurrences"]) and not 2 <= found <= 4:
        return "too few or too many patches hold the pixel"
    return ""


def explain(lab: Lab) -> dict[str, Any]:
    """What the worked solution substitutes; the numbers come from runs."""
    parameters, run, order = lab.parameters, lab.run, lab.parameters["order"]
    top, left, channel, down, right = parameters["loops"]
    names = {top: "Hout", left: "Wout", channel: "Cin", down: "K", right: "K"}
    numbers = {**{size: int(run.binding(size).size) for size in ("Hout", "Wout", "Cin")}, "K": parameters["kernel"]}
    rounds = {name: numbers[size] for name, size in names.items()}
    inner = {name: prod(rounds[other] for other in order[place + 1 :]) for place, name in enumerate(order)}
    return {
        "rounds": rounds,
        "inner": inner,
        "entries": [{"index": entry.index, **entry.loops} for entry in _of_pixel(lab)],
        "parts": csr_parts(lab),
        "n_rows": int(run.returned.shape[0]),
        "n_columns": int(run.returned.shape[1]),
    }
