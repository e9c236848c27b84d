"""`bank list`, `show`, `stats`, `new` and `schema`, as commands and as the functions behind them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from chainrule.bank.beginning import begin_family
from chainrule.bank.commands import bank
from chainrule.bank.schemas import SCHEMAS, schema, schema_text
from chainrule.bank.showing import question_figures
from chainrule.bank.statistics import family_statistics
from chainrule.demo import DEMO_EXAM
from chainrule.errors import RefusedInput
from chainrule.mathematics import readable
from chainrule.terminal.graph_text import graph_by_depth, graph_text
from chainrule.terminal.ink import Ink, width_of
from chainrule.terminal.markdown_text import line_text, to_text
from chainrule.terminal.tables import table
from chainrule.wording import answer_text
from engine.graph import Graph, Node
from question_templates.bank import BUILT_IN, open_bank
from question_templates.dice import Dice
from question_templates.drawing import issue, variant_from
from question_templates.question import Field, Figure, Question
from question_templates.solving import solve
from question_templates.wording import write_question

CELL, CHAIN = "graph/rnn-cell", "graph/power-chain"
GRAPH = Graph(
    (
        Node("a", "leaf(a)"),
        Node("b", "leaf(b)"),
        Node("c", "mul", ("a", "b")),
        Node("d", "leaf(d)"),
        Node("e", "add", ("c", "d")),
        Node("f", "mul", ("b", "e")),
    )
)


@pytest.fixture(scope="module")
def two_families(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank of the two first families, so that no other one matters here."""
    folder = tmp_path_factory.mktemp("bank")
    for family_id in (CELL, CHAIN):
        shutil.copytree(BUILT_IN / family_id, folder / family_id)
    return folder


@pytest.fixture(autouse=True)
def _small_bank(two_families: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("question_templates.bank.BUILT_IN", two_families)


def run(*words: str) -> Result:
    return CliRunner().invoke(bank, words, catch_exceptions=False)


def shown(*words: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run("show", *words, "--json").stdout)
    return told


def test_list_has_levels_minutes_kinds_and_title_of_every_family():
    listed = run("list").stdout

    assert "graph/power-chain  1-3       8  Backpropagation through repeated products" in listed
    assert "order, trace, number" in listed
    assert "2 families, 1 topic" in listed


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["--topic", "graph"], [CHAIN, CELL]),
        (["--topic", "attention"], []),
        (["--kind", "trace"], [CHAIN, CELL]),
        (["--kind", "growth"], []),
        (["--level", "3", "--topic", "graph"], [CHAIN, CELL]),
    ],
)
def test_list_can_be_filtered(words, ids):
    assert ids == [row["id"] for row in json.loads(run("list", "--json", *words).stdout)]


def test_an_empty_list_says_so():
    assert "No family is like that" in run("list", "--topic", "nowhere").stdout


def test_list_stays_within_eighty_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")

    assert max(map(len, run("list").stdout.splitlines())) <= 80


GOLDEN = {
    (CELL, "1", "7"): {
        "order": "a, s0, n1, b, x1, n2, n3, s1, c, y",
        "trace": "y: s1.grad = 6, c.grad = 9\ns1: n3.grad = 6\nn3: n1.grad = 6, n2.grad = 6\n"
        "n2: b.grad = 18, x1.grad = 12\nn1: a.grad = 6, s0.grad = 18",
        "a_grad": "6",
        "b_grad": "18",
        "c_grad": "9",
    },
    (CHAIN, "2", "7"): {
        "trace": "z4: n1.grad = 25, z3.grad = 125\nn1: z3.grad = 250, z2.grad = 625\nz3: z1.grad = 2500",
        "w_grad": "2500",
        "m_grad": "625",
    },
}


@pytest.mark.parametrize("variant", GOLDEN, ids=" ".join)
def test_two_fixed_variants_stay_what_they_are(variant):
    family_id, level, seed = variant
    told = shown(family_id, "--level", level, "--seed", seed, "--answers")

    assert GOLDEN[variant] == told["answers"], "a family that draws otherwise needs a new version, and this table too"
    assert list(GOLDEN[variant]) == [field["name"] for field in told["fields"]]
    assert (family_id, int(level), int(seed)) == (told["id"], told["level"], told["seed"])


@pytest.mark.parametrize("family_id", [CELL, CHAIN])
def test_json_is_the_same_bytes_in_every_process(two_families, family_id):
    program = (
        "import sys, pathlib, question_templates.bank as b; b.BUILT_IN = pathlib.Path(sys.argv[1])\n"
        "from chainrule.bank.commands import bank; bank(sys.argv[2:])"
    )
    words = ["show", family_id, "--seed", "3", "--json", "--answers"]
    command = [sys.executable, "-c", program, str(two_families), *words]
    told = {
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    }

    assert 1 == len(told)
    (text,) = told
    assert text.decode().strip() == json.dumps(json.loads(text), indent=2, sort_keys=True)


@pytest.mark.parametrize("form", [["--json"], ["--format", "text"], ["--format", "markdown"], ["--format", "html"]])
def test_without_being_asked_no_format_tells_an_answer(form):
    hidden, told = (
        run("show", CHAIN, "--seed", "7", "--level", "2", *form, *more).stdout for more in ([], ["--answers"])
    )

    assert "2500" not in hidden
    assert "2500" in told


def test_show_draws_the_question_and_its_graph_in_plain_characters():
    drawn = run("show", CHAIN, "--seed", "3").stdout

    assert "    z3 = z1*z1\n" in drawn
    assert "    +--o   z4:mul(z3, z2)\n    o--'   z5:mul(z3, z4)\n" in drawn
    assert max(map(len, drawn.splitlines())) <= 100


def test_markdown_lists_the_nodes_in_place_of_a_figure():
    told = run("show", CHAIN, "--seed", "3", "--format", "markdown", "--answers").stdout

    assert "figure:" not in told
    assert "- `z4:mul(z3, z2)`\n" in told
    assert "- `z4:mul(z3, z2)`: value 100, grad 25\n" in told


def test_html_is_one_page_of_its_own():
    page = run("show", CHAIN, "--seed", "3", "--format", "html", "--answers").stdout

    assert page.startswith("<!doctype html>")
    assert "<svg" in page
    assert "src=" not in page
    assert "For staff only" in page


def test_an_unknown_family_is_refused_with_the_ids_there_are():
    ran = run("show", "graph/nothing")

    assert 1 == ran.exit_code
    assert CHAIN in ran.stderr


def test_a_bank_that_is_not_there_is_refused():
    ran = run("list", "--bank", "no-such-folder")

    assert 1 == ran.exit_code
    assert "no-such-folder: there is no such folder." in ran.stderr


def test_statistics_count_what_is_drawn():
    shelf = open_bank().shelf(CELL)
    found = family_statistics(shelf, seeds=6)

    issued = [issue(shelf, Dice(f"seed {seed}".encode()), level=1 + seed % 3) for seed in range(6)]
    refused = sum(sum(one.refused.values()) for one in issued)
    assert (6, 6, 6 + refused) == (found.variants, found.different, found.draws)
    assert [1, 2, 3] == sorted(found.work)
    assert found.work[1]["nodes"].most < found.work[3]["nodes"].least


def test_statistics_of_all_families_are_a_list_of_objects():
    told = json.loads(run("stats", "--seeds", "2", "--json").stdout)

    assert [CHAIN, CELL] == [one["id"] for one in told]
    assert "variants  2 different of 2" in run("stats", CHAIN, "--seeds", "2").stdout


@pytest.mark.parametrize("sort", ["scalar", "sizes"])
def test_a_new_family_is_whole(tmp_path, sort):
    ran = run("new", "my-topic/first", "--dir", str(tmp_path), "--kind", sort)
    shelf = open_bank(tmp_path).shelf("my-topic/first")

    assert 0 == ran.exit_code
    assert "chainrule bank show my-topic/first" in ran.stdout
    assert (1, 2, 3) == shelf.family.levels
    assert 3 == len(shelf.family.mal_rules)
    assert 2 == len(shelf.family.worked_examples)
    found = family_statistics(shelf, seeds=30)
    assert found.different > 15
    assert found.draws < 60


@pytest.mark.parametrize("sort", ["scalar", "sizes"])
def test_the_worked_examples_of_a_new_family_hold(tmp_path, sort):
    begin_family("toy/first", tmp_path, sort=sort)
    shelf = open_bank(tmp_path).shelf("toy/first")

    for example in shelf.family.worked_examples:
        variant = variant_from(shelf, example.parameters)
        key = solve(write_question(shelf, variant), variant, shelf.family)
        told = {name: answer_text(answer).replace("\n", "; ") for name, answer in key.answers.items()}
        assert _sorted_factors(dict(example.answers)) == _sorted_factors(told)


def _sorted_factors(answers: dict[str, str]) -> dict[str, Any]:
    """`N*H*D + N*D*H` and `2*N*D*H` alike, which is enough for the examples here."""

    def terms(text: str) -> list[str]:
        every = ["*".join(sorted(term.split("*"))) for term in text.split(" + ")]
        return [f"2*{every[0]}"] if len(every) == 2 and every[0] == every[1] else every

    return {name: terms(text) if "*" in text else text for name, text in answers.items()}


def test_the_generator_of_a_new_family_draws_what_its_examples_give(tmp_path):
    for sort in ("scalar", "sizes"):
        begin_family(f"toy/{sort}", tmp_path, sort=sort)
    for shelf in open_bank(tmp_path).shelves.values():
        drawn = issue(shelf, Dice(b"any"), level=1).variant.parameters
        assert {frozenset(example.parameters) for example in shelf.family.worked_examples} == {frozenset(drawn)}


def test_a_new_family_points_its_editor_to_the_schema_beside_it(tmp_path):
    folder = begin_family("toy/first", tmp_path)
    first = (folder / "family.yaml").read_text(encoding="utf-8").split("\n")[0]

    assert "# yaml-language-server: $schema=../../family.schema.json" == first
    assert schema("family") == json.loads((folder / "../../family.schema.json").read_text(encoding="utf-8"))


def test_new_never_writes_over_a_folder(tmp_path):
    (tmp_path / "toy" / "first").mkdir(parents=True)
    with pytest.raises(RefusedInput, match="is there already; choose another id"):
        begin_family("toy/first", tmp_path)

    assert [] == list((tmp_path / "toy" / "first").iterdir())


@pytest.mark.parametrize("family_id", ["first", "Toy/first", "../first", "toy/../first", "toy/first/second", "toy/-x"])
def test_new_refuses_what_is_no_id(tmp_path, family_id):
    with pytest.raises(RefusedInput, match="no family id"):
        begin_family(family_id, tmp_path)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_says_what_every_key_means(name):
    made = schema(name)

    assert "https://json-schema.org/draft/2020-12/schema" == made["$schema"]
    parts = [made, *made["$defs"].values()]
    assert all(part["description"] for part in parts)
    assert [] == [key for part in parts for key, value in part["properties"].items() if not value["description"]]
    assert run("schema", name).stdout == schema_text(name) + "\n"


def test_the_schema_names_the_required_keys_and_the_kinds():
    made = schema("family")

    assert {"format", "id", "version", "fields"} <= set(made["required"])
    assert "trace" in made["$defs"]["Field"]["properties"]["kind"]["enum"]
    assert {"points"} == set(schema("exam")["$defs"]["Slot"]["required"])


def test_every_built_in_family_fits_the_schema():
    made = schema("family")
    for path in sorted(BUILT_IN.glob("*/*/family.yaml")):
        read = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        assert [] == _misfits(read, made, made, path.parent.name)


def test_the_demo_exam_fits_the_schema():
    made = schema("exam")

    assert [] == _misfits(yaml.load(DEMO_EXAM, Loader=yaml.BaseLoader), made, made, "exam")


def test_a_misspelt_key_and_a_second_draw_rule_do_not_fit():
    made = schema("family")
    rule = made["$defs"]["DrawRule"]

    assert ["r: chans is unknown"] == _misfits({"chance": "0.5", "chans": "1"}, rule, made, "r")
    assert ["r: not exactly one of its alternatives"] == _misfits({"chance": "1", "one_of": ["1"]}, rule, made, "r")


def _misfits(value: Any, rule: Any, whole: Any, at: str) -> list[str]:
    """What of a value does not fit a schema: objects, lists, choices and references; numbers are not looked at."""
    if "$ref" in rule:
        return _misfits(value, whole["$defs"][rule["$ref"].rpartition("/")[2]], whole, at)
    if "anyOf" in rule:
        found = [_misfits(value, other, whole, at) for other in rule["anyOf"] if other != {"type": "null"}]
        return [] if [] in found else found[0]
    if "enum" in rule and value not in rule["enum"]:
        return [f"{at}: {value} is none of {rule['enum']}"]
    if rule.get("type") == "array":
        if not isinstance(value, list):
            return [f"{at}: no list"]
        return [wrong for one in value for wrong in _misfits(one, rule.get("items", {}), whole, at)]
    if rule.get("type") == "object":
        return _object_misfits(value, rule, whole, at)
    return [f"{at}: no text"] if rule.get("type") == "string" and not isinstance(value, str) else []


def _object_misfits(value: Any, rule: Any, whole: Any, at: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{at}: no object"]
    known, more = rule.get("properties", {}), rule.get("additionalProperties", {})
    wrong = [f"{at}: {key} is missing" for key in rule.get("required", ()) if key not in value]
    wrong += [f"{at}: {key} is unknown" for key in value if key not in known and more is False]
    if "oneOf" in rule and 1 != sum(set(one["required"]) <= set(value) for one in rule["oneOf"]):
        wrong.append(f"{at}: not exactly one of its alternatives")
    for key, inner in value.items():
        inner_rule = known.get(key, more)
        wrong += _misfits(inner, inner_rule, whole, f"{at}.{key}") if isinstance(inner_rule, dict) else []
    return wrong


def test_a_graph_is_drawn_with_a_lane_for_every_value_that_is_still_needed():
    assert graph_text(GRAPH) == "\n".join(
        [
            "o         a:leaf(a)",
            "|  o      b:leaf(b)",
            "o--+      c:mul(a, b)",
            "|  |  o   d:leaf(d)",
            "o--|--'   e:add(c, d)",
            "o--'      f:mul(b, e)",
        ]
    )


def test_where_an_order_is_asked_for_the_layers_do_not_give_the_postorder_away():
    layered = graph_by_depth(GRAPH)

    assert ("a", "b", "d", "c", "e", "f") == layered.labels
    assert GRAPH.is_topological(layered.labels)
    number, order = (Field(kind, kind, "", "?", Fraction(1)) for kind in ("number", "order"))
    plain = Question("T", "", "", (), (Figure("graph", GRAPH),), (number,))
    assert {"graph": graph_text(GRAPH)} == question_figures(plain)
    assert {"graph": graph_text(layered)} == question_figures(replace(plain, fields=(number, order)))


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (
            r"8 N \left(\left\lfloor \frac{H - K}{S} \right\rfloor + 1\right) W_{out} C K^2",
            "8 N (⌊(H - K)/S⌋ + 1) W_out C K²",
        ),
        (r"\Theta(n \log n)", "Θ(n log n)"),
        (r"\frac{1}{e^{6}}", "1/e⁶"),
        (r"\sqrt{d_k} \cdot W^\top", "√d_k · Wᵀ"),
        (r"\begin{pmatrix}1 & 2\\3 & 4\end{pmatrix}", "[1, 2; 3, 4]"),
        (r"\text{bytes of } x_{10}", "bytes of x₁₀"),
        (r"n^{k+d}", "n^(k+d)"),
        (r"\frac{a", "a/"),
        (r"\unknown{x}", "unknownx"),
    ],
)
def test_formulas_become_readable_text(tex, text):
    assert text == readable(tex)


def test_markdown_becomes_plain_lines():
    body = "Take $x_1 * y_1$ and `a * b`:\n\n- **one**\n- two\n\n| n | bytes |\n|:--|--:|\n| `N` | 8 |\n| long | 16 |\n"

    assert to_text(body).split("\n") == [
        "Take x₁ * y₁ and `a * b`:",
        "",
        "- one",
        "- two",
        "",
        "n     bytes",
        "----  -----",
        "`N`       8",
        "long     16",
    ]


def test_lines_break_between_words_and_never_inside_a_piece_of_code():
    lines = to_text("word " * 10 + "`h = f(a*b + c*d)` " + "word " * 10, width=60).split("\n")

    assert all(len(line) <= 60 for line in lines)
    assert any("`h = f(a*b + c*d)`" in line for line in lines)


def test_colours_take_no_columns():
    coloured = line_text("**bold** and `code`", ink=Ink(colour=True))

    assert "\x1b[" in coloured
    assert width_of("bold and code") == width_of(coloured)


def test_a_table_that_is_too_wide_wraps_its_cells():
    drawn = table(["a", "b"], [["x", "many words in one cell"]], width=24)

    assert drawn.split("\n") == ["a  b", "-  ---------------------", "x  many words in one", "   cell"]
