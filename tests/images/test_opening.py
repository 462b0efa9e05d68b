"""Bytes into upright pixels: every format and mode by hand-made files; only `Unreadable` escapes."""

from __future__ import annotations

import io
import logging
import struct
import warnings
from typing import Any

import numpy as np
import pytest
from examples_images import encoded, picture, png
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from auditor.images import opening
from auditor.images.endings import ends_early, kind_of
from auditor.images.files import WHYS, Unreadable
from auditor.images.opening import FORMATS, TURNS, opened
from auditor.images.quiet import quiet

FILES: dict[str, tuple[str, dict[str, Any]]] = {
    "jpeg": ("JPEG", {"quality": 95}),
    "jpeg progressive": ("JPEG", {"quality": 95, "progressive": True}),
    "png": ("PNG", {}),
    "webp": ("WEBP", {"quality": 95}),
    "webp lossless": ("WEBP", {"lossless": True}),
    "gif": ("GIF", {}),
    "bmp": ("BMP", {}),
    "tiff": ("TIFF", {}),
    "tiff lzw": ("TIFF", {"compression": "tiff_lzw"}),
    "tiff deflate": ("TIFF", {"compression": "tiff_adobe_deflate"}),
    "tiff jpeg": ("TIFF", {"compression": "jpeg", "quality": 95}),
}
LOSSLESS = ("png", "webp lossless", "bmp", "tiff", "tiff lzw", "tiff deflate")
ORIENTATION = 0x0112


def why_of(data: bytes, reduced_to: int | None = None) -> str:
    """Why bytes cannot be opened, "" where they can."""
    try:
        opened(data, reduced_to)
    except Unreadable as fault:
        assert fault.why in WHYS
        return str(fault.why)
    return ""


def pixels(data: bytes) -> list[Any]:
    return np.asarray(opened(data).image).tolist()


def one_pixel(mode: str, value: Any) -> Image.Image:
    return Image.new(mode, (1, 1), value)


@pytest.mark.parametrize("name", FILES)
def test_every_format_is_opened_by_its_bytes(name: str) -> None:
    """Each allowed format gives its pixels and says what it is; there is no file name to be wrong."""
    kind, settings = FILES[name]
    found = opened(encoded(picture(), kind, **settings))
    assert (found.format, found.width, found.height, found.image.size) == (kind, 48, 32, (48, 32))
    assert (found.image.mode, found.frames, found.grey) == ("RGB", 1, False)
    error = np.abs(np.asarray(found.image).astype(int) - np.asarray(picture()))
    assert error.max() == 0 if name in LOSSLESS else error.mean() < 20  # a GIF has 256 colours


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("reduced_to", [None, 8])
def test_a_file_cut_at_every_tenth_is_truncated(name: str, reduced_to: int | None) -> None:
    """Cut anywhere, a file is a fault by the name of truncated, not half an image; at 0 it is empty."""
    kind, settings = FILES[name]
    data = encoded(picture(96, 64), kind, **settings)
    whys = [why_of(data[: len(data) * tenth // 10], reduced_to) for tenth in range(11)]
    assert whys == ["empty", *["truncated"] * 9, ""]


def test_other_formats_are_refused_and_named() -> None:
    """What is not on the list is not decoded, though Pillow could; its kind is told where known."""
    named = {
        "PNM": encoded(picture(), "PPM"),
        "ICO": encoded(picture(), "ICO"),
        "SVG": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"></svg>',
        "HTML": b"<!DOCTYPE html><title>404</title>",
        "Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
        "text": b"just words",
        "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "PDF": b"%PDF-1.7 ...",
        "": bytes(range(128, 256)),
    }
    for kind, data in named.items():
        with pytest.raises(Unreadable) as caught:
            opened(data)
        assert (caught.value.why, caught.value.detail) == ("format", kind)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_all_eight_orientations_are_the_same_upright(kind: str) -> None:
    """An image stored turned or mirrored, with the mark that says so, opens as the upright one."""
    upright = picture(48, 32)
    settings = {"JPEG": {"quality": 100, "subsampling": 0}, "WEBP": {"lossless": True}}.get(kind, {})
    undo = {value: way for value, way in TURNS.items() if value not in (6, 8)} | {6: TURNS[8], 8: TURNS[6]}
    for value in range(1, 9):
        stored = upright.transpose(undo[value]) if value > 1 else upright
        exif = Image.Exif()
        exif[ORIENTATION] = value
        found = opened(encoded(stored, kind, exif=exif, **settings))
        assert (found.width, found.height) == (48, 32), value
        error = np.abs(np.asarray(found.image).astype(int) - np.asarray(upright))
        assert error.max() <= (8 if kind == "JPEG" else 0), value
        assert opened(encoded(stored, kind, exif=exif, **settings), 16).image.size == (24, 16), value


def test_a_broken_exif_block_leaves_the_image_as_it_is() -> None:
    """Metadata that cannot be read is no reason to lose an image, and is not heard of."""
    exif = b"Exif\0\0II*\0" + struct.pack("<IHHHI", 8, 5, 0x0112, 3, 1 << 30) + b"\xff" * 9
    assert opened(encoded(picture(), "JPEG", exif=exif)).image.size == (48, 32)


@pytest.mark.parametrize(
    ("image", "mode", "expected"),
    [
        (one_pixel("L", 7), "L", [[7]]),
        (one_pixel("1", 1), "L", [[255]]),
        (one_pixel("LA", (0, 0)), "L", [[255]]),
        (one_pixel("LA", (100, 255)), "L", [[100]]),
        (one_pixel("RGBA", (0, 0, 0, 0)), "RGB", [[[255, 255, 255]]]),
        (one_pixel("RGBA", (10, 20, 30, 255)), "RGB", [[[10, 20, 30]]]),
        (one_pixel("RGBA", (255, 0, 0, 51)), "RGB", [[[255, 204, 204]]]),
    ],
)
def test_transparent_pixels_lie_over_white(image: Image.Image, mode: str, expected: list[Any]) -> None:
    """As on a page: nothing becomes white, a fifth of red a light red; greys stay grey."""
    found = opened(encoded(image))
    assert found.image.mode == mode
    assert np.asarray(found.image).tolist() == expected


def test_a_palette_with_a_transparent_entry_lies_over_white() -> None:
    """Of a palette of red, green and blue with a transparent green, the green becomes white."""
    image = Image.new("P", (3, 1))
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    image.putdata([0, 1, 2])
    expected = [[[255, 0, 0], [255, 255, 255], [0, 0, 255]]]
    assert pixels(encoded(image, "PNG", transparency=1)) == expected
    assert pixels(encoded(image, "GIF", transparency=1)) == expected
    assert pixels(encoded(image, "PNG", transparency=b"\xff\x00\xff")) == expected
    assert pixels(encoded(image, "PNG")) == [[[255, 0, 0], [0, 255, 0], [0, 0, 255]]]


def test_sixteen_bits_are_scaled_and_not_clipped() -> None:
    """The greys 0, 256, 32768, 65535 of 65535 are 0, 1, 128, 255 of 255, in grey and in RGB."""
    values = (0, 256, 32768, 65535)
    grey = png(4, 1, 16, 0, struct.pack(">4H", *values))
    assert pixels(grey) == [[0, 1, 128, 255]]
    assert (opened(grey).mode, opened(grey).grey) == ("I;16", True)
    rgb = png(4, 1, 16, 2, b"".join(struct.pack(">3H", value, 0, 65535 - value) for value in values))
    assert pixels(rgb) == [[[0, 0, 255], [1, 0, 254], [128, 0, 127], [255, 0, 0]]]
    tiff = Image.fromarray(np.array([values], np.uint16))
    assert pixels(encoded(tiff, "TIFF")) == [[0, 1, 128, 255]]


def test_a_transparent_colour_of_sixteen_bits_does_no_harm() -> None:
    """Pillow cannot apply it; the image opens without."""
    data = png(1, 1, 16, 2, struct.pack(">3H", 65535, 0, 0), (b"tRNS", struct.pack(">3H", 65535, 0, 0)))
    assert pixels(data) in ([[[255, 0, 0]]], [[[255, 255, 255]]])


def test_deep_pixels_without_a_range_go_from_their_least_to_their_most() -> None:
    """Floating point -1, 0, 1 is black, grey, white; what is no number is black; one value is black."""
    deep = Image.fromarray(np.array([[-1, 0, 1, np.nan, np.inf]], np.float32))
    assert pixels(encoded(deep, "TIFF")) == [[0, 127, 255, 0, 0]]
    close = Image.fromarray(np.array([[0, 1e-40]], np.float32))
    assert pixels(encoded(close, "TIFF")) == [[0, 255]]
    assert pixels(encoded(Image.fromarray(np.array([[5, 6, 7]], np.int32)), "TIFF")) == [[0, 127, 255]]
    assert pixels(encoded(Image.fromarray(np.array([[9, 9]], np.int32)), "TIFF")) == [[0, 0]]


def without_adobe_mark(data: bytes) -> bytes:
    """A JPEG without its APP14 segment."""
    at = data.index(b"\xff\xee")
    return data[:at] + data[at + 2 + struct.unpack_from(">H", data, at + 2)[0] :]


def test_cmyk_is_inverted_only_where_adobe_says_so() -> None:
    """Pure cyan ink is cyan light; the same bytes without Adobe's mark mean the opposite amounts of ink."""
    cyan = encoded(Image.new("CMYK", (8, 8), (255, 0, 0, 0)), "JPEG", quality=100)
    assert b"Adobe" in cyan
    assert pixels(cyan)[0][0] == pytest.approx([0, 255, 255], abs=3)
    bare = without_adobe_mark(cyan)
    assert b"Adobe" not in bare
    assert pixels(bare)[0][0] == pytest.approx([0, 0, 0], abs=3)  # no cyan, all magenta, yellow and black
    tiff = encoded(Image.new("CMYK", (1, 1), (0, 255, 0, 0)), "TIFF")
    assert pixels(tiff) == [[[255, 0, 255]]]


def test_only_the_first_frame_is_looked_at() -> None:
    """Of a red, a green and a blue frame the red one is opened, and that there are three is said."""
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "green", "blue")]
    for kind, said in {"GIF": 3, "PNG": 3, "WEBP": 3, "TIFF": 2}.items():
        more = {"lossless": True} if kind == "WEBP" else {}
        found = opened(encoded(frames[0], kind, save_all=True, append_images=frames[1:], **more))
        assert found.frames == said, kind
        assert found.image.getpixel((0, 0)) == (255, 0, 0), kind


def test_a_multi_picture_jpeg_is_a_jpeg() -> None:
    """A phone's MPO holds a second picture behind the first."""
    frames = [picture(seed=seed) for seed in (0, 1)]
    found = opened(encoded(frames[0], "MPO", save_all=True, append_images=frames[1:]), 16)
    assert (found.format, found.frames, found.width, found.image.size) == ("JPEG", 2, 48, (24, 16))


def test_a_colour_profile_is_told_and_not_applied() -> None:
    """The same values with and without a profile are the same pixels."""
    plain, marked = encoded(picture()), encoded(picture(), icc_profile=b"not a profile")
    assert pixels(plain) == pixels(marked)
    assert (opened(plain).profile, opened(marked).profile) == (False, True)


@pytest.mark.parametrize(("size", "expected"), [((300, 200), (75, 50)), ((49, 1000), (49, 1000))])
def test_reducing_leaves_the_shorter_side_at_least_so_long(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    """200 may be halved twice before it is under 50; 49 is left alone. The whole size is still told."""
    for kind in ("PNG", "JPEG"):
        found = opened(encoded(picture(*size), kind), 50)
        assert found.image.size == expected
        assert (found.width, found.height) == size


def test_reducing_is_a_mean_of_whole_squares() -> None:
    """4 x 4 pixels of 0 and 100 in stripes are 2 x 2 pixels of 50."""
    stripes = Image.fromarray(np.tile(np.array([0, 100], np.uint8), (4, 2)))
    assert np.asarray(opened(encoded(stripes), 2).image).tolist() == [[50, 50], [50, 50]]


def test_bombs_are_refused_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A header of 100,000 x 100,000 pixels, or of just over the limit, costs nothing."""
    for width, height in [(100_000, 100_000), (8_000, 8_001), (30_000, 6_000)]:
        assert why_of(png(width, height, 8, 0, b"\0" * height)) == "bomb"
    monkeypatch.setattr(opening, "MAX_PIXELS", 48 * 32)
    assert why_of(encoded(picture(48, 32))) == ""
    assert why_of(encoded(picture(48, 33))) == "bomb"


def test_a_gif_whose_frame_is_larger_than_it_said_is_a_bomb_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The screen says 1 x 1, the frame is 48 x 32: the frame counts."""
    data = bytearray(encoded(picture(48, 32), "GIF"))
    data[6:10] = struct.pack("<HH", 1, 1)
    monkeypatch.setattr(opening, "MAX_PIXELS", 48 * 32 - 1)
    assert why_of(bytes(data)) == "bomb"


def tiff_of_one_tile(side: int) -> bytes:
    """A TIFF by hand: one grey pixel in one tile of this side, which has 16 bytes."""
    tags = {256: 1, 257: 1, 258: 8, 259: 1, 262: 1, 277: 1, 322: side, 323: side, 324: 8, 325: 16}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return b"II*\0" + struct.pack("<I", 24) + b"\x50" * 16 + struct.pack("<H", len(tags)) + entries + bytes(4)


def test_a_tiff_whose_tile_is_a_bomb() -> None:
    """A tile of 60,000 x 60,000 for an image of one pixel is not allocated; one of 4 x 4 is fine."""
    assert why_of(tiff_of_one_tile(60_000)) == "bomb"
    assert pixels(tiff_of_one_tile(4)) == [[0x50]]


def test_large_images_are_decoded_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit the lock is held while decoding, below it is not."""
    monkeypatch.setattr(opening, "LARGE", 48 * 32 - 1)
    with opening._room_for((48, 32)):
        assert opening._one_large.locked()
    with opening._room_for((47, 32)):
        assert not opening._one_large.locked()
    assert why_of(encoded(picture(48, 32))) == ""


def test_pillows_warnings_and_logs_are_not_heard(caplog: pytest.LogCaptureFixture) -> None:
    """A corrupt directory of a TIFF makes Pillow warn; here it makes nothing heard, and filters stay."""
    before = list(warnings.filters)
    data = bytearray(encoded(picture(), "TIFF"))
    (at,) = struct.unpack_from("<I", data, 4)
    for entry in range(struct.unpack_from("<H", data, at)[0]):
        tag, kind = struct.unpack_from("<HH", data, at + 2 + 12 * entry)
        if tag == 282:  # the resolution, which lies beyond the end
            struct.pack_into("<I", data, at + 2 + 12 * entry + 8, 1 << 30)
            assert kind == 5
    with warnings.catch_warnings(record=True) as heard, caplog.at_level(logging.WARNING):
        warnings.simplefilter("always")
        why_of(bytes(data))
    assert [str(each.message) for each in heard] == []
    assert list(warnings.filters) == before


def test_the_filter_goes_with_the_last_who_needs_it() -> None:
    """Entered twice and left once it still holds; what others warn of is heard all the time."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        with quiet:
            with quiet:
                pass
            warnings.warn_explicit("inside", UserWarning, "x.py", 1, module="PIL.TiffImagePlugin")
            warnings.warn_explicit("mine", UserWarning, "y.py", 1, module="mine")
        warnings.warn_explicit("outside", UserWarning, "x.py", 1, module="PIL.TiffImagePlugin")
    assert [str(each.message) for each in heard] == ["mine", "outside"]


def test_what_pillow_says_has_no_address_in_it() -> None:
    """Details are the same in every run."""
    error = OSError("cannot identify image file <_io.BytesIO object at 0x7f5bfa1c1170>\nmore")
    assert opening._plainly(error) == "cannot identify image file"
    assert opening._plainly(KeyError()) == "KeyError"


@given(data=st.binary(max_size=300))
def test_only_unreadable_escapes_from_random_bytes(data: bytes) -> None:
    """Whatever the bytes, they open or are a fault with a known reason."""
    why_of(data)
    kind_of(data)
    ends_early(data)


STARTS = {kind: encoded(picture(24, 16), *FILES[kind][:1], **FILES[kind][1]) for kind in FILES}


@settings(max_examples=300)
@given(
    name=st.sampled_from(sorted(FILES)),
    edits=st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.integers(0, 40),
)
def test_only_unreadable_escapes_from_damaged_files(
    name: str, edits: list[tuple[int, int]], cut: int
) -> None:
    """Real files with a few bytes changed, most of them in the header, and maybe without their end."""
    data = bytearray(STARTS[name])
    for place, value in edits:
        data[place % (64 if value % 2 else len(data))] = value
    damaged = bytes(data[: len(data) - cut])
    why_of(damaged, 8)
    ends_early(damaged)


def test_libraries_below_pillow_are_not_heard_either(capfd: pytest.CaptureFixture[str]) -> None:
    """libtiff and libjpeg write to the error stream of a process where nobody stops them."""
    rng = np.random.default_rng(0)
    for name in FILES:
        for _ in range(60):
            data = bytearray(STARTS[name])
            for place in rng.integers(0, len(data), 6):
                data[place] = rng.integers(256)
            why_of(bytes(data))
    assert capfd.readouterr() == ("", "")


def test_opening_leaves_nothing_of_pillow_changed() -> None:
    """Pillow's settings of the process are whoever's who set them."""
    before = Image.MAX_IMAGE_PIXELS
    why_of(encoded(picture()))
    assert before == Image.MAX_IMAGE_PIXELS
    assert set(FORMATS) <= set(Image.OPEN)
    assert Image.open(io.BytesIO(encoded(picture(), "PPM"))).format == "PPM"


def test_a_progressive_jpeg_of_thousands_of_scans_is_refused() -> None:
    """Each scan is decoded over the whole image: 3,000 of them took minutes. Ten are what encoders write."""
    from PIL import Image

    stream = io.BytesIO()
    Image.new("L", (6000, 6000), 128).save(stream, "JPEG", progressive=True, quality=30)
    data = stream.getvalue()
    assert opened(data, 128).width == 6000
    last = data.rindex(b"\xff\xda")
    scan = data[last:-2]
    with pytest.raises(Unreadable) as fault:
        opened(data[:-2] + 3000 * scan + data[-2:])
    assert fault.value.why == "bomb"
