"""How a typed response is read: by the grader itself, so that nobody types something else than will be graded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chainrule.exam_folder import ExamFolder
from grader import Verdict, judge_question
from question_templates.family import Family
from question_templates.paper import Item, Paper, field_id
from question_templates.question import Field
from question_templates.solving import solve_item

__all__ = ["PaperFields", "Reader"]


@dataclass(frozen=True)
class PaperFields:
    """A paper's fields by id, in order, each with the question it belongs to."""

    paper: Paper

    @property
    def ids(self) -> tuple[str, ...]:
        return self.paper.field_ids()

    def find(self, name: str) -> tuple[Item, Field]:
        """The question and the field of an id; raises KeyError when the paper has none."""
        for item in self.paper.items:
            for asked in item.question.fields:
                if field_id(item.number, asked.name) == name:
                    return item, asked
        raise KeyError(name)


@dataclass
class Reader:
    """Reads responses with an exam's keys; the exam's families are opened when the first response comes."""

    folder: ExamFolder
    _families: Mapping[str, Family] = field(default_factory=dict)

    def verdicts(self, item: Item, responses: Mapping[str, str]) -> Mapping[str, Verdict]:
        """The verdicts on a question's fields by field id, with `responses` by field id.

        A fault of ours gives `pending`: what was typed is saved all the same.
        """
        mine = {asked.name: responses.get(field_id(item.number, asked.name), "") for asked in item.question.fields}
        try:
            if not self._families:
                self._families = self.folder.read_families()
            found = judge_question(item.question, solve_item(item, self._families), mine, policy=item.policy)
        except Exception as fault:  # noqa: BLE001 - whatever goes wrong here is our fault and must not stop the typing
            why = f"It can't be shown how this is read: {type(fault).__name__}: {fault}"
            found = dict.fromkeys(mine, Verdict("pending", reason=why))
        return {field_id(item.number, name): verdict for name, verdict in found.items()}
