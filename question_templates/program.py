"""How a variant's listing is run: the call, the sizes that stay open, and what is assumed about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["NO_PROGRAM", "Program", "SizeRange"]


@dataclass(frozen=True)
class SizeRange:
    """An open size: its meaning in words, the numbers at which formulas are measured, and other names for it."""

    means: str
    low: int
    high: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Program:
    """What turns a listing into a run; empty for a listing about Scalars, which runs as it stands.

    `call` is the statement that is executed behind the listing. `sizes` are symbols in both; `given` are equalities
    and inequalities between them that the question states. `ledger` holds LedgerOptions where memory is recorded.
    """

    call: str = ""
    sizes: Mapping[str, SizeRange] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    ledger: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Program:
        sizes = {
            name: SizeRange(**{**size, "aliases": tuple(size["aliases"])}) for name, size in stored["sizes"].items()
        }
        ledger = stored["ledger"]
        options = None if ledger is None else {**ledger, "leave_out": tuple(ledger.get("leave_out", ()))}
        return cls(stored["call"], sizes, tuple(stored["given"]), options)


#: A listing that runs as it stands.
NO_PROGRAM = Program()
