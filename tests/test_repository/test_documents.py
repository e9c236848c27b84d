"""What the documents say is so, and no file names the machine it was made on."""

import re
from pathlib import Path

import pytest

FRAGMENT = re.compile(r"[1-9][0-9]*-[a-z0-9]+(-[a-z0-9]+)*\.(added|changed|fixed|grading)\.md")
# Put together from halves, so that this file does not find itself.
HOSTS = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "index" + "-url ="]
MACHINE_PATHS = re.compile(r"/(?:work|root)/|/home/(?!\*|<|\.\.\.)\w+/|/Users/\w+/|[A-Z]:\\\\Users")
SHARED_MACHINE_PATH = re.compile(r"/" + r"tmp/")


def texts(repository: Path, paths: list[Path]) -> dict[str, str]:
    """Path and text of every file that is text."""
    found = {}
    for path in paths:
        data = (repository / path).read_bytes()
        if b"\0" not in data:
            found[path.as_posix()] = data.decode("utf-8")
    return found


@pytest.fixture
def documents(repository, committed):
    """Path and text of every Markdown document."""
    return texts(repository, [path for path in committed if path.suffix == ".md"])


def test_every_link_in_a_document_leads_to_a_file(repository, documents):
    links = [
        (path, target)
        for path, text in documents.items()
        for target in re.findall(r"\]\((?!\w+:|#)([^)\s#]+)", text)
    ]

    assert [] == [
        f"{path}: {target}"
        for path, target in links
        if not (repository / Path(path).parent / target).exists()
    ]


def test_every_verb_of_run_py_that_a_document_names_exists(run_py, documents):
    named = {verb for text in documents.values() for verb in re.findall(r"python3? run\.py ([a-z]+)", text)}

    assert set() == named - {*run_py.COMMANDS, *run_py.PROCEDURES}


def test_every_folder_that_the_contributors_guide_names_exists(repository, documents):
    named = re.findall(r"`((?:[\w.]+/)+[\w.]*)`", documents["CONTRIBUTING.md"])

    assert [] == [name for name in named if not (repository / name).exists()]


def test_the_contributors_guide_fits_on_a_screen(documents):
    assert 50 >= len(documents["CONTRIBUTING.md"].splitlines())


def test_every_changelog_fragment_is_named_for_an_issue_and_a_kind(repository):
    names = [path.name for path in (repository / "changelog").iterdir() if path.name != "README.md"]

    assert [] == [name for name in names if not FRAGMENT.fullmatch(name)]


def test_every_changelog_fragment_is_a_short_finished_paragraph(repository):
    for path in (repository / "changelog").glob("[0-9]*.md"):
        text = path.read_text(encoding="utf-8")

        assert 1 <= len(text.split()) <= 120, path.name
        assert text.rstrip().endswith("."), path.name
        assert "\n\n" not in text.strip(), path.name
        assert not text.startswith("#"), path.name


def test_no_file_names_a_registry(repository, committed):
    assert [] == [
        f"{path}: {host}"
        for path, text in texts(repository, committed).items()
        for host in HOSTS
        if host in text
    ]


def test_no_file_names_a_path_of_the_machine_it_was_made_on(repository, committed):
    found = {path: MACHINE_PATHS.search(text) for path, text in texts(repository, committed).items()}

    assert {} == {path: match.group() for path, match in found.items() if match}


def test_no_product_code_relies_on_a_temporary_folder_by_name(product):
    assert [] == [path for path, text in product.items() if SHARED_MACHINE_PATH.search(text)]


def test_every_text_ends_with_a_line_break_and_no_line_with_a_space(repository, committed):
    code = [path for path in committed if path.suffix in (".py", ".toml", ".md", ".yaml", ".txt")]

    assert [] == [
        path
        for path, text in texts(repository, code).items()
        if text and (not text.endswith("\n") or re.search(r"[ \t]\n", text))
    ]
