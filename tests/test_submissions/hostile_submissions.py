"""Hostile and broken things to hand in, each as a builder that puts it into a folder, for tests that grade around it.

No item names a paper of an exam: whatever comes of them, nobody else's paper may change. All names begin with "m", so
that a test can put right submissions before and after.
"""

from __future__ import annotations

import bz2
import io
import json
import os
import pickle
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

Builder = Callable[[Path], None]

PAPER = "ZZZZ-ZZZZ"


def form(**responses: object) -> bytes:
    """A JSON form of a paper that no exam has."""
    return json.dumps({"format": "chainrule-answers/1", "paper": PAPER, "responses": responses}).encode()


FORM = form(**{"1.order": "x"})


def zipped(
    *members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> bytes:
    """A zip of these members, in this order, also of twice the same name."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", method) as archive:
        archive.comment = comment
        for name, content in members:
            archive.writestr(name, content, method)
    return into.getvalue()


def member(name: str, *, mode: int = 0) -> zipfile.ZipInfo:
    """An entry's header with the Unix mode of a link, a device or a pipe."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def patched(archive: bytes, offset_local: int, offset_central: int, value: bytes) -> bytes:
    """The zip with these bytes at an offset of its first local and its first central header."""
    found = bytearray(archive)
    for mark, offset in ((b"PK\x03\x04", offset_local), (b"PK\x01\x02", offset_central)):
        at = archive.index(mark) + offset
        found[at : at + len(value)] = value
    return bytes(found)


def overlapping(n_entries: int) -> bytes:
    """A zip whose list of contents names the same megabytes of zeros again and again."""
    one = zipped(("m0000.json", b"0" * 900_000))
    at = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    entry = one[at:end]
    entries = b"".join(entry.replace(b"m0000", b"m%04d" % n) for n in range(n_entries))
    # The names in the local header must agree, so every entry but the first is damaged for careful readers.
    close = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, n_entries, n_entries, len(entries), at, 0)
    return one[:at] + entries + close


def notebook(cells: object, **more: object) -> bytes:
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}, **more}).encode()


def cell(source: object, **more: object) -> dict[str, object]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None, **more}


MARKED = f"# Paper {PAPER}, answer 1.order: write below this line\n"

LAUGHS = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))

FORMS: Mapping[str, bytes] = {
    "m-deep-lists.json": b'{"responses": {"1.a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    "m-deep-objects.json": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "m-deep-never-closed.json": b'{"responses": ' + b"[" * 300_000,
    "m-deep-flow.yaml": b"responses: " + b"[" * 5_000 + b"]" * 5_000,
    "m-alias-bomb.yaml": b"a0: &a0 ha\n" + LAUGHS.encode() + b"responses: {1.a: *a9}\n",
    "m-merge-keys.yaml": b"format: chainrule-answers/1\nx: &x {a: 1}\nresponses:\n  <<: *x\n",
    "m-tag.yaml": b"responses:\n  1.a: !!python/object/apply:os.system ['touch gone']\n",
    "m-two-documents.yaml": b"responses: {1.a: x}\n---\nresponses: {1.a: y}\n",
    "m-yaml-words.yaml": b"format: chainrule-answers/1\npaper: 010\nresponses: {1.a: no, 1.b: 1e3, 1.c: 12:30}\n",
    "m-tabs.yaml": b"responses:\n\t1.a: x\n",
    "m-duplicate-keys.json": b'{"paper": "A", "paper": "B", "responses": {"1.a": "x", "1.a": "y"}}',
    "m-duplicate-keys.yaml": b"responses:\n  1.a: x\n  1.a: y\n",
    "m-nul.json": FORM.replace(b'"x"', b'"x\x00y"'),
    "m-bidi.json": form(**{"1.order": "\u202ez ,y ,x\u202c", "1\u200b.order": "x"}),
    "m-homoglyphs.json": form(**{"1.оrder": "х, у"}),
    "m-utf-16.json": FORM.decode().encode("utf-16"),
    "m-utf-16-unmarked.json": FORM.decode().encode("utf-16-le"),
    "m-utf-32.json": FORM.decode().encode("utf-32"),
    "m-utf-16-cut.json": FORM.decode().encode("utf-16")[:-1],
    "m-surrogates.json": b'{"responses": {"1.a": "\\ud800", "1.\\udfff": "x"}}',
    "m-surrogate-bytes.json": FORM.replace(b'"x"', b'"\xed\xa0\x80"'),
    "m-windows.json": FORM.replace(b'"x"', b'"f\xfcr \x80"'),
    "m-random.json": bytes(range(256)) * 40,
    "m-bom.json": b"\xef\xbb\xbf" + FORM,
    "m-two-boms.json": b"\xef\xbb\xbf\xef\xbb\xbf" + FORM,
    "m-only-a-bom.json": b"\xef\xbb\xbf",
    "m-empty.json": b"",
    "m-blank.yaml": b" \n\t\n ",
    "m-5000-digits.json": form(**{"1.a": "9" * 5_000, "1.b": "1e" + "9" * 400}),
    "m-bare-5000-digits.json": b'{"responses": {"1.a": ' + b"9" * 5_000 + b"}}",
    "m-tower.json": form(**{"1.a": "9**9**9**9**9", "1.b": "(" * 9_000 + ")" * 9_000}),
    "m-giant-key.json": form(**{"k" * 200_000: "x"}),
    "m-giant-key.yaml": b"responses:\n  ? " + b"k" * 200_000 + b"\n  : x\n",
    "m-501-answers.json": form(**{f"1.a{n}": "x" for n in range(501)}),
    "m-long-answer.json": form(**{"1.a": "x" * 30_000}),
    "m-three-megabytes.json": form(**{"1.a": "x" * 3_000_000}),
    "m-page.json": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "m-cut.json": FORM[:-9],
    "m-two-forms.json": FORM + FORM,
    "m-list.json": b"[1, 2, 3]",
    "m-null.json": b"null",
    "m-nan.json": b'{"responses": {"1.a": NaN, "1.b": -Infinity}}',
    "m-commas.json": b'{"responses": {"1.a": "x",},}',
    "m-responses-list.json": b'{"format": "chainrule-answers/1", "responses": ["x"]}',
    "m-format.json": FORM.replace(b"answers/1", b"answers/99"),
    "m-other-paper.json": FORM,
    "m-paper-is-an-object.json": b'{"paper": {"a": 1}, "responses": {"1.a": "x"}}',
    "m-template.json": form(**{"1.a": "{{ 7 * 7 }}{% for x in [].__class__.__mro__ %}{% endfor %}", "{{x}}": "${7*7}"}),
    "m-format-string.json": form(**{"1.a": "{0.__class__} %s%n %(x)s {", "{0}": "}{"}),
    "m-sql.json": form(**{"1.a": "'); DROP TABLE grades; --", "1.b' OR '1'='1": "x"}),
    "m-html.json": form(**{"1.a": "</pre><script>alert(1)</script><img src=x onerror=alert(1)>", "<b>": "]]>"}),
    "m-formula.json": form(**{"1.a": '=HYPERLINK("http://x","y")', "=1+1": "@SUM(A1)", "-2": "+3"}),
    "m-ansi.json": form(**{"1.a": "\x1b[2J\x1b]0;owned\x07\x9b31m", "1.\x1b[31m": "\r\x08\x7f"}),
    "m-paths.json": form(**{"../../etc/passwd": "x", "1.a": "file:///etc/passwd"}),
    "m-program.exe": b"MZ\x90\x00" + b"\0" * 100,
    "m-picture.json": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "m-document.pdf": b"%PDF-1.7\n",
    "m-pickle.pkl": pickle.dumps({"responses": {"1.a": "x"}}),
}

NOTEBOOKS: Mapping[str, bytes] = {
    "m-cut.ipynb": notebook([cell(MARKED + "x")])[:-20],
    "m-empty-object.ipynb": b"{}",
    "m-no-cells.ipynb": json.dumps({"nbformat": 4, "metadata": {}}).encode(),
    "m-cells-number.ipynb": notebook(7),
    "m-cells-mixed.ipynb": notebook([None, 1, "x", [], {}, cell(None), cell([1, None]), cell(MARKED + "x")]),
    "m-unmarked.ipynb": notebook([cell("order = 'x, y'"), cell("print(order)")]),
    "m-huge-outputs.ipynb": notebook([cell(MARKED + "x", outputs=["y" * 11_000_000])]),
    "m-deep-outputs.ipynb": notebook([cell(MARKED + "x", outputs="DEEP")]).replace(
        b'"DEEP"', b"[" * 60_000 + b"]" * 60_000
    ),
    "m-many-cells.ipynb": notebook([cell("")] * 2_000),
    "m-attachments.ipynb": notebook([cell(MARKED + "![x](attachment:x.png)", attachments={"x.png": {"a": "AAAA"}})]),
    "m-answered-twice.ipynb": notebook([cell(MARKED + "x"), cell(MARKED + "y")]),
    "m-version-3.ipynb": json.dumps({"nbformat": 3, "worksheets": [{"cells": [cell("x")]}]}).encode(),
    "m-future-format.ipynb": notebook(
        [cell(MARKED + "x")], metadata={"chainrule": {"format": "chainrule-paper-form/99", "paper": PAPER}}
    ),
    "m-shows-html.ipynb": notebook(
        [
            cell(
                MARKED + "x",
                outputs=[{"data": {"text/html": "<script>alert(1)</script>"}, "output_type": "display_data"}],
            )
        ]
    ),
}

ARCHIVES: Mapping[str, bytes] = {
    "m-locked.zip": patched(zipped(("answers.json", FORM)), 6, 8, b"\x01\x00"),
    "m-traversal.zip": zipped(("../../../../m-escaped.json", FORM), ("..", FORM)),
    "m-absolute.zip": zipped(("/etc/m-escaped.json", FORM), ("//server/share/answers.json", FORM)),
    "m-drive.zip": zipped(("C:\\exams\\ada\\answers.json", FORM), ("..\\..\\m-escaped.json", FORM)),
    "m-link.zip": zipped((member("answers.json", mode=stat.S_IFLNK | 0o777), b"/etc/passwd")),
    "m-device.zip": zipped((member("answers.json", mode=stat.S_IFCHR | 0o666), b"")),
    "m-folder-with-bytes.zip": zipped(("answers.json/", FORM), ("b.json", FORM)),
    "m-wrong-crc.zip": zipped(("answers.json", FORM), method=zipfile.ZIP_STORED).replace(b'"x"', b'"y"', 1),
    "m-cut.zip": zipped(("answers.json", FORM))[:-30],
    "m-half.zip": zipped(("answers.json", bytes(range(256)) * 90))[:300],
    "m-bzip2.zip": zipped(("answers.json", FORM), method=zipfile.ZIP_BZIP2),
    "m-lzma.zip": zipped(("answers.json", FORM), method=zipfile.ZIP_LZMA),
    "m-method-99.zip": patched(zipped(("answers.json", FORM)), 8, 10, b"\x63\x00"),
    "m-bomb.zip": zipped(*((f"m{n}.json", b"0" * 3_000_000) for n in range(20))),
    "m-notebook-bomb.zip": zipped(*((f"m{n}.ipynb", b" " * 9_000_000) for n in range(4))),
    "m-overlapping.zip": overlapping(900),
    "m-too-many.zip": zipped(*((f"m{n}.json", b"") for n in range(1_500)), method=zipfile.ZIP_STORED),
    "m-says-short.zip": patched(zipped(("answers.json", FORM)), 22, 24, struct.pack("<L", 5)),
    "m-says-long.zip": patched(zipped(("answers.json", FORM)), 22, 24, struct.pack("<L", 0xFFFFFFF0)),
    "m-offset.zip": patched(zipped(("answers.json", FORM)), 0, 42, struct.pack("<L", 0x7FFFFFFF)).replace(
        b"\xff\xff\xff\x7f", b"PK\x03\x04", 1
    ),
    "m-no-end.zip": zipped(("answers.json", FORM)).replace(b"PK\x05\x06", b"PK\x05\x07"),
    "m-empty.zip": zipped(),
    "m-only-litter.zip": zipped(("__MACOSX/._answers.json", b"x"), (".DS_Store", b"x")),
    "m-page.zip": b"<!DOCTYPE html><title>Log in</title>",
    "m-nothing.zip": b"",
    "m-old-name.zip": zipped(("m-Umlaute.json", FORM)).replace(b"m-Umlaute", b"m-\x81mla\x81te"),
    "m-unsaid-utf-8.zip": zipped(("m-xxx.json", FORM)).replace(b"m-xxx", "m-é!".encode()),
    "m-broken-utf-8.zip": zipped(("m-é.json", FORM)).replace("é".encode(), b"\xff\xff"),
    "m-nul-name.zip": zipped(("aXb.json", FORM)).replace(b"aXb", b"a\0b"),
    "m-odd-names.zip": zipped(
        ("<script>.json", FORM),
        ("\x1b[31m.json", FORM),
        ("=1+1.json", FORM),
        ("\u202enosj.json", FORM),
        ("a\nb.json", FORM),
    ),
    "m-long-name.zip": zipped(("n" * 60_000 + ".json", FORM)),
    "m-deep-name.zip": zipped(("a/" * 20_000 + "answers.json", FORM)),
    "m-two-deep.zip": zipped(("inner.zip", zipped(("answers.json", FORM)))),
    "m-three-deep.zip": zipped(("b.zip", zipped(("c.zip", zipped(("answers.json", FORM)))))),
    "m-nested-bomb.zip": zipped(("b.zip", zipped(*((f"m{n}.ipynb", b" " * 9_000_000) for n in range(4))))),
    "m-nested-broken.zip": zipped(("b.zip", b"PK\x03\x04 no"), ("c.json", FORM)),
    "m-after-a-program.zip": b"\x7fELF" + b"\0" * 500 + zipped(("answers.json", FORM)),
    "m-comment.zip": zipped(("answers.json", FORM), comment=b"PK\x05\x06" + b"x" * 60_000),
    "m-moodle-forged.zip": zipped(("Bob_2_assignsubmission_file_/answers.json", FORM)),
    "m-gradescope-forged.zip": zipped(
        ("submission_metadata.yml", b"submission_1:\n  :submitters:\n  - :name: Bob\n"), ("submission_1/a.json", FORM)
    ),
    "m-metadata-bomb.zip": zipped(
        ("submission_metadata.yml", b"a0: &a0 ha\n" + LAUGHS.encode()), ("submission_1/a.json", FORM)
    ),
    "m-slashes.zip": zipped(("/", b""), ("//", b""), ("a//b.json", FORM), ("./c.json", FORM)),
    "m-workbook.zip": zipped(("[Content_Types].xml", b"<?xml?>"), ("xl/workbook.xml", b"<workbook/>")),
    "m-zip.json": zipped(("answers.json", FORM)),
    "m-rar.rar": b"Rar!\x1a\x07\x01\x00",
    "m-7z.7z": b"7z\xbc\xaf\x27\x1c",
    "m-bz2.bz2": bz2.compress(b"0" * 5_000_000),
}

TABLES: Mapping[str, bytes] = {
    "m-no-paper.csv": b"name,1.order\nAda,x\n",
    "m-no-answers.csv": f"paper,name\n{PAPER},Ada\n".encode(),
    "m-unclosed.csv": f'paper,1.order\n{PAPER},"x\n{PAPER},y\n'.encode(),
    "m-long-cell.csv": f"paper,1.order\n{PAPER},{'x' * 300_000}\n{PAPER}2,y\n".encode(),
    "m-formulas.csv": f"paper,1.order\n{PAPER},=1+1\n,@x\n=cmd|' /C calc'!A0,-1\n".encode(),
    "m-forged.csv": f"paper,1.order,email,submitted_at\n{PAPER},x,bob@example.edu,2001-01-01 00:00 Z\n".encode(),
    "m-twice.csv": f"paper,1.order,1.order\n{PAPER},x,y\n".encode(),
    "m-nul.csv": f"paper,1.order\n{PAPER},x\0\n".encode(),
    "m-workbook.csv": zipped(("xl/workbook.xml", b"<workbook/>")),
    "m-shifted.csv": f"paper,1.order\n{PAPER},x,y,z\n{PAPER}2,y\n".encode(),
    "m-headings.csv": b"paper,1.order\n",
    "m-empty.csv": b"",
}

# Names alone can be an attack, too; what lies under them is a form like any other.
NAMES = (
    b"m<script>alert(1)<!-- -->.json",
    b"m{{7*7}}%s%n{0}.json",
    b"m'; DROP TABLE grades; --.json",
    b"m\x1b[2J\x1b[31mred.json",
    b"m\nsecond line: read.json",
    "m\u202enosj.json".encode(),
    b"m\xff\xfe.json",
    b"m" + b"n" * 240 + b".json",
    b"m\\..\\..\\answers.json",
    b'm,"x";=1+1.json',
    b"m .json ",
    b"m.json.",
)


def write(name: str | bytes, content: bytes) -> Builder:
    """A builder that writes one file."""

    def build(folder: Path) -> None:
        path = os.path.join(os.fsencode(folder), os.fsencode(name))
        with open(path, "wb") as file:
            file.write(content)

    return build


def symlink(target: str) -> Builder:
    return lambda folder: (folder / "m-link.json").symlink_to(target)


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "m-pipe.json")


def sparse(folder: Path) -> None:
    """Five gigabytes that take no room on the disk."""
    with open(folder / "m-sparse.json", "wb") as file:
        file.truncate(5_000_000_000)


def folder_like_a_form(folder: Path) -> None:
    (folder / "m-folder.json").mkdir()


def folders_in_folders(folder: Path) -> None:
    deep = folder / "m-deep" / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "answers.json").write_bytes(FORM)


def link_to_itself(folder: Path) -> None:
    (folder / "m-loop").mkdir()
    (folder / "m-loop" / "again").symlink_to(folder / "m-loop")
    (folder / "m-loop" / "up").symlink_to("..")


def tar(folder: Path) -> None:
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w:gz") as archive:
        info = tarfile.TarInfo("../../m-escaped.json")
        info.size = len(FORM)
        archive.addfile(info, io.BytesIO(FORM))
    (folder / "m-answers.tar.gz").write_bytes(into.getvalue())


def _every() -> Iterator[tuple[str, Builder]]:
    for contents in (FORMS, NOTEBOOKS, ARCHIVES, TABLES):
        yield from ((name, write(name, content)) for name, content in contents.items())
    yield from ((f"name {name!r}", write(name, FORM)) for name in NAMES)
    yield "link to a file", symlink("/etc/passwd")
    yield "link to nothing", symlink("nowhere")
    yield "link to a folder", symlink("/")
    yield "link to a device", symlink("/dev/zero")
    yield "pipe", pipe
    yield "sparse file", sparse
    yield "folder like a form", folder_like_a_form
    yield "folders in folders", folders_in_folders
    yield "empty folder", lambda folder: (folder / "m-empty").mkdir()
    yield "links in circles", link_to_itself
    yield "tar", tar


HOSTILE: Mapping[str, Builder] = dict(_every())
