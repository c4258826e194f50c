"""Without what is personal: a word of its own in every place that a file has for one, and none of them comes out."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tifffile
from imaging.test_round_trip import made_profile
from PIL import Image
from support.edited_photos import exiftool, png_chunk, resaved, soft, with_chunks

from rtedit_desktop.imaging.metadata.directories import Tags, Value
from rtedit_desktop.imaging.metadata.exif import impersonal
from rtedit_desktop.imaging.photo_service import FilePhotoService

SIZE = (120, 136)
TARGETS = (".jpg", ".png", ".tif", ".webp")
# Kept: maker and model of camera and lens, dates, exposure, and a copyright notice that is meant to be read.
KEPT = {0x010F: "Maker", 0x0110: "Model 1", 0x8298: "(c) shown on purpose"}


class Words:
    """Numbers every place, and keeps what was hidden where."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}

    def at(self, place: str) -> str:
        word = f"Secret{len(self.places):04d}x"
        self.places[word] = place
        return word

    def found_in(self, path: Path) -> list[str]:
        """In the bytes, in what is packed in them, in UTF-16, and by another program."""
        data = path.read_bytes()
        texts = [data, *_unpacked(data)]
        if shutil.which("exiftool"):
            done = subprocess.run(
                ["exiftool", "-j", "-a", "-u", "-G1", "-b", "-ee", path], capture_output=True, timeout=60
            )
            texts.append(done.stdout)
        codings = ("utf-8", "utf-16-le", "utf-16-be")
        return [
            place
            for word, place in self.places.items()
            if any(word.encode(coding) in text for coding in codings for text in texts)
        ]


def _unpacked(data: bytes) -> Iterator[bytes]:
    position = data.find(b"x", 0)
    while 0 <= position < len(data) - 2:
        if int.from_bytes(data[position : position + 2], "big") % 31 == 0:
            unpacker = zlib.decompressobj()
            with contextlib.suppress(zlib.error):
                yield unpacker.decompress(data[position:], 1 << 22)
        position = data.find(b"x", position + 1)


# Every tag that EXIF 3.0, TIFF, Windows, DNG and others have for words, and some that nobody knows.
MAIN = (
    0x010D, 0x010E, 0x0131, 0x013B, 0x013C, 0x0151, 0x011D, 0x02BD, 0x4747, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E,
    0x9C9F, 0x83BC, 0x864A, 0x80A4, 0x9213, 0x928B, 0xC4A5, 0xC614, 0xC615, 0xC61E, 0xC62F, 0xC634, 0xC65D,
    0xC68B, 0xC6F3, 0xC6F6, 0xC6F8, 0xC6FE, 0xC7A1, 0xC7E9, 0xFDE8, 0xFDE9, 0xFDEA, 0xFE00, 0xFE51, 0xFE52,
    0xFFFE, 0x1234,
)  # fmt: skip
PRIVATE = (
    0x9286, 0x927C, 0xA420, 0xA430, 0xA431, 0xA435, 0xA436, 0xA437, 0xA438, 0xA439, 0xA43A, 0xA43B, 0xA43C,
    0xA40B, 0x8824, 0x8828, 0x9010, 0x9011, 0x9012, 0x9213, 0xA004, 0xA20C, 0xA302, 0xA461, 0xA462, 0xEA1D,
    0xFDE8, 0xFDE9, 0xFE00, 0xFFFE,
)  # fmt: skip
NUMBERS = (
    0x829A,
    0x8827,
    0x9102,
    0x9201,
    0x9204,
    0x920A,
    0xA001,
    0xA402,
    0xA432,
    0x9003,
    0x9004,
    0x9291,
    0x9000,
    0xA300,
)


def personal_exif(words: Words, order: str = "<") -> bytes:
    """A block in which each tag for a word has one, in the types that writers use and in those that none would."""
    tags = Tags(order=order)

    def text(name: str, tag: int) -> Value:
        word = words.at(f"{name} {tag:04X}")
        if 0x9C9B <= tag <= 0x9C9F:
            return Value(1, word.encode("utf-16-le"))
        return Value(7 if tag in (0x9286, 0x927C, 0xA302, 0xFE52) else 2, word.encode() + b"\0")

    tags.main = {tag: text("main", tag) for tag in MAIN} | {
        tag: Value(2, word.encode() + b"\0") for tag, word in KEPT.items()
    }
    tags.private = {tag: text("private", tag) for tag in PRIVATE}
    tags.private |= {
        tag: Value(2 + 5 * (number % 2), words.at(f"number {tag:04X}").encode()) for number, tag in enumerate(NUMBERS)
    }
    tags.place = {tag: Value(2, words.at(f"place {tag}").encode() + b"\0") for tag in (1, 3, 8, 18, 27, 28, 29)}
    tags.interop = {1: Value(2, words.at("interop 1").encode()), 0x1000: Value(2, words.at("interop").encode())}
    tags.main[0x0112] = Value(3, struct.pack(order + "H", 1))
    block = bytearray(tags.whole_block())
    # A second directory with a thumbnail in it, and words where no tag leads.
    first = struct.unpack_from(order + "I", block, 4)[0]
    following = first + 2 + 12 * struct.unpack_from(order + "H", block, first)[0]
    thumbnail = b"\xff\xd8" + words.at("thumbnail").encode() + b"\xff\xd9"
    struct.pack_into(order + "I", block, following, len(block))
    at = len(block) + 2 + 3 * 12 + 4
    block += struct.pack(order + "H", 3) + struct.pack(order + "HHII", 0x0103, 4, 1, 6)
    block += struct.pack(order + "HHII", 0x0201, 4, 1, at) + struct.pack(order + "HHII", 0x0202, 4, 1, len(thumbnail))
    return bytes(block + bytes(4) + thumbnail + words.at("slack").encode())


def xmp(words: Words) -> bytes:
    return (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator><rdf:Seq><rdf:li>%s'
        b"</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>" % words.at("xmp").encode()
    )


def named_profile(words: Words) -> bytes:
    icc, name = made_profile("p3"), words.at("profile").encode()
    assert len(name) <= 78
    at = icc.index(b"p3\0")
    return icc[:at] + b"p3\0" + name + icc[at + 3 + len(name) :]


def iptc_block(words: Words) -> bytes:
    blocks = b""
    for number in (0x0404, 0x0425, 0x03F0, 0x0BB7, 0x040B):
        word = words.at(f"resource {number:04X}").encode()
        word = b"\x1c\x02\x50" + struct.pack(">H", len(word)) + word if number == 0x0404 else word
        blocks += b"8BIM" + struct.pack(">HHI", number, 0, len(word)) + word + bytes(len(word) % 2)
    return blocks


def a_jpeg(path: Path, words: Words) -> None:
    buffer = io.BytesIO()
    Image.fromarray(soft(*SIZE)).save(buffer, "JPEG", icc_profile=named_profile(words))
    segments = [(0xE1, b"Exif\0\0" + personal_exif(words, ">")), (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp(words))]
    segments += [(0xED, b"Photoshop 3.0\0" + iptc_block(words)), (0xFE, words.at("comment").encode())]
    segments += [(0xE0, b"JFXX\0\x10" + words.at("JFXX").encode())]
    segments += [(0xE0 + n, b"Odd\0" + words.at(f"APP{n}").encode()) for n in range(1, 16)]
    segments += [
        (0xE2, b"MPF\0" + words.at("MPF").encode()),
        (0xEE, b"Adobe\0\x64\0\0\0\0\1" + words.at("APP14+").encode()),
    ]
    extra = b"".join(struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in segments)
    inner = io.BytesIO()
    Image.new("L", (32, 32)).save(inner, "JPEG", comment=words.at("second picture").encode())
    data = buffer.getvalue()
    path.write_bytes(data[:20] + extra + data[20:] + inner.getvalue() + words.at("behind the end").encode())


def a_png(path: Path, words: Words) -> None:
    Image.fromarray(soft(*SIZE)).save(path, icc_profile=named_profile(words))
    iptc = iptc_block(words)
    raw = b"\niptc\n%8d\n%s\n" % (len(iptc), iptc.hex().encode())
    extra = png_chunk(b"eXIf", personal_exif(words)) + png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp(words))
    extra += png_chunk(b"tEXt", b"Author\0" + words.at("tEXt").encode())
    extra += png_chunk(b"tEXt", words.at("keyword").encode() + b"\0x")
    extra += png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(words.at("zTXt").encode()))
    extra += png_chunk(b"iTXt", b"Title\0\1\0de\0Titel\0" + zlib.compress(words.at("iTXt").encode()))
    extra += png_chunk(b"zTXt", b"Raw profile type iptc\0\0" + zlib.compress(raw))
    extra += b"".join(
        png_chunk(name, words.at(name.decode()).encode()) for name in (b"prVt", b"caBX", b"tIME", b"sPLT")
    )
    data = with_chunks(path.read_bytes(), extra)
    path.write_bytes(data + words.at("behind IEND").encode())


def a_webp(path: Path, words: Words) -> None:
    Image.fromarray(soft(*SIZE)).save(
        path, lossless=True, exif=personal_exif(words), xmp=xmp(words), icc_profile=named_profile(words)
    )
    data = path.read_bytes() + b"ODDC" + struct.pack("<I", 11) + words.at("odd chunk").encode()[:11].ljust(12, b"\0")
    path.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])


def a_tiff(path: Path, words: Words) -> None:
    extra: list[tuple[int, int, int, str | bytes, bool]] = [
        (tag, 2, 0, words.at(f"tiff {tag:04X}"), True) for tag in MAIN if not 0x9C9B <= tag <= 0x9C9F and tag != 0x0131
    ]
    extra += [(tag, 1, len(blob), blob, True) for tag, blob in ((700, xmp(words)), (34377, iptc_block(words)))]
    extra += [(33723, 7, 16, b"\x1c\x02\x50\x00\x0b" + words.at("33723").encode(), True)]
    extra += [(37724, 7, 12, words.at("layers").encode() + b"\0", True)]
    extra += [(34675, 7, len(icc), icc, True) for icc in [named_profile(words)]]
    extra += [(tag, 2, 0, text, True) for tag, text in KEPT.items()]
    with tifffile.TiffWriter(path) as file:
        file.write(soft(*SIZE), photometric="rgb", extratags=extra, software=words.at("software"), metadata=None)
        file.write(soft(32, 32), photometric="rgb", description=words.at("second page"))


MAKERS = {".jpg": a_jpeg, ".png": a_png, ".webp": a_webp, ".tif": a_tiff}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("source", TARGETS)
def test_no_private_word_comes_out(photo_service: FilePhotoService, tmp_path: Path, source: str, target: str) -> None:
    words = Words()
    path, out = tmp_path / f"a{source}", tmp_path / f"out{target}"
    MAKERS[source](path, words)
    assert len(words.found_in(path)) >= 0.9 * len(words.places), "the test can see them"
    resaved(photo_service, path, out, impersonal=True)
    assert words.found_in(out) == []
    with Image.open(out) as written:
        assert {tag: written.getexif()[tag] for tag in KEPT} == KEPT
        assert written.info["icc_profile"]
    seen = photo_service.open(out)
    assert seen.notes == () and np.abs(seen.pixels.astype(int) - photo_service.open(path).pixels).mean() < 6


@pytest.mark.parametrize("suffix", TARGETS)
def test_nor_where_nothing_was_changed(photo_service: FilePhotoService, tmp_path: Path, suffix: str) -> None:
    words = Words()
    MAKERS[suffix](tmp_path / f"a{suffix}", words)
    photo = photo_service.open(tmp_path / f"a{suffix}")
    photo_service.save(
        tmp_path / f"out{suffix}", photo, photo.pixels, impersonal=True, recipe=json.dumps(words.at("recipe"))
    )
    assert words.found_in(tmp_path / f"out{suffix}") == []


@pytest.mark.parametrize("order", ["<", ">"])
def test_what_is_harmless_stays(tmp_path: Path, order: str) -> None:
    tags = Tags(order=order)
    pack = lambda kind, *values: struct.pack(order + kind, *values)  # noqa: E731
    tags.main = {
        0x010F: Value(2, b"Maker\0"),
        0x0112: Value(3, pack("H", 1)),
        0x0132: Value(2, b"2024:01:02 03:04:05\0"),
    }
    tags.private = {
        0x829A: Value(5, pack("II", 1, 125)), 0x829D: Value(5, pack("II", 28, 10)), 0x8827: Value(3, pack("H", 400)),
        0x9003: Value(2, b"2024:01:02 03:04:05\0"),
        0x9204: Value(10, pack("ii", -1, 3)), 0x9209: Value(3, pack("H", 16)),
        0x920A: Value(5, pack("II", 50, 1)), 0xA432: Value(5, pack("8I", 24, 1, 70, 1, 28, 10, 28, 10)),
        0xA434: Value(2, b"50mm F1.8\0"), 0x9000: Value(7, b"0232"), 0xA001: Value(3, pack("H", 1)),
    }  # fmt: skip
    path = tmp_path / "a.jpg"
    Image.fromarray(soft(*SIZE)).save(path, exif=b"Exif\0\0" + impersonal(tags.whole_block()))
    seen = exiftool(path)
    assert seen["ExifIFD:ExposureTime"] == 0.008 and seen["ExifIFD:FNumber"] == 2.8 and seen["ExifIFD:ISO"] == 400
    assert seen["ExifIFD:DateTimeOriginal"] == "2024:01:02 03:04:05" and seen["ExifIFD:LensModel"] == "50mm F1.8"
    assert seen["IFD0:Make"] == "Maker" and seen["ExifIFD:FocalLength"] == 50
    assert seen["ExifIFD:ExposureCompensation"] == pytest.approx(-1 / 3, abs=1e-6)


def words_for_numbers(words: Words) -> bytes:
    """A block in which numbers are words, whatever their kind is called, and names have something behind their end."""
    tags = Tags()
    numbers = [
        *(0x011A, 0x011B, 0x0128, 0x013E, 0x013F, 0x0211, 0x0213, 0x0214, 0x829A, 0x829D, 0x8822, 0x8827, 0x8830),
        *(0x8832, 0x9102, 0x9201, 0x9204, 0x9209, 0x920A, 0xA001, 0xA20E, 0xA210, 0xA217, 0xA402, 0xA404, 0xA408),
        *(0xA40C, 0xA432, 0xA460, 0xA500),
    ]
    for number, tag in enumerate(numbers):
        kind = (1, 3, 4, 5, 6, 8, 9, 10, 11, 12)[number % 10]
        value = Value(kind, words.at(f"{tag:04X} of kind {kind}").encode().ljust(16, b"_"))
        (tags.main if tag < 0x8000 else tags.private)[tag] = value
    for tag in (0x010F, 0x0110, 0xA433, 0xA434):
        value = Value(2, b"Maker\0" + words.at(f"behind the name {tag:04X}").encode() + b"\0")
        (tags.main if tag < 0x8000 else tags.private)[tag] = value
    return tags.whole_block()


def worded_profile(words: Words) -> bytes:
    """A profile with a word behind the numbers of each of its tags, and in tags for numbers."""
    icc = made_profile("p3")
    (count,) = struct.unpack_from(">I", icc, 128)
    places = [struct.unpack_from(">4sII", icc, 132 + 12 * number) for number in range(count)]
    tags = {name: icc[start : start + length] for name, start, length in places}
    tags = {name: data + words.at(f"behind {name!r}").encode() for name, data in tags.items()}
    tags |= {name: words.at(repr(name)).encode() for name in (b"lumi", b"cicp", b"chrm", b"gamt", b"A2B2", b"D2B3")}
    tags[b"bkpt"] = b"XYZ " + bytes(4) + words.at("bkpt").encode().ljust(12, b"_")
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    whole = icc[:128] + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("source", [".jpg", ".png", ".webp"])
def test_no_word_comes_out_that_stands_for_numbers(
    photo_service: FilePhotoService, tmp_path: Path, source: str, target: str
) -> None:
    words = Words()
    path, out = tmp_path / f"a{source}", tmp_path / f"out{target}"
    exif = (b"Exif\0\0" if source == ".jpg" else b"") + words_for_numbers(words)
    picture = Image.fromarray(soft(*SIZE))
    picture.save(path, exif=exif, icc_profile=worded_profile(words))
    assert len(words.found_in(path)) == len(words.places)
    resaved(photo_service, path, out, impersonal=True)
    assert words.found_in(out) == []
    with Image.open(out) as written:
        assert written.getexif()[0x010F] == "Maker" and written.info["icc_profile"]


def test_nor_one_that_stands_for_a_png_s_colours_or_resolution(photo_service: FilePhotoService, tmp_path: Path) -> None:
    path, out = tmp_path / "a.png", tmp_path / "out.png"
    Image.fromarray(soft(*SIZE)).save(path)
    hidden = {b"cHRM": b"MyNameStandsHereInPlaceOfNumbers", b"gAMA": b"Anna", b"cICP": b"Otto", b"pHYs": b"MaryJane\1"}
    path.write_bytes(with_chunks(path.read_bytes(), b"".join(png_chunk(*one) for one in hidden.items())))
    resaved(photo_service, path, out, impersonal=True)
    assert not any(word[:8] in out.read_bytes() for word in hidden.values())


def test_the_colours_of_a_png_stay(photo_service: FilePhotoService, tmp_path: Path) -> None:
    path, out = tmp_path / "a.png", tmp_path / "out.png"
    Image.fromarray(soft(*SIZE)).save(path, dpi=(300, 300))
    path.write_bytes(with_chunks(path.read_bytes(), png_chunk(b"gAMA", struct.pack(">I", 45455))))
    resaved(photo_service, path, out, impersonal=True)
    with Image.open(out) as written:
        assert written.info["gamma"] == pytest.approx(0.45455) and round(written.info["dpi"][0]) == 300


def test_a_profile_without_words_shows_the_same_colours() -> None:
    from rtedit_desktop.imaging import colour
    from rtedit_desktop.imaging.metadata import icc_profile

    icc = made_profile("p3")
    bare = icc_profile.without_words(icc)
    values = soft(*SIZE)
    assert b"p3\0" not in bare and np.array_equal(colour.to_srgb(values, bare), colour.to_srgb(values, icc))
    assert colour.use_of(bare, "RGB") is colour.Use.BOTH_WAYS
