"""The reference engine, imported as `ag`: it runs printed programs and says what they compute."""

from __future__ import annotations

from engine.errors import CarriesState, DomainError, EngineError, ListingError
from engine.face import STANDARD_FACE, Face, face
from engine.graph import Graph, Node
from engine.layers import Module
from engine.listing import Binding, Structure, Trace, read_structure, run_listing
from engine.operations import STANDARD, Operation, Rules
from engine.running.trace import Place, Totals
from engine.scalar import Scalar
from engine.tensors import STANDARD_TENSOR_RULES, Cost, ShapeMismatch, Tensor, TensorRules, first_non_finite
from engine.tensors.functions import (
    concatenate,
    conv2d,
    detach,
    div,
    embedding,
    exp,
    im2col_matrix_sparse,
    log,
    logsumexp,
    matmul,
    max,
    maximum,
    mean,
    moveaxis,
    neg,
    pad,
    pow,
    relu,
    reshape,
    sigmoid,
    softmax,
    spcmatmul,
    sub,
    sum,
    tanh,
    transpose,
)
from engine.verifying import disagreements, is_admissible
from engine.walk import ForwardLine, LocalRule, Step, backward_walk, forward_lines

__version__ = "0.1.0"

__all__ = [
    "STANDARD",
    "STANDARD_FACE",
    "STANDARD_TENSOR_RULES",
    "Binding",
    "CarriesState",
    "Cost",
    "DomainError",
    "EngineError",
    "Face",
    "ForwardLine",
    "Graph",
    "ListingError",
    "LocalRule",
    "Module",
    "Node",
    "Operation",
    "Place",
    "Rules",
    "Scalar",
    "ShapeMismatch",
    "Step",
    "Structure",
    "Tensor",
    "TensorRules",
    "Totals",
    "Trace",
    "backward_walk",
    "concatenate",
    "conv2d",
    "detach",
    "disagreements",
    "div",
    "embedding",
    "exp",
    "face",
    "first_non_finite",
    "forward_lines",
    "im2col_matrix_sparse",
    "is_admissible",
    "log",
    "logsumexp",
    "matmul",
    "max",
    "maximum",
    "mean",
    "moveaxis",
    "neg",
    "pad",
    "pow",
    "read_structure",
    "relu",
    "reshape",
    "run_listing",
    "sigmoid",
    "softmax",
    "spcmatmul",
    "sub",
    "sum",
    "tanh",
    "transpose",
]
