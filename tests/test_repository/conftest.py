"""What the tests of the repository look at: its files, its product code, and run.py as a module."""

import ast
import importlib.util
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

PACKAGES = ("engine", "question_templates", "submissions", "grader", "chainrule")
# Where there is no git: folders that tools make. Hidden ones are left out too, but for .ci.
_MADE_BY_TOOLS = {"__pycache__", "build", "dist", "htmlcov", "mutants", "demo-class"}


@pytest.fixture(scope="session")
def packages() -> tuple[str, ...]:
    """The five packages that are the product."""
    return PACKAGES


@pytest.fixture(scope="session")
def committed(repository: Path) -> list[Path]:
    """Every file that is committed or would be, relative to the repository."""
    if (repository / ".git").exists() and shutil.which("git"):
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True).stdout
        paths = [Path(name) for name in listed.split("\0") if name]
    else:
        paths = [path.relative_to(repository) for path in repository.rglob("*")]
    return sorted(path for path in paths if (repository / path).is_file() and not _made_by_tools(path))


def _made_by_tools(path: Path) -> bool:
    return any(
        part in _MADE_BY_TOOLS or part.endswith(".egg-info") or (part.startswith(".") and part != ".ci")
        for part in path.parts[:-1]
    )


@pytest.fixture(scope="session")
def product(repository: Path, committed: list[Path]) -> dict[str, str]:
    """Path and text of every Python file that users run."""
    files = [path for path in committed if path.suffix == ".py"]
    wanted = [path for path in files if path.parts[0] in PACKAGES or path == Path("run.py")]
    return {path.as_posix(): (repository / path).read_text(encoding="utf-8") for path in wanted}


@pytest.fixture(scope="session")
def trees(product: dict[str, str]) -> dict[str, ast.Module]:
    """The syntax tree of every product file."""
    return {path: ast.parse(text, path) for path, text in product.items()}


@pytest.fixture
def run_py(repository: Path) -> ModuleType:
    """run.py as a module of its own, fresh for every test."""
    spec = importlib.util.spec_from_file_location("run_py_under_test", repository / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
