"""Depth is no limit: chains far longer than Python's own stack."""

import numpy as np

import engine as ag
from engine.sizes import symbol


def test_a_chain_of_5000_tensors_runs_forward_and_back():
    x = ag.Tensor(np.array([2.0]), requires_grad=True)
    y = x
    for _ in range(5_000):
        y = y + x
    ag.sum(y).backward()

    assert 5_001 * 2.0 == y.value[0]
    assert 5_001.0 == x.grad[0]
    assert 5_001 == len(y.postorder())


def test_a_listing_of_5000_steps_runs_on_sizes_too():
    listing = "def f(x):\n    for i in range(5_000):\n        x = x * 2\n    return x\n"
    trace = ag.run_listing(listing, "f(ag.Tensor(np.zeros((n, 3))))", {"n": symbol("n")})

    assert "120000*n" == str(trace.of_function("f").value_bytes)
