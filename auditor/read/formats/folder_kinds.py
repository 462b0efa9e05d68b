"""What kind of dataset a folder is: the marks of each, in one place, so that they exclude each other.

A folder of tables beside images is the one that is of two kinds; the user is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from auditor.data import SPLIT_NAMES, split_kind
from auditor.errors import InputError, Problem
from auditor.images.files import ENDINGS as ENDINGS_OF_IMAGES
from auditor.read.compressed import ENDINGS
from auditor.read.files import unreadable
from auditor.read.sources import Source
from auditor.wording import N_, Text, say

IMAGES = ENDINGS_OF_IMAGES
"""Endings of images."""
SOUNDS = frozenset(".wav .mp3 .flac .ogg .opus .m4a .aac .wma .aif .aiff".split())  # noqa: SIM905
"""Endings of sounds."""
FAMILIES = {
    "parquet": (".parquet", ".pq"),
    "feather": (".arrow", ".feather"),
    "jsonl": (".jsonl", ".ndjson"),
    "csv": (".csv",),
    "tsv": (".tsv", ".tab"),
}
"""The reader of tables that are parts of one -> their endings."""
FAMILY_OF = {suffix: family for family, suffixes in FAMILIES.items() for suffix in suffixes}
STREAMS = ENDINGS.keys() - {".zip"}
"""Endings of one compressed file, whose name without them says what it holds."""
TEXT = ".txt"
"""Tab-separated tables are called so, and so is a README."""
METADATA = frozenset({"metadata.csv", "metadata.jsonl", "metadata.parquet"})
"""Tables that say more of the files in a folder."""
HUGGING_FACE = ("dataset_dict.json", "dataset_info.json", "state.json")
YOLO = ("data.yaml", "data.yml", "dataset.yaml", "dataset.yml")
SUBMISSION = re.compile(r"sample.?submission|(?<![a-z])submission(?![a-z])", re.IGNORECASE)
"""What Kaggle calls the file that shows how to hand in predictions."""
COCO = re.compile(r"instances_.*\.json", re.IGNORECASE)
"""What COCO itself calls its files of boxes."""
ROBOFLOW = re.compile(r".*\.coco\.json", re.IGNORECASE)
COCO_LISTS = (b'"images"', b'"annotations"', b'"categories"')
MOST_JSON = 50
"""In a folder of more JSON files than this, none is looked into."""
IMAGE_FOLDERS = frozenset(["images", "image", "imgs", "img", "jpegimages"])
MASK_FOLDERS = frozenset(
    """masks mask labels label annotations annotation segmentation segmentationclass segmentationobject
    segmaps gt groundtruth""".split()  # noqa: SIM905
)
"""Names of the folders of a segmentation dataset, in small letters without - and _."""
BETWEEN = "-._ 0-9"
"""What may stand around a word for a split, as Hugging Face `datasets` has it."""
WORD = re.compile(
    "(?<![^{0}])({1})(?=[{0}]|$)".format(
        BETWEEN, "|".join(sorted(SPLIT_NAMES.keys() - {"tr"}, key=len)[::-1])
    ),
    re.IGNORECASE,
)
SHARD = re.compile(r"^(?P<series>.*?)-(?P<number>\d{5})-of-(?P<total>\d{5})(?P<rest>.*)$")
"""`train-00000-of-00002.parquet`, also with a hash behind the numbers."""


def is_submission(place: str) -> bool:
    """Whether a file is made to be handed in: its labels are placeholders or predictions.

    >>> [is_submission(name) for name in ("a/sample_submission.csv", "sampleSubmission.csv", "posts.csv")]
    [True, True, False]
    """
    return SUBMISSION.search(place.rpartition("/")[2]) is not None


def ending(place: str) -> str:
    """The ending of a name in small letters, that of the content where it is compressed.

    >>> ending("a/b.CSV.gz"), ending("a.b/c"), ending("a.zip")
    ('.csv', '', '.zip')
    """
    stem, dot, last = place.lower().rpartition("/")[2].rpartition(".")
    if dot and f".{last}" in STREAMS:
        stem, dot, last = stem.rpartition(".")
    return f".{last}" if stem else ""


def having(files: Iterable[str], endings: Iterable[str]) -> list[str]:
    """The files that have one of these endings and are not compressed."""
    wanted = tuple(endings)
    return [place for place in files if place.lower().endswith(wanted)]


def split_in(name: str) -> str | None:
    """The split that a name says, "" where it says several, None where it says none.

    >>> split_in("ratings_train.txt"), split_in("val2017"), split_in("train-test.csv"), split_in("trains")
    ('train', 'validation', '', None)
    """
    kinds = {kind for word in WORD.findall(name) if (kind := split_kind(word))}
    return kinds.pop() if len(kinds) == 1 else "" if kinds else None


def split_of(place: str) -> str | None:
    """The split of a file by its shard series, its folders, then its name, as `datasets` takes it.

    >>> split_of("data/unsupervised-00000-of-00001.parquet"), split_of("dev/a.csv"), split_of("a/b.csv")
    ('unsupervised', 'validation', None)
    """
    name = place.rpartition("/")[2]
    series = SHARD.match(name)
    if series and re.fullmatch(r"\w+(\.\w+)*", series["series"]):
        return series["series"]
    said = split_of_folders(place)
    return split_in(name) if said is None else said


def split_of_folders(place: str) -> str | None:
    """The split that the folders above a file say, "" where they say several, None where they say none.

    >>> split_of_folders("data/train/a.jpg"), split_of_folders("train/val/a.jpg"), split_of_folders("a/test")
    ('train', '', None)
    """
    folders = place.split("/")[:-1]
    said = {kind for folder in folders if (kind := split_in(folder)) is not None}
    return None if not said else said.pop() if len(said) == 1 else ""


def is_hugging_face(source: Source) -> bool:
    """Whether it is what `save_to_disk` of Hugging Face `datasets` writes."""
    if not source.is_folder:
        return False
    here = set(source.files)
    return HUGGING_FACE[0] in here or {*HUGGING_FACE[1:]} <= here


def yolo_list(source: Source) -> str | None:
    """The file that names the classes of a YOLO dataset, None where it is none."""
    if not source.is_folder:
        return None
    files = set(source.files)
    here = next((name for name in YOLO if name in files), None)
    if here is None or not any(is_yolo_label(place) for place in source.files):
        return None
    return here if re.search(rb"(?m)^names\s*:", _head(source, here, 1 << 20)) else None


def is_yolo_label(place: str) -> bool:
    """Whether a file stands in a folder `labels` and may hold boxes; `classes.txt` there holds names."""
    *folders, name = place.lower().split("/")
    return name.endswith(TEXT) and name != "classes.txt" and "labels" in folders


def voc_files(source: Source) -> list[str]:
    """The annotations of a Pascal VOC dataset, none where it is none."""
    places = having(source.files, (".xml",))
    return [place for place in places if "annotations" in place.lower().split("/")[:-1]]


def is_voc(source: Source) -> bool:
    """Whether a folder `Annotations` holds XML files of which the first has the root `annotation`."""
    places = voc_files(source)
    if not places:
        return False
    return b"<annotation" in _head(source, places[0], 1 << 12).replace(b"\0", b"")


def coco_files(source: Source) -> list[str]:
    """The COCO files of a folder; none where it has none.

    `instances_*.json` of COCO itself; beside them captions and key points say more of the same images.
    Else `*.coco.json` of Roboflow; else, where images stand too, every JSON file with the three lists.
    """
    if "coco" not in source.seen:
        source.seen["coco"] = tuple(_coco_files(source))
    return list(source.seen["coco"])


def _coco_files(source: Source) -> list[str]:
    if not source.is_folder:
        return []
    places = having(source.files, (".json",))
    for marked in (COCO, ROBOFLOW):
        found = [place for place in places if marked.match(place.rpartition("/")[2])]
        if found := [place for place in found if _is_coco(source, place)]:
            return found
    if not places or len(places) > MOST_JSON or not having(source.files, IMAGES):
        return []
    return [place for place in places if _is_coco(source, place)]


def is_coco_folder(source: Source) -> bool:
    """Whether a folder holds COCO files."""
    return bool(coco_files(source))


def _is_coco(source: Source, place: str) -> bool:
    """Whether a file holds the names of the three lists of COCO; it is not parsed."""
    missing = set(COCO_LISTS)
    tail = b""
    try:
        with (source.path / place).open("rb") as stream:
            while missing and (piece := stream.read(1 << 20)):
                missing -= {name for name in missing if name in tail + piece}
                tail = piece[-32:]
    except OSError as error:
        raise InputError(unreadable(source.path / place, error)) from error
    return not missing


def is_marked(source: Source) -> bool:
    """Whether a folder has the marks of Hugging Face, YOLO, Pascal VOC or COCO."""
    return _has_marks(source) or is_coco_folder(source)


def _has_marks(source: Source) -> bool:
    return is_hugging_face(source) or bool(yolo_list(source)) or is_voc(source)


def _is_manifest(source: Source) -> bool:
    from auditor.read.formats.image_manifest import is_manifest  # it reads a table, which takes all of read/

    return is_manifest(source)


def media(source: Source) -> list[str]:
    """The images and sounds of a folder that no other format claims."""
    if not source.is_folder or is_marked(source) or _is_manifest(source):
        return []
    return having(source.files, IMAGES | SOUNDS)


def table_parts(source: Source) -> dict[str, list[str]]:
    """Reader -> the tables of a folder that it reads, none where another format claims the folder.

    `.txt` counts only where every one has a tab in its first line and there is no other table.
    """
    found: dict[str, list[str]] = {}
    if not source.is_folder or _has_marks(source):
        return found
    beside = bool(media(source)) or is_coco_folder(source)
    texts = []
    for place in source.files:
        kind = ending(place)
        if kind == TEXT:
            texts.append(place)
        elif kind in FAMILY_OF and not (beside and place.rpartition("/")[2].lower() in METADATA):
            found.setdefault(FAMILY_OF[kind], []).append(place)
    if not found and texts and not beside and all(_has_tab(source, place) for place in texts):
        found["tsv"] = texts
    return _without_submissions(found)


def _without_submissions(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """The tables that are no submissions, where there are others; where there are none, all."""
    kept = {
        family: [place for place in places if not is_submission(place)] for family, places in found.items()
    }
    kept = {family: places for family, places in kept.items() if places}
    return kept or found


def nothing_of(source: Source, form: str, *fixes: Text) -> Problem:
    """A folder that holds nothing of the format it is to be read as."""
    return Problem(
        slug="format-unknown",
        what=say(N_("{name} holds nothing of this format: {format}"), name=source.name, format=form),
        fixes=fixes or (say(N_("leave out --input-format, or name the folder that holds the files")),),
    )


def _has_tab(source: Source, place: str) -> bool:
    return b"\t" in _head(source, place, 1 << 16).replace(b"\0", b"").split(b"\n", 1)[0]


def _head(source: Source, place: str, length: int) -> bytes:
    try:
        with (source.path / place).open("rb") as stream:
            return stream.read(length)
    except OSError as error:
        raise InputError(unreadable(source.path / place, error)) from error


def mask_pairs(images: Sequence[str]) -> dict[str, str]:
    """Image -> its mask, where images stand in a folder of images and masks in a folder of masks.

    The mask is the file of the same path and stem under the other folder. None where under half of the
    images have one.
    """
    masks = {key: place for place in images if (key := _place_in(place, MASK_FOLDERS))}
    pairs = {place: masks.get(key, "") for place in images if (key := _place_in(place, IMAGE_FOLDERS))}
    matched = sum(bool(mask) for mask in pairs.values())
    return pairs if matched and 2 * matched >= len(pairs) else {}


def _place_in(place: str, folders: frozenset[str]) -> tuple[str, ...] | None:
    """The path of a file without its folder of images or masks and without its ending; None outside."""
    *above, name = place.split("/")
    for at, part in enumerate(above):
        if part.lower().replace("-", "").replace("_", "") in folders:
            return (*above[:at], *above[at + 1 :], PurePosixPath(name).stem)
    return None
