"""Gradescope's account of an export, submission_metadata.yml: who handed each submission in, and when.

It is read as a stream of events and nothing is constructed from it, so neither Ruby's types nor aliases nor depth can
do harm. Only `:submitters` and `:created_at` are kept; results and earlier attempts are passed over. Its keys are
Ruby's symbols; group submissions have several submitters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from submissions.collecting.moments import moment_of
from submissions.collecting.told import Told
from submissions.handed_in import Sender
from submissions.tree import Untaken, printable

__all__ = ["METADATA_NAMES", "read_metadata"]

METADATA_NAMES = ("submission_metadata.yml", "submission_metadata.yaml")

_MAX_SUBMISSIONS = 50_000
_MAX_SENDERS = 100  # of one submission
_MAX_TEXT = 200  # of a name or an address
_MAX_DEPTH = 4  # a submitter's name lies 3 deep below the submission

Tree = str | list[Any] | dict[str, Any]


def read_metadata(data: bytes) -> Mapping[str, Told]:
    """What is told of each submission, by the name of its folder or file.

    Raises: Untaken when this is not such an account.
    """
    import yaml  # only this export pays for it

    try:
        return dict(_submissions(_Events(yaml, data)))
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise Untaken(
            "it can't be read, so nobody knows who handed these submissions in, and when.",
            advice="Download the export again.",
        ) from error


class _Events:
    """The events that carry content; anchors are remembered for plain texts, which is all that Ruby repeats here."""

    def __init__(self, yaml: Any, data: bytes) -> None:
        self._events = yaml.parse(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self._anchored: dict[str, str] = {}

    def next(self) -> tuple[str, str]:
        """The next event's kind and its text, "" for nothing. Raises: ValueError, YAMLError."""
        event = next(self._events, None)
        if event is None:
            raise ValueError("the account ends too early")
        kind = type(event).__name__
        if kind == "AliasEvent":
            return "ScalarEvent", self._anchored.get(event.anchor, "")
        is_nothing = kind != "ScalarEvent" or (not event.style and event.value in ("~", "null"))
        text = "" if is_nothing else event.value
        if kind == "ScalarEvent" and event.anchor and len(text) <= _MAX_TEXT:
            self._anchored[event.anchor] = text
        return kind, text


def _submissions(events: _Events) -> Iterator[tuple[str, Told]]:
    for expected in ("StreamStartEvent", "DocumentStartEvent", "MappingStartEvent"):
        if events.next()[0] != expected:
            raise ValueError("no account of submissions")
    for _ in range(_MAX_SUBMISSIONS):
        kind, name = events.next()
        if kind != "ScalarEvent":
            if kind == "MappingEndEvent":
                return
            raise ValueError("no name of a submission")
        tree = _tree(events, *events.next(), depth=0)
        yield name, _told(tree if isinstance(tree, dict) else {})
    raise ValueError("too many submissions")


def _tree(events: _Events, kind: str, text: str, *, depth: int) -> Tree:
    """The value that begins with this event; what lies too deep is passed over and is "" here."""
    if kind == "ScalarEvent":
        return text
    if depth >= _MAX_DEPTH:
        _pass_over(events)
        return ""
    if kind == "SequenceStartEvent":
        return list(_items(events, depth))
    return dict(_pairs(events, depth))


def _items(events: _Events, depth: int) -> Iterator[Tree]:
    while (event := events.next())[0] != "SequenceEndEvent":
        yield _tree(events, *event, depth=depth + 1)


def _pairs(events: _Events, depth: int) -> Iterator[tuple[str, Tree]]:
    while (event := events.next())[0] != "MappingEndEvent":
        key = _tree(events, *event, depth=_MAX_DEPTH)
        start = events.next()
        is_kept = depth > 0 or key in (":submitters", ":created_at")
        value = _tree(events, *start, depth=depth + 1 if is_kept else _MAX_DEPTH)
        if is_kept and isinstance(key, str):
            yield key, value


def _pass_over(events: _Events) -> None:
    """To the end of a list or a mapping that has just begun."""
    n_open = 1
    while n_open:
        kind, _ = events.next()
        n_open += kind.endswith("StartEvent")
        n_open -= kind.endswith("EndEvent")


def _told(fields: dict[str, Any]) -> Told:
    submitters = fields.get(":submitters")
    senders = [_sender(one) for one in submitters[:_MAX_SENDERS]] if isinstance(submitters, list) else []
    created = fields.get(":created_at", "")
    # Rails may write a time with its zone as a mapping.
    written = created.get("utc", "") if isinstance(created, dict) else created
    return Told(tuple(dict.fromkeys(filter(None, senders))), moment_of(written) if isinstance(written, str) else None)


def _sender(submitter: Any) -> Sender | None:
    if not isinstance(submitter, dict):
        return None
    texts = (submitter.get(key, "") for key in (":sid", ":name", ":email"))
    sender = Sender(*(_text(text) for text in texts))
    return None if sender == Sender() else sender


def _text(text: Any) -> str:
    return printable(text.strip()[:_MAX_TEXT]) if isinstance(text, str) else ""
