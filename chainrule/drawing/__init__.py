"""Drawings of computational graphs: one layout as plain data, and what paints it."""

from chainrule.drawing.layout import BrokenGraph, lay_out
from chainrule.drawing.svg import alt_text, graph_svg

__all__ = ["BrokenGraph", "alt_text", "graph_svg", "lay_out"]
