"""What is read from a run of many heads: the cache of keys and values, in bytes and MiB, and known mistakes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from engine.running.trace import Place
from engine.sizes import as_size, evaluator, substitute, symbol, to_python
from question_templates.lab import Lab

_MIB = 2**20
_MB = 10**6


def cache(lab: Lab) -> Any:
    """The bytes of the keys and values that are kept, of every layer that the program has."""
    return _kept(lab, "key") + _kept(lab, "val")


def mebibytes(lab: Lab) -> Any:
    """The same with the question's numbers put in, in MiB."""
    return _at_numbers(lab, cache(lab), _MIB)


def mebibytes_of(lab: Lab, name: str) -> Any:
    """The bytes of one array with the question's numbers put in, in MiB."""
    return _at_numbers(lab, lab.run.binding(name).value_bytes, _MIB)


def megabytes(lab: Lab, field: str) -> Any:
    """Millions of bytes where MiB are wanted."""
    right = _changed(lab, field, lambda size: size)
    return right * Fraction(_MIB, _MB) if field.endswith("_mib") else right


def keys_alone(lab: Lab, field: str) -> Any:
    """A cache without values."""
    return _with_cache(lab, field, lambda size: _kept(lab, "key"))


def every_head_cached(lab: Lab, field: str) -> Any:
    """A cache with keys and values for each head of queries."""
    return _with_cache(lab, field, lambda size: size * symbol(lab.parameters["r"]))


def without_new_token(lab: Lab, field: str) -> Any:
    """The cache and the scores before the step's token has come in."""
    token = lab.parameters["t"]
    return _changed(lab, field, lambda size: substitute(as_size(size), {token: symbol(token) - 1}))


def one_layer(lab: Lab, field: str) -> Any:
    """The cache of one layer."""
    return _with_cache(lab, field, lambda size: substitute(as_size(size), {lab.parameters["layers"]: 1}))


def one_head(lab: Lab, field: str) -> Any:
    """Arrays of one head, where the cache stays as it is."""
    heads = lab.parameters["r"]
    if field in ("cache_bytes", "cache_mib"):
        return _with_cache(lab, field, lambda size: size)
    return _changed(lab, field, lambda size: substitute(as_size(size), {heads: 1}))


def as_numbers(lab: Lab, field: str) -> Any:
    """Numbers instead of bytes."""
    if field.endswith("_shape"):
        return _changed(lab, field, lambda size: size)
    return _changed(lab, field, lambda size: size // lab.parameters["itemsize"])


def _kept(lab: Lab, role: str) -> Any:
    """The bytes of the keys or of the values; in the program of many layers, of all that its line makes."""
    name = lab.parameters["names"][role]
    if not lab.parameters["many_layers"]:
        return lab.run.binding(name).value_bytes
    found = lab.run.binding(f"self.{name}", function="Layer.step")
    return lab.run.totals[Place(found.function, found.line)].value_bytes


def _with_cache(lab: Lab, field: str, change: Callable[[Any], Any]) -> Any:
    """A mistake about the cache: everything else is answered rightly."""
    if field in ("cache_bytes", "cache_mib"):
        return _changed(lab, field, change)
    return _changed(lab, field, lambda size: size)


def _changed(lab: Lab, field: str, change: Callable[[Any], Any]) -> Any:
    """The answer to a field with a change to its formula, or to every axis of its shape."""
    subject, _, part = field.rpartition("_")
    if field == "cache_bytes":
        return change(cache(lab))
    if field == "cache_mib":
        return _at_numbers(lab, change(cache(lab)), _MIB)
    binding = lab.run.binding(subject)
    if part == "mib":
        return _at_numbers(lab, change(binding.value_bytes), _MIB)
    return tuple(map(change, binding.shape)) if part == "shape" else change(binding.value_bytes)


def _at_numbers(lab: Lab, size: Any, unit: int) -> Any:
    return Fraction(evaluator(as_size(size))(lab.parameters["numbers"]), unit)


def explain(lab: Lab) -> dict[str, Any]:
    """What the worked solution says besides: the two halves of the cache, and all of it with numbers."""
    if lab.parameters["in_mib"]:
        (name,) = lab.parameters["in_mib"]
        return {"total_bytes": int(mebibytes_of(lab, name) * _MIB)}
    if not lab.parameters["has_cache"]:
        return {}
    halves = {"keys_bytes": _kept(lab, "key"), "values_bytes": _kept(lab, "val")}
    if not lab.parameters["many_layers"]:
        return halves
    kept = lab.run.binding(f"self.{lab.parameters['names']['key']}", function="Layer.step")
    shape = f"({', '.join(to_python(as_size(size)) for size in kept.shape)})"
    return {**halves, "kept_shape": shape, "total_bytes": int(_at_numbers(lab, cache(lab), 1))}
