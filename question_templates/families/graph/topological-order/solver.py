"""Which orders the run's graph allows, how many there are, and where a node can stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from engine import Graph
from question_templates.lab import Lab

_FEWEST_ORDERS, _MOST_ORDERS = 4, 24

#: What has to stand before each node.
Inputs: TypeAlias = Mapping[str, frozenset[str]]


def valid(lab: Lab) -> list[int]:
    """The positions of the options that the graph allows."""
    graph = lab.run.graph
    return [place for place, order in enumerate(_options(lab)) if graph.is_topological(order)]


def earliest(lab: Lab) -> int:
    """The first place, counted from 1, at which the node asked about can stand."""
    return 1 + len(_all_before(_inputs(lab), lab.parameters["node"]))


def latest(lab: Lab) -> int:
    """The last place at which it can stand."""
    return len(lab.run.graph.nodes) - len(_all_before(_users(_inputs(lab)), lab.parameters["node"]))


def number(lab: Lab) -> int:
    """How many orders there are."""
    return sum(1 for _ in _orders(_inputs(lab)))


# What students answer who read the arrows otherwise.


def backward_valid(lab: Lab) -> list[int]:
    """The options that are valid read from the last to the first."""
    return [place for place, order in enumerate(_options(lab)) if lab.run.graph.is_topological(order[::-1])]


def backward_earliest(lab: Lab) -> int:
    """The first place in an order with users before inputs."""
    return 1 + len(lab.run.graph.nodes) - latest(lab)


def backward_latest(lab: Lab) -> int:
    """The last place in an order with users before inputs."""
    return 1 + len(lab.run.graph.nodes) - earliest(lab)


def direct_earliest(lab: Lab) -> int:
    """The first place by the node's own operands alone."""
    return 1 + len(_inputs(lab)[lab.parameters["node"]])


def direct_latest(lab: Lab) -> int:
    """The last place by the node's own users alone."""
    return len(lab.run.graph.nodes) - len(_users(_inputs(lab))[lab.parameters["node"]])


def left_valid(lab: Lab) -> list[int]:
    """The options that are valid as far as left operands go."""
    return [place for place, order in enumerate(_options(lab)) if _keeps(order, _left_inputs(lab))]


def left_number(lab: Lab) -> int:
    """How many orders there are as far as left operands go."""
    return sum(1 for _ in _orders(_left_inputs(lab)))


def leaves_first_valid(lab: Lab) -> list[int]:
    """The valid options with every leaf at the front."""
    return [place for place, order in enumerate(_options(lab)) if _keeps(order, _leaves_first(lab))]


def leaves_first_number(lab: Lab) -> int:
    """How many orders have every leaf at the front."""
    return sum(1 for _ in _orders(_leaves_first(lab)))


def explain(lab: Lab) -> dict[str, Any]:
    """What the worked solution says about each option and about the node."""
    inputs, node = _inputs(lab), lab.parameters["node"]
    listed = lab.run.graph.labels
    before, after = _all_before(inputs, node), _all_before(_users(inputs), node)
    return {
        "verdicts": [[", ".join(order), _first_clash(order, inputs)] for order in _options(lab)],
        "before": [label for label in listed if label in before],
        "after": [label for label in listed if label in after],
        "all_orders": [", ".join(order) for order in _orders(inputs)] if lab.parameters["counts"] else [],
    }


def objection(lab: Lab) -> str:
    """There has to be a right and a wrong option, and not more orders than can be listed by hand."""
    right = valid(lab)
    if lab.parameters["chooses"] and not 0 < len(right) < len(_options(lab)):
        return "the options are all valid or all invalid"
    if lab.run.graph.is_topological(line.split()[0] for line in lab.parameters["lines"]):
        return "the mixed lines stand in order"
    if lab.parameters["counts"] and not _FEWEST_ORDERS <= number(lab) <= _MOST_ORDERS:
        return f"there are not {_FEWEST_ORDERS} to {_MOST_ORDERS} orders"
    if lab.parameters["writes"] and earliest(lab) == latest(lab):
        return "the node has one place alone"
    return ""


def _options(lab: Lab) -> list[list[str]]:
    return [order.split(", ") for order in lab.parameters["orders"]]


def _inputs(lab: Lab) -> Inputs:
    graph: Graph = lab.run.graph
    return {node.label: frozenset(node.inputs) for node in graph.nodes}


def _left_inputs(lab: Lab) -> Inputs:
    return {node.label: frozenset(node.inputs[:1]) for node in lab.run.graph.nodes}


def _leaves_first(lab: Lab) -> Inputs:
    leaves = frozenset(node.label for node in lab.run.graph.nodes if node.is_leaf)
    return {label: before | leaves if before else before for label, before in _inputs(lab).items()}


def _users(inputs: Inputs) -> Inputs:
    return {label: frozenset(user for user, before in inputs.items() if label in before) for label in inputs}


def _all_before(inputs: Inputs, label: str) -> frozenset[str]:
    """Everything that has to stand before a node, directly or not."""
    found, waiting = frozenset[str](), [label]
    while waiting:
        fresh = inputs[waiting.pop()] - found
        found, waiting = found | fresh, [*waiting, *fresh]
    return found


def _orders(inputs: Inputs, begun: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every order with inputs before users that begins so."""
    if len(begun) == len(inputs):
        yield begun
    for label in inputs:
        if label not in begun and inputs[label] <= set(begun):
            yield from _orders(inputs, (*begun, label))


def _keeps(order: Iterable[str], inputs: Inputs) -> bool:
    return not _first_clash(order, inputs)


def _first_clash(order: Iterable[str], inputs: Inputs) -> list[str]:
    """The first node of the order that stands before one of its inputs, and that input."""
    seen: list[str] = []
    for label in order:
        late = [other for other in inputs if other in inputs[label] and other not in seen]
        if late:
            return [label, late[0]]
        seen.append(label)
    return []
