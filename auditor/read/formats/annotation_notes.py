"""What is said of a kind of annotation that is audited in part: boxes, spans, words."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.errors import Problem
from auditor.read.json_text import plain
from auditor.wording import N_, Text, listed, say


def partly(file: str, what: Text, *details: Text) -> Problem:
    """What is audited of a kind of annotation that is not audited whole, and what is not."""
    return Problem(
        slug="format-partly",
        what=say(N_("{file}: {what}"), file=file, what=what),
        details=details,
        level="note",
    )


def not_read(keys: Iterable[str]) -> tuple[Text, ...]:
    """Keys of the data that were not read, as a detail of a note; none where there are none."""
    names = [plain(key) for key in keys]
    return (say(N_("not read: {names}"), names=listed(names)),) if names else ()


def no_annotations(file: str) -> Problem:
    """A file or folder of annotations without a single one."""
    return Problem(
        slug="no-annotations",
        what=say(N_("{name} holds no annotation to audit"), name=file),
        fixes=(say(N_("export it again with its annotations")),),
    )
