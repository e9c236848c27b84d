"""A warm server that forks one closed-in process for every batch, relays what it says, and sees it dead.

It never holds a student's text: the forked process reads its request itself, and answers pass from memory that both
share and that is given back, so the next student's process, a copy of this one, finds nothing of the one before.
"""

import contextlib
import gc
import importlib
import mmap
import os
import select
import signal
import sys
import time
from typing import Any

import numpy as np

from . import linux
from .framing import BATCH, END, LENGTH, frame, read_exactly, read_frame, write_all
from .layer_names import NAMESPACES
from .layers import Confinement, close_in, prepared
from .running import SPARSE, STUDENT, forget_surroundings, raise_when_out_of_time, run_all
from .values import pack

# The descriptor whose closing says that a process is dead.
ALIVE = 3
# Python rewrites a function for its usual types after a few calls.
WARM_CALLS = 20


def main(config: dict[str, Any]) -> None:
    """Serve batches on descriptors 0 and 1 until 0 ends; says first which layers work."""
    for name in config["preload"]:
        importlib.import_module(name)
    _load_whole()
    _warm_up()
    layers, number = frozenset(config["layers"]), os.getpid()
    if NAMESPACES in layers and not _enter_namespaces():
        layers = layers - {NAMESPACES}
    linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
    with contextlib.suppress(OSError):
        # Where memory runs out, a student's process is to go, not the judge.
        _write("/proc/self/oom_score_adj", "1000")
    confinement = prepared(layers, config["packages"], config["empty"], number)
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    _settle()
    told = "\n".join(sorted(confinement.layers)).encode()
    write_all(1, LENGTH.pack(len(told)) + told)
    while True:
        try:
            wall_seconds, most_bytes = BATCH.unpack(read_exactly(0, BATCH.size))
        except Exception:  # noqa: BLE001
            return
        _batch(confinement, wall_seconds, most_bytes)


def _load_whole() -> None:
    """Load what `from numpy import *` would: parts that a closed-in process can no longer reach."""
    for module in (np, sys.modules.get(SPARSE)):
        for name in getattr(module, "__all__", ()):
            with contextlib.suppress(AttributeError, ImportError):
                getattr(module, name)


def _warm_up() -> None:
    """Run a batch of our own here, so that what the first batch sets up is set up once."""
    # Some builds of NumPy open the library for this processor only when it is first needed.
    parts = [pack(np.linalg.inv(np.eye(2) @ np.eye(2)))] * WARM_CALLS
    head = {"source": "def f(x): return x", "function": "f", "defines": "f", "imports": [], "supplied": []}
    request = frame({**head, "output_bytes": 1 << 20, "calls": [[1, []]] * WARM_CALLS}, parts)[LENGTH.size :]
    run_all(request, before=lambda head: None, send=lambda message: None)
    del sys.modules[STUDENT]


def _settle() -> None:
    """Every process forked from here shares what is loaded, and sees nothing of how this one began."""
    forget_surroundings()
    gc.collect()
    gc.freeze()
    gc.disable()


def _enter_namespaces() -> bool:
    """Go on as the first process of namespaces of its own: no network, no other process to be seen."""
    uid, gid = os.getuid(), os.getgid()
    flags = linux.CLONE_NEWNET | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS | linux.CLONE_NEWPID
    try:
        linux.unshare(flags if uid == 0 else flags | linux.CLONE_NEWUSER)
        if uid != 0:
            _write("/proc/self/setgroups", "deny")
            _write("/proc/self/uid_map", f"{uid} {uid} 1")
            _write("/proc/self/gid_map", f"{gid} {gid} 1")
        inside = os.fork()
    except OSError:
        return False
    if inside:
        os.close(0)
        os.close(1)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(inside, 0)[1]) & 0xFF)
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    return True


def _write(path: str, text: str) -> None:
    place = os.open(path, os.O_WRONLY)
    try:
        os.write(place, text.encode())
    finally:
        os.close(place)


def _batch(confinement: Confinement, wall_seconds: float, most_bytes: int) -> None:
    reading, writing = os.pipe()
    # Shared memory instead of a pipe: nobody is woken for an answer, and the answers before a crash are kept.
    answers = mmap.mmap(-1, LENGTH.size + most_bytes)
    child = linux.fork()
    if child == 0:
        try:
            _student_process(confinement, writing, answers)
        finally:
            os._exit(1)
    os.close(writing)
    try:
        timed_out = not _ends_within(reading, wall_seconds)
    finally:
        os.close(reading)
        status, cpu_seconds = _ended(child)
    _tell(answers, most_bytes)
    answers.close()
    write_all(1, END.pack(status, cpu_seconds, timed_out))


def _ends_within(reading: int, wall_seconds: float) -> bool:
    """Whether the other end of the pipe is closed in time; what is written to it is nobody's business."""
    waiting = select.poll()
    waiting.register(reading, 0)
    return bool(waiting.poll(wall_seconds * 1000))


def _tell(answers: mmap.mmap, most_bytes: int) -> None:
    """Pass on what the process left, without a copy that the next one would inherit."""
    n_bytes = min(LENGTH.unpack_from(answers)[0], most_bytes)
    write_all(1, LENGTH.pack(n_bytes))
    with memoryview(answers) as whole, whole[LENGTH.size : LENGTH.size + n_bytes] as told:
        write_all(1, told)


def _ended(child: int) -> tuple[int, float]:
    """Kill the process and whatever came of it; its wait status and processor seconds."""
    for kill in (os.kill, os.killpg):
        try:
            kill(child, signal.SIGKILL)
        except OSError:
            continue
    _, status, usage = os.wait4(child, 0)
    # Orphans come to this process, which would otherwise leave them running.
    while _kill_orphans():
        pass
    return status, usage.ru_utime + usage.ru_stime


def _kill_orphans() -> bool:
    try:
        if os.waitpid(-1, os.WNOHANG)[0]:
            return True
    except ChildProcessError:
        return False
    for orphan in [-1] if os.getpid() == 1 else _children():
        os.kill(orphan, signal.SIGKILL)
    time.sleep(0.001)
    return True


def _children() -> list[int]:
    task = os.open(f"/proc/self/task/{os.getpid()}/children", os.O_RDONLY)
    try:
        return [int(number) for number in os.read(task, 1 << 16).split()]
    finally:
        os.close(task)


def _student_process(confinement: Confinement, alive: int, answers: mmap.mmap) -> None:
    """The life of one student's process; never returns to the server's loop."""
    os.setsid()
    request = read_frame(0)
    gc.enable()

    def before(head: dict[str, Any]) -> None:
        _keep_only(alive, confinement.rules)
        raise_when_out_of_time(head["cpu_seconds"])
        close_in(confinement, memory_bytes=head["memory_bytes"], cpu_seconds=head["cpu_seconds"])

    def send(message: bytes) -> None:
        end = LENGTH.size + LENGTH.unpack_from(answers)[0]
        answers[end : end + len(message)] = message
        LENGTH.pack_into(answers, 0, end - LENGTH.size + len(message))

    run_all(request, before=before, send=send)
    os._exit(0)


def _keep_only(alive: int, rules: int) -> None:
    """Close every descriptor but the sign of life and, until they are in force, the rules."""
    nothing = os.open("/dev/null", os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    if alive != ALIVE:
        os.dup2(alive, ALIVE)
    if rules > ALIVE:
        os.closerange(ALIVE + 1, rules)
    os.closerange(max(ALIVE, rules) + 1, os.sysconf("SC_OPEN_MAX"))
