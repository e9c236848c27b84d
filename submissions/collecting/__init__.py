"""Collecting: from a folder, a zip or a platform's download to one thing after the other that was handed in."""

from submissions.collecting.walk import collect, read_folder, read_handed_in

__all__ = ["collect", "read_folder", "read_handed_in"]
