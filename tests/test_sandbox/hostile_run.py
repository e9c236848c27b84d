"""Runs every hostile program between two right ones and says what is not as it should be; also for another user."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from grader.sandbox import Call, Limits, Outcome, Program, Raised, Returned, Sandbox, open_sandbox
from tests.test_sandbox.hostile_programs import HOSTILE, KEY_FILE, MARK, RETURNED, Hostile

SECRET = "the-answer-is-4711-and-nobody-knows"
RIGHT = Program("def answer(x): return 2 * x", "answer")
SHORT = Limits(cpu_seconds=0.3, wall_seconds=1.0, output_bytes=2**22)
# What an attempt answers when it was refused.
REFUSALS = {-1, "PermissionError", "FileNotFoundError", "OSError", "ValueError", "ModuleNotFoundError"}
ATTEMPT = "return type(error).__name__"
# Attempts that answer with what they see; what it must not hold is asked of every program.
LOOKING = {
    "the judge's own modules",
    "reading every process",
    "its environment",
    "the environment's memory",
    "where Python lies",
    "listing the root",
}
SHARED_PLACES = ("/tmp", "/dev/shm", "/var/tmp", ".", "~")


def complaints(sandbox: Sandbox, *, waiting: bool = True) -> list[str]:
    """What is wrong, a line each, at any level with walls; `waiting` runs also what only ends by the clock."""
    closed = sandbox.level.reaches("container")
    programs = {name: one for name, one in HOSTILE.items() if waiting or one.ends != {"timeout"}}
    with tempfile.TemporaryDirectory(prefix="chainrule-test-") as folder:
        key = Path(folder) / "key"
        key.write_text(SECRET)
        key.chmod(0o600 if os.getuid() == 0 and not closed else 0o644)
        Path(folder).chmod(0o755)
        os.environ["CHAINRULE_TEST_KEY"] = SECRET
        found = [line for name, hostile in programs.items() for line in _about(sandbox, name, hostile, key, closed)]
        if key.read_text() != SECRET:
            found.append("the key was changed")
    return [*found, *_left_behind(sandbox)]


def _about(sandbox: Sandbox, name: str, hostile: Hostile, key: Path, closed: bool) -> Iterator[str]:
    x = np.arange(3.0)
    program = Program(hostile.source.replace(KEY_FILE, str(key)), "answer", ("math", "numpy"))
    (outcome,) = sandbox.run(program, [Call((x,))], limits=SHORT)
    (right,) = sandbox.run(RIGHT, [Call((x,))])
    if not isinstance(right, Returned) or not np.array_equal(np.asarray(right.value), 2 * x):
        yield f"{name}: the right program behind it got {right}"
    if not np.array_equal(x, np.arange(3.0)):
        yield f"{name}: the judge's own argument was changed"
    kind = outcome.kind if isinstance(outcome, Raised) else RETURNED
    if closed and kind not in hostile.ends:
        yield f"{name}: ended as {kind}: {_told(outcome)[:300]}"
    if closed and name not in LOOKING and isinstance(outcome, Returned) and not _harmless(hostile, outcome):
        yield f"{name}: reached {_told(outcome)[:300]}"
    for secret in _secrets(closed):
        if secret in _told(outcome):
            yield f"{name}: {secret!r} is told in {_told(outcome)[:300]}"
    for server in _servers(sandbox):
        # With namespaces, the server itself is the first process inside.
        if len(alive := processes_below(server)) > 1:
            yield f"{name}: left processes {alive}"


def _harmless(hostile: Hostile, outcome: Returned) -> bool:
    """Whether an attempt was refused."""
    values = outcome.value if isinstance(outcome.value, list) else [outcome.value]
    return ATTEMPT not in hostile.source or all(value in REFUSALS for value in values)


def _secrets(closed: bool) -> list[str]:
    places = [str(Path(__file__).parents[2]), sys.prefix, sys.base_prefix] if closed else []
    return [SECRET, "CHAINRULE_TEST_KEY'", *[place for place in places if len(place) > 5]]


def _told(outcome: Outcome) -> str:
    """Everything that could be shown, as one text."""
    if isinstance(outcome, Returned):
        return f"{outcome.value} {outcome.printed}"
    return f"{outcome.message} {outcome.printed}"


def _servers(sandbox: Sandbox) -> list[int]:
    return [server.pid for server in sandbox._servers.values()]


def processes_below(parent: int) -> list[int]:
    """Every living process that came from this one, which is not among them."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path("/proc", entry, "stat").read_text()
            except OSError:
                continue
            state, parents_number = stat.rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(entry)] = int(parents_number)
    below: list[int] = []
    reached = {parent}
    while fresh := {child for child, above in parents.items() if above in reached} - set(below):
        below += sorted(fresh)
        reached = fresh
    return below


def _left_behind(sandbox: Sandbox) -> Iterator[str]:
    servers = _servers(sandbox)
    sandbox.close()
    for place in SHARED_PLACES:
        yield from (f"left the file {path}" for path in Path(place).expanduser().glob(f"*{MARK}*"))
    if any(map(processes_below, servers)):
        yield "left processes behind when it was closed"
    if "17224" in Path("/proc/sysvipc/shm").read_text():
        yield "left shared memory"
    if Path(sandbox._empty).exists():
        yield "left its folder"


if __name__ == "__main__":
    # Without walls, a program that kills everybody would.
    opened = open_sandbox(minimum="container", without=sys.argv[1:])
    sys.stdout.write(json.dumps({"level": opened.level.name, "wrong": complaints(opened, waiting=False)}))
