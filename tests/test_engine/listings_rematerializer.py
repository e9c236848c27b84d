"""The right listing of a rematerializer, as a question prints it, and what the tests of rematerialization share."""

from types import SimpleNamespace

import numpy

from engine.checkpointing import LedgerWatcher
from engine.face import STANDARD_FACE, face
from engine.tensors import STANDARD_TENSOR_RULES, Tensor

RIGHT = """\
def forward_with_rematerializer(x, weights, checkpoints):
    first_to_redo = 0
    x_at_checkpoint = x
    for i, w in enumerate(weights):
        if i in checkpoints:
            x = ag.matmul(x, w)
            first_to_redo = i + 1
            x_at_checkpoint = x
        else:
            def rematerializer(start=x_at_checkpoint, layers=weights[first_to_redo:i + 1]):
                value = start.value
                for layer in layers:
                    value = np.matmul(value, layer.value)
                return value
            x = ag.matmul(x, w)
            x.rematerializer = rematerializer
    return ag.sum(x)
"""


def forward_of(listing, *, ag=STANDARD_FACE, np=numpy):
    """The function that the listing defines."""
    names = {"ag": ag, "np": np}
    exec(listing, names)
    return names["forward_with_rematerializer"]


def watched_forward_of(listing, watcher):
    """The same for a run under a watcher, which is told of the listing's own matmuls."""

    def matmul(left, right):
        product = numpy.matmul(left, right)
        watcher.recomputed("matmul", product.nbytes, array=product)
        return product

    rules = STANDARD_TENSOR_RULES.watched_by(watcher)
    return forward_of(listing, ag=face(tensor_rules=rules), np=SimpleNamespace(matmul=matmul))


def numbers(*shape, seed=0, dtype=numpy.float64):
    """Numbers of both signs that keep their size through a chain of matmuls."""
    return (numpy.random.default_rng([seed, *shape]).standard_normal(shape) / shape[-1] ** 0.5).astype(dtype)


def chain_of(layers, *, samples=4, width=3, dtype=numpy.float64, watcher=None) -> tuple[Tensor, list[Tensor]]:
    """An input (samples, width), and a weight (width, width) for each layer."""
    rules = STANDARD_TENSOR_RULES if watcher is None else STANDARD_TENSOR_RULES.watched_by(watcher)
    x = Tensor(numbers(samples, width, dtype=dtype), label="x", rules=rules)
    weights = [
        Tensor(numbers(width, width, seed=layer + 1, dtype=dtype), True, label=f"w{layer}", rules=rules)
        for layer in range(layers)
    ]
    return x, weights


def all_subsets(most_layers):
    """(layers, checkpoints) for every set of checkpoints of 1 to so many layers."""
    return [
        (layers, tuple(layer for layer in range(layers) if chosen >> layer & 1))
        for layers in range(1, most_layers + 1)
        for chosen in range(2**layers)
    ]


def watched(**options):
    """A watcher, and what makes tensors that report to it."""
    watcher = LedgerWatcher(**options)
    rules = STANDARD_TENSOR_RULES.watched_by(watcher)
    return watcher, lambda value, *given, **named: Tensor(value, *given, rules=rules, **named)


def told(ledger):
    """The ledger's events as lines."""
    return [f"{event.kind} {event.name} {event.bytes}" for event in ledger.events]
