"""From exam.yaml and a roster to a folder of papers, forms, keys and the assignment table."""

from chainrule.building.build import build_exam
from chainrule.building.closing import closing_lines
from chainrule.building.outputs import Outputs

__all__ = ["Outputs", "build_exam", "closing_lines"]
