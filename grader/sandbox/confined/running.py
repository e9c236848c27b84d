"""Runs the student's text and its calls, and sends what came of each; what runs here can forge values, nothing more."""

import __future__

import ast
import importlib
import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from .framing import LONGEST_MESSAGE, LONGEST_PRINT, frame, opened
from .values import Sparse, UnsupportedValue, ValueTooLarge, pack, unpack

STUDENT = "student"
REPEAT_SECONDS = 0.1
SPARSE = "scipy.sparse"

Head = dict[str, Any]
Send = Callable[[Head, list[bytes]], None]


class OutOfTime(BaseException):
    """The processor time of this process is used up."""


class Printed:
    """Where print goes: keeps the end of what was written."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.kept = ""

    def write(self, text: str) -> int:
        """Take more text."""
        self.kept = (self.kept + str(text)[-LONGEST_PRINT:])[-LONGEST_PRINT:]
        return len(text)

    def flush(self) -> None:
        """Nothing waits."""

    def isatty(self) -> bool:
        """Nobody looks on."""
        return False

    def taken(self) -> str:
        """What was printed since the last time."""
        kept, self.kept = self.kept, ""
        return kept


def raise_when_out_of_time(cpu_seconds: float) -> None:
    """Interrupt the program with OutOfTime when so much processor time is used, where the system has such an alarm."""
    if hasattr(signal, "SIGPROF"):
        signal.signal(signal.SIGPROF, _out_of_time)
        # A program that swallows it is interrupted again.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds, REPEAT_SECONDS)


def _out_of_time(*_: object) -> None:
    raise OutOfTime


def forget_surroundings() -> None:
    """Leave nothing of how this process was started: no arguments, no environment, no place to import ours from."""
    sys.modules["__main__"].__dict__.clear()
    os.environ.clear()
    sys.argv[:] = [""]
    sys.path[:] = [os.path.dirname(os.__file__), *[path for path in sys.path if path.endswith("lib-dynload")]]


def run_all(request: bytes, *, before: Callable[[Head], None], send: Callable[[bytes], None]) -> None:
    """Everything a request asks for: `before` is called when its imports are loaded, then nothing here is trusted."""
    head, parts = opened(memoryview(request))
    for name in head["imports"]:
        _load(name)
    before(head)
    budget = head["output_bytes"]

    def sent(index: int, outcome: Head, outcome_parts: list[bytes]) -> None:
        nonlocal budget
        message = frame({"call": index, **outcome}, outcome_parts)
        if len(message) > budget:
            message = frame({"call": index, "kind": "too large", "message": "more than this question allows"})
        budget -= len(message)
        send(message)

    _answer_calls(head, iter(parts), sent)


def _load(name: str) -> None:
    try:
        importlib.import_module(name)
    except ImportError:
        # The student's own import of it will say so, with its line.
        return


def _answer_calls(head: Head, parts: Any, sent: Callable[[int, Head, list[bytes]], None]) -> None:
    # A forked process draws afresh by itself; the same program is to return the same every time.
    for source_of_chance in ("random", "numpy.random"):
        importlib.import_module(source_of_chance).seed(0)
    printed = Printed()
    sys.stdout = sys.stderr = printed
    function, trouble = _loaded(head)
    for index, (n_args, names) in enumerate(head["calls"]):
        args = [next(parts) for _ in range(n_args)]
        kwargs = {name: next(parts) for name in names}
        call = partial(_called, function, args, kwargs, head["output_bytes"])
        outcome, outcome_parts = (trouble, []) if trouble else _attempt(call)
        if outcome["kind"] == "timeout":
            trouble = outcome
            _ignore_the_alarm()
        sent(index, {**outcome, "printed": _text(printed.taken(), LONGEST_PRINT)}, outcome_parts)


def _ignore_the_alarm() -> None:
    """The time is up already; what is left is to say so."""
    if hasattr(signal, "SIGPROF"):
        signal.signal(signal.SIGPROF, signal.SIG_IGN)


def _loaded(head: Head) -> tuple[Any, Head]:
    """The function that is asked for, or why there is none."""
    found: list[Any] = []

    def load() -> tuple[Head, list[bytes]]:
        for name, text in head["supplied"]:
            _module(name, text)
        module = _students(head["source"], head["defines"])
        home, _, name = head["function"].rpartition(".")
        function = getattr(sys.modules[home] if home else module, name, None)
        if not callable(function):
            return {"kind": "missing function", "message": _missing(name, function)}, []
        found.append(function)
        return {"kind": "loaded"}, []

    outcome, _ = _attempt(load)
    return (found[0], {}) if outcome["kind"] == "loaded" else (None, outcome)


def _missing(name: str, found: Any) -> str:
    if found is None:
        return f"no function {name} is defined"
    return f"{name} is of type {type(found).__name__}, not a function"


def _students(text: str, defines: str) -> ModuleType:
    """The student's module; what stops behind the function that is asked for, such as a trial call, is left out."""
    name = f"<{STUDENT}>"
    code = compile(text, name, "exec", dont_inherit=True)
    module = sys.modules[STUDENT] = ModuleType(STUDENT)
    while True:
        try:
            exec(code, module.__dict__)  # noqa: S102
        except (Exception, SystemExit) as error:
            stopped = _line_at_top(error, code)
            if isinstance(error, MemoryError) or stopped is None or not callable(module.__dict__.get(defines)):
                raise
            rest = [one for one in ast.parse(text).body if one.lineno > stopped]
            flags = code.co_flags & __future__.annotations.compiler_flag
            code = compile(ast.Module(rest, []), name, "exec", flags, dont_inherit=True)
        else:
            return module


def _line_at_top(error: BaseException, code: CodeType) -> int | None:
    step = error.__traceback__
    while step is not None and step.tb_frame.f_code is not code:
        step = step.tb_next
    return step.tb_lineno if step else None


def _module(name: str, text: str) -> ModuleType:
    module = ModuleType(name)
    sys.modules[name] = module
    exec(compile(text, f"<{name}>", "exec", dont_inherit=True), module.__dict__)  # noqa: S102
    return module


def _called(
    function: Any, packed_args: list[memoryview], packed_kwargs: dict[str, memoryview], most_bytes: int
) -> tuple[Head, list[bytes]]:
    args = [unpack(part, make_sparse=_as_matrix) for part in packed_args]
    kwargs = {name: unpack(part, make_sparse=_as_matrix) for name, part in packed_kwargs.items()}
    # The clock of the process is coarse while its alarm is set; there is only this thread.
    start = time.thread_time()
    value = function(*args, **kwargs)
    seconds = time.thread_time() - start
    parts, changed = [_packed(value, "the function returned", most_bytes)], []
    for position, (arg, before) in enumerate(zip(args, packed_args, strict=True)):
        after = _packed(arg, f"argument {position + 1} now holds", most_bytes)
        if after != before:
            changed.append(position)
            parts.append(after)
    return {"kind": "returned", "seconds": seconds, "changed": changed}, parts


def _packed(value: Any, what: str, most_bytes: int) -> bytes:
    try:
        return pack(value, sparse_parts=_parts, most_bytes=most_bytes)
    except UnsupportedValue as error:
        raise UnsupportedValue(f"{what} a value of type {error}") from None
    except ValueTooLarge as error:
        raise ValueTooLarge(f"{what} a value {error}") from None


def _attempt(action: Callable[[], tuple[Head, list[bytes]]]) -> tuple[Head, list[bytes]]:
    """What the action gives, or in which way it failed."""
    try:
        return action()
    except BaseException as error:  # noqa: BLE001
        return _failure(error), []


def _failure(error: BaseException) -> Head:
    kind = "exception"
    for name, types in (
        ("timeout", OutOfTime),
        ("memory", MemoryError),
        ("unsupported value", UnsupportedValue),
        ("too large", ValueTooLarge),
        ("syntax", SyntaxError),
    ):
        if isinstance(error, types):
            kind = name
            break
    try:
        return {"kind": kind, "message": _message(kind, error), "line": _line(error)}
    except BaseException as another:  # noqa: BLE001
        kind = "timeout" if isinstance(another, OutOfTime) else kind
        return {"kind": kind, "message": "an exception whose text could not be read", "line": None}


def _message(kind: str, error: BaseException) -> str:
    if kind == "timeout":
        return "the time was used up"
    if kind in ("unsupported value", "too large"):
        return _text(str(error), LONGEST_MESSAGE)
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    return _text(f"{type(error).__name__}: {said}" if said else type(error).__name__, LONGEST_MESSAGE)


def _text(said: Any, longest: int) -> str:
    return str(said)[:longest] if type(said) is str else ""


def _line(error: BaseException) -> int | None:
    """The last line of the student's own text on the way to the error."""
    if isinstance(error, SyntaxError) and error.filename == f"<{STUDENT}>":
        return error.lineno
    line, step = None, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == f"<{STUDENT}>":
            line = step.tb_lineno
        step = step.tb_next
    return line


def _parts(value: Any) -> Sparse | None:
    """What a SciPy matrix holds; the program may have none of SciPy loaded."""
    layout, sparse = getattr(value, "format", None), sys.modules.get(SPARSE)
    names = [f"{layout}_{kind}" for kind in ("matrix", "array")]
    if type(value) not in [getattr(sparse, name, None) for name in names] or type(layout) is not str:
        return None
    entries = value.tocoo()
    return Sparse(tuple(value.shape), np.asarray(entries.row), np.asarray(entries.col), entries.data, layout)


def _as_matrix(parts: Sparse) -> Any:
    sparse: Any = importlib.import_module(SPARSE)
    entries = sparse.coo_matrix((parts.values, (parts.rows, parts.cols)), shape=parts.shape)
    return entries.asformat(parts.format)
