"""What staff learn from a graded class: how hard questions were, whether papers were fair, what was unreadable."""

from chainrule.report.files import report_files

__all__ = ["report_files"]
