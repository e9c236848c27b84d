"""From a folder of what was handed in to a folder of results: a run that can be killed and resumed."""

from chainrule.grading.run import GradingRun, grade_exam

__all__ = ["GradingRun", "grade_exam"]
