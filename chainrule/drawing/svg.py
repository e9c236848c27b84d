"""The drawing of a computational graph as one self-contained SVG, with words for those who cannot see it.

Colours follow the page's `color-scheme`; a page may also set `--graph-paper`, `--graph-ink`, `--graph-muted`,
`--graph-leaf`, `--graph-box` and `--graph-gradient`. The drawing brings its own paper, so its contrast never
depends on what lies behind it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from chainrule.drawing.layout import Box, Edge, Point, lay_out
from chainrule.drawing.typography import CAPTION_SIZE, NOTE_SIZE, SUBSCRIPT_SCALE, TEXT_SIZE, split_name
from engine.graph import Graph, Node

__all__ = ["alt_text", "graph_svg"]

ARROW_LENGTH, ARROW_HALF_WIDTH = 11.0, 4.4
CAPTION_LIFT = 6.0
NOTE_DROP, NOTE_LEADING = 15.0, 16.0
SUBSCRIPT_DROP = 0.24

# Light and dark. Contrast to what lies behind is at least 4.5 to 1 for all text; a test measures it.
COLOURS = MappingProxyType(
    {
        "paper": ("#ffffff", "#14171d"),
        "ink": ("#15181e", "#e9ecf2"),
        "muted": ("#5d6470", "#a3abb8"),
        "leaf": ("#eaf1ff", "#1d3158"),
        "box": ("#ffffff", "#222730"),
        "gradient": ("#9a3412", "#fdba74"),
    }
)

# A wide graph shrinks no further than this on a screen, or its labels could not be read; its box scrolls instead.
_LEAST_SCALE = 0.7

_RULES = """\
#{id}{{max-width:100%;height:auto;font-family:{fonts};{light}}}
@media screen{{#{id}{{min-width:{least}px}}}}
@supports (color:light-dark(#000,#fff)){{#{id}{{{both}}}}}
#{id}:root{{color-scheme:light dark}}
#{id} .paper{{fill:var(--paper)}}
#{id} .line{{fill:none;stroke:var(--ink);stroke-width:1.4}}
#{id} .arrow{{fill:var(--ink)}}
#{id} rect.leaf{{fill:var(--leaf);stroke:var(--ink);stroke-width:1.4}}
#{id} rect.operation{{fill:var(--box);stroke:var(--ink);stroke-width:1.4}}
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
    values, gradients = values or {}, gradients or {}
    notes = {node.label: [text for _, text in _notes(node, values, gradients)] for node in graph.nodes}
    layout = lay_out(graph, notes=notes)
    words = alt_text(graph, values=values, gradients=gradients)
    width, height = _number(layout.width), _number(layout.height)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{identifier}" class="computational-graph" role="img" '
        f'aria-labelledby="{identifier}-title {identifier}-desc" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">',
        f'<title id="{identifier}-title">{_escaped(_title(graph))}</title>',
        f'<desc id="{identifier}-desc">{_escaped(words)}</desc>',
        f"<style>{_style(identifier, layout.width)}</style>",
        f'<rect class="paper" width="{width}" height="{height}" rx="8"/>',
        *_lines(layout.edges),
        *(
            _box(box, _notes(node, values, gradients))
            for box, node in zip(layout.boxes, graph.nodes, strict=True)
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def alt_text(
    graph: Graph, *, values: Mapping[str, str] | None = None, gradients: Mapping[str, str] | None = None
) -> str:
    """Every node in words, inputs before users: `z3 = leaf(wr); z2 = leaf(h0); z5 = mul(z3, z2).`"""
    lines = []
    for node in graph.nodes:
        line = f"{node.label} = {node.op}"
        if not node.is_leaf:
            line += f"({', '.join(node.inputs)})"
        lines.append(", ".join([line, *(text for _, text in _notes(node, values or {}, gradients or {}))]))
    return "; ".join(lines) + "."


def _title(graph: Graph) -> str:
    n_nodes = len(graph.nodes)
    return f"Computational graph with {n_nodes} node{'s' * (n_nodes > 1)}; the output is {graph.output.label}"


def _notes(node: Node, values: Mapping[str, str], gradients: Mapping[str, str]) -> list[tuple[str, str]]:
    """(class, text) of each line below a node."""
    found = (("value", values), ("gradient", gradients))
    return [(kind, f"{kind} {texts[node.label]}") for kind, texts in found if node.label in texts]


def _style(identifier: str, width: float) -> str:
    light = ";".join(f"--{name}:var(--graph-{name},{day})" for name, (day, _) in COLOURS.items())
    both = ";".join(
        f"--{name}:var(--graph-{name},light-dark({day},{night}))" for name, (day, night) in COLOURS.items()
    )
    sizes = {
        "least": _number(_LEAST_SCALE * width),
        "text": _number(TEXT_SIZE),
        "sign": _number(TEXT_SIZE * 1.25),
        "subscript": _number(SUBSCRIPT_SCALE),
        "caption": _number(CAPTION_SIZE),
        "note": _number(NOTE_SIZE),
    }
    return _RULES.format(id=identifier, fonts=_FONTS, light=light, both=both, **sizes)


def _lines(edges: Sequence[Edge]) -> list[str]:
    """Every curve once, so that a trunk is no bolder than its branches; then the arrowheads."""
    drawn: set[tuple[Point, ...]] = set()
    paths = []
    for edge in edges:
        path = ""
        for curve in _curves(edge):
            if curve not in drawn:
                drawn.add(curve)
                path += "" if path else f"M{_pair(curve[0])}"
                path += "C" + " ".join(map(_pair, curve[1:]))
        paths.append(f'<path class="line" d="{path}"/>')
    return paths + [f'<path class="arrow" d="{_head(edge.points[-1])}"/>' for edge in edges]


def _curves(edge: Edge) -> list[tuple[Point, ...]]:
    """The Bezier curves of an edge up to its arrowhead; the last curve is level, so the head is too."""
    neck = edge.points[-1][0] - ARROW_LENGTH + 1  # one pixel into the head: no hairline between them
    points = [(min(x, neck), y) for x, y in edge.points]
    return [tuple(points[index : index + 4]) for index in range(0, len(points) - 1, 3)]


def _head(tip: Point) -> str:
    neck = tip[0] - ARROW_LENGTH
    return f"M{_pair(tip)}L{_pair((neck, tip[1] - ARROW_HALF_WIDTH))}V{_number(tip[1] + ARROW_HALF_WIDTH)}Z"


def _box(box: Box, notes: list[tuple[str, str]]) -> str:
    centre = box.x + box.width / 2
    lines = [
        f'<rect class="{box.kind}" x="{_number(box.x)}" y="{_number(box.y)}" width="{_number(box.width)}" '
        f'height="{_number(box.height)}" rx="{_number(box.radius)}"/>',
        _label("caption", centre, box.y - CAPTION_LIFT, _name(box.caption, CAPTION_SIZE)),
        _inside(box, centre),
    ]
    for index, (kind, text) in enumerate(notes):
        lines.append(
            _label(kind, centre, box.y + box.height + NOTE_DROP + NOTE_LEADING * index, _escaped(text))
        )
    return "<g>" + "".join(lines) + "</g>"


def _inside(box: Box, centre: float) -> str:
    # Baselines: text looks centred when it stands about 0.3 of its size below the middle.
    middle = box.y + box.height / 2
    if box.kind == "leaf":
        return _label("", centre, middle + 0.28 * TEXT_SIZE, _name(box.text, TEXT_SIZE))
    if len(box.text) == 1:
        return _label("sign", centre, middle + 0.34 * TEXT_SIZE * 1.25, _escaped(box.text))
    return _label("", centre, middle + 0.28 * TEXT_SIZE, _escaped(box.text))


def _name(name: str, font_size: float) -> str:
    """A name with its subscript; a letter leans, a word and an index of digits stand upright."""
    base, subscript = split_name(name)
    written = f'<tspan class="name">{_escaped(base)}</tspan>' if len(base) == 1 else _escaped(base)
    if not subscript:
        return written
    kind = "digits" if subscript[0].isdigit() else "name"
    drop = _number(SUBSCRIPT_DROP * font_size)
    return f'{written}<tspan class="subscript {kind}" dx="0.5" dy="{drop}">{_escaped(subscript)}</tspan>'


def _label(kind: str, x: float, y: float, content: str) -> str:
    attribute = f' class="{kind}"' if kind else ""
    return f'<text{attribute} x="{_number(x)}" y="{_number(y)}">{content}</text>'


def _pair(point: tuple[float, float]) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _number(value: float) -> str:
    """At most two decimals and no `-0`, so that the bytes don't depend on the last bits of a float."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _escaped(text: str) -> str:
    clean = _NOT_IN_XML.sub("\ufffd", text)
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        clean = clean.replace(character, entity)
    return clean
