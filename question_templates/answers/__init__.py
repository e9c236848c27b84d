"""The answer arm's types: what a field's key holds. Only staff-side code and the grader ever have one."""

from __future__ import annotations

from question_templates.answers.choices import Choice
from question_templates.answers.code import Code, CodeLimits, CodeQuestion, Property, Trial
from question_templates.answers.errors import BrokenAnswer
from question_templates.answers.formulas import Bytes, Expression, Formula, Growth, Shape
from question_templates.answers.graphs import Graph
from question_templates.answers.key import Answer, Key, Mistake
from question_templates.answers.matrices import Matrix, Vector
from question_templates.answers.nodes import Order, Trace
from question_templates.answers.numbers import Number
from question_templates.answers.schedules import Schedule
from question_templates.answers.texts import Text

__all__ = [
    "Answer",
    "BrokenAnswer",
    "Bytes",
    "Choice",
    "Code",
    "CodeLimits",
    "CodeQuestion",
    "Expression",
    "Formula",
    "Graph",
    "Growth",
    "Key",
    "Matrix",
    "Mistake",
    "Number",
    "Order",
    "Property",
    "Schedule",
    "Shape",
    "Text",
    "Trace",
    "Trial",
    "Vector",
]
