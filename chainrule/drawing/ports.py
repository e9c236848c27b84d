"""Where on a box's sides its lines end and start."""

from __future__ import annotations

from collections.abc import Mapping

from chainrule.drawing.columns import Skeleton, Strand
from chainrule.drawing.ordering import Order

__all__ = ["port_offset", "start_offsets"]


def port_offset(port: int, ports: int, box_height: float) -> float:
    """Height of a port below the box's centre; port 0 is the topmost."""
    return (port - (ports - 1) / 2) * box_height / (ports + 1)


def start_offsets(skeleton: Skeleton, order: Order, box_height: float) -> Mapping[Strand, float]:
    """Heights below the centre at which strands leave their node, where that is not the middle of its side.

    Lines leave a node as one. Only where a node is used twice by another are they spread, in the order in
    which they arrive, so that two uses are seen as two lines and lines of one node never cross.
    """
    place = {vertex: place for column in order for place, vertex in enumerate(column)}
    offsets: dict[Strand, float] = {}
    for node in sorted(skeleton.doubled):
        leaving = [strand for strand in skeleton.strands[skeleton.columns[node]] if strand.source == node]
        leaving.sort(key=lambda strand: (place[strand.target], strand.port))
        for number, strand in enumerate(leaving):
            offsets[strand] = port_offset(number, len(leaving), box_height)
    return offsets
