"""What is installed is what is in the folder: dependencies, constraints, and the files of a wheel."""

import re
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
import yaml

PIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*==[0-9][0-9a-z.]*( ; [^/@]+)?")
# A line of a dependency list in pyproject.toml; Python 3.10 has no reader for TOML.
REQUIREMENT = re.compile(r"""^    "([A-Za-z][\w.-]*)[<>=!~;" ]""", re.MULTILINE)


@pytest.fixture(scope="session")
def project(repository):
    """The text of pyproject.toml."""
    return (repository / "pyproject.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def pins(repository):
    """The lines of constraints.txt."""
    return (repository / "constraints.txt").read_text(encoding="utf-8").splitlines()


def test_constraints_are_names_and_versions_and_nothing_else(pins):
    assert [] == [line for line in pins if not PIN.fullmatch(line)]


def test_every_dependency_is_constrained(project, pins):
    dependencies = project[project.index("\ndependencies") : project.index("[project.scripts]")]
    direct = {name.lower().replace("_", "-").replace(".", "-") for name in REQUIREMENT.findall(dependencies)}

    assert 12 <= len(direct)
    assert set() == direct - {line.split("==")[0] for line in pins}


def test_the_second_witness_torch_is_nobodys_dependency(project, pins):
    assert [] == [line for line in pins if line.startswith(("torch=", "sympy="))]
    assert "torch" not in {name.lower() for name in REQUIREMENT.findall(project)}


def test_run_py_knows_every_extra(project, run_py):
    extras = project[project.index("[project.optional-dependencies]") : project.index("[project.scripts]")]

    assert set(re.findall(r"^([a-z]+) = \[", extras, re.MULTILINE)) == set(run_py.EXTRAS)


def _is_setuptools_new() -> bool:
    """Asked without importing it: it refuses to be loaded where something has loaded Python's own distutils before."""
    try:
        return int(metadata.version("setuptools").partition(".")[0]) >= 77
    except metadata.PackageNotFoundError:
        return False


@pytest.fixture(scope="session")
def wheel_names(repository, packages, committed, tmp_path_factory):
    """The names in a wheel built from a copy, so that building leaves nothing behind here."""
    if not _is_setuptools_new():
        pytest.skip("setuptools 77 or newer is missing; an older one cannot read the licence line")
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for path in committed:
        if path.parts[0] in packages or path.name in ("pyproject.toml", "LICENSE", "README.md"):
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(repository / path, source / path)
    build = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(out)], cwd=source, check=True, capture_output=True)
    with zipfile.ZipFile(next(out.glob("chainrule-*.whl"))) as wheel:
        return set(wheel.namelist())


@pytest.mark.slow
def test_a_wheel_holds_every_file_of_the_five_packages(wheel_names, packages, committed):
    expected = {path.as_posix() for path in committed if path.parts[0] in packages}

    assert set() == expected - wheel_names


@pytest.mark.slow
def test_a_wheel_holds_nothing_but_the_five_packages(wheel_names, packages):
    others = {name for name in wheel_names if Path(name).parts[0] not in packages}

    assert set() == {name for name in others if ".dist-info/" not in name}
    assert set() == {name for name in wheel_names if name.endswith(".pyc")}


def test_an_editable_install_sees_new_files_at_once(repository):
    try:
        installed = metadata.distribution("chainrule")
    except metadata.PackageNotFoundError:
        pytest.skip("chainrule is not installed here; run.py installs it")
    path_files = [file for file in installed.files or () if file.name.endswith(".pth")]

    assert [str(repository)] == [file.read_text().strip() for file in path_files]


def test_the_yaml_library_has_its_fast_reader():
    assert yaml.__with_libyaml__
