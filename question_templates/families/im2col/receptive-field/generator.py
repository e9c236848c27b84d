"""Draws a stack of convolutions and poolings on one channel, and what is asked about who sees what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from question_templates.dice import Dice

#: function, image, maps.
_NAMES = (
    ("stack", "x", ("a", "b", "c", "d")),
    ("network", "image", ("h1", "h2", "h3", "h4")),
    ("features", "X", ("A", "B", "C", "D")),
)
_HEIGHTS = {1: (26, 40), 2: (34, 48), 3: (42, 54)}
_POOLINGS = ((2, 2, 0), (2, 2, 0), (3, 2, 0), (3, 3, 0), (3, 2, 1))


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The lines; the height of the image; one row of the last map and one of the image that are asked about."""
    function, x, maps = dice.choice(_NAMES)
    n_lines = level + 1
    names = [x, *maps[:n_lines]]
    kinds = dice.choice([["conv", "pool"], ["pool", "conv"]]) if level == 1 else _kinds(dice, n_lines)
    strided = dice.choice([place for place, kind in enumerate(kinds) if kind == "conv"])
    lines = [
        _convolution(dice, level, source, name, strided=place == strided)
        if kind == "conv"
        else _pooling(dice, level, source, name)
        for place, (kind, source, name) in enumerate(zip(kinds, names[:-1], names[1:], strict=True))
    ]
    wants_change = level == 3 and dice.chance(0.35)
    changes = _changes(dice, lines) if wants_change else []
    return {
        "function": function,
        "x": x,
        "lines": lines,
        "height": dice.integer(*_HEIGHTS[level]),
        "has_max": any("MaxPool" in line["text"] for line in lines),
        "has_avg": any("AvgPool" in line["text"] for line in lines),
        "any_padding": level > 1 and any(line["padding"] for line in lines),
        "any_dilation": any(line["dilation"] != 1 for line in lines),
        "asked_fields": dice.sample(names[2:-1], 1) + names[-1:] if level == 2 else names[-1:],
        "row": 0 if level == 3 else dice.integer(2, 3),
        "seen_row": dice.integer(14, 30),
        "asks_rows": level > 1,
        "asks_seen_by": level > 1 and not wants_change,
        "asks_change": wants_change,
        "changes": changes,
        "change_texts": [f"`{change['name']} = {change['text']}`" for change in changes],
    }


def _kinds(dice: Dice, count: int) -> list[str]:
    """One pooling among convolutions, not at the end."""
    kinds = ["conv"] * count
    kinds[dice.integer(0, count - 2)] = "pool"
    return kinds


def _convolution(dice: Dice, level: int, source: str, name: str, *, strided: bool) -> dict[str, Any]:
    dilation = 2 if level > 1 and not strided and dice.chance(0.45) else 1
    options = {"width": dice.choice([3, 3, 5] if dilation == 1 else [3]), "stride": 2 if strided else 1}
    padding = dice.choice([0, 1, 2] if level > 1 else [0, 0, 1])
    return _told("conv", source, name, {**options, "padding": padding, "dilation": dilation})


def _pooling(dice: Dice, level: int, source: str, name: str) -> dict[str, Any]:
    width, stride, padding = dice.choice(_POOLINGS if level > 1 else _POOLINGS[:4])
    kind = "AvgPool2d" if not padding and dice.chance(0.4) else "MaxPool2d"
    return _told(kind, source, name, {"width": width, "stride": stride, "padding": padding, "dilation": 1})


def _told(kind: str, source: str, name: str, options: Mapping[str, int]) -> dict[str, Any]:
    """A line with its text, in which only the options that are not the usual ones stand."""
    usual = {"stride": 1 if kind == "conv" else options["width"], "padding": 0, "dilation": 1}
    told = ", ".join(f"{option}={options[option]}" for option in usual if options[option] != usual[option])
    more = f", {told}" if told else ""
    conv, pool = (
        f"ag.conv2d({source}, ones({options['width']}){more})",
        f"ag.{kind}({options['width']}{more})({source})",
    )
    return {"name": name, "source": source, "kind": kind, **options, "text": conv if kind == "conv" else pool}


def _changes(dice: Dice, lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Other versions of four lines, one change each."""
    changes = []
    for line in lines:
        options = {option: line[option] for option in ("width", "stride", "padding", "dilation")}
        if line["kind"] != "conv":
            options |= {"width": line["width"] + 1, "stride": line["stride"], "padding": line["padding"]}
        else:
            option = dice.choice(["width", "dilation", "stride"])
            options[option] += {"width": 2, "dilation": 1, "stride": 1}[option]
        changes.append(_told(line["kind"], line["source"], line["name"], options))
    return dice.shuffled(changes)
