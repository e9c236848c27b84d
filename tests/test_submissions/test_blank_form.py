"""The blank YAML form: blank as written, and forgiving to fill in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions import FormField, Submission, blank_yaml_form, read_bytes

FIELDS = (
    FormField("1.order", "order", "In which order are the nodes visited?", "z1, z2, z3"),
    FormField("1.trace", "trace", "Backward, step by step.\nOne line a step."),
)


def responses(form: str) -> dict[str, str]:
    outcome = read_bytes(form.encode(), source="answers.yaml")
    assert isinstance(outcome, Submission), str(outcome)
    assert () == outcome.warnings
    return dict(outcome.responses)


def test_the_form_says_in_four_lines_what_to_do_and_shows_each_prompt() -> None:
    expected = """\
# Practice final
# Answers for paper K7QF-2MXP. Any text editor will do; lines that start with # are only notes.
# Write each answer under its "|", with four spaces in front of every line; use spaces, not tabs.
# Leave an answer empty if you have none. Change nothing else, and save the file as answers.yaml.
# To see whether it can be read:  chainrule check answers.yaml

format: chainrule-answers/1
paper: "K7QF-2MXP"
responses:

  # In which order are the nodes visited?
  # (order) for example: z1, z2, z3
  1.order: |
....

  # Backward, step by step.
  # One line a step.
  # (trace)
  1.trace: |
....
""".replace("....", "    ")

    assert expected == blank_yaml_form("K7QF-2MXP", FIELDS, title="Practice final")


@pytest.mark.parametrize("ending", ["    \n", "\n", ""])
def test_every_field_reads_back_as_blank_even_when_an_editor_trims_lines(ending: str) -> None:
    form = blank_yaml_form("K", FIELDS).replace("    \n", ending)

    assert {"1.order": "", "1.trace": ""} == responses(form)


@pytest.mark.parametrize(
    "typed",
    [
        "z1: 3 # not a comment",
        "*x* [ { \\frac \"q\" 'p' @ %",
        "- 3",
        "a\n    b\n\n      c",
        "é 🎓 שלום",
        "# 3",
        "---",
    ],
)
def test_anything_typed_under_the_bar_is_text(typed: str) -> None:
    form = blank_yaml_form("K", FIELDS).replace("1.order: |\n    ", f"1.order: |\n    {typed}")

    assert {"1.order": typed.replace("\n    ", "\n") + "\n", "1.trace": ""} == responses(form)


@pytest.mark.parametrize("typed", ["1.order: z1, z2", "1.order: 'z1, z2'"])
def test_an_answer_on_the_line_of_its_id_works_too(typed: str) -> None:
    form = blank_yaml_form("K", FIELDS).replace("1.order: |\n    \n", f"{typed}\n")

    assert "z1, z2" == responses(form)["1.order"]


@given(
    st.lists(
        st.builds(FormField, st.text(), st.text(), st.text(), st.text()), max_size=4, unique_by=lambda f: f.id
    )
)
def test_no_prompt_can_break_the_form(fields: list[FormField]) -> None:
    form = blank_yaml_form("K", fields, title="\ud800\x00 title\u2028more")

    assert {form_field.id: "" for form_field in fields} == responses(form)
