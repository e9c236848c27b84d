"""Loading a family's own Python, `generator.py` and `solver.py`: trusted bank code, run from its text alone."""

from __future__ import annotations

import importlib.machinery
import sys
import types
from functools import lru_cache
from typing import Any

from question_templates.errors import BrokenFamily

__all__ = ["load"]


class _Loader(importlib.machinery.SourceFileLoader):
    """Takes the text that it is given instead of a file's, and leaves nothing compiled behind."""

    def __init__(self, name: str, place: str, text: str) -> None:
        super().__init__(name, place)
        self._text = text

    def get_data(self, path: Any) -> bytes:
        return self._text.encode()

    def path_stats(self, path: Any) -> Any:
        raise OSError  # there is no file, hence nothing compiled earlier

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Write nothing."""


@lru_cache(maxsize=256)  # each text is run once
def load(text: str, place: str) -> types.ModuleType:
    """The module that a text defines; `place` (`graph/log-exp/solver.py`) is how messages call it.

    Raises: BrokenFamily with the place, for whatever the text raises while it is loaded.
    """
    name = "chainrule_family_" + "".join(letter if letter.isalnum() else "_" for letter in place.removesuffix(".py"))
    module = sys.modules[name] = types.ModuleType(name)  # while it loads: dataclasses look their module up
    try:
        _Loader(name, place, text).exec_module(module)
    except Exception as cause:  # whatever an author's module raises while loading is the author's mistake
        raise BrokenFamily(f"{place}: {type(cause).__name__}: {cause}") from cause
    finally:
        del sys.modules[name]
    return module
