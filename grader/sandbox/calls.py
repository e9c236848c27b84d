"""What the judge asks a student's program to do, and what came of it: values only, no verdicts.

`Returned` and `Raised` are claims of a process that ran a stranger's code. Their types are certain, their truth is not:
a program can forge a value, and then that value is what is judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np

from grader.sandbox.confined.values import Sparse

# What travels: these exact types, nested at most 24 deep; dict keys are str or int; arrays and NumPy scalars hold bool,
# int, uint or float (8 to 64 bits). A subclass does not travel: numpy.matrix and a student's own float are refused.
Value: TypeAlias = (
    bool
    | int
    | float
    | str
    | list["Value"]
    | tuple["Value", ...]
    | dict[str, "Value"]
    | dict[int, "Value"]
    | np.ndarray[Any, Any]
    | np.generic
    | Sparse
    | None
)

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Program:
    """What a student's process runs.

    `source` is one module's text; it can be imported as `student`. `function` is the name that is called: `f` of the
    student's text, or `harness.f` of a supplied module, which may then call into `student`. `imports` are loaded before
    the process is closed in; a module that is not among them may be out of reach. `supplied` are further modules that
    the question gives, name to text, trusted and run in the order given, before the student's text. `defines` is the
    name that the student's text is to define, the last part of `function` where it is empty: a line at its top that
    stops once that name is there, such as a trial call, is left out, and the rest is run.
    """

    source: str
    function: str
    imports: tuple[str, ...] = ("math", "numpy")
    supplied: Mapping[str, str] = field(default_factory=dict)
    defines: str = ""


@dataclass(frozen=True)
class Call:
    """One call of the function. A Sparse argument arrives there as scipy.sparse matrix of its format."""

    args: tuple[Value, ...]
    kwargs: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
    """What one process may use for all its calls together.

    Processor time decides; wall time is only the backstop for one that sleeps, and must leave room for a busy machine.
    """

    cpu_seconds: float = 2.0
    wall_seconds: float = 10.0
    memory_bytes: int = 3 * 2**29
    output_bytes: int = 2**23


@dataclass(frozen=True, eq=False)
class Returned:
    """What the function gave back, and its positional arguments as they were afterwards.

    `cpu_seconds` is what the process itself measured for this call; `printed` the end of what the call printed, at most
    2000 characters, control characters shown as escapes.
    """

    value: Value
    args_after: tuple[Value, ...]
    cpu_seconds: float = 0.0
    printed: str = ""


Kind: TypeAlias = Literal[
    "exception",
    "syntax",
    "missing function",
    "timeout",
    "memory",
    "killed",
    "forged answer",
    "too large",
    "unsupported value",
]


@dataclass(frozen=True)
class Raised:
    """Why a call gave nothing back.

    `message` may be shown to the student: one line, no path of this machine, at most 300 characters. `line` is the line
    of the student's text, where one is known.
    """

    kind: Kind
    message: str
    line: int | None = None
    printed: str = ""


Outcome: TypeAlias = Returned | Raised
