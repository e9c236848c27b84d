"""How well a machine can close a program in: the layers it has, and the level they make."""

from collections.abc import Collection
from dataclasses import dataclass

from grader.sandbox.confined.layer_names import CHROOT, LANDLOCK, LIMITS, NAMESPACES, SECCOMP, SERVER, UID

# Each level with the layers it needs: one of each group.
NEEDS: dict[str, tuple[frozenset[str], ...]] = {
    "full": tuple(map(frozenset, ({SERVER}, {LIMITS}, {LANDLOCK, CHROOT}, {SECCOMP}, {NAMESPACES}))),
    "container": tuple(map(frozenset, ({SERVER}, {LIMITS}, {LANDLOCK, CHROOT}, {SECCOMP}))),
    "files-by-uid": tuple(map(frozenset, ({SERVER}, {LIMITS}, {UID}))),
    "practice": (),
}
LEVELS = tuple(NEEDS)


class SandboxTooWeak(Exception):
    """This machine cannot close a program in as well as is demanded; says which layers are missing."""


@dataclass(frozen=True)
class Level:
    """What was reached: the level's name, one of LEVELS from strong to weak, and every layer that works."""

    name: str
    layers: frozenset[str]

    def reaches(self, minimum: str) -> bool:
        """Whether this is at least `minimum`. Raises: ValueError for a name that is none of LEVELS."""
        return LEVELS.index(self.name) <= LEVELS.index(checked(minimum))

    def __str__(self) -> str:
        return f"{self.name} ({', '.join(sorted(self.layers))})"


def checked(name: str) -> str:
    """The name of a level. Raises: ValueError for any other text."""
    if name not in NEEDS:
        raise ValueError(f"the level {name!r} does not exist; levels are {', '.join(LEVELS)}")
    return name


def level_of(layers: Collection[str]) -> Level:
    """The strongest level that these layers make."""
    has = frozenset(layers)
    return Level(next(name for name, groups in NEEDS.items() if all(group & has for group in groups)), has)


def missing(minimum: str, layers: Collection[str]) -> str:
    """What `minimum` needs and these layers do not have, in words."""
    gaps = [group for group in NEEDS[checked(minimum)] if not group & frozenset(layers)]
    return ", ".join(" or ".join(sorted(group)) for group in gaps)
