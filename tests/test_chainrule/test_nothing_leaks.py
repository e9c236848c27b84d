"""No answer, seed, secret, name or other paper in what a student gets: a class is built and every file searched.

Files of a class are searched for what must not be there (leak_scanner.py says how), and they are made once more from
papers that know nothing but what they print: the same bytes come out, so that not even an answer like `3` is in them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import pytest

from chainrule.building import Outputs, build_exam
from chainrule.building.outputs import student_files
from chainrule.exam_folder import Assignment, ExamFolder
from chainrule.exams import ready_exam
from chainrule.pages.markdown import BrokenPage
from chainrule.pages.paper_page import paper_page
from question_templates.answers import Answer
from question_templates.bank import open_bank
from question_templates.dice import seed_for
from question_templates.paper import Item, Paper
from question_templates.question import KINDS
from question_templates.solution import solutions_of
from question_templates.solving import solve_item
from question_templates.variant import Variant
from submissions import Submission, read_bytes
from tests.test_chainrule.leak_scanner import (
    answers_found,
    answers_of,
    files_of,
    holds,
    is_distinctive,
    layers,
    normal,
    shown,
    spellings,
    words_found,
)
from tests.test_chainrule.printed_papers import paper_of, sample_question

BANK = open_bank()
WITH_PDF = Outputs(pdf=True)
FORMATS = {"html", "yaml", "ipynb", "pdf"}
ROSTER = """\
id,name,email,section,room,seat,group,format
u7301984,Zebulon Quickenshaw,zebulon@campus.example,Sect-Wxq,Hall-Xyzzy,QX17,Team-Vrolik,
u7301985,Perpetua Okonjo-Brandt,perpetua@campus.example,Sect-Wxq,Hall-Xyzzy,QX18,Team-Vrolik,
u7301986,Ignatius Thornquist,ignatius@campus.example,Sect-Wxq,Loft-Plugh,QX19,,large-print
u7301987,Wilhelmina Featherby,wilhelmina@campus.example,Sect-Wxq,Loft-Plugh,QX20,,screen-reader
"""
PEOPLE = {word for row in ROSTER.splitlines()[1:] for cell in row.split(",")[:7] for word in cell.split()}
EVERY_TOPIC = """\
format: chainrule-exam/1
title: Every topic
course: Deep Learning
shuffle: [questions, choices]
slots:
  - {family: static/choice-example, points: 4}
  - {family: static/number-example, points: 4}
  - {family: static/essay-example, points: 4}
  - {family: graph/power-chain, points: 6, where: {ask_graph: true, ask_order: false}}
  - {family: graph/random-program, level: 2, points: 8}
  - {family: graph/topological-order, points: 4}
  - {family: graph/softmax-cross-entropy, points: 6}
  - {family: attention/attention-time, points: 6}
  - {family: attention/softmax-axis, points: 4}
  - {family: budget/which-fits, points: 6}
  - {family: im2col/conv-output, points: 6}
  - {family: im2col/receptive-field, level: 3, points: 6}
  - {family: checkpointing/placement, points: 6}
  - {family: checkpointing/rematerializer-bug, points: 6}
  - {family: code/broadcast-adjoint, points: 6}
"""
SHORT = "format: chainrule-exam/1\ntitle: Short\nslots:\n  - {family: static/number-example, points: 5}\n"


@dataclass(frozen=True)
class SatExam:
    """An exam that was built for the class, and all that nobody may read in the files of its students."""

    folder: ExamFolder

    @cached_property
    def papers(self) -> Mapping[str, Paper]:
        return self.folder.read_papers()

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        return files_of(self.folder.students)

    @cached_property
    def answers(self) -> Mapping[str, Mapping[str, Set[str]]]:
        """By paper and field, what gives an answer away."""
        return {paper_id: answers_of(paper, keys_of(paper)) for paper_id, paper in self.papers.items()}

    def formats(self, paper_id: str) -> Set[str]:
        """The formats that a paper comes in; one that asks for programs has a file to write them into, too."""
        kinds = {field.kind for item in self.papers[paper_id].items for field in item.question.fields}
        return FORMATS | {"py"} if "code" in kinds else FORMATS

    def rows(self) -> Mapping[str, Assignment]:
        return {row.paper: row for row in self.folder.read_assignments()}

    def hidden(self, paper_id: str, printed: str) -> dict[str, set[str]]:
        """By field of that paper, what neither its own text nor what every paper prints says anyway."""
        own = shown(self.papers[paper_id])
        return {
            field: {piece for piece in pieces if not holds(own, piece) and not holds(printed, piece)}
            for field, pieces in self.answers[paper_id].items()
        }

    def of_others(self, paper_id: str, printed: str) -> set[str]:
        """What would give away answers of other papers, where that paper's own text and answers don't hold it too."""
        own = normal(" ; ".join([shown(self.papers[paper_id]), *set().union(*self.answers[paper_id].values())]))
        others = (fields for other, fields in self.answers.items() if other != paper_id)
        every = {piece for fields in others for pieces in fields.values() for piece in pieces if is_distinctive(piece)}
        return {piece for piece in every if not holds(own, piece) and not holds(printed, piece)}


def keys_of(paper: Paper) -> dict[str, Mapping[str, Answer]]:
    return {item.number: solve_item(item, BANK.families).answers for item in paper.items}


def build(place: Path, exam: str, *, outputs: Outputs = WITH_PDF) -> SatExam:
    (place / "exam.yaml").write_text(exam, encoding="utf-8")
    (place / "roster.csv").write_text(ROSTER, encoding="utf-8")
    secret = hashlib.sha256(exam.encode()).digest()
    files = (place / "exam.yaml", place / "roster.csv", place / "out")
    return SatExam(build_exam(*files, spares=1, outputs=outputs, secret=secret))


@pytest.fixture(scope="module", params=["midterm", "every topic"])
def exam(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SatExam:
    text = EVERY_TOPIC if request.param == "every topic" else ready_exam(request.param)
    return build(tmp_path_factory.mktemp("class"), text)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What stands on every paper, whatever it asks: the texts of a paper that has no question of the bank."""
    paper = paper_of(sample_question(*KINDS))
    files = student_files(ExamFolder(tmp_path_factory.mktemp("plain")), paper, WITH_PDF)
    texts = [text for path, content in files.items() for text in layers(path.name, content).values()]
    return normal("\n".join(texts))


def test_every_paper_comes_in_every_format_and_both_exams_ask_a_lot(exam: SatExam) -> None:
    assert 4 == len(exam.papers)  # two students share one, and one is spare
    assert {f"{paper}.{suffix}" for paper in exam.papers for suffix in exam.formats(paper)} == set(exam.files)


def test_the_second_exam_asks_about_every_topic() -> None:
    topics = {shelf.family.topic for shelf in BANK.shelves.values()}

    assert topics == {family.split("/")[0] for family in re.findall(r"family: ([\w/-]+)", EVERY_TOPIC)}


# ---- what is searched for ----


def test_no_file_holds_an_answer_of_its_own_paper(exam: SatExam, printed: str) -> None:
    found, n_asked, n_searched = {}, 0, 0
    for paper_id in exam.papers:
        hidden = exam.hidden(paper_id, printed)
        n_asked += len(hidden)
        n_searched += sum(map(bool, hidden.values()))
        for suffix in exam.formats(paper_id):
            name = f"{paper_id}.{suffix}"
            found[name] = answers_found(name, exam.files[name], set().union(*hidden.values()))

    assert {} == {name: layers for name, layers in found.items() if layers}
    assert n_searched > n_asked / 3


def test_no_file_holds_an_answer_of_another_paper(exam: SatExam, printed: str) -> None:
    found, sizes = {}, []
    for paper_id in exam.papers:
        wanted = exam.of_others(paper_id, printed)
        sizes.append(len(wanted))
        for suffix in exam.formats(paper_id):
            name = f"{paper_id}.{suffix}"
            found[name] = answers_found(name, exam.files[name], wanted)

    assert {} == {name: layers for name, layers in found.items() if layers}
    assert min(sizes) > 10


def test_no_file_holds_the_secret_or_a_seed(exam: SatExam) -> None:
    secret = exam.folder.read_secret()
    wanted = spellings(secret)
    for paper in exam.papers.values():
        for place in range(1, len(paper.items) + 1):
            wanted |= spellings(seed_for(secret, "slot", paper.id, str(place)))

    assert {} == everywhere(exam, wanted)


def test_no_file_says_how_its_questions_were_drawn(exam: SatExam, printed: str) -> None:
    for paper in exam.papers.values():
        own = shown(paper)
        variants = [item.variant for item in paper.items]
        wanted = {variant.digest for variant in variants} | {variant.family for variant in variants}
        wanted |= {name for variant in variants for name in variant.parameters if "_" in name}
        wanted |= {asked.asks for item in paper.items for asked in item.question.fields if "solver." in asked.asks}
        hidden = {word for word in wanted if normal(word) not in own and normal(word) not in printed}

        assert len(hidden) > 20
        assert {} == everywhere(exam, hidden, paper_id=paper.id)


def test_no_file_names_a_person_or_a_place(exam: SatExam) -> None:
    assert 24 == len(PEOPLE)
    assert {} == everywhere(exam, PEOPLE | {person.lower() for person in PEOPLE})


def test_no_file_names_another_paper(exam: SatExam) -> None:
    for paper_id in exam.papers:
        assert {} == everywhere(exam, set(exam.papers) - {paper_id}, paper_id=paper_id)
        assert words_found(f"{paper_id}.html", exam.files[f"{paper_id}.html"], {paper_id})


def everywhere(exam: SatExam, wanted: Set[str], *, paper_id: str = "") -> dict[str, dict[str, list[str]]]:
    """Where the words stand, in all files or in those of one paper."""
    files = {name: content for name, content in exam.files.items() if name.startswith(paper_id)}
    assert files
    found = {name: words_found(name, content, wanted) for name, content in files.items()}
    return {name: where for name, where in found.items() if where}


# ---- what cannot be searched for: `3` stands everywhere ----


def test_files_are_made_of_what_is_printed_and_of_nothing_else(exam: SatExam) -> None:
    rows = exam.rows()
    for paper in exam.papers.values():
        files = student_files(exam.folder, without_secrets(paper), WITH_PDF, paper_format=rows[paper.id].format)

        assert {path.name: exam.files[path.name] for path in files} == {path.name: files[path] for path in files}


def without_secrets(paper: Paper) -> Paper:
    """The paper without anything from which an answer could be derived, but for what its questions print."""
    return replace(paper, items=tuple(map(_without_secrets, paper.items)))


def _without_secrets(item: Item) -> Item:
    fields = tuple(
        replace(asked, asks="", builds_on=(), rel_tol=Fraction(0), any_valid=False, shuffled=())
        for asked in item.question.fields
    )
    return replace(item, variant=Variant("", "", "", {}, ""), question=replace(item.question, fields=fields), slot="")


def test_forms_and_notebooks_come_with_every_answer_blank(exam: SatExam) -> None:
    for paper in exam.papers.values():
        for suffix in ("yaml", "ipynb"):
            handed_in = read_bytes(exam.files[f"{paper.id}.{suffix}"], source=f"{paper.id}.{suffix}")

            assert isinstance(handed_in, Submission)
            assert {""} == set(handed_in.responses.values())


# ---- practice papers are another matter ----


def test_papers_for_practice_come_with_solutions_and_exams_never_do(tmp_path: Path, printed: str) -> None:
    (tmp_path / "exam").mkdir()
    (tmp_path / "practice").mkdir()
    sat = build(tmp_path / "exam", SHORT)
    practice = build(tmp_path / "practice", SHORT + "practice: true\n")

    extra = {f"{paper_id}-solutions.pdf" for paper_id in practice.papers}
    assert extra == {name for name in practice.files if name.endswith("-solutions.pdf")}
    assert not [name for name in sat.files if "solutions" in name]
    for paper_id in practice.papers:
        hidden = set().union(*practice.hidden(paper_id, printed).values())
        page, key = practice.files[f"{paper_id}.html"], practice.files[f"{paper_id}-solutions.pdf"]
        assert "words" in answers_found("page.html", page, hidden)
        assert "words" in answers_found("key.pdf", key, hidden)


def test_an_exams_page_refuses_solutions(exam: SatExam) -> None:
    paper = next(iter(exam.papers.values()))
    keys = {item.number: solve_item(item, BANK.families) for item in paper.items}

    with pytest.raises(BrokenPage, match="not for practice"):
        paper_page(paper, solutions=solutions_of(paper, keys, BANK))

