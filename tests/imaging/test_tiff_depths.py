"""TIFF of other depths, of fractions and of Lab colours: what is shown and saved is what other programs read."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from imaging.test_round_trip import profile
from PIL import Image, ImageCms
from support.edited_photos import noise, refused, resaved, soft, touched

from rtedit_desktop.imaging import profiles
from rtedit_desktop.imaging.photo_service import FilePhotoService

SIZE = (120, 136)
OUTSIDE = touched(SIZE)[1]
SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), (0.3127, 0.3290))


def made_tiff(path: Path, packed: list[bytes], order: str = "<", **tags: Any) -> Path:
    """A TIFF of these strips or tiles; ``tags`` are numbers by their names here."""
    numbers = {
        "width": 256, "height": 257, "bits": 258, "compression": 259, "photometric": 262, "samples": 277, "rows": 278,
        "planar": 284, "predictor": 317, "tile_width": 322, "tile_height": 323, "format": 339, "subsampling": 530,
    }  # fmt: skip
    fields: dict[int, list[int]] = {
        numbers[name]: list(value) if isinstance(value, (list, tuple)) else [value] for name, value in tags.items()
    }
    places = list(8 + np.cumsum([0, *(len(part) for part in packed[:-1])]))
    where, counts = (324, 325) if "tile_width" in tags else (273, 279)
    fields |= {where: [int(place) for place in places], counts: [len(part) for part in packed]}
    body = b"".join(packed)
    start = 8 + len(body) + len(body) % 2
    values_at, entries, values = start + 2 + 12 * len(fields) + 4, struct.pack(order + "H", len(fields)), b""
    for tag, found in sorted(fields.items()):
        data = struct.pack(f"{order}{len(found)}I", *found)
        entries += struct.pack(order + "HHI", tag, 4, len(found))
        entries += data if len(data) == 4 else struct.pack(order + "I", values_at + len(values))
        values += data if len(data) > 4 else b""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", start)
    path.write_bytes(head + body + bytes(len(body) % 2) + entries + bytes(4) + values)
    return path


def bit_by_bit(values: np.ndarray, bits: int) -> bytes:
    """Rows of numbers without gaps between these, each row from a byte of its own on."""
    rows = values.reshape(values.shape[0], -1).astype(np.uint32)
    single = (rows[..., None] >> np.arange(bits - 1, -1, -1, dtype=np.uint32)) & 1
    return np.packbits(single.astype(np.uint8).reshape(len(rows), -1), axis=1).tobytes()


def read_by_others(path: Path, channels: int = 3) -> np.ndarray:
    """(H, W, channels) of 16 bits, as ImageMagick reads a file."""
    program = shutil.which("convert")
    if program is None:
        pytest.skip("ImageMagick is not installed")
    to = {1: "gray:-", 3: "rgb:-"}[channels]
    command = [program, str(path), "-depth", "16", "-endian", "LSB", to]
    raw = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    return np.frombuffer(raw, "<u2").reshape(*SIZE, channels)


def written(path: Path) -> np.ndarray:
    values = tifffile.imread(path)
    assert values.dtype == np.uint16
    return values if values.ndim == 3 else values[..., None]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("bits", [9, 10, 12, 14])
@pytest.mark.parametrize("packed", [False, True])
def test_numbers_without_gaps(
    photo_service: FilePhotoService, tmp_path: Path, bits: int, channels: int, packed: bool
) -> None:
    most = (1 << bits) - 1
    values = noise(*SIZE, channels, kind=np.uint16) & most
    raw = bit_by_bit(values, bits)
    path = made_tiff(
        tmp_path / "a.tif", [zlib.compress(raw) if packed else raw], width=SIZE[1], height=SIZE[0],
        bits=[bits] * channels, compression=8 if packed else 1, photometric=2 if channels == 3 else 1,
        samples=channels, rows=SIZE[0],
    )  # fmt: skip
    expected = np.rint(values * (65535 / most))
    photo = resaved(photo_service, path, tmp_path / "out.tif", (77, 77, 77))
    assert f"The file has {bits} bits per channel" in photo.notes[0] and "saved with 16" in photo.notes[0]
    assert np.abs(photo.pixels - expected / 257)[OUTSIDE].max() <= 0.51
    assert np.abs(written(tmp_path / "out.tif") - expected)[OUTSIDE].max() <= 0.51
    assert np.abs(read_by_others(path, channels).astype(int) - expected)[OUTSIDE].max() <= 1


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("layout", ["separate", "tiled", "white is zero", "strips"])
def test_layouts_of_twelve_bits(photo_service: FilePhotoService, tmp_path: Path, layout: str, order: str) -> None:
    channels = 1 if layout == "white is zero" else 3
    values = noise(*SIZE, channels, kind=np.uint16) & 4095
    told: dict[str, Any] = {"photometric": 2, "rows": SIZE[0]}
    if layout == "separate":
        packed = [bit_by_bit(values[..., one], 12) for one in range(3)]
        told["planar"] = 2
    elif layout == "tiled":
        room = np.zeros((128, 144, 3), np.uint16)
        room[: SIZE[0], : SIZE[1]] = values
        packed = [bit_by_bit(room[y : y + 64, x : x + 48], 12) for y in (0, 64) for x in (0, 48, 96)]
        told |= {"tile_width": 48, "tile_height": 64}
        del told["rows"]
    elif layout == "strips":
        packed = [zlib.compress(bit_by_bit(values[top : top + 7], 12)) for top in range(0, SIZE[0], 7)]
        told |= {"rows": 7, "compression": 8}
    else:
        packed = [bit_by_bit(values, 12)]
        told["photometric"] = 0
    told = {"compression": 1} | told
    path = made_tiff(
        tmp_path / "a.tif", packed, order, width=SIZE[1], height=SIZE[0], bits=[12] * channels, samples=channels, **told
    )
    expected = np.rint((4095 - values if layout == "white is zero" else values) * (65535 / 4095))
    photo = photo_service.open(path)
    assert np.abs(photo.pixels - expected / 257).max() <= 0.51
    if layout != "white is zero":  # which ImageMagick 6 takes for black at 12 bits
        assert np.abs(read_by_others(path, channels).astype(int) - expected).max() <= 1


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("full", [True, False])
def test_whole_numbers_of_thirty_two_bits(
    photo_service: FilePhotoService, tmp_path: Path, full: bool, channels: int
) -> None:
    """Over all of these; or within 16, as they are often meant."""
    values = noise(*SIZE, channels, kind=np.uint16).astype(np.uint32) << (16 if full else 0)
    model = "rgb" if channels == 3 else "minisblack"
    tifffile.imwrite(tmp_path / "a.tif", values if channels == 3 else values[..., 0], photometric=model)
    photo = resaved(photo_service, tmp_path / "a.tif", tmp_path / "out.tif", (77, 77, 77))
    expected = values >> 16 if full else values
    assert "32 bits" in photo.notes[0] and "saved with 16" in photo.notes[0]
    assert np.abs(photo.pixels - expected / 257).max() <= 0.51
    assert np.array_equal(written(tmp_path / "out.tif")[OUTSIDE], expected[OUTSIDE])
    if full:
        assert np.abs(read_by_others(tmp_path / "a.tif", channels).astype(int) - expected).max() <= 1


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("order", ["<", ">"])
def test_fractions(photo_service: FilePhotoService, tmp_path: Path, order: Any, kind: type, channels: int) -> None:
    values: np.ndarray = (noise(*SIZE, channels) / 65535).astype(kind)
    model = "rgb" if channels == 3 else "minisblack"
    tifffile.imwrite(
        tmp_path / "a.tif", values if channels == 3 else values[..., 0], photometric=model, byteorder=order
    )
    photo = resaved(photo_service, tmp_path / "a.tif", tmp_path / "out.tif", (77, 77, 77))
    assert any("fractions" in note for note in photo.notes) and not any("cut off" in note for note in photo.notes)
    expected = values.astype(np.float64) * 65535
    assert np.abs(photo.pixels - expected / 257).max() <= 0.51
    assert np.abs(written(tmp_path / "out.tif") - expected)[OUTSIDE].max() <= 0.51
    if kind is not np.float16:
        assert np.abs(read_by_others(tmp_path / "a.tif", channels).astype(int) - expected).max() <= 1


@pytest.mark.parametrize("predictor", ["1", "2", "3"])
@pytest.mark.parametrize("compression", ["zip", "lzw"])
@pytest.mark.parametrize("depth", ["32", "64"])
def test_fractions_that_others_packed(
    photo_service: FilePhotoService, tmp_path: Path, depth: str, compression: str, predictor: str
) -> None:
    program = shutil.which("convert")
    if program is None:
        pytest.skip("ImageMagick is not installed")
    Image.fromarray(soft(*SIZE)).save(tmp_path / "a.png")
    command = [program, str(tmp_path / "a.png"), "-define", "quantum:format=floating-point", "-depth", depth]
    command += ["-define", f"tiff:predictor={predictor}", "-compress", compression, str(tmp_path / "a.tif")]
    subprocess.run(command, check=True, timeout=60)
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        assert file.pages[0].dtype == np.dtype(f"f{int(depth) // 8}")
    assert np.abs(photo_service.open(tmp_path / "a.tif").pixels - soft(*SIZE).astype(int)).max() <= 1


def test_fractions_beyond_black_and_white_are_cut_off(photo_service: FilePhotoService, tmp_path: Path) -> None:
    values = (soft(*SIZE) / 255).astype(np.float32)
    values[:4], values[4:8], values[8:10] = 7.5, -0.5, np.nan
    values[10], values[11] = np.inf, -np.inf
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="rgb")
    photo = resaved(photo_service, tmp_path / "a.tif", tmp_path / "out.tif")
    assert any("cut off" in note for note in photo.notes)
    assert [photo.pixels[row, 3].tolist() for row in (0, 5, 8, 10, 11)] == [[v] * 3 for v in (255, 0, 0, 255, 0)]
    assert np.abs(photo.pixels[12:] - soft(*SIZE)[12:].astype(int)).max() <= 1


def test_fractions_that_are_mostly_beyond_white_are_refused(photo_service: FilePhotoService, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", soft(*SIZE).astype(np.float32), photometric="rgb")
    assert "8 or 16 bits" in refused(photo_service, tmp_path / "a.tif", "no agreed brightness").todo


def of_lab(values: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8 sRGB of L, a and b, all of them uint8 and 128 for no colour, by Little CMS."""
    signed = (values ^ np.array([0, 128, 128], np.uint8)).tobytes()  # as it is outside of Pillow
    picture = Image.frombytes("LAB", values.shape[1::-1], signed)
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    made = ImageCms.profileToProfile(
        picture, ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), intent, outputMode="RGB"
    )
    assert made is not None
    return np.asarray(made)


@pytest.mark.parametrize("numbering", ["cielab", "icclab"])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_lab(
    photo_service: FilePhotoService, tmp_path: Path, compression: str | None, kind: type, numbering: str
) -> None:
    lab = soft(*SIZE)
    lab[..., 1:] = (lab[..., 1:].astype(int) - 128) // 4 + 128
    expected = of_lab(lab)
    stored = lab.astype(np.int32)
    if kind is np.uint16:
        stored[..., 0] = np.rint(stored[..., 0] * ((65280 if numbering == "icclab" else 65535) / 255))
        stored[..., 1:] = stored[..., 1:] * 256
    if numbering == "cielab":
        stored[..., 1:] -= 128 * (256 if kind is np.uint16 else 1)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, stored.astype(kind), photometric=numbering, compression=compression)
    photo = resaved(photo_service, path, tmp_path / "out.tif")
    assert any("Lab" in note and "sRGB" in note for note in photo.notes)
    away = np.abs(photo.pixels.astype(int) - expected)
    assert away.max() <= 3 and away.mean() < 0.6
    with tifffile.TiffFile(tmp_path / "out.tif") as file:
        page = file.pages[0]
        assert isinstance(page, tifffile.TiffPage)
        assert page.photometric == 2 and page.dtype == kind
        saved = page.asarray() / (np.iinfo(kind).max / 255)
    assert np.abs(saved - photo.pixels)[OUTSIDE].max() <= 0.51


def test_lab_beside_the_white_of_a_screen(photo_service: FilePhotoService, tmp_path: Path) -> None:
    """As ImageMagick writes it, which says so in a tag."""
    program = shutil.which("convert")
    if program is None:
        pytest.skip("ImageMagick is not installed")
    Image.fromarray(soft(*SIZE)).save(tmp_path / "a.png")
    command = [program, str(tmp_path / "a.png"), "-colorspace", "Lab", "-depth", "16", str(tmp_path / "a.tif")]
    subprocess.run(command, check=True, timeout=60)
    photo = photo_service.open(tmp_path / "a.tif")
    away = np.abs(photo.pixels.astype(int) - soft(*SIZE))
    assert away.mean() < 0.5 and away.max() <= 2


@pytest.mark.parametrize("spare", [0, 40_000])
@pytest.mark.parametrize("sampling", [(1, 1), (2, 1), (2, 2), (1, 2)])
def test_colours_stored_for_several_pixels(
    photo_service: FilePhotoService, tmp_path: Path, sampling: tuple[int, int], spare: int
) -> None:
    """YCbCr that nothing packs, in units of brightness and colours; bytes behind these change nothing."""
    across, down = sampling
    planes = np.asarray(Image.fromarray(soft(*SIZE)).convert("YCbCr")).astype(int)
    units = planes.reshape(SIZE[0] // down, down, SIZE[1] // across, across, 3).transpose(0, 2, 1, 3, 4)
    light = units[..., 0].reshape(*units.shape[:2], -1)
    raw = np.concatenate([light, units[..., 1:].mean(axis=(2, 3))], axis=2).astype(np.uint8).tobytes()
    path = made_tiff(
        tmp_path / "a.tif", [raw + bytes(spare)], width=SIZE[1], height=SIZE[0], bits=[8, 8, 8], compression=1,
        photometric=6, samples=3, rows=SIZE[0], subsampling=sampling,
    )  # fmt: skip
    photo = photo_service.open(path)
    away = np.abs(photo.pixels.astype(int) - soft(*SIZE))
    assert away.mean() < 3 and away.max() <= 16


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ({"photometric": 32845, "bits": [16, 16, 16], "samples": 3, "compression": 34676}, "LogLuv, 16 bit"),
        ({"photometric": 2, "bits": [5, 6, 5], "samples": 3}, "5 + 6 bit"),
        ({"photometric": 10, "bits": [8, 8, 8], "samples": 3}, "Lab, 8 bit"),
        ({"photometric": 1, "bits": [40], "samples": 1}, "40 bit"),
        ({"photometric": 2, "bits": [48, 48, 48], "samples": 3, "format": [3, 3, 3]}, "48 bit, float"),
        ({"photometric": 2, "bits": [8, 8, 8], "samples": 3, "compression": 34887}, "8 bit, LERC"),
        ({"photometric": 2, "bits": [8, 8, 8], "samples": 3, "compression": 50001}, "8 bit, WebP"),
        ({"photometric": 2, "bits": [8, 8, 8], "samples": 3, "compression": 65000}, "8 bit, compression 65000"),
    ],
)
def test_a_kind_that_is_not_read_is_named(
    photo_service: FilePhotoService, tmp_path: Path, tags: dict[str, Any], words: str
) -> None:
    told = {"compression": 1, "width": 40, "height": 40, "rows": 40} | tags
    path = made_tiff(tmp_path / "a.tif", [bytes(40 * 40 * 8 * int(told["samples"]))], **told)
    assert "PNG" in refused(photo_service, path, words).todo


@pytest.mark.parametrize("kind", [np.uint16, np.float32])
@pytest.mark.parametrize("space", ["grey", "colours"])
def test_numbers_that_are_near_to_light(
    photo_service: FilePhotoService, tmp_path: Path, space: str, kind: type
) -> None:
    """Their darks are told apart, before and after an edit, by what sRGB says of light."""
    grey = space == "grey"
    wanted = np.zeros((*SIZE, 3), np.uint8)
    wanted[:] = np.arange(SIZE[0])[:, None, None] // 2
    if not grey:
        wanted[..., 1] += 3
    light = np.where(wanted <= 0.04045 * 255, wanted / 255 / 12.92, ((wanted / 255 + 0.055) / 1.055) ** 2.4)
    icc = profiles.matrix_profile(SRGB, lambda x: x, grey)
    values = np.rint(light * 65535).astype(np.uint16) if kind is np.uint16 else light.astype(np.float32)
    tags = [(34675, 7, len(icc), icc, True)]
    tifffile.imwrite(
        tmp_path / "a.tif", values[..., 0] if grey else values, photometric="minisblack" if grey else "rgb",
        extratags=tags,
    )  # fmt: skip
    photo = photo_service.open(tmp_path / "a.tif")
    assert np.abs(photo.pixels.astype(int) - wanted).max() <= 1
    pixels = photo.pixels.copy()
    pixels[:, :60] += 2
    photo_service.save(tmp_path / "out.tif", photo, pixels)
    photo_service.save(tmp_path / "out.webp", photo, pixels)  # of 8 bits, so in sRGB
    for name in ("out.tif", "out.webp"):
        again = photo_service.open(tmp_path / name)
        assert np.abs(again.pixels.astype(int) - pixels).max() <= 1
    assert np.array_equal(written(tmp_path / "out.tif")[:, 60:], np.rint(light * 65535)[:, 60:, : 1 if grey else 3])


def test_a_usual_profile_is_not_taken_for_one_of_light() -> None:
    from rtedit_desktop.imaging import linear_profile

    for name in ("srgb", "p3", "wide"):
        assert linear_profile.of(profile(name), "RGB") is None
    assert linear_profile.of(profile("grey"), "L") is None
    assert linear_profile.of(b"nonsense" * 40, "RGB") is None
