"""Who may draw, run code, write, print and look at the clock: the design's table, held by syntax trees."""

import ast
from collections.abc import Iterator

import pytest

FACE = "chainrule/"
STORE = "submissions/store.py"
BATCH = "grader/batch.py"
SANDBOX = "grader/sandbox/"
DICE = "question_templates/dice.py"
BANK_CODE = "question_templates/bank_code.py"
LISTING = "engine/listing.py"
SETUP = "run.py"
NOWHERE: tuple[str, ...] = ()

# Module -> the files and folders that may import it.
IMPORTS: dict[str, tuple[str, ...]] = {
    "random": (DICE,),
    "secrets": (DICE, STORE, FACE),
    "time": (STORE, BATCH, SANDBOX, FACE),
    "logging": (STORE, BATCH, FACE),
    "tempfile": (STORE, BATCH, SANDBOX, FACE),
    "shutil": (STORE, BATCH, SANDBOX, FACE, SETUP),
    "subprocess": (SANDBOX, FACE, SETUP),
    "multiprocessing": (SANDBOX, BATCH, FACE),
    "concurrent": (SANDBOX, BATCH, FACE),
    "threading": (SANDBOX, BATCH, FACE),
    "importlib.util": (BANK_CODE,),
    "importlib.machinery": (BANK_CODE,),
    "runpy": NOWHERE,
    # Nothing leaves the machine.
    "socket": NOWHERE,
    "ssl": NOWHERE,
    "smtplib": NOWHERE,
    "http.client": NOWHERE,
    "urllib.request": NOWHERE,
    "requests": NOWHERE,
    "httpx": NOWHERE,
    # Nothing that can be handed in is ever run by reading it.
    "pickle": NOWHERE,
    "marshal": NOWHERE,
    "shelve": NOWHERE,
    "dill": NOWHERE,
    "sympy": NOWHERE,
}

# Name as it is called, with `.name` for a method of anything -> the files and folders that may call it.
CALLS: dict[str, tuple[str, ...]] = {
    "eval": NOWHERE,
    "exec": (LISTING, SANDBOX),
    "compile": (LISTING, SANDBOX),
    "__import__": NOWHERE,
    "sympify": NOWHERE,
    "ast.literal_eval": NOWHERE,
    "os.system": NOWHERE,
    "os.popen": NOWHERE,
    "yaml.load": NOWHERE,
    "yaml.unsafe_load": NOWHERE,
    "yaml.full_load": NOWHERE,
    "np.load": NOWHERE,
    ".exec_module": (BANK_CODE,),
    # Values that say when something was handed in may be anywhere; the machine's own clock and zone may not.
    ".now": (STORE, BATCH, FACE),
    ".utcnow": (STORE, BATCH, FACE),
    ".today": (STORE, BATCH, FACE),
    ".fromtimestamp": (STORE, BATCH, FACE),
    ".astimezone": (STORE, BATCH, FACE),
    "print": (BATCH, FACE, SETUP),
    "input": (FACE,),
    "open": (STORE, BATCH, FACE),
    ".open": (STORE, "submissions/collecting/archives.py", BATCH, SANDBOX, FACE, SETUP),
    ".write_text": (STORE, BATCH, FACE, SETUP),
    ".write_bytes": (STORE, BATCH, FACE),
    ".mkdir": (STORE, BATCH, FACE, SETUP),
    ".unlink": (STORE, BATCH, FACE),
    ".rmdir": (STORE, BATCH, FACE),
    ".touch": (STORE, BATCH, FACE),
    "os.replace": (STORE, BATCH, FACE, SETUP),
    "os.remove": (STORE, BATCH, FACE),
    "os.rename": (STORE, BATCH, FACE),
    "os.makedirs": (STORE, BATCH, FACE),
}


def imported(tree: ast.Module) -> Iterator[str]:
    """Every module a file imports, and every name it takes from one, dotted."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called(tree: ast.Module) -> Iterator[str]:
    """Every call: `name`, `module.name`, and `.name` for whatever it is a method of."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield "." + node.func.attr
            if isinstance(node.func.value, ast.Name):
                yield f"{node.func.value.id}.{node.func.attr}"


def outside(path: str, allowed: tuple[str, ...]) -> bool:
    """Whether a file is none of the allowed ones."""
    return not any(path == room or (room.endswith("/") and path.startswith(room)) for room in allowed)


@pytest.fixture(scope="module")
def imports(trees) -> dict[str, frozenset[str]]:
    return {path: frozenset(imported(tree)) for path, tree in trees.items()}


@pytest.fixture(scope="module")
def calls(trees) -> dict[str, frozenset[str]]:
    return {path: frozenset(called(tree)) for path, tree in trees.items()}


@pytest.mark.parametrize(("module", "allowed"), IMPORTS.items(), ids=IMPORTS)
def test_a_module_with_effects_is_imported_only_where_the_table_says(imports, module, allowed):
    others = {path: names for path, names in imports.items() if outside(path, allowed)}

    assert [] == [
        f"{path}: {name}" for path, names in others.items() for name in names if f"{name}.".startswith(f"{module}.")
    ]


@pytest.mark.parametrize(("name", "allowed"), CALLS.items(), ids=CALLS)
def test_a_call_with_effects_is_made_only_where_the_table_says(calls, name, allowed):
    users = [path for path, names in calls.items() if name in names]

    assert [] == [path for path in users if outside(path, allowed)]


def test_no_process_is_started_through_a_shell(trees):
    assert [] == [
        f"{path}:{node.lineno}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "shell"
    ]


def test_numpy_draws_nothing(trees):
    assert [] == [
        f"{path}:{node.lineno}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "random"
        if isinstance(node.value, ast.Name) and node.value.id in ("np", "numpy")
    ]


def test_no_error_is_swallowed_whole(trees):
    assert [] == [
        f"{path}:{node.lineno}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and (node.type is None or swallows_all(node))
    ]


def swallows_all(handler: ast.ExceptHandler) -> bool:
    """Whether a handler takes any exception and does nothing about it."""
    anything = isinstance(handler.type, ast.Name) and handler.type.id in ("Exception", "BaseException")
    return anything and all(isinstance(step, ast.Pass | ast.Continue) for step in handler.body)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("eval('1')", {"eval"}),
        ("import os\nos.system('ls')", {"os.system", ".system"}),
        ("path.parent.write_text('')", {".write_text"}),
        ("f(open(x).read())", {"f", "open", ".read"}),
    ],
)
def test_the_table_sees_calls(source, names):
    assert names == set(called(ast.parse(source)))


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import random", {"random"}),
        ("def f():\n    from random import random as draw", {"random.random"}),
        ("import os, urllib.request as u", {"os", "urllib.request"}),
        ("from urllib import request", {"urllib.request"}),
    ],
)
def test_the_table_sees_imports(source, names):
    assert names == set(imported(ast.parse(source)))
