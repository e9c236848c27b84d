"""The allocation ledger: what a list of events amounts to, and which lists are refused."""

import pytest

from engine import EngineError
from engine.checkpointing import Event, Recorder, ScheduleError, replay
from engine.sizes import size_max, symbol


def small_run() -> Recorder:
    """x (10) and y (4) in forward, x freed; in backward a gradient (4), x rebuilt (10), then all is freed."""
    recorder = Recorder()
    recorder.allocate("x", 10)
    recorder.allocate("y", 4)
    recorder.free("x")
    recorder.begin_backward()
    recorder.allocate("dy", 4)
    recorder.recompute("x", 10)
    recorder.allocate("x", 10)
    for name in ("y", "dy", "x"):
        recorder.free(name)
    return recorder


def test_the_figures_of_a_small_run_are_those_found_by_hand():
    ledger = small_run().ledger()

    assert (4, 14, 18, 18, 1, 0) == (
        ledger.held_after_forward,
        ledger.peak_forward,
        ledger.peak_backward,
        ledger.peak,
        ledger.recomputed_operations,
        ledger.held_at_end,
    )


def test_the_bytes_held_over_time_follow_the_events():
    assert (10, 14, 4, 8, 8, 18, 14, 10, 0) == small_run().ledger().held_over_time


def test_events_say_what_when_and_how_much():
    events = small_run().ledger().events

    assert Event("free", "x", 10, "forward") == events[2]
    assert Event("recompute", "x", 10, "backward") == events[4]


def test_a_recorder_answers_with_the_event_that_it_wrote():
    recorder = Recorder()

    assert Event("allocate", "x", 3, "forward") == recorder.allocate("x", 3)


def test_backward_starts_from_what_forward_left():
    recorder = Recorder()
    recorder.allocate("x", 7)
    recorder.begin_backward()
    recorder.free("x")

    assert 7 == recorder.ledger().peak_backward


def test_the_peak_is_the_forward_one_where_that_is_higher():
    recorder = Recorder()
    recorder.allocate("x", 9)
    recorder.free("x")
    recorder.begin_backward()
    recorder.allocate("dx", 2)
    ledger = recorder.ledger()

    assert (9, 2, 9) == (ledger.peak_forward, ledger.peak_backward, ledger.peak)


def test_an_empty_ledger_holds_nothing():
    ledger = Recorder().ledger()

    assert (0, 0, 0, ()) == (ledger.peak, ledger.held_at_end, ledger.recomputed_operations, ledger.held_over_time)


def test_a_ledger_does_not_change_when_its_recorder_goes_on():
    recorder = Recorder()
    recorder.allocate("x", 3)
    ledger = recorder.ledger()
    recorder.allocate("y", 3)

    assert (3, 1) == (ledger.peak, len(ledger.events))


def test_a_replayed_list_of_events_gives_the_same_ledger():
    ledger = small_run().ledger()

    assert ledger == replay(iter(ledger.events))


def test_a_replay_without_a_backward_pass_is_a_forward_pass():
    assert 5 == replay([Event("allocate", "x", 5, "forward")]).held_after_forward


N, D = symbol("N"), symbol("D")


def test_symbolic_sizes_add_up_and_the_larger_one_is_the_peak():
    recorder = Recorder()
    recorder.allocate("x", 8 * N * D)
    recorder.allocate("y", 8 * N)
    recorder.free("x")
    recorder.begin_backward()
    recorder.recompute("x", 8 * N * D)
    ledger = recorder.ledger()

    assert (8 * N, 8 * N * D + 8 * N, 8 * N) == (ledger.held_after_forward, ledger.peak, ledger.peak_backward)
    assert ledger == replay(ledger.events)


def test_of_symbolic_sizes_that_cannot_be_compared_the_peak_is_the_maximum():
    recorder = Recorder()
    for name, size in (("x", N), ("y", D)):
        recorder.allocate(name, size)
        recorder.free(name)

    assert size_max(N, D) == recorder.ledger().peak


def test_a_symbolic_size_is_refused_only_if_it_is_negative_for_certain():
    recorder = Recorder()
    recorder.allocate("x", N - D)

    assert "allocate: 'y' has -N bytes; a size is 0 or more." == refused(recorder.allocate, "y", -N)


def test_an_array_is_freed_whole_in_symbols_too():
    events = [Event("allocate", "x", 8 * N, "forward"), Event("free", "x", 4 * N, "forward")]

    assert "event 2: frees 4*N bytes of 'x', which holds 8*N; an array is freed whole." == refused(replay, events)


def refused(call, *arguments) -> str:
    with pytest.raises(ScheduleError) as caught:
        call(*arguments)
    return str(caught.value)


def test_freeing_twice_is_refused():
    recorder = Recorder()
    recorder.allocate("x", 1)
    recorder.free("x")

    assert "free: 'x' is not held, it was freed before; free what is held, once." == refused(recorder.free, "x")


def test_freeing_what_was_never_allocated_is_refused():
    message = refused(Recorder().free, "x")

    assert "free: 'x' is not held, it was never allocated; free what is held, once." == message


def test_allocating_a_name_that_is_held_is_refused():
    recorder = Recorder()
    recorder.allocate("x", 8)

    assert (
        "allocate: 'x' is held already (8 bytes); free it first, or give this array a name of its own."
        == refused(recorder.allocate, "x", 8)
    )


@pytest.mark.parametrize("verb", ["allocate", "recompute"])
def test_a_negative_size_is_refused(verb: str):
    assert f"{verb}: 'x' has -1 bytes; a size is 0 or more." == refused(getattr(Recorder(), verb), "x", -1)


def test_backward_begins_once():
    recorder = Recorder()
    recorder.begin_backward()

    assert (
        "begin_backward: the backward pass has begun already; a ledger has one of each pass."
        == refused(recorder.begin_backward)
    )


def test_a_forward_event_after_a_backward_one_is_refused():
    events = [Event("allocate", "x", 1, "backward"), Event("allocate", "y", 1, "forward")]

    assert "event 2: 'y' is in forward after backward began; forward events come first." == refused(replay, events)


def test_an_array_is_freed_whole():
    events = [Event("allocate", "x", 8, "forward"), Event("free", "x", 3, "forward")]

    assert "event 2: frees 3 bytes of 'x', which holds 8; an array is freed whole." == refused(replay, events)


def test_a_schedule_error_is_an_error_of_the_engine():
    assert issubclass(ScheduleError, EngineError)
