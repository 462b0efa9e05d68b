"""The forms in which a verdict is told: each a module that registers one function `Judged -> str`.

No form holds a text of the dataset: ids, class names and numbers alone, made inert for its reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from auditor.gating.judge import Judged

MODULES = ("text", "json", "junit", "gitlab", "sarif", "markdown", "github")
"""The formats, in the order in which they are listed."""
Write = Callable[[Judged, str], str]
"""The verdict and a language ("en" or "ko"); the file's text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A registered format."""

    name: str
    write: Write
    doc: str
    """The module's docstring: what reads it, and how."""


_REGISTRY: dict[str, Format] = {}


def gate_format(name: str) -> Callable[[Write], Write]:
    """Register a function as a format; a name taken twice is an error."""

    def register(function: Write) -> Write:
        if name in _REGISTRY:
            raise ValueError(f"the format {name} is registered already")
        doc = import_module(function.__module__).__doc__ or ""
        _REGISTRY[name] = Format(name=name, write=function, doc=doc)
        return function

    return register


def written(name: str, judged: Judged, lang: str = "en") -> str:
    """A verdict in a format; only its module is loaded.

    Raises:
        KeyError: there is no such format.
    """
    if name not in MODULES:
        raise KeyError(name)
    import_module(f"auditor.gating.formats.{name}")
    return _REGISTRY[name].write(judged, lang)


def formats() -> dict[str, Format]:
    """Every format by name, in the order of `MODULES`."""
    for name in MODULES:
        import_module(f"auditor.gating.formats.{name}")
    return {name: _REGISTRY[name] for name in MODULES}
