"""Markdown to Typst: the same Markdown as on a page, every text inside a string literal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from markdown_it.tree import SyntaxTreeNode

from chainrule.mathematics import BrokenFormula, typst_math
from chainrule.pages.markdown import FIGURE, BrokenPage, markdown_parser
from chainrule.pdf.listing import listing_typst
from chainrule.pdf.literals import array, block, call, string
from chainrule.pdf.sheets import Sheet

__all__ = ["Place", "body_typst", "line_typst", "text_typst"]

_INDENT = 1.5  # of a list's items, in letter sizes; style.typ sets the same
_DEEPEST = 6
#: What a paragraph leads up to and must not be left alone above.
_LED_UP_TO = ("fence", "code_block", "bullet_list", "ordered_list", "table", "blockquote")


@dataclass(frozen=True)
class Place:
    """Where a text stands: on which sheet, in a room of `width` points, under a heading of `level`.

    `figures` are drawings as Typst source, by name.
    """

    sheet: Sheet
    width: float
    level: int
    figures: Mapping[str, str]

    @property
    def inside(self) -> Place:
        """The same place, an indent further in."""
        return replace(self, width=self.width - _INDENT * self.sheet.format.text)


def body_typst(markdown: str, place: Place, *, leads: bool = False) -> str:
    """A CommonMark text (with tables) as Typst content; `![caption](figure:name)` becomes the drawing of that name.

    A text that `leads` keeps its last paragraph on the page of what follows.
    Raises: BrokenPage for an image that is no figure of the question, or that does not stand alone.
    """
    root = _parsed(markdown)
    return block(_blocks(root.children, place, leads=leads))


@lru_cache(maxsize=64)  # a paper and its key show the same questions
def _parsed(markdown: str) -> SyntaxTreeNode:
    return SyntaxTreeNode(markdown_parser().parse(markdown))


@lru_cache(maxsize=512)  # the papers of an exam ask for the same in other numbers
def line_typst(markdown: str) -> str:
    """One line of Markdown (a prompt, a title) as Typst content; raises BrokenPage when it holds an image."""
    root = SyntaxTreeNode(markdown_parser().parseInline(markdown))
    if any(node.type == "image" for node in root.walk()):
        raise BrokenPage(f"an image in a line of text: {markdown!r}; figures belong in the question's body.")
    return block(_spans(root))


def text_typst(text: str) -> str:
    """Words that are no Markdown, with the apostrophes and quotation marks of print."""
    if "'" not in text and '"' not in text:
        return string(text)
    curly = re.sub(r"(?<=\w)'", "\u2019", text)
    curly = re.sub(r'(?<![\w.,!?:;)\]])"(?=\S)', "\u201c", curly)
    return string(curly.replace('"', "\u201d"))


def _blocks(nodes: Sequence[SyntaxTreeNode], place: Place, *, leads: bool = False) -> list[str]:
    levels = _levels(nodes, place.level)
    written = []
    for node, following in zip(nodes, [*nodes[1:], None], strict=False):
        if node.type == "heading":
            written.append(call("heading", block(_spans(node)), level=str(levels[id(node)]), outlined="false"))
        elif node.type == "paragraph":
            keeps = leads if following is None else following.type in _LED_UP_TO or _is_figure(following)
            written.append(_paragraph(node, place, keeps=keeps))
        else:
            written.append(_BLOCKS[node.type](node, place))
    return written


def _levels(nodes: Sequence[SyntaxTreeNode], above: int) -> dict[int, int]:
    """The level of each heading, at most one deeper than the heading before it: what readers skip by."""
    levels, last = {}, above
    for node in nodes:
        if node.type == "heading":
            last = min(above + int(node.tag[1:]), last + 1, _DEEPEST)
            levels[id(node)] = last
    return levels


def _paragraph(node: SyntaxTreeNode, place: Place, *, keeps: bool) -> str:
    """A paragraph; one that keeps stands on the page of what follows."""
    if _is_figure(node):
        line = node.children[0]
        if len(line.children) > 1:
            raise BrokenPage(f"an image inside a text: {line.content!r}; put it into a paragraph of its own.")
        return _figure(line.children[0], place)
    return call("leading" if keeps else "par", block(_spans(node)))


def _is_figure(node: SyntaxTreeNode) -> bool:
    return node.type == "paragraph" and any(inner.type == "image" for inner in node.children[0].children)


def _figure(node: SyntaxTreeNode, place: Place) -> str:
    source, caption = str(node.attrs["src"]), node.content
    name = source.removeprefix(FIGURE)
    if not source.startswith(FIGURE) or name not in place.figures:
        known = ", ".join(FIGURE + known for known in sorted(place.figures)) or "none"
        raise BrokenPage(f"the image {source!r} is no figure of this question; its figures: {known}.")
    return call("drawing", place.figures[name], text_typst(caption))


def _fence(node: SyntaxTreeNode, place: Place) -> str:
    language = node.info.strip().split(" ")[0] if node.type == "fence" else "python"
    return listing_typst(node.content, language=language, sheet=place.sheet, width=place.width)


def _list(node: SyntaxTreeNode, place: Place) -> str:
    items = [block(_blocks(item.children, place.inside)) for item in node.children]
    tight = "true" if _is_tight(node) else "false"
    if node.type == "bullet_list":
        return call("list", *items, tight=tight)
    return call("enum", *items, tight=tight, start=str(node.attrs.get("start", 1)))


def _is_tight(node: SyntaxTreeNode) -> bool:
    return all(inner.hidden for item in node.children for inner in item.children if inner.type == "paragraph")


def _table(node: SyntaxTreeNode, place: Place) -> str:
    rows = [[block(_spans(cell)) for cell in row.children] for part in node.children for row in part.children]
    aligned = [_alignment(cell) for cell in node.children[0].children[0].children]
    head = call("table.header", *rows[0])
    cells = [cell for row in rows[1:] for cell in row]
    return call("table", head, *cells, columns=str(len(aligned)), align=array(aligned))


def _alignment(cell: SyntaxTreeNode) -> str:
    return str(cell.attrs.get("style", "text-align:left")).removeprefix("text-align:")


def _quote(node: SyntaxTreeNode, place: Place) -> str:
    return call("quote", block(_blocks(node.children, place.inside)), block="true")


def _rule(_node: SyntaxTreeNode, _place: Place) -> str:
    return call("rule")


_BLOCKS: Mapping[str, Callable[[SyntaxTreeNode, Place], str]] = MappingProxyType(
    {
        "fence": _fence,
        "code_block": _fence,
        "bullet_list": _list,
        "ordered_list": _list,
        "table": _table,
        "blockquote": _quote,
        "hr": _rule,
    }
)


def _spans(node: SyntaxTreeNode) -> list[str]:
    """What stands in a line, one piece after the other."""
    if node.type == "inline" or node.type in ("root", "paragraph", "heading", "th", "td"):
        return [piece for child in node.children for piece in _spans(child)]
    return [_SPANS[node.type](node)]


def _formula(node: SyntaxTreeNode) -> str:
    if node.markup == "$$" and not node.block:
        raise BrokenPage(f"the formula $${node.content}$$ inside a text; put it into a paragraph of its own.")
    try:
        return f"[{typst_math(node.content, display=node.block)}]"
    except BrokenFormula as broken:
        raise BrokenPage(str(broken)) from broken


_SPANS: Mapping[str, Callable[[SyntaxTreeNode], str]] = MappingProxyType(
    {
        "text": lambda node: text_typst(node.content),
        "softbreak": lambda node: string(" "),
        "hardbreak": lambda node: call("linebreak"),
        "code_inline": lambda node: call("code", string(node.content)),
        "em": lambda node: call("emph", block(piece for child in node.children for piece in _spans(child))),
        "strong": lambda node: call("strong", block(piece for child in node.children for piece in _spans(child))),
        "formula": _formula,
    }
)
