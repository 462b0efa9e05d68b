"""Which column is what: by name, never by guessing from values alone."""

from __future__ import annotations

import fnmatch
import re
import shlex
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from auditor.errors import Problem, UsageError, nearest
from auditor.images.files import ENDINGS
from auditor.wording import N_, Text, listed, say

NAMES: Mapping[str, frozenset[str]] = {
    role: frozenset(names.split())
    for role, names in {
        "id": """id idx index guid uid uuid key exampleid sampleid docid imageid filename no
            번호 일련번호 아이디 식별자 파일명""",
        "label": """label labels target y class category gold groundtruth gt answer tag intent sentiment
            topic labeltext 라벨 레이블 정답 클래스 분류 카테고리 감정 주제 의도""",
        "text": """text sentence document content title body review comment question query utterance
            inputtext headline 문장 본문 내용 제목 텍스트 리뷰 댓글 질문 발화""",
        "image": """image img imagepath imgpath path file filename filepath imagefile imagename imageid
            이미지 파일 경로 파일명""",
        "split": "split subset partition set fold 구분",
        "annotator": "annotator worker labeler labeller reviewer completedby 작업자 라벨러 검수자",
    }.items()
}
"""Role -> normalised column names that have it, English and Korean."""
BATCHES = frozenset(["batch", "batchid", "배치", "차수", "회차"])
"""Normalised names of columns that say with which others a row was labelled: slices, and never content."""
MARKS = frozenset(["excluded"])
"""Normalised names of columns in which `auditor apply` marks rows: slices, and never content."""
SOURCES = frozenset(["source", "origin", "site", "provider", "출처", "수집처"])
"""Normalised names of columns that say where a row comes from: slices beside a content that is named, as
in a table of features they may as well be one."""
SAID = ("id", "label", "text", "image", "features", "split", "slice")
"""Roles that a flag can name the columns of."""
SHOWN = 5
"""Candidates for a role that are offered, each with its flag."""
NONE = "none"
"""`--label none`: audit without labels."""
FILE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".wav", ".mp3", ".flac")
"""Endings of files of content: a cell that ends so names the content and is not the content."""
IMAGE_ENDINGS = tuple(sorted(ENDINGS))
IDENTIFIER_ENDINGS = ("id", "key", "uuid", "guid", "url", "uri", "path", "번호", "아이디", "식별자")
ROW_NUMBERS = re.compile(r"^(|unnamed: ?\d+|__index_level_\d+__)$", re.IGNORECASE)
"""What pandas calls the column of its index in a file: row numbers nobody asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChoice:
    """What the user said about columns; empty fields are found by name."""

    id: str | None = None
    label: str | None = None
    text: tuple[str, ...] = ()
    image: str | None = None
    """The column that names the image of each row."""
    features: tuple[str, ...] = ()
    split: str | None = None
    slice: tuple[str, ...] = ()
    """Columns by which suspects are counted, besides those found by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The columns of a table by what they are for."""

    id: str | None = None
    label: str | None = None
    text: tuple[str, ...] = ()
    image: tuple[str, ...] = ()
    """The columns that may name the image of each row; which of them does is told by the files."""
    features: tuple[str, ...] = ()
    split: str | None = None
    annotator: str | None = None
    slice: tuple[str, ...] = ()
    """In file order: the columns that a flag or the format names, annotators, batches and sources."""
    sliced: frozenset[str] = frozenset()
    """Those of `slice` that a flag names."""
    said: Mapping[str, bool] = field(default_factory=dict)
    """Role -> whether a flag named the column (True) or its name did (False)."""


def normal_name(name: str) -> str:
    """A column name as the name sets hold it.

    >>> normal_name("Label_Text "), normal_name("ID")
    ('labeltext', 'id')
    """
    return re.sub(r"[\s_.\-]", "", unicodedata.normalize("NFC", name).casefold())


def find_roles(
    names: Sequence[str],
    choice: ColumnChoice,
    file: str,
    by_format: Mapping[str, tuple[str, ...]] | None = None,
    naming_images: Sequence[str] = (),
) -> Roles:
    """The role of each column, from what the user said, then from the format, then from the names.

    Args:
        names: the columns of the table, probability columns left out.
        choice: what the user said.
        file: the file's name, for messages.
        by_format: role -> columns, where the file's format itself says so.
        naming_images: columns whose cells are names of images.

    Raises:
        UsageError: a named column does not exist, a role has several candidates, or there is no label
            column. All of these at once.
    """
    problems: list[Problem] = []
    said = {role: bool(getattr(choice, role)) for role in SAID}
    choice = _completed(choice, by_format or {})
    found: dict[str, str | None] = {}
    taken: set[str] = {choice.id or "", choice.label or "", choice.split or "", *choice.text} - {"", NONE}
    images = {name for name in naming_images if normal_name(name) in NAMES["image"]}
    for role in ("id", "label", "split", "annotator"):
        wanted = getattr(choice, role, None)
        several = _no_texts(role, (by_format or {}).get(role, ()))
        if wanted:
            found[role] = _existing(wanted, names, role, file, problems)
        elif len(several) > 1:
            found[role] = None
            problems.append(_several(role, several, names, file))
        else:
            others = images if role == "id" and _has_other_id(names, taken | images) else set()
            found[role] = _by_name(role, names, taken | others, file, problems)
        taken.add(found[role] or "")
    text = tuple(_existing(name, names, "text", file, problems) or "" for name in choice.text)
    image = _existing(choice.image, names, "image", file, problems) if choice.image else None
    taken |= {image} if image else set()
    slices = [_existing(name, names, "slice", file, problems) for name in choice.slice]
    apart = _told_apart(names, taken, found["annotator"])
    features = _matching(choice.features, names, taken | apart, file, problems)
    if not text and not features:
        by_name = _by_name("text", names, taken, file, problems)
        text = (by_name,) if by_name else ()
    if problems:
        raise UsageError(problems)
    label = None if choice.label == NONE else found["label"]
    if not text and not features:
        roles = {found["id"], label, found["split"], *apart}
        features = tuple(name for name in names if name not in roles)
    else:
        apart |= {name for name in names if normal_name(name) in SOURCES} - taken
    wanted = {*slices, *(apart - {*text, *features})}
    return Roles(
        id=found["id"],
        label=label,
        text=text,
        image=(image,) if image else _images(naming_images, by_format or {}),
        features=features,
        split=found["split"],
        annotator=found["annotator"],
        slice=tuple(name for name in names if name in wanted),
        sliced=frozenset(name for name in slices if name and said["slice"]),
        said=said,
    )


def _has_other_id(names: Sequence[str], taken: set[str]) -> bool:
    return any(normal_name(name) in NAMES["id"] and name not in taken for name in names)


def _images(naming: Sequence[str], by_format: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The columns of images that the format names; else, if it names no content, those whose names say so."""
    if "image" in by_format or "features" in by_format:
        return by_format.get("image", ())
    return tuple(name for name in naming if normal_name(name) in NAMES["image"])


def _told_apart(names: Sequence[str], taken: set[str], annotator: str | None) -> set[str]:
    """The columns whose names say annotator, batch or mark, and that have no other role."""
    kinds = NAMES["annotator"] | BATCHES | MARKS
    named = {name for name in names if normal_name(name) in kinds and name not in taken}
    return named | ({annotator} if annotator else set())


def _completed(choice: ColumnChoice, by_format: Mapping[str, tuple[str, ...]]) -> ColumnChoice:
    """What the user said, and where nothing was said what the format says."""
    given = {role: by_format.get(role, ()) for role in ("id", "label", "split")}
    given["label"] = _no_texts("label", given["label"])
    one = {role: names[0] if len(names) == 1 else None for role, names in given.items()}
    content = bool(choice.text or choice.features)
    return ColumnChoice(
        id=choice.id or one["id"],
        label=choice.label or one["label"],
        text=choice.text if content else by_format.get("text", ()),
        image=choice.image,
        features=choice.features if content else by_format.get("features", ()),
        split=choice.split or one["split"],
        slice=choice.slice or by_format.get("slice", ()),
    )


def _no_texts(role: str, candidates: Sequence[str]) -> tuple[str, ...]:
    """The candidates of a format for the label without those whose name says text, where others are left."""
    kept = tuple(name for name in candidates if normal_name(name) not in NAMES["text"])
    return kept if role == "label" and kept else tuple(candidates)


def _existing(name: str, names: Sequence[str], role: str, file: str, problems: list[Problem]) -> str | None:
    if name in names or (role == "label" and name == NONE):
        return name
    same = [other for other in names if normal_name(other) == normal_name(name)]
    if len(same) == 1:
        return same[0]
    problems.append(_not_there(name, names, role, file))
    return None


def _by_name(
    role: str, names: Sequence[str], taken: set[str], file: str, problems: list[Problem]
) -> str | None:
    free = [name for name in names if name not in taken]
    candidates = [name for name in free if normal_name(name) in NAMES[role]]
    if role == "text" and not candidates:
        candidates = [name for name in free if _is_inner_text(name)]
    if len(candidates) == 1:
        return candidates[0]
    if len(candidates) > 1:
        if role == "annotator":
            return None
        problems.append(_several(role, candidates, names, file))
    elif role == "label":
        problems.append(_no_label(names, file))
    return None


def _is_inner_text(name: str) -> bool:
    """Whether a key of an object within the rows says that it is the text, and the object's own key too."""
    return "." in name and all(normal_name(part) in NAMES["text"] for part in name.split("."))


def _matching(
    patterns: Sequence[str], names: Sequence[str], taken: set[str], file: str, problems: list[Problem]
) -> tuple[str, ...]:
    """Column names for `--features`; a glob leaves out the columns that have a role."""
    out: dict[str, None] = {}
    for pattern, hits in feature_columns(patterns, names).items():
        if not hits:
            problems.append(_not_there(pattern, names, "features", file))
        out.update(
            dict.fromkeys(hit for hit in hits if _composed(hit) == _composed(pattern) or hit not in taken)
        )
    return tuple(out)


def feature_columns(patterns: Sequence[str], names: Sequence[str]) -> dict[str, list[str]]:
    """Pattern -> its columns, for names, globs, and either of them joined by commas."""
    known = {_composed(name) for name in names}
    parts = [
        part for entry in patterns for part in ([entry] if _composed(entry) in known else entry.split(","))
    ]
    return {part: _columns_of(part, names) for part in parts}


def _columns_of(pattern: str, names: Sequence[str]) -> list[str]:
    """The column that a pattern names, else those that it fits, in whichever Unicode form."""
    composed = _composed(pattern)
    exact = [pattern] if pattern in names else [name for name in names if _composed(name) == composed]
    return exact or [name for name in names if fnmatch.fnmatch(_composed(name), composed)]


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def names_files(cells: Sequence[str]) -> bool:
    """Whether cells are names of image or sound files.

    >>> names_files(["a/1.JPG", "b.png", ""]), names_files(["see 1.jpg for more", "a.png"])
    (True, False)
    """
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(cell.lower().endswith(FILE_ENDINGS) for cell in filled)


def names_images(cells: Sequence[str]) -> bool:
    """Whether most cells are names of images.

    >>> names_images(["a/1.JPG", "b.png", "x"]), names_images(["1.wav", "2.png"])
    (True, False)
    """
    filled = [cell for cell in cells if cell]
    return 2 * sum(cell.lower().endswith(IMAGE_ENDINGS) for cell in filled) > len(filled)


def looks_like_identifier(name: str) -> bool:
    """Whether a feature column's name says that it identifies the row rather than describes it."""
    normal = normal_name(name)
    return normal in NAMES["id"] or normal.endswith(IDENTIFIER_ENDINGS) or bool(ROW_NUMBERS.match(name))


def _columns(names: Sequence[str]) -> Text:
    return say(N_("columns: {names}"), names=listed(names))


def _no_label(names: Sequence[str], file: str) -> Problem:
    return Problem(
        slug="label-column",
        what=say(N_("no column of {file} has a name that says it is the label"), file=file),
        details=(_columns(names),),
        fixes=(*_inner_labels(names), say(N_("--label none audits without labels"))),
    )


def _inner_labels(names: Sequence[str]) -> list[Text]:
    """The columns of objects within rows whose last key says it is the label; where none, what to type."""
    inner = [name for name in names if "." in name and normal_name(name.rpartition(".")[2]) in NAMES["label"]]
    return [_flag("label", name) for name in inner[:SHOWN]] or [say("--label COLUMN")]


def _flag(role: str, name: str) -> Text:
    return say("--{role} {name}", role=role, name=shlex.quote(name))


def _several(role: str, candidates: Sequence[str], names: Sequence[str], file: str) -> Problem:
    return Problem(
        slug="label-column" if role == "label" else "column-ambiguous",
        what=say(N_("cannot tell which column is the {role} in {file}"), role=role, file=file),
        details=(say(N_("candidates: {names}"), names=", ".join(candidates)), _columns(names)),
        fixes=tuple(_flag(role, name) for name in candidates[:SHOWN]),
    )


def _not_there(name: str, names: Sequence[str], role: str, file: str) -> Problem:
    near = nearest(name, names)
    return Problem(
        slug="column-not-found",
        what=say(N_("{file} has no column {name}"), file=file, name=name),
        details=(_columns(names),),
        fixes=() if near is None else (_flag(role, near),),
    )
