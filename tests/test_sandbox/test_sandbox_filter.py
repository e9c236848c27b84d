"""The filter of system calls, carried out step by step as the kernel would, for both machines."""

import errno
import struct

import pytest

from grader.sandbox.confined.system_calls import AUDIT_ARCH, OPENING, PRLIMIT, REFUSED, UNKNOWN, filter_program

ALLOW, KILL = "allow", "kill"
# Of each machine's table: calls without which nothing runs.
NEEDED = {
    "x86_64": [0, 1, 3, 9, 11, 12, 13, 14, 202, 228, 231],
    "aarch64": [63, 64, 57, 222, 215, 214, 134, 98, 113, 94],
}
MACHINES = list(enumerate(AUDIT_ARCH))


def verdict(program: bytes, number: int | None, *arguments: int, arch: int) -> str | int:
    """What the filter says of a call: allow, kill, or the error number."""
    call = struct.pack("<IIQ6Q", number, arch, 0, *arguments, *[0] * (6 - len(arguments)))
    steps, at, loaded = list(struct.iter_unpack("<HBBI", program)), 0, 0
    while True:
        code, if_true, if_false, value = steps[at]
        at += 1
        if code == 0x20:
            (loaded,) = struct.unpack_from("<I", call, value)
        elif code == 0x06:
            return {0x7FFF0000: ALLOW, 0x80000000: KILL}.get(value, value & 0xFFFF)
        else:
            holds = {0x15: loaded == value, 0x35: loaded >= value, 0x45: bool(loaded & value)}[code]
            at += if_true if holds else if_false


@pytest.mark.parametrize(("column", "machine"), MACHINES)
def test_each_listed_call_is_refused(column, machine):
    program, arch = filter_program(machine), AUDIT_ARCH[machine]
    numbers = {name: both[column] for name, both in REFUSED.items() if both[column] is not None}

    assert {} == {name: n for name, n in numbers.items() if verdict(program, n, arch=arch) != errno.EPERM}
    assert [errno.ENOSYS] * 2 == [verdict(program, both[column], arch=arch) for both in UNKNOWN.values()]


@pytest.mark.parametrize(("column", "machine"), MACHINES)
def test_what_every_program_needs_is_allowed(column, machine):
    program = filter_program(machine)

    assert [] == [n for n in NEEDED[machine] if verdict(program, n, arch=AUDIT_ARCH[machine]) != ALLOW]


@pytest.mark.parametrize(
    ("flags", "expected"), [(0, ALLOW), (0o2000000, ALLOW), (1, 13), (2, 13), (0o100, 13), (0o1000, 13)]
)
@pytest.mark.parametrize(("column", "machine"), MACHINES)
def test_a_path_is_opened_for_reading_only(column, machine, flags, expected):
    program, arch = filter_program(machine), AUDIT_ARCH[machine]
    calls = {both[column]: argument for both, argument in OPENING.values() if both[column] is not None}

    assert {expected} == {verdict(program, n, *[0] * at, flags, arch=arch) for n, at in calls.items()}


@pytest.mark.parametrize(("column", "machine"), MACHINES)
def test_limits_are_a_process_own_affair(column, machine):
    program, arch = filter_program(machine), AUDIT_ARCH[machine]

    assert ALLOW == verdict(program, PRLIMIT[column], 0, arch=arch)
    assert errno.EPERM == verdict(program, PRLIMIT[column], 1234, arch=arch)


def test_calls_of_another_machine_end_the_process():
    program = filter_program("x86_64")

    assert KILL == verdict(program, 1, arch=0x40000003)
    assert KILL == verdict(program, 0x40000000 + 1, arch=AUDIT_ARCH["x86_64"])
    assert KILL == verdict(filter_program("aarch64"), 1, arch=AUDIT_ARCH["x86_64"])


def test_no_number_stands_for_two_calls():
    for column, _ in MACHINES:
        numbers = [both[column] for both in REFUSED.values() if both[column] is not None]

        assert len(set(numbers)) == len(numbers)
