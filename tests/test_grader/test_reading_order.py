"""Orders of nodes as students write them: separators, aliases, operations, words around them, and slips."""

from __future__ import annotations

import pytest

from grader.reading import OrderReading, Unreadable, read_order

CELL = {f"z{i}": f"z{i}" for i in range(1, 11)} | {"x1": "z1", "h0": "z2", "wr": "z3", "wi": "z4", "wo": "z9"}
PRINTED_WITH_SLIP = (
    "[z3:leaf(wr), z2:leaf(h0), z5:mul, z4:leaf(wi), z1:leaf(x1), z6:mul, z7:add, z8:relu, z5:leaf(wo), z10:mul]"
)
PRINTED = (
    r"z3: \text{leaf}(\text{wr}), z2: \text{leaf}(\text{h0}), z5: \text{mul}, z4: \text{leaf}(\text{wi}), "
    r"z1: \text{leaf}(\text{x1}), z6: \text{mul}, z7: \text{add}, z8: \text{relu}, "
    r"z9: \text{leaf}(\text{wo}), z10: \text{mul}"
)


def refused(text: str) -> Unreadable:
    reading = read_order(text, names=CELL)
    assert isinstance(reading, Unreadable), reading
    return reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PRINTED, "z3 z2 z5 z4 z1 z6 z7 z8 z9 z10"),
        (PRINTED_WITH_SLIP.replace("z5:leaf(wo)", "z9:leaf(wo)"), "z3 z2 z5 z4 z1 z6 z7 z8 z9 z10"),
        ("z3, z2, z5", "z3 z2 z5"),
        ("z3,z2,z5,", "z3 z2 z5"),
        ("z3 z2 z5", "z3 z2 z5"),
        ("z3;z2;z5", "z3 z2 z5"),
        ("z3\nz2\r\nz5", "z3 z2 z5"),
        ("z3 -> z2 --> z5", "z3 z2 z5"),
        ("z3 → z2 ⇒ z5", "z3 z2 z5"),
        (r"$z_3 \to z_2 \rightarrow z_{5}$", "z3 z2 z5"),
        ("z3 < z2 < z5", "z3 z2 z5"),
        ("z3 | z2 | z5", "z3 z2 z5"),
        ("z3 – z2 - z5", "z3 z2 z5"),
        ("(z3, z2, z5)", "z3 z2 z5"),
        ("{z3, z2, z5}", "z3 z2 z5"),
        ("['z3', 'z2', 'z5']", "z3 z2 z5"),
        ('["z3:leaf(wr)", "z2:leaf(h0)"]', "z3 z2"),
        ("1. z3\n2. z2\n3. z5", "z3 z2 z5"),
        ("1) z3 2) z2 3) z5", "z3 z2 z5"),
        ("- z3\n- z2", "z3 z2"),
        ("* z3\n* z2", "z3 z2"),
        ("• z3\n• z2", "z3 z2"),
        ("Z3, Z2", "z3 z2"),
        ("z₃, z₁₀", "z3 z10"),
        ("z3\u00a0,\u202fz2", "z3 z2"),
        ("z3，z2、z5", "z3 z2 z5"),
        ("wr, h0, z5", "z3 z2 z5"),
        ("WR, H0", "z3 z2"),
        ("leaf(wr), leaf(h0), z5", "z3 z2 z5"),
        ("z3:wr, z2:h0", "z3 z2"),
        ("z3 = wr, z2 = h0", "z3 z2"),
        ("z3 (wr), z2 (leaf h0), z5 (mul)", "z3 z2 z5"),
        ("z3 leaf(wr), z2 leaf(h0), z5 mul", "z3 z2 z5"),
        ('z3:leaf("wr"), z2', "z3 z2"),
        ("z5: mul(z3, z2), z6", "z5 z6"),
        ("z5: z3*z2, z7: z5 + z6", "z5 z7"),
        ("Order: z3, z2", "z3 z2"),
        ("The topological order is: z3, z2, z5.", "z3 z2 z5"),
        ("the (non-reversed) topological order is\nz3, z2", "z3 z2"),
        ("first z3, then z2 and finally z5", "z3 z2 z5"),
        ("z3, z2, z5 (depth first, left before right)", "z3 z2 z5"),
        ("z3, z2, z5. Each node comes after its inputs.", "z3 z2 z5"),
        ("z3, z3, z2", "z3 z3 z2"),
    ],
)
def test_an_order_is_read_as_these_labels(text: str, expected: str) -> None:
    reading = read_order(text, names=CELL)

    assert isinstance(reading, OrderReading), reading
    assert tuple(expected.split()) == reading.labels
    assert expected.replace(" ", ", ") == reading.read_as


def test_a_label_with_another_nodes_leaf_is_refused_and_both_are_named() -> None:
    reading = refused(PRINTED_WITH_SLIP)

    assert PRINTED_WITH_SLIP.index("z5:leaf(wo)") == reading.position
    assert 'We read "z5" together with "wo"' in reading.reason
    assert "wo is z9" in reading.reason


@pytest.mark.parametrize("text", ["z5:leaf(wo)", "z5: wo", "z5 (leaf wo)", "z5 = wo", "z3, z5 (wo), z2"])
def test_every_way_to_write_that_slip_is_refused(text: str) -> None:
    assert "two nodes" in refused(text).reason


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("z33, z2", "z33"),
        ("q, z2", "q"),
        ("z3, z2, foo", "foo"),
        ("z3:leaf(xx)", "xx"),
        ("z3.z2.z5", "z3.z2"),
        ("nothing", "nothing"),
    ],
)
def test_an_unknown_name_is_said_with_the_names_that_exist(text: str, name: str) -> None:
    reason = refused(text).reason

    assert f'We read "{name}"' in reason
    assert "wi, wo, wr, h0, x1, z1, z2" in reason


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "nothing to read"),
        (" \n", "nothing to read"),
        ("z3 > z2", "which of the two nodes comes first"),
        ("z3 <- z2", "which of the two nodes comes first"),
        ("z3 ← z2", "which of the two nodes comes first"),
        ("3, 2, 5", 'number "3"'),
        ("z3 = 5, z2", 'number "5"'),
        ("z3 + z2", 'could not read "+"'),
        ("z3*z2", 'could not read "*"'),
        ("...", "no node"),
        ("z\u0435ta, z3", "U+0435"),
        ("z3\u202e, z2", "U+202E"),
        ("z3, " * 600, "at most 2,000 characters"),
    ],
)
def test_an_unclear_order_is_refused(text: str, part: str) -> None:
    assert part in refused(text).reason


def test_what_was_understood_so_far_is_said() -> None:
    assert "z3, z2," == refused("z3, z2, foo").understood


@pytest.mark.parametrize(
    "text",
    [
        "The order is not z1, z2, z3",
        "any order except: z1, z2, z3",
        "the wrong order is z1, z2, z3",
        "z3, z2, z1 (reversed)",
        "z1, ..., z3",
        "z1 \u2026 z3",
        "z1, z2, z3 or z2, z1, z3",
        "nicht z1, z2, z3",
    ],
)
def test_words_that_may_turn_an_order_around_leave_it_to_a_person(text: str) -> None:
    reading = read_order(text, names={label: label for label in ("z1", "z2", "z3")})

    assert isinstance(reading, Unreadable)


def test_a_message_never_tells_the_names_of_nodes_that_have_to_be_found() -> None:
    reading = read_order("banana", names={label: label for label in ("z1", "n1", "n2", "y")})

    assert isinstance(reading, Unreadable)
    assert "z1" in reading.reason
    assert "n1" not in reading.reason
