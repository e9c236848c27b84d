"""`ag` as a listing has it: the face it is run with, with functions that take lists of unknown length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.face import Face
from engine.running.lists import ListingList
from engine.tensors import functions
from engine.tensors.tensor import Tensor

__all__ = ["ListingFace"]


class ListingFace(Face):
    """A face for one run."""

    @staticmethod
    def concatenate(parts: Sequence[Any], axis: int = 0) -> Tensor:
        """Tensors put one after the other; so many alike where the list's length is a size."""
        items = parts.looked_at() if isinstance(parts, ListingList) else None
        if items is None:
            return functions.concatenate(parts, axis)
        return functions.joined(items.at(0), items.length, axis)
