"""The YAML form, read as events: the parser finds where answers begin and end, the text stays as written.

Nothing is constructed, so no scalar is ever taken for a number, a date or a truth value. A quoted or block
answer is its content as YAML defines it; a bare answer, a list or a mapping is the slice it was written as.
Aliases, anchors and tags are refused: an answer has no use for them, and with them a small file
stands for a huge one.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from submissions.formats.form_value import FormProblem, Member, Value
from submissions.formats.yaml_advice import problem_of
from submissions.limits import MAX_DEPTH, MAX_YAML_EVENTS

# YAML itself cannot carry these raw; editors and word processors sometimes leave one in a file.
_UNREADABLE = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COMMENT = re.compile(r"[ \t]+#")
# Line breaks in YAML 1.1 (PyYAML), ordinary characters in YAML 1.2 and in every editor.
_OLD_LINE_BREAKS = "\x85\u2028\u2029"
_QUOTE_OR_BLOCK = "Put the answer in single quotes, or use the | block form."

_EVENTS_OF_AN_EMPTY_STREAM = 2

Events = Iterator[Any]


class _Written(NamedTuple):
    """A value and the index just after its last character."""

    value: Value
    end: int


def read_yaml_tree(text: str, *, loader: Any = None) -> Value:
    """The tree of a YAML text; `loader` chooses PyYAML's parser, by default the C one where it exists.

    Raises: FormProblem with the place of the first slip.
    """
    unreadable = _UNREADABLE.search(text)
    if unreadable:
        raise FormProblem(
            f"the character U+{ord(unreadable.group()):04X} cannot stand in a YAML file.",
            at=unreadable.start(),
            advice="It is invisible in most editors: delete and retype the text around it.",
        )
    parsed, restore = _without_old_line_breaks(text)
    events = _events(parsed, loader)
    root = _read(next(events), events, _Source(text, restore), 1).value
    next(events, None)  # to the end of the file, where a slip may still stand
    return root


class _Source(NamedTuple):
    """The form's text, and what puts the old line breaks back into an event's text."""

    text: str
    restore: Callable[[str], str]


def _without_old_line_breaks(text: str) -> tuple[str, Callable[[str], str]]:
    """The text with stand-ins for the old line breaks (same length, so places agree), and the way back."""
    present = [char for char in _OLD_LINE_BREAKS if char in text]
    if not present:
        return text, str
    used = set(text)
    free = (chr(code) for code in range(0xE000, 0xF900) if chr(code) not in used)
    stand_ins = dict(zip(present, free, strict=False))
    there = str.maketrans(stand_ins)
    back = str.maketrans({stand_in: char for char, stand_in in stand_ins.items()})
    return text.translate(there), lambda part: part.translate(back)


def _events(text: str, loader: Any) -> Events:
    """The events that carry content, until the first slip; those of stream and document are left out."""
    import yaml  # only YAML forms pay for it

    parser = loader or getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    parse: Callable[..., Events] = yaml.parse
    frame = (yaml.StreamStartEvent, yaml.DocumentStartEvent, yaml.DocumentEndEvent, yaml.StreamEndEvent)
    n_events = n_documents = 0
    try:
        for event in parse(text, Loader=parser):
            n_events += 1
            n_documents += isinstance(event, yaml.DocumentStartEvent)
            _check_counts(event, n_events, n_documents)
            if not isinstance(event, frame):
                yield event
    except yaml.YAMLError as error:
        raise problem_of(error, text) from error
    except (ValueError, OverflowError) as error:
        # The pure-Python parser converts absurd escapes and version numbers without checking them.
        raise FormProblem("this is not valid YAML.", advice=_QUOTE_OR_BLOCK) from error
    if n_events <= _EVENTS_OF_AN_EMPTY_STREAM:
        raise FormProblem("the file holds comments only.", advice="Please hand in the form with its answers.")


def _check_counts(event: Any, n_events: int, n_documents: int) -> None:
    if n_events > MAX_YAML_EVENTS:
        raise FormProblem(
            "the form has too many parts.",
            at=event.start_mark.index,
            advice="Please use the form that came with your paper.",
        )
    if n_documents > 1:
        raise FormProblem(
            "a second document starts here.", at=event.start_mark.index, advice='Remove the line "---".'
        )


def _read(event: Any, events: Events, source: _Source, depth: int) -> _Written:
    _refuse_references(event, source.text)
    kind = type(event).__name__
    if kind == "ScalarEvent":
        return _read_scalar(event, source)
    if depth > MAX_DEPTH:
        raise FormProblem(
            f"lists are nested more than {MAX_DEPTH} deep.", at=event.start_mark.index, advice=_QUOTE_OR_BLOCK
        )
    if kind == "MappingStartEvent":
        return _read_mapping(event, events, source, depth)
    return _read_sequence(event, events, source, depth)


def _refuse_references(event: Any, text: str) -> None:
    """`*name`, `&name`, `!name` mean something to YAML; to a student they may be part of a formula."""
    at = event.start_mark.index
    tag = getattr(event, "tag", None)
    if event.anchor is None and tag in (None, "!"):
        return
    sign, meaning = ("!", "tag") if event.anchor is None else (text[at : at + 1], "reference")
    raise FormProblem(
        f'an answer cannot start with "{sign}": YAML reads it as a {meaning}.', at=at, advice=_QUOTE_OR_BLOCK
    )


def _read_scalar(event: Any, source: _Source) -> _Written:
    at, end = event.start_mark.index, event.end_mark.index
    is_bare = not event.style and event.tag is None
    text = source_slice(source.text, at, end) if is_bare else source.restore(event.value)
    return _Written(Value(text, at, None, is_bare and _is_commented(source.text, end)), end)


def _read_mapping(start: Any, events: Events, source: _Source, depth: int) -> _Written:
    members: list[Member] = []
    at = end = start.start_mark.index
    for event in events:
        if type(event).__name__ == "MappingEndEvent":
            return _collection(start, event, source, end, tuple(members))
        key = _read(event, events, source, depth + 1).value
        if not key.is_scalar:
            raise FormProblem("a name should be plain text, not a list.", at=key.at, advice=_QUOTE_OR_BLOCK)
        value, end = _read(next(events), events, source, depth + 1)
        members.append(Member(key.text, key.at, value))
    raise FormProblem("the form ends too early.", at=at)


def _read_sequence(start: Any, events: Events, source: _Source, depth: int) -> _Written:
    at = end = start.start_mark.index
    for event in events:
        if type(event).__name__ == "SequenceEndEvent":
            return _collection(start, event, source, end, None)
        end = _read(event, events, source, depth + 1).end
    raise FormProblem("the form ends too early.", at=at)


def _collection(
    start: Any, stop: Any, source: _Source, last_end: int, members: tuple[Member, ...] | None
) -> _Written:
    # A block collection's end mark stands at the next token, past comments that belong to the next field.
    at, end = start.start_mark.index, stop.end_mark.index if start.flow_style else last_end
    text = source_slice(source.text, at, end).rstrip()
    is_commented = bool(start.flow_style) and _is_commented(source.text, end)
    return _Written(Value(text, at, members, is_commented, is_scalar=False), end)


def _is_commented(text: str, end: int) -> bool:
    return _COMMENT.match(text, end) is not None


def source_slice(text: str, at: int, end: int) -> str:
    """The written text from `at` to `end`, without the margin that indentation puts before later lines."""
    first, *later = text[at:end].split("\n")
    if not later:
        return first
    before = text[text.rfind("\n", 0, at) + 1 : at]
    margins = [len(line) - len(line.lstrip(" ")) for line in later if line.strip()]
    if not before.strip():
        margins.append(len(before))
    margin = min(margins, default=0)
    return "\n".join([first, *(line[margin:] for line in later)])
