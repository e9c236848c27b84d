"""The journal of a grading run, in SQLite: what was handed in and graded, so that a run can be killed and resumed.

One process writes it. A row is whole or not there; what is not there is graded again, with the same result. When a run
ends the journal is written anew (`seal`), so that the same class leaves the same bytes and nothing that was removed.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from chainrule.errors import RefusedInput
from chainrule.grading.cells import Cell, cell_of, entry_of, row_of
from grader.choosing import Entry

__all__ = ["JOURNAL", "Journal", "reading_only"]

#: The journal's name in the folder of results.
JOURNAL = "journal.sqlite"

FORMAT = "chainrule-journal/1"

#: What is lost at most when a run is killed, in seconds of grading.
_COMMIT_SECONDS = 0.5

_SCHEMA = """
create table told (name text primary key, value text not null) without rowid;
create table cells (
    source text primary key, digest text not null, basis text not null, paper text not null, entry text not null,
    submission text not null, grade text not null, key text not null
) without rowid;
create table results (paper text primary key, source text not null, grade text not null) without rowid;
create table set_aside (source text, reason text, paper text, primary key (source, reason)) without rowid;
create table files (name text primary key, made_of text not null, digest text not null) without rowid;
"""
_TABLES = ("told", "cells", "results", "set_aside", "files")


class Journal:
    """An open journal; nobody else can write it meanwhile. Every method raises RefusedInput when the disk refuses."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._committed = time.monotonic()
        with self._refusing():
            # Made by us with its mode, for it holds points; SQLite fills it.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._base = sqlite3.connect(path, timeout=1, isolation_level=None)
            self._base.execute("pragma locking_mode = exclusive")
            self._base.execute("pragma secure_delete = on")
            self._base.execute("begin exclusive")
            if not self._base.execute("select count(*) from sqlite_master").fetchone()[0]:
                self._create(self._base)
        if self.told("format") != FORMAT:
            raise RefusedInput(f"{path}: is a journal of format {self.told('format')!r}, not {FORMAT!r}.")

    @staticmethod
    def _create(base: sqlite3.Connection) -> None:
        for statement in filter(str.strip, _SCHEMA.split(";")):
            base.execute(statement)
        base.execute("insert into told values ('format', ?)", (FORMAT,))

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *raised: object) -> None:
        with contextlib.suppress(sqlite3.Error):
            if self._base.in_transaction:
                self._base.execute("commit")  # also where somebody interrupts: every row is whole
        self._base.close()

    @contextlib.contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as cause:
            raise RefusedInput(_trouble(self.path, cause)) from cause

    def save(self) -> None:
        """Commit what was written; from here on it survives whatever happens."""
        with self._refusing():
            self._base.execute("commit")
            self._base.execute("begin exclusive")
        self._committed = time.monotonic()

    def _save_now_and_then(self) -> None:
        if time.monotonic() - self._committed >= _COMMIT_SECONDS:
            self.save()

    def told(self, name: str) -> str:
        """What the run was told, such as where the exam is; empty where nothing was said."""
        found = self._one("select value from told where name = ?", name)
        return str(found[0]) if found else ""

    def tell(self, **values: str) -> None:
        with self._refusing():
            self._base.executemany("insert or replace into told values (?, ?)", values.items())

    def put(self, cell: Cell) -> None:
        """Enter a file, in place of what stood there of the same name."""
        with self._refusing():
            self._base.execute("insert or replace into cells values (?, ?, ?, ?, ?, ?, ?, ?)", row_of(cell))
        self._save_now_and_then()

    def cell(self, source: str) -> Cell | None:
        found = self._one("select * from cells where source = ?", source)
        return cell_of(found) if found else None

    def cells(self) -> Iterator[Cell]:
        """Every file, by name; one in memory at a time."""
        return map(cell_of, self._each("select * from cells order by source"))

    def entries(self) -> Iterator[Entry]:
        """Every file as choosing sees it, by name."""
        return (entry_of(*row) for row in self._each("select source, entry from cells order by source"))

    def keep_only(self, sources: Iterable[str]) -> None:
        """Forget the files that are no longer there."""
        with self._refusing():
            self._base.execute("create temp table here (source text primary key)")
            self._base.executemany("insert or ignore into here values (?)", ((source,) for source in sources))
            self._base.execute("delete from cells where source not in (select source from here)")
            self._base.execute("drop table here")

    def put_result(self, paper: str, source: str, grade: str) -> None:
        """The final grade of a paper, a record in JSON, and the file that counts."""
        with self._refusing():
            self._base.execute("insert or replace into results values (?, ?, ?)", (paper, source, grade))

    def result(self, paper: str) -> str:
        """The final grade of a paper as it was put; empty where it has none."""
        found = self._one("select grade from results where paper = ?", paper)
        return str(found[0]) if found else ""

    def key(self, paper: str) -> str:
        """What is noted of the paper's key, as JSON."""
        found = self._one("select cells.key from results join cells using (source) where results.paper = ?", paper)
        return str(found[0]) if found else "{}"

    def papers(self) -> tuple[str, ...]:
        """The papers that have a final grade, by id."""
        return tuple(row[0] for row in self._each("select paper from results order by paper"))

    def drop_results(self, papers: Iterable[str]) -> None:
        with self._refusing():
            self._base.executemany("delete from results where paper = ?", ((paper,) for paper in papers))

    def set_aside(self) -> tuple[tuple[str, str, str], ...]:
        """Source, reason and paper of what was not graded."""
        return tuple(self._each("select source, reason, paper from set_aside order by source, reason"))

    def replace_set_aside(self, rows: Iterable[tuple[str, str, str]]) -> None:
        with self._refusing():
            self._base.execute("delete from set_aside")
            self._base.executemany("insert or replace into set_aside values (?, ?, ?)", rows)

    def files(self) -> dict[str, tuple[str, str]]:
        """What the run wrote: name -> what it was made of and the digest of its bytes."""
        return {row[0]: (row[1], row[2]) for row in self._each("select * from files order by name")}

    def wrote(self, name: str, made_of: str, digest: str) -> None:
        with self._refusing():
            self._base.execute("insert or replace into files values (?, ?, ?)", (name, made_of, digest))
        self._save_now_and_then()

    def removed(self, name: str) -> None:
        with self._refusing():
            self._base.execute("delete from files where name = ?", (name,))

    def _one(self, query: str, *values: str) -> tuple[Any, ...] | None:
        with self._refusing():
            found: tuple[Any, ...] | None = self._base.execute(query, values).fetchone()
            return found

    def _each(self, query: str) -> Iterator[tuple[Any, ...]]:
        with self._refusing():
            yield from self._base.execute(query)

    def copy_to(self, path: Path) -> None:
        """Write the same rows to a new journal, in order of their keys: the same rows give the same bytes."""
        self.save()
        with self._refusing():
            path.unlink(missing_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            self._base.execute("commit")
            self._base.execute("attach ? as fresh", (str(path),))
            self._base.execute("begin exclusive")
            for statement in filter(str.strip, _SCHEMA.split(";")):
                self._base.execute(statement.replace("create table ", "create table fresh."))
            for table in _TABLES:
                self._base.execute(f"insert into fresh.{table} select * from main.{table}")
            self._base.execute("commit")
            self._base.execute("detach fresh")
            self._base.execute("begin exclusive")

    def seal(self) -> None:
        """Put a clean copy in the journal's place, and close it."""
        fresh = self.path.with_name(f".{self.path.name}.new")
        self.copy_to(fresh)
        with self._refusing():
            self._base.execute("commit")
            self._base.close()
            os.replace(fresh, self.path)


@contextlib.contextmanager
def reading_only(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that can only read; raises RefusedInput where there is no journal."""
    if not path.is_file():
        raise RefusedInput(f"{path.parent}: holds no results of a grading run; `chainrule grade` makes them.")
    try:
        base = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=1)
        try:
            yield base
        finally:
            base.close()
    except sqlite3.Error as cause:
        raise RefusedInput(_trouble(path, cause)) from cause


def _trouble(path: Path, cause: Exception) -> str:
    told = (cause.strerror if isinstance(cause, OSError) else str(cause)) or type(cause).__name__
    if "locked" in told:
        return f"{path.parent}: another grading run is at work here; wait until it has ended."
    if "full" in told or "No space" in told:
        return f"{path.parent}: the disk is full. What was graded is kept; free some space and run the command again."
    if "readonly" in told or "Read-only" in told or "unable to open" in told or "denied" in told:
        return f"{path.parent}: can't be written ({told}). Choose a folder that can, or change its permissions."
    return f"{path}: {told}. If it is damaged, delete it: everything is then graded anew."
