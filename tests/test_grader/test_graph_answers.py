"""Graphs: the table of examples, isomorphism against every renaming, and laws of random graphs and texts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine as ag
from grader import judge
from grader.checkers.graph import check_graph
from grader.checkers.isomorphism import Keys, same_uses
from grader.reading import Unreadable
from grader.reading.graph import GraphReading, read_graph
from question_templates.answers.errors import BrokenAnswer
from question_templates.answers.graphs import Graph
from tests.test_grader.sound_verdicts import HOSTILE, assert_sound

LEAVES = {"x": "x", "y": "y", "z1": "x", "z2": "y"}
PRODUCT = Graph({"z1": ("leaf", ("x",)), "z2": ("leaf", ("y",)), "z3": ("mul", ("z1", "z2")), "z4": ("exp", ("z3",))})
FRAGMENTS = (
    *(
        "z1",
        "z3",
        "x",
        "mul",
        "exp",
        "leaf",
        "add",
        "sub",
        "2",
        "=",
        ":",
        "->",
        "<-",
        "→",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
    ),
    *(
        ",",
        ";",
        "\n",
        " ",
        "*",
        "-",
        "/",
        "^",
        "and",
        "to",
        "is",
        "of",
        "twice",
        "left",
        "Edges",
        "'",
        '"',
        "$",
        "\\cdot",
    ),
    *("|", ".", "e", "ag.exp", "not", "\\{", "&", "#", "z_3", "Z3", "label"),
)


# Reading.


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("z3 = mul(z1, z2)", "z3 = mul(x, y)"),
        ("z3 ← z1 × z2", "z3 = mul(x, y)"),
        ("z3 mul(z1, z2)", "z3 = mul(x, y)"),
        ("z3 (mul): z1, z2", "z3 = mul(x, y)"),
        ("z3:mul with inputs z1 and z2", "z3 = mul(x, y)"),
        ("z3 | mul | z1, z2", "z3 = mul(x, y)"),
        ("1. z3 = mul(x, y)\n2. z4: rely(z3)", "z3 = mul(x, y); z4 = relu(z3)"),
        ("('z3', 'mul', ['z1', 'z2'])", "z3 = mul(x, y)"),
        ("edge from x to z3, y to z3. z3: mul", "z3 = mul(x, y)"),
        ("x, y -> mul -> z3", "z3 = mul(x, y)"),
        ("{x, y} -> z3: mul", "z3 = mul(x, y)"),
        ("z1:leaf(x) -> z3:mul\nz2:leaf(y) -> z3", "z3 = mul(x, y)"),
        ("digraph { x -> z3; y -> z3; z3 [label=mul] }", "z3 = mul(x, y)"),
        ("x -> a, b; a: exp; b: log", "a = exp(x); b = log(x)"),
        ("y -> z3 (right), x -> z3 (left), z3: sub", "z3 = sub(x, y)"),
        ("y -> z3 (right), x -> z3, z3: sub", "z3 = sub(x, y)"),
        ("z3 = z1 - 2.50", "z3 = sub(x, 5/2)"),
        ("z3 = -x", "z3 = neg(x)"),
        ("z3 = e^x", "z3 = exp(x)"),
        ("x = 2\ny = 3\nz3 = x*y = 2*3 = 6", "z3 = mul(x, y)"),
        ("a = x*x\nA = exp(a)", "a = mul(x, x); A = exp(a)"),
        ("z3 = Softmax(x)", "z3 = softmax(x)"),
        ("z3 = mul(x) (twice)", "z3 = mul(x, x)"),
        ("z1 (x), z2 (leaf y), z3 (mul); (z1, z3), (z2, z3)", "z3 = mul(x, y)"),
    ],
)
def test_a_graph_is_read_as_these_nodes(text: str, read_as: str) -> None:
    reading = read_graph(text, leaves=LEAVES)

    assert isinstance(reading, GraphReading), reading
    assert read_as == reading.read_as


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ("", 0, "nothing to read here yet"),
        ("x, y", 0, "found no operation"),
        ("z3 = x*y + x", 9, 'a second operation, "+"'),
        ("z3 = exp(x*y)", 10, 'a second operation, "*"'),
        ("z3 = exp(mul(x, y))", 9, 'a second operation, "mul"'),
        ("mul(x, y)", 0, "without a name for its result"),
        ("z3 = mul(x, y)\nz3 = add(x, y)", 15, "We read z3 as mul and as add"),
        ("z3 = mul(x, y)\nz3 = mul(y, x)", 15, "We read z3 as mul(x, y) and as mul(y, x)"),
        ("z3 = mul(x, y), y -> z3", 0, "edges from other nodes into z3"),
        ("z3 = mul(x, q)", 12, 'We read "q" as an operand'),
        ("z3 = mul(x, y), maybe", 16, 'We read "maybe" as an operand'),
        ("z3: mul", 0, "nothing says what goes into it"),
        ("x -> z3", 5, "nothing says which operation it is"),
        ("x = mul(x, y)", 0, "it is a variable"),
        ("z3 = y\nz4 = z3 - z3\nz5 = z4", 20, "found no operation in it"),
        ("x -> z3, y, z4 -> z5", 9, "can't tell which one it belongs to"),
        ("z3 = mul(x, y", 8, "found no bracket that closes it"),
        ("z3 = mul(x, y]", 13, 'no bracket that this "]" closes'),
        ("z3 = exp(z1')", 11, 'could not read "\'"'),
        ("I think z3 = mul(x, y)", 2, 'could not read "think"'),
        ("z3 = mul(x, y) instead of add", 15, 'could not read "instead"'),
        ("[" * 21 + "]" * 21, 20, "at most 20 brackets"),
        ("z3 = mul(x, y)\n" * 600, 8_000, "at most 8,000 characters"),
        ("x, " * 1_100, 3_000, "more than 2,000 words and signs"),
        ("".join(f"n{i}=-x\n" for i in range(250)), 0, "at most 200 nodes"),
    ],
)
def test_a_graph_that_is_not_clear_is_refused_with_a_sentence(text: str, position: int, part: str) -> None:
    reading = read_graph(text, leaves=LEAVES)

    assert isinstance(reading, Unreadable), reading
    assert part in reading.reason
    assert position == reading.position


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_hostile_text_is_refused(text: str) -> None:
    assert isinstance(read_graph(text, leaves=LEAVES), Unreadable)


# Reasons.


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a = y*x\nb = exp(a)", "Your node a = mul(y, x) has its operands the other way round."),
        ("a = x*y\nb = log(a)", "Your node b = log(a): the graph of the listing has no node like it."),
        ("a = x*y", "Your graph is not complete: 1 node is missing."),
        ("a = neg(x)", "Your node a = neg(x): the graph of the listing has no node like it."),
        ("a = mul(x)\nb = exp(a)", "Your node a = mul(x) has 1 operand; mul takes two."),
        ("a = exp(x, y)", "Your node a = exp(x, y) has 2 operands; exp takes one."),
        ("a = 2*x", "The graph of the listing has no leaf 2."),
        ("a = exp(b)\nb = exp(a)", "Your graph has a cycle: some node depends on itself, directly or through others."),
        (
            "a = x*y\nb = exp(a)\nc = x*y",
            "Your nodes a and c are the same computation, mul(x, y); the listing does not compute it so often, "
            "but uses the result again.",
        ),
        (
            "p = leaf(x)\nq = leaf(x)\na = p*y\nb = exp(a)\nc = exp(q)",
            "Your graph has the leaf x twice, as p and as q; one variable is one node.",
        ),
    ],
)
def test_the_first_difference_is_named_by_the_students_own_names(text: str, reason: str) -> None:
    assert reason == judge(PRODUCT, text).reason


def test_a_node_used_again_where_the_listing_computes_it_anew_is_named() -> None:
    leaves = {"z1": ("leaf", ("x",)), "z2": ("leaf", ("y",))}
    anew = Graph({**leaves, "n1": ("mul", ("z1", "z2")), "n2": ("mul", ("z1", "z2")), "z3": ("add", ("n1", "n2"))})

    assert (
        "a = mul(x, y) stands in your graph only once; the listing computes it anew each time, and that makes a node "
        "of its own each time." == judge(anew, "a = x*y\nb = a + a").reason
    )
    assert "right" == judge(anew, "a = x*y\nb = x*y\nc = a + b").outcome


def test_a_run_of_a_listing_is_an_answer() -> None:
    run = ag.run_listing(
        'x = ag.Scalar(2.0, label="z1:leaf(x)")\ny = ag.Scalar(3.0, label="z2:leaf(y)")\n'
        "z3 = ag.exp(2*x - y)*x\nz3.backward()\n"
    )
    answer = Graph.of(run.graph)

    verdict = judge(answer, "a = 2*x\nb = a - y\nc = exp(b)\nd = c*x")

    assert "right" == verdict.outcome
    assert {"x": "x", "y": "y", "z1": "x", "z2": "y"}.items() <= answer.leaves.items()


@pytest.mark.parametrize(
    ("nodes", "part"),
    [
        ({"z1": ("exp", ("z0",))}, "operand z0 of z1 is no node"),
        ({"z1": ("exp", ())}, "node z1 has no operand"),
        ({"z1": ("exp", ("z2",)), "z2": ("exp", ("z1",))}, "z1 depends on itself"),
        ({"z1": ("leaf", ("x",)), "z2": ("leaf", ("x",))}, "the second one called x"),
        ({"z1": ("leaf", ())}, "leaf z1 has 0 names"),
    ],
)
def test_an_answer_that_is_no_graph_is_refused_when_it_is_made(nodes: dict, part: str) -> None:
    with pytest.raises(BrokenAnswer, match=part):
        Graph(nodes)


# Isomorphism, with brute force over all renamings as the second witness.

UNARY, BINARY = ("exp", "relu"), ("add", "sub", "mul")


@st.composite
def drawn_graphs(draw, *, most_nodes: int = 5) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Few leaves and operations, so that nodes that look alike are common."""
    graph: dict[str, tuple[str, tuple[str, ...]]] = {name: (f"leaf {name}", ()) for name in ("x", "y")}
    for number in range(draw(st.integers(1, most_nodes))):
        operation = draw(st.sampled_from((*UNARY, *BINARY)))
        count = 1 if operation in UNARY else 2
        operands = draw(st.lists(st.sampled_from(sorted(graph)), min_size=count, max_size=count))
        graph[f"n{number}"] = operation, tuple(operands)
    return graph


def same_by_trying(left, right, free) -> bool:
    """Whether some renaming of the inner nodes makes one graph of the other."""
    inner, others = [n for n in left if n[0] == "n"], [n for n in right if n[0] == "n"]
    if len(inner) != len(others):
        return False

    def agree(renamed) -> bool:
        for name in inner:
            operation, operands = left[name]
            other, wanted = right[renamed[name]]
            own = tuple(renamed.get(operand, operand) for operand in operands)
            if operation != other or (sorted(own) != sorted(wanted) if operation in free else own != wanted):
                return False
        return True

    return any(agree(dict(zip(inner, order, strict=True))) for order in permutations(others))


@given(drawn_graphs(), drawn_graphs(), st.sampled_from([(), ("add", "mul")]))
def test_two_graphs_are_the_same_exactly_if_some_renaming_says_so(left, right, free) -> None:
    assert same_by_trying(left, right, free) == same_uses(left, right, Keys(free))


@given(drawn_graphs(), st.data(), st.sampled_from([(), ("add", "mul")]))
def test_so_it_is_after_one_operand_has_changed(left, data, free) -> None:
    name = data.draw(st.sampled_from([name for name in left if name[0] == "n"]))
    earlier = [other for other in left if other < name or other in ("x", "y")]
    operation, operands = left[name]
    port = data.draw(st.integers(0, len(operands) - 1))
    changed = [*operands[:port], data.draw(st.sampled_from([e for e in earlier if e != name])), *operands[port + 1 :]]
    right = {**left, name: (operation, tuple(changed))}

    assert same_by_trying(left, right, free) == same_uses(left, right, Keys(free))


def test_who_uses_which_of_two_equal_nodes_matters() -> None:
    equal = {"x": ("leaf x", ()), "n0": ("exp", ("x",)), "n1": ("exp", ("x",))}
    each = {**equal, "n2": ("log", ("n0",)), "n3": ("log", ("n1",)), "n4": ("add", ("n2", "n3"))}
    one = {**equal, "n2": ("log", ("n0",)), "n3": ("log", ("n0",)), "n4": ("add", ("n2", "n3"))}

    assert same_uses(each, each, Keys())
    assert not same_uses(each, one, Keys())


def rings(*sizes: int) -> dict[str, tuple[str, Sequence[str]]]:
    """Equal nodes, each added to the next one around rings: hard to tell apart by looking at neighbours."""
    nodes: dict[str, tuple[str, Sequence[str]]] = {"z1": ("leaf", ("x",))}
    for ring, size in enumerate(sizes):
        nodes |= {f"n{ring}_{i}": ("exp", ("z1",)) for i in range(size)}
        nodes |= {f"m{ring}_{i}": ("add", (f"n{ring}_{i}", f"n{ring}_{(i + 1) % size}")) for i in range(size)}
    return nodes


def typed(nodes: dict[str, tuple[str, Sequence[str]]]) -> str:
    return "\n".join(f"{label} = {operation}({', '.join(inputs)})" for label, (operation, inputs) in nodes.items())


@pytest.mark.parametrize(
    ("sizes", "outcome"), [((6, 3), "right"), ((9,), "wrong"), ((3, 3, 3), "wrong"), ((5, 4), "wrong")]
)
def test_rings_of_equal_nodes_are_told_apart(sizes: tuple[int, ...], outcome: str) -> None:
    assert outcome == judge(Graph(rings(3, 6), operand_order=False), typed(rings(*sizes))).outcome


def test_a_graph_with_too_many_equal_nodes_is_left_to_a_person() -> None:
    verdict = judge(Graph(rings(30, 15), operand_order=False), typed(rings(25, 20)))

    assert "pending" == verdict.outcome
    assert "a person will compare it" in verdict.reason


# Laws of texts.


@st.composite
def typed_graphs(draw) -> tuple[Graph, list[tuple[str, str, tuple[str, ...]]]]:
    """A random answer, and its inner nodes as (label, operation, operands)."""
    graph = draw(drawn_graphs())
    nodes = {n: ("leaf", (n,)) if not operands else (op, operands) for n, (op, operands) in graph.items()}
    inner = [(name, op, operands) for name, (op, operands) in graph.items() if operands]
    return Graph(nodes), inner


def as_text(inner, names=None, notation="call") -> str:
    names = names or {}
    lines = []
    for label, operation, operands in inner:
        own, args = names.get(label, label), [names.get(operand, operand) for operand in operands]
        signs = {"add": "+", "sub": "-", "mul": "*"}
        infix = notation == "sign" and operation in signs
        right = f" {signs[operation]} ".join(args) if infix else f"{operation}({', '.join(args)})"
        lines.append(f"{own} = {right}")
    return "\n".join(lines)


@given(typed_graphs(), st.data(), st.sampled_from(["call", "sign"]))
def test_renaming_and_reordering_lines_keeps_a_graph_right(drawn, data, notation) -> None:
    answer, inner = drawn
    names = data.draw(st.permutations([f"a{i}" for i in range(len(inner))]))
    renamed = dict(zip([label for label, _, _ in inner], names, strict=True))
    shuffled = data.draw(st.permutations(inner))

    verdict = judge(answer, as_text(shuffled, renamed, notation))

    unused = {"x", "y"} - {operand for _, _, operands in inner for operand in operands}
    assert ("wrong" if unused else "right") == verdict.outcome


@given(typed_graphs(), st.data())
def test_exchanging_different_operands_of_a_difference_is_never_right(drawn, data) -> None:
    answer, inner = drawn
    places = [k for k, (_, op, operands) in enumerate(inner) if op == "sub" and operands[0] != operands[1]]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    label, operation, operands = inner[place]
    exchanged = [*inner[:place], (label, operation, operands[::-1]), *inner[place + 1 :]]
    before = {
        n: (op if op != "leaf" else f"leaf {n}", () if op == "leaf" else ops) for n, (op, ops) in answer.nodes.items()
    }
    after = {**before, label: (operation, operands[::-1])}

    verdict = judge(answer, as_text(exchanged))

    assert same_by_trying(before, after, ()) or verdict.outcome == "wrong"


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))
def test_any_heap_of_words_and_signs_gets_a_sound_verdict(text: str) -> None:
    assert_sound(judge(PRODUCT, text))


@given(st.text(max_size=200))
def test_any_text_gets_a_sound_verdict(text: str) -> None:
    assert_sound(judge(PRODUCT, text))


def test_the_reason_never_holds_a_node_of_the_answer_that_the_student_did_not_write() -> None:
    secret = Graph({"z1": ("leaf", ("x",)), "z2": ("sigmoid", ("z1",)), "z3": ("tanh", ("z2",))})
    reading = read_graph("a = exp(x)\nb = log(a)", leaves=secret.leaves)
    assert isinstance(reading, GraphReading)

    verdict = check_graph(secret, reading)

    assert not any(word in f"{verdict}" for word in ("sigmoid", "tanh", "z2", "z3"))
