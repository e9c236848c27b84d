"""Input that the command line refuses: exit code 1, with file, line and what to do."""

from __future__ import annotations

__all__ = ["RefusedInput"]


class RefusedInput(Exception):
    """What somebody handed to a command can't be used; the message lists every reason, one a line."""
