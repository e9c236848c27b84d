"""A grade that is written down and read back is the very same grade."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from grader.grade import Adjusted, Decision, FieldGrade, Grade
from grader.lateness import Late
from grader.records import grade_from, grade_record
from grader.verdict import Cell, Verdict

TEXTS = st.text(max_size=12)
SHARES = st.fractions(min_value=0, max_value=1)
OUTCOMES = st.sampled_from(["right", "follows", "partly", "wrong", "unreadable", "blank", "pending", "decided"])
CELLS = st.builds(Cell, TEXTS, TEXTS, TEXTS, OUTCOMES)
VERDICTS = st.builds(Verdict, OUTCOMES, SHARES, TEXTS, TEXTS, TEXTS, TEXTS, st.lists(CELLS, max_size=2).map(tuple))
POINTS = st.fractions(min_value=0, max_value=100)
FIELDS = st.builds(
    FieldGrade,
    id=TEXTS,
    kind=TEXTS,
    response=TEXTS,
    verdict=VERDICTS,
    points=POINTS,
    out_of=POINTS,
    decision=st.none() | st.builds(Decision, TEXTS, TEXTS, POINTS, TEXTS, TEXTS),
    overruled=st.none() | VERDICTS,
    slot=TEXTS,
    adjustments=st.lists(st.builds(Adjusted, TEXTS, TEXTS, TEXTS), max_size=2).map(tuple),
    unadjusted=st.none() | VERDICTS,
)
NAMED = st.dictionaries(TEXTS, TEXTS, max_size=2)
GRADES = st.builds(
    Grade,
    paper=TEXTS,
    source=TEXTS,
    digest=TEXTS,
    fields=st.lists(FIELDS, max_size=2).map(tuple),
    warnings=st.lists(TEXTS, max_size=2).map(tuple),
    faults=st.lists(TEXTS, max_size=2).map(tuple),
    produced_by=st.none() | NAMED,
    strays=NAMED,
    late=st.none() | st.builds(Late, st.timedeltas(), SHARES),
)


@given(GRADES)
def test_a_grade_read_back_from_its_record_is_the_same_grade(grade: Grade) -> None:
    read_back = grade_from(json.loads(json.dumps(grade_record(grade))))

    assert grade == read_back
    assert grade.to_json() == read_back.to_json()


def test_a_third_of_a_point_stays_a_third() -> None:
    third = FieldGrade("1.a", "number", "7", Verdict("partly", Fraction(1, 3)), Fraction(1, 3), Fraction(1))
    grade = Grade("ABCD-2345", "a.json", "", (third,), late=Late(timedelta(microseconds=1), Fraction(1, 7)))
    record = json.loads(json.dumps(grade_record(grade)))

    assert "1/3" == record["fields"][0]["points"]
    assert Fraction(1, 3) == grade_from(record).fields[0].points
