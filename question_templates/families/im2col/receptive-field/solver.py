"""Who sees whom: one image grows so fast downward that an entry tells the last row that it sees, one so upward.

Kernels of ones, a maximum and a mean change an entry by factors from exp(-3) to exp(11), and the rows of these images
differ by exp(14), so the largest row that an entry sees stands in its logarithm.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from engine.errors import ListingError
from question_templates.lab import Lab

_STEP, _LEAST = 14, -3  # of the logarithms: from one row to the next, and what a path through the stack may lose
_TALL, _MIDDLE = 99, 49  # rows of an image in whose middle no border is near, and the row that is 1
_WIDTH = 64  # columns, enough for every field that is allowed
_HIGHEST = 60  # rows of a field, so that a tall image has whole ones beside each other


class _Seen(NamedTuple):
    """For each row of a map the first and the last row of the image that it sees, if any, and who sees one row."""

    ends: list[tuple[int, int] | None]
    seers: list[int]

    @property
    def height(self) -> int:
        """Rows of the highest field; borders cut some short."""
        return max((last - first + 1 for first, last in filter(None, self.ends)), default=0)

    @property
    def jump(self) -> int:
        """How far whole fields of neighbours are apart."""
        whole = [ends if ends and ends[1] - ends[0] + 1 == self.height else None for ends in self.ends]
        steps = (after[0] - ends[0] for ends, after in pairwise(whole) if ends and after)
        return next(steps, 0)


def asked(lab: Lab, field: str) -> Any:
    """The answer to a field, from runs of the listing as it is printed."""
    return _answer(lab, field, "")


def mistaken(lab: Lab, slip: str, field: str) -> Any:
    """The answer to a field of somebody who misreads every line in this way."""
    if slip == "last_only" and field == "jump":
        return lab.parameters["lines"][-1]["stride"]
    # Which change is best would take a run for each change; a slip shows elsewhere.
    return _answer(lab, field, "" if field == "best_change" else slip)


def _answer(lab: Lab, field: str, slip: str) -> Any:
    """Fields and jumps are those of a tall image; the rows that are asked about those of the printed one."""
    parameters = lab.parameters
    if field == "best_change":
        fields = _changed_fields(lab)
        return fields.index(max(fields))
    last = parameters["lines"][-1]["name"]
    listing = _listing(lab, slip)
    if field == "rows":
        ends, row = _seen(lab, listing, parameters["height"], last).ends, parameters["row"]
        return list((ends[row] if row < len(ends) else None) or (-1, -1))
    if field == "seen_by":
        return len(_seen(lab, listing, parameters["height"], last).seers)
    if field == "jump":
        return _seen(lab, listing, _TALL, last).jump
    return _seen(lab, listing, _TALL, field.removeprefix("field_")).height


def _changed_fields(lab: Lab) -> list[int]:
    """The height of the last map's field with each of the changes."""
    last = lab.parameters["lines"][-1]["name"]
    return [_seen(lab, _listing(lab, "", change), _TALL, last).height for change in lab.parameters["changes"]]


def _seen(lab: Lab, listing: str, height: int, name: str) -> _Seen:
    """What the rows of a map see of an image of so many rows: one run with three images tells it for all maps."""
    parameters = lab.parameters
    row = min(parameters["seen_row"], height - 1)
    call = (
        f"{parameters['function']}(ag.Tensor(np.array(["
        f"np.exp({_STEP}*(np.arange({height}) - {_MIDDLE})), np.exp({_STEP}*({_MIDDLE} - np.arange({height}))), "
        f"np.eye({height})[{row}]]).reshape(3, 1, {height}, 1) * np.ones((1, 1, 1, {_WIDTH}))))"
    )
    maps = lab.again(call, listing=listing).returned
    value = maps[[line["name"] for line in parameters["lines"]].index(name)].value
    downward, upward, impulse = value[:, 0].max(axis=2).tolist()
    ends = [
        (_MIDDLE - _steps(first), _MIDDLE + _steps(last)) if last > 0 else None
        for last, first in zip(downward, upward, strict=True)
    ]
    return _Seen(ends, [place for place, entry in enumerate(impulse) if entry > 0])


def _steps(entry: float) -> int:
    """How many rows from the middle the row is that makes an entry as large as this."""
    return math.floor((math.log(entry) - _LEAST) / _STEP)


def _listing(lab: Lab, slip: str, change: Mapping[str, Any] | None = None) -> str:
    """The listing, one of its lines changed, and every line as it would have to be for the slip to be right."""
    lines = lab.parameters["lines"]
    read = [change if change and change["name"] == line["name"] else line for line in lines]
    strides = [line["stride"] for line in read]
    listing = lab.listing
    for place, (line, now) in enumerate(zip(lines, read, strict=True)):
        text = now["text"]
        if slip == "stride":
            text = _with_stride(text, 1)
        elif slip == "own_stride":
            text = _with_stride(text, (*strides, 1)[place + 1])
            source, step = now["source"], strides[0]
            text = re.sub(rf"\({source}\b", f"({source}[:, :, ::{step}, :]", text) if place == 0 else text
        elif slip in ("dilation", "padding"):
            text = re.sub(rf", {slip}=\d+", "", text)
        elif slip == "last_only" and place < len(lines) - 1:
            text = line["source"]
        listing = listing.replace(f" = {line['text']}\n", f" = {text}\n")
    return listing


def _with_stride(text: str, stride: int) -> str:
    """A line's text with this stride."""
    without = re.sub(r", stride=\d+", "", text)
    return without.replace(")(", f", stride={stride})(") if ")(" in without else f"{without[:-1]}, stride={stride})"


def objection(lab: Lab) -> str:
    """Why a draw must not be issued: the stack does not fit, no entry sees its whole field, or two changes tie."""
    try:
        return _objection(lab)
    except ListingError:
        return "the stack, or a changed one, does not fit on the image"


def _objection(lab: Lab) -> str:
    parameters = lab.parameters
    last = parameters["lines"][-1]["name"]
    field = _seen(lab, lab.listing, _TALL, last).height
    ends = _seen(lab, lab.listing, parameters["height"], last).ends
    bottom = parameters["height"] - 1
    if not any(seen[1] - seen[0] + 1 == field and seen[0] > 0 and seen[1] < bottom for seen in filter(None, ends)):
        return "the border cuts every receptive field"
    if parameters["asks_rows"] and (parameters["row"] >= len(ends) or ends[parameters["row"]] is None):
        return "the row that is asked about does not exist or sees nothing"
    fields = sorted(_changed_fields(lab))
    if max([field, *fields]) > _HIGHEST:
        return "a receptive field is too high for the tall image"
    return "two changes tie" if fields and fields[-1] == fields[-2] else ""


def explain(lab: Lab) -> dict[str, Any]:
    """Every map with its field and jump as the runs show them, and with what its line adds."""
    rows = []
    before = {"field": 1, "jump": 1, "shift": 0}
    for line in lab.parameters["lines"]:
        seen = _seen(lab, lab.listing, _TALL, line["name"])
        covers = line["dilation"] * (line["width"] - 1) + 1
        shift = before["shift"] + line["padding"] * before["jump"]
        now = {"field": seen.height, "jump": seen.jump, "shift": shift}
        rows.append({**line, **now, "covers": covers, "before": before})
        before = now
    asked_row = lab.parameters["seen_row"]
    printed = _seen(lab, lab.listing, lab.parameters["height"], rows[-1]["name"])
    covering = [place for place, ends in enumerate(printed.ends) if ends and ends[0] <= asked_row <= ends[1]]
    skipping = [place for place in covering if place not in printed.seers]
    return {
        "rows": rows,
        "changed_fields": _changed_fields(lab),
        "n_rows": len(printed.ends),
        "covering": covering,
        "skipping": skipping,
        "seers": printed.seers,
    }
