"""Which names stand together on a paper: what every reader of the listing sees, never in the listing's order."""

import pytest

from chainrule.pages.paper_names import nodes_printed

LABELLED = (
    'x = ag.Scalar(2.0, label="z2:leaf(x)")\ny = ag.Scalar(3.0, label="z1:leaf(y)")\n'
    "z2 = x\nz1 = y\nz10 = z2*z1\n"
)


@pytest.mark.parametrize(
    ("listing", "names", "expected"),
    [
        (LABELLED, ("z2", "x", "z1", "y", "z10"), [["z1", "y"], ["z2", "x"], ["z10"]]),
        ('a = ag.Scalar(1.0, label="z1:leaf(a)")\n', ("z1", "a"), [["z1", "a"]]),
        ("b = f(1)\na = b\nc = a\n", ("b", "a", "c"), [["b", "a", "c"]]),
        ("a = f(1)\nb = a\na = f(2)\n", ("a", "b"), [["a"], ["b"]]),
        ("a = f(1)\ndef g():\n    b = a\n", ("a", "b"), [["a"], ["b"]]),
        ("a = f(label=3)\nb = a + a\n", ("b", "a"), [["a"], ["b"]]),
        ("no program (", ("n10", "n9", "B"), [["B"], ["n9"], ["n10"]]),
        ("", (), []),
    ],
)
def test_names_of_one_node_stand_together_in_alphabetical_order(
    listing: str, names: tuple[str, ...], expected: list[list[str]]
) -> None:
    assert expected == nodes_printed(listing, names)
