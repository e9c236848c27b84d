"""Wrong and hostile exam.yaml files: every mistake at once, each at its line and column, and what would be right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_templates.bank import open_bank
from question_templates.errors import BrokenExam
from question_templates.exam import Exam
from question_templates.exam_file import read_exam

BANK = open_bank()

EXAM = """\
format: chainrule-exam/1
title: Final
numbering: through
shuffle: choices
points_total: 25
duration: 60
sections:
  - title: Graphs
    slots:
      - points: 10
        family: graph/power-chain
        level: 1
      - points: 10
        choose_from: [graph/rnn-cell, graph/log-exp]
        where: {ask_order: true}
  - title: Words
    slots:
      - points: 5
        family: static/essay-example
"""


def read(text: str) -> Exam:
    return read_exam(text, BANK)


def mistakes(text: str) -> list[str]:
    with pytest.raises(BrokenExam) as caught:
        read(text)
    return str(caught.value).splitlines()


def test_the_exam_itself_is_sound():
    assert () == read(EXAM).notes
    assert 25 == read(EXAM).points


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "numbering: through",
            "numbring: parts",
            "3:1: numbring: there is no such key here; did you mean 'numbering'?",
        ),
        ("numbering: through", "wizardry: 1", "3:1: wizardry: there is no such key here; is it misspelt?"),
        (
            "numbering: through",
            "numbering: roman",
            "3:1: numbering: Input should be 'through' or 'parts' (found 'roman')",
        ),
        (
            "shuffle: choices",
            "shuffle: [choices, answers]",
            "4:1: shuffle: `questions`, `choices`, or a list of both can be shuffled (found ['choices', 'answers'])",
        ),
        ("shuffle: choices", "shuffle: []", "4:1: shuffle: `questions`, `choices`, or a list of both"),
        ("shuffle: choices", "shuffle: [{a: 1}]", "4:1: shuffle: `questions`, `choices`, or a list of both"),
        ("total: 25", "total: 30", "5:1: points_total: the questions are worth 25 points, not 30."),
        ("total: 25", "total: -1", "5:1: points_total: Input should be greater than 0 (found -1)"),
        ("duration: 60", "duration: 1 hour", "6:1: duration: Input should be a valid integer (found '1 hour')"),
        ("duration: 60", "layout: loose", "6:1: layout: Input should be 'flow' or 'fixed' (found 'loose')"),
        ("duration: 60", "practice: yes", "6:1: practice: Input should be a valid boolean (found 'yes')"),
        ("duration: 60", "language: German", "6:1: language: String should match pattern"),
        ("duration: 60", "paper_size: a3", "6:1: paper_size: Input should be 'a4' or 'letter' (found 'a3')"),
        ("duration: 60", "pace: 0", "6:1: pace: Input should be greater than or equal to 0.1 (found 0)"),
        ("title: Graphs", "titel: Graphs", "8:5: sections.0.titel: there is no such key here; did you mean 'title'?"),
        ("title: Graphs", 'title: ""', "8:5: sections.0.title: String should have at least 1 character (found '')"),
        ("title: Graphs", 'title: "  "', "8:5: sections.0.title: there are only blanks"),
        ("title: Final", 'title: ""', "2:1: title: String should have at least 1 character (found '')"),
        (
            "title: Final",
            'title: "Fi\\nnal"',
            "2:1: title: a sign that can't stand in one line of text, U+000A (found 'Fi\\nnal')",
        ),
        ("title: Final", 'title: "\\u202Elanif"', "2:1: title: a sign that can't stand in one line of text, U+202E"),
        (
            "title: Final",
            'title: F\ncourse: "a\\0"',
            "3:1: course: a sign that can't stand in one line of text, U+0000",
        ),
        (
            "title: Final",
            'title: F\ndate: "1\\u20282"',
            "3:1: date: a sign that can't stand in one line of text, U+2028",
        ),
        (
            "family: graph/power-chain",
            "famly: graph/power-chain",
            "sections.0.slots.0.famly: there is no such key here",
        ),
        (
            "graph/power-chain",
            "graph/powr-chain",
            "11:9: there is no family 'graph/powr-chain'; did you mean 'graph/po",
        ),
        ("level: 1", "level: [1, 1]", "12:9: sections.0.slots.0.level: a level stands here twice (found [1, 1])"),
        ("level: 1", "level: []", "12:9: sections.0.slots.0.level: a level is 1, 2 or 3, or a list of them"),
        ("level: 1", "level: true", "12:9: sections.0.slots.0.level: a level is 1, 2 or 3, or a list of them"),
        ("level: 1", "count: 1000", "12:9: sections.0.slots.0.count: Input should be less than or equal to 100"),
        ("level: 1", "count: 100", "1:1: a paper would have 102 questions; at most 100 are made."),
        ("level: 1", "minutes: 0", "12:9: sections.0.slots.0.minutes: Input should be greater than 0 (found 0)"),
        (
            "level: 1",
            "fields: [poem]",
            "12:9: sections.0.slots.0.fields: 'poem' is no kind of answer; there are number",
        ),
        ("level: 1", "fields: []", "12:9: sections.0.slots.0.fields: List should have at least 1 item"),
        (
            "level: 1",
            "fields: [bytes]",
            "12:9: graph/power-chain never asks for [bytes]; it asks for [order, trace, number] or",
        ),
        ("level: 1", "where: {ask_ordr: true}", "12:17: graph/power-chain has no parameter 'ask_ordr'; did you mean"),
        ("level: 1", "where: {leaf: [x]}", "12:17: sections.0.slots.0.where.leaf: a parameter is held to true, false"),
        ("level: 1", "where: {leaf: zz}", "12:17: graph/power-chain never draws leaf = 'zz': it is one of x, a, t, u"),
        ("level: 1", "where: {output: z1}", "12:17: graph/power-chain never draws output = 'z1': no draw has it."),
        (
            "graph/log-exp]",
            "graph/rnn-cell]",
            "14:39: 'graph/rnn-cell' stands here a second time; keep one of the two.",
        ),
        ("graph/log-exp]", "graph/lg-exp]", "14:39: there is no family 'graph/lg-exp'; did you mean 'graph/log-exp'?"),
        ("[graph/rnn-cell, graph/log-exp]", "[]", "14:9: sections.0.slots.1.choose_from: List should have at least 1"),
        (
            "[graph/rnn-cell, graph/log-exp]",
            "graph",
            "14:9: sections.0.slots.1.choose_from: Input should be a valid list",
        ),
        ("points: 5", "points: .inf", "18:9: sections.1.slots.0.points: Input should be a valid number (found '.inf')"),
        ("points: 5", "points: 1e9", "18:9: sections.1.slots.0.points: Input should be less than or equal to 10000"),
        ("points: 5", "points: true", "18:9: sections.1.slots.0.points: Input should be a valid number (found True)"),
        (
            "static/essay-example",
            "static/essay-example\n        level: 2",
            "20:9: static/essay-example offers nothing at",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(old: str, new: str, told: str):
    assert 1 == EXAM.count(old)
    found = mistakes(EXAM.replace(old, new).replace("points_total: 25\n", "points_total: 25\n"))

    assert any(told in one for one in found), found
    assert all(one.startswith("exam.yaml:") for one in found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sections: []", "3:1: sections: List should have at least 1 item"),
        ("sections: [{title: A, slots: []}]", "3:23: sections.0.slots: List should have at least 1 item"),
        ("sections: [{title: A}]", "3:12: sections.0.slots: this key is missing."),
        ("sections: {title: A}", "3:1: sections: Input should be a valid list"),
        ("slots: 7", "3:1: slots: Input should be a valid list (found 7)"),
        (
            "slots: [7]",
            "3:9: slots.0: this should have keys of its own, such as {points: 4, topic: attention} (found 7)",
        ),
        (
            "slots: [{points: 1, topic: graph}]\nlate: {deduct: 10%}",
            "4:8: late.deduct: this should have keys of its own, such as {share: 0.1, per: day} (found '10%')",
        ),
        ("late: 5", "3:1: late: this should have keys of its own, such as {grace_minutes: 5, deduct: {share: 0.1,"),
        ("release: full", "1:1: there are neither `slots` nor `sections`, so there is nothing to ask."),
        (
            "slots: [{points: 1, topic: graph}]\nsections: [{title: A, slots: [{points: 1, topic: graph}]}]",
            "4:1: slots stand either at the top or inside sections; move all of them to one of the two.",
        ),
        (
            "numbering: parts\nslots: [{points: 1, topic: graph}]",
            "3:1: numbering: parts numbers the questions of sections, and there are none.",
        ),
        ("slots: [{points: 1, topic: grph}]", "3:21: there is no topic 'grph'; did you mean 'graph'?"),
    ],
)
def test_a_file_of_the_wrong_form_is_told(text: str, told: str):
    found = mistakes(f"format: chainrule-exam/1\ntitle: T\n{text}\n")

    assert any(told in one for one in found), found


def test_mistakes_of_keys_of_families_and_of_sums_come_at_once_and_in_order():
    broken = (
        EXAM.replace("title: Final", "titel: Final")
        .replace("total: 25", "total: 30")
        .replace("graph/power-chain", "graph/none")
        .replace("{ask_order: true}", "{ask_order: 7}")
        .replace("points: 5", "points: -5")
    )
    places = [told.split(": ")[0].removeprefix("exam.yaml:") for told in mistakes(broken)]

    # The sum is not told: what a slot of -5 points is worth is not known.
    assert ["1:1", "2:1", "11:9", "15:17", "18:9"] == places


def test_an_unknown_family_is_told_also_where_its_slot_has_another_mistake():
    broken = EXAM.replace("graph/power-chain", "graph/none").replace("level: 1", "level: 9")

    assert ["exam.yaml:11:9", "exam.yaml:12:9"] == [told.split(": ")[0] for told in mistakes(broken)]


def test_a_short_time_is_a_note_and_no_mistake():
    """8 minutes of power-chain, 12 of either family, and 8 of the essay."""
    (note,) = read(EXAM.replace("duration: 60", "duration: 20")).notes

    assert "exam.yaml:6:1: duration: 20 minutes are granted, but the questions take about 28." == note


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: &a [1]\nb: *a\n", "tags and aliases are not used here"),
        ("a: !!python/object:os.system x\n", "tags and aliases are not used here"),
        ("title: [" * 20, "this is no YAML"),
        ("\x00", "this is no YAML"),
        ("- 1\n- 2\n", "this should have keys of its own, such as {format: chainrule-exam/1, "),
        ("just words", "this should have keys of its own, such as {format: chainrule-exam/1, "),
    ],
)
def test_hostile_files_are_refused(text: str, told: str):
    assert any(told in one for one in mistakes(text))


@pytest.mark.parametrize("depth", [40, 5000, 100_000])
def test_deep_nesting_is_refused(depth: int):
    (told,) = mistakes("title: " + "[" * depth + "]" * depth)

    assert "exam.yaml:1:47: lists and mappings stand more than 40 deep inside each other here." == told


YAML_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("abc/.-{}", max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["points", "slots", "x"]), inner),
    max_leaves=6,
)
KEYS = ["slots", "sections", "shuffle", "layout", "points_total", "policy", "duration", "numbering", "level", "where"]


@given(st.dictionaries(st.sampled_from(KEYS), YAML_VALUES, max_size=5))
def test_any_values_are_read_or_refused_and_nothing_else(told: dict[str, object]):
    lines = "".join(f"{key}: {flow(value)}\n" for key, value in told.items())
    try:
        read(f"format: chainrule-exam/1\ntitle: T\n{lines}")
    except BrokenExam as broken:
        assert str(broken).startswith("exam.yaml")


@given(st.dictionaries(st.sampled_from(["points", "family", "level", "where", "fields", "count", "band"]), YAML_VALUES))
def test_any_slot_is_read_or_refused_and_nothing_else(told: dict[str, object]):
    try:
        read(f"format: chainrule-exam/1\ntitle: T\nlayout: fixed\nslots:\n  - {flow(told)}\n")
    except BrokenExam as broken:
        assert str(broken).startswith("exam.yaml")


def flow(value: object) -> str:
    """A value in YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value) if isinstance(value, int) else f"'{value}'"


@pytest.mark.parametrize(
    "title", ["מבחן 3 \u200f(א)", "می\u200cخواهم", "👩\u200d🎓 Final", '"{{ 7 * 7 }} #panic() <b>"']
)
def test_a_title_may_be_of_any_script_and_hold_any_sign_that_can_be_seen(title):
    assert title.strip('"') == read(EXAM.replace("title: Final", f"title: {title}")).head.title


def test_a_title_in_a_block_has_no_line_break_at_its_end():
    assert "Final exam" == read(EXAM.replace("title: Final", "title: >\n  Final\n  exam")).head.title


def test_a_value_without_end_is_not_repeated_to_its_end():
    told = mistakes(EXAM.replace("numbering: through", f"numbering: {'x' * 100_000}"))

    assert [
        "exam.yaml:3:1: numbering: Input should be 'through' or 'parts' (found '"
        + "x" * 199
        + "... (100,002 characters))"
    ] == told
