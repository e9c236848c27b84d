"""Reads what a student's process sent: every byte may be forged, so everything is checked and nothing is trusted."""

import os
import re
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from grader.sandbox.calls import Call, Kind, Limits, Outcome, Raised, Returned, Value
from grader.sandbox.confined.framing import LENGTH, LONGEST_MESSAGE, LONGEST_PRINT, BrokenMessage, opened
from grader.sandbox.confined.values import Malformed, unpack

KINDS = frozenset(get_args(Kind))
FORGED = Raised("forged answer", "the process sent something that is not an answer")
# Where something lies in memory differs from run to run.
ADDRESS = re.compile(r"0x[0-9a-fA-F]{5,}")
SHORTEST_PRIVATE = 3


@dataclass(frozen=True)
class Transcript:
    """All that a process sent, and how it ended; `exit_code` is negative for a signal, None where nobody knows."""

    sent: bytes
    exit_code: int | None = None
    cpu_seconds: float = 0.0
    timed_out: bool = False
    overflowed: bool = False


def outcomes(transcript: Transcript, calls: Sequence[Call], limits: Limits) -> tuple[Outcome, ...]:
    """What came of each call; the calls that a process did not live to answer get the reason."""
    try:
        answered = [
            _outcome(message, number, call)
            for number, (message, call) in enumerate(_paired(list(_messages(transcript.sent)), calls))
        ]
    except (BrokenMessage, Malformed, RecursionError):
        return (FORGED,) * len(calls)
    ending = _ending(transcript, limits)
    return (*answered, *[ending] * (len(calls) - len(answered)))


def _messages(sent: bytes) -> Iterator[memoryview]:
    """The whole messages in the order sent; a last one may be cut off, by the end of its process."""
    rest = memoryview(sent)
    while len(rest) >= LENGTH.size:
        end = LENGTH.size + LENGTH.unpack_from(rest)[0]
        if end > len(rest):
            return
        yield rest[LENGTH.size : end]
        rest = rest[end:]


def _paired(messages: list[memoryview], calls: Sequence[Call]) -> Iterator[tuple[memoryview, Call]]:
    if len(messages) > len(calls):
        raise BrokenMessage("more answers than calls")
    return zip(messages, calls, strict=False)


def _outcome(message: memoryview, number: int, call: Call) -> Outcome:
    head, parts = opened(message)
    if type(head.get("call")) is not int or head["call"] != number:
        raise BrokenMessage("not the answer to this call")
    printed = visible(_text(head.get("printed", ""), LONGEST_PRINT), lines=True)
    if head.get("kind") == "returned":
        return _returned(head, parts, call, printed)
    kind, line = head.get("kind"), head.get("line")
    if type(kind) is not str or kind not in KINDS or not (line is None or type(line) is int):
        raise BrokenMessage("no such outcome")
    said = visible(_text(head.get("message"), LONGEST_MESSAGE))
    return Raised(kind, said, line, printed)  # type: ignore[arg-type]  # just seen to be a Kind


def _returned(head: dict[str, Any], parts: list[memoryview], call: Call, printed: str) -> Returned:
    seconds, changed = head.get("seconds"), head.get("changed")
    if type(seconds) is not float or not 0 <= seconds < float("inf"):
        raise BrokenMessage("no time looks like this")
    if type(changed) is not list or len(parts) != 1 + len(changed):
        raise BrokenMessage("not as many values as promised")
    args: list[Value] = list(call.args)
    for position, part in zip(changed, parts[1:], strict=True):
        if type(position) is not int or not 0 <= position < len(args):
            raise BrokenMessage("no such argument")
        args[position] = unpack(part)
    return Returned(_without_places(unpack(parts[0])), tuple(args), seconds, printed)


def _ending(transcript: Transcript, limits: Limits) -> Raised:
    """Why a process stopped answering."""
    if transcript.overflowed:
        return Raised("too large", "the answers are larger than this question allows")
    if transcript.timed_out or transcript.cpu_seconds >= limits.cpu_seconds:
        return Raised("timeout", "the time was used up")
    code = transcript.exit_code
    if code is not None and code < 0:
        return Raised("killed", f"the process was ended by {_signal_name(-code)}")
    return Raised("killed", "the process ended before it answered")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _text(said: Any, longest: int) -> str:
    if type(said) is not str:
        raise BrokenMessage("no text looks like this")
    return said[:longest]


def visible(text: str, *, lines: bool = False) -> str:
    """The text as it may be shown: no path of this machine, no address, control characters as escapes."""
    cleaned = ADDRESS.sub("0x…", _without_private(text))
    return "".join(c if c.isprintable() or (lines and c == "\n") else _escape(c) for c in cleaned)


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def _without_places(value: Any) -> Any:
    """A returned text or list of texts without the paths of this machine and the places in its memory."""
    if type(value) is str:
        return ADDRESS.sub("0x…", _without_private(value))
    if type(value) in (list, tuple):
        return type(value)(_without_places(part) for part in value)
    return {key: _without_places(part) for key, part in value.items()} if type(value) is dict else value


def _without_private(text: str) -> str:
    if os.sep not in text:
        return text
    for place in private_places():
        text = text.replace(place, "…")
    return text


def private_places() -> list[str]:
    """Where Python, this program and people's files lie on this machine, the longest first."""
    places = {sys.prefix, sys.base_prefix, tempfile.gettempdir(), str(Path.home()), str(Path(__file__).parents[2])}
    places |= {path for path in sys.path if path}
    return sorted((place for place in places if len(place) > SHORTEST_PRIVATE), key=lambda place: (-len(place), place))
