"""Reads a program that a student handed in: out of fences, prompts and indentation, every line keeping its number.

Nothing is run here. What can't be read, a name that is missing and a module that may not be used are said with their
line, and a person looks.
"""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from grader.reading.unreadable import Unreadable, shortened

__all__ = ["ALWAYS_ALLOWED", "MAX_CODE_CHARACTERS", "CodeReading", "read_code"]

# The longest good answer has about 2,000 characters; this leaves room for comments and trials.
MAX_CODE_CHARACTERS: Final = 20_000

#: Modules that every program may load: they compute, and reach nothing.
ALWAYS_ALLOWED: Final = (
    *("__future__", "collections", "copy", "dataclasses", "functools", "heapq", "itertools", "math", "numpy"),
    *("operator", "typing"),
)

_FENCE: Final = re.compile(r"[ \t]*(?:```|~~~)")
_INPUT_PROMPT: Final = re.compile(r"[ \t]*In[ \t]*\[[ \d*]*\]:[ \t]?")
_OUTPUT_PROMPT: Final = re.compile(r"[ \t]*Out[ \t]*\[[ \d]*\]:")
_CONTINUED: Final = re.compile(r"[ \t]*\.\.\.:[ \t]?")
_SHELL: Final = re.compile(r"[ \t]*(?:>>>|\.\.\.)(?: |$)")
_MAGIC: Final = re.compile(r"[ \t]*(?:%%?[A-Za-z]|!\w|\?|[\w.]+\?{1,2}[ \t]*$)")
#: Characters that hide what a program says, or that no program has.
_HIDDEN: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPELLING: Final = {
    **dict.fromkeys(map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2007\u2009\u202f\u3000"), " "),
    **dict.fromkeys(map(ord, "\u2028\u2029\u0085\x0b\x0c"), "\n"),
    ord("\ufeff"): None,
}
#: What word processors make of quotes and minus signs; only tried where a text is no Python as it stands.
_TYPOGRAPHY: Final = {
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u00ab\u00bb"), '"'),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u2032"), "'"),
    **dict.fromkeys(map(ord, "\u2212\u2013\u2010\u2011"), "-"),
    **dict.fromkeys(map(ord, "\u00d7\u2217\u22c5"), "*"),
}


@dataclass(frozen=True, slots=True)
class CodeReading:
    """A program that can be run as it stands in `source`, whose lines have the numbers of the student's text."""

    source: str
    read_as: str


def read_code(text: str, *, function: str, allowed: Collection[str] = ()) -> CodeReading | Unreadable:
    """A program that defines `function` and loads no other modules than the allowed ones and those of any program."""
    if len(text) > MAX_CODE_CHARACTERS:
        return Unreadable(0, "", f"This has {len(text):,} characters; at most {MAX_CODE_CHARACTERS:,} are read.")
    plain = re.sub(r"\r\n?", "\n", text).translate(_SPELLING)
    hidden = _HIDDEN.search(plain)
    if hidden:
        line = plain.count("\n", 0, hidden.start()) + 1
        return Unreadable(hidden.start(), "", f"Line {line} has a character that can't be seen; please type it anew.")
    source, tree, fault = _parsed(plain)
    if tree is None or function not in _defined(tree):
        # Only then: a docstring may hold examples, and a line that goes on may begin like a notebook's command.
        source, tree, fault = _parsed(_unwrapped(plain))
    if tree is None:
        return Unreadable(0, "", fault)
    source, refused = _without_unused(source, tree, {*ALWAYS_ALLOWED, *allowed})
    if refused:
        line, module = refused[0]
        may = ", ".join(sorted({*allowed, "math", "numpy"}))
        return Unreadable(0, "", f"Line {line} imports `{module}`, which can't be used here; there are {may} and such.")
    names = list(_defined(tree))
    if function not in names:
        return Unreadable(0, "", _missing(function, names))
    n_lines = sum(bool(line.strip()) for line in source.splitlines())
    return CodeReading(source, f"a program of {n_lines} line{'' if n_lines == 1 else 's'} that defines `{function}`")


def _missing(function: str, names: list[str]) -> str:
    told = f"There is no function `{function}` in it"
    if not names:
        return f"{told}; please begin it with `def {function}(`."
    return f"{told}, but {', '.join(f'`{shortened(name)}`' for name in names[:3])}; please call it `{function}`."


def _unwrapped(text: str) -> str:
    """The program itself; a line that is no part of it becomes an empty one, so that all keep their numbers."""
    lines = text.split("\n")
    if any(map(_FENCE.match, lines)):
        lines = list(_inside_fences(lines))
    if any(line.lstrip().startswith(">>>") for line in lines):
        lines = [_SHELL.sub("", line, count=1) if _SHELL.match(line) else "" for line in lines]
    if any(map(_INPUT_PROMPT.match, lines)):
        lines = list(_after_prompts(lines))
    return "\n".join("" if _MAGIC.match(line) else line for line in lines)


def _inside_fences(lines: list[str]) -> Iterator[str]:
    is_inside = False
    for line in lines:
        if _FENCE.match(line):
            is_inside = not is_inside
            yield ""
        else:
            yield line if is_inside else ""


def _after_prompts(lines: list[str]) -> Iterator[str]:
    """What stands in cells that a notebook printed; what they gave out is left away."""
    is_output = False
    for line in lines:
        prompt = _INPUT_PROMPT.match(line)
        is_output = bool(_OUTPUT_PROMPT.match(line)) or (is_output and not prompt)
        if is_output:
            yield ""
        elif prompt:
            yield line[prompt.end() :]
        else:
            yield _CONTINUED.sub("", line, count=1)


def _parsed(text: str) -> tuple[str, ast.Module | None, str]:
    """The first spelling of a text that is Python, with its tree; else what is wrong with the first one."""
    told = ""
    for spelled in dict.fromkeys(_spellings(text)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about odd escapes, which are no mistake of the answer
                return spelled, ast.parse(spelled), ""
        except SyntaxError as error:
            told = told or _fault(error, spelled)
        except (ValueError, MemoryError, RecursionError):
            told = told or "This is nested too deeply to be read; please write it more simply."
    return text, None, told


def _spellings(text: str) -> Iterator[str]:
    for typed in (text, text.translate(_TYPOGRAPHY)):
        yield textwrap.dedent(typed)
        yield textwrap.dedent(typed.expandtabs(4))
        yield textwrap.dedent(typed.expandtabs(8))
        yield _hung(typed)


def _hung(text: str) -> str:
    """A text whose first line lost its indentation, as when it is copied from its first letter on."""
    first, _, rest = text.lstrip("\n").partition("\n")
    n_blank = len(text) - len(text.lstrip("\n"))
    return "\n" * n_blank + first.lstrip() + "\n" + textwrap.dedent(rest)


def _fault(error: SyntaxError, text: str) -> str:
    number = error.lineno or 1
    lines = text.split("\n")
    line = shortened(lines[number - 1]) if number <= len(lines) else ""
    shown = f", `{line.replace('`', chr(39))}`," if line else ""
    return f"Line {number}{shown} can't be read as Python: {error.msg}."


def _defined(tree: ast.Module) -> Iterator[str]:
    """The names that the program gives to functions at its top, in branches and other blocks as well."""
    waiting: list[ast.AST] = [tree]  # a chain of elif may be deeper than calls may be
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif not isinstance(node, (ast.expr, ast.AsyncFunctionDef)) and not _is_for_scripts(node):
            yield from (name for target in _targets(node) for name in _given(target))
            waiting += reversed(list(ast.iter_child_nodes(node)))


def _targets(node: ast.AST) -> list[ast.expr]:
    """What a statement gives a value to: f in `f = ...`, `f, g = ...`, `f: Callable = ...` and `(f := ...)`."""
    if isinstance(node, ast.Assign):
        return node.targets
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.NamedExpr):
        return [node.value.target]
    return [node.target] if isinstance(node, ast.AnnAssign) and node.value is not None else []


def _given(target: ast.expr) -> Iterator[str]:
    """The names in a target that are given a value, unlike the d of `d[0] = ...`."""
    names = (part for part in ast.walk(target) if isinstance(part, ast.Name))
    return (name.id for name in names if isinstance(name.ctx, ast.Store))


def _is_for_scripts(node: ast.AST) -> bool:
    """`if __name__ == "__main__":`, which is passed over where a program is judged."""
    match node:
        case ast.If(test=ast.Compare(ast.Name("__name__"), [ast.Eq()], [ast.Constant("__main__")]), orelse=[]):
            return True
    return False


def _without_unused(source: str, tree: ast.Module, allowed: set[str]) -> tuple[str, list[tuple[int, str]]]:
    """The source without imports that nothing uses, and the modules that it uses and may not, with their lines."""
    not_run = {part for block in tree.body if _is_for_scripts(block) for part in ast.walk(block)}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in not_run}
    lines, refused, cut = source.split("\n"), [], []
    for node in ast.walk(tree):
        if node in not_run or not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        others = [alias for alias in node.names if not _is_allowed(_module(node, alias), allowed)]
        needed = [alias for alias in others if node not in tree.body or _bound(alias) in {*used, "*"}]
        if needed:
            refused.append((node.lineno, _module(node, needed[0])))
        elif others:
            cut.append((node, [alias for alias in node.names if alias not in others]))
    for node, kept in sorted(cut, key=lambda one: (one[0].lineno, one[0].col_offset), reverse=True):
        _cut(lines, node, kept)
    return "\n".join(lines), sorted(refused)


def _cut(lines: list[str], node: ast.Import | ast.ImportFrom, kept: list[ast.alias]) -> None:
    """Leave of an import only some names; whatever stands beside it in its line stays."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    before = lines[first].encode()[: node.col_offset].decode()  # columns of a tree are counted in bytes
    after = lines[last].encode()[node.end_col_offset :].decode()
    is_alone = not before.strip() and after.lstrip()[:1] in ("", "#")
    node.names = kept
    line = f"{before}{ast.unparse(node) if kept else 'pass'}{after}"
    lines[first : last + 1] = ["" if is_alone and not kept else line, *[""] * (last - first)]


def _bound(alias: ast.alias) -> str:
    return (alias.asname or alias.name).split(".")[0]


def _module(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    """The module that an import names; `from scipy import sparse` names scipy.sparse."""
    return alias.name if isinstance(node, ast.Import) else f"{'.' * node.level}{node.module or ''}.{alias.name}"


def _is_allowed(name: str, allowed: set[str]) -> bool:
    """Whether a module is an allowed one, lies below one, or is loaded with one, as scipy is with scipy.sparse."""
    return any(f"{name}.".startswith(f"{module}.") or module.startswith(f"{name}.") for module in allowed)
