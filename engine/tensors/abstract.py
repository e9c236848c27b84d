"""Abstract arrays: of their entries nothing is known, of their shape everything, in sizes that may be symbols.

Shapes follow the table's own shape rules; so that what runs on arrays runs on these. An inequality that a shape rule
meets and that depends on the sizes (K <= Hin) is handed to `assume`, who may record it; without one it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from engine.errors import EngineError
from engine.sizes import Comparison, Facts, Size, UndecidedComparison, assuming
from engine.tensors.shapes import Shape, ShapeMismatch, product, shown
from engine.tensors.table import STANDARD_TENSOR_RULES, TensorOperation

__all__ = ["AbstractArray", "AbstractNumber", "AbstractSparse", "Assume", "abstract_result", "shape_of"]

#: Told an inequality that the run relies on; gives the facts that hold from then on.
Assume = Callable[[Comparison], Facts]

# Of whole numbers too, in NumPy.
_GIVES_FLOATS = frozenset(["div", "exp", "log", "tanh", "sigmoid", "mean", "softmax", "logsumexp"])
_INDEX = np.dtype(np.int32)  # what SciPy takes while 2**31 entries are enough


class AbstractArray:
    """An array known by shape and type alone; it owns a buffer as an array does, of `nbytes` bytes."""

    __slots__ = ("__weakref__", "_nbytes", "dtype", "shape")
    __array_ufunc__ = None  # NumPy leaves an operation with one of these to it

    def __init__(self, shape: Sequence[Any] = (), dtype: Any = np.float64) -> None:
        self.shape: Shape = tuple(shape)
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        self._nbytes: Any = None

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> Any:
        return product(self.shape)

    @property
    def itemsize(self) -> int:
        return self.dtype.itemsize

    @property
    def nbytes(self) -> Any:
        if self._nbytes is None:  # a product of sizes takes a while, and a trace asks several times
            self._nbytes = self.itemsize * self.size
        return self._nbytes

    @property
    def T(self) -> AbstractArray:  # noqa: N802, as NumPy writes it
        return self.transpose()

    def __repr__(self) -> str:
        return f"AbstractArray({shown(self.shape)}, {self.dtype})"

    def astype(self, dtype: Any, *, copy: bool = True) -> AbstractArray:
        return AbstractArray(self.shape, dtype)

    def copy(self) -> AbstractArray:
        return AbstractArray(self.shape, self.dtype)

    def reshape(self, *shape: Any) -> AbstractArray:
        new = tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        return _applied("reshape", self, shape=new)

    def transpose(self, *axes: Any) -> AbstractArray:
        order = tuple(axes[0]) if len(axes) == 1 and isinstance(axes[0], tuple | list) else axes
        return _applied("transpose", self, axes=order or None)

    def sum(self, axis: Any = None, keepdims: bool = False) -> AbstractArray:
        return _applied("sum", self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> AbstractArray:
        return _applied("mean", self, axis=axis, keepdims=keepdims)

    def max(self, axis: Any = None, keepdims: bool = False) -> AbstractArray:
        return _applied("max", self, axis=axis, keepdims=keepdims)

    def __getitem__(self, index: Any) -> AbstractArray:
        return _applied("getitem", self, index=index if isinstance(index, tuple) else (index,))

    # What would need an entry is refused.

    def __eq__(self, other: object) -> Any:
        return _compared(self, other)

    def __ne__(self, other: object) -> Any:
        return _compared(self, other)

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        self._refuse("a branch depends on its entries")

    def __float__(self) -> float:
        self._refuse("float() asks for its entry")

    def __index__(self) -> int:
        self._refuse("a whole number is asked of its entry")

    def __iter__(self) -> NoReturn:
        self._refuse("its rows are gone through one by one")

    def __len__(self) -> int:
        if not self.shape or not isinstance(self.shape[0], int):
            self._refuse("its length is no plain number")
        return self.shape[0]

    def _refuse(self, why: str) -> NoReturn:
        raise EngineError(f"{self!r} has no entries, and {why}; run the listing at plain sizes for that.")

    # The operators, as NumPy's arrays have them.

    def __add__(self, other: Any) -> AbstractArray:
        return _applied("add", self, other)

    def __radd__(self, other: Any) -> AbstractArray:
        return _applied("add", other, self)

    def __sub__(self, other: Any) -> AbstractArray:
        return _applied("sub", self, other)

    def __rsub__(self, other: Any) -> AbstractArray:
        return _applied("sub", other, self)

    def __mul__(self, other: Any) -> AbstractArray:
        return _applied("mul", self, other)

    def __rmul__(self, other: Any) -> AbstractArray:
        return _applied("mul", other, self)

    def __truediv__(self, other: Any) -> AbstractArray:
        return _applied("div", self, other)

    def __rtruediv__(self, other: Any) -> AbstractArray:
        return _applied("div", other, self)

    def __pow__(self, other: Any) -> AbstractArray:
        return _applied("pow", self, other)

    def __rpow__(self, other: Any) -> AbstractArray:
        return _applied("pow", other, self)

    def __matmul__(self, other: Any) -> AbstractArray:
        return _applied("matmul", self, other)

    def __rmatmul__(self, other: Any) -> AbstractArray:
        return _applied("matmul", other, self)

    def __neg__(self) -> AbstractArray:
        return _applied("neg", self)


class AbstractNumber(AbstractArray):
    """A Python float of which nothing is known; beside an array it takes the array's type, as Python's own does."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__((), np.float64)


class AbstractSparse:
    """A sparse matrix in CSR of which shape, type and number of stored entries are known; indices take 4 bytes."""

    __slots__ = ("data", "indices", "indptr", "shape")

    def __init__(self, shape: Sequence[Any], n_stored: Any, dtype: Any = np.float64) -> None:
        self.shape: Shape = tuple(shape)
        self.data = AbstractArray((n_stored,), dtype)
        self.indices = AbstractArray((n_stored,), _INDEX)
        self.indptr = AbstractArray((self.shape[0] + 1,), _INDEX)

    @property
    def nnz(self) -> Any:
        return self.data.shape[0]

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.data.dtype

    @property
    def T(self) -> AbstractSparse:  # noqa: N802, as SciPy writes it
        return AbstractSparse(self.shape[::-1], self.nnz, self.dtype)

    def __repr__(self) -> str:
        return f"AbstractSparse({shown(self.shape)}, {self.nnz} stored, {self.dtype})"


def _compared(array: AbstractArray, other: Any) -> Any:
    """`==` and `!=`: an array of truth values, of which a single number's is asked at once."""
    if other is None or isinstance(other, str):
        return NotImplemented
    if not array.shape:
        raise EngineError(f"{array!r} has no entries, and a comparison asks for its entry; run it at plain sizes.")
    return AbstractArray(_applied("maximum", array, other).shape, np.bool_)


def _applied(name: str, *values: Any, **options: Any) -> AbstractArray:
    return abstract_result(STANDARD_TENSOR_RULES.operations[name], values, options)


def abstract_result(
    operation: TensorOperation, values: Sequence[Any], options: Mapping[str, Any], *, assume: Assume | None = None
) -> AbstractArray:
    """What an operation of the table gives for values of which some are abstract; numbers and sizes have shape ().

    Raises: ShapeMismatch as the shape rule does, and for an inequality that is open where nobody may assume it.
    """
    shape = shape_of(operation, [_shape(value) for value in values], options, assume=assume)
    dtype = _common_type(values)
    if dtype.kind in "biu" and operation.name in _GIVES_FLOATS:
        dtype = np.dtype(np.float64)
    return AbstractArray(shape, dtype)


def shape_of(
    operation: TensorOperation, shapes: Sequence[Shape], options: Mapping[str, Any], *, assume: Assume | None = None
) -> Shape:
    """The result's shape; every refusal of the rule that depends on the sizes is assumed not to be so."""
    while True:
        try:
            return operation.shape(*shapes, **options)
        except UndecidedComparison as undecided:
            comparison = undecided.comparison
            if assume is None or not isinstance(comparison, Comparison) or comparison.relation in ("==", "!="):
                operands = " and ".join(map(shown, shapes))
                raise ShapeMismatch(f"{operation.name}: on {operands}, {undecided}") from undecided
            facts = assume(comparison.opposite())
            shapes = [tuple(_with(entry, facts) for entry in shape) for shape in shapes]
            options = {name: _with(option, facts) for name, option in options.items()}


def _with(entry: Any, facts: Facts) -> Any:
    return assuming(entry, facts) if isinstance(entry, Size) else entry


def _shape(value: Any) -> Shape:
    return value.shape if hasattr(value, "shape") else np.shape(value) if isinstance(value, list | tuple) else ()


def _common_type(values: Sequence[Any]) -> np.dtype[Any]:
    """NumPy's promotion, in which plain numbers and sizes give way to arrays."""
    numbers = (float, AbstractNumber)
    arrays = [value.dtype for value in values if hasattr(value, "dtype") and not isinstance(value, numbers)]
    common = np.result_type(*arrays) if arrays else np.dtype(np.float64)
    has_float = any(isinstance(value, numbers) for value in values)
    return np.dtype(np.float64) if has_float and common.kind in "biu" else common
