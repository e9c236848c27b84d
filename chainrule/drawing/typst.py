"""The drawing of a computational graph as native Typst, with words for those who cannot see it.

No text of the graph is ever Typst source: names, values and words stand in string literals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from chainrule.drawing.layout import Box, Point
from chainrule.drawing.narrowing import narrowed
from chainrule.drawing.picture import COLOURS, LINE_WIDTH, Label, Picture, arrowhead, number, picture, strokes
from chainrule.drawing.typography import split_name
from chainrule.mathematics.typst_math import typst_string
from engine.graph import Graph

__all__ = ["graph_typst"]

# Points a pixel: names in nodes are then 11.4 points high, notes and captions 7.8. Notes shrink no further than the
# least scale (5.7 points); where that is still too wide, they stand in a list below the drawing instead.
NATURAL_SCALE, LEAST_SCALE = 0.6, 0.44
TEXT_BLOCK = 453.0  # points: the width of A4 between margins of 25 mm
_LIST_COLUMNS, _LIST_SIZE = 2, 8.0

# A label stands on its baseline whatever is in it: the strut is higher and deeper than any of them.
_STRUT_ABOVE, _STRUT_BELOW = 1.2, 0.6
_FILLS = MappingProxyType({"caption": "muted", "value": "muted", "gradient": "gradient"})
_PRELUDE = f"""\
  set text(dir: ltr, fill: rgb("{COLOURS["ink"][0]}"))
  set par(first-line-indent: 0pt, hanging-indent: 0pt, justify: false)
  let (muted, gradient) = (rgb("{COLOURS["muted"][0]}"), rgb("{COLOURS["gradient"][0]}"))
  let pen = {{line}} + rgb("{COLOURS["ink"][0]}")
  let line(..steps) = place(top + left, curve(stroke: pen, ..steps))
  let head(..steps) = place(top + left, curve(fill: rgb("{COLOURS["ink"][0]}"), ..steps, curve.close()))
  let box-at(x, y, width, height, radius, fill) = place(
    top + left, dx: x, dy: y, rect(width: width, height: height, radius: radius, fill: fill, stroke: pen))
  let label(x, y, size, fill: auto, body) = place(top + left, dx: x - 300pt, dy: y - {_STRUT_ABOVE} * size, {{
    set text(size: size)
    set text(fill: fill) if fill != auto
    block(width: 600pt, align(center, {{
      box(width: 0pt, height: {_STRUT_ABOVE + _STRUT_BELOW:g} * size, baseline: {_STRUT_BELOW} * size)
      body
    }}))
  }})
  let leaf = rgb("{COLOURS["leaf"][0]}")
  let operation = rgb("{COLOURS["box"][0]}")
"""


def graph_typst(
    graph: Graph,
    *,
    values: Mapping[str, str] | None = None,
    gradients: Mapping[str, str] | None = None,
    width_limit: float = TEXT_BLOCK,
) -> str:
    """The graph as Typst markup, `#figure(alt: ..., ...)` without a caption, with `values` and `gradients` by label.

    A graph wider than `width_limit` points first gets narrower boxes and gaps, then smaller text, then its notes in
    a list below it; what is too wide even so is scaled down to fit.
    Raises: BrokenGraph as in `lay_out`.
    """
    noted = _fitted(picture(graph, values=values, gradients=gradients), width_limit)
    is_too_small = (values or gradients) and _scale(noted, width_limit) < LEAST_SCALE
    drawn = _fitted(picture(graph), width_limit) if is_too_small else noted
    sheet = _Sheet(_scale(drawn, width_limit))
    size = f"width: {sheet.length(drawn.layout.width)}, height: {sheet.length(drawn.layout.height)}"
    prelude = _PRELUDE.replace("{line}", sheet.length(LINE_WIDTH))
    drawing = "".join(f"    {line}\n" for line in _lines(drawn, sheet))
    notes = _note_list(noted, width_limit) if is_too_small else ""
    return (
        f'#figure(alt: {typst_string(f"{noted.title}. {noted.words}")}, kind: "graph", supplement: none, '
        f"numbering: none, outlined: false, pdf.artifact(block(breakable: false, {{\n{prelude}"
        f"  block({size}, {{\n{drawing}  }})\n{notes}}})))"
    )


def _fitted(drawn: Picture, width_limit: float) -> Picture:
    return replace(drawn, layout=narrowed(drawn.layout, width_limit / NATURAL_SCALE))


def _scale(drawn: Picture, width_limit: float) -> float:
    return min(NATURAL_SCALE, width_limit / drawn.layout.width)


def _note_list(noted: Picture, width: float) -> str:
    """What would have stood below the nodes, node by node."""
    cells = []
    for box in noted.layout.boxes:
        notes = [f"text(fill: {_FILLS[note.split(' ')[0]]}, {typst_string(note)})" for note in box.notes]
        cells += [f"{{ {'; h(0.8em); '.join([_name(box.caption), *notes])} }}"] if notes else []
    columns = f"columns: (1fr,) * {_LIST_COLUMNS}, column-gutter: 12pt, row-gutter: 5pt, align: left"
    listed = ",\n    ".join(cells)
    return f"  block(width: {number(width)}pt, text(size: {_LIST_SIZE:g}pt, grid({columns},\n    {listed})))\n"


@dataclass(frozen=True)
class _Sheet:
    """Lengths and points of the layout as Typst writes them."""

    scale: float

    def length(self, pixels: float) -> str:
        return f"{number(pixels * self.scale)}pt"

    def point(self, point: Point) -> str:
        return f"({self.length(point[0])}, {self.length(point[1])})"


def _lines(drawn: Picture, sheet: _Sheet) -> Iterator[str]:
    """Statements of Typst: edges first, so that boxes lie over them."""
    for curves in strokes(drawn.layout.edges):
        if curves:
            yield f"line({_path(curves, sheet)})"
    for edge in drawn.layout.edges:
        tip, upper, lower = map(sheet.point, arrowhead(edge.points[-1]))
        yield f"head(curve.move({tip}), curve.line({upper}), curve.line({lower}))"
    for box, labels in drawn.labels():
        yield _box(box, sheet)
        for label in labels:
            yield _label(label, sheet)


def _path(curves: Sequence[Sequence[Point]], sheet: _Sheet) -> str:
    steps = [f"curve.move({sheet.point(curves[0][0])})"]
    steps += [f"curve.cubic({', '.join(map(sheet.point, curve[1:]))})" for curve in curves]
    return ", ".join(steps)


def _box(box: Box, sheet: _Sheet) -> str:
    lengths = map(sheet.length, (box.x, box.y, box.width, box.height, min(box.radius, box.width / 2)))
    return f"box-at({', '.join(lengths)}, {box.kind})"


def _label(label: Label, sheet: _Sheet) -> str:
    place = ", ".join(map(sheet.length, (label.x, label.y, label.size)))
    fill = f", fill: {_FILLS[label.kind]}" if label.kind in _FILLS else ""
    return f"label({place}{fill}, {_name(label.text) if label.is_name else typst_string(label.text)})"


def _name(name: str) -> str:
    """A name as mathematics with its subscript; a letter leans, a word and an index of digits stand upright."""
    base, subscript = split_name(name)
    body = _letters(base, leans=len(base) == 1)
    if subscript:
        body += f"_({_letters(subscript, leans=not subscript[0].isdigit())})"
    return f"math.equation(alt: {typst_string(name)}, ${body}$.body)"


def _letters(text: str, *, leans: bool) -> str:
    return f"italic({typst_string(text)})" if leans else f"upright({typst_string(text)})"
