"""The paper as a document: self-contained, escaped, under a policy that holds, and without any answer."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from chainrule.pages import paper_page
from chainrule.pages.paper_controls import CONTROLS, scripts_of
from chainrule.pages.templates import embedded_json
from engine.graph import Graph, Node
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import KINDS, Field, Figure, Question
from question_templates.variant import Variant

HOSTILE = "</script></textarea><img src=http://evil.example/x onerror=alert(1)>\"'&<!--"
LISTING = 'x = ag.Scalar(2.0, label="z1:leaf(x)")\nz1 = x\nz2 = z1*z1  # squared\nz2.backward()\n'


def power_question() -> Question:
    graph = Graph((Node("z1", "leaf(x)"), Node("z2", "mul", ("z1", "z1"))))
    return Question(
        title="A square",
        body=f"Follow `backward`.\n\n```python\n{LISTING}```\n\n![The graph](figure:graph)\n",
        listing=LISTING,
        names=("x", "z1", "z2"),
        figures=(Figure("graph", graph),),
        fields=(
            Field(
                "trace", "trace", "backward", "What does each step change?", Fraction(3), (), "z2.grad = 8"
            ),
            Field("x_grad", "number", "x.grad", "What is `x.grad`?", Fraction(1), ("trace",), "32"),
        ),
    )


def order_question() -> Question:
    asked = Field("order", "order", "postorder", "List the nodes.", Fraction(1), (), "z1, z2")
    return Question("The order", "As above.", LISTING, ("x", "z1", "z2"), (), (asked,))


def item(number: str, points: int, question: Question) -> Item:
    secret = Variant("graph/power-chain", "1", "digest", {"secret-parameter": 77}, question.listing)
    return Item(number, Fraction(points), secret, question)


def paper(*questions: Question) -> Paper:
    head = ExamHead("Practice final", "CS 577", "12 December", "Answer **every** question.")
    asked = questions or (power_question(), order_question())
    return Paper("K7QF-2MXP", head, tuple(item(str(n), 4, question) for n, question in enumerate(asked, 1)))


@dataclass
class Seen(HTMLParser):
    """Every start tag with its attributes, and the text of every style and script, as a browser sees it."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.open_element: tuple[str, dict[str, str], list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if tag in ("style", "script"):
            self.open_element = (tag, found, [])

    def handle_data(self, data: str) -> None:
        if self.open_element:
            self.open_element[2].append(data)

    def handle_endtag(self, tag: str) -> None:
        if self.open_element and tag == self.open_element[0]:
            self.texts.append((tag, self.open_element[1], "".join(self.open_element[2])))
            self.open_element = None

    def all(self, wanted: str) -> Iterator[dict[str, str]]:
        return (found for tag, found in self.tags if tag == wanted)


def seen(page: str) -> Seen:
    parser = Seen()
    parser.feed(page)
    parser.close()
    return parser


def embedded(page: str) -> dict[str, Any]:
    (text,) = (text for tag, found, text in seen(page).texts if found.get("type") == "application/json")
    found: dict[str, Any] = json.loads(text)
    return found


def policy(page: str) -> dict[str, list[str]]:
    (content,) = (meta["content"] for meta in seen(page).all("meta") if "http-equiv" in meta)
    return {name: sources for name, *sources in (part.split() for part in content.split(";"))}


def hash_of(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def test_nothing_on_the_page_points_outside() -> None:
    page = paper_page(paper())
    targets = [
        found[name] for _, found in seen(page).tags for name in ("src", "href", "action") if name in found
    ]

    assert [] == [target for target in targets if not target.startswith("#")]


def test_the_page_has_no_link_element_and_loads_nothing_from_its_styles() -> None:
    page = paper_page(paper())
    styles = "".join(text for tag, _, text in seen(page).texts if tag == "style")

    assert [] == list(seen(page).all("link"))
    assert [] == re.findall(r"url\(|@import", styles)


def test_the_policy_allows_nothing_but_the_hashed_styles_and_the_hashed_script() -> None:
    expected = {
        "default-src": ["'none'"],
        "img-src": ["data:"],
        "connect-src": ["'none'"],
        "form-action": ["'none'"],
        "base-uri": ["'none'"],
    }
    found = policy(paper_page(paper()))

    assert expected == {name: found[name] for name in found if name not in ("style-src", "script-src")}


def test_the_hashes_in_the_policy_are_those_of_the_document() -> None:
    page = paper_page(paper())
    texts = seen(page).texts
    styles = {hash_of(text) for tag, _, text in texts if tag == "style"}
    scripts = {hash_of(text) for tag, found, text in texts if tag == "script" and "type" not in found}

    assert styles == set(policy(page)["style-src"])
    assert scripts == set(policy(page)["script-src"])


def test_no_element_carries_a_style_or_an_event_handler_that_the_policy_would_block() -> None:
    names = {name for _, found in seen(paper_page(paper())).tags for name in found}

    assert set() == {name for name in names if name == "style" or name.startswith("on")}


def hostile_paper() -> Paper:
    base = power_question()
    fields = tuple(replace(field, prompt=HOSTILE, example=HOSTILE) for field in base.fields)
    question = replace(
        base,
        title=HOSTILE,
        body=f"{HOSTILE}\n\n```python\n{HOSTILE}\n```\n\n```\n{HOSTILE}\n```\n\n    {HOSTILE}\n",
        names=(HOSTILE,),
        fields=fields,
    )
    head = ExamHead(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    return Paper(HOSTILE, head, (item(HOSTILE, 1, question),))


def test_hostile_text_adds_no_element_and_no_attribute() -> None:
    def shape(page: str) -> list[tuple[str, list[str]]]:
        wanted = ("script", "img", "textarea", "input")
        return [(tag, sorted(found)) for tag, found in seen(page).tags if tag in wanted]

    tame = paper_page(paper(power_question()))

    assert shape(tame) == shape(paper_page(hostile_paper()))


def test_hostile_names_arrive_in_the_embedded_data_as_they_are() -> None:
    (asked,) = embedded(paper_page(hostile_paper()))["items"]

    assert [HOSTILE] == asked["names"]


def test_embedded_json_can_not_end_its_script_element() -> None:
    text = embedded_json(["</script>", "<!--", "&amp;", "\u2028"])

    assert [] == [character for character in "<>&\u2028" if character in text]


def test_the_embedded_data_holds_fields_kinds_and_names_and_nothing_else() -> None:
    plain = {"options": [], "several": False}
    trace, number = {"id": "1.trace", "kind": "trace"} | plain, {"id": "1.x_grad", "kind": "number"} | plain
    order = {"id": "2.order", "kind": "order"} | plain
    names = {"names": ["x", "z1", "z2"], "nodes": [["x", "z1"], ["z2"]], "unnamed": False}
    expected = {
        "paper": "K7QF-2MXP",
        "items": [{**names, "fields": [trace, number]}, {**names, "fields": [order]}],
    }

    assert expected == embedded(paper_page(paper()))


def test_only_a_paper_with_a_graph_to_draw_knows_what_can_be_drawn() -> None:
    question = replace(order_question(), fields=(replace(order_question().fields[0], kind="graph"),))
    operations = embedded(paper_page(paper(question)))["operations"]

    assert {"name": "mul", "operands": 2, "sign": "\u00d7"} in operations
    assert {"name": "relu", "operands": 1, "sign": ""} in operations
    assert len({row["name"] for row in operations}) == len(operations)
    assert "operations" not in embedded(paper_page(paper()))


def test_the_parameters_that_were_drawn_are_not_on_the_page() -> None:
    page = paper_page(paper())

    assert "secret-parameter" not in page


def test_every_field_has_a_label_a_hint_and_a_polite_status() -> None:
    page = seen(paper_page(paper()))
    labelled = [found["for"] for found in page.all("label")]
    ids = {found["id"]: found for _, found in page.tags if "id" in found}
    controls = [found for _, found in page.tags if "data-field" in found]

    assert [found["id"] for found in controls] == labelled
    assert ["1.trace", "1.x_grad", "2.order"] == [found["data-field"] for found in controls]
    for control in controls:
        described = control["aria-describedby"].split()
        assert [] == [name for name in described if name not in ids]
        assert "polite" == ids[described[-1]]["aria-live"]


def test_every_kind_of_answer_has_a_control() -> None:
    assert set(KINDS) == set(CONTROLS)


def test_every_kind_with_a_task_has_its_scripts_and_pages_carry_only_what_they_need() -> None:
    rich = {kind for kind, control in CONTROLS.items() if control.task}
    plain = set(scripts_of(()))
    added = {kind: [script for script in scripts_of((kind,)) if script not in plain] for kind in KINDS}

    assert rich == {kind for kind, scripts in added.items() if scripts}
    assert [] == [kind for kind in rich if added[kind][-1] != f"control_{kind}.js"]
    assert "paperControls.graph =" not in paper_page(paper())


def test_headings_go_down_one_level_at_a_time() -> None:
    question = replace(power_question(), body="# Setting\n\n## Detail\n")
    levels = [int(tag[1]) for tag, _ in seen(paper_page(paper(question))).tags if re.fullmatch("h[1-6]", tag)]

    assert [1, 2, 3, 4] == levels


def test_two_figures_on_a_page_have_different_ids() -> None:
    page = paper_page(paper(power_question(), power_question()))
    ids = [found["id"] for _, found in seen(page).tags if "id" in found]

    assert sorted(set(ids)) == sorted(ids)


def test_the_same_paper_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib, importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('papers', {str(Path(__file__))!r})\n"
        "papers = importlib.util.module_from_spec(spec)\n"
        "sys.modules['papers'] = papers\n"
        "spec.loader.exec_module(papers)\n"
        "print(hashlib.sha256(papers.paper_page(papers.paper()).encode()).hexdigest())\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    assert hashlib.sha256(paper_page(paper()).encode()).hexdigest() == run.stdout.strip()


def test_the_head_says_course_title_date_paper_and_points() -> None:
    page = paper_page(paper())
    text = re.sub(r"<[^>]+>", "", page[page.index("<header") : page.index("</header>")])

    said = ("CS 577", "Practice final", "12 December", "K7QF-2MXP", "8 points", "Answer every question.")
    for expected in said:
        assert expected in text
