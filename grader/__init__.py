"""Judges what students wrote: reads it, compares it with what the engine derived, and gives verdicts and points."""

from __future__ import annotations

from grader.batch import ClassResult, SetAside, grade_class
from grader.grade import FieldGrade, Grade
from grader.grading import grade
from grader.judging import judge, judge_all, judge_question
from grader.verdict import Cell, Outcome, Verdict

__all__ = [
    "Cell",
    "ClassResult",
    "FieldGrade",
    "Grade",
    "Outcome",
    "SetAside",
    "Verdict",
    "grade",
    "grade_class",
    "judge",
    "judge_all",
    "judge_question",
]
