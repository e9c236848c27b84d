"""Known mistakes as rule tables: what each answers, worked out by hand, and that it is not the truth."""

import pytest

import engine as ag
from engine.mistakes import MISTAKES

#: a = 2, b = 3, c = 5: p = ab = 6, s = p + a = 8, r = relu(s) = 8, y = rc = 40.
LISTING = """\
a = ag.Scalar(2.0)
b = ag.Scalar(3.0)
c = ag.Scalar(5.0)
p = a*b
s = p + a
r = ag.relu(s)
y = r*c
y.backward()
"""

TRUTH = {"a": 20, "b": 10, "c": 8}

#: The gradients of a, b and c as somebody finds them who makes the mistake.
BY_HAND = {
    # a takes 5 from the sum and 15 from the product; the sum comes first on the way back, so 15 stays.
    "overwrites instead of adding": {"a": 15, "b": 10, "c": 8},
    # r takes 8 instead of 5, c takes 5 instead of 8; then p = 8, a = 8 + 2*8 = 24, b = 3*8 = 24.
    "multiplies by the operand itself": {"a": 24, "b": 24, "c": 5},
    # y is the output, so its factors are right; at p the factors 3 and 2 stand without the incoming 5.
    "forgets the incoming gradient": {"a": 8, "b": 2, "c": 8},
    # s takes 8*5 = 40 instead of 5.
    "takes relu's value for its derivative": {"a": 160, "b": 80, "c": 8},
    # p takes 2*5 = 10 and a takes 6*5 = 30 from the sum; then a = 30 + 3*10, b = 2*10.
    "treats a sum as a product": {"a": 60, "b": 20, "c": 8},
}


def leaf_gradients(face: ag.Face) -> dict[str, object]:
    trace = ag.run_listing(LISTING, face=face)
    return {leaf: trace.gradients[leaf] for leaf in "abc"}


def test_the_truth_by_hand():
    assert TRUTH == leaf_gradients(ag.face(ag.STANDARD))


@pytest.mark.parametrize("mistake", sorted(MISTAKES))
def test_a_mistake_answers_what_it_answers_by_hand(mistake: str):
    assert BY_HAND[mistake] == leaf_gradients(ag.face(MISTAKES[mistake]))


@pytest.mark.parametrize("mistake", sorted(MISTAKES))
def test_a_mistake_is_not_the_truth_and_looks_like_no_other(mistake: str):
    others = [answers for name, answers in BY_HAND.items() if name != mistake]

    assert BY_HAND[mistake] not in [TRUTH, *others]


@pytest.mark.parametrize("mistake", sorted(MISTAKES))
def test_a_mistake_changes_no_value(mistake: str):
    assert ag.run_listing(LISTING).values == ag.run_listing(LISTING, face=ag.face(MISTAKES[mistake])).values


@pytest.mark.parametrize("mistake", sorted(MISTAKES))
def test_the_walk_of_a_mistake_ends_where_its_backward_does(mistake: str):
    trace = ag.run_listing(LISTING, face=ag.face(MISTAKES[mistake]))
    last = {label: total for step in trace.walk for label, total in step.changes.items()}

    assert {label: trace.gradients[label] for label in last} == last


def test_overwriting_shows_in_a_doubled_edge():
    face = ag.face(MISTAKES["overwrites instead of adding"])
    trace = ag.run_listing("x = ag.Scalar(5.0)\ny = x*x\ny.backward()\n", face=face)

    assert 5 == trace.gradients["x"]
