"""What convolution and pooling share: images taken apart into the patches that a kernel moves over.

As the course's code does it, through the sparse im2col matrix. That code keeps one matrix a layer and goes wrong at the
second size of image; here a matrix is kept for each size.
"""

from __future__ import annotations

from typing import Any

from engine.tensors import functions
from engine.tensors.abstract import AbstractArray, shape_of
from engine.tensors.shapes import Shape
from engine.tensors.table import STANDARD_TENSOR_RULES, TensorOperation
from engine.tensors.tensor import Tensor

__all__ = ["Patches"]

CONVOLUTION = STANDARD_TENSOR_RULES.operations["conv2d"]
MATRICES_KEPT = 8  # a layer meets one or two sizes of image; a run over many must not fill the memory


class Patches:
    """The patches (N, P, Cin*K*K) of images (N, Cin, H, W), P = Hout*Wout; the `padding` around them holds `border`."""

    def __init__(
        self, kernel_size: Any, stride: Any, *, padding: Any = 0, dilation: Any = 1, border: float = 0.0
    ) -> None:
        self.kernel_size, self.stride, self.padding, self.dilation = kernel_size, stride, padding, dilation
        self.border = border
        self._matrices: dict[tuple[Any, ...], Any] = {}

    def output_shape(
        self, images: Tensor, in_channels: Any, out_channels: Any, *, row: TensorOperation = CONVOLUTION
    ) -> Shape:
        """(N, Cout, Hout, Wout), by the shape rule of `row`; what it asks of sizes is assumed as in an operation.

        Raises: ShapeMismatch for images that are not (N, in_channels, H, W), and for a kernel that does not fit.
        """
        watcher = images.rules.watcher
        return shape_of(
            row,
            [images.shape, (out_channels, in_channels, self.kernel_size, self.kernel_size)],
            {"stride": self.stride, "padding": self.padding, "dilation": self.dilation},
            assume=watcher.assume if watcher else None,
        )

    def of(self, images: Tensor, n_patches: Any) -> Tensor:
        """(N, Cin, H, W) -> (N, P, Cin*K*K); each patch's entries run over channels, then the kernel's rows."""
        if not (isinstance(self.padding, int) and self.padding == 0):
            images = functions.pad(images, self.padding, self.border)
        n_images, channels, height, width = images.shape
        flat = images.reshape(n_images, channels * height * width)
        columns = functions.spcmatmul(flat, self._matrix(images))
        return columns.reshape(n_images, n_patches, channels * self.kernel_size * self.kernel_size)

    def _matrix(self, images: Tensor) -> Any:
        """The im2col matrix; an abstract one is made anew, since sizes that may be equal are no key."""
        if isinstance(images.value, AbstractArray):
            return self._new_matrix(images)
        key = (*images.shape[1:], images.dtype)
        if key not in self._matrices:
            if len(self._matrices) == MATRICES_KEPT:
                self._matrices.clear()
            self._matrices[key] = self._new_matrix(images)
        return self._matrices[key]

    def _new_matrix(self, images: Tensor) -> Any:
        return functions.im2col_matrix_sparse(images, self.kernel_size, self.stride, dilation=self.dilation)
