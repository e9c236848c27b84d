"""The notebook form: what stands below each answer's line, wherever the cells went and whatever became of them.

Cells may be moved, merged, split, copied, deleted or turned into another type, and may have lost their metadata. What a
cell shows or has attached is never read. Two different answers to one field refuse the file, as a doubled key does in
the other forms; what is no answer is set aside with a warning that names its cell.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from submissions.formats.answers import checked_responses
from submissions.formats.form_value import FormProblem, shown
from submissions.formats.notebook_json import Notebook, read_notebook_json
from submissions.formats.notebook_pieces import Piece, pieces_of
from submissions.limits import MAX_PAPER_LENGTH, READABLE_NOTEBOOKS
from submissions.submission import Submission

_YOUR_NOTEBOOK = "Please hand in the notebook that came with your paper, or answers.json."


def read_notebook(text: str, *, source: str, digest: str, warnings: tuple[str, ...] = ()) -> Submission:
    """The submission that a notebook's JSON text holds.

    Raises: FormProblem for damaged files, notebooks that are not ours, different answers to one field, limits passed.
    """
    notebook = read_notebook_json(text)
    pieces = [piece for cell in notebook.cells for piece in pieces_of(cell)]
    _require_ours(notebook, pieces)
    paper, paper_warnings = _paper(notebook, pieces)
    found = _by_field(_at_home(piece, paper) for piece in pieces)
    responses = {name: _response(name, own) for name, own in found.items() if name}
    told = (*warnings, *paper_warnings, *_remarks(pieces, found, paper))
    return Submission(source, paper, checked_responses(responses), told, digest)


def _require_ours(notebook: Notebook, pieces: Iterable[Piece]) -> None:
    if notebook.format and notebook.format not in READABLE_NOTEBOOKS:
        readable = " or ".join(f'"{name}"' for name in READABLE_NOTEBOOKS)
        raise FormProblem(
            f"the notebook's format is {shown(notebook.format)}; this program reads {readable}.", advice=_YOUR_NOTEBOOK
        )
    if not notebook.format and all(piece.kind == "other" and not piece.field for piece in pieces):
        raise FormProblem("this notebook has no places for answers of an exam.", advice=_YOUR_NOTEBOOK)


def _paper(notebook: Notebook, pieces: Iterable[Piece]) -> tuple[str, tuple[str, ...]]:
    """The paper that the notebook answers, "" when it does not say or contradicts itself."""
    named = [piece.paper.upper() for piece in pieces if piece.kind == "answer"]
    named = named or [piece.paper.upper() for piece in pieces if piece.kind == "question"]
    stated = notebook.paper
    if stated and named and stated.upper() not in named:
        others = shown(Counter(named).most_common(1)[0][0])
        said = f"The notebook says paper {shown(stated)}, its cells say {others}; a person has to match it."
        return "", (said,)
    paper = stated or (Counter(named).most_common(1)[0][0] if named else "")
    if not paper:
        return "", ("The notebook does not say which paper it answers; a person has to match it.",)
    if len(paper) > MAX_PAPER_LENGTH:
        return "", (f"The paper id {shown(paper)} is not an id; a person has to match this notebook.",)
    return paper, ()


def _at_home(piece: Piece, paper: str) -> Piece:
    """A piece of another paper is no answer to this one: what is written there is kept under another name."""
    if not _is_foreign(piece, paper):
        return piece
    is_kept = piece.kind == "answer" and piece.text
    return piece._replace(field=f"{piece.field} of {piece.paper}" if is_kept else "")


def _is_foreign(piece: Piece, paper: str) -> bool:
    return bool(paper and piece.paper and piece.paper.upper() != paper.upper())


def _by_field(pieces: Iterable[Piece]) -> dict[str, list[Piece]]:
    """Every piece at the field it belongs to, in the order of the notebook; at "" what belongs to none.

    A cell that nothing marks belongs to the question or answer above it.
    """
    found: dict[str, list[Piece]] = {}
    current = ""
    for piece in pieces:
        if piece.kind != "other":
            current = piece.field
        if piece.kind != "other" or piece.text:
            found.setdefault(piece.field or current, []).append(piece)
    return found


def _response(name: str, pieces: Iterable[Piece]) -> str:
    """The answer to one field; where its own place is blank, what somebody wrote next to it."""
    pieces = list(pieces)
    answers = [piece for piece in pieces if piece.kind == "answer" and piece.text]
    other = next((piece for piece in answers if piece.text != answers[0].text), None)
    if other is not None:
        raise FormProblem(
            f"{shown(name)} is answered twice, in cells {answers[0].cell} and {other.cell}, in different words.",
            advice="Keep one of the two.",
        )
    read = [*answers[:1], *_parts(pieces)] or _near(pieces)
    # The same text twice is a copied cell.
    return "\n".join(dict.fromkeys(piece.text for piece in read))


def _parts(pieces: Iterable[Piece]) -> list[Piece]:
    """Cells without a line of ours whose metadata name the field: the second half of a cell that was split."""
    return [piece for piece in pieces if piece.kind == "other" and piece.field]


def _near(pieces: Iterable[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece.kind == "other" and not piece.field]


def _remarks(pieces: Iterable[Piece], found: Mapping[str, list[Piece]], paper: str) -> Iterator[str]:
    for piece in pieces:
        yield from _remarks_on(piece, paper)
    aside: list[int] = []
    for name, own in found.items():
        has_answer = any(piece.text for piece in own if piece.kind == "answer")
        parts, near = _parts(own), _near(own)
        if has_answer and parts:
            yield f"{_cells_named(parts)} read as a part of the answer to {shown(name)}."
        if name and near and not has_answer and not parts:
            yield f"{_cells_named(near)} read as the answer to {shown(name)}, which was empty otherwise."
        else:
            aside += [piece.cell for piece in near]
    if aside:
        numbers = ", ".join(map(str, sorted(set(aside))))
        yield f"Not read, since it stands outside of the places for answers: what is in cell {numbers}."


def _remarks_on(piece: Piece, paper: str) -> Iterator[str]:
    if piece.kind == "question" and piece.is_changed:
        yield f"Cell {piece.cell} holds a question whose text was changed; what was written there was not read."
    if piece.kind == "answer" and piece.text and _is_foreign(piece, paper):
        yield (
            f"Cell {piece.cell} belongs to paper {shown(piece.paper)}; "
            f"it was not taken as an answer to {shown(piece.field)}."
        )
    if piece.was_commented and piece.kind == "answer":
        yield f'In cell {piece.cell} every line begins with "#"; the answer was read without these signs.'


def _cells_named(pieces: Iterable[Piece]) -> str:
    numbers = sorted({piece.cell for piece in pieces})
    return f"Cell {numbers[0]} was" if len(numbers) == 1 else f"Cells {', '.join(map(str, numbers))} were"
