"""A folder's lock: what two people may write is read, changed and written by one at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from chainrule.errors import RefusedInput

try:
    import fcntl
except ImportError:  # Windows: there two people who write within the same moment can lose one's work
    fcntl = None  # type: ignore[assignment]

__all__ = ["sole_writer"]


@contextlib.contextmanager
def sole_writer(folder: Path, lock: str, *, made_with: int | None = None) -> Iterator[None]:
    """Wait until nobody else holds the lock of this name, and hold it; the system takes it back if we are killed.

    With `made_with`, its mode, the folder is made where it is missing. Where a system or a network drive has no locks,
    nobody is waited for.
    Raises: RefusedInput when the folder can't be written.
    """
    try:
        if made_with is not None:
            folder.mkdir(mode=made_with, parents=True, exist_ok=True)
        held = open(folder / lock, "wb")  # noqa: SIM115 - closed by the `with` below
    except OSError as cause:
        raise RefusedInput(f"{folder}: can't be written ({cause.strerror}).") from cause
    with held:
        if fcntl is not None:
            with contextlib.suppress(OSError):  # some network drives have no locks
                fcntl.flock(held, fcntl.LOCK_EX)
        yield
