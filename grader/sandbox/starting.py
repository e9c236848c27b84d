"""Starts an interpreter that knows nothing of the judge: neutral arguments, no environment, our few modules as text."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from grader.sandbox.confined.framing import write_all

# Sent in this order: each needs only those before it.
SHARED = ("values", "framing", "layer_names", "running")
FORKING = (*SHARED, "system_calls", "linux", "layers", "zygote")
PRACTISING = (*SHARED, "once")
PACKAGES = ("numpy", "scipy")
# What questions usually allow; loaded once, because a closed-in process may no longer reach the files.
PRELOADED = (
    *("math", "cmath", "itertools", "functools", "collections", "collections.abc", "heapq", "operator", "typing"),
    *("dataclasses", "fractions", "decimal", "statistics", "bisect", "copy", "numbers", "string", "re", "enum"),
    *(
        "contextlib",
        "random",
        "abc",
        "textwrap",
        "time",
        "datetime",
        "traceback",
        "inspect",
        "encodings.latin_1",
        "encodings.idna",
        "unicodedata",
    ),
    *("numpy.linalg", "numpy.fft", "numpy.random", "numpy.polynomial", "numpy.lib.stride_tricks"),
)
SCIPY = "scipy.sparse"
# One thread a library: a forked process has only one, and the memory cap counts the buffers of each.
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONUTF8": "1",
}
# Without these, Windows starts nothing.
KEPT_VARIABLES = ("SYSTEMROOT",)
BOOT = """\
import json, os, sys, types
if os.name == "nt":
    import msvcrt
    [msvcrt.setmode(number, os.O_BINARY) for number in (0, 1)]
def take(n_bytes):
    pieces = b""
    while len(pieces) < n_bytes:
        pieces += os.read(0, n_bytes - len(pieces)) or sys.exit()
    return pieces
start = json.loads(take(int.from_bytes(take(8), "little")))
sys.path[:] = [path for path in sys.path if path] + start["config"]["places"]
for name, text in start["modules"]:
    module = sys.modules["confined" + name] = types.ModuleType("confined" + name)
    module.__package__ = "confined"
    exec(compile(text, "<sandbox>", "exec"), module.__dict__)
module.main(start["config"])
"""


def start_interpreter(
    names: Collection[str], layers: Collection[str], empty: str, *, with_scipy: bool
) -> "subprocess.Popen[bytes]":
    """A new interpreter that loads these of our modules and runs the last one's `main`.

    `empty` is a folder with nothing in it, its working directory; `with_scipy` loads SciPy's sparse matrices.
    Raises: OSError when none can be started.
    """
    process = subprocess.Popen(
        [getattr(sys, "_base_executable", sys.executable), "-s", "-S", "-B", "-c", BOOT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd=empty,
        env=ENVIRONMENT | {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ},
        start_new_session=True,
    )
    content = json.dumps({"modules": _texts(names), "config": _config(layers, empty, with_scipy)}).encode("ascii")
    if process.stdin:
        # One that dies at once is noticed when it is asked.
        with contextlib.suppress(BrokenPipeError):
            write_all(process.stdin.fileno(), len(content).to_bytes(8, "little") + content)
    return process


def _config(layers: Collection[str], empty: str, with_scipy: bool) -> dict[str, Any]:
    """What the interpreter needs to know of this machine."""
    places = [Path(place) for place in sys.path]
    homes = [next(place / name for place in places if (place / name / "__init__.py").is_file()) for name in PACKAGES]
    return {
        "layers": sorted(layers),
        "preload": [*PRELOADED, SCIPY] if with_scipy else PRELOADED,
        "packages": [str(home) for home in homes],
        "places": sorted({str(home.parent) for home in homes}),
        "empty": empty,
    }


def _texts(names: Collection[str]) -> list[tuple[str, str]]:
    folder = Path(__file__).parent / "confined"
    modules = [(f".{name}", (folder / f"{name}.py").read_text(encoding="utf-8")) for name in names]
    return [("", ""), *modules]
