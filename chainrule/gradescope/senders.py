"""Whose paper a submission is for: decided by who handed in, never by what the file says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chainrule.gradescope.metadata import User
from chainrule.gradescope.owners import Owners

__all__ = ["UNKNOWN", "Sender", "paper_of_senders"]

_RECEIVED = "Your submission has arrived. "
_NOTHING_TO_DO = "A person will match them, and there is nothing that you have to do. No points are lost by this."

#: What somebody reads whose address is in no assignment table.
UNKNOWN = f"{_RECEIVED}We don't know yet which paper belongs to your e-mail address. {_NOTHING_TO_DO}"


@dataclass(frozen=True)
class Sender:
    """The paper of those who handed in, or "" with a `problem` for the student; `notes` are for staff.

    `is_sure` is False where only a number of the platform speaks for it: then the file has to agree.
    """

    paper: str
    problem: str = ""
    notes: tuple[str, ...] = ()
    is_sure: bool = True


def paper_of_senders(users: Sequence[User], owners: Owners) -> Sender:
    """The one paper of those who handed in together; people whom the table does not know change nothing.

    Where no address is known, a platform's number is tried as a student's id.
    """
    by_email = {user.email: owners.paper_of_email(user.email) for user in users if user.email}
    papers = sorted({paper for paper in by_email.values() if paper})
    unknown = [email for email, paper in by_email.items() if not paper]
    if papers:
        return _one_of(papers, tuple(map(_unknown, unknown)))
    papers = sorted({paper for user in users if user.id and (paper := owners.paper_of_id(user.id))})
    if papers:
        found = _one_of(papers, tuple(map(_unknown, unknown)))
        return Sender(found.paper, found.problem, found.notes, is_sure=False)
    notes = tuple(map(_unknown, unknown)) or ("No user in submission_metadata.json has an e-mail address.",)
    return Sender("", UNKNOWN, notes)


def _one_of(papers: Sequence[str], notes: tuple[str, ...]) -> Sender:
    if len(papers) == 1:
        return Sender(papers[0], notes=notes)
    together = " and ".join(papers)
    problem = f"{_RECEIVED}Those who handed it in together have different papers, {together}. {_NOTHING_TO_DO}"
    return Sender("", problem, (*notes, f"The users of this submission have different papers: {together}."))


def _unknown(email: str) -> str:
    return (
        f"Nobody in staff/assignments.csv has the address {email!r}. Write it into the row of this student, build the "
        "autograder again and regrade."
    )
