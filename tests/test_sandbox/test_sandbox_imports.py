"""What a text would load is read from its tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox import refused_imports

ALLOWED = ("math", "numpy", "scipy.sparse")


@pytest.mark.parametrize(
    ("source", "refused"),
    [
        ("import numpy as np\nimport numpy.linalg, math", []),
        ("from numpy.linalg import norm as n", []),
        ("from scipy import sparse", []),
        ("from scipy import (sparse,\n  linalg)", [(1, "scipy")]),
        ("import scipy", [(1, "scipy")]),
        ("import os", [(1, "os")]),
        ("x = 1; import os, math, sys as s", [(1, "os"), (1, "sys")]),
        ("def f():\n    if 1: import socket\n", [(2, "socket")]),
        ("from os import path", [(1, "os")]),
        ("from . import key", [(1, ".")]),
        ("from .. key import x", [(1, "..key")]),
        ("import mathematics", [(1, "mathematics")]),
        ("import\\\n os . path", [(1, "os.path")]),
        ("text = 'import os'  # import os", []),
        ("def f(x):\n    '''import os'''\n    return x.from_ if x else None", []),
        ("import os\nx = (((", [(1, "os")]),
        ("import os\n  'unfinished", [(1, "os")]),
        ("try:\n    import os\nexcept ImportError: import sys\n", [(2, "os"), (3, "sys")]),
        ("", []),
    ],
)
def test_refused_imports_are_named_with_their_lines(source, refused):
    assert refused == refused_imports(source, ALLOWED)


@given(st.text())
def test_no_text_is_too_strange(source):
    assert all(line >= 1 for line, _ in refused_imports(f"{source}\nimport os", ALLOWED))


@pytest.mark.parametrize("source", ["[" * 10_000, "-" * 10_000 + "1", "a" + ".a" * 10_000, "\0import os"])
def test_no_nesting_hurts(source):
    assert isinstance(refused_imports(source, ALLOWED), list)
