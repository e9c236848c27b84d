"""How Gradescope, Canvas and Moodle lay out what they let staff download, and whom their names speak of.

Sources: for Canvas `ContentZipper` of canvas-lms, for Moodle `mod_assign\\downloader`; for Gradescope programs that
read its exports. A layout counts only where everything fits it: in a folder of files that students named, one name that
looks like Moodle's says nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from submissions.collecting.gradescope_metadata import METADATA_NAMES, read_metadata
from submissions.collecting.told import NOTHING_TOLD, Told
from submissions.formats.suffixes import Limit
from submissions.handed_in import Sender
from submissions.limits import MAX_METADATA_BYTES
from submissions.tree import Leaf, Node, Untaken, taken

__all__ = ["Export", "export_of", "platform_of"]

_UNNAMED = Told(warnings=("Gradescope's account of the export does not say who handed this in.",))
_METADATA = Limit("Gradescope's accounts", MAX_METADATA_BYTES, "Download the export again.")

# lovelaceada_LATE_101_5001_answers.json; the numbers are the user's and the file's. A text typed into Canvas' own page
# has no second number, and an anonymous assignment has no name.
_CANVAS = re.compile(
    r"(?:(?P<name>[^\s.]+?)_)??(?P<late>LATE_)?(?P<user>\d+|anon_[A-Za-z0-9]+)_(?:(?P<typed>text|link)\.html|\d+_.+)",
    re.DOTALL,
)

# "Ada Lovelace_123_assignsubmission_file_/answers.json", or without the folder; a name holds no underscore.
_MOODLE = re.compile(r"(?P<name>[^_]+)(?:_\d+)?_assignsubmission_(?P<kind>file|onlinetext)(?:_.*)?", re.DOTALL)


@dataclass(frozen=True)
class Export:
    """A download: whose `platform` it is, and what it tells of the file or folder of a name.

    `own` names the platform's own files, each with what is wrong with it.
    """

    platform: str
    told: Callable[[str], Told]
    own: Mapping[str, Untaken | None] = field(default_factory=dict)


def export_of(nodes: Sequence[Node]) -> Export | None:
    """The export that lies here, if one does; what Gradescope says of it is read for that."""
    platform = platform_of(nodes)
    if platform == "Gradescope":
        return _gradescope(next(filter(_is_account, nodes)))
    by_name = {"Canvas": _canvas, "Moodle": _moodle}.get(platform)
    return Export(platform, by_name) if by_name else None


def platform_of(nodes: Sequence[Node]) -> str:
    """Whose export seems to lie here, by its names alone; "" when it is none."""
    if any(map(_is_account, nodes)):
        return "Gradescope"
    if nodes and all(_MOODLE.fullmatch(node.name) for node in nodes):
        return "Moodle"
    if nodes and all(isinstance(node, Leaf) and _CANVAS.fullmatch(node.name) for node in nodes):
        return "Canvas"
    return ""


def _is_account(node: Node) -> TypeGuard[Leaf]:
    return isinstance(node, Leaf) and node.name in METADATA_NAMES


def _gradescope(account: Leaf) -> Export:
    try:
        told = read_metadata(taken(account, _METADATA))
    except Untaken as reason:
        return Export("Gradescope", lambda name: NOTHING_TOLD, {account.name: reason})
    return Export("Gradescope", lambda name: told.get(name, _UNNAMED), {account.name: None})


def _canvas(name: str) -> Told:
    match = _CANVAS.fullmatch(name)
    if match is None:
        return NOTHING_TOLD
    is_anonymous = match["user"].startswith("anon_")
    sender = Sender(id="" if is_anonymous else match["user"], name=_composed(match["name"] or ""))
    senders = () if sender == Sender() else (sender,)
    return Told(senders, is_late=match["late"] is not None, is_online_text=match["typed"] is not None)


def _moodle(name: str) -> Told:
    match = _MOODLE.fullmatch(name)
    if match is None:
        return NOTHING_TOLD
    return Told((Sender(name=_composed(match["name"].strip())),), is_online_text=match["kind"] == "onlinetext")


def _composed(name: str) -> str:
    """A name with its accents as everybody types them; some systems store them apart from their letters."""
    return unicodedata.normalize("NFC", name)
