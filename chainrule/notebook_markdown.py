"""A question's Markdown as notebooks show it: their dialect has raw HTML, links and formulas where ours has none."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from types import MappingProxyType

from markdown_it import MarkdownIt

from chainrule.drawing import alt_text, graph_svg
from chainrule.pages.markdown import FIGURE, BrokenPage
from engine.graph import Graph

__all__ = ["code_text", "notebook_text", "plain_text"]

# A question's own headings stand below the notebook's title and the question's heading.
_DEEPER = 2
# What to look at in a line, in this order: spans of code, escapes, formulas, figures, and what must be escaped.
_PIECE = re.compile(
    r"(?P<kept>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)|\\.|\$(?![\s$])[^$]*(?<![\s$])\$)"
    r"|!\[(?P<caption>[^\]]*)\]\(figure:(?P<figure>[^)\s]*)\)"
    r"|(?P<angle><)|(?P<link>\]\()|(?P<dollar>\$)",
    re.DOTALL,
)
_SPECIAL = re.compile(r"([\\`*_\[\]#$!|~>])")


def notebook_text(markdown: str, *, graphs: Mapping[str, Graph] = MappingProxyType({})) -> str:
    """The text with the same meaning in a notebook; `graphs` are those of its figures, by name.

    Formulas stay `$LaTeX$` and listings fenced; a lone dollar sign, a `<` and what would become a link are escaped.
    Raises: BrokenPage for a figure that is not among `graphs`; BrokenGraph when one can't be drawn.
    """
    return "\n".join(_chunks(markdown, graphs))


def plain_text(text: str) -> str:
    """Text that is no Markdown, so that a notebook shows it as it is."""
    return _SPECIAL.sub(r"\\\1", text).replace("<", "&lt;")


def code_text(text: str) -> str:
    """Text as code: on the line when it is one line, else below it."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    if "\n" in text:
        fence = "`" * max(3, longest + 1)
        return f"\n\n{fence}text\n{text}\n{fence}"
    ticks, pad = "`" * (longest + 1), " " * text.startswith("`") or " " * text.endswith("`")
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _figure(name: str, caption: str, graphs: Mapping[str, Graph]) -> str:
    """A drawing that stands in the text itself, and the graph in words for whoever doesn't see it.

    An `img` of a `data:` address is what most programs show; attachments of this type they don't, and one program
    shows no drawings of this type at all.
    """
    if name not in graphs:
        known = ", ".join(FIGURE + known for known in sorted(graphs)) or "none"
        raise BrokenPage(f"the image {FIGURE + name!r} is no figure of this question; its figures: {known}.")
    graph, title = graphs[name], escape(caption or "Figure")
    svg = base64.b64encode(graph_svg(graph).encode()).decode()
    image = f'<img alt="{title}: {escape(alt_text(graph))}" src="data:image/svg+xml;base64,{svg}">'
    return f"{image}\n\n<details><summary>{title}, in words</summary>\n\n{_listed(graph)}\n\n</details>"


def _listed(graph: Graph) -> str:
    lines = alt_text(graph).removesuffix(".").split("; ")
    return "\n".join(["```text", *lines, "```"])


def _chunks(markdown: str, graphs: Mapping[str, Graph]) -> Iterator[str]:
    """Blocks of code as they are; the lines between them, rewritten together: code and formulas may span lines."""
    lines = markdown.split("\n")
    start = 0
    for token in _parser().parse(markdown):
        if token.type not in ("fence", "code_block", "heading_open") or token.map is None:
            continue
        first, end = token.map
        if first > start:
            yield _rewritten("\n".join(lines[start:first]), graphs)
        block = "\n".join(lines[first:end])
        is_heading = token.type == "heading_open"
        yield _lowered(_rewritten(block, graphs), token.markup) if is_heading else block
        start = end
    if start < len(lines):
        yield _rewritten("\n".join(lines[start:]), graphs)


def _rewritten(text: str, graphs: Mapping[str, Graph]) -> str:
    def replaced(found: re.Match[str]) -> str:
        if found["kept"]:
            return found["kept"]
        if found["figure"] is not None:
            return _figure(found["figure"], found["caption"], graphs)
        return {"<": "&lt;", "](": "]\\(", "$": "\\$"}[found.group()]

    return _PIECE.sub(replaced, text)


def _lowered(heading: str, markup: str) -> str:
    """Headings that are underlined have no lower level; theirs are rare enough to stay."""
    return "#" * min(_DEEPER, 6 - len(markup)) + heading.lstrip() if markup.startswith("#") else heading


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
