"""The calls of the Linux kernel that close a process in and that Python lacks; each raises OSError when refused."""

import ctypes
import os
import struct
from collections.abc import Iterable

from .system_calls import filter_program

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 36, 22, 38
SECCOMP_MODE_FILTER = 2
CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = (
    0x04000000,
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
ASK_VERSION = 1
RULE_PATH_BENEATH = 1
EXECUTE, READ_FILE, READ_DIR = 1 << 0, 1 << 2, 1 << 3
# Rights on files and on the network and scopes that each version of Landlock adds; all are handled, few are granted.
FILE_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
NETWORK_RIGHTS = {4: 0b11}
SCOPES = {6: 0b11}
CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc_holding_the_interpreter = ctypes.PyDLL(None, use_errno=True)


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _syscall(number: int, *arguments: "int | bytes | None") -> int:
    whole = [ctypes.c_long(part) if isinstance(part, int) else part for part in arguments]
    return _checked(_libc.syscall(ctypes.c_long(number), *whole))


def fork() -> int:
    """A copy of this process, which has one thread: without what Python does after a fork for the locks of others.

    That would touch, and so copy, as much memory as all else that a small program does.
    """
    return _checked(_libc_holding_the_interpreter.fork())


def prctl(option: int, value: int) -> None:
    """Set one property of this process."""
    nothing = ctypes.c_ulong(0)
    _checked(_libc.prctl(option, ctypes.c_ulong(value), nothing, nothing, nothing))


def unshare(flags: int) -> None:
    """Leave the namespaces of these flags for new ones; a new process namespace holds the next child."""
    _checked(_libc.unshare(flags))


def drop_capabilities() -> None:
    """Give up every capability, also those that a user namespace gave."""
    _checked(_libc.capset(struct.pack("<Ii", CAPABILITY_VERSION_3, 0), bytes(24)))


def make_filter() -> bytes:
    """The seccomp filter of this machine. Raises: OSError where there is none."""
    try:
        return filter_program(os.uname().machine)
    except KeyError as error:
        raise OSError(f"no filter for {os.uname().machine}") from error


def refuse_calls(program: bytes) -> None:
    """Put the filter in force, for good; needs no_new_privs."""
    _checked(_libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(_Filter(len(program) // 8, program)), 0, 0))


def landlock_rules(readable: Iterable[str]) -> int:
    """Descriptor of a Landlock ruleset that grants reading below these paths, and nothing else to anything."""
    version = _syscall(LANDLOCK_CREATE_RULESET, None, 0, ASK_VERSION)
    files, network, scopes = (
        sum(right for since, right in rights.items() if since <= version)
        for rights in (FILE_RIGHTS, NETWORK_RIGHTS, SCOPES)
    )
    # An older kernel knows a shorter structure.
    attributes = struct.pack("<QQQ", files, network, scopes)[: 24 if scopes else 16 if network else 8]
    rules = _syscall(LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0)
    for path in readable:
        _grant(rules, path)
    return rules


def _grant(rules: int, path: str) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    rights = EXECUTE | READ_FILE | (READ_DIR if os.path.isdir(path) else 0)
    try:
        _syscall(LANDLOCK_ADD_RULE, rules, RULE_PATH_BENEATH, struct.pack("<Qi", rights, place), 0)
    finally:
        os.close(place)


def restrict_files(rules: int) -> None:
    """Put a Landlock ruleset in force, for good; needs no_new_privs."""
    _syscall(LANDLOCK_RESTRICT_SELF, rules, 0)
