"""Which modules a program's text would load, read from its tokens: with no tree, no depth of nesting can hurt."""

import io
import tokenize
from collections.abc import Collection, Iterator

ENDS = frozenset({tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER})
SKIPPED = frozenset({tokenize.NL, tokenize.COMMENT, tokenize.ENCODING})


def refused_imports(source: str, allowed: Collection[str]) -> list[tuple[int, str]]:
    """Line and name of every imported module that is not allowed, in the order of the text.

    `allowed` names modules with all that lies below them: "numpy" allows numpy.linalg; "scipy.sparse" allows
    `from scipy import sparse`. What is no Python up to some line is judged up to there; running it says the rest.
    A name put together while the program runs is not seen here: what the module could do then is up to the layers.
    """
    return [
        (line, names[-1])
        for line, names in _imported(source)
        if not any(name == room or name.startswith(f"{room}.") for name in names for room in allowed)
    ]


def _imported(source: str) -> Iterator[tuple[int, list[str]]]:
    """Line and the names, any of which would allow it, of everything imported."""
    for statement in _statements(source):
        words = [token.string for token in statement]
        line = statement[0].start[0]
        if words[0] == "import":
            for module in _comma_separated(words[1:]):
                yield line, [module]
        elif words[0] == "from" and "import" in words:
            at = words.index("import")
            module = "".join(words[1:at])
            for name in _comma_separated([word for word in words[at + 1 :] if word not in "()"]):
                yield line, [f"{module}.{name}", module]


def _comma_separated(words: list[str]) -> list[str]:
    """Dotted names: the words between commas, up to `as`."""
    names, current, renamed = [], "", False
    for word in [*words, ","]:
        if word == ",":
            names.append(current)
            current, renamed = "", False
        renamed = renamed or word == "as"
        current += "" if renamed or word == "," else word
    return [name for name in names if name]


def _statements(source: str) -> Iterator[list[tokenize.TokenInfo]]:
    """The tokens of each simple statement; a colon ends one too, so that `if x: import os` is seen."""
    statement: list[tokenize.TokenInfo] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in ENDS or token.string in (";", ":"):
                if statement:
                    yield statement
                statement = []
            elif token.type not in SKIPPED:
                statement.append(token)
    except (tokenize.TokenError, SyntaxError):
        if statement:
            yield statement
