"""Files at an address (`s3://`, `hf://`, `https://`, ...) that the user typed: fetched whole by fsspec.

An address that stands in data never comes here. What an address may carry beside the place of the file
(a name and password before `@`, a signature behind `?`) is cut from everything that is shown or kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from auditor.errors import InputError, Problem
from auditor.read.files import MAX_BYTES, is_unicode
from auditor.scratch import Scratch, asking_for_room
from auditor.wording import N_, Text, cut, say

ADDRESS = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]+(://|::)")
PACKAGES: Mapping[str, str] = {
    **dict.fromkeys(("http", "https"), "aiohttp"),
    **dict.fromkeys(("s3", "s3a"), "s3fs"),
    **dict.fromkeys(("gs", "gcs"), "gcsfs"),
    **dict.fromkeys(("az", "abfs", "abfss"), "adlfs"),
    **dict.fromkeys(("sftp", "ssh"), "paramiko"),
    "hf": "huggingface_hub",
    "oss": "ossfs",
    "ftp": "",
    "memory": "",
}
"""Protocol that may be typed -> the package that fsspec needs for it; "" where it needs none."""
CHUNK = 1 << 20


def is_address(text: object) -> bool:
    """Whether a text is an address and no path; a path of Windows (`C:/data.csv`) is none.

    >>> is_address("s3://bucket/data.csv"), is_address("data/train.csv"), is_address("C:/data.csv")
    (True, False, False)
    """
    return isinstance(text, str) and bool(ADDRESS.match(text))


def path_or_address(text: str) -> str | Path:
    """A path, or the address as it was typed: `Path` would take `s3://x` for `s3:/x`."""
    return text if is_address(text) else Path(text)


def without_secrets(address: str) -> str:
    """An address without name and password, query and fragment.

    >>> without_secrets("https://me:pw@host/a/b.csv?sig=1#x")
    'https://host/a/b.csv'
    """
    protocol, mark, rest = address.partition("://")
    if not mark:
        return address
    place = re.split(r"[?#]", rest, maxsplit=1)[0]
    host, slash, path = place.partition("/")
    return f"{protocol}://{host.rsplit('@', 1)[-1]}{slash}{path}"


def fetched(address: str) -> tuple[Path, Scratch]:
    """A copy of the file at an address, under its own name, and the folder of the copy.

    Raises:
        InputError: `address-refused` for a chained, caching, local or unknown protocol, `extra-missing`,
            `file-not-found`, `address-unreadable`, `address-too-large`, `no-room`.
    """
    protocol = _protocol(address)
    name = _file_name(address)
    scratch = Scratch()
    _copy(_file_system(protocol, address), address, scratch.path / name)
    return scratch.path / name, scratch


def _protocol(address: str) -> str:
    protocol = address.partition(":")[0].lower()
    if "::" in address or protocol not in PACKAGES:
        shown = address.partition(":")[0] if "::" in address else without_secrets(address)
        raise InputError(_refused(shown, chained="::" in address))
    return protocol


def _file_name(address: str) -> str:
    """The last part of an address: what the copy, the messages and the audit call the file."""
    try:
        path = urlsplit(without_secrets(address)).path
    except ValueError:
        path = ""
    name = path.rsplit("/", 1)[-1]
    printable = name.isprintable() and is_unicode(name) and not set(name) & set('\\:*"<>|')
    if name in {"", ".", ".."} or len(name.encode("utf-8", "replace")) > 200 or not printable:
        raise InputError(
            Problem(
                slug="address-refused",
                what=say(N_("{address} does not end in the name of a file"), address=_shown(address)),
                fixes=(say(N_("name a file, e.g. {example}"), example="s3://bucket/folder/data.csv"),),
            )
        )
    return name


def _file_system(protocol: str, address: str) -> Any:
    try:
        import fsspec
    except ImportError:
        raise InputError(_missing(protocol, 'pip install "dataset-auditor[remote]"')) from None
    try:
        options = fsspec.utils.infer_storage_options(address) if protocol in {"ftp", "sftp", "ssh"} else {}
        known = {name: options[name] for name in ("host", "port", "username", "password") if name in options}
        return fsspec.filesystem(protocol, **known)
    except ImportError:
        raise InputError(_missing(protocol, _install(protocol))) from None
    except Exception as error:  # whatever a file system raises; its words may hold what must not be shown
        raise InputError(_unreadable(address, error)) from None


def _copy(files: Any, address: str, copy: Path) -> None:
    """Copy what stands at an address, and count the bytes while they come."""
    try:
        place = files._strip_protocol(address)
        with files.open(place, "rb") as stream, copy.open("xb") as out:
            _counted(stream, out, address)
    except InputError:
        raise
    except (FileNotFoundError, IsADirectoryError):
        what = say(N_("there is no file {name}"), name=_shown(address))
        raise InputError(Problem(slug="file-not-found", what=what)) from None
    except Exception as error:  # see above: every file system has errors of its own
        raise InputError(_unreadable(address, error)) from None


def _counted(stream: Any, out: Any, address: str) -> None:
    done = 0
    while piece := stream.read(CHUNK):
        done += len(piece)
        if done > MAX_BYTES:
            raise InputError(_too_large(address))
        with asking_for_room():
            out.write(piece)


def _shown(address: str) -> str:
    return cut(without_secrets(address), 200)


def _install(protocol: str) -> str:
    package = PACKAGES[protocol]
    return f'pip install "dataset-auditor[remote]"{" " + package if package else ""}'


def _missing(protocol: str, command: str) -> Problem:
    return Problem(
        slug="extra-missing",
        what=say(
            N_("an address that begins with {protocol}:// needs a package that is not installed"),
            protocol=protocol,
        ),
        fixes=(say("{command}", command=command), _download()),
    )


def _download() -> Text:
    return say(N_("or download the file and name it"))


def _refused(shown: str, *, chained: bool) -> Problem:
    what = (
        say(N_("an address that is chained with :: is not opened: {address}"), address=cut(shown, 200))
        if chained
        else say(N_("this kind of address is not opened: {address}"), address=cut(shown, 200))
    )
    return Problem(
        slug="address-refused",
        what=what,
        details=(say(N_("addresses begin with one of: {names}"), names=" ".join(_protocols())),),
        fixes=(say(N_("name the path of a file on this disk")), _download()),
    )


def _protocols() -> list[str]:
    return [f"{name}://" for name in PACKAGES if name != "memory"]


def _unreadable(address: str, error: Exception) -> Problem:
    status = getattr(error, "status", None)
    why = type(error).__name__ + (f" {status}" if isinstance(status, int) else "")
    return Problem(
        slug="address-unreadable",
        what=say(N_("{address} cannot be fetched: {error}"), address=_shown(address), error=why),
        details=(say(N_("no network, no permission, or no such place")),),
        fixes=(_download(),),
    )


def _too_large(address: str) -> Problem:
    return Problem(
        slug="address-too-large",
        what=say(
            N_("{address} is larger than auditor fetches ({limit} GB)"),
            address=_shown(address),
            limit=MAX_BYTES >> 30,
        ),
        fixes=(_download(),),
    )
