"""The practice exam's printed solutions to parts 2 to 4, as printed: right, but for the one slip in a shape.

The formulas and the line forms are the document's; the prose around them is ours.
"""

from __future__ import annotations

import pytest

from grader import judge, judge_all
from question_templates.answers import Bytes, Growth, Shape

CONVOLUTION = dict.fromkeys(["N", "Cin", "Cout", "Hin", "Win", "K", "S"], "positive integer")
ATTENTION = dict.fromkeys(["n_samples", "n_context", "n_features", "n_hidden"], "positive integer")
CHAIN = dict.fromkeys(["num_layers", "num_samples", "dim_hidden", "len(checkpoints)"], "positive integer")
SLIDING = {"Hout": "(Hin - K)//S + 1", "Wout": "(Win - K)//S + 1"}
FITS = ["K <= Hin", "K <= Win"]

IM2COL = Shape("(Cin*Hin*Win, Hout*Wout*Cin*K*K)", CONVOLUTION, where=SLIDING, domain=FITS)
TIME = Growth("N*P*Cin*K*K*Cout", CONVOLUTION, where={"P": "Hout*Wout", **SLIDING}, domain=FITS)
IM2COL_BYTES = Bytes("8*N*P*Cin*K*K", CONVOLUTION, where={"P": "Hout*Wout", **SLIDING}, domain=FITS)
NO_CHECKPOINTS = Bytes("8*num_layers*num_samples*dim_hidden", CHAIN)
CHECKPOINTS = Bytes("8*len(checkpoints)*num_samples*dim_hidden", CHAIN)

PRINTED = {
    "2.1 shape": (
        IM2COL,
        """The shape is

```
(Cin * Hin * Win, Hout * Wout * Cin * K * K)

where we let

Hout = (Hin - K)//S + 1
Wout = (Win - K)//S + 1
```
""",
    ),
    "2.2 time": (
        TIME,
        """Xin\\_patches\\_flat has shape

```
(N, P, Cin * K * K)
```

where we let

```
P = Hout * Wout
Hout = (Hin - K)//S + 1
Wout = (Win - K)//S + 1
self.weight has shape
```

This line is dominated by the (tensorized) product of two tensors of shape

```
(N, P, Cin * K * K) and (Cin * K * K, Cout)
```

Thus, the complexity is

```
O(N * P * Cin * K * K * Cout)
```
""",
    ),
    "2.2 memory": (
        IM2COL_BYTES,
        """Xin\\_im2col.value has shape

```
(N, P * Cin * K * K)
```

where

```
P = Hout * Wout
Hout = (Hin - K)//S + 1
Wout = (Win - K)//S + 1
```

Thus, the memory for the value tensor is

```
8*N*P*Cin*K*K (bytes)
```
""",
    ),
    "4.1": (
        NO_CHECKPOINTS,
        """Each intermediate activation

```
x.value.shape = (num_samples, dim_hidden)
```

Memory for the activation per layer

```
num_samples * dim_hidden * 8

With

num_layers = 10
```

the final answer for the activations of all layers is

```
num_layers * num_samples * dim_hidden * 8
```
""",
    ),
    "4.2": (
        CHECKPOINTS,
        """As before, the memory for the activation per layer is

```
num_samples * dim_hidden * 8
```

However, a layer that is not a checkpoint is discarded at once, thus the memory is.

```
len(checkpoints) * num_samples * dim_hidden * 8
```

where len(checkpoints) = 1 in our case.""",
    ),
}


@pytest.mark.parametrize("place", PRINTED)
def test_a_printed_solution_is_right(place):
    answer, printed = PRINTED[place]

    assert judge(answer, printed).outcome == "right"


def attention_answers():
    wide, square = "8*n_samples*n_context*n_features", "8*n_samples*n_context**2"
    return {
        "Queries": Bytes(wide, ATTENTION),
        "Keys": Bytes(wide, ATTENTION),
        "KQ": Bytes(square, ATTENTION),
        "expKQ": Bytes(square, ATTENTION),
        "softmaxKQ": Bytes(square, ATTENTION),
        "P shape": Shape("(n_samples, n_features, n_context)", ATTENTION),
        "P": Bytes("8*n_samples*n_features*n_context", ATTENTION),
        "hidden": Bytes("8*n_samples*n_context*n_hidden", ATTENTION),
    }


def test_of_the_printed_attention_answers_only_p_loses_points_and_its_bytes_follow_from_its_shape():
    wide = """Queries.shape = Keys.shape = (n_samples, n_context, n_features)
Memory required = n_samples * n_context * n_features * 8"""
    square = """KQ.shape = expKQ.shape = P.shape = softmaxKQ = (n_samples, n_context, n_context)
Memory = n_samples * n_context^2 * 8"""
    hidden = """hidden.shape = (n_samples, n_context, n_hidden)
Memory = n_samples * n_context * n_hidden * 8"""
    responses = dict.fromkeys(["Queries", "Keys"], wide) | dict.fromkeys(["KQ", "expKQ", "softmaxKQ", "P"], square)

    verdicts = judge_all(attention_answers(), responses | {"P shape": square, "hidden": hidden})

    expected = dict.fromkeys(attention_answers(), "right") | {"P shape": "wrong", "P": "follows"}
    assert expected == {name: verdict.outcome for name, verdict in verdicts.items()}


def test_the_feedback_names_the_axis_of_the_slip():
    verdict = judge(attention_answers()["P shape"], "P.shape = (n_samples, n_context, n_context)")

    assert "The second axis is not right" in verdict.reason
