"""From exam.yaml and a roster to a folder of papers, forms, keys and the assignment table."""

from chainrule.building.build import build_exam

__all__ = ["build_exam"]
