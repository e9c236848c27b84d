"""The practice exam's printed solutions to 1.1, 1.2 and 1.3, pasted whole, give the right statements."""

from __future__ import annotations

from engine import exact
from grader.reading import Statement, TraceReading, read_trace

QUARTIC = {"x": "z1", "z1": "z1", "z2": "z2", "z3": "z3"}
LOG_EXP = {"x": "z1", "y": "z2"} | {f"z{i}": f"z{i}" for i in range(1, 6)}
CELL = {f"z{i}": f"z{i}" for i in range(1, 11)} | {"x1": "z1", "h0": "z2", "wr": "z3", "wi": "z4", "wo": "z9"}

# The line forms of the printed solutions, LaTeX debris and slips included; the prose around them is ours.
PRINTED_QUARTIC = """\
Forward: z1.value = 2 (by definition of x), z2.value = 4 and z3.value = 16.

#### **Backpropagation computation:**

Iteration 0 (of backward): The backward function during the 0-th iteration of backward is

```
def __mul__(self, other):
    output = ag.Scalar(self.value * other.value, inputs=[self, other])
    def _backward():
        self.grad += other.value * output.grad
```

where

- output is z3
- self and other are both z2

Hence
```
z2.grad += z2.value * z3.grad
z2.grad += z2.value * z3.grad
```
and so
```
z2.grad == 8
```
after the 0-th iteration of backward.

**Iteration 1**: The operation is mul again, however

- output is z2
- self and other are both z1

```
z1.grad += z1.value * z2.grad
z1.grad += z1.value * z2.grad
```
and so
```
z1.grad == 32
```
after the 1-st iteration of backward.

Iteration 2: There is no operation at z1, a leaf node (inputs = [] is the empty list).

Thus, the final answer x.grad is equal to 32.
(Note: "During Iteration 2, the output node is a leaf node where there is no op. Skipping." is fine too.)
"""
PRINTED_LOG_EXP = """\
z1.value = 2 and z2.value = 3 (by definition), z3.value = 6, z4.value = exp(6) and z5.value = log(exp(6)) = 6.

Iteration 0: The operation is log. The output node is z5 and the input node is z4. The calculation is
```
z4.grad += (1/z4.value) * z5.grad
```
When backward is called on z5, we set z5.grad to the value 1. Thus
```
z4.grad += (1/exp(6)) * 1
```
And so the value of z4.grad is 1/exp(6) at the end of iteration 0.

**Iteration 1**: The operation is exp. The output node is z4 and the input node is z3. The calculation is
```
z3.grad += exp(z3.value) * z4.grad and so
```
```
z3.grad += exp(6) * (1/exp(6))
```
And so the value of z3.grad is 1 at the end of iteration 1.

Iteration 2: The operation is mul. The output node is z3 and the input nodes is z1 and z2. The calculation is
```
z1.grad += z2.value * z3.grad
z2.grad += z1.value * z3.grad
```
and so after iteration 2 z1.grad == z2.value == 3 and z2.grad == z1.value == 2.

In iteration 3 and 4, the output nodes are leaf nodes so there are no ops.

Final answer, z1.grad == x.grad == z2.value == 3 and z2.grad == y.grad == z1.value == 2.
"""
PRINTED_CELL = r"""z5 = 12 # wr*h0

z10 = 132 # wo*relu(wr*h0 + wi*x1)

z3: \text{leaf}(\text{wr}), z2: \text{leaf}(\text{h0}), z5: \text{mul}, z9: \text{leaf}(\text{wo})
   Iteration 0: Output node is z10. The op is mul and so
z8.grad += z9.value * z10.grad
z9.grad += z8.value * z10.grad
Substituting in values:
z8.grad = 6*1 = 6
z9.grad = 22*1 = 22
   Iteration 1: Output node z9 is a leaf, skipped.
   Iteration 2: Output node z8: relu. The op is relu.
   Since z7.value > 0, the derivative is:
z7.grad += z8.grad
and so
z7.grad = 1*6 = 6
   Iteration 3: Output node z7. The op is add:
z5.grad += z7.grad
z6.grad += z7.grad
and so
z5.grad = 6
z6.grad = 6
   Iteration 4: Output node z6. The op is mul.
z4.grad += z1.value*z6.grad
z1.grad += z4.value*z6.grad
Substitute in
z4.grad = 2*6 = 12
z1.grad = 5*6 = 30
   Iteration 5 and 6: Output nodes z1 and z4 are leaves. Skipped.
   Iteration 7: Output node 25. Op mul. Thus
z3.grad += z2.value * z5.grad
z2.grad += z3.value * z5.grad
Substituting in values:
z3.grad = 3*6 = 18
z2.grad = 4*6 = 24
   Iteration 8 and 9: Output nodes z2 and z3 are leaves. Skipped.
   Final Answer: The computed gradients are:

wr.grad = z3.grad = 18
wi.grad = z4.grad = 12
wo.grad = z9.grad = 22
"""


def statements(text: str, names: dict[str, str]) -> tuple[Statement, ...]:
    reading = read_trace(text, names=names)
    assert isinstance(reading, TraceReading), reading
    return reading.statements


def claims(text: str, names: dict[str, str]) -> list[tuple[str, object]]:
    return [(f"{s.node}.{s.quantity}{'+' * s.adds}", s.value) for s in statements(text, names)]


def test_the_printed_quartic_is_read_as_its_two_gradients() -> None:
    gradients = [(s.node, s.value, s.step) for s in statements(PRINTED_QUARTIC, QUARTIC) if s.quantity == "grad"]

    assert [("z2", 8, "z3"), ("z1", 32, "z2"), ("z1", 32, None)] == gradients


def test_the_forward_values_of_the_printed_quartic_are_read() -> None:
    values = [(s.node, s.value) for s in statements(PRINTED_QUARTIC, QUARTIC) if s.quantity == "value"]

    assert [("z1", 2), ("z2", 4), ("z3", 16)] == values


def test_the_printed_logarithm_is_read_exactly() -> None:
    one_over = exact.exp(-6)

    expected = [
        ("z1.value", 2), ("z2.value", 3), ("z3.value", 6), ("z4.value", exact.exp(6)), ("z5.value", 6),
        ("z4.grad+", one_over), ("z4.grad", one_over), ("z3.grad+", 1), ("z3.grad", 1),
        ("z1.grad", 3), ("z2.value", 3), ("z2.grad", 2), ("z1.value", 2),
        ("z1.grad", 3), ("z2.value", 3), ("z2.grad", 2), ("z1.value", 2),
    ]  # fmt: skip
    assert expected == claims(PRINTED_LOG_EXP, LOG_EXP)


def test_the_steps_of_the_printed_logarithm_are_its_output_nodes() -> None:
    steps = [(s.node, s.step) for s in statements(PRINTED_LOG_EXP, LOG_EXP) if s.quantity == "grad" and not s.adds]

    assert [("z4", "z5"), ("z3", "z4"), ("z1", "z3"), ("z2", "z3")] == steps[:4]


def test_the_printed_cell_is_read_with_its_steps_and_the_slip_has_none() -> None:
    gradients = [(s.node, s.value, s.step) for s in statements(PRINTED_CELL, CELL) if s.quantity == "grad"]

    expected = [
        ("z8", 6, "z10"), ("z9", 22, "z10"), ("z7", 6, "z8"), ("z5", 6, "z7"), ("z6", 6, "z7"), ("z4", 12, "z6"),
        ("z1", 30, "z6"), ("z3", 18, None), ("z2", 24, None),
    ]  # fmt: skip
    assert expected == gradients[:9]
    assert [("z3", 18), ("z4", 12), ("z9", 22)] == [(node, value) for node, value, _ in gradients[9:]]


def test_the_values_of_the_printed_cell_are_read_past_their_comments() -> None:
    assert [("z5.bare", 12), ("z10.bare", 132)] == claims(PRINTED_CELL, CELL)[:2]
