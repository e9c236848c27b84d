"""Markdown to HTML that can't leave the page: no raw HTML, no links, no images but the item's drawings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup, escape

from chainrule.mathematics import BrokenFormula, mathml
from chainrule.pages.blocks import blocks_of
from chainrule.pages.listing_block import listing_html

__all__ = ["BrokenPage", "formulas", "inline_html", "markdown_parser", "to_html"]

FIGURE = "figure:"
# A page has one h1, its title, and an h2 for each question; a body's own headings stand below those.
_DEEPER = 2


class BrokenPage(ValueError):
    """A text can't be made into a page; the message says which part and what would be right."""


def to_html(body: str, *, figures: Mapping[str, str]) -> Markup:
    """A CommonMark text (with tables and formulas) as HTML; `![caption](figure:name)` becomes the SVG `figures[name]`.

    `$...$` and, alone in a paragraph, `$$...$$` become MathML.
    Raises: BrokenPage for an image that is no figure of the question, or that does not stand alone, and for a
    formula that can't be shown.
    """
    return Markup("".join(_block_html(block, figures) for block in blocks_of(body)))


def _block_html(block: str, figures: Mapping[str, str]) -> str:
    return _html(block, figures) if FIGURE in block or "![" in block else _plain_block_html(block)


# Papers of an exam share most of their blocks and are shown one after the other; only figures differ for one text.
@lru_cache(maxsize=4096)
def _plain_block_html(block: str) -> str:
    return _html(block, {})


def _html(body: str, figures: Mapping[str, str]) -> str:
    parser = markdown_parser()
    tokens = parser.parse(body)
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token.type == "inline" and any(child.type == "image" for child in token.children or ()):
            _require_alone(token)
            before.hidden = after.hidden = True  # a figure inside a paragraph would not be HTML
    _lower_headings(tokens)
    return str(parser.renderer.render(tokens, parser.options, {"figures": figures}))


@lru_cache(maxsize=4096)
def inline_html(text: str) -> Markup:
    """One line of Markdown (a prompt) as HTML for the inside of a label or a heading.

    Raises: BrokenPage when it holds an image, or a formula that can't be shown in a line.
    """
    parser = markdown_parser()
    tokens = parser.parseInline(text)
    for token in tokens:
        for child in token.children or ():
            if child.type == "image":
                raise BrokenPage(
                    f"an image in a line of text: {text!r}; figures belong in the question's body."
                )
    return Markup(parser.renderer.render(tokens, parser.options, {}))


def formulas(body: str) -> Iterator[str]:
    """The LaTeX of every formula of a CommonMark text, in its order; code holds none."""
    for token in markdown_parser().parse(body):
        yield from (child.content for child in token.children or () if child.type == "formula")


@cache  # making one takes longer than parsing a prompt; it keeps nothing of what it parses
def markdown_parser() -> MarkdownIt:
    # Links are off: a paper is read where there is no network, and nothing on it may lead astray.
    parser = MarkdownIt("commonmark", {"html": False})
    parser.enable("table").disable(["link", "autolink", "reference"])
    # Before backslashes are taken away and stars make text slanted: between dollar signs neither is Markdown.
    parser.inline.ruler.before("escape", "formula", _formula)
    parser.add_render_rule("formula", _formula_html)
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("code_block", _fence)
    parser.add_render_rule("image", _figure)
    return parser


def _formula(state: StateInline, silent: bool) -> bool:
    """Reads `$...$`, which begins and ends without a blank, and `$$...$$`; a lone dollar sign stays one."""
    if state.src[state.pos] != "$":
        return False
    mark = "$$" if state.src.startswith("$$", state.pos) else "$"
    start = state.pos + len(mark)
    end = state.src.find(mark, start, state.posMax)
    inside = state.src[start:end] if end > 0 else ""
    if not inside.strip() or (mark == "$" and inside != inside.strip()):
        return False
    if not silent:
        token = state.push("formula", "math", 0)
        token.content, token.markup = inside.strip(), mark
        token.block = mark == "$$" and state.src.strip() == state.src[state.pos : end + 2]
    state.pos = end + len(mark)
    return True


def _formula_html(_renderer: object, tokens: Sequence[Token], index: int, _options: object, _env: object) -> str:
    token = tokens[index]
    if token.markup == "$$" and not token.block:
        raise BrokenPage(f"the formula $${token.content}$$ inside a text; put it into a paragraph of its own.")
    try:
        return mathml(token.content, display=token.block)
    except BrokenFormula as broken:
        raise BrokenPage(str(broken)) from broken


def _require_alone(token: Token) -> None:
    if len(token.children or ()) != 1:
        raise BrokenPage(f"an image inside a text: {token.content!r}; put it into a paragraph of its own.")


def _lower_headings(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + _DEEPER, 6)}"


def _fence(_renderer: object, tokens: Sequence[Token], index: int, _options: object, _env: object) -> str:
    language = tokens[index].info.strip().split(" ")[0]
    return listing_html(tokens[index].content, language=language)


def _figure(_renderer: object, tokens: Sequence[Token], index: int, _options: object, env: Any) -> str:
    source, caption = str(tokens[index].attrs["src"]), tokens[index].content
    figures: Mapping[str, str] = env["figures"]
    name = source.removeprefix(FIGURE)
    if not source.startswith(FIGURE) or name not in figures:
        known = ", ".join(FIGURE + known for known in sorted(figures)) or "none"
        raise BrokenPage(f"the image {source!r} is no figure of this question; its figures: {known}.")
    label = escape(caption or "Figure")
    words = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return (
        f'<figure><div class="drawing" tabindex="0" role="group" aria-label="{label}">{figures[name]}</div>'
        f"{words}</figure>\n"
    )
