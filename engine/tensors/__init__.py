"""Tensors over NumPy: one table of operations with value, derivative, shape and cost, and the graph they make."""

from __future__ import annotations

from engine.tensors import functions
from engine.tensors.costs import Cost
from engine.tensors.graph import first_non_finite
from engine.tensors.shapes import ShapeMismatch
from engine.tensors.sparse import im2col_matrix_sparse
from engine.tensors.table import STANDARD_TENSOR_RULES, TensorOperation, TensorRules
from engine.tensors.tensor import Tensor

__all__ = [
    "STANDARD_TENSOR_RULES",
    "Cost",
    "ShapeMismatch",
    "Tensor",
    "TensorOperation",
    "TensorRules",
    "first_non_finite",
    "functions",
    "im2col_matrix_sparse",
]
