"""Whose paper is whose, as an autograder carries it: digests of addresses and ids, so that no roster leaves the staff.

Whoever has the file can still try an address and see whether it is there; nobody can list the addresses.
"""

from __future__ import annotations

import hmac
import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chainrule.errors import RefusedInput
from chainrule.rosters.assignments import Assignment

__all__ = ["OWNERS_FORMAT", "Owners", "owners_json", "read_owners"]

OWNERS_FORMAT = "chainrule-owners/1"

#: 128 bits: two people of a class never share a digest.
_DIGITS = 32


@dataclass(frozen=True)
class Owners:
    """Papers by digests of people; `due` has the times of those papers of which an owner has a time, as ISO texts."""

    salt: bytes
    by_email: Mapping[str, str]
    by_id: Mapping[str, str]
    due: Mapping[str, tuple[str, ...]]

    def paper_of_email(self, email: str) -> str:
        """The paper of whoever has this address, in whatever case and with whatever blanks; "" for nobody."""
        return self.by_email.get(_digest(self.salt, "email", email), "")

    def paper_of_id(self, student_id: str) -> str:
        """The paper of whoever has this id and no address in the assignment table; "" for nobody."""
        return self.by_id.get(_digest(self.salt, "id", student_id), "")


def owners_json(assignments: Iterable[Assignment], secret: bytes, *, due: datetime | None = None) -> str:
    """The assignment table without names, addresses and ids; `secret` and `due` are the exam's.

    Of somebody with an address the id is not taken over: platforms number people themselves, and such a number could be
    a student's id by chance.
    Raises: RefusedInput when an address belongs to two papers.
    """
    salt = hmac.digest(secret, b"chainrule owners", "sha256")
    people: dict[str, dict[str, str]] = {"email": {}, "id": {}}
    rows = list(assignments)
    personal = {row.paper for row in rows if row.due is not None}
    times: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        moment = row.due or due
        if row.id and row.paper in personal and moment is not None:
            times[row.paper].append(moment.isoformat())
        kind, known_by = ("email", row.email) if row.email else ("id", row.id)
        if not known_by:
            continue
        digest = _digest(salt, kind, known_by)
        if people[kind].setdefault(digest, row.paper) != row.paper:
            raise RefusedInput(
                f"staff/assignments.csv: {known_by!r} has the papers {people[kind][digest]} and {row.paper}; keep one."
            )
    stored = {"format": OWNERS_FORMAT, "salt": salt.hex(), **people, "due": times}
    return json.dumps(stored, indent=1, sort_keys=True) + "\n"


def read_owners(text: str) -> Owners:
    """What `owners_json` wrote; raises ValueError for anything else."""
    stored: Mapping[str, Any] = json.loads(text)
    if not isinstance(stored, dict) or stored.get("format") != OWNERS_FORMAT:
        raise ValueError(f"owners.json: its format is not {OWNERS_FORMAT!r}")
    due = {paper: tuple(times) for paper, times in stored["due"].items()}
    return Owners(bytes.fromhex(stored["salt"]), stored["email"], stored["id"], due)


def _digest(salt: bytes, kind: str, text: str) -> str:
    """Which person this is; case, blanks and characters that take no room do not matter."""
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(letter for letter in composed if unicodedata.category(letter) not in ("Cc", "Cf"))
    letters = "".join(seen.split()).casefold()
    # Half of a surrogate pair is in no assignment table; it must not end the run.
    return hmac.digest(salt, f"{kind}\0{letters}".encode("utf-8", "replace"), "sha256").hex()[:_DIGITS]
