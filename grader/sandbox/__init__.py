"""Runs a student's program where it can reach nothing, and brings back what it returned.

    with open_sandbox(minimum="container") as sandbox:
        outcomes = sandbox.run(Program("def double(x): return 2 * x", "double"), [Call((21,))])

The judge never runs a student's text in its own process. Open the sandbox before any key is loaded.
"""

from grader.sandbox.calls import Call, Kind, Limits, Outcome, Program, Raised, Returned, Value
from grader.sandbox.confined.values import Sparse
from grader.sandbox.imports import refused_imports
from grader.sandbox.levels import LEVELS, Level, SandboxTooWeak
from grader.sandbox.server import Sandbox, open_sandbox

__all__ = [
    "LEVELS",
    "Call",
    "Kind",
    "Level",
    "Limits",
    "Outcome",
    "Program",
    "Raised",
    "Returned",
    "Sandbox",
    "SandboxTooWeak",
    "Sparse",
    "Value",
    "open_sandbox",
    "refused_imports",
]
