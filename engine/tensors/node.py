"""What the walk over a graph and a watcher need to know of a tensor, so that neither needs the tensor itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

__all__ = ["Node"]


class Node(Protocol):
    """A node of a graph of arrays; `engine.tensors.Tensor` says what each part means."""

    value: Any
    grad: Any
    label: str

    @property
    def inputs(self) -> tuple[Node, ...]: ...

    @property
    def operation(self) -> Any: ...

    @property
    def options(self) -> Mapping[str, Any]: ...

    @property
    def rules(self) -> Any: ...

    @property
    def requires_grad(self) -> bool: ...

    @property
    def rematerializer(self) -> Callable[[], Any] | None: ...

    @property
    def shape(self) -> tuple[Any, ...]: ...

    @property
    def dtype(self) -> np.dtype[Any]: ...

    @property
    def size(self) -> Any: ...

    @property
    def nbytes(self) -> Any: ...

    @property
    def op(self) -> str: ...

    def discard_value_if_has_rematerializer(self) -> None: ...
