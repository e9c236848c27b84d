"""Judges what students wrote: reads it, compares it with what the engine derived, and gives verdicts and points."""

from __future__ import annotations

from grader.batch import ClassResult, SetAside, grade_class
from grader.decisions import Decision, TypedIn, apply_decisions
from grader.grade import FieldGrade, Grade
from grader.grading import grade
from grader.judging import judge, judge_all, judge_question
from grader.verdict import Cell, Outcome, Verdict

__all__ = [
    "Cell",
    "ClassResult",
    "Decision",
    "FieldGrade",
    "Grade",
    "Outcome",
    "SetAside",
    "TypedIn",
    "Verdict",
    "apply_decisions",
    "grade",
    "grade_class",
    "judge",
    "judge_all",
    "judge_question",
]
