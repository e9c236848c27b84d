"""Writing YAML forms: a filled one that reads back exactly, and a blank one to fill in with a text editor."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from submissions.formats.form_value import encodable
from submissions.formats.writing import checked_form
from submissions.limits import FORMAT, MAX_SIMPLE_KEY_LENGTH

# Characters that a parser or an editor may not keep: they are written as escapes.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
# A block cannot hold these; a tab in it would depend on the editor.
_NOT_IN_A_BLOCK = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_INDENT = "    "

_HEADER = (
    "Answers for paper {paper}. Any text editor will do; lines that start with # are only notes.",
    'Write each answer under its "|", with four spaces in front of every line; use spaces, not tabs.',
    "Leave an answer empty if you have none. Change nothing else, and save the file as answers.yaml.",
    "To see whether it can be read:  chainrule check answers.yaml",
)


@dataclass(frozen=True)
class FormField:
    """One field of a blank form: id ("slot.field"), answer kind, the question in short, a sample notation."""

    id: str
    kind: str
    prompt: str
    example: str = ""


def write_yaml_form(paper: str, responses: Mapping[str, str]) -> str:
    """A YAML form that `read_bytes` turns into exactly these responses (half surrogate pairs become U+FFFD).

    Raises: UnwritableForm when the readers' limits are passed.
    """
    lines = [*_top(paper), "responses:" if responses else "responses: {}"]
    for key, response in responses.items():
        lines.append(_pair(encodable(key), encodable(response)))
    return checked_form("\n".join(lines) + "\n", responses)


def blank_yaml_form(paper: str, fields: Sequence[FormField], *, title: str = "") -> str:
    """An answers.yaml to fill in with a text editor; every field reads back as blank.

    Each field is a `|` block, the form that forgives most: quotes, colons, hashes, brackets, stars,
    backslashes and line breaks are just text in it, and nothing must be closed. The empty line under it is
    indented already, so that an editor puts the cursor where the answer goes.
    """
    header = (
        [title, *(line.format(paper=paper) for line in _HEADER)]
        if title
        else [line.format(paper=paper) for line in _HEADER]
    )
    lines = [*_notes(header), "", *_top(paper), "responses:" if fields else "responses: {}"]
    for form_field in fields:
        lines += [
            "",
            *("  " + note for note in field_notes(form_field)),
            f"  {_key(form_field.id)}: |",
            _INDENT,
        ]
    return checked_form("\n".join(lines) + "\n", {form_field.id: "" for form_field in fields})


def _top(paper: str) -> tuple[str, str]:
    return f"format: {FORMAT}", f"paper: {_quoted(encodable(paper))}"


def _pair(key: str, response: str) -> str:
    written = _block(response) if _suits_a_block(response) else _quoted(response)
    name = _key(key)
    if len(name) > MAX_SIMPLE_KEY_LENGTH:
        return f"  ? {name}\n  : {written}"
    return f"  {name}: {written}"


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else _quoted(key)


def _quoted(text: str) -> str:
    """JSON's quoting is YAML's, once the characters that YAML treats specially are escaped too."""
    return _ESCAPED.sub(lambda match: f"\\u{ord(match.group()):04x}", json.dumps(text, ensure_ascii=False))


def _suits_a_block(text: str) -> bool:
    """Several lines, or quotes or backslashes, and nothing at the edges that an editor might remove."""
    lines = text.split("\n")
    is_better = len(lines) > 1 or '"' in text or "\\" in text
    has_firm_edges = (
        bool(lines[-1]) and not text[:1].isspace() and all(line == line.rstrip() for line in lines)
    )
    return is_better and has_firm_edges and _NOT_IN_A_BLOCK.search(text) is None


def _block(text: str) -> str:
    # "|-": without a final line break, since none was written.
    return "|-\n" + "\n".join(_INDENT + line if line else "" for line in text.split("\n"))


def field_notes(form_field: FormField) -> Iterator[str]:
    """Comment lines that say what a field asks for, its kind, and how an answer may look."""
    yield from _notes([form_field.prompt])
    note = f"({form_field.kind})"
    yield from _notes([f"{note} for example: {form_field.example}" if form_field.example else note])


def _notes(texts: Sequence[str]) -> Iterator[str]:
    """Comment lines; a character that would end the comment or the file's readability becomes a space."""
    for text in texts:
        for line in encodable(text).splitlines():
            yield "# " + "".join(char if char.isprintable() else " " for char in line)
