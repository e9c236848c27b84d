"""Sets Chainrule up and runs it: all that a fresh clone needs is Python 3.10 or newer with its venv module.

Written so that a much older Python can still read it, far enough to be told which one to use.
"""

import sys

OLDEST_PYTHON = (3, 10)


def old_python_message(major: int, minor: int) -> str:
    """What to tell someone whose Python is too old."""
    return "run.py: Chainrule needs Python {}.{} or newer, and this is {}.{}; try: python3.12 {}".format(
        OLDEST_PYTHON[0], OLDEST_PYTHON[1], major, minor, " ".join(sys.argv)
    )


if sys.version_info[:2] < OLDEST_PYTHON:
    sys.exit(old_python_message(*sys.version_info[:2]))

import contextlib
import hashlib
import importlib
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent
STATE, LOG = "chainrule-setup.json", "chainrule-setup.log"
EXTRAS, CHECKS = ("pdf", "test", "browser", "dev"), ("lint", "types", "contracts", "docs")

HELP = """\
usage: python3 run.py VERB [ARGUMENTS]

  demo                the whole story on a sample class: papers, answers, grades, one folder of results
  test [ARGUMENTS]    all tests; with arguments, what pytest makes of them
  chainrule ...       the program itself, for example: python3 run.py chainrule --help
  check               lint, types, contracts and docs, one after the other; each is a verb of its own too
  tables              the generated documents: docs/answers.md and docs/bank.md
  bench [NAME ...]    the measurements in benchmarks/, all or those named
  campaign [ARGS]     the tests once more, with a hundred times the examples
  mutation [FILES]    changes of the judging code that no test notices
  setup [EXTRA ...]   set-up alone, with further extras: pdf, test, browser, dev
  python ...          the Python of the environment
The environment is made on first use, in .venv or where CHAINRULE_VENV says; with uv if it is on the path."""


class Refused(Exception):
    """What was asked for cannot be done: a sentence that says what to do, and the exit code."""


def main(arguments: Sequence[str]) -> int:
    """Run one verb and return the exit code."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(HELP)
        return 0 if arguments else 2
    try:
        refuse_unknown("verb", arguments[:1], [*COMMANDS, *PROCEDURES])
        return run(arguments[0], arguments[1:])
    except Refused as problem:
        print(f"run.py: {problem.args[0]}", file=sys.stderr)
        return int(problem.args[1])
    except KeyboardInterrupt:
        return 130


class Command(NamedTuple):
    """A verb that is one call of the environment's Python."""

    extras: tuple[str, ...]  # what has to be installed
    before: tuple[str, ...]  # what comes before the user's arguments
    unless: tuple[str, ...]  # what stands in when the user gives none
    folder: Path | None  # where it runs; None is where the user stands


MANY = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder")
CONTRACTS = "from importlinter.cli import lint_imports_command as command; command()"
COMMANDS = {
    "demo": Command((), ("-m", "chainrule", "demo"), (), None),
    "chainrule": Command((), ("-m", "chainrule"), (), None),
    "python": Command((), (), (), None),
    "test": Command(("pdf", "test"), ("-m", "pytest"), MANY, ROOT),
    "campaign": Command(("pdf", "test"), ("-m", "pytest", "--hypothesis-profile=campaign", *MANY), (), ROOT),
    "mutation": Command(("pdf", "test", "dev"), ("benchmarks/campaigns/mutation.py",), (), ROOT),
    "lint": Command(("dev",), ("-m", "ruff", "check"), (".",), ROOT),
    "types": Command(("pdf", "test", "dev"), (".ci/check_types.py",), (), ROOT),
    "contracts": Command(("dev",), ("-c", CONTRACTS), (), ROOT),
    "tables": Command(("pdf", "test"), ("tests/written_pages.py",), (), ROOT),
    "docs": Command(("pdf", "test"), ("-m", "pytest", "-q", "tests/test_repository/test_documents.py"), (), ROOT),
}


def run(verb: str, arguments: Sequence[str]) -> int:
    """Run one verb, which exists, and return its exit code."""
    if verb in PROCEDURES:
        return PROCEDURES[verb](arguments)
    extras, before, unless, folder = COMMANDS[verb]
    return call(ready_python(*extras), *before, *(arguments or unless), folder=folder)


def check(arguments: Sequence[str]) -> int:
    """Lint, types, contracts and docs; all are run even when one fails."""
    refuse_unknown("part of check", arguments, CHECKS)
    failed = [verb for verb in arguments or CHECKS if run(verb, ())]
    print(f"check: failed: {', '.join(failed)}" if failed else "check: all is well")
    return 1 if failed else 0


def bench(arguments: Sequence[str]) -> int:
    """The measurements, each a script that prints a table."""
    files = sorted((ROOT / "benchmarks").glob("*.py"))
    scripts = {path.stem: path for path in files if "__main__" in path.read_text(encoding="utf-8")}
    refuse_unknown("measurement", arguments, scripts)
    return max((call(ready_python("pdf", "test"), str(scripts[name])) for name in arguments or scripts), default=0)


def setup(arguments: Sequence[str]) -> int:
    """The environment alone."""
    refuse_unknown("extra", arguments, EXTRAS)
    print(ready_python(*arguments))
    return 0


PROCEDURES = {"check": check, "bench": bench, "setup": setup}


def refuse_unknown(kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raise Refused for the first name that is not known."""
    for name in names:
        if name not in known:
            raise Refused(f"there is no {kind} {name!r}; there are: {', '.join(known)}", 2)


def call(python: Path, *arguments: str, folder: Path | None = None) -> int:
    """Run the environment's Python isolated: no `engine.py` lying about may stand in for ours."""
    # pytest's workers start without -I, so what -I would ignore must not be there at all.
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    code = subprocess.call([str(python), "-I", *arguments], cwd=folder, env=kept)
    return 128 - code if code < 0 else code


# The environment. Its state says "not ready" before anything is changed and "ready" when all is done: a
# killed set-up is seen and made again. A lock keeps two set-ups apart.


def ready_python(*extras: str) -> Path:
    """The environment's Python, with these extras installed."""
    venv = ROOT / os.path.expanduser(os.environ.get("CHAINRULE_VENV") or ".venv")
    if not is_ready(venv, extras):
        print(f"Setting up {venv} (once, about a minute) ...", file=sys.stderr, flush=True)
        with locked(venv):
            if not is_ready(venv, extras):
                set_up(venv, extras)
    return python_in(venv)


class State(NamedTuple):
    """What a set-up writes down in the environment."""

    ready: bool = False
    ours: bool = False  # made here, so that it may be deleted when it is broken
    python: str = ""
    fingerprint: str = ""
    extras: tuple[str, ...] = ()


def is_ready(venv: Path, extras: Sequence[str]) -> bool:
    """Whether nothing needs to be done."""
    state = read_state(venv)
    as_wanted = state.ready and state.fingerprint == fingerprint() and set(extras) <= set(state.extras)
    return as_wanted and python_in(venv).exists()


def set_up(venv: Path, extras: Sequence[str]) -> None:
    """Make or mend the environment; an environment that someone else made is never deleted."""
    state = read_state(venv)
    is_environment = (venv / "pyvenv.cfg").exists()
    if venv.exists() and not is_environment and state == State() and any(venv.iterdir()):
        raise Refused(f"{venv} is not a Python environment; set CHAINRULE_VENV to a new folder or to one", 1)
    reusable = state.ready and state.python == python_tag() and python_in(venv).exists()
    if state.ours and not reusable:
        shutil.rmtree(venv)
    extras = sorted({*extras, *(state.extras if reusable else ())})
    wanted = State(False, state.ours or not is_environment, python_tag(), fingerprint(), tuple(extras))
    venv.mkdir(parents=True, exist_ok=True)
    write_state(venv, wanted)
    if not python_in(venv).exists():
        make_venv(venv)
    install(venv, wanted.extras)
    write_state(venv, wanted._replace(ready=True))


def make_venv(venv: Path) -> None:
    """Make the environment; uv needs no pip inside it."""
    with_uv = shutil.which("uv") is not None
    for module in ("venv",) if with_uv else ("venv", "ensurepip"):
        try:
            importlib.import_module(module)
        except ImportError as problem:
            raise Refused(missing_venv_message(module), 1) from problem
    logged(venv, [sys.executable, "-I", "-m", "venv", *(["--without-pip"] if with_uv else []), str(venv)])


def missing_venv_message(module: str) -> str:
    """The one thing to do when this Python cannot make environments."""
    fix = (
        "run this and try again: sudo apt install python{}.{}-venv".format(*sys.version_info)
        if os.path.exists("/etc/debian_version")
        else "try again with a complete Python, such as the one from python.org"
    )
    return f"{sys.executable} cannot make environments, its module {module} is missing; {fix}"


def install(venv: Path, extras: Sequence[str]) -> None:
    """Install the project, editable, with uv when it is on the path and with pip otherwise."""
    wanted = ["-c", "constraints.txt", "-e", ".[{}]".format(",".join(extras)) if extras else "."]
    python = str(python_in(venv))
    uv = shutil.which("uv")
    if uv:
        with contextlib.suppress(Refused):  # behind a proxy, pip may know the way where uv does not
            logged(venv, [uv, "pip", "install", "--python", python, *wanted])
            return
    if subprocess.call([python, "-I", "-c", "import pip"], stderr=subprocess.DEVNULL):
        logged(venv, [python, "-I", "-m", "ensurepip"])
    # Compiling all of SciPy takes longer than installing it; Python compiles what is used when it is used.
    quick = ["--no-compile", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    logged(venv, [python, "-I", "-m", "pip", "install", *quick, *wanted])


def logged(venv: Path, command: Sequence[str]) -> None:
    """Run a step of the set-up; its output goes to the log, and its end into the message when it fails."""
    log = venv / LOG
    with log.open("wb") as file:
        # The lock is handed down: should this process be killed, it holds until the step itself has ended.
        code = subprocess.call(command, cwd=ROOT, stdout=file, stderr=file, close_fds=os.name == "nt")
    if code:
        shown = "\n    ".join(["", *log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]])
        advice = f"All of it is in {log}. If this machine is offline, connect it, then run the command again."
        raise Refused(f"set-up stopped at `{' '.join(command)}`:{shown}\n{advice}", 1)


@contextlib.contextmanager
def locked(venv: Path) -> Iterator[None]:
    """Wait until no other run.py sets this environment up; the lock goes when its process dies."""
    path = venv.with_name(venv.name + ".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt

            while True:
                with contextlib.suppress(OSError):  # it gives up after ten seconds
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            os.set_inheritable(file.fileno(), True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def python_in(venv: Path) -> Path:
    """Where an environment keeps its Python."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def python_tag() -> str:
    """Which Python this is, as far as installed packages care."""
    return f"{sys.implementation.name} {platform.python_version()} {platform.machine()}"


def fingerprint() -> str:
    """What the environment depends on: a change of any of it calls for set-up."""
    files = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256(b"\0".join([python_tag().encode(), os.fsencode(ROOT), *files])).hexdigest()


def read_state(venv: Path) -> State:
    """What an earlier set-up wrote down; the empty state where none did."""
    try:
        return State(**json.loads((venv / STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return State()


def write_state(venv: Path, state: State) -> None:
    """Write the state whole or not at all."""
    temporary = venv / (STATE + ".new")
    temporary.write_text(json.dumps(state._asdict()), encoding="utf-8")
    os.replace(temporary, venv / STATE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
