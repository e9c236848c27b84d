"""The one check every writer makes: no form is written that our readers would refuse."""

from collections.abc import Mapping

from submissions.limits import MAX_FILE_BYTES, MAX_RESPONSE_LENGTH, MAX_RESPONSES
from submissions.submission import UnwritableForm


def checked_form(form: str, responses: Mapping[str, str], *, max_bytes: int = MAX_FILE_BYTES) -> str:
    """The form itself. Raises: UnwritableForm when a limit of the readers is passed."""
    if len(responses) > MAX_RESPONSES:
        raise UnwritableForm(f"{len(responses)} responses; a form holds at most {MAX_RESPONSES}.")
    longest = max(responses.items(), key=lambda item: len(item[1]), default=("", ""))
    if len(longest[1]) > MAX_RESPONSE_LENGTH:
        raise UnwritableForm(
            f"the response to {longest[0]!r} has {len(longest[1])} characters; "
            f"at most {MAX_RESPONSE_LENGTH} are read."
        )
    n_bytes = len(form.encode("utf-8"))
    if n_bytes > max_bytes:
        raise UnwritableForm(f"the form has {n_bytes} bytes; at most {max_bytes} are read.")
    return form
