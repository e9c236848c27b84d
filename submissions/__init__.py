"""What was handed in: a student's file becomes a Submission whose responses are the text the student wrote.

Two forms carry the same keys, JSON and YAML:

    {"format": "chainrule-answers/1", "paper": "K7QF-2MXP",
     "responses": {"1.order": "z1, z2", "1.trace": "line\\nline", "1.x_grad": 32}}

No response is ever turned into a number, a date or a truth value here: `1e-3`, `12:30`, `010`, `no` and
`[z1, z2]` stay those characters. What is changed, and nothing else:

- line breaks CR LF and CR become LF;
- a bare YAML answer or list of several lines keeps its lines and loses the form's indentation;
- JSON `null` and an empty YAML value are the blank response "";
- half of a surrogate pair becomes U+FFFD, with a warning.

A notebook has a cell for each answer; the response is what stands below the line that names its paper and field,
without blank lines around it and without blanks at its end. What cells show when they are run is never read.

A YAML comment (` # ...` after a bare answer) is a comment: it is not part of the response, and a warning says
so. Quoted and `|` answers may hold `#` freely. A `|` answer ends with a line break, a `|-` answer does not.
"""

from submissions.collecting import collect, read_folder, read_handed_in
from submissions.formats.json_form import write_json_form
from submissions.formats.notebook_writing import NotebookText, write_notebook
from submissions.formats.python_form import write_python_form
from submissions.formats.reading import read_bytes
from submissions.formats.yaml_writing import FormField, blank_yaml_form, write_yaml_form
from submissions.handed_in import HandedIn, Sender
from submissions.limits import FORMAT
from submissions.store import read_file, write_atomic
from submissions.submission import Refusal, Submission, SubmissionsError, UnwritableForm

__all__ = [
    "FORMAT",
    "FormField",
    "HandedIn",
    "NotebookText",
    "Refusal",
    "Sender",
    "Submission",
    "SubmissionsError",
    "UnwritableForm",
    "blank_yaml_form",
    "collect",
    "read_bytes",
    "read_file",
    "read_folder",
    "read_handed_in",
    "write_atomic",
    "write_json_form",
    "write_notebook",
    "write_python_form",
    "write_yaml_form",
]
