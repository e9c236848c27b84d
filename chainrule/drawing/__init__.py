"""Drawings of computational graphs: one layout as plain data, and what paints it."""

from chainrule.drawing.layout import BrokenGraph, lay_out
from chainrule.drawing.picture import alt_text
from chainrule.drawing.svg import graph_svg
from chainrule.drawing.typst import graph_typst

__all__ = ["BrokenGraph", "alt_text", "graph_svg", "graph_typst", "lay_out"]
