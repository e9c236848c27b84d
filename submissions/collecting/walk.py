"""`collect`: whatever lies in a place, one thing after the other, each with its name and what is known of its sender.

Staff names a folder, a zip or a file. What a platform's export or a form service's table says about senders and times
is believed only where nothing that students named lies beside it: a file of theirs could look like either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from submissions.collecting.archives import CLASS_ZIP, STUDENT_ZIP, ZipSpent, opened_zip
from submissions.collecting.exports import Export, export_of, platform_of
from submissions.collecting.received import RECEIVED, Received, read_received
from submissions.collecting.tables import TABLE_SUFFIXES, TABLES, read_table
from submissions.collecting.told import NOTHING_TOLD, Told
from submissions.formats.reading import read_bytes
from submissions.formats.suffixes import limit_of, suffix_of
from submissions.handed_in import HandedIn
from submissions.limits import MAX_FOLDERS_DEEP
from submissions.store import place_on_disk
from submissions.submission import Refusal, Submission
from submissions.tree import Branch, Leaf, Node, Untaken, named, taken

__all__ = ["collect", "read_folder", "read_handed_in"]

_ZIP = ".zip"
_ZIPS_WITHIN = 2  # a student's zip within a platform's
# What packs files and is not read; read_bytes would only see that it is no form.
_OTHER_ARCHIVES = frozenset(
    {".7z", ".arj", ".bz2", ".cab", ".gz", ".lzma", ".rar", ".tar", ".tbz2", ".tgz", ".txz", ".xz", ".zipx", ".zst"}
)
_DOUBTED = (
    "This looks like a download from {platform}, but other files lie beside it: who handed it in was not taken from "
    "its names. Grade the download by itself."
)
_ONLINE_TEXT = Untaken(
    "this was typed into the platform's own page; it is no file of answers.",
    advice="Ask for answers.json, or type the answers in yourself (chainrule transcribe).",
)
_TOO_DEEP = Untaken(
    "this is a folder inside a student's folder; it was not read.",
    advice="Put each student's files directly into one folder.",
)
_ZIP_TOO_DEEP = Untaken("this is a zip inside of zips; it was not read.", advice="Hand in the file itself.")


@dataclass(frozen=True)
class _Within:
    """What holds where a node lies: what is told of its sender, and how much deeper folders and zips may go."""

    prefix: str
    told: Told = NOTHING_TOLD
    is_believed: bool = False
    n_folders: int = 1
    n_zips: int = _ZIPS_WITHIN

    def below(self, name: str) -> _Within:
        """What holds inside of a folder or zip of that name."""
        return replace(self, prefix=f"{self.prefix}{name}/")


def collect(place: Path) -> Iterator[HandedIn]:
    """Everything that was handed in at a place: a folder, a zip, or one file. Never raises for what lies there.

    Sorted by source, the rows of a table by line; every source is there once. One content at a time is in memory, and
    the list of names. Dotfiles and litter of operating systems are passed over, links are not followed, and whatever
    can't be read is a Refusal under its own name. Files of a plain folder may lie in folders of students, one level
    down.
    """
    node = place_on_disk(Path(place))
    within = _Within("", is_believed=True)
    return _each_once(_inside(node, within) if isinstance(node, Branch) else _leaf(node, within))


def read_handed_in(handed: HandedIn) -> Submission | Refusal:
    """What was handed in, read; what was odd about where it lay is among the submission's warnings."""
    if isinstance(handed.content, Refusal):
        return handed.content
    read = read_bytes(handed.content, source=handed.source)
    if isinstance(read, Refusal) or not handed.warnings:
        return read
    return replace(read, warnings=(*handed.warnings, *read.warnings))


def read_folder(folder: Path | str) -> Iterator[Submission | Refusal]:
    """Everything that `collect` finds in a folder, read."""
    return map(read_handed_in, collect(Path(folder)))


def _each_once(found: Iterator[HandedIn]) -> Iterator[HandedIn]:
    """Two names may look the same in a message: the later one gets a number, so that a source names one thing."""
    sources: set[str] = set()
    for handed in found:
        source, n_times = handed.source, 1
        while source in sources:
            n_times += 1
            source = f"{handed.source.removesuffix(suffix_of(handed.source))} ({n_times}){suffix_of(handed.source)}"
        sources.add(source)
        yield handed if source == handed.source else _renamed(handed, source)


def _renamed(handed: HandedIn, source: str) -> HandedIn:
    content = handed.content
    return replace(
        handed, source=source, content=replace(content, source=source) if isinstance(content, Refusal) else content
    )


def _inside(branch: Branch, within: _Within) -> Iterator[HandedIn]:
    """What lies in a folder or an opened zip; `within` holds for all of it."""
    source = within.prefix.rstrip("/") or branch.name
    try:
        nodes = sorted(branch.children(), key=_order)
    except Untaken as reason:
        yield _refused(source, reason, within)
        return
    if not nodes:
        kind = "zip" if suffix_of(source) == _ZIP else "folder"
        yield _refused(source, Untaken(f"the {kind} holds nothing that was handed in."), within)
    elif within.is_believed:
        yield from _of_staff(nodes, within)
    else:
        yield from _of_students(nodes, within)


def _of_staff(nodes: Sequence[Node], within: _Within) -> Iterator[HandedIn]:
    """What staff put into a place: a platform's export or several of them, a table, or the files of a class."""
    table = named(nodes, RECEIVED)
    beside = [node for node in nodes if node is not table]
    received = read_received(table, beside, prefix=within.prefix) if isinstance(table, Leaf) else Received()
    export = export_of(beside)
    inner = replace(within, is_believed=not export and _are_staffs(beside))
    for node in nodes:
        if node is table:
            yield from (HandedIn(wrong.source, wrong) for wrong in received.wrong)
            continue
        for handed in _of_export(node, export, inner) if export else _node(node, inner):
            yield received.told(handed.source.removeprefix(within.prefix)).on(handed)


def _of_export(node: Node, export: Export, within: _Within) -> Iterator[HandedIn]:
    if node.name not in export.own:
        yield from _node(node, replace(within, told=export.told(node.name), n_folders=MAX_FOLDERS_DEEP))
    elif (reason := export.own[node.name]) is not None:
        yield _refused(within.prefix + node.name, reason, within)


def _of_students(nodes: Sequence[Node], within: _Within) -> Iterator[HandedIn]:
    """What students may have named themselves: nothing is known of its sender but what was told before."""
    platform = platform_of(nodes) if within.told == NOTHING_TOLD else ""
    if platform:
        within = replace(within, told=Told(warnings=(_DOUBTED.format(platform=platform),)))
    for node in nodes:
        yield from _node(node, within)


def _are_staffs(nodes: Sequence[Node]) -> bool:
    """Whether these are exports, or one table: what staff downloads, and nothing else."""
    if len(nodes) == 1 and suffix_of(nodes[0].name) in TABLE_SUFFIXES:
        return True
    return bool(nodes) and all(map(_is_export, nodes))


def _is_export(node: Node) -> bool:
    """Whether a folder or zip is a platform's export, or holds nothing but a folder that is one."""
    try:
        if isinstance(node, Branch):
            return platform_of(node.children()) != ""
        if suffix_of(node.name) != _ZIP:
            return False
        with opened_zip(node, CLASS_ZIP) as branch:
            nodes = branch.children()
            folders = [inner for inner in nodes if isinstance(inner, Branch)]
            return platform_of(nodes) != "" or (len(folders) == len(nodes) == 1 and _is_export(folders[0]))
    except Untaken:
        return False


def _node(node: Node, within: _Within) -> Iterator[HandedIn]:
    if isinstance(node, Leaf):
        yield from _leaf(node, within)
    elif within.n_folders:
        yield from _inside(node, replace(within.below(node.name), n_folders=within.n_folders - 1))
    else:
        yield _refused(within.prefix + node.name, _TOO_DEEP, within)


def _leaf(leaf: Leaf, within: _Within) -> Iterator[HandedIn]:
    suffix, source = suffix_of(leaf.name), within.prefix + leaf.name
    if suffix == _ZIP:
        yield from _zip(leaf, within)
    elif suffix in _OTHER_ARCHIVES:
        packed = Untaken(f"archives of type {suffix} are not read.", advice="Hand in the file itself, or a zip.")
        yield _refused(source, packed, within)
    elif within.told.is_online_text:
        yield _refused(source, _ONLINE_TEXT, within)
    else:
        yield from _file(leaf, source, within)


def _file(leaf: Leaf, source: str, within: _Within) -> Iterator[HandedIn]:
    is_table = suffix_of(leaf.name) in TABLE_SUFFIXES
    try:
        content = taken(leaf, TABLES if is_table else limit_of(leaf.name))
    except Untaken as reason:
        yield _refused(source, reason, within)
        if isinstance(reason, ZipSpent):
            raise
        return
    whole = HandedIn(source, content, warnings=leaf.warnings)
    parts = read_table(content, source=source, is_believed=within.is_believed) if is_table else [whole]
    yield from map(within.told.on, parts)


def _zip(leaf: Leaf, within: _Within) -> Iterator[HandedIn]:
    """What is in a zip; one that can't be opened is one Refusal, and so is the rest of one that gave too much."""
    source = within.prefix + leaf.name
    if not within.n_zips:
        yield _refused(source, _ZIP_TOO_DEEP, within)
        return
    with ExitStack() as opened:
        try:
            branch = opened.enter_context(opened_zip(leaf, CLASS_ZIP if within.is_believed else STUDENT_ZIP))
        except Untaken as reason:
            yield _refused(source, reason, within)
            if isinstance(reason, ZipSpent):
                raise  # the zip around this one is spent
            return
        inner = replace(within.below(leaf.name), n_folders=MAX_FOLDERS_DEEP, n_zips=within.n_zips - 1)
        with suppress(ZipSpent):
            yield from _inside(branch, inner)


def _refused(source: str, reason: Untaken, within: _Within) -> HandedIn:
    return within.told.on(HandedIn(source, reason.refusal(source)))


def _order(node: Node) -> str:
    """What makes a walk's order that of the sources: what lies inside is named behind a slash, or a table's colon."""
    suffix = suffix_of(node.name)
    if isinstance(node, Branch) or suffix == _ZIP:
        return f"{node.name}/"
    return f"{node.name}:" if suffix in TABLE_SUFFIXES else node.name
