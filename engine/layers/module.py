"""`Module`: a layer or a network, called like a function, that knows its parameters and those of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.errors import EngineError
from engine.tensors.tensor import Tensor

__all__ = ["Module"]


class Module:
    """The base of every layer. A subclass calls `super().__init__()`, then sets attributes, and defines `forward`.

    Parameters are the tensors in `_parameters`, which listings fill by hand, and every attribute that is a Tensor with
    `requires_grad`; parts are attributes that are Modules, or lists of them.
    """

    def __init__(self) -> None:
        self._parameters: dict[str, Tensor] = {}

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        return self.forward(*inputs, **options)

    def forward(self, *inputs: Any, **options: Any) -> Any:
        """What the layer computes; every subclass says it."""
        raise EngineError(f"{type(self).__name__} has no forward; define forward(self, ...) in it.")

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """Every parameter with its path, such as `conv1.weight`, in the order in which they were set; each once."""
        seen: set[int] = set()
        for path, tensor in self._found(prefix):
            if id(tensor) not in seen:
                seen.add(id(tensor))
                yield path, tensor

    def _found(self, prefix: str) -> Iterator[tuple[str, Tensor]]:
        own = {name: value for name, value in vars(self).items() if name != "_parameters"}
        for name, value in {**self._parameters, **own}.items():
            path = f"{prefix}{name}"
            if isinstance(value, Tensor) and (value.requires_grad or name in self._parameters):
                yield path, value
            elif isinstance(value, Module):
                yield from value._found(f"{path}.")
            elif isinstance(value, list | tuple):
                for place, part in enumerate(value):
                    if isinstance(part, Module):
                        yield from part._found(f"{path}.{place}.")

    def parameters(self) -> list[Tensor]:
        """Every parameter once."""
        return [tensor for _, tensor in self.named_parameters()]

    @property
    def n_parameters(self) -> Any:
        """The number of entries of all parameters."""
        total: Any = 0
        for tensor in self.parameters():
            total = total + tensor.size
        return total
