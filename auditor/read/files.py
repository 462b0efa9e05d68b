"""Before a file is opened: is it there, is it safe, what is it?"""

from __future__ import annotations

from pathlib import Path

from auditor.errors import InputError, Problem, did_you_mean, nearest
from auditor.images.files import MAX_RATIO
from auditor.wording import N_, Text, say

PICKLE_SUFFIXES = frozenset(
    {".pkl", ".pickle", ".joblib", ".pt", ".pth", ".bin", ".ckpt", ".h5", ".hdf5", ".sav", ".model"}
)
"""Formats that run code when opened, or that people use for pickles."""
MAX_BYTES = 4 << 30
"""An archive that unpacks to more than this is refused."""
AS_TEXTS = "ids=np.asarray(ids, dtype=str), classes=np.asarray(names, dtype=str)"
"""Without `dtype`, numpy keeps the texts of pandas as Python objects, in a pickle."""
RECIPE = f'np.savez("oof.npz", probs=probs, {AS_TEXTS})'
RECIPES = {
    **dict.fromkeys(
        (".pt", ".pth", ".ckpt", ".bin"),
        (f'p = torch.load("oof.pt").softmax(-1).cpu().numpy(); np.savez("oof.npz", probs=p, {AS_TEXTS})',),
    ),
    **dict.fromkeys(
        (".h5", ".hdf5"), (f'np.savez("oof.npz", probs=h5py.File("oof.h5")["probs"][:], {AS_TEXTS})',)
    ),
    **dict.fromkeys(
        (".pkl", ".pickle"),
        (
            f'np.savez("oof.npz", probs=np.asarray(pd.read_pickle("oof.pkl")), {AS_TEXTS})',
            'pd.read_pickle("data.pkl").to_parquet("data.parquet")',
        ),
    ),
    **dict.fromkeys(
        (".joblib", ".sav"),
        (f'np.savez("oof.npz", probs=np.asarray(joblib.load("oof.joblib")), {AS_TEXTS})',),
    ),
    ".safetensors": (
        'p = safetensors.numpy.load_file("oof.safetensors")["probs"]; '
        f'np.savez("oof.npz", probs=p, {AS_TEXTS})',
    ),
}
"""Ending of a file that is not opened -> what writes its content in a form that is, where it was made."""


def existing_file(path: Path) -> Path:
    """The path, once it is sure that a regular file that is not empty and not a pickle stands there.

    Raises:
        InputError: `file-not-found`, `not-a-file`, `file-empty`, `file-unreadable`, `pickle-refused`.
    """
    if not is_unicode(str(path)):
        raise InputError(_name_no_unicode(path))
    try:
        if not path.exists():
            raise InputError(_not_found(path))
        if not path.is_file():
            raise InputError(Problem(slug="not-a-file", what=say(N_("{name} is not a file"), name=path.name)))
        head = _first_bytes(path)
    except OSError as error:  # also a name that is too long, or a folder that may not be entered
        raise InputError(unreadable(path, error)) from error
    if not head:
        raise InputError(
            Problem(slug="file-empty", what=say(N_("{name} is empty (0 bytes)"), name=path.name))
        )
    refuse_pickle(path, head)
    return path


def existing_folder(path: Path) -> Path:
    """The path, once it is sure that a folder that can be listed stands there.

    Raises:
        InputError: `file-unreadable`.
    """
    if not is_unicode(str(path)):
        raise InputError(_name_no_unicode(path))
    try:
        next(path.iterdir(), None)
    except OSError as error:
        raise InputError(unreadable(path, error)) from error
    return path


def is_unicode(text: str) -> bool:
    """Whether a text can be written as UTF-8: it holds no half of a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _name_no_unicode(path: Path) -> Problem:
    shown = str(path).encode("utf-8", "backslashreplace").decode()
    return Problem(
        slug="file-unreadable",
        what=say(N_("{name}: the name of the file or of its folder is not valid UTF-8"), name=shown),
        fixes=(say(N_("rename it, or copy the file to another name")),),
    )


def unreadable(path: Path, error: Exception) -> Problem:
    """A file that the operating system or its format's reader could not read."""
    return Problem(
        slug="file-unreadable",
        what=say(N_("{name} cannot be read: {error}"), name=path.name, error=first_line(error)),
    )


def bytes_of_small(path: Path, most: int) -> bytes:
    """The bytes of a file that is read whole, once it is sure that it is small.

    Raises:
        InputError: `file-unreadable`, also where it is larger than `most`.
    """
    try:
        if path.stat().st_size > most:
            raise ValueError(f"it is larger than {most >> 20} MB")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(unreadable(path, error)) from error


def extra_missing(name: str, extra: str, *fixes: Text) -> Problem:
    """A file whose reader needs a package that comes with an extra of auditor; `fixes` lead around it."""
    return Problem(
        slug="extra-missing",
        what=say(N_("reading {name} needs a package that is not installed"), name=name),
        fixes=(say("{command}", command=f'pip install "dataset-auditor[{extra}]"'), *fixes),
    )


def swollen_file(path: Path, fix: Text) -> Problem:
    """A file that unpacks to more than is opened; `fix` is what to do instead."""
    return Problem(
        slug="archive-refused",
        what=say(
            N_("{name} unpacks to more than auditor opens ({limit} GB, or {ratio} times its size)"),
            name=path.name,
            limit=MAX_BYTES >> 30,
            ratio=MAX_RATIO,
        ),
        fixes=(fix,),
    )


def first_line(error: Exception) -> str:
    """The first line of an error's message, cut to 300 characters."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def refuse_pickle(path: Path, head: bytes) -> None:
    """Raise `pickle-refused` for what is a pickle by its name or by its first bytes."""
    torch_zip = head.startswith(b"PK\x03\x04") and b"data.pkl" in head
    pickled = head[:1] == b"\x80" and head[1:2] in {b"\x02", b"\x03", b"\x04", b"\x05"}
    if path.suffix.lower() in PICKLE_SUFFIXES or pickled or torch_zip:
        raise InputError(
            Problem(
                slug="pickle-refused",
                what=say(
                    N_(
                        "{name} is a pickle or model file, which can run code when opened; auditor opens none"
                    ),
                    name=path.name,
                ),
                fixes=recipes(path.suffix.lower()) or (_made(RECIPE),),
            )
        )


def recipes(suffix: str) -> tuple[Text, ...]:
    """What to run where a file that is not opened was made, by its ending; none for an unknown one."""
    return tuple(map(_made, RECIPES.get(suffix, ())))


def _made(recipe: str) -> Text:
    return say(N_("where it was made: {recipe}"), recipe=recipe)


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(1024)


def _not_found(path: Path) -> Problem:
    folder = path.parent
    names = sorted(other.name for other in folder.iterdir()) if folder.is_dir() else []
    near = nearest(path.name, [name for name in names if name != path.name])  # a link may lead nowhere
    return Problem(
        slug="file-not-found",
        what=say(N_("there is no file {name}"), name=str(path)),
        fixes=did_you_mean(near and str(folder / near)),
    )
