"""Opens the sandbox, hands it batches of calls, and gives back what came of them."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection, Iterator, Sequence
from types import TracebackType

from grader.sandbox.answers import Transcript, outcomes
from grader.sandbox.calls import Call, Limits, Outcome, Program
from grader.sandbox.confined.framing import BATCH, END, BrokenMessage, frame, read_exactly, read_frame, write_all
from grader.sandbox.confined.layer_names import EVERY_LAYER, LIMITS, SERVER
from grader.sandbox.confined.values import Sparse, pack
from grader.sandbox.levels import SandboxTooWeak, checked, level_of, missing
from grader.sandbox.starting import FORKING, PRACTISING, start_interpreter

# The server keeps the wall clock itself; this much later it is taken for lost.
GRACE_SECONDS = 10.0
CLOSING_SECONDS = 2.0
NO_LIMITS = Limits()


class Sandbox:
    """An open sandbox: `level` says what it reached. For one thread; each worker process opens its own.

    It is a context manager; closing it ends its server and leaves no process and no file.
    """

    def __init__(self, layers: Collection[str]) -> None:
        self._wanted = frozenset(layers)
        self._empty = tempfile.mkdtemp(prefix="chainrule-")
        os.chmod(self._empty, 0o755)
        # A copy of a process with SciPy costs three times one without: there is a server for each.
        self._servers: dict[bool, subprocess.Popen[bytes]] = {}
        try:
            self.level = level_of(self._start(False) if SERVER in self._wanted else self._wanted & {LIMITS})
        except SandboxTooWeak:
            self.close()
            raise

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server and remove its folder. Closing twice is no error."""
        for with_scipy in (False, True):
            self._end_server(with_scipy)
        shutil.rmtree(self._empty, ignore_errors=True)

    def run(self, program: Program, calls: Sequence[Call], *, limits: Limits = NO_LIMITS) -> tuple[Outcome, ...]:
        """What each call returned or raised, in order; one fresh process answers them all, one after the other.

        Never raises for anything that the program does. Raises: UnsupportedValue or ValueTooLarge for an argument of
        ours that does not travel; SandboxTooWeak if the server cannot be started again.
        """
        if not calls:
            return ()
        request = _request(program, calls, limits)
        with_scipy = _needs_scipy(program, calls)
        ask = self._ask_server if SERVER in self._wanted else self._practise
        return outcomes(ask(request, limits, with_scipy), calls, limits)

    def _start(self, with_scipy: bool) -> frozenset[str]:
        """Start a server; the layers that it reached."""
        server = self._servers[with_scipy] = self._interpreter(FORKING, with_scipy)
        try:
            with _deadline(server, NO_LIMITS.wall_seconds + GRACE_SECONDS):
                told = read_frame(_output(server))
        except (OSError, BrokenMessage) as error:
            self._end_server(with_scipy)
            raise SandboxTooWeak("the sandbox's server did not start") from error
        return frozenset(told.decode("ascii").split("\n"))

    def _ask_server(self, request: bytes, limits: Limits, with_scipy: bool) -> Transcript:
        if with_scipy not in self._servers and not self._start(with_scipy) >= self.level.layers:
            raise SandboxTooWeak("a server started later reached less than the first")
        server = self._servers[with_scipy]
        try:
            with _deadline(server, limits.wall_seconds + GRACE_SECONDS):
                write_all(_input(server), BATCH.pack(limits.wall_seconds, limits.output_bytes))
                write_all(_input(server), request)
                return _transcript(_output(server))
        except (OSError, BrokenMessage):
            # A server that died, or hangs, is replaced; the program that was with it gets the blame.
            self._end_server(with_scipy)
            return Transcript(b"")

    def _practise(self, request: bytes, limits: Limits, with_scipy: bool) -> Transcript:
        process = self._interpreter(PRACTISING, with_scipy)
        sent = bytearray()
        try:
            with _deadline(process, limits.wall_seconds) as expired:
                write_all(_input(process), request)
                while len(sent) <= limits.output_bytes and (piece := os.read(_output(process), 1 << 16)):
                    sent += piece
        except OSError:
            sent.clear()
        finally:
            _put_away(process)
        return Transcript(bytes(sent), process.wait(), 0.0, bool(expired), len(sent) > limits.output_bytes)

    def _interpreter(self, modules: Sequence[str], with_scipy: bool) -> "subprocess.Popen[bytes]":
        try:
            return start_interpreter(modules, self._wanted, self._empty, with_scipy=with_scipy)
        except OSError as error:
            raise SandboxTooWeak(f"no interpreter can be started beside this one: {error.strerror}") from error

    def _end_server(self, with_scipy: bool) -> None:
        server = self._servers.pop(with_scipy, None)
        if server is None:
            return
        if server.stdin:
            server.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(CLOSING_SECONDS)
        _put_away(server)


def open_sandbox(*, minimum: str = "practice", without: Collection[str] = ()) -> Sandbox:
    """A sandbox with every layer that this machine has; open it before any key is loaded.

    `minimum` is one of LEVELS; `without` names layers to leave out, for a machine where one does harm, and for tests.
    Raises: SandboxTooWeak, with what is missing, below the minimum; ValueError if a name is none of ours.
    """
    checked(minimum)
    if unknown := sorted(set(without) - EVERY_LAYER):
        raise ValueError(f"the layer {unknown[0]!r} does not exist; layers are {', '.join(sorted(EVERY_LAYER))}")
    forks = {SERVER} if sys.platform == "linux" else set()
    sandbox = Sandbox((EVERY_LAYER - {SERVER} | forks) - set(without))
    if not sandbox.level.reaches(minimum):
        sandbox.close()
        raise SandboxTooWeak(
            f"this machine reaches the level {sandbox.level.name!r}, {minimum!r} is demanded; "
            f"missing: {missing(minimum, sandbox.level.layers)}"
        )
    return sandbox


def _needs_scipy(program: Program, calls: Sequence[Call]) -> bool:
    """Whether the program may import SciPy, or is given a matrix of it."""
    given = (value for call in calls for value in (*call.args, *call.kwargs.values()))
    return any(name.startswith("scipy") for name in program.imports) or any(type(value) is Sparse for value in given)


def _request(program: Program, calls: Sequence[Call], limits: Limits) -> bytes:
    parts = [pack(value) for call in calls for value in (*call.args, *call.kwargs.values())]
    head = {
        "source": program.source,
        "function": program.function,
        "defines": program.defines or program.function.rpartition(".")[2],
        "imports": program.imports,
        "supplied": list(program.supplied.items()),
        "calls": [(len(call.args), list(call.kwargs)) for call in calls],
        "cpu_seconds": limits.cpu_seconds,
        "memory_bytes": limits.memory_bytes,
        "output_bytes": limits.output_bytes,
    }
    return frame(head, parts)


def _transcript(output: int) -> Transcript:
    """What the server relays of one batch."""
    sent = read_frame(output)
    status, cpu_seconds, timed_out = END.unpack(read_exactly(output, END.size))
    return Transcript(sent, os.waitstatus_to_exitcode(status), cpu_seconds, timed_out)


def _input(process: "subprocess.Popen[bytes]") -> int:
    if process.stdin is None:
        raise BrokenMessage("the process has no input")
    return process.stdin.fileno()


def _output(process: "subprocess.Popen[bytes]") -> int:
    if process.stdout is None:
        raise BrokenMessage("the process has no output")
    return process.stdout.fileno()


@contextlib.contextmanager
def _deadline(process: "subprocess.Popen[bytes]", seconds: float) -> Iterator[list[bool]]:
    """Kill the process if the block takes longer; what is yielded is empty until then."""
    expired: list[bool] = []

    def end() -> None:
        expired.append(True)
        _kill(process)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()


def _put_away(process: "subprocess.Popen[bytes]") -> None:
    """End the process, wait for it, and close its pipes."""
    _kill(process)
    with process:
        pass


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End the process and everything of its group."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
