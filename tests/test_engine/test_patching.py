"""Patches: what is found, what is put in its place, and what is refused."""

import re

import pytest

from engine import EngineError
from engine.patching import BrokenPatch, Patch, patched

LISTING = """\
def forward(x, weights):
    for i, w in enumerate(weights):  # every layer
        x = ag.relu(ag.matmul(x, w))
        if i in checkpoints:
            first = (i+1)
    first = i + 1
    return weights[first:i + 1]
"""

TABLE = [
    ("an expression wherever it is read",
     [Patch("i + 1", "i")], {"i+1": "i", "i + 1": "i", "(i)": "i"}),
    ("an expression inside another",
     [Patch("ag.matmul(x, w)", "ag.matmul(w, x)")], {"matmul(x, w)": "matmul(w, x)"}),
    ("an expression that contains itself afterwards",
     [Patch("x", "x + x")], {"matmul(x, w)": "matmul(x + x, w)"}),
    ("a statement wherever it stands, however it is laid out",
     [Patch("first=(i  +  1) # note", "first = 0")], {"first = (i+1)": "first = 0", "first = i + 1": "first = 0"}),
    ("a statement by several",
     [Patch("return weights[first:i + 1]", "first += 1\nreturn weights[first:]")],
     {"return weights[first:i + 1]": "first += 1\n    return weights[first:]"}),
    ("a block, indented as one likes",
     [Patch("    if i in checkpoints:\n        first = i + 1", "    pass")],
     {"if i in checkpoints:\n            first = (i+1)": "pass"}),
    ("one after the other",
     [Patch("first = i + 1", "first = i"), Patch("first = i", "first = 7")],
     {"first = (i+1)": "first = 7", "first = i + 1": "first = 7"}),
    ("nothing at all", [], {}),
]  # fmt: skip


@pytest.mark.parametrize(("patches", "changes"), [case[1:] for case in TABLE], ids=[case[0] for case in TABLE])
def test_a_patch_replaces(patches, changes):
    by_hand = LISTING.replace("  # every layer", "")
    for old, new in changes.items():
        by_hand = by_hand.replace(old, new)

    assert by_hand.replace("(i+1)", "i + 1") == patched(LISTING, *patches)


def test_a_call_that_stands_alone_is_replaced_by_an_expression_or_by_a_statement():
    listing = "y.backward()\nprint(y.backward())\n"

    assert "z\nprint(z)\n" == patched(listing, Patch("y.backward()", "z"))
    assert "pass\nprint(y.backward())\n" == patched(listing, Patch("y.backward()", "pass"))


def test_a_name_that_is_assigned_to_is_no_expression():
    assert "x = 2\ny = 3\n" == patched("x = 2\ny = x\n", Patch("x", "3"))


REFUSED = [
    (
        [Patch("first = i", "pass")],
        "patch: 'first = i' is nowhere in the listing; a patch names a whole statement or expression of it.",
    ),
    (
        [Patch("i + 1", "i"), Patch("i + 1", "i + 2")],
        "patch: 'i + 1' is nowhere in the listing; a patch names a whole statement or expression of it.",
    ),
    ([Patch("a; b", "c")], "patch: 'a; b' has 2 statements; one, or an expression, is replaced."),
    ([Patch("", "c")], "patch: '' has 0 statements; one, or an expression, is replaced."),
    ([Patch("first = i + 1", "")], "patch: there is nothing to put in place of 'first = i + 1'; write 'pass' to "
     "remove it."),
    ([Patch("i in checkpoints", "i +")], "patch 'i +' cannot be parsed: line 1: invalid syntax."),
]  # fmt: skip


@pytest.mark.parametrize(("patches", "message"), REFUSED)
def test_a_patch_that_changes_nothing_or_is_no_python_is_refused(patches, message):
    with pytest.raises(BrokenPatch, match=f"^{re.escape(message)}$"):
        patched(LISTING, *patches)


def test_a_listing_that_is_no_python_is_refused():
    with pytest.raises(EngineError, match=r"^the listing cannot be parsed: line 1: '\(' was never closed\.$"):
        patched("f(", Patch("f", "g"))
