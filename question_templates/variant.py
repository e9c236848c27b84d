"""A variant: what was drawn for one paper's slot, frozen with the listing that the student reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from question_templates.program import NO_PROGRAM, Program

__all__ = ["Variant"]


@dataclass(frozen=True)
class Variant:
    """One draw of a family. Grading reads `listing` from here, so a template edited later changes no paper.

    `program` says how the listing is run. `shown` is what the question prints of runs, such as a trace with a mistake
    to find. `digest` is the content hash of the family that drew it.
    """

    family: str
    version: str
    digest: str
    parameters: Mapping[str, Any]
    listing: str
    program: Program = NO_PROGRAM
    shown: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "family": self.family,
            "version": self.version,
            "digest": self.digest,
            "parameters": dict(self.parameters),
            "listing": self.listing,
            "program": self.program.to_json(),
            "shown": dict(self.shown),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Variant:
        return cls(
            family=stored["family"],
            version=stored["version"],
            digest=stored["digest"],
            parameters=dict(stored["parameters"]),
            listing=stored["listing"],
            program=Program.from_json(stored["program"]) if "program" in stored else NO_PROGRAM,
            shown=dict(stored.get("shown", {})),
        )
