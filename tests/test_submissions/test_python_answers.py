"""The dictionary of a Python file: answers that are no programs, read as text and never run."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions import FormField, Refusal, Submission, read_bytes, write_python_form

PAPER = "K7QF-2MXP"
OTHERS = [
    FormField("1.trace", "trace", "Backward,\nstep by step.", "z1.grad = 1"),
    FormField("2.x_grad", "number", "The gradient of `x`."),
]
FORM = write_python_form(PAPER, [("3.gradient", "The function `g(x)`.")], title="Final.", others=OTHERS)
MARK = f"# Paper {PAPER}, answer 3.gradient: write below this line\n"
PROGRAM = "def g(x):\n    return x"


def read(text: str) -> Submission:
    found = read_bytes(text.encode(), source="answers.py")
    assert isinstance(found, Submission), str(found)
    return found


def with_answers(statement: str) -> Submission:
    return read(f"{MARK}{PROGRAM}\n\n{statement}\n")


def test_the_dictionary_has_a_place_for_each_answer_that_is_no_program() -> None:
    expected = '''\

# %%
ANSWERS = {
    # Backward,
    # step by step.
    # (trace) for example: z1.grad = 1
    "1.trace": r"""

""",
    # The gradient of `x`.
    # (number)
    "2.x_grad": r"""

""",
}
'''
    head = FORM.partition("\n\n")[0]

    assert FORM.endswith(expected)
    assert "no programs go between the quotes of ANSWERS" in head
    assert "ANSWERS" not in write_python_form(PAPER, [("3.gradient", "g")], title="Final.")


def test_a_blank_file_holds_every_field_blank() -> None:
    found = read(FORM)

    assert ({"3.gradient": "", "1.trace": "", "2.x_grad": ""}, ()) == (dict(found.responses), found.warnings)
    assert 1 == len(ast.parse(FORM).body)


def test_answers_of_many_lines_and_with_backslashes_are_read_beside_the_program() -> None:
    text = FORM.replace(MARK, MARK + PROGRAM + "\n")
    text = text.replace('"1.trace": r"""\n\n', '"1.trace": r"""\n  z2.grad = 8\n\n# z1.grad = \\frac{1}{2}\n')
    text = text.replace('"2.x_grad": r"""\n\n"""', '"2.x_grad": -1.50e-3')

    assert {
        "3.gradient": PROGRAM,
        "1.trace": "  z2.grad = 8\n\n# z1.grad = \\frac{1}{2}",
        "2.x_grad": "-1.50e-3",
    } == dict(read(text).responses)
    assert () == read(text).warnings


def test_the_dictionary_is_no_part_of_a_program_whose_lines_keep_their_numbers() -> None:
    found = read(f'{MARK}import math\nANSWERS: dict = {{\n    "1.trace": "a",\n}}  # done\n{PROGRAM}')
    above = read(f'ANSWERS = {{"1.trace": "a"}}\n{MARK}{PROGRAM}')

    assert {"3.gradient": f"import math\n\n\n\n{PROGRAM}", "1.trace": "a"} == dict(found.responses)
    assert {"3.gradient": PROGRAM, "1.trace": "a"} == dict(above.responses)
    assert () == found.warnings + above.warnings


@pytest.mark.parametrize(
    ("statement", "reason", "kept"),
    [
        ('ANSWERS = {\n"1.trace": f"{x}",\n"2.x_grad": "5"}', 'Line 6: the answer to "1.trace" in', '"1.trace": f'),
        ('ANSWERS = {\n"1.trace": open("a"),\n"2.x_grad": "5"}', 'Line 6: the answer to "1.trace"', 'open("a")'),
        ('ANSWERS = {\n"2.x_grad": 5,\n"1.trace": z1}', 'Line 7: the answer to "1.trace"', "z1"),
        ('ANSWERS = {"2.x_grad": 5,\n"1.trace": None}', 'Line 6: the answer to "1.trace"', "None"),
        ('ANSWERS = {"2.x_grad": 5,\n"1.trace": True}', 'Line 6: the answer to "1.trace"', "True"),
        ('ANSWERS = {"2.x_grad": 5, "1.trace": "a",\n"1.trace": "b"}', 'Line 6: "1.trace" is answered twice', '"b"'),
        ('ANSWERS = {"2.x_grad": 5}\nANSWERS["1.trace"] = "a"', "Line 6: ANSWERS is not given as one dict", '"a"'),
    ],
)
def test_an_answer_that_is_no_text_waits_for_a_person_and_costs_no_other_answer(
    statement: str, reason: str, kept: str
) -> None:
    found = with_answers(statement)

    assert (PROGRAM, "5") == (found.responses["3.gradient"], found.responses["2.x_grad"].strip('"'))
    assert "" == found.responses.get("1.trace", "")
    assert found.warnings[0].startswith(reason)
    assert found.warnings[0].endswith("It was not read; a person will look.")
    assert kept in found.responses["ANSWERS"]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ('ANSWERS = {\n"1.trace": = "a",\n"2.x_grad": "b"}', "Line 6: ANSWERS can't be read as Python"),
        ('ANSWERS = {"1.trace": """a', "Line 5: ANSWERS can't be read as Python"),
        ('ANSWERS = {"1.trace": "a",', "Line 5: ANSWERS can't be read as Python"),
        ('ANSWERS = {1: "a"}', "Line 5: ANSWERS has a name that is not text in quotes"),
        ('ANSWERS = {**{"1.trace": "a"}}', "Line 5: ANSWERS has a name that is not text in quotes"),
        ('ANSWERS = {f"{1}.trace": "a"}', "Line 5: ANSWERS has a name that is not text in quotes"),
        ('ANSWERS = dict(trace="a")', "Line 5: ANSWERS is not given as one dictionary"),
        ('ANSWERS = {"1.trace": "a"}; import os', "Line 5: ANSWERS is not given as one dictionary"),
        (f"ANSWERS = {'(' * 9000}{')' * 9000}", "Line 5: ANSWERS "),
        (f"ANSWERS = {{{'1: 2,' * 501}}}", "Line 5: ANSWERS holds 501 answers, more than 500."),
    ],
)
def test_a_dictionary_that_can_not_be_read_is_kept_for_a_person_and_the_program_is_read(
    statement: str, reason: str
) -> None:
    found = with_answers(f"{statement}\n\n{MARK.replace('3.gradient', '4.sort')}def sort(a): ...")

    assert (PROGRAM, "def sort(a): ...") == (found.responses["3.gradient"], found.responses["4.sort"])
    assert found.warnings[0].startswith(reason)
    assert statement == found.responses["ANSWERS"].strip()


def test_a_backslash_that_python_takes_for_an_escape_is_told() -> None:
    found = with_answers(r'ANSWERS = {"1.trace": "\frac{1}{2}"}')

    assert "\f" + "rac{1}{2}" == found.responses["1.trace"]
    assert found.warnings == (
        'Line 5: a backslash in the answer to "1.trace" was read as an escape. '
        r'Write r before the quotes, as in r"""\beta""".',
    )


def test_a_damaged_character_can_be_written_into_every_later_file() -> None:
    assert "\ufffd" == with_answers(r'ANSWERS = {"1.trace": "\ud800"}').responses["1.trace"]


def test_a_program_that_is_also_written_into_the_dictionary_in_other_words_is_refused() -> None:
    text = f'{MARK}{PROGRAM}\nANSWERS = {{"3.gradient": "another"}}'
    found = read_bytes(text.encode(), source="answers.py")

    assert isinstance(found, Refusal)
    assert '"3.gradient" is answered twice' in str(found)


WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.just("\n"), max_size=40)


@given(WORDS, WORDS)
def test_every_text_between_the_quotes_is_read_back(trace: str, number: str) -> None:
    found = with_answers(f"ANSWERS = {{'1.trace': {trace!r}, '2.x_grad': {number!r}}}")

    expected = {"3.gradient": PROGRAM, "1.trace": trace.strip("\n"), "2.x_grad": number.strip("\n")}
    assert {name: text if text.strip() else "" for name, text in expected.items()} == {
        name: text if text.strip() else "" for name, text in found.responses.items()
    }


@given(st.text(st.sampled_from("ANSWERS={}[]()\"'1.,:\n #\\rf*ab"), max_size=60))
def test_whatever_the_dictionary_is_the_program_is_read(junk: str) -> None:
    found = with_answers(f"ANSWERS = {junk}\n\n{MARK.replace('3.gradient', '4.sort')}def sort(a): ...")

    assert "def sort(a): ..." == found.responses["4.sort"]
    assert found.responses["3.gradient"].startswith(PROGRAM)
