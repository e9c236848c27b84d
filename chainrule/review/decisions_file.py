"""Where people's decisions of a grading run lie: one file beside its results, written whole, safe for two at once.

What two people decided about one field stands there twice, until one of them withdraws it; grading makes such a field
`pending`. Order and time say nothing here: the same decisions give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from chainrule.errors import RefusedInput
from chainrule.plain_text import printable
from chainrule.sole_writer import sole_writer
from chainrule.transcription.typing_rules import points_in
from grader.decisions import Decision
from submissions import write_atomic
from submissions.limits import MAX_FILE_BYTES

__all__ = [
    "FILE_NAME",
    "FORMAT",
    "REVIEW_FOLDER",
    "Kept",
    "read_decisions",
    "read_kept",
    "update_kept",
    "write_decisions",
]

FORMAT = "chainrule-decisions/1"
FILE_NAME = "decisions.json"

#: In a folder of results: tables and pages of open answers, shared out to people.
REVIEW_FOLDER = "review"

_LOCK = ".decisions.lock"
_PRIVATE = 0o600
# Two thousand papers of a hundred open answers; a file beyond that is none that we wrote.
_MOST_BYTES = 64 * MAX_FILE_BYTES


@dataclass(frozen=True)
class Kept:
    """A decision as it is kept; `group` says on which question and which response it was made, empty where unknown."""

    decision: Decision
    group: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        """What one person may decide once: paper, field, who."""
        return self.decision.paper, self.decision.field, self.decision.who


def read_decisions(out: Path) -> tuple[Decision, ...]:
    """People's decisions of the run in `out`, sorted by paper, field and person; none where nobody decided anything.

    Raises: RefusedInput for a file that is damaged or of another format.
    """
    return tuple(kept.decision for kept in read_kept(out))


def write_decisions(out: Path, decisions: Iterable[Decision]) -> None:
    """Write these decisions in place of those that stand; raises RefusedInput when they can't be written."""

    def replaced(standing: tuple[Kept, ...]) -> Iterable[Kept]:
        groups = {kept.decision: kept.group for kept in standing}
        return [Kept(decision, groups.get(decision, "")) for decision in decisions]

    update_kept(out, replaced)


def read_kept(out: Path) -> tuple[Kept, ...]:
    """As `read_decisions`, each with the group that it was made on."""
    file = out / FILE_NAME
    try:
        with file.open("rb") as opened:
            data = opened.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return ()
    except OSError as cause:
        raise RefusedInput(f"{file}: can't be opened ({cause.strerror}).") from cause
    if len(data) > _MOST_BYTES:
        raise RefusedInput(f"{file}: has more than {_MOST_BYTES:,} bytes, so it holds no decisions.")
    return _kept_from(data, source=str(file))


def update_kept(out: Path, change: Callable[[tuple[Kept, ...]], Iterable[Kept]]) -> tuple[Kept, ...]:
    """Read the decisions, change them and write them, while nobody else can; returns what then stands.

    Raises: RefusedInput when they can't be read or written.
    """
    with sole_writer(out, _LOCK):
        standing = read_kept(out)
        changed = tuple(sorted(change(standing), key=lambda kept: kept.place))
        _refuse_twins(changed, source=str(out / FILE_NAME))
        if changed != standing or not (out / FILE_NAME).exists():
            _write(out, changed)
        return changed


def _write(out: Path, kept: Iterable[Kept]) -> None:
    stored = {"format": FORMAT, "decisions": [_to_json(one) for one in kept]}
    text = json.dumps(stored, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        write_atomic(out / FILE_NAME, text.encode("utf-8", "surrogatepass"), mode=_PRIVATE)
    except OSError as cause:
        raise RefusedInput(f"{out / FILE_NAME}: can't be written ({cause.strerror}).") from cause


def _to_json(kept: Kept) -> dict[str, str]:
    decision = kept.decision
    stored = {**vars(decision), "points": str(decision.points), "group": kept.group}
    return {name: value for name, value in stored.items() if value or name != "group"}


def _kept_from(data: bytes, *, source: str) -> tuple[Kept, ...]:
    try:
        stored = json.loads(data.decode("utf-8", "surrogatepass"), object_pairs_hook=_without_twins)
    except (ValueError, RecursionError) as cause:
        raise RefusedInput(f"{source}: can't be read as decisions: {cause}.") from cause
    found = stored.get("format") if isinstance(stored, dict) else None
    if found != FORMAT:
        raise RefusedInput(f"{source}: its format is {found!r}, not {FORMAT!r}.")
    listed = stored.get("decisions")
    if not isinstance(listed, list):
        raise RefusedInput(f"{source}: 'decisions' is {listed!r:.40}; it should be a list.")
    kept = tuple(_from_json(one, f"{source}: decision {place}") for place, one in enumerate(listed, start=1))
    _refuse_twins(kept, source=source)
    return tuple(sorted(kept, key=lambda one: one.place))


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} stands in it twice")
    return found


def _from_json(stored: object, place: str) -> Kept:
    if not isinstance(stored, Mapping):
        raise RefusedInput(f"{place}: is {stored!r:.40}; it should have a paper, a field and points.")
    texts = {name: stored.get(name, "") for name in ("paper", "field", "points", "reason", "who", "group")}
    odd = next((name for name, value in texts.items() if not isinstance(value, str)), "")
    if odd:
        raise RefusedInput(f"{place}: {odd} is {texts[odd]!r:.40}; it should be text.")
    missing = next((name for name in ("paper", "field", "points") if not texts[name]), "")
    if missing:
        raise RefusedInput(f"{place}: has no {missing}.")
    return Kept(
        Decision(texts["paper"], texts["field"], _points(texts["points"], place), texts["reason"], texts["who"]),
        texts["group"],
    )


def _points(text: str, place: str) -> Fraction:
    points = points_in(text)
    if points is None:
        raise RefusedInput(f"{place}: points are {text!r:.40}; they should be a number such as 2, 1.5 or 10/3.")
    return points


def _refuse_twins(kept: Iterable[Kept], *, source: str) -> None:
    """One person has one decision on a field: which of two holds, nobody could say."""
    seen: set[tuple[str, str, str]] = set()
    for one in kept:
        if one.place in seen:
            paper, field, who = map(printable, one.place)
            raise RefusedInput(f"{source}: {who or 'nobody by name'} decided {field} of {paper} twice; keep one.")
        seen.add(one.place)
