"""What a student of a practice paper gets calls itself worked solutions; what staff get is for staff only."""

from pathlib import Path

from chainrule.building import Outputs
from chainrule.building.outputs import key_files, practice_files
from chainrule.exam_folder import ExamFolder
from chainrule.pdf import key_pdf
from tests.test_chainrule.printed_papers import keyed, metadata, page_texts, paper_of, sample_question, with_head

EXAM = keyed(with_head(paper_of(*[sample_question()] * 3), practice=True))
STAFF = "staff only"


def test_every_page_and_the_title_of_a_students_solutions_say_what_they_are() -> None:
    pdf = key_pdf(EXAM.paper, EXAM.solutions, EXAM.answers, for_staff=False)
    pages = page_texts(pdf)

    assert len(pages) > 1
    assert all("Worked solutions" in page and STAFF not in page for page in pages)
    assert "Worked solutions" in metadata(pdf) and STAFF not in metadata(pdf)


def test_a_build_gives_students_the_one_and_staff_the_other(tmp_path: Path) -> None:
    folder = ExamFolder(tmp_path)
    for_students = practice_files(folder, EXAM.paper, EXAM.solutions, EXAM.answers, Outputs(pdf=True))
    for_staff = key_files(folder, EXAM.paper, EXAM.solutions, EXAM.answers, Outputs(pdf=True))

    assert STAFF not in "".join(page_texts(for_students[folder.solutions_pdf(EXAM.paper.id)]))
    assert all(STAFF in page for page in page_texts(for_staff[folder.key_pdf(EXAM.paper.id)]))
