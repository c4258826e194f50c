"""JPEG and WebP: profiles, forms of colours, segments, and what hangs behind the picture."""

from __future__ import annotations

import hashlib
import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from imaging.test_round_trip import made_profile
from PIL import Image, ImageCms
from support.edited_photos import exiftool, resaved, soft, touched
from support.portrait import portrait

from rtedit_desktop.imaging.photo_service import FilePhotoService

SIZE = (120, 136)
XMP = b"http://ns.adobe.com/xap/1.0/\0"
RDF = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">%s</rdf:RDF></x:xmpmeta>'


def jpeg(path: Path, *segments: tuple[int, bytes], behind: bytes = b"", **options: Any) -> Path:
    """Soft colours, with these segments behind the first."""
    buffer = io.BytesIO()
    Image.fromarray(soft(*SIZE)).save(buffer, "JPEG", **({"quality": 92} | options))
    data = buffer.getvalue()
    at = 4 + int.from_bytes(data[4:6], "big")
    extra = b"".join(struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in segments)
    path.write_bytes(data[:at] + extra + data[at:] + behind)
    return path


def table_profile(space: bytes = b"RGB ", kind: bytes = b"scnr") -> bytes:
    """Only a way to the screen: a table of two points each, to XYZ, that halves nothing and mixes a little."""
    lut = b"mft1" + bytes(4) + bytes((3, 3, 2, 0)) + struct.pack(">9i", *(65536 * (i % 4 == 0) for i in range(9)))
    lut += bytes(range(256)) * 3
    d50 = np.array([0.9642, 1.0, 0.8249])
    columns = np.array([[0.4361, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606], [0.0139, 0.0971, 0.7141]])
    for r in (0, 1):
        for g in (0, 1):
            for b in (0, 1):
                xyz = columns @ np.array([r, g, b]) * 0.98
                lut += bytes(np.clip(np.rint(xyz / (1 + 32767 / 32768) * 255), 0, 255).astype(np.uint8))
    lut += bytes(range(256)) * 3
    whole = made_profile("p3")
    tags = {b"desc": whole[whole.index(b"desc\0\0\0\0") :][:106], b"cprt": b"text" + bytes(4) + b"none\0", b"A2B0": lut}
    tags[b"wtpt"] = b"XYZ " + bytes(4) + b"".join(round(v * 65536).to_bytes(4, "big") for v in d50)
    table, data = len(tags).to_bytes(4, "big"), b""
    start = 132 + 12 * len(tags)
    for tag, content in tags.items():
        content += bytes(-len(content) % 4)
        table += tag + struct.pack(">II", start + len(data), len(content))
        data += content
    head = whole[4:12] + kind + space + b"XYZ " + whole[24:128]
    return struct.pack(">I", start + len(data)) + head + table + data


@pytest.mark.parametrize("target", [".jpg", ".png", ".tif", ".webp"])
@pytest.mark.parametrize("kind", [b"scnr", b"mntr"])
def test_a_profile_without_a_way_back(
    photo_service: FilePhotoService, tmp_path: Path, kind: bytes, target: str
) -> None:
    profile = table_profile(kind=kind)
    path = jpeg(tmp_path / "a.jpg", icc_profile=profile)
    with Image.open(path) as image:
        expected = np.asarray(
            ImageCms.profileToProfile(
                image, io.BytesIO(profile), ImageCms.createProfile("sRGB"),
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="RGB",
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )
        )  # fmt: skip
    out = tmp_path / f"out{target}"
    photo = resaved(photo_service, path, out)
    assert np.abs(photo.pixels.astype(int) - expected).max() <= 1
    assert any("not back" in note for note in photo.notes)
    with Image.open(out) as written:
        kept = ImageCms.ImageCmsProfile(io.BytesIO(written.info["icc_profile"]))
        assert "sRGB" in ImageCms.getProfileDescription(kept)
        away = np.abs(np.asarray(written).astype(int) - expected)[touched(SIZE)[1]]
    assert away.max() <= 1 if target != ".jpg" else away.mean() < 1.5


@pytest.mark.parametrize("target", [".jpg", ".png", ".tif", ".webp"])
@pytest.mark.parametrize("source", [".jpg", ".png", ".tif", ".webp"])
def test_a_profile_of_other_colours_is_left_out(
    photo_service: FilePhotoService, tmp_path: Path, source: str, target: str
) -> None:
    """Of greys or inks, on a picture of red, green and blue."""
    Image.fromarray(soft(*SIZE)).save(tmp_path / f"a{source}", icc_profile=made_profile("grey"))
    photo = resaved(photo_service, tmp_path / f"a{source}", tmp_path / f"out{target}")
    assert any("cannot be used" in note for note in photo.notes)
    with Image.open(tmp_path / f"out{target}") as written:
        assert "icc_profile" not in written.info
        away = np.abs(np.asarray(written.convert("RGB")).astype(int) - photo.pixels)[touched(SIZE)[1]]
    assert away.mean() < 1.5 if target == ".jpg" else away.max() == 0


def photo_of(path: Path, mode: str, **options: Any) -> np.ndarray:
    picture = portrait().crop((0, 0, 240, 180))
    (picture if mode == "RGB" else picture.convert(mode)).save(path, **options)
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("quality", [80, 95])
def test_rgb_stays_rgb(photo_service: FilePhotoService, tmp_path: Path, quality: int, progressive: bool) -> None:
    before = photo_of(tmp_path / "a.jpg", "RGB", quality=quality, keep_rgb=True, progressive=progressive)
    resaved(photo_service, tmp_path / "a.jpg", tmp_path / "out.jpg")
    with Image.open(tmp_path / "a.jpg") as first, Image.open(tmp_path / "out.jpg") as second:
        assert second.layer == first.layer and second.quantization == first.quantization
        assert second.info["adobe_transform"] == 0
        assert second.info.get("progressive") == first.info.get("progressive")
        away = np.abs(np.asarray(second).astype(int) - before)[touched(before.shape)[1]]
    assert (away == 0).mean() > 0.95 and away.mean() < 0.1


@pytest.mark.parametrize("colour", [(200, 200, 200), (200, 40, 90)])
def test_greys_keep_their_table(photo_service: FilePhotoService, tmp_path: Path, colour: tuple[int, int, int]) -> None:
    before = photo_of(tmp_path / "a.jpg", "L", quality=85)
    resaved(photo_service, tmp_path / "a.jpg", tmp_path / "out.jpg", colour)
    with Image.open(tmp_path / "a.jpg") as first, Image.open(tmp_path / "out.jpg") as second:
        assert second.mode == ("L" if len(set(colour)) == 1 else "RGB")
        assert second.quantization[0] == first.quantization[0]
        away = np.abs(np.asarray(second.convert("L")).astype(int) - before)[touched(before.shape)[1]]
    assert (away == 0).mean() > 0.95 and away.mean() < 0.1


def test_inks_stay_inks(photo_service: FilePhotoService, tmp_path: Path) -> None:
    before = photo_of(tmp_path / "a.jpg", "CMYK", quality=90)
    resaved(photo_service, tmp_path / "a.jpg", tmp_path / "out.jpg")
    with Image.open(tmp_path / "a.jpg") as first, Image.open(tmp_path / "out.jpg") as second:
        assert second.mode == "CMYK" and second.quantization == first.quantization
        away = np.abs(np.asarray(second).astype(int) - before)[touched(before.shape)[1]]
    assert (away == 0).mean() > 0.9


def test_a_table_for_each_channel(photo_service: FilePhotoService, tmp_path: Path) -> None:
    tables = [[number + row // 8 for row in range(64)] for number in (2, 3, 4)]
    before = photo_of(tmp_path / "a.jpg", "RGB", qtables=tables, subsampling=0)
    resaved(photo_service, tmp_path / "a.jpg", tmp_path / "out.jpg")
    with Image.open(tmp_path / "a.jpg") as first, Image.open(tmp_path / "out.jpg") as second:
        assert [layer[3] for layer in first.layer] == [0, 1, 2]
        assert second.layer == first.layer and second.quantization == first.quantization
        away = np.abs(np.asarray(second).astype(int) - before)[touched(before.shape)[1]]
    assert (away == 0).mean() > 0.9


def test_comments_iptc_and_density_are_kept(photo_service: FilePhotoService, tmp_path: Path) -> None:
    iptc = b"\x1c\x02\x78\x00\x0dSummer in Rom\x1c\x02\x19\x00\x06family"
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc + bytes(len(iptc) % 2)
    old = b"8BIM\x04\x0c\0\0" + struct.pack(">I", 40) + b"thumbnail of the picture as it was befor"
    path = jpeg(
        tmp_path / "a.jpg", (0xED, b"Photoshop 3.0\0" + old + block), (0xFE, b"scanned by Grandma 1974"), dpi=(300, 200)
    )
    for suffix in (".jpg", ".png", ".tif"):
        out = tmp_path / f"out{suffix}"
        resaved(photo_service, path, out)
        assert b"picture as it was" not in out.read_bytes()
        seen = exiftool(out)
        assert (seen["IPTC:Caption-Abstract"], seen["IPTC:Keywords"]) == ("Summer in Rom", "family")
        with Image.open(out) as written:
            assert written.info["dpi"] == pytest.approx((300, 200), abs=0.1)
    assert exiftool(tmp_path / "out.jpg")["File:Comment"] == "scanned by Grandma 1974"
    assert exiftool(tmp_path / "out.png")["PNG:Comment"] == "scanned by Grandma 1974"


def test_density_of_a_bitmap_and_comment_of_a_gif(photo_service: FilePhotoService, tmp_path: Path) -> None:
    Image.fromarray(soft(*SIZE)).save(tmp_path / "a.bmp", dpi=(300, 300))
    resaved(photo_service, tmp_path / "a.bmp", tmp_path / "out.jpg")
    with Image.open(tmp_path / "out.jpg") as written:
        assert written.info["dpi"] == (300, 300)
    Image.fromarray(soft(*SIZE)).save(tmp_path / "a.gif", comment=b"from the attic")
    resaved(photo_service, tmp_path / "a.gif", tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as written:
        assert written.text == {"Comment": "from the attic"}


MOTION = (
    b'<rdf:Description rdf:about="" xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" '
    b'xmlns:Container="http://ns.google.com/photos/1.0/container/" '
    b'xmlns:Item="http://ns.google.com/photos/1.0/container/item/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    b'GCamera:MotionPhoto="1" GCamera:MicroVideoOffset="5024" xmp:Rating="4">'
    b'<Container:Directory><rdf:Seq><rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="MotionPhoto"/>'
    b"</rdf:li></rdf:Seq></Container:Directory></rdf:Description>"
)
GAIN = (
    b'<rdf:Description rdf:about="" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0" '
    b'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"/>'
)


@pytest.mark.parametrize(("packet", "word"), [(MOTION, "video"), (GAIN, "gain map")])
@pytest.mark.parametrize("target", [".jpg", ".png", ".tif", ".webp"])
def test_what_hangs_behind_the_picture_is_reported(
    photo_service: FilePhotoService, tmp_path: Path, packet: bytes, word: str, target: str
) -> None:
    inner = io.BytesIO()
    Image.new("L", (32, 32)).save(inner, "JPEG")
    behind = struct.pack(">I", 24) + b"ftypmp42" + b"SECRET FILM" * 400 if word == "video" else inner.getvalue()
    path = jpeg(tmp_path / "a.jpg", (0xE1, XMP + RDF % packet), behind=behind)
    out = tmp_path / f"out{target}"
    photo = resaved(photo_service, path, out)
    assert any(word in note for note in photo.notes)
    assert b"SECRET FILM" not in out.read_bytes()
    seen = exiftool(out)
    assert seen["XMP-xmp:Rating"] == 4
    assert not [name for name in seen if name.split(":")[0] in {"XMP-GCamera", "XMP-Container", "XMP-hdrgm", "MPF0"}]
    again = photo_service.open(out)
    assert again.notes == ()


def test_two_pictures_in_one_jpeg_are_one_without_a_pointer(photo_service: FilePhotoService, tmp_path: Path) -> None:
    Image.fromarray(soft(*SIZE)).save(
        tmp_path / "a.mpo", "MPO", save_all=True, append_images=[Image.new("RGB", (32, 32), "red")]
    )
    (tmp_path / "a.mpo").rename(tmp_path / "a.jpg")
    assert any(name.startswith("MPF") for name in exiftool(tmp_path / "a.jpg"))
    photo = resaved(photo_service, tmp_path / "a.jpg", tmp_path / "out.jpg")
    assert photo.notes == ("The other pictures in the file are not in what is saved.",)
    assert photo_service.open(tmp_path / "out.jpg").notes == ()
    assert not any(name.startswith("MP") for name in exiftool(tmp_path / "out.jpg"))


def extended(text: str) -> tuple[tuple[int, bytes], ...]:
    """The main packet, and the other in two segments."""
    more = RDF % (
        b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>'
        b'<rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:description></rdf:Description>' % text.encode()
    )
    identity = hashlib.md5(more).hexdigest().upper().encode()
    main = RDF % (
        b'<rdf:Description rdf:about="" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" '
        b'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4" xmpNote:HasExtendedXMP="%s"/>' % identity
    )
    head = b"http://ns.adobe.com/xmp/extension/\0" + identity
    half = len(more) // 2
    pieces = [(0, more[:half]), (half, more[half:])]
    return (0xE1, XMP + main), *((0xE1, head + struct.pack(">II", len(more), at) + part) for at, part in pieces)


@pytest.mark.parametrize("target", [".jpg", ".png", ".tif", ".webp"])
@pytest.mark.parametrize("length", [200, 90_000])
def test_extended_xmp_is_kept(photo_service: FilePhotoService, tmp_path: Path, target: str, length: int) -> None:
    text = ("Aunt Mary at the lake. " * 5000)[:length].strip()
    path = jpeg(tmp_path / "a.jpg", *extended(text))
    assert exiftool(path)["XMP-dc:Description"] == text
    photo = resaved(photo_service, path, tmp_path / f"out{target}")
    seen = exiftool(tmp_path / f"out{target}")
    assert seen["XMP-dc:Description"] == text
    assert seen["XMP-xmp:Rating"] == 4
    assert ("XMP-xmpNote:HasExtendedXMP" in seen) == (target == ".jpg" and length > 65_000)
    assert "ExifTool:Warning" not in seen and photo.notes == ()
    assert exiftool(path)["XMP-dc:Description"] == text
    again = photo_service.open(tmp_path / f"out{target}")
    assert again.notes == ()


def test_half_an_extended_xmp_is_neither(photo_service: FilePhotoService, tmp_path: Path) -> None:
    path = jpeg(tmp_path / "a.jpg", *extended("half of it " * 500)[:2])
    photo = resaved(photo_service, path, tmp_path / "out.jpg")
    assert any("Damaged metadata" in note for note in photo.notes)
    seen = exiftool(tmp_path / "out.jpg")
    assert seen["XMP-xmp:Rating"] == 4 and "XMP-xmpNote:HasExtendedXMP" not in seen


def test_exif_too_long_for_a_jpeg_loses_its_longest_values_alone(
    photo_service: FilePhotoService, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x013B] = "Maker", "A Person"
    private = exif.get_ifd(0x8769)
    private[0x9003], private[0x927C] = "2024:01:02 03:04:05", b"MAKER" * 20_000
    exif.get_ifd(0x8825)[1] = "N"
    Image.fromarray(soft(*SIZE)).save(tmp_path / "a.png", exif=exif)
    resaved(photo_service, tmp_path / "a.png", tmp_path / "out.jpg")
    with Image.open(tmp_path / "out.jpg") as written:
        kept = written.getexif()
        assert (kept[0x010F], kept[0x013B], kept.get_ifd(0x8825)[1]) == ("Maker", "A Person", "N")
        assert kept.get_ifd(0x8769) == {0x9003: "2024:01:02 03:04:05"}


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("source", ["lossless", "lossy", "animated", "mixed", "partial"])
def test_webp_keeps_every_value(photo_service: FilePhotoService, tmp_path: Path, source: str, mode: str) -> None:
    frame = Image.fromarray(soft(*SIZE, len(mode)), mode)
    options: dict[str, Any] = {"lossless": source != "lossy", "exact": True, "quality": 80}
    if source in ("animated", "mixed", "partial"):
        others = [Image.new(mode, frame.size, colour) for colour in ("red", "blue")]
        options |= {"save_all": True, "append_images": others, "duration": 100}
        options |= {"allow_mixed": True, "lossless": False} if source == "mixed" else {}
    if source == "partial":
        small = Image.new("RGBA", frame.size, (0, 0, 0, 0))
        small.paste(frame.crop((20, 20, 60, 60)), (20, 20))
        frame = small
    frame.save(tmp_path / "a.webp", **options)
    with Image.open(tmp_path / "a.webp") as image:
        before = np.asarray(image.convert("RGBA"))
    resaved(photo_service, tmp_path / "a.webp", tmp_path / "out.webp")
    with Image.open(tmp_path / "out.webp") as image:
        after = np.asarray(image.convert("RGBA"))
    outside = touched(SIZE)[1]
    assert np.array_equal(after[outside], before[outside])
    assert b"VP8L" in (tmp_path / "out.webp").read_bytes()
