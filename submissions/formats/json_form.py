"""The JSON form, with a reader of our own so that numbers keep their written text and lists stay source text.

One pass, no recursion deeper than MAX_DEPTH, no number ever converted. More forgiving than the standard once:
a string may hold raw line breaks and tabs, which people type when they edit the file by hand.
"""

import json
import re
from collections.abc import Mapping

from submissions.formats.form_value import FormProblem, Member, Value, encodable, shown
from submissions.formats.writing import checked_form
from submissions.limits import FORMAT, MAX_DEPTH

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_WORD = re.compile(r'[^ \t\n\r,:\[\]{}"]+')
_LITERAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|-?Infinity|NaN")
# Not strict: raw line breaks and tabs may stand in a string.
_ESCAPES = json.JSONDecoder(strict=False)
_QUOTES = 'Put text in straight double quotes, as in "z1, z2".'
_WHOLE = "The form breaks off here; save it once more, with its last lines and closing braces."


def read_json_tree(text: str) -> Value:
    """The tree of a JSON text. Raises: FormProblem with the place of the first slip."""
    value, end = _read_value(text, _skip(text, 0), 1)
    end = _skip(text, end)
    if end < len(text):
        raise FormProblem(
            "there is more text after the end of the form.", at=end, advice="Hand in one form in one file."
        )
    return value


def write_json_form(paper: str, responses: Mapping[str, str]) -> str:
    """A JSON form that `read_bytes` turns into exactly these responses (half surrogate pairs become U+FFFD).

    Raises: UnwritableForm when the readers' limits are passed.
    """
    plain = {encodable(key): encodable(response) for key, response in responses.items()}
    form = {"format": FORMAT, "paper": encodable(paper), "responses": plain}
    return checked_form(json.dumps(form, ensure_ascii=False, indent=2) + "\n", responses)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _read_value(text: str, at: int, depth: int) -> tuple[Value, int]:
    first = text[at : at + 1]
    if first == '"':
        written, end = _read_string(text, at)
        return Value(written, at), end
    if first == "{":
        members, end = _read_members(text, at, depth)
        return Value(text[at:end], at, members, is_scalar=False), end
    if first == "[":
        end = _read_list(text, at, depth)
        return Value(text[at:end], at, is_scalar=False), end
    return _read_word(text, at)


def _read_string(text: str, at: int) -> tuple[str, int]:
    match = _STRING.match(text, at)
    if match is None:
        raise FormProblem("a double quote opened here is never closed.", at=at, advice='Close it with ".')
    raw = match.group()
    if "\\" not in raw:
        return raw[1:-1], match.end()
    try:
        return str(_ESCAPES.decode(raw)), match.end()
    except json.JSONDecodeError as error:
        raise FormProblem(
            "a backslash here is not part of a JSON escape.",
            at=at + error.pos,
            advice=r"In JSON a backslash is written twice: \\frac.",
        ) from error


def _read_word(text: str, at: int) -> tuple[Value, int]:
    match = _WORD.match(text, at)
    if match is None:
        found = "the end of the file" if at >= len(text) else shown(text[at])
        raise FormProblem(f"a value should stand here, not {found}.", at=at, advice=_advice(text, at, _QUOTES))
    word = match.group()
    if word == "null":
        return Value("", at), match.end()
    if _LITERAL.fullmatch(word) is None:
        raise FormProblem(f"{shown(word)} is neither a number nor text in quotes.", at=at, advice=_QUOTES)
    return Value(word, at), match.end()


def _read_members(text: str, at: int, depth: int) -> tuple[tuple[Member, ...], int]:
    _check_depth(at, depth)
    members: list[Member] = []
    at = _skip(text, at + 1)
    if text[at : at + 1] == "}":
        return (), at + 1
    while True:
        member, at = _read_member(text, at, depth)
        members.append(member)
        at, is_last = _after_part(text, at, "}")
        if is_last:
            return tuple(members), at


def _read_member(text: str, at: int, depth: int) -> tuple[Member, int]:
    if text[at : at + 1] != '"':
        raise FormProblem(_wrong_key(text, at), at=at, advice=_advice(text, at, _QUOTES))
    key, end = _read_string(text, at)
    colon = _skip(text, end)
    if text[colon : colon + 1] != ":":
        advice = _advice(text, colon, 'Write "id": "answer".')
        raise FormProblem(f"a colon is missing after {shown(key)}.", at=colon, advice=advice)
    value, end = _read_value(text, _skip(text, colon + 1), depth + 1)
    return Member(key, at, value), end


def _advice(text: str, at: int, within: str) -> str:
    """What to do about a slip: `within` a form, and another thing where a file was cut off."""
    return within if at < len(text) else _WHOLE


def _wrong_key(text: str, at: int) -> str:
    if at >= len(text):
        return "the form ends before its last brace is closed."
    if text[at] == "}":
        return "a comma stands before the closing brace."
    word = _WORD.match(text, at)
    return f"a name in double quotes should stand here, not {shown(word.group() if word else text[at])}."


def _read_list(text: str, at: int, depth: int) -> int:
    _check_depth(at, depth)
    at = _skip(text, at + 1)
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        _, at = _read_value(text, at, depth + 1)
        at, is_last = _after_part(text, at, "]")
        if is_last:
            return at


def _after_part(text: str, at: int, closer: str) -> tuple[int, bool]:
    """Past the comma or the closer that follows one part of a list or an object."""
    at = _skip(text, at)
    sign = text[at : at + 1]
    if sign == closer:
        return at + 1, True
    if sign != ",":
        found = {"": "the end of the file", '"': "a double quote"}.get(sign) or shown(sign)
        raise FormProblem(
            f'a comma or "{closer}" should stand here, not {found}.',
            at=at,
            advice=_advice(text, at, 'Separate answers by commas; a double quote inside an answer is written \\".'),
        )
    return _skip(text, at + 1), False


def _check_depth(at: int, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise FormProblem(
            f"brackets are nested more than {MAX_DEPTH} deep.",
            at=at,
            advice="Write the answer as text in quotes.",
        )
