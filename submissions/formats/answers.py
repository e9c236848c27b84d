"""From a form's tree to a Submission: responses flattened to "slot.field", duplicate ids refused."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from submissions.formats.form_value import FormProblem, Member, Value, encodable, line_and_column, shown
from submissions.limits import (
    FORMAT,
    MAX_PAPER_LENGTH,
    MAX_RESPONSE_LENGTH,
    MAX_RESPONSES,
    READABLE_FORMATS,
)
from submissions.submission import Submission

_KEYS = ("format", "paper", "responses")

# `3`, or in a section `2.1`; the names of fields begin with a letter.
_ITEM_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)*", re.ASCII)


def submission_of(
    root: Value, text: str, *, source: str, digest: str, warnings: tuple[str, ...] = ()
) -> Submission:
    """The submission a form's tree holds; `text` is the whole form, for line numbers.

    Raises: FormProblem for an unknown format, missing responses, duplicate ids, or a limit passed.
    """
    if root.members is None:
        raise FormProblem(
            "the form does not consist of named parts.", at=root.at, advice=f"It needs {', '.join(_KEYS)}."
        )
    parts = _unique(root.members, text)
    format_warnings = _check_format(parts.get("format"))
    paper, paper_warnings = _paper(parts.get("paper"))
    responses, response_warnings = _responses(parts.get("responses"), text)
    unknown = tuple(_unknown_part(member, text) for key, member in parts.items() if key not in _KEYS)
    every_warning = (*warnings, *format_warnings, *paper_warnings, *response_warnings, *unknown)
    return Submission(source, paper, responses, every_warning, digest)


def _unique(members: "tuple[Member, ...] | Iterator[Member]", text: str) -> dict[str, Member]:
    """Members by key; the first of two equal keys is never silently dropped."""
    found: dict[str, Member] = {}
    for member in members:
        key = encodable(member.key)
        earlier = found.setdefault(key, member)
        if earlier is not member:
            line = line_and_column(text, earlier.at)[0]
            raise FormProblem(
                f"{shown(key)} is given twice, first on line {line}.",
                at=member.at,
                advice="Keep one of the two.",
            )
    return found


def _check_format(member: Member | None) -> tuple[str, ...]:
    if member is None:
        return (f'The form does not say its format; it was read as "{FORMAT}".',)
    if member.value.text.strip() not in READABLE_FORMATS:
        readable = " or ".join(f'"{name}"' for name in READABLE_FORMATS)
        raise FormProblem(
            f"the format is {shown(member.value.text)}; this program reads {readable}.",
            at=member.value.at,
            advice="Please use the form that came with your paper.",
        )
    return ()


def _paper(member: Member | None) -> tuple[str, tuple[str, ...]]:
    paper = encodable(member.value.text).strip() if member is not None and member.value.is_scalar else ""
    if not paper:
        return "", ("The form does not say which paper it answers; a person has to match it.",)
    if len(paper) > MAX_PAPER_LENGTH:
        return "", (f"The paper id {shown(paper)} is not an id; a person has to match this form.",)
    return paper, ()


def _unknown_part(member: Member, text: str) -> str:
    line = line_and_column(text, member.at)[0]
    return (
        f'Line {line}: {shown(member.key)} stands outside "responses" and was set aside. '
        "If it is an answer, it belongs under responses."
    )


def _responses(member: Member | None, text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    if member is None:
        raise FormProblem('the form has no "responses".', advice='Put the answers under "responses".')
    if member.value.members is None:
        if member.value.text or not member.value.is_scalar:
            raise FormProblem(
                '"responses" does not hold named answers.',
                at=member.value.at,
                advice="Write one line for each answer: its id, a colon, the answer.",
            )
        return {}, ()
    found = _unique(_flat(member.value.members), text)
    responses = {key: encodable(answer.value.text) for key, answer in found.items()}
    places = {key: answer.at for key, answer in found.items()}
    return checked_responses(responses, at=member.at, places=places), tuple(_remarks(found, text))


def checked_responses(
    responses: dict[str, str], *, at: int | None = None, places: Mapping[str, int] = MappingProxyType({})
) -> dict[str, str]:
    """The responses themselves; `at` and `places` say where they stand in the form, as far as that is known.

    Raises: FormProblem when there are too many, or one is too long.
    """
    if len(responses) > MAX_RESPONSES:
        raise FormProblem(
            f"the form holds {len(responses)} answers; at most {MAX_RESPONSES} are read.",
            at=at,
            advice="Please use the form that came with your paper.",
        )
    for key, response in responses.items():
        if len(response) > MAX_RESPONSE_LENGTH:
            raise FormProblem(
                f"the answer to {shown(key)} has {len(response):,} characters; "
                f"at most {MAX_RESPONSE_LENGTH:,} are read.",
                at=places.get(key),
                advice="Please shorten it to the answer itself.",
            )
    return responses


def _flat(members: tuple[Member, ...]) -> Iterator[Member]:
    """{"1": {"order": ...}} as "1.order", and {"2.1": {"order": ...}} or {"2": {"1": {"order": ...}}} as "2.1.order".

    Another id with a dot names a field, so its mapping is an answer.
    """
    for member in members:
        names_a_field = "." in member.key and not _ITEM_NUMBER.fullmatch(member.key)
        if member.value.members is None or names_a_field:
            yield member
            continue
        for inner in member.value.members:
            named = inner._replace(key=f"{member.key}.{inner.key}")
            # A number inside a number is a part of a section, with fields of its own.
            yield from _flat((named,)) if _ITEM_NUMBER.fullmatch(named.key) else (named,)


#: What is left of \frac, \beta, \theta, \nabla, \rho ... when double quotes took the backslash for an escape.
LOST_BACKSLASH = re.compile("[\a\b\v\f\x1b][a-z]|\t(?:heta|imes|au|ext)|\nabla|\r(?:ho|ight)")


def _remarks(found: dict[str, Member], text: str) -> Iterator[str]:
    for key, answer in found.items():
        line = line_and_column(text, answer.at)[0] if answer.value.is_commented else 0
        if answer.value.is_commented:
            yield (
                f'Line {line}: the words after "#" at {shown(key)} are a comment and were not read. '
                "If they belong to the answer, put the answer in quotes."
            )
        if LOST_BACKSLASH.search(answer.value.text):
            yield (
                f"A backslash in the answer to {shown(key)} was read as an escape. "
                "In double quotes a backslash is written twice."
            )
        if encodable(answer.value.text) != answer.value.text:
            yield f"A damaged character in the answer to {shown(key)} was replaced by U+FFFD."
