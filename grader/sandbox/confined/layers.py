"""Closes a process in, layer by layer, in the one order in which each layer still may be laid."""

import fcntl
import os
import resource
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import linux
from .layer_names import CHROOT, LANDLOCK, LIMITS, NAMESPACES, SECCOMP, SERVER, UID

# systemd keeps the first range free of everybody; the second serves where only 65536 users are mapped, as in rootless
# containers.
FREE_USERS = ((0x70000000, 1 << 22), (61184, 4000))
DESCRIPTORS = 32
NO_RULES = -1


@dataclass(frozen=True)
class Confinement:
    """What is prepared once and laid on every process: `rules` is a descriptor, `empty` a folder with nothing in it."""

    layers: frozenset[str]
    uid: int
    rules: int
    filter: bytes
    empty: str


def close_in(confinement: Confinement, *, memory_bytes: int, cpu_seconds: float) -> None:
    """Lay every layer of the confinement on this process, for good. Raises: OSError when one is refused."""
    if CHROOT in confinement.layers:
        os.chroot(confinement.empty)
    os.chdir("/")
    if UID in confinement.layers:
        become(confinement.uid)
    linux.drop_capabilities()
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    if LIMITS in confinement.layers:
        limit(memory_bytes, cpu_seconds)
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    if LANDLOCK in confinement.layers:
        linux.restrict_files(confinement.rules)
        os.close(confinement.rules)
    if SECCOMP in confinement.layers:
        linux.refuse_calls(confinement.filter)


def become(uid: int) -> None:
    """Be a user that nobody else is; there is no way back."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def limit(memory_bytes: int, cpu_seconds: float) -> None:
    """Cap memory, processor time, descriptors, files and processes of this process."""
    # The program is told at its limit; at the next whole second it is ended.
    seconds = int(cpu_seconds) + 1
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, DESCRIPTORS),
        (resource.RLIMIT_NPROC, 1),
    ):
        resource.setrlimit(what, (most, most))


def readable_places(packages: list[str]) -> Iterator[str]:
    """What a program may read: the standard library, these packages, shared libraries; no other installed package."""
    library = os.path.dirname(os.__file__)
    # Other packages, ours among them, lie in a folder of the standard library.
    yield from (os.path.join(library, name) for name in os.listdir(library) if not name.endswith("-packages"))
    for package in packages:
        yield package
        yield f"{package}.libs"
    for root in (os.path.dirname(library), "/lib", "/lib64", "/usr/lib", "/usr/lib64"):
        if os.path.isdir(root):
            names = os.listdir(root)
            yield from (os.path.join(root, name) for name in names if ".so" in name or "-linux-" in name)
    yield from ("/etc/ld.so.cache", "/dev/null", "/dev/urandom")


def prepared(layers: frozenset[str], packages: list[str], empty: str, number: int) -> Confinement:
    """Those of the layers that this machine has: each is tried in a process of its own, and its effect seen.

    `number` makes the user differ from that of any other sandbox running on this machine.
    """
    wanted, rules, calls = set(layers), NO_RULES, b""
    try:
        rules = _out_of_the_way(linux.landlock_rules(readable_places(packages))) if LANDLOCK in wanted else NO_RULES
    except OSError:
        wanted.discard(LANDLOCK)
    if rules != NO_RULES:
        # With rules for reading, a program may still load a module when it first needs it.
        wanted.discard(CHROOT)
    try:
        calls = linux.make_filter()
    except OSError:
        wanted.discard(SECCOMP)
    found = frozenset({SERVER} | ({NAMESPACES} & wanted))
    for layer in (LIMITS, CHROOT, LANDLOCK, SECCOMP):
        if layer in wanted and _works(Confinement(frozenset({layer}), 0, rules, calls, empty), layer):
            found |= {layer}
    uid = next(_free_users(empty, number), 0) if UID in wanted and os.getuid() == 0 else 0
    return Confinement(found | ({UID} if uid else set()), uid, rules, calls, empty)


def _out_of_the_way(descriptor: int) -> int:
    """The same thing under a number that no standard descriptor has."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, DESCRIPTORS // 2)
    os.close(descriptor)
    return moved


def _free_users(empty: str, number: int) -> Iterator[int]:
    for first, n_users in FREE_USERS:
        uid = first + number % n_users
        if _works(Confinement(frozenset({UID}), uid, NO_RULES, b"", empty), UID):
            yield uid


def _works(confinement: Confinement, layer: str) -> bool:
    """Whether a process can lay this layer, and then cannot do what the layer forbids."""
    child = os.fork()
    if child == 0:
        works = False
        try:
            close_in(confinement, memory_bytes=1 << 40, cpu_seconds=60)
            works = _holds(layer)
        except OSError:
            works = False
        finally:
            os._exit(0 if works else 1)
    return os.waitpid(child, 0)[1] == 0


def _holds(layer: str) -> bool:
    if layer in (LANDLOCK, CHROOT):
        return _refused(lambda: os.close(os.open("/proc/self/environ", os.O_RDONLY)))
    if layer == SECCOMP:
        return _refused(lambda: os.close(os.memfd_create("probe"))) and _refused(lambda: os.kill(os.getpid(), 0))
    if layer == UID:
        return os.getuid() != 0 and _refused(lambda: os.setuid(0))
    return resource.getrlimit(resource.RLIMIT_NPROC)[1] == 1


def _refused(attempt: Callable[[], None]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False
