"""Near-duplicate images: ours, the hashes of imagehash, and cleanvision, in one run on hand-judged pairs.

    python benchmarks/duplicates_images.py [--peers PYTHON] [--rounds 3] [--growth 12500 50000 200000]

PYTHON is an interpreter that has imagehash and cleanvision (a virtual environment of its own: both bring
packages that the project does not need; cleanvision is AGPL and is only called). Without it only ours runs.

Pairs are those of dup_images that cross the split, against its list: test images and, of each, one twin in
train. The list leaves out further twins, and what finds them is charged for them; the second precision is
that among the best partner of each test image. Then: planted copies of cifar10n images that are found, and
the share of rows that have a partner where hardly any should have one. CPU seconds are medians.
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

AT = (0.95, 0.9, 0.85, 0.8)
"""Precisions at which recall is told."""
PLANTED = 400
"""Images of cifar10n that are copied, once in each way."""
WIDE = 0.3
"""Similarity from which our curve is drawn."""
FAR = 16
"""Bits of 64 up to which the curve of a hash is drawn."""
Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


# ---------------------------------------------------------------- tools (run by the peers' interpreter too)


def of_hash(paths: list[str], name: str) -> tuple[Found, float, float]:
    """All pairs up to `FAR` bits, by brute force; similarity is 1 - bits / 64. CPU: hashing, comparing."""
    import imagehash
    from PIL import Image

    started = time.process_time()
    bits = np.stack([getattr(imagehash, name)(Image.open(path)).hash.ravel() for path in paths])
    hashed = time.process_time()
    signs = bits.astype(np.float32) * 2 - 1
    apart = np.triu(64 - (signs @ signs.T + 64) / 2 <= FAR, 1)
    first, second = np.nonzero(apart)
    similarity = 1 - (bits[first] != bits[second]).sum(axis=1) / 64
    return (first, second, similarity), hashed - started, time.process_time() - hashed


def of_cleanvision(paths: list[str]) -> tuple[Found, float, float]:
    """The pairs within the sets of its near duplicates."""
    from cleanvision import Imagelab

    place = {path: at for at, path in enumerate(paths)}
    started = time.process_time()
    lab = Imagelab(filepaths=paths, verbose=False)
    lab.find_issues({"near_duplicates": {}, "exact_duplicates": {}}, n_jobs=1, verbose=False)
    cpu = time.process_time() - started
    groups = [sorted(place[path] for path in group) for group in lab.info["near_duplicates"]["sets"]]
    pairs = [pair for group in groups for pair in itertools.combinations(group, 2)]
    both = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    return (both[:, 0], both[:, 1], np.ones(len(both))), cpu, 0.0


def peer(name: str, listing: Path, out: Path) -> None:
    """Run a peer on the files of a listing and write what it found."""
    paths = json.loads(listing.read_text())
    found, hashing, comparing = of_cleanvision(paths) if name == "cleanvision" else of_hash(paths, name)
    np.savez(out, first=found[0], second=found[1], similarity=found[2], cpu=[hashing, comparing])


# ---------------------------------------------------------------- ours


def looked_at(files: Any) -> tuple[NDArray[np.uint8], float]:
    """The greys of images, and the CPU seconds of decoding and measuring them."""
    from auditor.images.looking import look_at

    started = time.process_time()
    looks = look_at(files, threads=1, with_features=False)
    return looks.grey, time.process_time() - started


def ours(grey: NDArray[np.uint8], threshold: float | None = None) -> tuple[Found, float]:
    """The pairs and the CPU seconds of the search."""
    from auditor.similar.image_pairs import near_images

    started = time.process_time()
    pairs = near_images(grey, threshold).pairs
    return (pairs.first, pairs.second, pairs.similarity), time.process_time() - started


# ---------------------------------------------------------------- scores


class Judged:
    """The pairs that people judged, of the images of dup_images."""

    def __init__(self, folder: Path) -> None:
        with (folder / "dataset.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        at = {row["id"]: place for place, row in enumerate(rows)}
        self.names = [row["image"] for row in rows]
        self.test = np.array([row["split"] == "test" for row in rows])
        with (folder / "truth_pairs.csv").open(encoding="utf-8", newline="") as stream:
            both = [sorted((at[row["id_a"]], at[row["id_b"]])) for row in csv.DictReader(stream)]
        self.true = {(one, other) for one, other in both}

    def of(self, found: Found) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.bool_]]:
        """Pairs across the split, the most similar first: on the list, similarity, best of its test image."""
        first, second, similarity = found
        across = np.flatnonzero(self.test[first] != self.test[second])
        across = across[np.argsort(-similarity[across], kind="stable")]
        first, second = first[across], second[across]
        listed = [pair in self.true for pair in zip(first.tolist(), second.tolist(), strict=True)]
        _, best = np.unique(np.where(self.test[first], first, second), return_index=True)
        return np.array(listed, bool), similarity[across], np.isin(np.arange(len(across)), best)

    def curve(self, found: Found) -> list[str]:
        """Recall at each precision of `AT`, with the similarity there."""
        listed, similarity, _ = self.of(found)
        last = np.flatnonzero(np.r_[np.diff(similarity) != 0, True])  # ties cannot be told apart
        hits = np.cumsum(listed)[last]
        precision = hits / (last + 1)
        out = []
        for least in AT:
            enough = np.flatnonzero(precision >= least)
            at = enough[-1] if len(enough) else None
            told = "-" if at is None else f"{hits[at] / len(self.true):.3f} ({similarity[last[at]]:.3f})"
            out.append(told)
        return out

    def at(self, found: Found, threshold: float) -> list[str]:
        """Precision, recall, and precision among the best partners, at a threshold."""
        listed, similarity, best = self.of(found)
        enough = similarity >= threshold
        hits = listed[enough]
        if not len(hits):
            return ["-", "0.000", "-"]
        own = listed[enough & best].mean()
        return [f"{hits.mean():.3f}", f"{hits.sum() / len(self.true):.3f}", f"{own:.3f}"]


# ---------------------------------------------------------------- planted copies


def changes() -> dict[str, Callable[[Any, np.random.Generator], Any]]:
    """Name -> what makes a near copy of a 32 x 32 image."""
    from PIL import Image, ImageDraw, ImageEnhance

    def stored(image: Any, quality: int) -> Any:
        data = io.BytesIO()
        image.save(data, "JPEG", quality=quality)
        return Image.open(data).convert("RGB")

    def cropped(share: float) -> Callable[[Any, np.random.Generator], Any]:
        def crop(image: Any, rng: np.random.Generator) -> Any:
            side = 32 * (1 - share)
            x, y = rng.random(2) * (32 - side)
            return image.resize((32, 32), Image.Resampling.BICUBIC, box=(x, y, x + side, y + side))

        return crop

    def either(change: Callable[[Any, Any], Any], *values: Any) -> Callable[[Any, np.random.Generator], Any]:
        return lambda image, rng: change(image, values[rng.integers(len(values))])

    def marked(image: Any, rng: np.random.Generator) -> Any:
        image = image.copy()
        x, y = rng.integers(0, 18), rng.integers(0, 24)
        ImageDraw.Draw(image).rectangle([x, y, x + 12, y + 5], fill="white")
        return image

    def framed(image: Any, shade: str) -> Any:
        frame = Image.new("RGB", (36, 36), shade)
        frame.paste(image, (2, 2))
        return frame

    return {
        "JPEG 30": lambda image, rng: stored(image, 30),
        "smaller (24 x 24)": lambda image, rng: image.resize((24, 24), Image.Resampling.LANCZOS),
        "larger, other aspect, JPEG 60": lambda image, rng: stored(image.resize((100, 75)), 60),
        "brightness .6, 1.4": either(lambda image, by: ImageEnhance.Brightness(image).enhance(by), 0.6, 1.4),
        "contrast .5, 1.6": either(lambda image, by: ImageEnhance.Contrast(image).enhance(by), 0.5, 1.6),
        "grey": lambda image, rng: image.convert("L"),
        "mirrored": lambda image, rng: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        "cropped by 5 %": cropped(0.05),
        "cropped by 10 %": cropped(0.1),
        "cropped by 20 %": cropped(0.2),
        "turned by 3 degrees": either(lambda image, by: image.rotate(by, Image.Resampling.BICUBIC), -3, 3),
        "turned by 7 degrees": either(lambda image, by: image.rotate(by, Image.Resampling.BICUBIC), -7, 7),
        "white mark on 8 %": marked,
        "border of 6 %": either(framed, "black", "white"),
    }


def stamps(images: list[Any]) -> NDArray[np.uint8]:
    """The greys of images in memory."""
    from PIL import Image

    from auditor.images.glance import greys_of

    side = [image.convert("RGB").resize((64, 64), Image.Resampling.BILINEAR) for image in images]
    return greys_of(np.stack([np.asarray(image) for image in side]))


def planted(images: list[Any], grey: NDArray[np.uint8]) -> list[str]:
    """Lines: of each kind of copy the share that is found, each kind planted alone."""
    rng = np.random.default_rng(7)
    chosen = rng.permutation(len(images))[:PLANTED]
    lines = ["| copy | found |", "|---|---|"]
    for name, change in changes().items():
        copies = stamps([change(images[at], rng) for at in chosen])
        first, second, _ = ours(np.concatenate([grey, copies]))[0]
        pairs = set(zip(first.tolist(), second.tolist(), strict=True))
        hits = [(int(at), len(grey) + place) in pairs for place, at in enumerate(chosen)]
        lines.append(f"| {name} | {np.mean(hits):.2f} |")
    return lines


def partners(grey: NDArray[np.uint8]) -> str:
    """How many rows have a partner, and how many pairs there are."""
    first, second, _ = ours(grey)[0]
    rows = len(np.unique(np.r_[first, second]))
    return f"{rows:,} of {len(grey):,} rows ({rows / len(grey):.2%}), {len(first):,} pairs"


# ---------------------------------------------------------------- growth


def synthetic(n: int) -> tuple[NDArray[np.uint8], set[tuple[int, int]]]:
    """Images with the spectrum of photographs, 2 % of them copies (noise, less contrast), 1 % blank."""
    rng = np.random.default_rng(0)
    waves = np.arange(16)
    basis = np.cos(np.pi * waves[:, None] * (np.arange(32) + 0.5) / 32)
    spectrum = 45 / (1 + np.hypot(waves[:, None], waves))
    grey = np.empty((n, 32, 32), np.uint8)
    for start in range(0, n, 4096):
        size = min(4096, n - start)
        drawn = rng.standard_normal((size, 16, 16), dtype=np.float32) * spectrum
        drawn[:, 0, 0] = rng.normal(128, 20, size)
        grey[start : start + size] = np.clip(basis.T @ drawn @ basis, 0, 255)
    order = rng.permutation(n)
    blank, one, other = np.split(order[: n // 100 + 2 * (n // 50)], [n // 100, n // 100 + n // 50])
    noise = rng.normal(8, 4, (len(one), 32, 32))
    grey[other] = np.clip(grey[one] * 0.9 + noise, 0, 255)
    grey[blank] = rng.integers(199, 202, (len(blank), 32, 32))
    pairs = np.sort(np.stack([one, other], axis=1), axis=1)
    return grey, set(map(tuple, pairs.tolist()))


def _peak() -> float:
    """Megabytes of the largest resident set of this process (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1e3


def growth(n: int) -> str:
    """A line: CPU, memory above the images, planted pairs found, others found."""
    grey, true = synthetic(n)
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far, of making the images, is forgotten
    before = _peak()
    (first, second, _), cpu = ours(grey)
    used = _peak() - before
    found = set(zip(first.tolist(), second.tolist(), strict=True))
    share = len(found & true) / len(true)
    return f"| {n:,} | {cpu:.1f} | {1e6 * cpu / n:.0f} | {used:.0f} | {share:.4f} | {len(found - true)} |"


# ---------------------------------------------------------------- the run


def compare(folder: Path, peers: str | None, rounds: int) -> list[str]:
    """Lines: ours and the peers on dup_images, in turns."""
    from auditor.images.files import Folder, image_files
    from auditor.similar.pairs import NEAR_IMAGES

    judged = Judged(folder)
    names = ["phash", "dhash", "cleanvision"] if peers else []
    cpu: dict[str, list[tuple[float, float]]] = {name: [] for name in ("ours", *names)}
    results: dict[str, Found] = {}
    with tempfile.TemporaryDirectory() as temporary:
        with zipfile.ZipFile(folder / "images.zip") as archive:
            archive.extractall(temporary)
        place = {path.name: path for path in Path(temporary).rglob("*.jpg")}
        paths = [str(place[name]) for name in judged.names]
        listing, out = Path(temporary) / "listing.json", Path(temporary) / "out.npz"
        listing.write_text(json.dumps(paths))
        files = image_files(
            [str(Path(path).relative_to(temporary)) for path in paths], Folder(Path(temporary))
        )
        for _ in range(rounds):
            grey, looking = looked_at(files)
            cpu["ours"].append((looking, ours(grey)[1]))
            results["ours"] = ours(grey, WIDE)[0]
            for name in names:
                command = [str(peers), __file__, "--peer", name, str(listing), str(out)]
                subprocess.run(command, check=True, capture_output=True)
                with np.load(out) as found:
                    results[name] = found["first"], found["second"], found["similarity"]
                    cpu[name].append(tuple(found["cpu"]))
    shipped = {"ours": NEAR_IMAGES, "phash": 1 - 4 / 64, "dhash": 1 - 4 / 64, "cleanvision": 1.0}
    lines = [
        f"| search | {' | '.join(f'recall at precision {at}' for at in AT)} | threshold | precision | recall "
        "| precision of best partners | CPU s decode + hash | CPU s search |",
        "|" + "---|" * (len(AT) + 7),
    ]
    for name, found in results.items():
        first, second = (statistics.median(part) for part in zip(*cpu[name], strict=True))
        cells = [name, *judged.curve(found), f"{shipped[name]:.3f}", *judged.at(found, shipped[name])]
        lines.append(f"| {' | '.join(cells)} | {first:.2f} | {second:.2f} |")
    return lines


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--peers", help="python that has imagehash and cleanvision")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--growth", type=int, nargs="*", default=[12_500, 50_000, 200_000])
    parser.add_argument("--peer", nargs=3, metavar=("NAME", "LISTING", "OUT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.peer:
        peer(given.peer[0], Path(given.peer[1]), Path(given.peer[2]))
        return
    from packs import SHARED
    from PIL import Image

    print("\n".join(compare(SHARED / "dup_images", given.peers, given.rounds)), flush=True)
    with zipfile.ZipFile(SHARED / "cifar10n" / "images.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
        images = [Image.open(io.BytesIO(archive.read(name))).convert("RGB") for name in names]
    cifar = stamps(images)
    with np.load(SHARED / "mnist" / "images.npz") as stored:
        mnist = stamps([Image.fromarray(pixels) for pixels in stored[stored.files[0]]])
    digits = stamps([Image.open(path) for path in sorted((SHARED / "samples" / "digits").glob("*.png"))])
    print(f"\nRows with a partner: cifar10n {partners(cifar)}; mnist {partners(mnist)};", end=" ")
    print(f"digits {partners(digits)}.\n")
    print("\n".join(planted(images, cifar)), flush=True)
    print("\n| images | CPU s | us an image | MB more | planted copies found | other pairs |")
    print("|---|---|---|---|---|---|")
    for n in given.growth:
        command = f"import duplicates_images as own; print(own.growth({n}))"
        run = subprocess.run(
            [sys.executable, "-c", command],
            cwd=Path(__file__).parent,
            check=True,
            capture_output=True,
            text=True,
        )
        print(run.stdout, end="", flush=True)


if __name__ == "__main__":
    main()
