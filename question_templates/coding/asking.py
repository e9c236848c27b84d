"""What a family's solver makes a code question of: a seed from the variant, and programs with its names put in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import numpy as np

from question_templates.variant import Variant

__all__ = ["named", "seed_of", "shown_value"]


def seed_of(variant: Variant) -> bytes:
    """The seed that names a variant's question: equal variants have the same inputs, whoever draws them."""
    told = json.dumps(variant.to_json(), sort_keys=True)
    return blake2b(told.encode(), digest_size=16).digest()


def named(program: str, names: Mapping[str, Any]) -> str:
    """A program in which each `<name>` stands for that name or number; what is no such name stays."""
    for name, meant in names.items():
        program = program.replace(f"<{name}>", str(meant))
    return program.strip("\n") + "\n"


def shown_value(value: Any) -> str:
    """A value as an example prints it: NumPy's arrays as calls of np.array, numbers to six digits."""
    if isinstance(value, np.ndarray):
        return f"np.array({shown_value(value.tolist())})"
    if isinstance(value, (list, tuple)):
        inside = ", ".join(map(shown_value, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' if len(value) == 1 else ''})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{shown_value(key)}: {shown_value(one)}" for key, one in value.items()) + "}"
    if isinstance(value, float):
        return repr(round(value, 6) + 0.0)
    return repr(value)
