"""Markdown as text for a terminal: wrapped paragraphs, indented listings, aligned tables, formulas in plain signs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from chainrule.mathematics import readable
from chainrule.terminal.ink import PLAIN, Ink
from chainrule.terminal.tables import GLUE, table, wrapped

__all__ = ["line_text", "to_text"]

# A fence, a code span, or a formula; only the last is touched before the Markdown is read.
_MATH = re.compile(r"(?ms)^ *```.*?^ *```|`+[^`]*`+|(?<!\\)\$\$(.+?)\$\$|(?<!\\)\$(?=\S)([^$\n]+(?:\n[^$\n]+)?)\$")
_KEPT = re.compile("\ue010([0-9]+)\ue011")
_LONGEST_UNBROKEN = 44  # columns of a formula or a piece of code that no line may break
_LISTING_INDENT = "    "


def to_text(body: str, *, width: int = 88, figures: Mapping[str, str] = MappingProxyType({}), ink: Ink = PLAIN) -> str:
    """A CommonMark text with tables and formulas as plain lines; `figures` are drawings of text, by name."""
    formulas: list[str] = []
    tree = SyntaxTreeNode(_parser().parse(_without_formulas(body, formulas)))
    return "\n".join(_Writer(formulas, figures, ink).blocks(tree, width))


def line_text(text: str, *, ink: Ink = PLAIN) -> str:
    """A prompt or another sentence of Markdown in one line, for `wrapped` to break."""
    formulas: list[str] = []
    tree = SyntaxTreeNode(_parser().parseInline(_without_formulas(text, formulas)))
    return _Writer(formulas, {}, ink).inline(tree).replace("\n", " ").strip()


@cache  # making one takes longer than parsing a prompt
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _without_formulas(body: str, formulas: list[str]) -> str:
    """The text with each formula put aside, for Markdown would read its `_` and `*` as emphasis."""

    def put_aside(found: re.Match[str]) -> str:
        tex = found[1] or found[2]
        if tex is None:
            return found[0]
        formulas.append(readable(tex))
        return f"\ue010{len(formulas) - 1}\ue011"

    return _MATH.sub(put_aside, body)


@dataclass(frozen=True)
class _Writer:
    """Writes the nodes of one text's tree."""

    formulas: list[str]
    figures: Mapping[str, str]
    ink: Ink

    def blocks(self, parent: SyntaxTreeNode, width: int) -> list[str]:
        """The lines of all blocks inside `parent`, a blank line between any two that are not a tight list's."""
        lines: list[str] = []
        for node in parent.children:
            if lines and not (parent.type == "list_item" and _is_tight(node)):
                lines.append("")
            lines += self.block(node, width)
        return lines

    def block(self, node: SyntaxTreeNode, width: int) -> list[str]:
        if node.type in ("fence", "code_block"):
            return self._listing(node, width)
        if node.type in ("bullet_list", "ordered_list"):
            return self._list(node, width)
        if node.type == "blockquote":
            return [f"| {line}" for line in self.blocks(node, width - 2)]
        if node.type == "table":
            return self._table(node, width)
        if node.type == "hr":
            return ["-" * min(width, 40)]
        if node.type == "heading":
            return [self.ink.strong(line) for line in wrapped(self.inline(node), width)]
        drawing = self._figure(node)
        return wrapped(self.inline(node), width) if drawing is None else drawing

    def _listing(self, node: SyntaxTreeNode, width: int) -> list[str]:
        """Program text as it stands; of other text, a line that is too long is broken."""
        lines: list[str] = []
        for line in node.content.rstrip("\n").split("\n"):
            if node.info == "text" and len(line) + len(_LISTING_INDENT) > width:
                lines += wrapped(line, width, first=_LISTING_INDENT, rest=_LISTING_INDENT + " ")
            else:
                lines.append((_LISTING_INDENT + line).rstrip())
        return lines

    def _list(self, node: SyntaxTreeNode, width: int) -> list[str]:
        lines: list[str] = []
        start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
        is_loose = any(not _is_tight(child) for item in node.children for child in item.children)
        for number, item in enumerate(node.children, start=start):
            mark = f"{number}. " if node.type == "ordered_list" else "- "
            inner = self.blocks(item, width - len(mark)) or [""]
            lines += [""] if lines and is_loose else []
            lines += [mark + inner[0], *((" " * len(mark) + line).rstrip() for line in inner[1:])]
        return lines

    def _table(self, node: SyntaxTreeNode, width: int) -> list[str]:
        rows = [row.children for part in node.children for row in part.children]
        texts = [[self.inline(cell) for cell in row] for row in rows]
        right = [place for place, cell in enumerate(rows[0]) if "right" in str(cell.attrs.get("style", ""))]
        each = max(12, width // max(len(rows[0]), 1) - 2)
        limits = [each] * len(rows[0]) if len(rows[0]) > 1 else []
        return table(texts[0], texts[1:], width=width, right=right, limits=limits, ink=self.ink).split("\n")

    def _figure(self, node: SyntaxTreeNode) -> list[str] | None:
        """The drawing that an image alone in its paragraph names; None for any other paragraph."""
        images = [child for inline in node.children for child in inline.children if child.type == "image"]
        if len(images) != 1 or len(node.children[0].children) != 1:
            return None
        drawing = self.figures.get(str(images[0].attrs["src"]).removeprefix("figure:"), "")
        caption = self._plain(images[0].content)
        lines = [_LISTING_INDENT + line for line in drawing.split("\n")] if drawing else []
        return [*([f"{caption}:", ""] if caption else []), *lines]

    def inline(self, node: SyntaxTreeNode) -> str:
        """The text of a block's inside, marked up, in one line."""
        return "".join(self._pieces(node, lambda text: text))

    def _pieces(self, node: SyntaxTreeNode, style: Callable[[str], str]) -> Iterator[str]:
        for child in node.children:
            if child.type == "code_inline":
                yield self.ink.code(_glued(child.content))
            elif child.type == "text":
                # Word by word, so that a line may break inside what is emphasised.
                yield " ".join(style(word) if word else "" for word in self._plain(child.content).split(" "))
            elif child.type in ("softbreak", "hardbreak"):
                yield " " if child.type == "softbreak" else "\n"
            elif child.type == "image":
                yield self._plain(child.content)
            else:
                yield from self._pieces(child, self.ink.strong if child.type == "strong" else style)

    def _plain(self, text: str) -> str:
        """Text with its formulas back in place."""
        return _KEPT.sub(lambda found: _glued(self.formulas[int(found[1])]), text)


def _glued(text: str) -> str:
    return text.replace(" ", GLUE) if len(text) <= _LONGEST_UNBROKEN else text


def _is_tight(node: SyntaxTreeNode) -> bool:
    """Whether a block inside a list item needs no blank line around it."""
    hidden = node.type == "paragraph" and node.nester_tokens is not None and node.nester_tokens.opening.hidden
    return bool(hidden) or node.type in ("bullet_list", "ordered_list")
