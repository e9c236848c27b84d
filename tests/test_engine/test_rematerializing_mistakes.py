"""Known mistakes in a rematerializer, run: which layers each of them rebuilds wrongly."""

import numpy as np
import pytest

from engine.checkpointing import REMATERIALIZER_MISTAKES, LedgerWatcher, wrongly_rebuilt
from engine.patching import patched
from tests.test_engine.listings_rematerializer import RIGHT, chain_of, forward_of, watched_forward_of

LATE, SLICE = "binds late", "starts at the checkpoint itself"


def listing_with(*mistakes):
    return patched(RIGHT, *(patch for mistake in mistakes for patch in REMATERIALIZER_MISTAKES[mistake]))


# Ten layers under checkpoints -> the layers that come back wrong. By hand: late, each rematerializer starts from the
# last checkpoint and redoes all that follows, which is right for layer 9 alone; with the slice wrong, the checkpoint's
# own layer is applied twice in all that follows it.
WRONG = [
    ((),             [4],    []),
    ((LATE,),        [],     [0, 1, 2, 3, 4, 5, 6, 7, 8]),
    ((LATE,),        [4],    [0, 1, 2, 3, 5, 6, 7, 8]),
    ((SLICE,),       [],     []),
    ((SLICE,),       [4],    [5, 6, 7, 8, 9]),
    ((SLICE,),       [2, 5], [3, 4, 6, 7, 8, 9]),
    ((LATE, SLICE),  [],     [0, 1, 2, 3, 4, 5, 6, 7, 8]),
    ((LATE, SLICE),  [4],    [0, 1, 2, 3, 5, 6, 7, 8, 9]),
    ((LATE, SLICE),  [9],    [0, 1, 2, 3, 4, 5, 6, 7, 8]),
]  # fmt: skip


@pytest.mark.parametrize(("mistakes", "checkpoints", "wrong"), WRONG)
def test_each_mistake_rebuilds_these_layers_wrongly(mistakes, checkpoints, wrong):
    output = forward_of(listing_with(*mistakes))(*chain_of(10), checkpoints)

    assert tuple(wrong) == wrongly_rebuilt(output)


def test_the_two_mistakes_together_are_the_practice_exams_listing():
    exam = """\
def forward_with_rematerializer(x, weights, checkpoints):
    farthest_checkpoint = 0
    x_at_farthest_checkpoint = x
    for i, w in enumerate(weights):
        if i in checkpoints:
            x = ag.matmul(x, w)
            farthest_checkpoint = i
            x_at_farthest_checkpoint = x
        else:
            def _rematerializer():
                xval = x_at_farthest_checkpoint.value
                for w in weights[farthest_checkpoint:(i+1)]:
                    xval = np.matmul(xval,w.value)
                return xval
            x = ag.matmul(x, w)
            x.rematerializer = _rematerializer
    return ag.sum(x)
"""
    renamed = (
        listing_with(LATE, SLICE)
        .replace("first_to_redo", "farthest_checkpoint")
        .replace("x_at_checkpoint", "x_at_farthest_checkpoint")
        .replace("def rematerializer", "def _rematerializer")
        .replace("= rematerializer", "= _rematerializer")
        .replace("value = ", "xval = ")
        .replace("return value", "return xval")
        .replace("np.matmul(value, layer.value)", "np.matmul(xval, w.value)")
        .replace("for layer in", "for w in")
    )

    assert patched(exam) == renamed


@pytest.mark.parametrize("mistakes", [(LATE,), (SLICE,), (LATE, SLICE)])
def test_a_mistake_gives_wrong_gradients_once_values_are_discarded(mistakes):
    def gradients(listing):
        x, weights = chain_of(10)
        output = forward_of(listing)(x, weights, [4])
        for node in output.postorder():
            node.discard_value_if_has_rematerializer()
        output.backward()
        return [w.grad for w in weights]

    differs = [
        not np.allclose(right, wrong)
        for right, wrong in zip(gradients(RIGHT), gradients(listing_with(*mistakes)), strict=True)
    ]

    assert differs[6:] == [True] * 4  # they read the activations of layers 5 to 8


def test_a_mistake_holds_as_much_as_the_right_listing_but_recomputes_more():
    recomputed = {}
    for mistakes in ((), (LATE,), (SLICE,), (LATE, SLICE)):
        watcher = LedgerWatcher(discard_after_use=True)
        output = watched_forward_of(listing_with(*mistakes), watcher)(*chain_of(10, watcher=watcher), [4])
        output.backward()
        ledger = watcher.ledger(count_leaves=False, leave_out=["sum"])
        assert 4 * 3 * 8 == ledger.held_after_forward
        recomputed[mistakes] = ledger.recomputed_operations

    # Right: 1 + 2 + 3 + 4 on either side; late: 8 times the 5 layers after the checkpoint; slice: 4 times one more.
    assert {(): 20, (LATE,): 40, (SLICE,): 24, (LATE, SLICE): 48} == recomputed
