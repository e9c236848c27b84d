"""Programs out of what students hand in: fences, prompts, tabs, imports; every line keeps its number, nothing runs."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.reading import Unreadable
from grader.reading.code import MAX_CODE_CHARACTERS, CodeReading, read_code

PLAIN = "def f(x):\n    return x + 1"


def source_of(text: str, *allowed: str) -> str:
    found = read_code(text, function="f", allowed=allowed)
    assert isinstance(found, CodeReading), found.reason
    return found.source


def reason_of(text: str, *allowed: str) -> str:
    found = read_code(text, function="f", allowed=allowed)
    assert isinstance(found, Unreadable)
    return found.reason


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN + "\n",
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("    ", "\t"),
        "    def f(x):\n        return x + 1",
        "def f(x):\n            return x + 1",
        f"```\n{PLAIN}\n```",
        f"~~~python\n{PLAIN}\n~~~",
        f"Here is my function:\n```python\n{PLAIN}\n```\nIt adds one.",
        "```python\ndef f(x):\n    return g(x)\n```\nand\n```python\ndef g(x):\n    return x + 1\n```",
        "In [1]: def f(x):\n   ...:     return x + 1\n   ...: ",
        "In [1]: def f(x):\n   ...:     return x + 1\n\nIn [2]: f(1)\nOut[2]: 2",
        ">>> def f(x):\n...     return x + 1\n...\n>>> f(1)\n2",
        "%load_ext autoreload\n!pip install numpy\ndef f(x):\n    return x + 1",
        "\ufeffdef f(x):\n\u00a0\u00a0\u00a0\u00a0return x + 1",
        "def f(x):\n\u2028    return x + 1",
        "def f(x):\n    return x \u2212 -1",
        "f = lambda x: x + 1",
        "def f(x):\n    return x + 1\nf?\nf??\n??f\nf.__doc__?",
        "f: object = lambda x: x + 1",
        "f: 'Callable[[int], int]' = lambda x: x + 1",
        "f, half = (lambda x: x + 1), 0.5",
        "(f := lambda x: x + 1)",
        "if 1 < 2:\n    def f(x): return x + 1\nelse:\n    def f(x): return x + 2",
        "try:\n    f = lambda x: x + 1\nexcept NameError:\n    pass",
        "for step in (2, 1):\n    f = lambda x, step=step: x + step",
        "import doctest\ndef f(x): return x + 1\nif __name__ == '__main__':\n    import sys\n    doctest.testmod()",
        "def f(x):\n\treturn (x +\n        1)",
    ],
    ids=range(28),
)
def test_what_is_around_a_program_is_taken_off(text: str):
    namespace: dict[str, object] = {}
    exec(source_of(text), namespace)

    assert 3 == namespace["f"](2)  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    [
        f"```python\n\n{PLAIN}\n```",
        f"Some words first.\n```\n{PLAIN}\n```",
        f"%matplotlib inline\n\n{PLAIN}",
        f"import torch\nimport matplotlib.pyplot as plt\n{PLAIN}",
        f"In [1]: 1 + 1\nOut[1]: 2\nIn [2]: {PLAIN}".replace("\n    ", "\n   ...:     "),
    ],
)
def test_every_line_keeps_its_number(text: str):
    line = next(number for number, line in enumerate(text.split("\n"), 1) if "def f" in line)
    (function,) = [node for node in ast.parse(source_of(text)).body if isinstance(node, ast.FunctionDef)]

    assert line == function.lineno


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def f(x)\n    return x", "Line 1, `def f(x)`, can't be read as Python: expected ':'."),
        (
            "import os\n" + "def f(x):\n    return os.getcwd()",
            "Line 1 imports `os`, which can't be used here; there are",
        ),
        (
            "def f(x):\n    import engine as ag\n    return ag.exp(x)",
            "Line 2 imports `engine`, which can't be used here",
        ),
        ("from scipy import linalg\ndef f(x):\n    return linalg.inv(x)", "Line 1 imports `scipy.linalg`, which can't"),
        ("from os import *\ndef f(x):\n    return x", "Line 1 imports `os.*`, which can't be used here"),
        ("def g(x):\n    return x", "There is no function `f` in it, but `g`; please call it `f`."),
        ("2 + 2", "There is no function `f` in it; please begin it with `def f(`."),
        (
            "class A:\n    def f(self):\n        return 1",
            "There is no function `f` in it, but `A`; please call it `f`.",
        ),
        ("def f(x):\n    return 'a\u202eb'", "Line 2 has a character that can't be seen; please type it anew."),
        ("def f(x):\x00\n    return x", "Line 1 has a character that can't be seen"),
        ("f = " + "(" * 5000, "Line 1, `f = ((("),
        ("x" * (MAX_CODE_CHARACTERS + 1), "This has 20,001 characters; at most 20,000 are read."),
    ],
    ids=range(12),
)
def test_what_can_not_be_read_is_said_with_its_line(text: str, reason: str):
    assert reason_of(text).startswith(reason)


def test_a_module_that_the_question_allows_may_be_imported_and_so_may_what_lies_in_it():
    program = (
        "from scipy import sparse\nimport scipy.sparse.linalg\ndef f(x):\n    return sparse.identity(scipy.sparse.x)"
    )

    assert program == source_of(program, "scipy.sparse")


@pytest.mark.parametrize(
    ("imports", "kept"),
    [
        ("import numpy as np; import matplotlib.pyplot as plt", "import numpy as np; pass"),
        ("import matplotlib.pyplot as plt; import numpy as np", "pass; import numpy as np"),
        ("import torch; import numpy as np; import os", "pass; import numpy as np; pass"),
        ("import numpy as np, matplotlib.pyplot as plt", "import numpy as np"),
        ("y = '\u00fc'; import os  # \u00fc", "y = '\u00fc'; pass  # \u00fc"),
        ("from scipy import (\n    linalg,\n    sparse,\n)", "from scipy import sparse\n\n\n"),
        ("import torch  # not needed", ""),
    ],
)
def test_of_an_import_only_what_is_used_nowhere_is_left_out(imports: str, kept: str):
    program = PLAIN.replace("1", "np.y * sparse.one")

    assert f"{kept}\n{program}" == source_of(f"{imports}\n{program}", "scipy.sparse")


@pytest.mark.parametrize(
    "docstring",
    [
        '    """Adds one.\n\n    >>> f(1)\n    2\n    """',
        '    """Adds one.\n\n    ```python\n    f(1)\n    ```\n    """',
        "    y = (x\n         %x)",
        "    # >>> f(1)",
    ],
)
def test_what_is_python_as_it_stands_is_left_as_it_is(docstring: str):
    program = f"def f(x):\n{docstring}\n    return x + 1"

    assert program == source_of(program)


def test_an_import_that_is_used_nowhere_is_left_out():
    assert "\n" + PLAIN == source_of(f"from torch import nn\n{PLAIN}")


def test_the_reading_says_how_long_the_program_is():
    assert "a program of 2 lines that defines `f`" == read_code(PLAIN, function="f").read_as  # type: ignore[union-attr]


PIECES = st.sampled_from(
    [
        "def f(x):",
        "\n",
        "    ",
        "\t",
        "return x",
        "```",
        ">>> ",
        "... ",
        "In [1]: ",
        "Out[1]: 2",
        "import os",
        "(",
        ")",
        "'",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)))
def test_no_text_breaks_reading(text: str):
    found = read_code(text, function="f")

    assert isinstance(found, Unreadable) or ast.parse(found.source)


@pytest.mark.parametrize(
    "text", ["-" * 19_000 + "1", "lambda:" * 2_500 + "1", "f = " + "[" * 9_000, "not " * 4_000 + "1"]
)
def test_deep_nesting_is_told_and_does_no_harm(text: str):
    assert isinstance(read_code(text, function="f"), Unreadable)


@pytest.mark.parametrize(
    "text",
    [
        "f: int",
        "if __name__ == '__main__':\n    def f(x): return x",
        "def g(x):\n    def f(x): return x",
        "d.f = d[0] = 3",
    ],
)
def test_a_name_that_is_given_no_value_defines_nothing(text: str):

    assert "There is no function `f` in it" in reason_of(text)


def test_a_long_chain_of_branches_is_looked_through():
    chain = "x = 9\nif x == 0: pass\n" + "elif x == 1: pass\n" * 900

    assert "def f(x)" in source_of(f"{chain}else:\n    def f(x): return x")


def test_a_block_for_scripts_with_an_else_is_not_passed_over():
    text = "if __name__ == '__main__':\n    import os\nelse:\n    import os\ndef f(x): return x"

    assert "Line 2 imports `os`" in reason_of(text)


def test_what_is_loaded_with_an_allowed_module_may_be_imported_by_itself():
    text = "import scipy\ndef f(x): return scipy.sparse.eye(x)"

    assert text == source_of(text, "scipy.sparse")
    assert "Line 1 imports `scipy`" in reason_of(text)
    assert "imports `scipy.linalg`" in reason_of("from scipy import linalg\ndef f(x): return linalg", "scipy.sparse")
