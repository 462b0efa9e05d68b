"""One look at each image beside decoding alone and beside cleanvision's checks, in one interleaved run.

    pip install cleanvision simplejpeg      # what runs beside it; a missing one is named
    python benchmarks/images.py [--images 1500] [--rounds 3] [--folder FOLDER] [--peers PYTHON]

Made images: JPEG of 256 x 256 pixels at quality 85, clouds with edges and some grain (about 13 kB
each). `--folder` takes images from elsewhere (JPEG or PNG, flat); `--peers` is the interpreter that
has cleanvision and simplejpeg, if not this one.

- pillow, simplejpeg: every image decoded and thrown away; reduced: as our look decodes it (`draft`);
- look: `look_at` (sizes, digests of file and pixels, greys for near-duplicates, measures) and the flags;
  with features: the built-in model's hand-made features too;
- cleanvision, quality: dark, light, blurry, low information, odd size, odd aspect, greyscale;
  quality and copies: exact duplicates too, which is what our look answers; all: near-duplicates too.

A process per run, one thread, in turns; imports are not counted in the CPU, the peak is that of the whole
process, of ours also at four times as many images. Then wall seconds of our look on one and two
threads, and on two processes, each given half. Prints Markdown; ends with 1 where the bar is missed: a third
of cleanvision's CPU for quality and copies.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

BAR = 3.0
QUALITY = ("dark", "light", "blurry", "low_information", "odd_size", "odd_aspect_ratio", "grayscale")
COPIES = ("exact_duplicates",)
NEAR = ("near_duplicates",)
Runs = dict[tuple[str, int], list[dict[str, float]]]
"""Name and number of images -> what each run said of itself."""


def make(folder: Path, n: int, seed: int = 0) -> None:
    """Write n images."""
    import numpy as np
    from PIL import Image

    folder.mkdir()
    rng = np.random.default_rng(seed)
    for number in range(n):
        layers = np.zeros((256, 256, 3))
        for side in (4, 16, 64):
            noise = Image.fromarray(rng.integers(0, 256, (side, side, 3), dtype=np.uint8))
            layers += np.asarray(noise.resize((256, 256), Image.Resampling.BICUBIC), float) * 4 / side
        layers *= 255 / layers.max()
        for _ in range(6):
            left, top = rng.integers(0, 200, 2)
            layers[top : top + rng.integers(20, 90), left : left + rng.integers(20, 90)] *= rng.uniform(
                0.3, 1.2
            )
        grain = rng.normal(0, 4, (256, 256, 1))
        image = Image.fromarray(np.clip(layers + grain, 0, 255).astype(np.uint8))
        image.save(folder / f"{number:06}.jpg", quality=85)


def files_in(folder: Path) -> list[Path]:
    """The images of a folder, in order."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))


def pillow(paths: Sequence[Path], reduced: bool = False) -> str:
    """Decode every image."""
    from PIL import Image

    for path in paths:
        image = Image.open(io.BytesIO(path.read_bytes()))
        if reduced:
            image.draft(image.mode, (128, 128))
        image.load()
    return ""


def simplejpeg(paths: Sequence[Path]) -> str:
    """Decode every image as grey."""
    from simplejpeg import decode_jpeg

    for path in paths:
        decode_jpeg(path.read_bytes(), colorspace="GRAY")
    return ""


def look(paths: Sequence[Path], with_features: bool = False, threads: int = 1) -> str:
    """Our look and its flags."""
    from auditor.images.files import Folder, image_files
    from auditor.images.looking import look_at
    from auditor.images.quality import flags

    files = image_files([path.name for path in paths], Folder(paths[0].parent))
    found = flags(look_at(files, threads=threads, with_features=with_features))
    return ", ".join(f"{name} {int(rows.sum())}" for name, rows in found.items() if rows.any())


def cleanvision(paths: Sequence[Path], kinds: Sequence[str]) -> str:
    """Its checks of these kinds, on one process."""
    from cleanvision import Imagelab

    lab = Imagelab(filepaths=[str(path) for path in paths], verbose=False)
    lab.find_issues({kind: {} for kind in kinds}, n_jobs=1, verbose=False)
    counts = lab.issue_summary.set_index("issue_type")["num_images"]
    return ", ".join(f"{name} {int(count)}" for name, count in counts.items() if count)


WAYS: dict[str, Callable[[Sequence[Path]], str]] = {
    "pillow": pillow,
    "pillow, reduced": lambda paths: pillow(paths, reduced=True),
    "simplejpeg, grey": simplejpeg,
    "look": look,
    "look, with features": lambda paths: look(paths, with_features=True),
    "cleanvision, quality": lambda paths: cleanvision(paths, QUALITY),
    "cleanvision, quality and copies": lambda paths: cleanvision(paths, QUALITY + COPIES),
    "cleanvision, all": lambda paths: cleanvision(paths, QUALITY + COPIES + NEAR),
}
PEERS = tuple(name for name in WAYS if name.startswith(("cleanvision", "simplejpeg")))


def run(name: str, folder: Path, n: int) -> None:
    """In a process of its own: a few images for the imports, then n; say what it cost."""
    paths = files_in(folder)[:n]
    WAYS[name](paths[:8])
    cpu, wall = time.process_time(), time.perf_counter()
    said = WAYS[name](paths)
    cost = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "said": said}
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())  # of this process alone
    cost["megabytes"] = int(peak[1]) / 1e3 if peak else float("nan")
    print(json.dumps(cost))


def said_by(python: str, name: str, folder: Path, n: int) -> dict[str, Any] | None:
    """What a run says; None where it cannot run."""
    command = [python, __file__, "--run", name, str(folder), str(n)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        print(f"{name} is left out: {done.stderr.strip().splitlines()[-1]}\n")
        return None
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measured(folder: Path, n: int, rounds: int, peers: str) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """Every way, one after another, `rounds` times."""
    runs: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    wanted = [(name, n // 4 if few else n) for name in WAYS for few in (True, False)
              if not few or name.startswith("look")]  # fmt: skip
    for _ in range(rounds):
        for name, size in list(wanted):
            said = said_by(peers if name in PEERS else sys.executable, name, folder, size)
            if said is None:
                wanted.remove((name, size))
                continue
            runs[name, size].append(said)
            print(f"{name}, {size:,}: {said['cpu'] / size * 1e6:.0f} us", file=sys.stderr)
    return dict(runs)


def half(folder: Path, part: int) -> float:
    """Look at every second image: what one of two processes does."""
    look(files_in(folder)[part::2])
    return 0.0


def walls(folder: Path, rounds: int) -> dict[str, float]:
    """Wall microseconds an image on one thread, on two, and on two processes, in turns."""
    paths = files_in(folder)
    found: dict[str, list[float]] = defaultdict(list)
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(half, [folder] * 2, range(2)))  # the imports
        for _ in range(rounds):
            for name, work in {
                "1 thread": lambda: look(paths, threads=1),
                "2 threads": lambda: look(paths, threads=2),
                "2 processes": lambda: list(pool.map(half, [folder] * 2, range(2))),
            }.items():
                started = time.perf_counter()
                work()
                found[name].append((time.perf_counter() - started) / len(paths) * 1e6)
    return {name: min(times) for name, times in found.items()}


def main() -> int:
    """Print the tables; 1 where the bar is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, default=1_500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--peers", default=sys.executable)
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[threads] = "1"
    if asked.run:
        run(asked.run[0], Path(asked.run[1]), int(asked.run[2]))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = asked.folder or Path(name) / "images"
        if asked.folder is None:
            make(folder, asked.images)
        n = min(asked.images, len(files_in(folder)))
        size = statistics.mean(path.stat().st_size for path in files_in(folder)[:n])
        print(f"{n:,} images of {size / 1e3:.1f} kB\n")
        runs = measured(folder, n, asked.rounds, asked.peers)
        times = walls(folder, asked.rounds)
    median = {key: statistics.median(each["cpu"] for each in found) / key[1] * 1e6
              for key, found in runs.items()}  # fmt: skip
    print("| | images | CPU us an image | against our look | peak MB | flagged |\n|---|---|---|---|---|---|")
    for (way, size), found in runs.items():
        peak = statistics.median(each["megabytes"] for each in found)
        cpu = median[way, size]
        print(f"| {way} | {size:,} | {cpu:.0f} | {cpu / median['look', n]:.2f}x | {peak:.0f} | "
              f"{found[-1]['said']} |")  # fmt: skip
    print("\n" + ", ".join(f"{name}: {time:.0f} us of wall an image" for name, time in times.items()))
    beside = median.get(("cleanvision, quality and copies", n))
    if beside is None:
        return 0
    ratio = beside / median["look", n]
    print(f"\ncleanvision takes {ratio:.1f}x our CPU for quality and copies; the bar is {BAR:.0f}x")
    return 0 if ratio >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
