"""A variant: what was drawn for one paper's slot, frozen with the listing that the student reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Variant"]


@dataclass(frozen=True)
class Variant:
    """One draw of a family. Grading reads `listing` from here, so a template edited later changes no paper.

    `digest` is the content hash of the family that drew it.
    """

    family: str
    version: str
    digest: str
    parameters: Mapping[str, Any]
    listing: str

    def to_json(self) -> dict[str, Any]:
        return {
            "family": self.family,
            "version": self.version,
            "digest": self.digest,
            "parameters": dict(self.parameters),
            "listing": self.listing,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Variant:
        return cls(
            family=stored["family"],
            version=stored["version"],
            digest=stored["digest"],
            parameters=dict(stored["parameters"]),
            listing=stored["listing"],
        )
