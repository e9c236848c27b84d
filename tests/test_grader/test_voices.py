"""What attackers typed: right answers in many voices stay right, and what must not be taken for right never is."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from grader import judge
from question_templates import answers as kinds
from question_templates.answers import Answer
from tests.test_grader.example_rows import FOLDER, read_yaml

QUESTIONS = read_yaml(FOLDER / "collection" / "voices.yaml")["questions"]
EARNING = ("right", "follows", "partly")


def answer(stated: dict[str, Any]) -> Answer:
    arguments = {name: value for name, value in stated.items() if name != "kind"}
    for name in ("rel_tol", "looser_share"):
        if name in arguments:
            arguments[name] = Fraction(str(arguments[name]))
    return getattr(kinds, stated["kind"])(**arguments)


@pytest.mark.parametrize("place", range(len(QUESTIONS)))
def test_every_voice_is_heard(place):
    question = QUESTIONS[place]
    asked = answer(question["answer"])

    lost = [text for text in question.get("right", ()) if judge(asked, text).outcome != "right"]
    taken = [text for text in question.get("not right", ()) if judge(asked, text).outcome in EARNING]
    assert ([], []) == (lost, taken)


def test_there_are_many_of_them():
    assert sum(len(question.get("right", ())) for question in QUESTIONS) >= 900
    assert sum(len(question.get("not right", ())) for question in QUESTIONS) >= 600
