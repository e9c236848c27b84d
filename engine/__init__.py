"""The reference engine, imported as `ag`: it runs printed programs and says what they compute."""

from __future__ import annotations

from engine.errors import DomainError, EngineError, ListingError
from engine.face import Face, face
from engine.graph import Graph, Node
from engine.listing import Binding, Structure, Trace, read_structure, run_listing
from engine.operations import STANDARD, Operation, Rules
from engine.scalar import Scalar, div, exp, log, neg, pow, relu, sigmoid, sub, tanh
from engine.walk import ForwardLine, LocalRule, Step, backward_walk, forward_lines

__version__ = "0.1.0"

__all__ = [
    "STANDARD",
    "Binding",
    "DomainError",
    "EngineError",
    "Face",
    "ForwardLine",
    "Graph",
    "ListingError",
    "LocalRule",
    "Node",
    "Operation",
    "Rules",
    "Scalar",
    "Step",
    "Structure",
    "Trace",
    "backward_walk",
    "div",
    "exp",
    "face",
    "forward_lines",
    "log",
    "neg",
    "pow",
    "read_structure",
    "relu",
    "run_listing",
    "sigmoid",
    "sub",
    "tanh",
]
