"""Gradescope's contract: results that break a rule are never written, and those that we write break none."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.gradescope.contract import BrokenResults, contract_faults, results_text
from chainrule.gradescope.pending import NOT_GRADED, pending_results
from chainrule.gradescope.results_json import grade_results, plain
from grader import FieldGrade, Grade, Verdict

GOOD = pending_results("A person will look.", out_of=Fraction(15))


def with_test(**changed: Any) -> dict[str, Any]:
    return {**GOOD, "tests": [{**GOOD["tests"][0], **changed}]}


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ([], "are no object"),
        ({**GOOD, "score": math.nan}, "score is nan; it should be number"),
        ({**GOOD, "score": math.inf}, "score is inf"),
        ({**GOOD, "score": True}, "score is True"),
        ({**GOOD, "score": "7"}, "score is '7'"),
        ({**GOOD, "score": -1}, "the score is -1; the tests are worth 15.00 together"),
        ({**GOOD, "score": 15.25}, "the score is 15.25; the tests are worth 15.00 together"),
        ({**GOOD, "execution_time": 3}, "'execution_time' is no key"),
        ({**GOOD, "visibility": "public"}, "visibility is 'public'"),
        ({**GOOD, "output": None}, "output is None"),
        ({**GOOD, "output_format": "md"}, "texts of students are shown as 'text' alone"),
        ({**GOOD, "tests": {}}, "tests is {}"),
        ({**GOOD, "tests": [7]}, "test 1 is no object"),
        ({key: value for key, value in GOOD.items() if key != "output_format"}, "output_format"),
        (with_test(score=16), "test 1: the score is 16; it should be from 0 to 15"),
        (with_test(score=-0.5), "test 1: the score is -0.5"),
        (with_test(score=math.nan), "test 1: score is nan"),
        (with_test(tags="a"), "test 1: tags is 'a'"),
        (with_test(tags=[1]), "test 1: tags is [1]"),
        (with_test(status="pending"), "test 1: status is 'pending'; it should be passed or failed"),
        (with_test(output_format="html"), "test 1: output_format is 'html'"),
        (with_test(answer="7"), "test 1: 'answer' is no key"),
        ({**{key: value for key, value in with_test().items() if key != "score"}, "tests": [{}]}, "there is no score"),
    ],
)
def test_a_broken_rule_is_named(results: Any, told: str) -> None:
    assert any(told in fault for fault in contract_faults(results)), contract_faults(results)


def test_what_breaks_a_rule_is_never_written() -> None:
    with pytest.raises(BrokenResults, match="score is nan"):
        results_text({**GOOD, "score": math.nan})


def test_waiting_results_keep_the_contract_and_hide_the_total() -> None:
    stored = json.loads(results_text(pending_results(NOT_GRADED)))

    assert () == contract_faults(stored)
    assert 0 == stored["score"]
    assert ["hidden"] == [test["visibility"] for test in stored["tests"]]


def field(name: str, outcome: Any, worth: Fraction, share: Fraction, text: str) -> FieldGrade:
    verdict = Verdict(outcome, share, read_as=text, reason=text, counterexample=text[::-1], mal_rule="")
    return FieldGrade(name, "number", text, verdict, share * worth, worth)


FIELDS = st.builds(
    field,
    st.text(max_size=6),
    st.sampled_from(["right", "partly", "wrong", "blank", "unreadable", "pending", "decided"]),
    st.fractions(0, 30, max_denominator=60),
    st.fractions(0, 1, max_denominator=12),
    st.text(st.characters(exclude_categories=()), max_size=8),  # halves of surrogate pairs among them
)


@settings(max_examples=50)
@given(st.lists(FIELDS, max_size=4), st.sampled_from(["readable", "verdict"]), st.text(max_size=6))
def test_every_grade_keeps_the_contract_and_its_tests_are_worth_what_the_paper_is(
    fields: list[FieldGrade], release: str, warning: str
) -> None:
    grade = Grade("K7QF-2MXP", "a.json", "0" * 64, tuple(fields), (warning,))
    results = grade_results(grade, release=release)
    text = results_text(results)

    assert () == contract_faults(results)
    assert text == results_text(json.loads(text.encode().decode()))  # it is UTF-8, and read back it is the same
    assert round(100 * grade.out_of) == round(100 * sum(test["max_score"] for test in results["tests"]))
    for graded, shown in zip(fields, results["tests"], strict=False):
        if graded.points == graded.out_of:
            assert shown["max_score"] == shown["score"]


def test_a_long_text_is_cut_with_its_length_told() -> None:
    assert plain("x" * 6_003).endswith("xxx ... (3 more characters)")


def test_signs_that_turn_or_hide_others_become_blanks_and_lines_stay() -> None:
    assert "a b  c\nd" == plain("a\u202eb\ud800\x07c\nd")
