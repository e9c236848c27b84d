"""`Tensor`: an array that remembers how it was computed, with Python's operators."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.sizes import Size
from engine.tensors import graph
from engine.tensors.abstract import AbstractArray, AbstractSparse, abstract_result
from engine.tensors.counting import beside as counts_beside
from engine.tensors.indexing import index_items
from engine.tensors.owning import owned, zeros_like
from engine.tensors.shapes import Axes, Shape, product, shown
from engine.tensors.table import STANDARD_TENSOR_RULES, TensorOperation, TensorRules

__all__ = ["Tensor", "apply", "as_tensor", "new_node"]

Array = npt.NDArray[Any]

# Options that are arrays of their own, such as a sparse matrix, may be abstract too.
_ABSTRACT = frozenset([AbstractArray, AbstractSparse])
_NO_OPTIONS: Mapping[str, Any] = {}


class Tensor:
    """A node of a graph of arrays.

    `value` is a float array that the node owns: integers become float64, float32 stays, a view is copied. It is an
    AbstractArray where only the shape is known, and None once it was discarded. `grad` is d(output)/d(value) after
    `output.backward()`: zeros before on a leaf with `requires_grad`, else None. `inputs` are the operands, left first,
    one that is used twice named twice.
    """

    __slots__ = (
        "__weakref__",
        "_dtype",
        "_shape",
        "grad",
        "inputs",
        "label",
        "operation",
        "options",
        "rematerializer",
        "requires_grad",
        "rules",
        "value",
    )
    __array_ufunc__ = None  # so that `array * tensor` comes here instead of running over the array's entries

    # Arrays or None; `Any`, because whoever reads one knows which it is, and code would be full of asking.
    value: Any
    grad: Any

    def __init__(
        self,
        value: Any,
        requires_grad: bool = False,
        rematerializer: Callable[[], Any] | None = None,
        inputs: tuple[Tensor, ...] = (),
        label: str = "",
        *,
        rules: TensorRules = STANDARD_TENSOR_RULES,
    ) -> None:
        if isinstance(value, Tensor):
            raise EngineError("Tensor: the value is a Tensor; use its .value, or detach().")
        array = owned(value)
        self.value, self._shape, self._dtype = array, array.shape, array.dtype
        self.requires_grad = requires_grad
        self.rematerializer = rematerializer
        self.inputs, self.label, self.rules = tuple(inputs), label, rules
        self.operation: TensorOperation | None = None
        self.options = _NO_OPTIONS
        self.grad = zeros_like(array) if requires_grad else None
        if rules.watcher is not None:
            rules.watcher.made(self)

    @property
    def shape(self) -> Shape:
        shape: Shape = self._shape if self.value is None else self.value.shape
        return shape

    @property
    def dtype(self) -> np.dtype[Any]:
        dtype: np.dtype[Any] = self._dtype if self.value is None else self.value.dtype
        return dtype

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> Any:
        """The number of entries."""
        return product(self.shape)

    @property
    def nbytes(self) -> Any:
        """The bytes that the value takes while it is held."""
        return self.value.nbytes if self.value is not None else self._dtype.itemsize * self.size

    @property
    def op(self) -> str:
        """The operation's name; `leaf(w)` for a leaf with label w."""
        return self.operation.name if self.operation else f"leaf({self.label})"

    @property
    def T(self) -> Tensor:  # noqa: N802, as NumPy writes it
        return self.transpose()

    def __repr__(self) -> str:
        return f"Tensor({graph.name_of(self)}, shape={shown(self.shape)}, dtype={self.dtype})"

    def __len__(self) -> int:
        if not self.shape:
            raise EngineError("len: the tensor is a single number; it has no first axis.")
        return int(self.shape[0])

    def __bool__(self) -> bool:
        return bool(self.value)

    def __float__(self) -> float:
        return float(self.value) if isinstance(self.value, AbstractArray) else float(np.asarray(self.value).item())

    def __iter__(self) -> Iterator[Tensor]:
        return (self[place] for place in range(len(self)))

    # The graph.

    def postorder(self) -> list[Tensor]:
        """The nodes this one depends on, inputs first, left operand first, itself last."""
        return cast(list[Tensor], graph.postorder(self))

    def backward(
        self, gradient: Any = None, *, keep_gradients: bool | None = None, keep_values: bool | None = None
    ) -> None:
        """Compute the gradients of this node; see `engine.tensors.graph.backward`."""
        keep = not self.rules.frees_as_it_goes
        graph.backward(
            self,
            gradient,
            keep_gradients=keep if keep_gradients is None else keep_gradients,
            keep_values=keep if keep_values is None else keep_values,
        )

    def detach(self) -> Tensor:
        """A leaf with a copy of this value: no gradient goes through it."""
        value = graph.rematerialized(self) if self.value is None else self.value
        return Tensor(value, label=self.label, rules=self.rules)

    def discard_value_if_has_rematerializer(self) -> None:
        """Let go of the value if it can be computed again."""
        if self.rematerializer is not None and self.value is not None:
            self._shape, self._dtype, self.value = self.value.shape, self.value.dtype, None

    # Operators; a number or an array on either side becomes a constant leaf.

    def __add__(self, other: Any) -> Tensor:
        return apply("add", self, other)

    def __radd__(self, other: Any) -> Tensor:
        return apply("add", other, self)

    def __sub__(self, other: Any) -> Tensor:
        return apply("sub", self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return apply("sub", other, self)

    def __mul__(self, other: Any) -> Tensor:
        return apply("mul", self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return apply("mul", other, self)

    def __truediv__(self, other: Any) -> Tensor:
        return apply("div", self, other)

    def __rtruediv__(self, other: Any) -> Tensor:
        return apply("div", other, self)

    def __pow__(self, other: Any) -> Tensor:
        return apply("pow", self, other)

    def __rpow__(self, other: Any) -> Tensor:
        return apply("pow", other, self)

    def __matmul__(self, other: Any) -> Tensor:
        return apply("matmul", self, other)

    def __rmatmul__(self, other: Any) -> Tensor:
        return apply("matmul", other, self)

    def __neg__(self) -> Tensor:
        return apply("neg", self)

    def __getitem__(self, index: Any) -> Tensor:
        return apply("getitem", self, index=index_items(index))

    # Methods that listings write.

    def reshape(self, *shape: Any) -> Tensor:
        """The same entries under another shape, with at most one size left open as -1."""
        new = tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        return apply("reshape", self, shape=new)

    def transpose(self, *axes: Any) -> Tensor:
        """The axes in another order; reversed without arguments."""
        order = tuple(axes[0]) if len(axes) == 1 and isinstance(axes[0], tuple | list) else axes
        return apply("transpose", self, axes=order or None)

    def sum(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        return apply("sum", self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        return apply("mean", self, axis=axis, keepdims=keepdims)

    def max(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        return apply("max", self, axis=axis, keepdims=keepdims)


def as_tensor(value: Any, beside: Tensor | None = None) -> Tensor:
    """A Tensor as it is; anything else as a constant leaf, a plain number in the float type of its neighbour."""
    if isinstance(value, Tensor):
        return value
    rules = STANDARD_TENSOR_RULES if beside is None else beside.rules
    if isinstance(value, AbstractArray) and beside is not None and not value.shape:
        value = AbstractArray((), beside.dtype)  # as a number of NumPy's
    if beside is not None and isinstance(value, int | float | Size):
        if isinstance(value, Size) or not isinstance(beside.value, np.ndarray):
            value = AbstractArray((), beside.dtype)
        else:
            value = np.array(counts_beside(beside.value, value), beside.dtype)
    return Tensor(value, rules=rules)


def apply(name: str, *operands: Any, **options: Any) -> Tensor:
    """The result of one operation of the table as a new node.

    Raises: ShapeMismatch if the operands' shapes do not go together; EngineError if their rule tables differ.
    """
    inputs = _inputs(name, operands)
    rules = inputs[0].rules
    operation = rules.operations[name]
    values = [graph.rematerialized(source) if source.value is None else source.value for source in inputs]
    if AbstractArray in map(type, values) or not _ABSTRACT.isdisjoint(map(type, options.values())):
        assume = rules.watcher.assume if rules.watcher else None
        return new_node(operation, inputs, options, abstract_result(operation, values, options, assume=assume))
    try:
        with np.errstate(all="ignore"):  # first_non_finite says more than a warning does
            value = np.asarray(operation.value(*values, **options))
    except (ValueError, IndexError, TypeError) as error:
        operation.shape(*(array.shape for array in values), **options)  # says what is wrong, as a rule
        raise EngineError(f"{name}: {error}") from error
    return new_node(operation, inputs, options, _in_operands_type(value, values))


def _inputs(name: str, operands: tuple[Any, ...]) -> tuple[Tensor, ...]:
    """The operands as Tensors of one rule table; numbers and arrays become constants beside the first Tensor."""
    beside = None
    for operand in operands:
        if isinstance(operand, Tensor):
            if beside is None:
                beside = operand
            elif operand.rules is not beside.rules:
                raise EngineError(
                    "two Tensors of different rule tables met in one operation; use one face for a graph."
                )
    if beside is None and all(isinstance(operand, int | float) for operand in operands):
        shown_operands = " and ".join(map(repr, operands))
        raise EngineError(f"{name}: the operand is {shown_operands}; a Scalar or a Tensor was expected.")
    return tuple([as_tensor(operand, beside) for operand in operands])


def _in_operands_type(value: Array, operands: list[Array]) -> Array:
    """Older NumPy widens the float32 result of a single number; the operands' own type is right."""
    dtype = value.dtype
    if all(operand.dtype is dtype for operand in operands):  # the common case, without asking for the common type
        return value
    return value.astype(np.result_type(*operands), copy=False)


def new_node(operation: TensorOperation, inputs: tuple[Tensor, ...], options: Mapping[str, Any], value: Any) -> Tensor:
    """The result of an operation, whose value was computed elsewhere."""
    node = object.__new__(Tensor)
    node.value, node._shape, node._dtype = value, value.shape, value.dtype
    node.requires_grad = any(source.requires_grad for source in inputs)
    node.rematerializer, node.grad = None, None
    node.inputs, node.label, node.rules = inputs, "", inputs[0].rules
    node.operation, node.options = operation, options
    if node.rules.watcher is not None:
        node.rules.watcher.made(node)
    return node
