"""The names of the layers, as they stand in every result."""

SERVER = "one forked process a batch"
LIMITS = "limits"
UID = "own user"
NAMESPACES = "namespaces"
LANDLOCK = "landlock"
CHROOT = "empty root"
SECCOMP = "system calls"
EVERY_LAYER = frozenset({SERVER, LIMITS, UID, NAMESPACES, LANDLOCK, CHROOT, SECCOMP})
