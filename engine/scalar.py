"""`Scalar`: a thin handle on one node of a tape, with Python's operators.

A float stays a float; an int or a Fraction is computed exactly (engine.exact). Numbers that meet a Scalar in
an operation become constant leaves, which take no gradient.
"""

from __future__ import annotations

from fractions import Fraction

from engine.errors import EngineError
from engine.exact import Exact, Value
from engine.operations import STANDARD, Rules
from engine.tape import NO_OPERAND, LoneLeaf, Tape, backward, postorder

__all__ = ["Scalar", "div", "exp", "log", "neg", "pow", "relu", "sigmoid", "sub", "tanh"]

_NUMBERS = (int, float, Fraction, Exact)


class Scalar:
    """One node of a computational graph.

    `label` may carry the node's text as the practice exam writes it, `z1:leaf(x)`: label `z1`, leaf name `x`.
    """

    __slots__ = ("_node", "_tape")

    def __init__(self, value: Value, *, label: str = "", rules: Rules = STANDARD) -> None:
        if not isinstance(value, _NUMBERS):
            raise EngineError(f"Scalar: the value is {value!r}; a number was expected.")
        label, _, op = label.partition(":")
        leaf_name = op[len("leaf(") : -1] if op.startswith("leaf(") and op.endswith(")") else label
        self._tape: Tape | LoneLeaf = LoneLeaf(rules.leaf(value), rules, label, leaf_name)
        self._node = 0

    # What the node is.

    @property
    def value(self) -> Value:
        tape, node = settle(self)
        return tape.values[node]

    @property
    def grad(self) -> Value:
        """d(output)/d(this node) after `output.backward()`; 0 before, and where no path leads here."""
        tape, node = settle(self)
        return tape.gradient(node)

    @property
    def label(self) -> str:
        tape, node = settle(self)
        return tape.labels.get(node, "")

    @property
    def op(self) -> str:
        """The operation's name; for a leaf `leaf(wr)`."""
        tape, node = settle(self)
        return tape.op(node)

    @property
    def inputs(self) -> tuple[Scalar, ...]:
        """The operands, left first; an operand used twice (`z1*z1`) stands there twice."""
        tape, node = settle(self)
        return tuple(_handle(tape, k) for k in (tape.lefts[node], tape.rights[node]) if k >= 0)

    def __repr__(self) -> str:
        return f"<Scalar {self.label}:{self.op} value={self.value}>"

    # What can be asked of the graph that ends here.

    def postorder(self) -> list[Scalar]:
        """The nodes this one depends on and itself: depth-first postorder, left operand first, each once."""
        tape, node = settle(self)
        return [_handle(tape, k) for k in postorder(tape.lefts, tape.rights, node)]

    def backward(self) -> None:
        """Compute the gradient of this node with respect to every node it depends on.

        Leaves add up over several calls, as in PyTorch; inner nodes hold the last walk's gradient.
        """
        backward(*settle(self))

    # Operators; a number on either side becomes a constant.

    def __add__(self, other: Scalar | Value) -> Scalar:
        return _binary("add", self, other)

    def __radd__(self, other: Value) -> Scalar:
        return _binary("add", _constant(other, self), self)

    def __sub__(self, other: Scalar | Value) -> Scalar:
        return _binary("sub", self, other)

    def __rsub__(self, other: Value) -> Scalar:
        return _binary("sub", _constant(other, self), self)

    def __mul__(self, other: Scalar | Value) -> Scalar:
        return _binary("mul", self, other)

    def __rmul__(self, other: Value) -> Scalar:
        return _binary("mul", _constant(other, self), self)

    def __truediv__(self, other: Scalar | Value) -> Scalar:
        return _binary("div", self, other)

    def __rtruediv__(self, other: Value) -> Scalar:
        return _binary("div", _constant(other, self), self)

    def __pow__(self, exponent: Scalar | Value) -> Scalar:
        return _binary("pow" if isinstance(exponent, Scalar) else "pow_constant", self, exponent)

    def __rpow__(self, base: Value) -> Scalar:
        return _binary("pow", _constant(base, self), self)

    def __neg__(self) -> Scalar:
        return _unary("neg", self)


def sub(a: Scalar, b: Scalar | Value) -> Scalar:
    """a - b."""
    return a - b


def neg(a: Scalar) -> Scalar:
    """-a."""
    return -a


def div(a: Scalar, b: Scalar | Value) -> Scalar:
    """a / b; exact for exact operands."""
    return a / b


def pow(a: Scalar, b: Scalar | Value) -> Scalar:
    """a ** b; a number as exponent takes no gradient."""
    return a**b


def exp(a: Scalar) -> Scalar:
    """e ** a; exact for exact operands, so that `exp(6)*(1/exp(6))` is 1."""
    return _unary("exp", a)


def log(a: Scalar) -> Scalar:
    """Natural logarithm; raises DomainError unless a > 0."""
    return _unary("log", a)


def relu(a: Scalar) -> Scalar:
    """max(a, 0), with derivative 0 at 0."""
    return _unary("relu", a)


def tanh(a: Scalar) -> Scalar:
    """Hyperbolic tangent."""
    return _unary("tanh", a)


def sigmoid(a: Scalar) -> Scalar:
    """1 / (1 + exp(-a))."""
    return _unary("sigmoid", a)


def label_node(scalar: Scalar, label: str, *, leaf_name: str = "") -> None:
    """Give a node its label, and a leaf without a name its name."""
    tape, node = settle(scalar)
    tape.labels[node] = label
    if tape.operations[node] is None:
        tape.leaf_names.setdefault(node, leaf_name or label)


def pin(scalar: Scalar, value: Value) -> None:
    """Put `value` in place of what was computed; nodes made from now on are computed from it."""
    tape, node = settle(scalar)
    tape.values[node] = value


def backward_output(scalar: Scalar) -> Scalar | None:
    """The node of this graph whose `backward` ran last; None when none did."""
    tape, _ = settle(scalar)
    return None if tape.root is None else _handle(tape, tape.root)


def settle(scalar: Scalar) -> tuple[Tape, int]:
    """The tape and the number of a handle's node, after following the merges it has missed."""
    place = _follow(scalar)
    if isinstance(place, LoneLeaf):
        Tape(place.rules).plant(place)
        place = _follow(scalar)
    assert isinstance(place, Tape)
    return place, scalar._node


def _follow(scalar: Scalar) -> Tape | LoneLeaf:
    place = scalar._tape
    while place.successor is not None:
        scalar._node += place.offset
        place = scalar._tape = place.successor
    return place


def _handle(tape: Tape, node: int) -> Scalar:
    handle = object.__new__(Scalar)
    handle._tape, handle._node = tape, node
    return handle


def _constant(value: Value, beside: Scalar) -> Scalar:
    """A leaf for a number written in an expression, on the tape of the Scalar it meets."""
    if not isinstance(value, _NUMBERS):
        raise EngineError(f"an operand is {value!r}; a Scalar or a number was expected.")
    tape, _ = settle(beside)
    node = tape.add_leaf(tape.rules.leaf(value))
    tape.constants[node] = value
    return _handle(tape, node)


def _unary(name: str, operand: Scalar) -> Scalar:
    if not isinstance(operand, Scalar):
        raise EngineError(f"{name}: the operand is {operand!r}; a Scalar was expected.")
    tape, node = settle(operand)
    return _handle(tape, tape.apply(name, node, NO_OPERAND))


def _binary(name: str, left: Scalar, right: Scalar | Value) -> Scalar:
    if not isinstance(right, Scalar):
        right = _constant(right, left)
    tape = left._tape
    if type(tape) is not Tape or tape is not right._tape or not tape.is_open:
        tape = _joined(left, right)
    return _handle(tape, tape.apply(name, left._node, right._node))


def _joined(left: Scalar, right: Scalar) -> Tape:
    """The one tape of both operands; the smaller graph moves, so that building stays n log n at worst."""
    if isinstance(_follow(left), LoneLeaf):
        large, small = settle(right)[0], _follow(left)
    else:
        large, small = settle(left)[0], _follow(right)
    if large.rules is not small.rules:
        raise EngineError("two Scalars of different rule tables met in one operation; use one face for a graph.")
    if isinstance(small, LoneLeaf):
        large.plant(small)
    elif small is not large:
        if len(large.values) < len(small.values):
            large, small = small, large
        large.absorb(small)
    settle(left)
    return settle(right)[0]
