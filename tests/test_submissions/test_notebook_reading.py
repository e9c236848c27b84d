"""Notebooks: what is written reads back, whatever became of the cells, and hostile files are refused."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from submissions import NotebookText, Refusal, Submission, UnwritableForm, read_bytes, write_json_form, write_notebook
from submissions.formats.notebook_marks import answer_line, framed
from submissions.limits import MAX_NOTEBOOK_DEPTH, MAX_NOTEBOOK_LINES, MAX_NOTEBOOK_SIGNS

PAPER = "K7QF-2MXP"
FIELDS = ("1.trace", "1.x_grad", "2.order")
TEXTS = [NotebookText("# Midterm"), *(NotebookText(f"What is {field}?", field) for field in FIELDS)]
ANSWERS = {"1.trace": "z2.grad = 8\nz1.grad = 32", "1.x_grad": "32", "2.order": "z1, z2"}
BLANK = dict.fromkeys(FIELDS, "")

Cells = list[dict[str, Any]]


def notebook(**responses: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(write_notebook(PAPER, TEXTS, responses=responses))
    return made


def filled() -> dict[str, Any]:
    return notebook(**ANSWERS)


def read(form: object, *, source: str = "a.ipynb") -> Submission | Refusal:
    return read_bytes(json.dumps(form).encode(), source=source)


def read_well(form: object) -> Submission:
    outcome = read(form)
    assert isinstance(outcome, Submission), str(outcome)
    return outcome


def refused(form: object) -> str:
    outcome = read(form)
    assert isinstance(outcome, Refusal), outcome
    return str(outcome)


def text_of(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def answer_cell(form: dict[str, Any], field: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        cell for cell in form["cells"] if cell["metadata"].get("chainrule", {}).get("field") == field
    )
    return found


def place_of(form: dict[str, Any], field: str) -> int:
    return int(form["cells"].index(answer_cell(form, field)))


def code(text: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": metadata, "outputs": [], "execution_count": None, "source": text}


# The law of the writer.

PIECES = [
    *("\n", "\r\n", "\r", "\t", " ", "\x00", "\x0b", "\x85", "\u2028", "\u2029", "\ufeff", "\\", "\\\\", "\ud800", "#"),
    *("```", "```text", "# ", "z1 = 2", "paper ", "Paper", "<!--", "-->", '"', "é", "🎓", "<!-- end 00000000 -->"),
    *(answer_line(PAPER, "1.x_grad"), answer_line("AAAA-BBBB", "9.y"), framed(PAPER, "2.order", "text")),
]
awkward = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)
any_text = st.text() | awkward | st.text(st.characters())


def as_read(text: str) -> str:
    """What is promised: line breaks as LF, halves of pairs replaced, blank lines around and blanks behind it lost."""
    lines = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\r\n", "\n")
    lines = lines.replace("\r", "\n").rstrip(" \t\n")
    while re.match(r"[ \t]*\n", lines):
        lines = lines.split("\n", 1)[1]
    return lines


@given(responses=st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, any_text)))
@example(responses={"1.trace": answer_line(PAPER, "1.x_grad") + "\n5", "1.x_grad": "\\# 3", "2.order": "# a\n# b"})
@example(responses={"1.trace": "```\nz\n```", "1.x_grad": "  a\n b", "2.order": "\\\\<!-- text of paper A -->"})
def test_any_response_reads_back_without_blank_lines_around_it(responses: dict[str, str]) -> None:
    outcome = read_bytes(write_notebook(PAPER, TEXTS, responses=responses).encode("utf-8"), source=f"{PAPER}.ipynb")

    assert isinstance(outcome, Submission), str(outcome)
    assert (PAPER, (), {**BLANK, **{field: as_read(text) for field, text in responses.items()}}) == (
        outcome.paper,
        outcome.warnings,
        dict(outcome.responses),
    )


@given(st.lists(any_text, max_size=4))
def test_any_text_of_a_question_reads_as_no_answer(markdowns: list[str]) -> None:
    texts = [NotebookText(re.sub("(?i)paper|<!--", "", text), f"{n}.a") for n, text in enumerate(markdowns)]

    outcome = read_bytes(write_notebook(PAPER, texts).encode(), source="a.ipynb")

    assert isinstance(outcome, Submission), str(outcome)
    assert ({f"{n}.a": "" for n in range(len(texts))}, ()) == (dict(outcome.responses), outcome.warnings)


def test_the_same_paper_is_written_with_the_same_bytes() -> None:
    assert write_notebook(PAPER, TEXTS, responses=ANSWERS) == write_notebook(PAPER, TEXTS, responses=ANSWERS)


@pytest.mark.parametrize(
    ("paper", "field", "responses", "words"),
    [
        ("K 7", "1.a", {}, "'K 7' cannot stand in a notebook; ids look like K7QF-2MXP and 1.x_grad."),
        (PAPER, "1.a: b", {}, "'1.a: b' cannot stand in a notebook"),
        (PAPER, "1.a--b", {}, "'1.a--b' cannot stand in a notebook"),
        (PAPER, "1.a", {"1.b": "x"}, "no text asks for '1.b'."),
        (PAPER, "1.a", {"1.a": "x" * 20_001}, "has 20001 characters; at most 20000 are read."),
    ],
)
def test_no_notebook_is_written_that_could_not_be_read(
    paper: str, field: str, responses: dict[str, str], words: str
) -> None:
    with pytest.raises(UnwritableForm, match=re.escape(words)):
        write_notebook(paper, [NotebookText("?", field)], responses=responses)


# What becomes of notebooks in students' hands: each leaves every answer where it was.


def lose_metadata(form: dict[str, Any]) -> None:
    form["metadata"] = {}
    for cell in form["cells"]:
        cell["metadata"] = {"id": "x7hG3"}
        cell.pop("id")
    form["nbformat_minor"] = 0


def lose_marks(form: dict[str, Any]) -> None:
    for field in FIELDS:
        cell = answer_cell(form, field)
        cell["source"] = text_of(cell).split("\n", 1)[1]


def write_marks_anew(line: str) -> Callable[[dict[str, Any]], None]:
    def rewrite(form: dict[str, Any]) -> None:
        for field in FIELDS:
            cell = answer_cell(form, field)
            cell["source"] = text_of(cell).replace(answer_line(PAPER, field), line.format(field=field))

    return rewrite


def turn_into(cell_type: str) -> Callable[[dict[str, Any]], None]:
    def turn(form: dict[str, Any]) -> None:
        for cell in form["cells"]:
            cell["cell_type"] = cell_type

    return turn


def merge_all(form: dict[str, Any]) -> None:
    merged = "\n\n".join(map(text_of, form["cells"]))
    form["cells"] = [{**form["cells"][0], "source": merged}]


def merge_answers(form: dict[str, Any]) -> None:
    cells = [answer_cell(form, field) for field in FIELDS]
    form["cells"] = [code("\n\n".join(map(text_of, cells)), **cells[0]["metadata"])]


def reverse(form: dict[str, Any]) -> None:
    form["cells"].reverse()


def copy_all(form: dict[str, Any]) -> None:
    form["cells"] += copy.deepcopy(form["cells"])


def run_all(form: dict[str, Any]) -> None:
    for field in FIELDS:
        error = {"output_type": "error", "ename": "NameError", "evalue": "z2", "traceback": [answer_line(PAPER, field)]}
        answer_cell(form, field) | {"outputs": [error], "execution_count": 3}
        answer_cell(form, field)["outputs"] = [error]


def comment_out(form: dict[str, Any]) -> None:
    for field in FIELDS:
        cell = answer_cell(form, field)
        cell["source"] = "\n".join("# " + line for line in text_of(cell).split("\n"))


def split_trace(form: dict[str, Any]) -> None:
    first, second, third = text_of(cell := answer_cell(form, "1.trace")).split("\n")
    place = form["cells"].index(cell)
    form["cells"][place : place + 1] = [{**cell, "source": first + "\n"}, code(second, **cell["metadata"])]
    form["cells"].insert(place + 2, code(third, **cell["metadata"]))


def store_as_version_3(form: dict[str, Any]) -> None:
    for cell in form["cells"]:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    form["worksheets"] = [{"cells": form.pop("cells"), "metadata": {}}]
    form["nbformat"], form["nbformat_minor"] = 3, 0


def one_string(form: dict[str, Any]) -> None:
    for cell in form["cells"]:
        cell["source"] = text_of(cell)


def lines_without_ends(form: dict[str, Any]) -> None:
    for cell in form["cells"]:
        cell["source"] = text_of(cell).split("\n")


def windows_lines(form: dict[str, Any]) -> None:
    for cell in form["cells"]:
        cell["source"] = text_of(cell).replace("\n", "\r\n")


def delete_questions(form: dict[str, Any]) -> None:
    form["cells"] = [cell for cell in form["cells"] if cell["cell_type"] == "code"]


def attach_pictures(form: dict[str, Any]) -> None:
    for cell in form["cells"]:
        cell["attachments"] = {"a.png": {"image/png": "A" * 400_000}}


QUIET = {
    "metadata lost": lose_metadata,
    "marks lost": lose_marks,
    "capitals": write_marks_anew("# PAPER k7qf-2mxp, Answer {field}: Write below this line."),
    "signs lost": write_marks_anew("Paper K7QF-2MXP, answer {field}:"),
    "words lost": write_marks_anew("#Paper K7QF-2MXP answer {field}"),
    "an id lost": write_marks_anew("# Paper K7QF, 2MXP answer: write below this line"),
    "a heading": write_marks_anew("### Paper K7QF-2MXP, answer {field}: write below this line"),
    "turned into Markdown": turn_into("markdown"),
    "turned into raw": turn_into("raw"),
    "all merged": merge_all,
    "answers merged": merge_answers,
    "moved": reverse,
    "copied": copy_all,
    "run": run_all,
    "commented out": comment_out,
    "version 3": store_as_version_3,
    "one string": one_string,
    "lines without ends": lines_without_ends,
    "Windows": windows_lines,
    "questions deleted": delete_questions,
    "pictures": attach_pictures,
}


@pytest.mark.parametrize("change", QUIET.values(), ids=QUIET)
def test_answers_survive(change: Callable[[dict[str, Any]], None]) -> None:
    form = filled()
    change(form)

    submission = read_well(form)

    assert (PAPER, ANSWERS, ()) == (submission.paper, dict(submission.responses), submission.warnings)


@given(st.lists(st.sampled_from(["metadata lost", "copied", "run", "Windows", "moved", "all merged"]), max_size=4))
def test_answers_survive_several_changes(names: list[str]) -> None:
    form = filled()
    for name in sorted(set(names), key=["run", "copied", "moved", "all merged", "metadata lost", "Windows"].index):
        QUIET[name](form)

    assert (PAPER, ANSWERS) == ((submission := read_well(form)).paper, dict(submission.responses))


def test_a_cell_that_was_split_is_read_whole() -> None:
    form = filled()
    split_trace(form)

    submission = read_well(form)

    assert ANSWERS == dict(submission.responses)
    assert () == submission.warnings


def test_a_cell_split_in_the_middle_of_the_answer_is_read_whole_and_said() -> None:
    form = notebook(**{**ANSWERS, "1.trace": "z2.grad = 8"})
    cell = answer_cell(form, "1.trace")
    form["cells"].insert(place_of(form, "1.trace") + 1, code("z1.grad = 32", **cell["metadata"]))

    submission = read_well(form)

    assert ANSWERS == dict(submission.responses)
    assert ('Cell 4 was read as a part of the answer to "1.trace".',) == submission.warnings


def test_an_answer_in_a_new_cell_below_the_empty_place_is_read_and_said() -> None:
    form = notebook()
    form["cells"].insert(place_of(form, "1.x_grad") + 1, code("32"))

    submission = read_well(form)

    assert {**BLANK, "1.x_grad": "32"} == dict(submission.responses)
    assert ('Cell 6 was read as the answer to "1.x_grad", which was empty otherwise.',) == submission.warnings


def test_an_answer_below_a_question_whose_cell_was_deleted_is_read() -> None:
    form = notebook()
    form["cells"][place_of(form, "1.x_grad")] = {"cell_type": "markdown", "metadata": {}, "source": "32"}

    assert {**BLANK, "1.x_grad": "32"} == dict(read_well(form).responses)


def test_an_answer_written_into_the_questions_own_cell_below_its_text_is_read() -> None:
    form = notebook()
    form["cells"][place_of(form, "1.x_grad") - 1]["source"] += ["\n\n32"]

    assert {**BLANK, "1.x_grad": "32"} == dict(read_well(form).responses)


def test_a_question_whose_text_was_changed_is_said() -> None:
    form = notebook()
    cell = form["cells"][place_of(form, "1.x_grad") - 1]
    cell["source"] = text_of(cell).replace("What is 1.x_grad?", "What is 1.x_grad? 32")

    submission = read_well(form)

    assert BLANK == dict(submission.responses)
    assert (
        "Cell 4 holds a question whose text was changed; what was written there was not read.",
    ) == submission.warnings


def test_scratch_work_next_to_an_answer_is_set_aside_and_said() -> None:
    form = filled()
    form["cells"].insert(place_of(form, "1.x_grad") + 1, code("8*4"))
    form["cells"].insert(0, code("import numpy as np"))

    submission = read_well(form)

    assert ANSWERS == dict(submission.responses)
    assert (
        "Not read, since it stands outside of the places for answers: what is in cell 1, 7.",
    ) == submission.warnings


def test_an_answer_on_the_marks_own_line_is_read() -> None:
    form = notebook()
    cell = answer_cell(form, "1.x_grad")
    cell["source"] = answer_line(PAPER, "1.x_grad") + " 32"

    assert "32" == read_well(form).responses["1.x_grad"]


def test_an_answer_of_comments_only_is_read_without_their_signs_and_said() -> None:
    form = notebook()
    answer_cell(form, "1.trace")["source"] += ["# z2.grad = 8\n", "#z1.grad = 32\n"]

    submission = read_well(form)

    assert "z2.grad = 8\nz1.grad = 32" == submission.responses["1.trace"]
    assert ('In cell 3 every line begins with "#"; the answer was read without these signs.',) == submission.warnings


def test_a_comment_behind_or_between_answers_stays() -> None:
    form = notebook()
    answer_cell(form, "1.trace")["source"] += ["# first\n", "z2.grad = 8  # from z3"]

    assert "# first\nz2.grad = 8  # from z3" == read_well(form).responses["1.trace"]


def test_an_answer_inside_a_fence_is_read_without_it() -> None:
    form = notebook()
    answer_cell(form, "1.trace")["source"] += ["```python\n", "z2.grad = 8\n", "```\n"]

    assert "z2.grad = 8" == read_well(form).responses["1.trace"]


def test_deleted_cells_are_blank_answers() -> None:
    form = filled()
    form["cells"].remove(answer_cell(form, "1.trace"))

    assert {**ANSWERS, "1.trace": ""} == dict(read_well(form).responses)


def test_a_notebook_without_any_of_its_cells_is_a_blank_paper() -> None:
    assert ({}, PAPER) == (dict((left := read_well({**filled(), "cells": []})).responses), left.paper)


def test_two_different_answers_to_one_field_are_refused_with_their_cells() -> None:
    form = filled()
    form["cells"].append(copy.deepcopy(answer_cell(form, "1.x_grad")))
    form["cells"][-1]["source"][-1] = "33"

    assert (
        'a.ipynb: "1.x_grad" is answered twice, in cells 5 and 8, in different words. Keep one of the two.'
    ) == refused(form)


def test_a_copied_place_that_stayed_empty_changes_nothing() -> None:
    form = filled()
    form["cells"].insert(1, copy.deepcopy(answer_cell(notebook(), "1.x_grad")))

    assert sorted(ANSWERS.items()) == sorted(read_well(form).responses.items())


def test_an_answer_to_an_unknown_field_is_kept() -> None:
    form = filled()
    form["cells"].append(code(answer_line(PAPER, "9.z") + "\n5"))

    assert {**ANSWERS, "9.z": "5"} == dict(read_well(form).responses)


def test_an_answer_of_another_paper_is_kept_under_another_name_and_said() -> None:
    form = notebook()
    form["cells"].append(code(answer_line("AAAA-BBBB", "1.x_grad") + "\n99"))
    form["cells"].append(code(answer_line("AAAA-BBBB", "1.trace") + "\n"))

    submission = read_well(form)

    assert (PAPER, {**BLANK, "1.x_grad of AAAA-BBBB": "99"}) == (submission.paper, dict(submission.responses))
    assert ('Cell 8 belongs to paper "AAAA-BBBB"; it was not taken as an answer to "1.x_grad".',) == submission.warnings


def test_a_notebook_whose_cells_all_are_of_another_paper_is_left_to_a_person() -> None:
    form = filled()
    form["metadata"]["chainrule"]["paper"] = "AAAA-BBBB"

    submission = read_well(form)

    assert ("", ANSWERS) == (submission.paper, dict(submission.responses))
    assert (
        'The notebook says paper "AAAA-BBBB", its cells say "K7QF-2MXP"; a person has to match it.',
    ) == submission.warnings


def test_without_metadata_the_paper_is_what_most_cells_say() -> None:
    form = filled()
    lose_metadata(form)
    form["cells"].insert(0, code(answer_line("AAAA-BBBB", "1.x_grad") + "\n99"))

    assert PAPER == read_well(form).paper


def test_a_notebook_that_names_no_paper_is_left_to_a_person() -> None:
    form = filled()
    lose_marks(form)
    delete_questions(form)
    del form["metadata"]["chainrule"]["paper"]

    assert ("", "The notebook does not say which paper it answers; a person has to match it.") == (
        read_well(form).paper,
        read_well(form).warnings[0],
    )


@pytest.mark.parametrize("name", ["a.ipynb", "A.IPYNB", "a.ipynb.json", "a.ipynb.txt", "a.json", "a", "x\\a (1).ipynb"])
def test_a_notebook_is_known_by_its_name_or_its_keys(name: str) -> None:
    assert ANSWERS == dict(read(filled(), source=name).responses)  # type: ignore[union-attr]


def test_a_json_form_that_is_named_like_a_notebook_is_read() -> None:
    outcome = read_bytes(write_json_form(PAPER, {"1.a": '"nbformat": 4'}).encode(), source="a.ipynb")

    assert {"1.a": '"nbformat": 4'} == dict(outcome.responses)  # type: ignore[union-attr]


# Files that are broken, or made to break something.


def bomb(nested: str, depth: int) -> bytes:
    return b'{"cells": [], "metadata": ' + nested.encode() * depth + b"}"


def cells_are(cells: object) -> bytes:
    return json.dumps({**filled(), "cells": cells}).encode()


GOOD = write_notebook(PAPER, TEXTS).encode()
HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty."),
    "a zip": (b"PK\x03\x04" + b"\0" * 90, "this seems to be a zip file or an office document, not an answer form."),
    "a pdf": (b"%PDF-1.7", "this seems to be a PDF document, not an answer form."),
    "NUL bytes": (GOOD + b"\x00", "the file holds NUL bytes"),
    "not JSON": (b"hello", "a.ipynb:1:1: the notebook is damaged or incomplete here: expecting value."),
    "cut off": (GOOD[: len(GOOD) // 2], "the notebook is damaged or incomplete here: "),
    "two notebooks": (GOOD + GOOD, "the notebook is damaged or incomplete here: extra data."),
    "a list": (b"[]", "the notebook has no cells."),
    "a number": (b"5", "the notebook has no cells."),
    "an object": (b"{}", "the notebook has no cells."),
    "cells are an object": (cells_are({}), "the notebook's cells are not a list."),
    "cells are a text": (cells_are("x"), "the notebook's cells are not a list."),
    "cells are null": (cells_are(None), "the notebook's cells are not a list."),
    "a cell is a number": (cells_are([5]), "cell 1 of the notebook holds no text."),
    "a cell is null": (cells_are([code("x"), None]), "cell 2 of the notebook holds no text."),
    "a source is a number": (cells_are([{"source": 5}]), "cell 1 of the notebook holds no text."),
    "a source is an object": (cells_are([{"source": {}}]), "cell 1 of the notebook holds no text."),
    "a source is null": (cells_are([{"source": None}]), "cell 1 of the notebook holds no text."),
    "a source holds numbers": (cells_are([{"source": ["a", 5]}]), "cell 1 of the notebook holds no text."),
    "a cell without source": (cells_are([{"metadata": {}}]), "cell 1 of the notebook holds no text."),
    "worksheets are a number": (b'{"worksheets": 5}', "the notebook has no cells."),
    "a worksheet is a number": (b'{"worksheets": [5]}', "the notebook's cells are not a list."),
    "deep lists": (bomb("[", 100_000), f"the notebook is nested more than {MAX_NOTEBOOK_DEPTH} deep."),
    "deep objects": (bomb('{"a":', 100_000), f"the notebook is nested more than {MAX_NOTEBOOK_DEPTH} deep."),
    "many values": (bomb("1,", MAX_NOTEBOOK_SIGNS + 1), f"at most {MAX_NOTEBOOK_SIGNS:,} are read."),
    "many texts": (bomb('""', MAX_NOTEBOOK_SIGNS), f"at most {MAX_NOTEBOOK_SIGNS:,} are read."),
    "an open text": (b'{"cells": "' + b'\\"' * 2_000_000, "the notebook is damaged or incomplete here: unterminated"),
    "backslashes": (b'{"cells": "' + b"\\" * 3_000_001, "the notebook is damaged or incomplete here: "),
    "11 megabytes": (b" " * 11_000_000, "the file has 11,000,000 bytes; notebooks have at most 10,000,000."),
    "doubled cells": (GOOD.replace(b"{", b'{"cells": [],', 1), 'the notebook has two parts named "cells".'),
    "doubled source": (cells_are([{"q": 1}]).replace(b'"q": 1', b'"source": "", "source": ""'), 'two parts named "so'),
    "doubled metadata": (
        GOOD.replace(b'"metadata": {', b'"metadata": {"chainrule": {}, ', 1).replace(
            b'{"chainrule": {}, ', b'{"chainrule": {}, "chainrule": {}, '
        ),
        'cell 1 has two parts named "chainrule".',
    ),
    "many lines": (
        cells_are([code("\n" * 25_000), code("\n" * 25_000)]),
        f"the notebook's cells have 50,002 lines; at most {MAX_NOTEBOOK_LINES:,} are read.",
    ),
    "another format": (
        GOOD.replace(b"paper-form/1", b"paper-form/9"),
        'the notebook\'s format is "chainrule-paper-form/9"; this program reads "chainrule-paper-form/1".',
    ),
    "not ours": (
        json.dumps({"cells": [code("1+1")], "metadata": {}, "nbformat": 4}).encode(),
        "this notebook has no places for answers of an exam. "
        "Please hand in the notebook that came with your paper, or answers.json.",
    ),
    "501 answers": (
        cells_are([code(answer_line(PAPER, f"1.a{n}")) for n in range(501)]),
        "the form holds 501 answers; at most 500 are read.",
    ),
    "an endless answer": (
        cells_are([code(answer_line(PAPER, "1.a") + "\n" + "x" * 20_001)]),
        'the answer to "1.a" has 20,001 characters; at most 20,000 are read.',
    ),
}


@pytest.mark.parametrize(("data", "words"), HOSTILE.values(), ids=HOSTILE)
def test_a_broken_notebook_is_refused_with_the_reason(data: bytes, words: str) -> None:
    outcome = read_bytes(data, source="a.ipynb")

    assert isinstance(outcome, Refusal)
    assert words in str(outcome)


HARMLESS: dict[str, Callable[[dict[str, Any]], object]] = {
    "huge numbers": lambda form: form["metadata"].update(n=10**4_000, x=float("inf")),
    "odd metadata": lambda form: form["metadata"].update(kernelspec=[[[]]], language_info=None),
    "odd cell metadata": lambda form: [cell.update(metadata=[1]) for cell in form["cells"]],
    "odd marks": lambda form: [cell["metadata"].update(chainrule=5) for cell in form["cells"]],
    "odd outputs": lambda form: [cell.update(outputs="x", attachments=[None]) for cell in form["cells"]],
    "large outputs": lambda form: [cell.update(outputs=["y" * 1_000_000]) for cell in form["cells"][:5]],
    "a version of tomorrow": lambda form: form.update(nbformat=5, nbformat_minor=9),
    "long lines": lambda form: form["cells"].append(code("# " * 300_000 + " \t" * 300_000)),
    "thousands of cells": lambda form: form["cells"].extend(code("") for _ in range(20_000)),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_odd_parts_that_are_not_read_do_no_harm(change: Callable[[dict[str, Any]], object]) -> None:
    form = filled()
    change(form)

    assert ANSWERS == dict(read_well(form).responses)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["cells", "metadata", "source", "chainrule", "field", "worksheets", "nbformat"]), inner
            )
        ),
    )
)
def test_no_json_makes_reading_fail(value: object) -> None:
    assert isinstance(read(value), Submission | Refusal)


@given(st.binary(), st.integers(0, len(GOOD)), st.integers(0, 50))
def test_no_damage_makes_reading_fail(noise: bytes, start: int, length: int) -> None:
    damaged = GOOD[:start] + noise + GOOD[start + length :]

    assert isinstance(read_bytes(damaged, source="a.ipynb"), Submission | Refusal)
