"""What a program returns, prints and breaks reaches the judge as it was, at the strongest and at the weakest level."""

import os
import signal

import numpy as np
import pytest

from grader.sandbox import Call, Limits, Program, Raised, Returned, Sandbox, Sparse, open_sandbox
from grader.sandbox.confined.layer_names import SERVER
from grader.sandbox.confined.values import UnsupportedValue

X = np.array([[1.0, 2.0], [3.0, 4.0]])


@pytest.fixture(scope="module", params=[(), (SERVER,)], ids=["strongest", "practice"])
def sandbox(request):
    """The strongest sandbox of this machine, and the one that any machine has."""
    with open_sandbox(without=request.param) as opened:
        yield opened


@pytest.fixture(scope="module")
def strongest():
    """The strongest sandbox of this machine."""
    with open_sandbox() as opened:
        yield opened


def called(sandbox: Sandbox, source: str, *args, function: str = "f", **limits):
    """What one call gives."""
    return sandbox.run(Program(source, function), [Call(args)], limits=Limits(**limits))[0]


def test_values_arrive_with_their_types(sandbox):
    source = "import numpy as np\ndef f(x): return x @ x, [np.float32(0.5), True, None], {'a': x[0, 0].item()}"
    outcome = called(sandbox, source, X)

    product, scalars, named = outcome.value
    assert [[7.0, 10.0], [15.0, 22.0]] == product.tolist()
    assert [np.float32, bool, type(None)] == [type(part) for part in scalars]
    assert {"a": 1.0} == named


def test_a_sparse_matrix_goes_there_and_back(sandbox):
    matrix = Sparse((2, 3), np.array([0, 1]), np.array([2, 0]), np.array([3.0, 4.0]), "csc")
    outcome = called(sandbox, "def f(m): return m.format, (m * 2).tocsr()", matrix)

    layout, doubled = outcome.value
    assert ("csc", "csr") == (layout, doubled.format)
    assert [[0.0, 0.0, 6.0], [8.0, 0.0, 0.0]] == doubled.dense().tolist()


def test_arguments_come_back_as_they_were_afterwards(sandbox):
    outcome = called(sandbox, "def f(x, names):\n    x *= 2\n    names.append('new')", X.copy(), ["old"])

    assert (None, [[2.0, 4.0], [6.0, 8.0]]) == (outcome.value, outcome.args_after[0].tolist())
    assert ["old", "new"] == outcome.args_after[1]


def test_what_a_call_prints_comes_with_that_call(sandbox):
    program = Program("def f(n):\n    print('call', n, '\\x07')\n    return n / (n - 1)", "f")
    first, second = sandbox.run(program, [Call((1,)), Call((2,))])

    assert ("exception", "ZeroDivisionError: division by zero", 3) == (first.kind, first.message, first.line)
    assert ["call 1 \\x07\n", "call 2 \\x07\n"] == [first.printed, second.printed]


def test_keywords_supplied_modules_and_a_harness_are_there(strongest):
    program = Program(
        "import ag\ndef half(x, *, n): return ag.scale(x) / n",
        "harness.start",
        supplied={"ag": "def scale(x): return 10 * x", "harness": HARNESS},
    )

    assert [15.0] == [outcome.value for outcome in strongest.run(program, [Call((3,), {"n": 2})])]


HARNESS = """
def start(x, n):
    import student
    return student.half(x, n=n)
"""


def test_calls_share_a_process_and_batches_do_not(strongest):
    program = Program("seen = []\ndef f(n):\n    seen.append(n)\n    return seen", "f")
    twice = [[outcome.value for outcome in strongest.run(program, [Call((1,)), Call((2,))])] for _ in range(2)]

    assert [[[1], [1, 2]]] * 2 == twice


def test_chance_and_hashes_are_the_same_in_every_process():
    source = (
        "import random, numpy as np\ndef f(): return [random.random(), np.random.rand(), hash('x'), [*{'a', 'b', 'c'}]]"
    )
    values = []
    for _ in range(2):
        with open_sandbox() as opened:
            values += [called(opened, source).value for _ in range(2)]

    assert [values[0]] * 4 == values


def test_no_calls_start_nothing(strongest):
    assert () == strongest.run(Program("", "f"), [])


@pytest.mark.parametrize(
    ("source", "kind", "words", "line"),
    [
        ("def f(:", "syntax", "SyntaxError: invalid syntax", 1),
        ("x = 1\nraise KeyError('k')", "exception", "KeyError: 'k'", 2),
        ("def g(): pass", "missing function", "no function f is defined", None),
        ("f = 3", "missing function", "f is of type int, not a function", None),
        ("import nothing_like_this\ndef f(): pass", "exception", "No module named 'nothing_like_this'", 1),
        ("def f():\n    return g()\ndef g():\n    raise ValueError", "exception", "ValueError", 4),
        ("def f(): return {1}", "unsupported value", "the function returned a value of type set", None),
        (
            "def f(): return 1 << 9999",
            "too large",
            "the function returned a value with an integer of more than 8192 bits",
            None,
        ),
        ("def f():\n    return 'x' * 10**12", "memory", "MemoryError", 2),
        ("import numpy as np\ndef f(): return np.zeros(10**7)", "too large", "of shape (10000000,)", None),
        ("def f(): return ['x' * 10**6] * 40", "too large", "of more than 1048576 characters", None),
    ],
)
def test_what_goes_wrong_is_said_with_its_line(strongest, source, kind, words, line):
    outcome = called(strongest, source)

    assert isinstance(outcome, Raised)
    assert (kind, line) == (outcome.kind, outcome.line)
    assert words in outcome.message


def test_an_argument_that_cannot_come_back_is_said(strongest):
    outcome = called(strongest, "def f(names): names.append(print)", ["a"])

    assert "argument 1 now holds a value of type builtin_function_or_method" == outcome.message


def test_an_argument_of_ours_that_does_not_travel_is_our_mistake(strongest):
    with pytest.raises(UnsupportedValue, match="object"):
        called(strongest, "def f(x): pass", object())


def test_a_program_without_end_is_stopped_and_the_line_is_said(sandbox):
    program = Program("def f(n):\n    while n:\n        pass\n    return n", "f")
    outcomes = sandbox.run(program, [Call((0,)), Call((1,)), Call((0,))], limits=Limits(cpu_seconds=0.2))

    assert isinstance(outcomes[0], Returned)
    assert ["timeout", "timeout"] == [outcome.kind for outcome in outcomes[1:]]
    assert outcomes[1].line in (2, 3)


def test_a_sleeping_program_is_ended_by_the_wall_clock(sandbox):
    outcome = called(sandbox, "import time\ndef f(): time.sleep(99)", wall_seconds=1.5)

    assert ("timeout", "the time was used up") == (outcome.kind, outcome.message)


def test_a_crash_costs_the_calls_behind_it_only(sandbox):
    program = Program("import os\ndef f(n): return n if n else os._exit(3)", "f")
    outcomes = sandbox.run(program, [Call((1,)), Call((0,)), Call((1,))])

    assert 1 == outcomes[0].value
    assert ["killed", "killed"] == [outcome.kind for outcome in outcomes[1:]]


def test_a_server_that_died_is_replaced():
    with open_sandbox() as opened:
        if not opened._servers:
            pytest.skip("this system forks no server")
        os.killpg(opened._servers[False].pid, signal.SIGKILL)
        lost = called(opened, "def f(): return 1")
        found = called(opened, "def f(): return 1")

    assert ("killed", 1) == (lost.kind, found.value)


def test_a_process_holds_nothing_of_the_student_before():
    with open_sandbox(without=["landlock", "empty root", "own user", "system calls"]) as opened:
        mark = "secret-of-somebody-else"
        called(opened, f"def f(x): return '{mark}' + x + '{mark[::-1]}'", mark)
        told = called(opened, SCANNING, mark[:10], mark[10:], cpu_seconds=20, wall_seconds=60)

    assert (True, False) == told.value


# Finds a mark of its own, so that the search is known to work; the other mark is never whole in its memory.
SCANNING = """
import os
def f(start, end):
    own = ('mine-' + start).encode()
    found = {b'mine-': False, start.encode(): False}
    memory = os.open('/proc/self/mem', os.O_RDONLY)
    for line in open('/proc/self/maps').read().splitlines():
        place, rights, *_ = line.split()
        low, high = (int(part, 16) for part in place.split('-'))
        if not rights.startswith('rw') or high - low > 1 << 28: continue
        try: held = os.pread(memory, high - low, low)
        except OSError: continue
        for first, second in ((b'mine-', start.encode()), (start.encode(), end.encode())):
            at = held.find(first)
            while at >= 0 and not found[first]:
                found[first] = held.startswith(second, at + len(first))
                at = held.find(first, at + 1)
    return tuple(found.values())
"""


def test_closing_twice_is_no_error():
    opened = open_sandbox()
    opened.close()
    opened.close()

    assert not os.path.exists(opened._empty)
