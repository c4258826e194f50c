"""Thirty photos that were made differently come back as they were; an edit changes only what it touches."""

from __future__ import annotations

import io
import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms
from support.edited_photos import deep_png, deep_tiff, edited

from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.imaging import photo as opening
from rtedit_desktop.imaging.metadata import exif as tags_of
from rtedit_desktop.imaging.metadata import xmp as packets
from rtedit_desktop.imaging.native import Native
from rtedit_desktop.imaging.photo_service import FilePhotoService

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="A. Person"/></rdf:RDF></x:xmpmeta>'
)
PROFILES = Path(__file__).with_name("profiles")


@dataclass(frozen=True)
class Make:
    """How a file is made."""

    suffix: str
    mode: str = "RGB"
    depth: int = 8
    orientation: int = 1
    profile: str = ""
    gps: bool = False
    xmp: bool = False
    options: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        extra = "-gps" * self.gps + "-xmp" * self.xmp
        return f"{self.suffix[1:]}-{self.mode}-{self.depth}-o{self.orientation}-{self.profile or 'plain'}{extra}"


MAKES = [
    *(Make(".jpg", orientation=turn, gps=turn % 2 == 0, xmp=turn % 3 == 0) for turn in range(1, 9)),
    Make(".jpg", profile="srgb", gps=True, xmp=True),
    Make(".jpg", profile="wide", gps=True),
    Make(".jpg", profile="p3", orientation=6, xmp=True),
    Make(".jpg", mode="L"),
    Make(".jpg", mode="L", profile="grey"),
    Make(".jpg", mode="CMYK"),
    Make(".png"),
    Make(".png", mode="RGBA", profile="p3"),
    Make(".png", mode="L", profile="grey", gps=True),
    Make(".png", depth=16, gps=True),
    Make(".png", depth=16, profile="wide", gps=True, xmp=True),
    Make(".png", mode="RGBA", depth=16, profile="p3"),
    Make(".png", mode="L", depth=16),
    Make(".png", mode="P"),
    Make(".webp", options={"lossless": True}, gps=True),
    Make(".webp", profile="p3", options={"quality": 80}, orientation=8),
    Make(".webp", mode="RGBA", options={"lossless": True, "exact": True}, xmp=True),
    Make(".tif", profile="wide", gps=True, xmp=True),
    Make(".tif", mode="CMYK"),
    Make(".tif", mode="L", orientation=3),
    Make(".tif", depth=16, profile="wide", gps=True, xmp=True),
    Make(".tif", mode="RGBA", depth=16),
    Make(".tif", depth=16, orientation=6, gps=True),
    Make(".png", depth=16, orientation=5, profile="p3"),
]


def profile(name: str) -> bytes:
    """sRGB, or a profile of the primaries of Adobe RGB or Display P3, or of greys with a gamma."""
    if name in ("", "srgb"):
        return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() if name else b""
    return made_profile(name)


def made_profile(name: str) -> bytes:
    """A small matrix or grey profile, put together by the ICC's rules."""

    def fixed(*values: float) -> bytes:
        return b"".join(round(value * 65536).to_bytes(4, "big", signed=True) for value in values)

    def curve(gamma: float) -> bytes:
        return b"curv" + bytes(4) + (1).to_bytes(4, "big") + round(gamma * 256).to_bytes(2, "big") + bytes(2)

    tags = {
        b"desc": b"desc" + bytes(4) + (len(name) + 1).to_bytes(4, "big") + name.encode() + b"\0" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": b"XYZ " + bytes(4) + fixed(0.9642, 1.0, 0.8249),
    }
    space = b"GRAY" if name == "grey" else b"RGB "
    if name == "grey":
        tags[b"kTRC"] = curve(1.8)
    else:
        primaries = {
            "wide": ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)),
            "p3": ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407)),
        }[name]
        for colour, column in zip((b"r", b"g", b"b"), primaries, strict=True):
            tags[colour + b"XYZ"] = b"XYZ " + bytes(4) + fixed(*column)
            tags[colour + b"TRC"] = curve(2.2)
    table, data = len(tags).to_bytes(4, "big"), b""
    start = 128 + 4 + 12 * len(tags)
    for tag, content in tags.items():
        content += bytes(-len(content) % 4)
        table += tag + (start + len(data)).to_bytes(4, "big") + len(content).to_bytes(4, "big")
        data += content
    head = (start + len(data)).to_bytes(4, "big") + bytes(4) + b"\x02\x10\0\0" + b"mntr" + space + b"XYZ "
    head += bytes(12) + b"acsp" + bytes(28) + fixed(0.9642, 1.0, 0.8249)
    return head.ljust(128, b"\0") + table + data


def exif(make: Make) -> bytes:
    tags = Image.Exif()
    tags[0x010F], tags[0x0110] = "Maker", "Model 1"
    tags[0x013B] = "A. Person"
    tags[0x0112] = make.orientation
    private = tags.get_ifd(0x8769)
    private[0x9003], private[0xA431], private[0xA430] = "2024:01:02 03:04:05", "SN-12345", "An Owner"
    if make.gps:
        place = tags.get_ifd(0x8825)
        place[1], place[2] = "N", (47.0, 22.0, 30.0)
    return tags.tobytes()


def made(make: Make, folder: Path) -> Path:
    """The file: soft colours, for a CMYK or a grey one those."""
    path = folder / f"photo{make.suffix}"
    y, x = np.mgrid[0:96, 0:128]
    waves = [np.sin(x / 17 + y / 23 + phase) * 0.35 + 0.5 for phase in (0, 1.5, 3.5)]
    colours = np.stack(waves, axis=-1)
    alpha = (x / 127)[..., None]
    icc = profile(make.profile)
    if make.depth == 16:
        parts = {"RGB": [colours], "RGBA": [colours, alpha], "L": [colours[..., :1]]}[make.mode]
        values = np.rint(np.concatenate(parts, axis=-1) * 65535).astype(np.uint16)
        if make.mode == "L":
            Image.fromarray(values[..., 0]).save(path, exif=exif(make))
            return path
        write = deep_png if make.suffix == ".png" else deep_tiff
        with path.open("wb") as file:
            write(file, values, exif=exif(make), xmp=XMP if make.xmp else b"", icc=icc)
        if make.orientation != 1 and make.suffix == ".tif":
            with Image.open(path) as written:
                assert written.tag_v2[0x0112] == make.orientation
        return path
    picture = Image.fromarray(np.rint(colours * 255).astype(np.uint8))
    if make.mode == "RGBA":
        picture.putalpha(Image.fromarray(np.rint(alpha[..., 0] * 255).astype(np.uint8)))
    elif make.mode != "RGB":
        picture = picture.convert(make.mode)
    options: dict[str, Any] = dict(make.options)
    if icc:
        options["icc_profile"] = icc
    if make.xmp and make.suffix in (".jpg", ".webp"):
        options["xmp"] = XMP
    picture.save(path, exif=exif(make), **options)
    return path


def _facts(path: Path) -> tuple[object, ...]:
    with Image.open(path) as image:
        image.load()
        tags = image.getexif()
        return (
            image.mode, image.size, image.info.get("icc_profile"),
            tags.get(0x010F), tags.get_ifd(0x8769).get(0x9003), dict(tags.get_ifd(0x8825)),
            image.info.get("xmp"),
        )  # fmt: skip


def test_there_are_thirty() -> None:
    assert len(MAKES) >= 30
    assert {make.orientation for make in MAKES} == set(range(1, 9))


@pytest.mark.parametrize("make", MAKES, ids=str)
def test_without_a_change_it_is_the_same_file(photo_service: FilePhotoService, tmp_path: Path, make: Make) -> None:
    path = made(make, tmp_path)
    photo = photo_service.open(path)
    square = photo_service.centred_square(photo)
    before = photo_service.crop(photo, square, 64)
    out = tmp_path / f"out{make.suffix}"
    photo_service.save(out, photo, photo_service.paste(photo, square, before, before.copy()))
    assert out.read_bytes() == path.read_bytes()
    assert _facts(out) == _facts(path)


LOSSLESS = [make for make in MAKES if make.suffix in (".png", ".tif") and make.mode in ("RGB", "RGBA")]


@pytest.mark.parametrize("make", [*LOSSLESS, MAKES[26]], ids=str)
def test_an_edit_leaves_every_other_value_of_the_file_alone(
    photo_service: FilePhotoService, tmp_path: Path, make: Make
) -> None:
    """Read by OpenCV or Pillow as it is stored: the file's own colours and depth."""
    path = made(make, tmp_path)
    photo = photo_service.open(path)
    pixels = photo.pixels.copy()
    pixels[10:20, 30:40] = (200, 40, 90)
    out = tmp_path / f"out{make.suffix}"
    photo_service.save(out, photo, pixels)
    own, now = _native(photo), _native(photo_service.open(out))
    if own is None or now is None:
        assert make.depth == 8
        assert not make.profile
        assert np.array_equal(photo_service.open(out).pixels, pixels)
        return
    assert own.pixels.dtype == now.pixels.dtype == (np.uint16 if make.depth == 16 else np.uint8)
    untouched = np.ones(pixels.shape[:2], bool)
    untouched[10:20, 30:40] = False
    assert np.array_equal(now.pixels[untouched], own.pixels[untouched])
    assert np.abs(photo_service.open(out).pixels[12:18, 32:38].astype(int) - (200, 40, 90)).max() <= 3
    with Image.open(out) as written, Image.open(path) as first:
        assert written.info.get("icc_profile") == first.info.get("icc_profile")
        assert written.getexif().get(0x0112, 1) == 1
        assert written.getexif().get_ifd(0x8769)[0x9003] == "2024:01:02 03:04:05"
        assert dict(written.getexif().get_ifd(0x8825)) == dict(first.getexif().get_ifd(0x8825))
    assert (XMP in out.read_bytes()) == (XMP in path.read_bytes())


@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_an_edit_keeps_the_profile_of_a_lossy_file(
    photo_service: FilePhotoService, tmp_path: Path, suffix: str
) -> None:
    path = made(Make(suffix, profile="p3", options={"quality": 95}), tmp_path)
    photo = photo_service.open(path)
    out = tmp_path / f"out{suffix}"
    photo_service.save(out, photo, edited(photo))
    with Image.open(out) as written:
        assert written.info["icc_profile"] == profile("p3")
    assert np.abs(photo_service.open(out).pixels.astype(int) - photo.pixels).mean() < 3


@pytest.mark.parametrize(
    ("source", "target"), [(".png", ".tif"), (".tif", ".png"), (".png", ".jpg"), (".tif", ".webp")]
)
def test_sixteen_bits_in_another_format(
    photo_service: FilePhotoService, tmp_path: Path, source: str, target: str
) -> None:
    path = made(Make(source, depth=16, profile="wide"), tmp_path)
    photo = photo_service.open(path)
    assert any("16 bits" in note for note in photo.notes)
    out = tmp_path / f"out{target}"
    photo_service.save(out, photo, photo.pixels)
    again = photo_service.open(out)
    assert again.origin.depth == (16 if target in (".png", ".tif") else 8)
    assert again.origin.icc == profile("wide")
    if again.origin.depth == 16:
        own, now = _native(photo), _native(again)
        assert own is not None
        assert now is not None
        assert np.array_equal(own.pixels, now.pixels)
    else:
        assert np.abs(again.pixels.astype(int) - photo.pixels).mean() < 3


def test_deep_files_are_read_the_same_by_others(tmp_path: Path) -> None:
    values = np.random.default_rng(0).integers(0, 65536, (20, 31, 4), dtype=np.uint16)
    for write, name in ((deep_png, "a.png"), (deep_tiff, "a.tif")):
        for channels in (3, 4):
            with (tmp_path / name).open("wb") as file:
                write(file, values[..., :channels], exif=exif(Make(".tif", gps=True)), xmp=XMP, icc=profile("p3"))
            seen = cv2.imdecode(np.frombuffer((tmp_path / name).read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
            assert seen is not None
            assert np.array_equal(seen[..., [2, 1, 0, 3][:channels]], values[..., :channels])
            with Image.open(tmp_path / name) as picture:
                picture.load()
                assert picture.info["icc_profile"] == profile("p3")
                assert picture.getexif()[0x010F] == "Maker"
                assert picture.getexif().get_ifd(0x8825)[1] == "N"


def test_a_file_that_changed_meanwhile_is_not_trusted(photo_service: FilePhotoService, tmp_path: Path) -> None:
    path = made(Make(".png", profile="wide"), tmp_path)
    photo = photo_service.open(path)
    Image.new("RGB", photo.size, "red").save(path)
    photo_service.save(tmp_path / "out.png", photo, photo.pixels)
    assert np.abs(photo_service.open(tmp_path / "out.png").pixels.astype(int) - photo.pixels).max() <= 1
    status = path.stat()
    path.unlink()
    Image.new("RGB", photo.size, "blue").save(path)
    os.utime(path, ns=(status.st_atime_ns, photo.origin.stamp[1]))
    photo_service.save(tmp_path / "out2.png", photo, edited(photo))
    assert np.abs(photo_service.open(tmp_path / "out2.png").pixels.astype(int) - photo.pixels).max() <= 1


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_what_is_personal_can_be_left_out(photo_service: FilePhotoService, tmp_path: Path, suffix: str) -> None:
    path = made(Make(suffix, gps=True, xmp=True, options={"quality": 90} if suffix == ".webp" else {}), tmp_path)
    photo = photo_service.open(path)
    out = tmp_path / f"out{suffix}"
    photo_service.save(out, photo, photo.pixels, impersonal=True)
    raw = out.read_bytes()
    for secret in (b"SN-12345", b"A. Person", b"An Owner"):
        assert secret not in raw
    with Image.open(out) as written:
        tags = written.getexif()
        assert tags[0x010F] == "Maker"
        assert tags.get_ifd(0x8769)[0x9003] == "2024:01:02 03:04:05"
        assert not tags.get_ifd(0x8825)
        assert "xmp" not in written.info
    assert photo_service.open(out).notes == ()


def _native(photo: Photo) -> Native:
    """The file's own pixels, as saving sees them."""
    data = opening.own_bytes(photo)
    assert data is not None
    own = opening.own_pixels(photo, data)
    assert own is not None
    return own


def xmp_of(picture: Image.Image) -> bytes:
    found = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    return found.encode() if isinstance(found, str) else found


def recipe_in(path: Path) -> list[str]:
    """As any reader of XMP finds it."""
    with Image.open(path) as written:
        xmp = xmp_of(written)
    found = ElementTree.fromstring(xmp.strip(b"\0")).iter(f"{{{packets.RECIPE_SPACE}}}Recipe")
    return [str(recipe.text) for recipe in found]


RECIPE = json.dumps({"prompt": "a <b> & “c” ☺", "odd": "\x07"}, ensure_ascii=False)


@pytest.mark.parametrize("xmp", [False, True])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_a_photo_carries_its_recipe_beside_its_own_metadata(
    photo_service: FilePhotoService, tmp_path: Path, suffix: str, xmp: bool
) -> None:
    make = Make(suffix, gps=True, xmp=xmp, options={"quality": 90} if suffix == ".webp" else {})
    if suffix in (".png", ".tif"):
        make = replace(make, depth=16, profile="wide")
    path = made(make, tmp_path)
    photo = photo_service.open(path)
    for out, recipe in ((tmp_path / f"one{suffix}", "{}"), (tmp_path / f"two{suffix}", RECIPE)):
        photo_service.save(out, photo, edited(photo), recipe=recipe)
        assert recipe_in(out) == [recipe]
        photo = photo_service.open(out)  # what it carries is told anew, not twice
    with Image.open(tmp_path / f"two{suffix}") as written:
        assert written.getexif().get_ifd(0x8825), "its own metadata stays"
        assert (b"A. Person" in xmp_of(written)) is xmp
    photo_service.save(tmp_path / f"three{suffix}", photo, edited(photo), recipe=RECIPE, impersonal=True)
    assert b"rtedit" not in (tmp_path / f"three{suffix}").read_bytes()


def test_a_recipe_never_costs_the_photo_its_own_xmp(photo_service: FilePhotoService, tmp_path: Path) -> None:
    photo = photo_service.open(made(Make(".jpg", xmp=True), tmp_path))
    photo_service.save(tmp_path / "out.jpg", photo, edited(photo), recipe="x" * 70_000)
    assert recipe_in(tmp_path / "out.jpg") == []
    with Image.open(tmp_path / "out.jpg") as written:
        assert b"A. Person" in xmp_of(written)
    assert packets.with_recipe(b"not a packet", "{}") == b"not a packet"


def test_damaged_exif_cannot_be_made_impersonal() -> None:
    with pytest.raises(ValueError, match="directories"):
        tags_of.impersonal(b"nonsense that is none")


def test_a_pasted_picture_is_written_as_before(photo_service: FilePhotoService, tmp_path: Path) -> None:
    photo = Photo(pixels=np.full((20, 30, 3), 7, np.uint8))
    photo_service.save(tmp_path / "a.png", photo, photo.pixels)
    buffer = io.BytesIO((tmp_path / "a.png").read_bytes())
    assert np.array_equal(np.asarray(Image.open(buffer)), photo.pixels)
