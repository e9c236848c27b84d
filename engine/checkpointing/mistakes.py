"""Known mistakes in a rematerializer as changed listings (engine.patching), for the practice exam's kind of listing.

The right listing binds what the rematerializer needs when it is defined, and redoes the layers after the checkpoint;
the practice exam's own, section 4.2, makes both mistakes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.patching import Patch

__all__ = ["REMATERIALIZER_MISTAKES"]

_BINDS_EARLY = """
def rematerializer(start=x_at_checkpoint, layers=weights[first_to_redo:i + 1]):
    value = start.value
    for layer in layers:
        value = np.matmul(value, layer.value)
    return value
"""
_BINDS_LATE = """
def rematerializer():
    value = x_at_checkpoint.value
    for layer in weights[first_to_redo:i + 1]:
        value = np.matmul(value, layer.value)
    return value
"""

#: Name of the mistake -> the patches that make it.
REMATERIALIZER_MISTAKES: Mapping[str, tuple[Patch, ...]] = MappingProxyType(
    {
        "binds late": (Patch(_BINDS_EARLY, _BINDS_LATE),),
        "starts at the checkpoint itself": (Patch("first_to_redo = i + 1", "first_to_redo = i"),),
    }
)
