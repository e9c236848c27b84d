"""The drawing of a computational graph as one self-contained SVG, with words for those who cannot see it.

Colours follow the page's `color-scheme`; a page may also set `--graph-paper`, `--graph-ink`, `--graph-muted`,
`--graph-leaf`, `--graph-box` and `--graph-gradient`. The drawing brings its own paper, so its contrast never
depends on what lies behind it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chainrule.drawing.layout import Box, Edge, Point
from chainrule.drawing.picture import COLOURS, LINE_WIDTH, Label, arrowhead, number, picture, strokes
from chainrule.drawing.typography import CAPTION_SIZE, NOTE_SIZE, SUBSCRIPT_SCALE, TEXT_SIZE, split_name
from engine.graph import Graph

__all__ = ["graph_svg"]

SUBSCRIPT_DROP = 0.24

# A wide graph shrinks no further than this on a screen, or its labels could not be read; its box scrolls instead.
_LEAST_SCALE = 0.7

_RULES = """\
#{id}{{max-width:100%;height:auto;font-family:{fonts};{light}}}
@media screen{{#{id}{{min-width:{least}px}}}}
@supports (color:light-dark(#000,#fff)){{#{id}{{{both}}}}}
#{id}:root{{color-scheme:light dark}}
#{id} .paper{{fill:var(--paper)}}
#{id} .line{{fill:none;stroke:var(--ink);stroke-width:{line}}}
#{id} .arrow{{fill:var(--ink)}}
#{id} rect.leaf{{fill:var(--leaf);stroke:var(--ink);stroke-width:{line}}}
#{id} rect.operation{{fill:var(--box);stroke:var(--ink);stroke-width:{line}}}
#{id} text{{fill:var(--ink);text-anchor:middle;font-size:{text}px}}
#{id} .sign{{font-size:{sign}px}}
#{id} .name{{font-style:italic}}
#{id} .subscript{{font-size:{subscript}em}}
#{id} .digits{{font-style:normal}}
#{id} .caption{{fill:var(--muted);font-size:{caption}px}}
#{id} .value{{fill:var(--muted);font-size:{note}px}}
#{id} .gradient{{fill:var(--gradient);font-size:{note}px}}
"""

_FONTS = (
    '"Latin Modern Math","STIX Two Text","Cambria Math",Cambria,"Libertinus Serif","Times New Roman",serif'
)

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# What XML 1.0 cannot hold, not even escaped.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def graph_svg(
    graph: Graph,
    *,
    values: Mapping[str, str] | None = None,
    gradients: Mapping[str, str] | None = None,
    identifier: str = "graph",
) -> str:
    """The graph as an SVG element; `values` and `gradients` (by label) are written below their nodes.

    `identifier` must be unique on the page: ids and style rules are built from it.
    Raises: BrokenGraph as in `lay_out`; ValueError when `identifier` is not a letter followed by letters,
    digits, hyphens and underscores.
    """
    if not _IDENTIFIER.fullmatch(identifier):
        raise ValueError(
            f"graph_svg: identifier is {identifier!r}; "
            "use a letter, then letters, digits, hyphens or underscores."
        )
    drawn = picture(graph, values=values, gradients=gradients)
    layout = drawn.layout
    width, height = number(layout.width), number(layout.height)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{identifier}" class="computational-graph" role="img" '
        f'aria-labelledby="{identifier}-title {identifier}-desc" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">',
        f'<title id="{identifier}-title">{_escaped(drawn.title)}</title>',
        f'<desc id="{identifier}-desc">{_escaped(drawn.words)}</desc>',
        f"<style>{_style(identifier, layout.width)}</style>",
        f'<rect class="paper" width="{width}" height="{height}" rx="8"/>',
        *_lines(layout.edges),
        *(_box(box, labels) for box, labels in drawn.labels()),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _style(identifier: str, width: float) -> str:
    light = ";".join(f"--{name}:var(--graph-{name},{day})" for name, (day, _) in COLOURS.items())
    both = ";".join(
        f"--{name}:var(--graph-{name},light-dark({day},{night}))" for name, (day, night) in COLOURS.items()
    )
    sizes = {
        "line": number(LINE_WIDTH),
        "least": number(_LEAST_SCALE * width),
        "text": number(TEXT_SIZE),
        "sign": number(TEXT_SIZE * 1.25),
        "subscript": number(SUBSCRIPT_SCALE),
        "caption": number(CAPTION_SIZE),
        "note": number(NOTE_SIZE),
    }
    return _RULES.format(id=identifier, fonts=_FONTS, light=light, both=both, **sizes)


def _lines(edges: Sequence[Edge]) -> list[str]:
    """The lines of all edges, then the arrowheads."""
    paths = [f'<path class="line" d="{_path(curves)}"/>' for curves in strokes(edges)]
    return paths + [f'<path class="arrow" d="{_head(edge.points[-1])}"/>' for edge in edges]


def _path(curves: Sequence[Sequence[Point]]) -> str:
    start = f"M{_pair(curves[0][0])}" if curves else ""
    return start + "".join("C" + " ".join(map(_pair, curve[1:])) for curve in curves)


def _head(tip: Point) -> str:
    point, upper, lower = arrowhead(tip)
    return f"M{_pair(point)}L{_pair(upper)}V{number(lower[1])}Z"


def _box(box: Box, labels: Sequence[Label]) -> str:
    outline = (
        f'<rect class="{box.kind}" x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" '
        f'height="{number(box.height)}" rx="{number(box.radius)}"/>'
    )
    return "<g>" + outline + "".join(map(_label, labels)) + "</g>"


def _label(label: Label) -> str:
    attribute = "" if label.kind in ("name", "word") else f' class="{label.kind}"'
    content = _name(label.text, label.size) if label.is_name else _escaped(label.text)
    return f'<text{attribute} x="{number(label.x)}" y="{number(label.y)}">{content}</text>'


def _name(name: str, font_size: float) -> str:
    """A name with its subscript; a letter leans, a word and an index of digits stand upright."""
    base, subscript = split_name(name)
    written = f'<tspan class="name">{_escaped(base)}</tspan>' if len(base) == 1 else _escaped(base)
    if not subscript:
        return written
    kind = "digits" if subscript[0].isdigit() else "name"
    drop = number(SUBSCRIPT_DROP * font_size)
    return f'{written}<tspan class="subscript {kind}" dx="0.5" dy="{drop}">{_escaped(subscript)}</tspan>'


def _pair(point: tuple[float, float]) -> str:
    return f"{number(point[0])},{number(point[1])}"


def _escaped(text: str) -> str:
    clean = _NOT_IN_XML.sub("\ufffd", text)
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        clean = clean.replace(character, entity)
    return clean
