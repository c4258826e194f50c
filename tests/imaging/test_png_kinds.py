"""PNG: colours chunks in chunks, transparency by colour, damaged and large chunks, texts."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from support.edited_photos import (
    deep_png,
    edited,
    exiftool,
    noise,
    png_chunk,
    refused,
    resaved,
    soft,
    touched,
    with_chunks,
)

from rtedit_desktop.imaging.photo_service import FilePhotoService

SIZE = (120, 136)


def png(path: Path, pixels: np.ndarray, *chunks: bytes) -> Path:
    """An 8-bit PNG with these chunks behind its header."""
    Image.fromarray(pixels).save(path)
    path.write_bytes(with_chunks(path.read_bytes(), b"".join(chunks)))
    return path


def chunks_of(path: Path) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    data, position = path.read_bytes(), 8
    while position < len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        body = data[position + 8 : position + 8 + length]
        assert zlib.crc32(name + body) == struct.unpack_from(">I", data, position + 8 + length)[0]
        found.setdefault(name, body)
        position += 12 + length
    return found


def shown(path: Path) -> np.ndarray:
    """(H, W, 3) in sRGB, by the profile in the file alone."""
    with Image.open(path) as image:
        profile = ImageCms.getOpenProfile(io.BytesIO(image.info["icc_profile"]))
        return np.asarray(ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB"))


def srgb(light: np.ndarray) -> np.ndarray:
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.clip(light, 0, None) ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.6])
@pytest.mark.parametrize("target", [".png", ".jpg", ".tif", ".webp"])
def test_a_gamma_is_seen_and_kept(photo_service: FilePhotoService, tmp_path: Path, gamma: float, target: str) -> None:
    """By the formula of the PNG specification: light is the value to the power of one over gAMA."""
    values = soft(*SIZE)
    path = png(tmp_path / "a.png", values, png_chunk(b"gAMA", struct.pack(">I", round(100_000 / gamma))))
    expected = srgb((values / 255) ** gamma) * 255
    photo = photo_service.open(path)
    assert np.abs(photo.pixels - expected).max() <= 2
    out = tmp_path / f"out{target}"
    resaved(photo_service, path, out)
    _, outside = touched(SIZE)
    assert np.abs(shown(out) - expected)[outside].mean() < (3 if target == ".jpg" else 1)
    if target == ".png":
        assert chunks_of(out)[b"gAMA"] == chunks_of(path)[b"gAMA"]
        with Image.open(out) as written:
            assert np.array_equal(np.asarray(written)[outside], values[outside])


@pytest.mark.parametrize("chunk", [b"cICP", b"cHRM"])
@pytest.mark.parametrize("depth", [8, 16])
def test_wide_colours_are_seen_and_kept(
    photo_service: FilePhotoService, tmp_path: Path, chunk: bytes, depth: int
) -> None:
    """Display P3: its matrix to sRGB is known."""
    chunks = [png_chunk(b"cICP", bytes((12, 13, 0, 1)))]
    if chunk == b"cHRM":
        points = (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
        chunks = [png_chunk(b"gAMA", struct.pack(">I", 45455)), png_chunk(b"cHRM", struct.pack(">8I", *points))]
    values = soft(*SIZE) // 2 + 60
    path = tmp_path / "a.png"
    if depth == 8:
        png(path, values, *chunks)
    else:
        with path.open("wb") as file:
            deep_png(file, values.astype(np.uint16) * 257)
        path.write_bytes(with_chunks(path.read_bytes(), b"".join(chunks)))
    matrix = np.array([[1.22494, -0.22494, 0], [-0.04206, 1.04206, 0], [-0.01964, -0.07864, 1.09828]])
    curve = (
        (lambda v: v**2.2)
        if chunk == b"cHRM"
        else (lambda v: np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4))
    )
    expected = np.clip(srgb(curve(values / 255) @ matrix.T), 0, 1) * 255
    photo = photo_service.open(path)
    assert np.abs(photo.pixels - expected).max() <= 2.5
    resaved(photo_service, path, tmp_path / "out.png")
    assert chunks_of(tmp_path / "out.png")[chunk] == chunks_of(path)[chunk]
    again = photo_service.open(tmp_path / "out.png")
    _, outside = touched(SIZE)
    assert np.array_equal(again.pixels[outside], photo.pixels[outside])
    resaved(photo_service, path, tmp_path / "out.webp")
    assert np.abs(shown(tmp_path / "out.webp") - expected)[outside].mean() < 1


def test_hdr_is_reported(photo_service: FilePhotoService, tmp_path: Path) -> None:
    path = png(tmp_path / "a.png", soft(*SIZE), png_chunk(b"cICP", bytes((9, 16, 0, 1))))
    assert any("HDR" in note for note in resaved(photo_service, path, tmp_path / "out.png").notes)
    assert chunks_of(tmp_path / "out.png")[b"cICP"] == bytes((9, 16, 0, 1))


def test_plain_chunks_of_srgb_change_nothing(photo_service: FilePhotoService, tmp_path: Path) -> None:
    values = soft(*SIZE)
    path = png(tmp_path / "a.png", values, png_chunk(b"sRGB", b"\0"), png_chunk(b"gAMA", struct.pack(">I", 45455)))
    assert np.array_equal(resaved(photo_service, path, tmp_path / "out.png").pixels, values)
    assert {b"sRGB", b"gAMA"} <= set(chunks_of(tmp_path / "out.png"))
    assert b"iCCP" not in chunks_of(tmp_path / "out.png")


@pytest.mark.parametrize("colour", [0, 2])
@pytest.mark.parametrize("depth", [8, 16])
def test_one_transparent_colour(photo_service: FilePhotoService, tmp_path: Path, colour: int, depth: int) -> None:
    values = noise(*SIZE, 3 if colour == 2 else 1, kind=np.uint8 if depth == 8 else np.uint16)
    key = tuple(range(100, 100 + values.shape[2]))
    values[:40, :28] = key
    values[50, 50] = (*key[:-1], key[-1] + 1)
    rows = b"".join(b"\0" + row.astype(f">u{depth // 8}").tobytes() for row in values)
    head = struct.pack(">IIBBBBB", SIZE[1], SIZE[0], depth, colour, 0, 0, 0)
    path = tmp_path / "a.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"tRNS", struct.pack(f">{len(key)}H", *key))
        + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")
    )  # fmt: skip
    expected = np.full(SIZE, 255)
    expected[(values == key).all(axis=2)] = 0
    photo = resaved(photo_service, path, tmp_path / "out.png")
    assert photo.alpha is not None and np.array_equal(photo.alpha, expected)
    convert = shutil.which("convert")
    if convert is None:
        pytest.skip("ImageMagick is not installed")
    raw = [
        np.frombuffer(
            subprocess.run([convert, file, "-depth", "16", "RGBA:-"], capture_output=True, check=True).stdout, "<u2"
        ).reshape(*SIZE, 4)
        for file in (path, tmp_path / "out.png")
    ]
    _, outside = touched(SIZE)
    assert np.array_equal(raw[1][outside], raw[0][outside]) and np.array_equal(raw[1][..., 3] > 0, expected > 0)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("channels", [2, 4])
def test_sixteen_bits_with_transparency(
    photo_service: FilePhotoService, tmp_path: Path, channels: int, interlaced: bool
) -> None:
    convert = shutil.which("convert")
    if convert is None:
        pytest.skip("ImageMagick is not installed")
    values = noise(*SIZE, 4)
    if channels == 2:
        values[..., 1] = values[..., 2] = values[..., 0]
    kind = "PNG64:" if channels == 4 else "PNG:"
    grey = (
        [] if channels == 4 else ["-colorspace", "Gray", "-define", "png:color-type=4", "-define", "png:bit-depth=16"]
    )
    command = [convert, "-size", f"{SIZE[1]}x{SIZE[0]}", "-depth", "16", "-endian", "LSB", "RGBA:-", *grey]
    command += ["-interlace", "PNG"] if interlaced else []
    path, out = tmp_path / "a.png", tmp_path / "out.png"
    subprocess.run([*command, kind + str(path)], input=values.astype("<u2").tobytes(), check=True)
    photo = resaved(photo_service, path, out)
    assert photo.alpha is not None and photo.origin.depth == 16
    raw = [
        np.frombuffer(
            subprocess.run([convert, file, "-depth", "16", "RGBA:-"], capture_output=True, check=True).stdout, "<u2"
        ).reshape(*SIZE, 4)
        for file in (path, out)
    ]
    _, outside = touched(SIZE)
    assert np.array_equal(raw[0][outside], raw[1][outside])


@pytest.mark.parametrize("name", [b"pHYs", b"tEXt", b"iCCP", b"eXIf", b"tIME", b"zzZz"])
def test_a_damaged_chunk_beside_the_picture_costs_only_itself(
    photo_service: FilePhotoService, tmp_path: Path, name: bytes
) -> None:
    values = soft(*SIZE)
    path = png(tmp_path / "a.png", values, png_chunk(name, b"\1" * 9, crc=7), png_chunk(b"tEXt", b"Title\0Kept"))
    photo = resaved(photo_service, path, tmp_path / "out.png")
    assert np.array_equal(photo.pixels, values)
    assert any("Damaged metadata" in note for note in photo.notes)
    assert chunks_of(tmp_path / "out.png")[b"tEXt"] == b"Title\0Kept"


@pytest.mark.parametrize("depth", [8, 16])
def test_a_damaged_picture_is_refused(photo_service: FilePhotoService, tmp_path: Path, depth: int) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        deep_png(file, noise(*SIZE, 3))
    if depth == 8:
        png(tmp_path / "a.png", noise(*SIZE, 3, kind=np.uint8))
    data = bytearray((tmp_path / "a.png").read_bytes())
    data[len(data) // 2] ^= 0x55
    (tmp_path / "a.png").write_bytes(data)
    refused(photo_service, tmp_path / "a.png", "damaged")
    whole = bytearray((tmp_path / "a.png").read_bytes())
    at = whole.index(b"IDAT")
    whole[at - 4 : at] = struct.pack(">I", 0x7FFFFFF0)
    (tmp_path / "b.png").write_bytes(whole)
    refused(photo_service, tmp_path / "b.png", "damaged")


def test_large_texts_and_profiles_open(photo_service: FilePhotoService, tmp_path: Path) -> None:
    """Over a mebibyte unpacked, in a file of a few thousand bytes."""
    text = b"workflow\0\1\0\0\0" + zlib.compress(b'{"node": 1}' * 200_000)
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    long = struct.pack(">I", len(icc) + 2_000_000) + icc[4:] + bytes(2_000_000)
    profile = png_chunk(b"iCCP", b"long\0\0" + zlib.compress(long))
    path = png(tmp_path / "a.png", soft(*SIZE), png_chunk(b"iTXt", text), profile)
    photo = resaved(photo_service, path, tmp_path / "out.png")
    assert photo.notes == ()
    assert photo.origin.icc == long
    assert chunks_of(tmp_path / "out.png")[b"tEXt"].endswith(b'{"node": 1}' * 200_000)


@pytest.mark.parametrize(
    "key", ["bit_depth", "transparency", "icc_profile", "exif", "xmp", "dpi", "gamma", "default_image"]
)
def test_texts_are_texts_whatever_they_are_called(photo_service: FilePhotoService, tmp_path: Path, key: str) -> None:
    values = soft(*SIZE)
    path = png(tmp_path / "a.png", values, png_chunk(b"tEXt", key.encode() + b"\0nonsense"))
    photo = resaved(photo_service, path, tmp_path / "out.png")
    assert np.array_equal(photo.pixels, values) and photo.alpha is None
    assert chunks_of(tmp_path / "out.png")[b"tEXt"] == key.encode() + b"\0nonsense"
    for suffix in (".jpg", ".tif", ".webp"):
        photo_service.save(tmp_path / f"out{suffix}", photo, edited(photo))


def test_texts_and_density_are_kept(photo_service: FilePhotoService, tmp_path: Path) -> None:
    texts = [
        png_chunk(b"tEXt", b"parameters\0a portrait, Steps: 20"),
        png_chunk(b"iTXt", "Title\0\0\0\0\0Porträt 人".encode()),
        png_chunk(b"zTXt", b"Author\0\0" + zlib.compress(b"Someone")),
        png_chunk(b"pHYs", struct.pack(">IIB", 11811, 11811, 1)),
    ]
    path = png(tmp_path / "a.png", soft(*SIZE), *texts)
    photo = resaved(photo_service, path, tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as written:
        assert written.text == {"parameters": "a portrait, Steps: 20", "Title": "Porträt 人", "Author": "Someone"}
        assert written.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    photo_service.save(tmp_path / "out.jpg", photo, edited(photo))
    with Image.open(tmp_path / "out.jpg") as written:
        assert written.info["dpi"] == (300, 300)
        assert b"parameters: a portrait, Steps: 20" in (tmp_path / "out.jpg").read_bytes()
    photo_service.save(tmp_path / "out.tif", photo, edited(photo))
    with Image.open(tmp_path / "out.tif") as written:
        assert written.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_iptc_in_a_raw_profile(photo_service: FilePhotoService, tmp_path: Path) -> None:
    iptc = b"\x1c\x02\x78\x00\x06Summer\x1c\x02\x19\x00\x06family"
    raw = b"\niptc\n%8d\n%s\n" % (len(iptc), iptc.hex().encode())
    path = png(tmp_path / "a.png", soft(*SIZE), png_chunk(b"zTXt", b"Raw profile type iptc\0\0" + zlib.compress(raw)))
    for suffix in (".png", ".jpg", ".tif"):
        resaved(photo_service, path, tmp_path / f"out{suffix}")
        seen = exiftool(tmp_path / f"out{suffix}")
        assert (seen["IPTC:Caption-Abstract"], seen["IPTC:Keywords"]) == ("Summer", "family")


def test_the_first_picture_of_an_animation_is_counted(photo_service: FilePhotoService, tmp_path: Path) -> None:
    path = png(tmp_path / "a.png", soft(*SIZE), png_chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)))
    assert photo_service.open(path).notes == ("The first of more than 1000 frames is used.",)


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_a_transparent_grey_of_few_bits(photo_service: FilePhotoService, tmp_path: Path, depth: int) -> None:
    """The grey is named in the file's own depth, asked of ImageMagick."""
    program = shutil.which("convert")
    if program is None:
        pytest.skip("ImageMagick is not installed")
    greys = np.random.default_rng(0).integers(0, 1 << depth, (24, 32), dtype=np.uint8)
    bits = (greys[..., None] >> np.arange(depth - 1, -1, -1)) & 1
    rows = np.packbits(bits.reshape(24, -1).astype(np.uint8), axis=1)
    chunks = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 24, depth, 0, 0, 0, 0)) + png_chunk(b"tRNS", b"\0\1")
    chunks += png_chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))) + png_chunk(
        b"IEND", b""
    )
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    photo = photo_service.open(tmp_path / "a.png")
    photo_service.save(tmp_path / "b.png", photo, edited(photo))
    for name in ("a.png", "b.png"):
        raw = subprocess.run([program, str(tmp_path / name), "-depth", "8", "rgba:-"], capture_output=True, check=True)
        alpha = np.frombuffer(raw.stdout, np.uint8).reshape(24, 32, 4)[..., 3]
        assert np.array_equal(alpha, np.where(greys == 1, 0, 255))


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("behind", [b"", png_chunk(b"tEXt", b"Title\0Half")[:-7]])
def test_only_the_end_is_missing(photo_service: FilePhotoService, tmp_path: Path, behind: bytes, depth: int) -> None:
    """All pixels are there, so it opens, as in browsers."""
    values = soft(*SIZE)
    path = png(tmp_path / "a.png", values)
    if depth == 16:
        with path.open("wb") as file:
            deep_png(file, values.astype(np.uint16) * 257)
    whole = path.read_bytes()
    path.write_bytes(whole[:-12] + behind)
    photo = resaved(photo_service, path, tmp_path / "out.png")
    assert np.array_equal(photo.pixels, values)
    assert any("Damaged metadata" in note for note in photo.notes) == bool(behind)
    with Image.open(tmp_path / "out.png") as written:
        written.verify()
    path.write_bytes(whole[: len(whole) - 20])
    refused(photo_service, path, "damaged")


def test_more_transparency_than_a_palette_can_have(photo_service: FilePhotoService, tmp_path: Path) -> None:
    numbers, alpha = noise(*SIZE, kind=np.uint8), noise(300, kind=np.uint8, seed=3)
    colours = noise(256, 3, kind=np.uint8, seed=4)
    picture = Image.fromarray(numbers)
    picture.putpalette(colours.tobytes())
    picture.save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    at = data.index(b"IDAT") - 4
    (tmp_path / "a.png").write_bytes(data[:at] + png_chunk(b"tRNS", alpha.tobytes()) + data[at:])
    photo = photo_service.open(tmp_path / "a.png")
    assert photo.alpha is not None
    assert np.array_equal(photo.pixels, colours[numbers]) and np.array_equal(photo.alpha, alpha[numbers])


@pytest.mark.parametrize("depth", [8, 16])
def test_half_a_transparent_colour_is_none(photo_service: FilePhotoService, tmp_path: Path, depth: int) -> None:
    path = png(tmp_path / "a.png", soft(*SIZE))
    if depth == 16:
        with path.open("wb") as file:
            deep_png(file, soft(*SIZE).astype(np.uint16) * 257)
    data = path.read_bytes()
    at = data.index(b"IDAT") - 4
    path.write_bytes(data[:at] + png_chunk(b"tRNS", b"\0\1") + data[at:])
    photo = photo_service.open(path)
    assert np.array_equal(photo.pixels, soft(*SIZE)) and photo.alpha is None
    assert any("Damaged metadata" in note for note in photo.notes)


@pytest.mark.parametrize("name", [b"cICP", b"gAMA", b"cHRM", b"sRGB"])
def test_half_a_chunk_of_colours_does_not_travel(photo_service: FilePhotoService, tmp_path: Path, name: bytes) -> None:
    path = png(tmp_path / "a.png", soft(*SIZE), png_chunk(name, b"\0\1\2"))
    assert np.array_equal(resaved(photo_service, path, tmp_path / "out.png").pixels, soft(*SIZE))
    assert name not in chunks_of(tmp_path / "out.png")
