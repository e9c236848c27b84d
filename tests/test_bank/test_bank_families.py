"""Every family of the bank: its worked examples hold, its draws are admissible, repeatable, frozen and derived."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from chainrule.bank.checking import check_family
from engine.sizes import Size, declare, free_symbols, symbol
from question_templates import lab
from question_templates.admitting import inadmissible
from question_templates.bank import open_bank
from question_templates.dice import Dice
from question_templates.drawing import Issue, issue, variant_from
from question_templates.family import Family
from question_templates.lab import Lab, Recipe
from question_templates.question import Question
from question_templates.solution import write_solution
from question_templates.solving import answer_to, solve
from question_templates.variant import Variant
from question_templates.wording import write_question
from tests.test_bank.worked_answers import agrees

BANK = open_bank()
FAMILIES = sorted(BANK.shelves)
DERIVED = [family for family in FAMILIES if BANK.shelf(family).family.key == "derived"]
PLACES = [(family, level) for family in FAMILIES for level in BANK.shelf(family).family.levels]
EXAMPLES = [(family, number) for family in FAMILIES for number in range(len(BANK.shelf(family).family.worked_examples))]
N_SEEDS = 6

GOLDENS = Path(__file__).with_name("golden_draws.json")

#: What the bank has to cover; a family that is taken out is missed.
ASKED = {
    "graph": "power-chain log-exp rnn-cell random-program topological-order find-wrong-step broadcast-gradient "
    "softmax-cross-entropy optimizer-step",
    "im2col": "shape entry conv-time conv-memory conv-output receptive-field parameter-count",
    "attention": "block-memory multi-head-memory attention-time softmax-axis",
    "checkpointing": "none held-after-forward peak recompute-count placement rematerializer-bug",
    "budget": "training-memory which-fits",
    "code": "cross-entropy-gradient topological-sort broadcast-adjoint op-backward im2col-matrix rematerializer "
    "repair-backward",
}


@cache
def issued(family: str, level: int) -> tuple[Issue, ...]:
    """Some admissible variants, drawn once for all tests."""
    return tuple(issue(BANK.shelf(family), Dice(f"seed {seed}".encode()), level=level) for seed in range(N_SEEDS))


def stored(value: Any) -> str:
    return json.dumps(value.to_json(), sort_keys=True)


def test_the_bank_has_every_family_that_it_promises():
    promised = {f"{topic}/{name}" for topic, names in ASKED.items() for name in names.split()}

    assert set() == promised - set(FAMILIES)
    assert {"number", "choice", "text"} <= {
        rule.kind for family in FAMILIES for rule in BANK.shelf(family).family.fields if family.startswith("static/")
    }


@pytest.mark.parametrize("family", DERIVED)
def test_a_family_says_what_it_teaches_and_knows_three_mistakes(family: str):
    told = BANK.shelf(family).family

    assert told.goal.endswith(".") and len(told.goal.split()) > 5
    assert len(told.mal_rules) >= 3
    assert all(rule.feedback.endswith((".", "?")) for rule in told.mal_rules)
    assert len({rule.tag for rule in told.mal_rules}) == len(told.mal_rules)


@pytest.mark.parametrize("family", DERIVED)
def test_a_family_has_two_worked_examples_with_their_sources(family: str):
    examples = BANK.shelf(family).family.worked_examples

    assert len(examples) >= 2
    assert all(len(example.source.split()) > 2 for example in examples)


@pytest.mark.parametrize(("family", "number"), EXAMPLES)
def test_a_worked_example_holds(family: str, number: int):
    shelf = BANK.shelf(family)
    example = shelf.family.worked_examples[number]
    variant = variant_from(shelf, example.parameters)
    key = solve(write_question(shelf, variant), variant, shelf.family)

    assert set(example.answers) == set(key.answers)
    assert [] == [name for name, said in example.answers.items() if not agrees(key.answers[name], said)]


@pytest.mark.parametrize(("family", "number"), EXAMPLES)
def test_a_worked_example_is_an_admissible_draw(family: str, number: int):
    shelf = BANK.shelf(family)
    variant = variant_from(shelf, shelf.family.worked_examples[number].parameters)

    assert "" == inadmissible(variant, write_question(shelf, variant), shelf.family)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_promise_holds_for_some_seeds(family: str):
    assert [] == check_family(BANK.shelf(family), 6).problems


@pytest.mark.parametrize(("family", "level"), PLACES)
def test_variants_and_questions_survive_json(family: str, level: int):
    for made in issued(family, level):
        assert made.variant == Variant.from_json(json.loads(stored(made.variant)))
        assert made.question == Question.from_json(json.loads(stored(made.question)))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_survives_json_and_grades_as_before(family: str):
    shelf = BANK.shelf(family)
    again = Family.from_json(json.loads(stored(shelf.family)))
    made = issued(family, shelf.family.levels[0])[0]

    assert again == shelf.family
    assert solve(made.question, made.variant, again).answers.keys() == made.key.answers.keys()


@pytest.mark.parametrize(("family", "level"), PLACES)
def test_every_field_has_an_answer_points_and_words(family: str, level: int):
    for made in issued(family, level):
        assert [asked.name for asked in made.question.fields] == list(made.key.answers)
        assert len({asked.name for asked in made.question.fields}) == len(made.question.fields) > 0
        assert all(asked.weight > 0 and asked.prompt and asked.name.isidentifier() for asked in made.question.fields)


@pytest.mark.parametrize(("family", "level"), [(family, level) for family, level in PLACES if family in DERIVED])
def test_draws_differ(family: str, level: int):
    assert len({stored(made.question) for made in issued(family, level)}) >= N_SEEDS // 2


@pytest.mark.parametrize(("family", "level"), [(family, level) for family, level in PLACES if family in DERIVED])
def test_exams_and_practice_never_share_a_variant(family: str, level: int):
    shelf = BANK.shelf(family)
    drawn = {
        purpose: {
            stored(issue(shelf, Dice(f"{purpose} {seed}".encode()), level=level, purpose=purpose).variant)
            for seed in range(4)
        }
        for purpose in ("exam", "practice")
    }

    assert drawn["exam"] and drawn["practice"]
    assert not drawn["exam"] & drawn["practice"]


@pytest.mark.parametrize(("family", "level"), PLACES)
def test_a_solution_is_written_from_the_key(family: str, level: int):
    for made in issued(family, level)[:4]:
        body = write_solution(BANK.shelf(family), made.variant, made.key).body

        assert len(body.split()) > 8
        assert "{{" not in body and "Size(" not in body and "None" not in body



# Every key is derived: a formula that no run of the engine produced is nobody's answer. The proof: runs are made with
# other symbols than the question prints, and a key that was read from a run speaks of those alone.


def renamed_symbols(recipe: Recipe) -> dict[str, Any]:
    """The open sizes of a run under names that stand in no question, and in no solver."""
    names = [name for name, number in recipe.sizes if number is None]
    facts = declare(*(re.sub(r"[A-Za-z_]\w*", lambda found: f"run_{found[0]}", fact) for fact in recipe.given))
    opened = {name: symbol(f"run_{name}", facts=facts) for name in names}
    return {name: opened[name] if number is None else number for name, number in recipe.sizes}


def parts_of(expected: Any) -> list[Any]:
    return list(expected) if isinstance(expected, (list, tuple)) else [expected]


@pytest.mark.parametrize("family", DERIVED)
def test_every_formula_was_produced_by_a_run(family: str, monkeypatch: pytest.MonkeyPatch):
    told = BANK.shelf(family).family
    made = [made for level in told.levels for made in issued(family, level)[:2]]
    monkeypatch.setattr(Recipe, "symbols", renamed_symbols)
    monkeypatch.setattr(lab, "kept_run", lambda recipe: lab._run(recipe, {}))
    for one in made:
        assert one.key.runs, "an answer that no run was asked for"
        for asked in one.question.fields:
            if asked.kind in ("expression", "bytes", "shape", "growth"):
                answer: Any = answer_to(asked, Lab(one.variant), told)
                for part in parts_of(answer.expected):
                    assert isinstance(part, (int, Size)), f"{asked.name}: typed in, not derived"
                    names = free_symbols(part)
                    assert {name for name in names if not name.startswith("run_")} == set(), asked.name


def golden_digests(family: str) -> dict[str, str]:
    """SHA-256 over the first draws of every level: parameters, listing and program, but not the wording."""
    digests = {}
    for level in BANK.shelf(family).family.levels:
        digest = hashlib.sha256()
        for made in issued(family, level):
            variant = made.variant
            told = [dict(variant.parameters), variant.listing, variant.program.to_json(), dict(variant.shown)]
            digest.update(json.dumps(told, sort_keys=True).encode())
        digests[f"{family} version {BANK.shelf(family).family.version} level {level}"] = digest.hexdigest()
    return digests


def golden_draws() -> Mapping[str, str]:
    kept: Mapping[str, str] = json.loads(GOLDENS.read_text(encoding="utf-8"))
    return kept


@pytest.mark.parametrize("family", FAMILIES)
def test_a_versions_draws_never_change(family: str):
    """Fails when a family draws something else than it did. Raise its `version`, then record the new draws:

    python -m tests.test_bank.test_bank_families
    """
    digests = golden_digests(family)

    assert {key: golden_draws().get(key, "not recorded") for key in digests} == digests


if __name__ == "__main__":
    recorded = {key: digest for family in FAMILIES for key, digest in golden_digests(family).items()}
    GOLDENS.write_text(json.dumps(recorded, indent=1, sort_keys=True) + "\n", encoding="utf-8")
