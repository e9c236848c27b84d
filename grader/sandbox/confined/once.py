"""The practice level: one interpreter a batch, with the limits that its system offers, and no walls."""

import importlib
import os
from typing import Any

from .framing import read_frame, write_all
from .running import forget_surroundings, raise_when_out_of_time, run_all


def main(config: dict[str, Any]) -> None:
    """Answer one request on descriptors 0 and 1, then end; `config` says what to load first."""
    for name in config["preload"]:
        importlib.import_module(name)
    request = read_frame(0)
    answers = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)

    def before(head: dict[str, Any]) -> None:
        forget_surroundings()
        _limit(head["memory_bytes"], head["cpu_seconds"])
        raise_when_out_of_time(head["cpu_seconds"])

    run_all(request, before=before, send=lambda message: write_all(answers, message))
    os._exit(0)


def _limit(memory_bytes: int, cpu_seconds: float) -> None:
    """What the system lets us limit; macOS ignores the memory, Windows has none of this."""
    try:
        resource: Any = importlib.import_module("resource")
    except ImportError:
        return
    # Imports count too, and are no fault of the program.
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    most = {"RLIMIT_AS": memory_bytes, "RLIMIT_CPU": int(used + cpu_seconds) + 2, "RLIMIT_CORE": 0, "RLIMIT_FSIZE": 0}
    for name, value in most.items():
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (OSError, ValueError, AttributeError):
            continue
