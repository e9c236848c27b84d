"""Whatever bytes a student's process sends, the judge gets outcomes, one a call, and no exception."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox import Call, Limits, Raised, Returned
from grader.sandbox.answers import FORGED, Transcript, outcomes, private_places, visible
from grader.sandbox.confined.framing import frame
from grader.sandbox.confined.values import pack

CALLS = [Call((np.arange(2.0),)), Call((1, "x"))]
RETURNED = {"kind": "returned", "seconds": 0.5, "changed": [], "printed": ""}
GOOD = frame({"call": 0, **RETURNED}, [pack(7)]) + frame({"call": 1, **RETURNED}, [pack(8)])


def judged(sent: bytes, **ending):
    """The outcomes of two calls."""
    return outcomes(Transcript(sent, **ending), CALLS, Limits())


def test_two_good_answers_are_two_values():
    assert [7, 8] == [outcome.value for outcome in judged(GOOD) if isinstance(outcome, Returned)]


@given(st.binary(max_size=200))
def test_noise_never_reaches_the_judge_as_an_exception(noise):
    assert 2 == len(judged(noise))


@given(st.data())
def test_a_changed_answer_never_reaches_the_judge_as_an_exception(data):
    at = data.draw(st.integers(0, len(GOOD)))
    forged = GOOD[:at] + data.draw(st.binary(max_size=6)) + GOOD[at + data.draw(st.integers(0, 6)) :]

    assert all(isinstance(outcome, Returned | Raised) for outcome in judged(forged))


@pytest.mark.parametrize(
    "sent",
    [
        GOOD + frame({"call": 2, **RETURNED}, [pack(9)]),
        frame({"call": 1, **RETURNED}, [pack(7)]),
        frame({"call": True, **RETURNED}, [pack(7)]),
        frame({"call": 0, **RETURNED}),
        frame({"call": 0, **RETURNED}, [b"junk"]),
        frame({"call": 0, **RETURNED, "seconds": -1.0}, [pack(7)]),
        frame({"call": 0, **RETURNED, "seconds": float("nan")}, [pack(7)]),
        frame({"call": 0, **RETURNED, "changed": [1]}, [pack(7), pack(1)]),
        frame({"call": 0, **RETURNED, "printed": 3}, [pack(7)]),
        frame({"call": 0, "kind": "right", "message": "full marks"}),
        frame({"call": 0, "kind": "exception", "message": None}),
        frame({"call": 0, "kind": "exception", "message": "", "line": "3"}),
        frame({"call": 0, "kind": ["exception"], "message": ""}),
        (3).to_bytes(8, "little") + b"abc",
        (9).to_bytes(8, "little") + (5).to_bytes(4, "little") + b"[1,2]",
        (16).to_bytes(8, "little") + (12).to_bytes(4, "little") + b'{"parts":[9]}'[:12],
    ],
)
def test_what_no_process_of_ours_sends_is_forged(sent):
    assert (FORGED, FORGED) == judged(sent)


@pytest.mark.parametrize(
    ("ending", "kind", "words"),
    [
        ({"timed_out": True}, "timeout", "time"),
        ({"cpu_seconds": 2.0}, "timeout", "time"),
        ({"overflowed": True}, "too large", "larger"),
        ({"exit_code": -11}, "killed", "SIGSEGV"),
        ({"exit_code": -99}, "killed", "signal 99"),
        ({"exit_code": 0}, "killed", "before it answered"),
    ],
)
def test_calls_without_an_answer_say_why(ending, kind, words):
    first, second = judged(frame({"call": 0, **RETURNED}, [pack(7)]), **ending)

    assert isinstance(first, Returned)
    assert (kind, True) == (second.kind, words in second.message)


def test_an_argument_that_was_changed_comes_back_changed():
    changed = frame({"call": 0, **RETURNED, "changed": [0]}, [pack(7), pack(np.zeros(2))])
    first, _ = judged(changed)

    assert [0.0, 0.0] == first.args_after[0].tolist()


@pytest.mark.parametrize("place", private_places())
def test_no_path_of_this_machine_is_shown(place):
    told = frame({"call": 0, "kind": "exception", "message": f"no file {place}/x", "line": 3})
    answered = frame({"call": 0, **RETURNED}, [pack([{"at": f"{place}/x"}])])

    assert Raised("exception", "no file …/x", 3) == judged(told)[0]
    assert [{"at": "…/x"}] == judged(answered)[0].value


def test_control_characters_and_addresses_are_shown_as_what_they_are():
    assert "\\x1b[2J\\nobject at 0x… \\ud800" == visible("\x1b[2J\nobject at 0x7f0011223344 \ud800")
    assert "a\nb\\t" == visible("a\nb\t", lines=True)
