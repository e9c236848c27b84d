"""A listing as HTML: one element a line, so that its numbers are not copied, and a light touch of colour."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Iterator
from html import escape

__all__ = ["listing_html", "python_pieces"]

# (first column, column behind the last, class) of one piece on one line.
_Piece = tuple[int, int, str]


def listing_html(source: str, *, language: str = "python") -> str:
    """Python numbered and coloured, in a box that scrolls, also by keyboard; any other text wraps."""
    if language != "python":
        return f'<pre class="listing wrapped"><code>{escape(source)}</code></pre>\n'
    lines = source.removesuffix("\n").split("\n")
    pieces = python_pieces(source)
    body = "\n".join(
        f'<span class="line">{_coloured(line, pieces.get(number, []))}</span>'
        for number, line in enumerate(lines, start=1)
    )
    return (
        '<pre class="listing" tabindex="0" role="group" aria-label="Program listing">'
        f"<code>{body}\n</code></pre>\n"
    )


def _coloured(line: str, pieces: list[_Piece]) -> str:
    written, column = [], 0
    for start, end, kind in pieces:
        written.append(escape(line[column:start]))
        written.append(f'<span class="{kind}">{escape(line[start:end])}</span>')
        column = end
    return "".join(written) + escape(line[column:])


def python_pieces(source: str) -> dict[int, list[_Piece]]:
    """What to colour on each line; nothing at all when the text is no complete Python."""
    pieces: dict[int, list[_Piece]] = {}
    lines = source.split("\n")
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if kind := _kind(token):
                for number, start, end in _by_line(token, lines):
                    pieces.setdefault(number, []).append((start, end, kind))
    except (tokenize.TokenError, SyntaxError):
        return {}
    return pieces


def _kind(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NAME:
        return "keyword" if keyword.iskeyword(token.string) else ""
    # From Python 3.12 on an f-string comes in parts named FSTRING_START, _MIDDLE and _END.
    if "STRING" in tokenize.tok_name[token.type]:
        return "string"
    return {tokenize.COMMENT: "comment", tokenize.NUMBER: "number"}.get(token.type, "")


def _by_line(token: tokenize.TokenInfo, lines: list[str]) -> Iterator[tuple[int, int, int]]:
    (first, start), (last, end) = token.start, token.end
    for number in range(first, last + 1):
        left = start if number == first else 0
        right = end if number == last else len(lines[number - 1])
        yield number, left, right
