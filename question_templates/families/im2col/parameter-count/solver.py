"""Counts parameters of the network that the run made: every tensor that takes a gradient, each once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from question_templates.lab import Lab


def count(lab: Lab, name: str) -> int:
    """The parameters of one layer, or of the network for `total`."""
    net = lab.run.returned
    return int((net if name == "total" else getattr(net, name)).n_parameters)


def stored(lab: Lab) -> Fraction:
    """The KiB of all parameters in the type that the listing stores them in."""
    return Fraction(lab.again(f"stored_bytes({lab.parameters['net']}())").result.size, 1024)


def stored_in_thousands(lab: Lab) -> Fraction:
    """The same memory in thousands of bytes."""
    return stored(lab) * Fraction(1024, 1000)


def mistaken(lab: Lab, slip: str, field: str) -> Any:
    """The answer to a field of somebody who counts with this slip."""
    if field == "n_kib":
        right, wrong = count(lab, "total"), sum(_sizes(lab, slip).values())
        return stored(lab) * Fraction(wrong, right)
    name = field.removeprefix("n_")
    return sum(size for path, size in _sizes(lab, slip).items() if name == "total" or path.startswith(f"{name}."))


def _sizes(lab: Lab, slip: str) -> dict[str, int]:
    """The size of every parameter by its path, as the slip has it."""
    net = lab.again(listing=_misread(lab, slip)).returned
    layers = {layer["name"]: layer for layer in lab.parameters["layers"]}
    sizes = {}
    for path, tensor in net.named_parameters():
        layer = layers[path.partition(".")[0]]
        is_kernel, is_bias = layer["kind"] == "conv" and path.endswith("weight"), path.endswith("bias")
        size = int(tensor.size)
        if slip == "side" and is_kernel:
            size //= layer["sizes"][2]
        elif slip == "one_channel" and is_kernel:
            size //= layer["sizes"][0]
        elif slip == "running" and layer["kind"] == "norm":
            size *= 2
        elif slip == "no_bias" and is_bias and layer["kind"] != "norm":
            size = 0
        sizes[path] = size
    return sizes


def _misread(lab: Lab, slip: str) -> str:
    listing, layers = lab.listing, {layer["name"]: layer for layer in lab.parameters["layers"]}
    for layer in layers.values():
        if slip == "frozen" and layer["frozen"]:
            listing = listing.replace("parameter.requires_grad = False", "pass")
        if slip == "twice" and layer["kind"] == "again":
            listing = listing.replace(f" = {layer['text']}\n", f" = {layers[layer['sizes'][0]]['text']}\n")
    return listing.replace(", bias=False", "") if slip == "bias_counted" else listing


def explain(lab: Lab) -> dict[str, Any]:
    """Every layer with the shapes of its parameters, and the total."""
    net, rows, seen = lab.run.returned, [], set[int]()
    for layer in lab.parameters["layers"]:
        made = getattr(net, layer["name"])
        parts = [
            [path, " * ".join(map(str, _factors(layer, tensor))), int(tensor.size)]
            for path, tensor in made.named_parameters()
        ]
        rows.append({**layer, "parts": parts, "count": int(made.n_parameters), "is_new": id(made) not in seen})
        seen.add(id(made))
    shapes = [binding.shape for binding in lab.run.bindings if binding.function.endswith(".features")]
    return {"rows": rows, "total": int(net.n_parameters), "shapes": shapes[: len(lab.parameters["features"])]}


def _factors(layer: dict[str, Any], tensor: Any) -> list[Any]:
    """The sizes whose product a parameter's number of entries is."""
    if layer["kind"] == "conv" and len(tensor.shape) == 2:
        channels, filters, width = layer["sizes"][:3]
        return [channels, width, width, filters]
    return list(tensor.shape)
