"""Revolve: published counts, the paper's recursion as second witness, and schedules carried out."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.checkpointing import Action, ScheduleError, fewest_advances, longest_chain, revolve_schedule, run_actions


@cache
def fewest_by_recursion(steps: int, snapshots: int) -> tuple[int, int]:
    """Fewest advances, and of those schedules the fewest snapshots beyond the initial state, by trying every split.

    Source: Griewank and Walther 2000, equation (2); with one snapshot every step starts again from the first state.
    """
    if steps == 1:
        return 0, 0
    if snapshots == 1:
        return steps * (steps - 1) // 2, 0
    tries = []
    for middle in range(1, steps):
        below, above = fewest_by_recursion(middle, snapshots), fewest_by_recursion(steps - middle, snapshots - 1)
        stored = 1 if steps - middle > 1 else 0
        tries.append((middle + below[0] + above[0], stored + below[1] + above[1]))
    return min(tries)


def test_fifty_steps_with_seven_snapshots_take_the_published_counts():
    # Checkpointing.jl (Julia), test/runtests.jl, "Testing Revolve": numfwd == 105, numstore == 28, and 177 calls for
    # the next action, the last of which only answers that all is done.
    actions = revolve_schedule(50, 7)
    run = run_actions(actions, 50)

    assert (105, 28, 177) == (run.advances, run.snapshots, len(actions) + 1)
    assert 105 == fewest_advances(50, 7)


def numforw(steps: int, snapshots: int) -> int:
    """The count as ADOL-C's revolve.c states it: r*l - range*r/(s+1), with range = beta(s, r) >= l."""
    repeats, reach = 0, 1
    while reach < steps:
        repeats += 1
        reach = reach * (repeats + snapshots) // repeats
    return repeats * steps - reach * repeats // (snapshots + 1)


@given(st.integers(1, 3000), st.integers(1, 40))
def test_the_count_is_that_of_the_published_program(steps: int, snapshots: int):
    assert numforw(steps, snapshots) == fewest_advances(steps, snapshots)


# By hand: one snapshot starts from the beginning each time, l(l-1)/2; as many as steps advance once, l-1; 14 steps
# with 3 (the example input of Algorithm 799): beta(3,2) = 10 < 14 <= 20 = beta(3,3), so 3*14 - beta(4,2) = 42 - 15.
@pytest.mark.parametrize(
    ("steps", "snapshots", "advances"),
    [(1, 1, 0), (2, 1, 1), (10, 1, 45), (10, 10, 9), (10, 9, 9), (4, 2, 4), (6, 2, 8), (10, 3, 15), (14, 3, 27)],
)
def test_small_counts_are_those_found_by_hand(steps: int, snapshots: int, advances: int):
    assert advances == fewest_advances(steps, snapshots)


@pytest.mark.parametrize(("snapshots", "repeats", "steps"), [(3, 3, 20), (5, 0, 1), (1, 6, 7), (10, 2, 66), (-1, 3, 0)])
def test_the_longest_chain_is_a_binomial_coefficient(snapshots: int, repeats: int, steps: int):
    assert steps == longest_chain(snapshots, repeats)


@pytest.mark.parametrize("snapshots", range(1, 9))
def test_up_to_forty_steps_formula_and_schedule_agree_with_trying_every_split(snapshots: int):
    for steps in range(1, 41):
        advances, stored = fewest_by_recursion(steps, snapshots)
        run = run_actions(revolve_schedule(steps, snapshots), steps)

        assert advances == fewest_advances(steps, snapshots) == run.advances, (steps, snapshots)
        assert stored + 1 == run.snapshots, (steps, snapshots)


def fewest_by_search(steps: int, snapshots: int) -> int:
    """Fewest advances over all that can be done: shortest path over (state, stored states, steps left)."""
    start = (0, frozenset([0]), steps)
    cost, waiting = {start: 0}, [[start]]
    for paid, level in enumerate(waiting):
        for at, stored, left in level:
            if cost[at, stored, left] < paid:
                continue
            if left == 0:
                return paid
            moves = [(0, (place, stored, left)) for place in stored]
            if at == left - 1:
                moves.append((0, (-1, stored, left - 1)))
            if 0 <= at < left - 1:
                moves.append((1, (at + 1, stored, left)))
            if at >= 0:
                moves += [(0, (at, stored - {old} | {at}, left)) for old in stored] if len(stored) == snapshots else [
                    (0, (at, stored | {at}, left))
                ]
            for price, found in moves:
                if paid + price < cost.get(found, 10**9):
                    cost[found] = paid + price
                    waiting += [[] for _ in range(paid + price + 1 - len(waiting))]
                    waiting[paid + price].append(found)
    raise AssertionError("every chain can be reversed")


@pytest.mark.parametrize(("steps", "snapshots"), [(5, 1), (6, 2), (8, 2), (7, 3), (9, 3), (8, 4)])
def test_no_sequence_of_actions_whatever_advances_less(steps: int, snapshots: int):
    assert fewest_by_search(steps, snapshots) == fewest_advances(steps, snapshots)


@given(st.integers(1, 400), st.integers(1, 30))
def test_a_schedule_keeps_to_its_snapshots_and_its_repeats(steps: int, snapshots: int):
    run = run_actions(revolve_schedule(steps, snapshots), steps)

    assert run.slots <= snapshots
    assert fewest_advances(steps, snapshots) == run.advances
    assert steps <= longest_chain(snapshots, run.most_repeated)


@given(st.integers(1, 400), st.integers(1, 30))
def test_one_more_snapshot_never_costs_an_advance(steps: int, snapshots: int):
    assert fewest_advances(steps, snapshots + 1) <= fewest_advances(steps, snapshots)


def test_a_long_chain_needs_no_deep_recursion():
    assert fewest_advances(5_000, 4) == run_actions(revolve_schedule(5_000, 4), 5_000).advances


def test_three_steps_with_two_snapshots_read_like_instructions():
    assert [
        "snapshot 0, slot 0",
        "advance from 0 to 1",
        "snapshot 1, slot 1",
        "advance from 1 to 2",
        "reverse 2",
        "restore 1, slot 1",
        "reverse 1",
        "restore 0, slot 0",
        "reverse 0",
    ] == [str(action) for action in revolve_schedule(3, 2)]


@pytest.mark.parametrize(("steps", "snapshots"), [(0, 1), (3, 0), (-2, -2)])
def test_without_a_step_or_a_snapshot_there_is_no_schedule(steps: int, snapshots: int):
    message = rf"^{steps} steps and {snapshots} snapshots; both are at least 1: the initial state is one\.$"

    with pytest.raises(ScheduleError, match=message):
        fewest_advances(steps, snapshots)
    with pytest.raises(ScheduleError, match=message):
        revolve_schedule(steps, snapshots)


START = Action("snapshot", 0, 0, 0)
FORWARD = Action("advance", 0, 2)
REFUSED = [
    ([Action("snapshot", 1, 1, 0)], "action 1, snapshot 1, slot 0: the current state is 0; only the current state"),
    ([Action("snapshot", 0, 0)], "action 1, snapshot 0: no slot is named; a snapshot needs one."),
    ([Action("restore", 1, 1, 0)], "action 1, restore 1, slot 0: this slot stores none; restore what is stored."),
    ([START, Action("restore", 1, 1, 0)], "action 2, restore 1, slot 0: this slot stores 0; restore what is stored."),
    ([FORWARD, FORWARD], "action 2, advance from 0 to 2: the current state is 2; advance from there."),
    ([Action("advance", 0, 3)], "the next step to reverse is 2; advance forward, to state 2 at most."),
    ([FORWARD, Action("advance", 2, 1)], "action 2, advance from 2 to 1: the next step to reverse is 2;"),
    ([Action("reverse", 0, 1)], "action 1, reverse 0: the next step to reverse is 2."),
    ([Action("reverse", 2, 3)], "the current state is 0; reversing needs the state before the step."),
    ([FORWARD, Action("reverse", 2, 3), Action("snapshot", 2, 2, 1)], "the current state is none; only the current"),
    ([START, FORWARD], "the schedule ends with 3 of 3 steps not reversed; the last one is step 0."),
]  # fmt: skip


@pytest.mark.parametrize(("actions", "message"), REFUSED)
def test_what_cannot_be_carried_out_is_refused(actions: list[Action], message: str):
    with pytest.raises(ScheduleError) as caught:
        run_actions(actions, 3)
    assert message in str(caught.value)


def test_there_is_something_to_reverse():
    with pytest.raises(ScheduleError, match=r"^0 steps to reverse; 1 or more are right\.$"):
        run_actions([], 0)
