"""Whole answer sheets in many voices: definitions hold from field to field, and slips are carried on.

Every sheet of `tests/collection/sheets.yaml` is one person's; the verdicts are a careful grader's.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import yaml

from grader import judge_all
from question_templates import answers as kinds
from question_templates.answers import Answer
from tests.test_grader.example_rows import FOLDER

SHEETS = {
    sheet["name"]: sheet
    for sheet in yaml.safe_load((FOLDER / "collection" / "sheets.yaml").read_text(encoding="utf-8"))["sheets"]
}
# An approximation by another formula is set aside as a remark, whether it is true or not.
READ_ALL_THE_SAME = {("Unicode from a tablet", "hidden")}


def answer(stated: dict[str, Any]) -> Answer:
    arguments = dict(stated)
    kind = getattr(kinds, arguments.pop("kind"))
    for name in ("looser_share", "rel_tol"):
        if name in arguments:
            arguments[name] = Fraction(str(arguments[name]))
    if "inputs" in arguments:
        arguments["expected"] = tuple(arguments["expected"])
        arguments["inputs"] = {node: tuple(inputs) for node, inputs in arguments["inputs"].items()}
    return kind(**arguments)


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_judged_as_a_person_would(name):
    sheet = SHEETS[name]
    answers = {field: answer(stated) for field, stated in sheet["answers"].items()}

    found = {field: verdict.outcome for field, verdict in judge_all(answers, sheet["responses"]).items()}

    expected = {field: sheet["verdicts"][field] for field in answers}
    for field in answers:
        if (name, field) in READ_ALL_THE_SAME:
            expected[field] = "right"
    assert expected == found


def test_there_are_many_voices():
    assert len(SHEETS) >= 12
    assert sum(len(sheet["answers"]) for sheet in SHEETS.values()) >= 200
