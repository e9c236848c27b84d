"""`bank new`: a small family that is complete and valid, to be changed into what its author has in mind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

from chainrule.bank.schemas import schema_text
from chainrule.errors import RefusedInput
from submissions.store import write_atomic

__all__ = ["Sort", "begin_family", "next_steps"]

#: About numbers on a graph, or about formulas in open sizes.
Sort: TypeAlias = Literal["scalar", "sizes"]

_ID = re.compile(r"[a-z][a-z0-9-]*/[a-z0-9][a-z0-9-]*\Z")

# Python files are kept as text, for they are no part of this package.
_FILES: Mapping[Sort, tuple[str, ...]] = MappingProxyType(
    {
        "scalar": ("family.yaml", "listing.py.j2", "question.md.j2", "solution.md.j2", "generator.py.txt"),
        "sizes": (
            "family.yaml",
            "listing.py.j2",
            "question.md.j2",
            "solution.md.j2",
            "generator.py.txt",
            "solver.py.txt",
        ),
    }
)
_SCHEMA = "family.schema.json"


def begin_family(family_id: str, bank: Path, *, sort: Sort = "scalar") -> Path:
    """Write the folder `bank/topic/name`, and beside the topics the schema that editors use; returns the folder.

    Raises: RefusedInput for an id that can't be one, and where there is such a folder already.
    """
    if not _ID.match(family_id):
        right = "write topic/name in small letters, digits and dashes, as in graph/my-chain"
        raise RefusedInput(f"{family_id!r} is no family id; {right}.")
    folder = bank / family_id
    if folder.exists():
        raise RefusedInput(f"{folder}: is there already; choose another id, or delete it first.")
    values = {"@ID@": family_id, "@TOPIC@": family_id.split("/")[0].replace("-", "_"), "@SCHEMA@": f"../../{_SCHEMA}"}
    source = files("chainrule.bank").joinpath("scaffold").joinpath(sort)
    try:
        folder.mkdir(parents=True)
        for name in _FILES[sort]:
            text = source.joinpath(name).read_text(encoding="utf-8")
            for mark, value in values.items():
                text = text.replace(mark, value)
            write_atomic(folder / name.removesuffix(".txt"), text.encode())
        write_atomic(bank / _SCHEMA, f"{schema_text('family')}\n".encode())
    except OSError as cause:
        raise RefusedInput(f"{folder}: can't be written ({cause.strerror or cause}).") from cause
    return folder


def next_steps(folder: Path, bank: Path, family_id: str) -> str:
    """What an author does next, in the order in which it helps."""
    written = ", ".join(sorted(path.name for path in folder.iterdir()))
    return f"""\
{family_id} is begun: {folder}
  {written}

It is a whole family already. Next:
  1. See it       chainrule bank show {family_id} --bank {bank} --seed 1 --answers
  2. Change it    listing.py.j2 first, then the fields of family.yaml, then the texts
  3. Hold it      chainrule bank check {family_id} --bank {bank}
     against its worked examples and many seeds
  4. Measure it   chainrule bank stats {family_id} --bank {bank}
  5. Solve it     chainrule practice {family_id} --bank {bank}"""
