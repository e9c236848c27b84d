"""The paper in a real browser, offline: filled in, kept, downloaded and taken back by keyboard alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from submissions import Submission, read_bytes

ANSWERS = {
    "1.trace": "Iteration 0:\nz2.grad = 8\n  z1.grad == 32 ",
    "1.x_grad": "x.grad == 32 \u2192 \u201c32\u201d",
    "2.order": "z1:leaf(x), z2:mul,\nz3",
}
NOTHING = dict.fromkeys(ANSWERS, "")


def answers_file(folder: Path, **changes: object) -> Path:
    form = {"format": "chainrule-answers/1", "paper": "K7QF-2MXP", "responses": ANSWERS, **changes}
    file = folder / "handed-in.json"
    file.write_text(json.dumps(form), encoding="utf-8")
    return file


def test_the_keyboard_alone_fills_every_field(open_paper: Any) -> None:
    open_paper.write(ANSWERS)

    assert ANSWERS == open_paper.answers()


def test_answers_survive_a_reload(open_paper: Any) -> None:
    open_paper.write(ANSWERS)
    open_paper.page.reload()

    assert ANSWERS == open_paper.answers()


def test_answers_survive_closing_and_opening_again(open_paper: Any, open_again: Callable[[], Any]) -> None:
    open_paper.write(ANSWERS)
    open_paper.page.close()

    assert ANSWERS == open_again().answers()


def test_the_download_holds_every_response_as_typed(open_paper: Any) -> None:
    open_paper.write(ANSWERS)
    name, content = open_paper.download()

    expected = {"format": "chainrule-answers/1", "paper": "K7QF-2MXP", "responses": ANSWERS}
    assert ("answers.json", expected) == (name, json.loads(content))


def test_the_download_is_read_back_as_a_submission_without_a_warning(open_paper: Any) -> None:
    open_paper.write(ANSWERS)
    submission = read_bytes(open_paper.download()[1], source="answers.json")

    assert isinstance(submission, Submission)
    assert ("K7QF-2MXP", ANSWERS, ()) == (submission.paper, submission.responses, submission.warnings)


def test_blank_fields_are_downloaded_as_empty_text(open_paper: Any) -> None:
    assert NOTHING == json.loads(open_paper.download()[1])["responses"]


def test_a_downloaded_file_can_be_loaded_back_by_keyboard(open_paper: Any, tmp_path: Path) -> None:
    open_paper.load(answers_file(tmp_path))

    assert ANSWERS == open_paper.answers()
    assert "The answers in handed-in.json are back on the page." == open_paper.notice()


def test_loading_asks_before_it_replaces_answers(open_paper: Any, tmp_path: Path) -> None:
    asked: list[str] = []
    open_paper.write({"1.x_grad": "7"})
    open_paper.page.evaluate("window.confirm = (question) => { window.asked = question; return false; }")
    open_paper.load(answers_file(tmp_path))
    asked.append(open_paper.page.evaluate("window.asked"))

    assert ["Replace the answers on this page by those in the file?"] == asked
    assert {**NOTHING, "1.x_grad": "7"} == open_paper.answers()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"paper": "AAAA-BBBB"}, "This file belongs to paper AAAA-BBBB; this is paper K7QF-2MXP."),
        ({"format": "other/9"}, "This file is not an answers.json that this page can read."),
        ({"responses": None}, "This file is not an answers.json that this page can read."),
        ({"responses": {"1.trace": 5}}, "An answer in this file is not a text."),
        ({"padding": "x" * 1_000_000}, "This file is too large for an answers.json."),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_the_reason(
    open_paper: Any, tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    open_paper.load(answers_file(tmp_path, **changes))

    assert f"{reason} Nothing was changed." == open_paper.notice()
    assert NOTHING == open_paper.answers()


def test_a_file_that_is_no_json_is_refused_with_the_reason(open_paper: Any, tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    file.write_text("not json", encoding="utf-8")
    open_paper.load(file)

    expected = "This file is not an answers.json: it can't be read as JSON. Nothing was changed."
    assert expected == open_paper.notice()


def test_answers_of_unknown_fields_are_named(open_paper: Any, tmp_path: Path) -> None:
    open_paper.load(answers_file(tmp_path, responses={**ANSWERS, "9.extra": "1"}))

    assert open_paper.notice().endswith("Not on this paper: 9.extra.")


def test_clear_asks_and_then_empties_every_field_for_good(open_paper: Any) -> None:
    open_paper.write(ANSWERS)
    open_paper.tab_to("clear")
    open_paper.page.keyboard.press("Enter")
    open_paper.page.reload()

    assert NOTHING == open_paper.answers()


def test_the_form_is_checked_while_typing(open_paper: Any) -> None:
    open_paper.write({"1.x_grad": "x.grad == 3*6"})

    assert "Reads as 18" == open_paper.status("1.x_grad")


def test_progress_counts_filled_fields_and_leads_to_doubtful_ones(open_paper: Any) -> None:
    open_paper.write({"1.trace": "z2.grad = 6*"})
    open_paper.status("1.trace")
    open_paper.page.locator("#doubts a").focus()
    open_paper.page.keyboard.press("Enter")

    assert "1 of 3 fields filled in" == open_paper.text("progress")
    assert "Look again at 1.trace" == open_paper.text("doubts")
    assert "1.trace" == open_paper.focused()["field"]


def test_the_bar_says_whether_everything_is_downloaded(open_paper: Any) -> None:
    open_paper.write(ANSWERS)
    before = open_paper.text("saved")
    open_paper.download()

    assert "Kept in this browser; not downloaded yet." == before
    assert "Kept in this browser and downloaded." == open_paper.text("saved")


def test_a_browser_that_keeps_nothing_says_so_at_once(offline: Any, open_again: Callable[[], Any]) -> None:
    offline.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); }")

    assert "This browser does not keep your answers: download often." == open_again().text("saved")


def test_what_was_kept_and_is_damaged_is_said_so(open_paper: Any) -> None:
    open_paper.page.evaluate("localStorage.setItem('chainrule-answers/1 K7QF-2MXP', '{')")
    open_paper.page.wait_for_timeout(300)  # the browser writes what it keeps a little later
    open_paper.page.reload()

    expected = "What this browser had kept can't be read any more. If you have an answers.json, load it."
    assert expected == open_paper.notice()


def test_leaving_with_answers_that_were_not_downloaded_is_asked_about(open_paper: Any) -> None:
    asked: list[str] = []
    open_paper.page.on("dialog", lambda dialog: asked.append(dialog.type))
    open_paper.write(ANSWERS)
    open_paper.page.reload()
    open_paper.download()
    open_paper.page.reload()

    assert ["beforeunload"] == asked


def test_a_second_tab_shows_the_same_answers_and_says_so(
    open_paper: Any, open_again: Callable[[], Any]
) -> None:
    other = open_again()
    open_paper.write({"1.x_grad": "5"})
    other.page.wait_for_function("document.getElementById('notice').textContent !== ''")

    assert {**NOTHING, "1.x_grad": "5"} == other.answers()
    assert other.notice().startswith("This paper is also open in another tab or window.")


def test_the_page_asks_nobody_for_anything_and_reports_no_error(open_paper: Any) -> None:
    requests: list[str] = []
    complaints: list[str] = []
    open_paper.page.on("request", lambda request: requests.append(request.url))
    open_paper.page.on("console", lambda message: complaints.append(message.text))
    open_paper.page.on("pageerror", lambda problem: complaints.append(str(problem)))
    open_paper.page.reload()
    open_paper.write(ANSWERS)
    open_paper.download()

    assert [] == complaints
    assert {"file"} == {request.removeprefix("blob:").split(":")[0] for request in requests} - {"null/"}
