from __future__ import annotations

import errno
import os
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from imaging.kit import edited
from PIL import Image, ImageCms

from rtedit_desktop.core.errors import PictureError, SaveError, shown_name
from rtedit_desktop.imaging.desk import Desk

_TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.fixture(autouse=True)
def _no_warnings() -> object:
    limit = Image.MAX_IMAGE_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    assert limit == Image.MAX_IMAGE_PIXELS


def _refused(desk: Desk, path: Path, reason: str) -> PictureError:
    with pytest.raises(PictureError) as caught:
        desk.open(path)
    error = caught.value
    assert error.what.startswith(f"Could not open {shown_name(path.name)}: ")
    assert reason in error.what
    assert error.todo
    assert "\n" not in str(error)
    return error


@pytest.mark.parametrize("suffix", ["png", "tif", "webp", "bmp", "gif", "jpg"])
def test_plain_pictures(desk: Desk, scene: np.ndarray, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    options = {"webp": {"lossless": True}, "jpg": {"quality": 95}}.get(suffix, {})
    Image.fromarray(scene).save(path, **options)
    photo = desk.open(path)
    assert photo.size == (64, 48)
    assert photo.pixels.dtype == np.uint8
    assert photo.pixels.flags.c_contiguous
    assert photo.alpha is None
    assert (photo.name, photo.path, photo.notes) == (path.name, path, ())
    tolerance = {"jpg": 12, "gif": 60}.get(suffix, 0)
    assert np.abs(photo.pixels.astype(int) - scene).max() <= tolerance


def test_the_photo_cannot_be_written_to(desk: Desk, scene: np.ndarray, tmp_path: Path) -> None:
    Image.fromarray(scene).save(tmp_path / "a.png")
    with pytest.raises(ValueError, match="read-only"):
        desk.open(tmp_path / "a.png").pixels[0, 0] = 0


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "tif", "tif-lzw"])
def test_orientation_is_applied_once(
    desk: Desk, scene: np.ndarray, tmp_path: Path, orientation: int, kind: str
) -> None:
    upright = Image.fromarray(scene)
    turn = _TURNS[orientation]
    stored = upright.transpose(turn) if turn is not None else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"a.{kind.split('-')[0]}"
    options = {
        "jpg": {"quality": 98, "subsampling": 0},
        "webp": {"lossless": True},
        "tif-lzw": {"compression": "tiff_lzw"},
    }.get(kind, {})
    stored.save(path, exif=exif, **options)
    photo = desk.open(path)
    assert photo.size == (64, 48)
    assert np.abs(photo.pixels.astype(int) - scene).max() <= (8 if kind == "jpg" else 0)
    again = tmp_path / f"again-{path.name}"
    desk.save(again, photo, edited(photo))
    reopened = desk.open(again)
    assert reopened.size == (64, 48)
    with Image.open(again) as written:
        assert written.getexif().get(0x0112, 1) == 1


def test_orientation_by_xmp_alone(desk: Desk, scene: np.ndarray, tmp_path: Path) -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    turned = Image.fromarray(scene).transpose(Image.Transpose.ROTATE_90)
    turned.save(tmp_path / "a.webp", lossless=True, xmp=xmp)
    photo = desk.open(tmp_path / "a.webp")
    assert np.array_equal(photo.pixels, scene)
    desk.save(tmp_path / "b.webp", photo, photo.pixels)
    assert np.array_equal(desk.open(tmp_path / "b.webp").pixels, scene)


def test_alpha_of_every_kind_is_kept(desk: Desk, scene: np.ndarray, tmp_path: Path) -> None:
    alpha = np.linspace(0, 255, 64).astype(np.uint8)[None, :].repeat(48, 0)
    rgba = Image.fromarray(np.dstack([scene, alpha]))
    grey = Image.merge("LA", (rgba.convert("RGB").convert("L"), rgba.getchannel("A")))
    rgba.save(tmp_path / "rgba.png")
    grey.save(tmp_path / "la.png")
    for name in ("rgba.png", "la.png"):
        assert np.array_equal(desk.open(tmp_path / name).alpha, alpha)
    assert np.array_equal(desk.open(tmp_path / "rgba.png").pixels, scene)


def test_alpha_turns_with_the_picture(desk: Desk, scene: np.ndarray, tmp_path: Path) -> None:
    alpha = scene[..., 0]
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = Image.fromarray(np.dstack([scene, alpha])).transpose(Image.Transpose.ROTATE_90)
    stored.save(tmp_path / "a.png", exif=exif)
    photo = desk.open(tmp_path / "a.png")
    assert np.array_equal(photo.alpha, alpha)
    assert np.array_equal(photo.pixels, scene)


def test_palette_with_transparency(desk: Desk, tmp_path: Path) -> None:
    picture = Image.fromarray(np.arange(32 * 32, dtype=np.uint8).reshape(32, 32) % 2)
    picture = picture.convert("P")
    picture.putpalette([255, 0, 0, 0, 0, 255])
    for transparency in (1, b"\xff\x00"):
        picture.save(tmp_path / "a.png", transparency=transparency)
        photo = desk.open(tmp_path / "a.png")
        assert photo.alpha is not None
        assert photo.pixels[0, 0].tolist() == [255, 0, 0]
        assert photo.alpha[0, :2].tolist() == [255, 0]


def test_one_bit_and_grey(desk: Desk, scene: np.ndarray, tmp_path: Path) -> None:
    grey = Image.fromarray(scene).convert("L")
    grey.save(tmp_path / "grey.png")
    grey.convert("1").save(tmp_path / "bit.png")
    assert np.array_equal(desk.open(tmp_path / "grey.png").pixels[..., 1], np.asarray(grey))
    assert set(np.unique(desk.open(tmp_path / "bit.png").pixels)) == {0, 255}


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bit_grey_is_rounded_and_said(desk: Desk, tmp_path: Path, suffix: str) -> None:
    values = np.linspace(0, 65535, 32 * 32).astype(np.uint16).reshape(32, 32)
    Image.fromarray(values).save(tmp_path / f"a.{suffix}")
    photo = desk.open(tmp_path / f"a.{suffix}")
    assert any("16 bits" in note for note in photo.notes)
    assert np.array_equal(photo.pixels[..., 0], np.rint(values / 257).astype(np.uint8))


def test_sixteen_bit_colour_is_said(desk: Desk, tmp_path: Path) -> None:
    values = np.random.default_rng(1).integers(0, 65536, (20, 30, 3), dtype=np.uint16)
    (tmp_path / "a.png").write_bytes(_png(30, 20, depth=16, colour=2, rows=values.astype(">u2")))
    photo = desk.open(tmp_path / "a.png")
    assert any("16 bits" in note for note in photo.notes)
    assert np.abs(photo.pixels.astype(int) - values / 257).max() <= 1


def test_thirty_two_bit_float_is_refused_with_the_reason(desk: Desk, tmp_path: Path) -> None:
    Image.fromarray(np.ones((20, 20), dtype=np.float32)).save(tmp_path / "a.tif")
    assert "8 or 16 bits" in _refused(desk, tmp_path / "a.tif", "no agreed brightness").todo


@pytest.mark.parametrize("suffix", ["jpg", "tif"])
def test_cmyk_without_a_profile(desk: Desk, tmp_path: Path, suffix: str) -> None:
    Image.new("CMYK", (32, 32), (0, 255, 255, 0)).save(tmp_path / f"a.{suffix}")
    photo = desk.open(tmp_path / f"a.{suffix}")
    red, green, blue = photo.pixels[16, 16].tolist()
    assert red > 200
    assert max(green, blue) < 80
    assert any("CMYK" in note for note in photo.notes)


def test_colours_go_through_the_profile(desk: Desk, tmp_path: Path) -> None:
    """The same red is further out in a wide space, so in sRGB its other channels fall."""
    wide = _matrix_profile()
    Image.new("RGB", (32, 32), (200, 100, 100)).save(tmp_path / "a.jpg", icc_profile=wide, quality=100)
    photo = desk.open(tmp_path / "a.jpg")
    red, green, blue = photo.pixels[16, 16].tolist()
    assert red > 205
    assert green < 98
    assert abs(blue - 100) < 12
    assert photo.notes == ()
    assert photo.origin.icc == wide


def test_an_srgb_profile_changes_no_pixel(desk: Desk, tmp_path: Path) -> None:
    noise = np.random.default_rng(2).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(noise).save(tmp_path / "a.png", icc_profile=profile)
    assert np.array_equal(desk.open(tmp_path / "a.png").pixels, noise)


@pytest.mark.parametrize("profile", [b"not a profile", b"\x00" * 200])
def test_a_broken_profile_is_said(desk: Desk, scene: np.ndarray, tmp_path: Path, profile: bytes) -> None:
    Image.fromarray(scene).save(tmp_path / "a.png", icc_profile=profile)
    photo = desk.open(tmp_path / "a.png")
    assert np.array_equal(photo.pixels, scene)
    assert any("sRGB" in note for note in photo.notes)


def test_a_profile_for_other_colours_is_said(desk: Desk, tmp_path: Path) -> None:
    Image.new("CMYK", (32, 32), (0, 255, 255, 0)).save(tmp_path / "a.jpg", icc_profile=_matrix_profile())
    assert len(desk.open(tmp_path / "a.jpg").notes) == 2


@pytest.mark.parametrize("suffix", ["gif", "tif", "png", "webp"])
def test_the_first_of_several_frames(desk: Desk, tmp_path: Path, suffix: str) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "lime", "blue")]
    options = {"lossless": True} if suffix == "webp" else {}
    frames[0].save(tmp_path / f"a.{suffix}", save_all=True, append_images=frames[1:], **options)
    photo = desk.open(tmp_path / f"a.{suffix}")
    assert photo.pixels[5, 5].tolist() == [255, 0, 0]
    assert photo.notes == ("The first of 3 frames is used.",)


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp"])
def test_a_file_cut_anywhere_is_refused_or_whole(
    desk: Desk, tmp_path: Path, suffix: str
) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    whole = tmp_path / f"whole.{suffix}"
    Image.fromarray(noise).save(whole)
    expected = desk.open(whole).pixels
    data = whole.read_bytes()
    for part in (0.001, 0.01, 0.1, 0.5, 0.9, 0.99):
        cut = tmp_path / f"cut.{suffix}"
        cut.write_bytes(data[: int(len(data) * part)])
        try:
            photo = desk.open(cut)
        except PictureError as error:
            assert error.what.startswith("Could not open cut.")
        else:
            assert np.array_equal(photo.pixels, expected)
    cut.write_bytes(data[: len(data) // 2])
    _refused(desk, cut, "damaged")


def test_damaged_bytes_never_escape_as_another_error(desk: Desk, scene: np.ndarray, tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    for suffix in ("png", "jpg", "tif", "webp", "gif"):
        path = tmp_path / f"a.{suffix}"
        Image.fromarray(scene).save(path, exif=_exif())
        data = np.frombuffer(path.read_bytes(), dtype=np.uint8)
        for _ in range(40):
            spoilt = data.copy()
            spoilt[random.integers(0, min(len(data), 400), 6)] = random.integers(0, 256, 6)
            path.write_bytes(spoilt.tobytes())
            try:
                photo = desk.open(path)
                desk.save(tmp_path / "out.jpg", photo, photo.pixels)
            except (PictureError, SaveError) as error:
                assert error.todo


def test_things_that_are_not_pictures(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = tmp_path / "text.png"
    text.write_text("this is a letter")
    _refused(desk, text, "not a picture")
    empty = tmp_path / "empty.jpg"
    empty.touch()
    _refused(desk, empty, "empty")
    folder = tmp_path / "folder.png"
    folder.mkdir()
    _refused(desk, folder, "folder")
    _refused(desk, tmp_path / "missing.png", "no such file")
    _refused(desk, tmp_path / "nul\0.png", "name")
    vector = tmp_path / "a.eps"
    vector.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n")
    _refused(desk, vector, "not a picture")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        _refused(desk, tmp_path / "pipe.png", "device")

    def forbidden(*_: object, **__: object) -> object:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    _refused(desk, text, "permission")


def test_heic_is_named_when_it_cannot_be_read(desk: Desk, tmp_path: Path) -> None:
    if "HEIF" in Image.OPEN:
        pytest.skip("this Pillow reads HEIC")
    path = tmp_path / "IMG_0001.HEIC"
    path.write_bytes(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200))
    _refused(desk, path, "HEIC")


@pytest.mark.parametrize(("width", "height"), [(60000, 60000), (20001, 10000)])
def test_a_huge_header_is_refused_before_decoding(desk: Desk, tmp_path: Path, width: int, height: int) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(_png(width, height, depth=8, colour=2, rows=np.zeros((1, 3), np.uint8)))
    _refused(desk, path, f"({width} × {height})")


def test_just_below_the_limit_is_not_refused_for_its_size(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(_png(20000, 10000, depth=1, colour=0, rows=np.zeros((1, 2), np.uint8)))
    _refused(desk, path, "damaged")


def test_tiny_pictures_are_refused(desk: Desk, tmp_path: Path) -> None:
    Image.new("RGB", (100, 15)).save(tmp_path / "a.png")
    _refused(desk, tmp_path / "a.png", "100 × 15")
    Image.new("RGB", (16, 16)).save(tmp_path / "b.png")
    assert desk.open(tmp_path / "b.png").size == (16, 16)


@pytest.mark.parametrize("name", ["Ünïcödé photo.png", "写真 – 日本.jpg", "фото.webp", "📷.tif"])
def test_any_path(desk: Desk, scene: np.ndarray, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "Åse's Bilder"
    folder.mkdir()
    Image.fromarray(scene).save(folder / name)
    photo = desk.open(folder / name)
    assert photo.name == name
    desk.save(folder / f"2 {name}", photo, photo.pixels)
    assert desk.open(folder / f"2 {name}").size == photo.size


def test_pasted_pixels(desk: Desk, scene: np.ndarray) -> None:
    photo = desk.from_pixels(scene, "clipboard")
    assert np.array_equal(photo.pixels, scene)
    assert photo.path is None
    assert not np.shares_memory(photo.pixels, scene)
    with_alpha = desk.from_pixels(np.dstack([scene, scene[..., 0]]), "clipboard")
    assert np.array_equal(with_alpha.alpha, scene[..., 0])
    for bad in (scene[:10], scene[..., 0], scene.astype(np.float32)):
        with pytest.raises(PictureError, match="clipboard"):
            desk.from_pixels(bad, "clipboard")


def test_samples_are_sorted_pictures(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("rtedit_desktop.imaging.desk.resources", lambda: tmp_path)
    assert desk.samples() == []
    (tmp_path / "samples").mkdir()
    for name in ("b.png", "a.JPG", "notes.txt"):
        (tmp_path / "samples" / name).touch()
    assert [path.name for path in desk.samples()] == ["a.JPG", "b.png"]


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x0112] = 3
    exif.get_ifd(0x8769)[0x9003] = "2024:01:02 03:04:05"
    return exif


def _png(width: int, height: int, *, depth: int, colour: int, rows: np.ndarray) -> bytes:
    """A PNG with any header; ``rows`` need not fill it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    body = b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")
    )


def _matrix_profile() -> bytes:
    """An ICC v2 display profile with Display P3's primaries and a gamma of 2.2."""

    def s15(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(s15, values))

    gamma = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Wide\0" + bytes(78) + bytes(1)
    tags = {
        b"desc": text,
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.51512, 0.2412, -0.00105),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.1571, 0.06657, 0.78407),
        b"rTRC": gamma,
        b"gTRC": gamma,
        b"bTRC": gamma,
    }
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = 128 + len(table) + len(body)
    header = struct.pack(">I", size) + bytes(4) + struct.pack(">I", 0x02100000) + b"mntrRGB XYZ " + bytes(12)
    header += b"acsp" + bytes(28) + s15(0.9642) + s15(1.0) + s15(0.8249)
    return header + bytes(128 - len(header)) + table + body
