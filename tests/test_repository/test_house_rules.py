"""The house rules that a machine can check: sizes, first lines, packages, and the oldest Python's syntax."""

import ast
from pathlib import Path

import pytest

LONGEST_FILE = 300
LONGEST_FUNCTION = 40


def test_no_product_file_is_too_long(product):
    lengths = {path: text.count("\n") + (not text.endswith("\n")) for path, text in product.items() if text}

    assert {} == {path: length for path, length in lengths.items() if length > LONGEST_FILE}


def test_no_product_function_is_too_long(trees):
    functions = {
        f"{path}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {} == {name: length for name, length in functions.items() if length > LONGEST_FUNCTION}


def test_every_product_file_says_first_what_it_is_for(trees):
    assert [] == [path for path, tree in trees.items() if not (ast.get_docstring(tree) or "").strip()]


def test_that_sentence_is_one_line_and_ends(trees):
    first_lines = {path: (ast.get_docstring(tree) or "").split("\n", 1)[0] for path, tree in trees.items()}

    assert {} == {path: line for path, line in first_lines.items() if line and line[-1] not in ".:;?)"}


def test_every_folder_of_modules_is_a_package(repository, product):
    folders = {Path(path).parent for path in product if not path.startswith("question_templates/families/")}

    assert [] == sorted(
        folder.as_posix()
        for folder in folders - {Path(".")}
        if not (repository / folder / "__init__.py").is_file()
    )


def test_every_package_says_that_it_is_typed(repository, packages):
    assert [] == [name for name in packages if not (repository / name / "py.typed").is_file()]


def test_every_python_file_is_python_3_10(repository, committed):
    for path in committed:
        if path.suffix == ".py":
            ast.parse((repository / path).read_text(encoding="utf-8"), str(path), feature_version=(3, 10))


def test_no_file_has_a_name_that_says_nothing(committed):
    empty_names = {"utils", "util", "misc", "helpers", "helper", "common", "manager", "stuff"}

    assert [] == [path.as_posix() for path in committed if path.stem in empty_names]


def test_test_files_have_names_of_their_own(committed):
    names = [path.name for path in committed if path.parts[0] == "tests" and path.name.startswith("test_")]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("mark", ["TODO", "FIXME", "XXX", "NotImplementedError"])
def test_nothing_is_left_unfinished(product, mark):
    assert [] == [path for path, text in product.items() if mark in text]
