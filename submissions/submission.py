"""The types of this package: a Submission that was read, a Refusal that was not, and the package's errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


class SubmissionsError(Exception):
    """The root of this package's errors."""


class UnwritableForm(SubmissionsError):
    """A form that our own readers would refuse: too many or too long responses."""


@dataclass(frozen=True)
class Submission:
    """What one student handed in: field id ("slot.field") -> the text as written, blank when empty.

    `source` is the file's name as given, `paper` the paper id without outer spaces ("" when it has none),
    `digest` the sha256 of the file's bytes in hex.
    """

    source: str
    paper: str
    responses: Mapping[str, str] = field(hash=False)
    warnings: tuple[str, ...] = ()
    digest: str = ""

    def __post_init__(self) -> None:
        # A private copy behind a read-only view: nobody can change a submission after it was read.
        object.__setattr__(self, "responses", MappingProxyType(dict(self.responses)))

    def __reduce__(self) -> tuple[type["Submission"], tuple[object, ...]]:
        # A mappingproxy cannot be copied or sent to a worker process; its plain dict can.
        return Submission, (self.source, self.paper, dict(self.responses), self.warnings, self.digest)


@dataclass(frozen=True)
class Refusal:
    """A file that could not be read, as a value: where (counted from 1), what is wrong, what to do."""

    source: str
    message: str
    line: int | None = None
    column: int | None = None
    advice: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.source, self.line, self.column) if part is not None)
        return f"{place}: {self.message} {self.advice}".rstrip()
