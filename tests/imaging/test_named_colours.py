"""Colours that a file names without a profile in the usual place: shown as Little CMS and ImageMagick show them."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from imaging.test_jpeg_kinds import jpeg
from imaging.test_round_trip import profile
from PIL import Image, ImageCms, features
from support.edited_photos import exiftool, refused, resaved, soft, touched

from rtedit_desktop.imaging import profiles
from rtedit_desktop.imaging.photo_service import FilePhotoService

SIZE = (120, 136)


def through(values: np.ndarray, icc: bytes) -> np.ndarray:
    """(H, W, 3) in sRGB by Little CMS."""
    made = ImageCms.profileToProfile(
        Image.fromarray(values), io.BytesIO(icc), ImageCms.createProfile("sRGB"),
        ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="RGB", flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )  # fmt: skip
    assert made is not None
    return np.asarray(made).astype(int)


def of_a_camera(space: int, index: bytes) -> bytes:
    """EXIF with a colour space and the index of interoperability, which Adobe RGB is named by."""
    main = struct.pack("<HHHIII", 1, 0x8769, 4, 1, 26, 0)
    private = struct.pack("<HHHIHHHHIII", 2, 0xA001, 3, 1, space, 0, 0xA005, 4, 1, 56, 0)
    return b"II*\0\x08\0\0\0" + main + private + struct.pack("<HHHI4sI", 1, 1, 2, 4, index, 0)


@pytest.mark.parametrize("target", [".jpg", ".png", ".tif", ".webp"])
@pytest.mark.parametrize(
    ("space", "index", "adobe"),
    [
        (0xFFFF, b"R03\0", True),
        (2, b"R98\0", True),
        (1, b"R98\0", False),
        (0xFFFF, b"R98\0", False),
        (1, b"R03\0", False),
    ],
)
def test_a_camera_that_was_set_to_adobe_rgb(
    photo_service: FilePhotoService, tmp_path: Path, space: int, index: bytes, adobe: bool, target: str
) -> None:
    """``made_profile`` has a profile of Adobe's primaries and a gamma of 2.2: the same but for a hair."""
    path = jpeg(tmp_path / "a.jpg", (0xE1, b"Exif\0\0" + of_a_camera(space, index)))
    assert exiftool(path)["ExifIFD:ColorSpace"] == space
    with Image.open(path) as image:
        stored = np.asarray(image)
    expected = through(stored, profile("wide")) if adobe else stored.astype(int)
    photo = resaved(photo_service, path, tmp_path / f"out{target}")
    assert np.abs(photo.pixels - expected).max() <= 1
    with Image.open(tmp_path / f"out{target}") as image:
        assert bool(image.info.get("icc_profile")) == adobe
        away = np.abs(np.asarray(image.convert("RGB")).astype(int) - stored)[touched(SIZE)[1]]
    assert away.mean() < 1 if target == ".jpg" else away.max() == 0


@pytest.mark.skipif(not features.check("avif"), reason="Pillow has no AVIF")
@pytest.mark.parametrize(
    ("primaries", "transfer", "made", "note"),
    [(12, 13, "p3", ""), (1, 13, "", ""), (2, 2, "", ""), (1, 1, "", ""), (9, 16, "", "HDR"), (9, 18, "", "HDR")],
)
def test_numbers_of_an_avif(
    photo_service: FilePhotoService, tmp_path: Path, primaries: int, transfer: int, made: str, note: str
) -> None:
    path = tmp_path / "a.avif"
    Image.fromarray(soft(*SIZE)).save(path, quality=95)
    data = path.read_bytes()
    at = data.index(b"nclx") + 4
    path.write_bytes(data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :])
    with Image.open(path) as image:
        stored = np.asarray(image.convert("RGB"))
    photo = resaved(photo_service, path, tmp_path / "out.png")
    p3 = profiles.of_chunks({b"cICP": bytes((12, 13, 0, 1))}, False) or b""
    expected = through(stored, p3) if made else stored.astype(int)
    assert np.abs(photo.pixels - expected).max() <= 1
    assert any("HDR" in text for text in photo.notes) == bool(note)
    with Image.open(tmp_path / "out.png") as image:
        assert np.array_equal(np.asarray(image)[touched(SIZE)[1]], stored[touched(SIZE)[1]])
        assert bool(image.info.get("icc_profile")) == bool(made)


def newest_bitmap(values: np.ndarray, icc: bytes) -> bytes:
    height, width = values.shape[:2]
    rows = b"".join(row[:, ::-1].tobytes() + bytes(-3 * width % 4) for row in values[::-1])
    head = struct.pack("<IiiHHIIiiII", 124, width, height, 1, 24, 0, len(rows), 2835, 2835, 0, 0)
    head += struct.pack("<IIIII", 0xFF0000, 0xFF00, 0xFF, 0, 0x4D424544) + bytes(48)
    head += struct.pack("<IIII", 4, 124 + len(rows), len(icc), 0)
    return b"BM" + struct.pack("<IHHI", 138 + len(rows) + len(icc), 0, 0, 138) + head + rows + icc


@pytest.mark.parametrize("cut", [0, 10])
def test_the_profile_of_a_bitmap(photo_service: FilePhotoService, tmp_path: Path, cut: int) -> None:
    icc, values = profile("p3"), soft(*SIZE)
    data = newest_bitmap(values, icc)
    (tmp_path / "a.bmp").write_bytes(data[: len(data) - cut])
    photo = resaved(photo_service, tmp_path / "a.bmp", tmp_path / "out.png")
    assert np.abs(photo.pixels - (values.astype(int) if cut else through(values, icc))).max() <= 1
    assert any("Damaged metadata" in note for note in photo.notes) == bool(cut)
    with Image.open(tmp_path / "out.png") as image:
        assert image.info.get("icc_profile", b"") == (b"" if cut else icc)
        assert np.array_equal(np.asarray(image)[touched(SIZE)[1]], values[touched(SIZE)[1]])


def _changed(data: bytes, **how: Any) -> bytes:
    found = bytearray(data)
    at = data.index(b"\xff\xc0")
    found[at + 1] = how.get("marker", 0xC0)
    found[at + 4] = how.get("bits", 8)
    return bytes(found)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"bits": 12}, "12 bit"),
        ({"marker": 0xC3, "bits": 16}, "lossless, 16 bit"),
        ({"marker": 0xC5}, "hierarchical"),
        ({"marker": 0xF7}, "JPEG-LS"),
    ],
)
def test_a_kind_of_jpeg_that_is_not_read_is_named(
    photo_service: FilePhotoService, tmp_path: Path, how: dict[str, int], words: str
) -> None:
    path = jpeg(tmp_path / "a.jpg")
    path.write_bytes(_changed(path.read_bytes(), **how))
    assert "PNG" in refused(photo_service, path, words).todo


def test_numbers_of_a_table_are_no_kind_of_jpeg(photo_service: FilePhotoService, tmp_path: Path) -> None:
    table = [16] * 62 + [0xFF, 0xC3]  # read as a marker it would be that of a lossless one
    path = jpeg(tmp_path / "a.jpg", qtables=[table, table], quality=50)  # of which each number stays
    path.write_bytes(path.read_bytes()[:1200])
    refused(photo_service, path, "ends too early")


def test_a_picture_out_of_an_app_for_phones_is_named(photo_service: FilePhotoService, tmp_path: Path) -> None:
    Image.fromarray(soft(*SIZE)).save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data[:8] + struct.pack(">I", 4) + b"CgBI" + bytes(8) + data[8:])
    assert "PNG" in refused(photo_service, tmp_path / "a.png", "Apple").todo


def _with_credentials(path: Path) -> None:
    boxes = struct.pack(">I4sI4s", 60, b"jumb", 37, b"jumd") + b"c2pa" + bytes.fromhex("0011001080000aa0389b7103")
    boxes += b"c2pa\0SECRET MANIFEST"
    data = path.read_bytes()
    if path.suffix == ".jpg":
        body = b"JP" + struct.pack(">HI", 1, 1) + boxes
        data = data[:2] + struct.pack(">BBH", 0xFF, 0xEB, len(body) + 2) + body + data[2:]
    elif path.suffix == ".png":
        from support.edited_photos import png_chunk, with_chunks

        data = with_chunks(data, png_chunk(b"caBX", boxes))
    else:
        data = data + b"C2PA" + struct.pack("<I", len(boxes)) + boxes + bytes(len(boxes) % 2)
        data = data[:4] + struct.pack("<I", len(data) - 8) + data[8:]
    path.write_bytes(data)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_credentials_of_the_photo_as_it_was_do_not_travel(
    photo_service: FilePhotoService, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    Image.fromarray(soft(*SIZE)).save(path)
    _with_credentials(path)
    photo = resaved(photo_service, path, tmp_path / f"out{suffix}")
    assert any("credentials" in note for note in photo.notes)
    assert b"SECRET" not in (tmp_path / f"out{suffix}").read_bytes()
    assert photo_service.open(tmp_path / f"out{suffix}").notes == ()


@pytest.mark.parametrize("stated", [-100, 100])
@pytest.mark.parametrize("version", [2, 4])
def test_a_profile_that_states_another_length_is_put_right(
    photo_service: FilePhotoService, tmp_path: Path, version: int, stated: int
) -> None:
    """Little CMS takes it and libpng does not, so that a PNG would be shown in other colours than the photo."""
    whole = bytearray(profile("p3"))
    whole[8] = version
    beyond = bytes(101) if stated < 0 else b""
    whole[:4] = struct.pack(">I", len(whole) + max(stated, 0))
    values = soft(*SIZE)
    path = jpeg(tmp_path / "a.jpg", (0xE2, b"ICC_PROFILE\0\1\1" + bytes(whole) + beyond), quality=95)
    with Image.open(path) as image:
        stored = np.asarray(image)
    photo = resaved(photo_service, path, tmp_path / "out.png")
    assert np.abs(photo.pixels - through(stored, profile("p3"))).max() <= 1
    assert np.abs(photo.pixels.astype(int) - values).max() > 20
    with Image.open(tmp_path / "out.png") as image:
        kept = image.info["icc_profile"]
    assert int.from_bytes(kept[:4], "big") == len(kept) and len(kept) % 4 == 0
    assert kept[128:300] == bytes(whole[128:300])
    assert exiftool(tmp_path / "out.png").get("ExifTool:Warning") is None


@pytest.mark.skipif(not features.check("jpg_2000"), reason="Pillow has no JPEG 2000")
@pytest.mark.parametrize("method", [2, 1])
def test_the_profile_of_a_jp2(photo_service: FilePhotoService, tmp_path: Path, method: int) -> None:
    icc, values = profile("p3"), soft(*SIZE)
    Image.fromarray(values).save(tmp_path / "a.jp2")
    data = (tmp_path / "a.jp2").read_bytes()
    at = data.index(b"colr") - 4
    end = at + int.from_bytes(data[at : at + 4], "big")
    box = bytes((method, 0, 0)) + (icc if method == 2 else struct.pack(">I", 16))
    longer = len(box) + 8 - (end - at)
    head = data.index(b"jp2h") - 4
    length = struct.pack(">I", int.from_bytes(data[head : head + 4], "big") + longer)
    data = data[:head] + length + data[head + 4 : at] + struct.pack(">I4s", len(box) + 8, b"colr") + box + data[end:]
    (tmp_path / "a.jp2").write_bytes(data)
    photo = resaved(photo_service, tmp_path / "a.jp2", tmp_path / "out.png")
    assert np.abs(photo.pixels - (through(values, icc) if method == 2 else values.astype(int))).max() <= 1
    with Image.open(tmp_path / "out.png") as image:
        assert image.info.get("icc_profile", b"") == (icc if method == 2 else b"")


@pytest.mark.parametrize("kind", ["P6", "P3", "jp2", "j2k"])
def test_more_bits_than_are_worked_on_are_said(photo_service: FilePhotoService, tmp_path: Path, kind: str) -> None:
    values, path = soft(*SIZE).astype(np.uint16) * 4, tmp_path / f"a.{kind if kind[0] == 'j' else 'ppm'}"
    if kind[0] == "j":
        program = shutil.which("convert")
        if program is None or not features.check("jpg_2000"):
            pytest.skip("ImageMagick or JPEG 2000 is not there")
        Image.fromarray(soft(*SIZE)).save(tmp_path / "a.png")
        subprocess.run([program, str(tmp_path / "a.png"), "-depth", "16", str(path)], check=True, timeout=60)
    else:
        head = b"%s\n# made by hand\n%d %d\n1023\n" % (kind.encode(), SIZE[1], SIZE[0])
        text = " ".join(str(value) for value in values.ravel().tolist()).encode()
        path.write_bytes(head + (values.astype(">u2").tobytes() if kind == "P6" else text))
    photo = photo_service.open(path)
    assert f"{16 if kind[0] == 'j' else 10} bits per channel; it is worked on in 8" in photo.notes[0]
    assert np.abs(photo.pixels - values / 1023 * 255).max() <= 2


@pytest.mark.skipif(not features.check("avif"), reason="Pillow has no AVIF")
def test_the_exif_of_an_avif_is_kept_as_it_is(photo_service: FilePhotoService, tmp_path: Path) -> None:
    """Though its boxes say how it lies, and not its EXIF, and though its words are not English."""
    exif, path = Image.Exif(), tmp_path / "a.avif"
    exif[0x0112] = 6
    Image.fromarray(soft(*SIZE)).save(path, quality=95, exif=exif)
    told = {"IFD0:ImageDescription": "Straße am See, 写真", "IFD0:Orientation": 3}
    program = shutil.which("exiftool")
    if program is None:
        pytest.skip("exiftool is not installed")
    words = [f"-{name}#={value}" for name, value in told.items()]
    subprocess.run([program, "-overwrite_original", *words, str(path)], check=True, capture_output=True, timeout=60)
    assert exiftool(path)["IFD0:ImageDescription"] == told["IFD0:ImageDescription"]
    photo = resaved(photo_service, path, tmp_path / "out.png")
    assert photo.size == (120, 136) and photo.origin.orientation == 6
    away = photo.pixels.astype(int) - np.rot90(soft(*SIZE), 3)
    assert np.abs(away).max() <= 12
    seen = exiftool(tmp_path / "out.png")
    assert (seen["IFD0:ImageDescription"], seen["IFD0:Orientation"]) == (told["IFD0:ImageDescription"], 1)
