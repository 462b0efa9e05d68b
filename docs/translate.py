"""Bring the Korean catalogue up to date: collect the sentences, keep their translations, compile.

    python docs/translate.py            rewrite auditor.po, compile auditor.mo
    python docs/translate.py --check    exit 1 if a sentence lacks a translation or a file is stale

What `pybabel extract -k N_ --no-location --sort-output`, `update --no-fuzzy-matching --ignore-obsolete`
and `compile` do, with the options of babel.cfg, but without the dates and versions that they write:
the same sentences give the same bytes.
"""

from __future__ import annotations

import configparser
import io
import sys
from dataclasses import dataclass
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "auditor/locale/ko/LC_MESSAGES"
PO, MO = FOLDER / "auditor.po", FOLDER / "auditor.mo"
WIDTH = 100
HEADERS = (
    ("Project-Id-Version", "auditor"),
    ("Language", "ko"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "8bit"),
    ("Plural-Forms", "nplurals=1; plural=0;\n"),
)

MessageId = str | tuple[str, ...]
"""A sentence, or the singular and plural of one whose number the template chooses."""


@dataclass(frozen=True, slots=True)
class Found:
    """A marked sentence and the file it stands in, relative to the root."""

    id: MessageId
    file: str

    @property
    def in_template(self) -> bool:
        """Whether Jinja fills it in: its placeholders are then `%(name)s`."""
        return self.file.endswith(".j2")


class Korean(Catalog):
    """A catalogue whose header holds neither dates nor the version of Babel."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The fields of the header."""
        return list(HEADERS)


def sentences() -> list[Found]:
    """Every marked sentence of the sources, as babel.cfg says where to look."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "babel.cfg", encoding="utf-8")
    methods, options = [], {}
    for section in parser.sections():
        method, pattern = (part.strip() for part in section.split(":", 1))
        methods.append((pattern, method))
        options[pattern] = dict(parser[section])
    keywords = {**DEFAULT_KEYWORDS, "N_": None}
    found = extract_from_dir(str(ROOT), method_map=methods, options_map=options, keywords=keywords)
    return [*(Found(message, Path(file).as_posix()) for file, _, message, _, _ in found), *_detector_pages()]


def _detector_pages() -> list[Found]:
    """The paragraphs of the detectors' documentation, which stand in docstrings."""
    sys.path.insert(0, str(ROOT))
    from auditor.detect import detectors

    return [
        Found(paragraph, f"auditor/detect/{name}.py")
        for name, found in detectors().items()
        for paragraph in found.paragraphs
    ]


def translations() -> Catalog:
    """The catalogue as it stands in auditor.po."""
    with PO.open("rb") as stream:
        return read_po(stream, locale="ko")


def updated(known: Catalog, found: list[Found]) -> Korean:
    """The sentences of the sources with the translations that are known; what is gone is left out."""
    catalogue = Korean(locale="ko", fuzzy=False, header_comment=known.header_comment)
    for sentence in found:
        old = known.get(sentence.id if isinstance(sentence.id, str) else sentence.id[0])
        kept = old if old is not None and old.id == sentence.id else Message(sentence.id)
        message = catalogue.add(sentence.id, kept.string)
        message.flags = flags_of(str(sentence.id)) | (kept.flags & {"fuzzy"})
    return catalogue


def flags_of(text: str) -> set[str]:
    """What editors of catalogues should check, told by the placeholders: 95% is none."""
    return {"python-format"} if "%(" in text else {"python-brace-format"} if "{" in text else set()


def untranslated(catalogue: Catalog) -> list[str]:
    """The sentences that have no translation yet, or one that is marked as doubtful."""
    messages = [message for message in catalogue if message.id]
    return [str(message.id) for message in messages if message.fuzzy or not any(message.string or "")]


def written(catalogue: Catalog) -> bytes:
    """The bytes of auditor.po."""
    stream = io.BytesIO()
    write_po(stream, catalogue, width=WIDTH, no_location=True, sort_output=True, ignore_obsolete=True)
    return stream.getvalue().rstrip(b"\n") + b"\n"


def compiled(catalogue: Catalog) -> bytes:
    """The bytes of auditor.mo: the translations of auditor.po under the header that has no dates."""
    plain = Korean(locale="ko", fuzzy=False)
    for message in catalogue:
        if message.id:
            plain.add(message.id, message.string, flags=message.flags)
    stream = io.BytesIO()
    write_mo(stream, plain)
    return stream.getvalue()


def main() -> int:
    """Rewrite the two files, or compare them."""
    check = "--check" in sys.argv
    catalogue = updated(translations(), sentences())
    stale = []
    for path, data in ((PO, written(catalogue)), (MO, compiled(catalogue))):
        if not path.exists() or path.read_bytes() != data:
            stale.append(f"{'stale' if check else 'rewritten'}: {path.name}")
            if not check:
                path.write_bytes(data)
    missing = [f"untranslated: {text}" for text in untranslated(catalogue)]
    print("\n".join([*stale, *missing]) or "up to date")
    return 1 if missing or (stale and check) else 0


if __name__ == "__main__":
    sys.exit(main())
