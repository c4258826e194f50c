"""Files that would keep a reader busy or fill the memory: bounded, and what is left out is said."""

from __future__ import annotations

import io
import struct
import sys
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.edited_photos import deep_png, edited, noise, png_chunk, refused, soft, with_chunks

from rtedit_desktop.imaging import pillow_pictures
from rtedit_desktop.imaging.containers import jpeg_file, png_file
from rtedit_desktop.imaging.metadata import xmp
from rtedit_desktop.imaging.metadata.parts import METADATA_LIMIT, Budget, Damaged
from rtedit_desktop.imaging.photo_service import FilePhotoService

SIZE = (120, 136)
LEFT_OUT = "Metadata beyond 16 MiB is left out."


@contextmanager
def within(mebibytes: int) -> Iterator[None]:
    """Of Python's memory; that of libraries is looked at by tests/benchmarks/attack_photos.py."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < mebibytes << 20
    finally:
        tracemalloc.stop()


def jpeg(*, extra: bytes = b"", behind: bytes = b"\xff\xd9") -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(soft(*SIZE)).save(buffer, "JPEG")
    data = buffer.getvalue()
    return data[:20] + extra + data[20:-2] + behind


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def saved_everywhere(photo_service: FilePhotoService, path: Path) -> tuple[str, ...]:
    photo = photo_service.open(path)
    for suffix in (".jpg", ".png", ".tif", ".webp"):
        photo_service.save(path.with_name(f"out{suffix}"), photo, edited(photo), recipe="{}")
        with Image.open(path.with_name(f"out{suffix}")) as written:
            assert written.size == photo.size
    return photo.notes


def test_many_segments_of_exif_and_xmp(photo_service: FilePhotoService, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    exif = segment(0xE1, b"Exif\0\0" + bytes(65_000)) * 400
    path.write_bytes(jpeg(extra=exif))
    assert LEFT_OUT in saved_everywhere(photo_service, path)
    identity = b"0" * 32
    main = segment(0xE1, b'http://ns.adobe.com/xap/1.0/\0<a HasExtendedXMP="%s"/>' % identity)
    pieces = b"".join(
        segment(
            0xE1,
            b"http://ns.adobe.com/xmp/extension/\0"
            + identity
            + struct.pack(">II", 1 << 31, i * 60_000)
            + bytes(60_000),
        )
        for i in range(400)
    )
    path.write_bytes(jpeg(extra=main + pieces))
    assert LEFT_OUT in saved_everywhere(photo_service, path)


@pytest.mark.parametrize("filling", [b"\xff", b"\xff\xe1\0\x04Ex", b"\xff\xda\0\x08\1\1\0\0\x3f\0", b"\xff\xd0", b"\0"])
def test_filling_before_and_behind_the_scan(filling: bytes) -> None:
    """Read once: twice as much of it takes no more than about twice the steps."""

    def steps(count: int, *, before: bool) -> int:
        taken = 0

        def count_line(frame: object, event: str, arg: object) -> object:
            nonlocal taken
            taken += event == "line"
            return count_line

        data = jpeg(extra=filling * count) if before else jpeg(behind=filling * count)
        sys.settrace(count_line)  # type: ignore[arg-type]
        try:
            jpeg_file.read(data, Budget())
        except Damaged:
            pass
        finally:
            sys.settrace(None)
        return taken

    for before in (True, False):
        assert steps(4000, before=before) < 3 * steps(2000, before=before) + 1000
        assert steps(40_000, before=before) < 1_000_000


def tiff_with(path: Path, kind: int, count: int, tag: int = 700) -> Path:
    """A small TIFF with one more tag, which says that it is long."""
    Image.fromarray(soft(*SIZE)).save(path)
    data = bytearray(path.read_bytes())
    start = struct.unpack_from("<I", data, 4)[0]
    number = struct.unpack_from("<H", data, start)[0]
    entries: list[bytes] = [bytes(data[start + 2 + 12 * i :][:12]) for i in range(number)] + [
        struct.pack("<HHII", tag, kind, count, 8)
    ]
    struct.pack_into("<I", data, 4, len(data))
    entries.sort(key=lambda entry: entry[1::-1])
    data += struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("tag", [700, 33723, 34377, 34675, 37724, 40000, 270, 338, 258, 339])
@pytest.mark.parametrize(
    ("kind", "count"), [(4, 500_000_000), (4, 2_000), (12, 3), (2, 5), (5, 1), (7, 0), (13, 9), (77, 1)]
)
def test_tags_of_any_type_and_length(
    photo_service: FilePhotoService, tmp_path: Path, kind: int, count: int, tag: int
) -> None:
    from rtedit_desktop.core.errors import PictureError

    with within(64):
        try:
            saved_everywhere(photo_service, tiff_with(tmp_path / "a.tif", kind, count, tag))
        except PictureError as error:  # depths and channels that are none
            assert tag in (258, 338, 339) and error.todo


@pytest.mark.parametrize("depth", [8, 16])
def test_a_png_that_lies_about_its_length_or_size(photo_service: FilePhotoService, tmp_path: Path, depth: int) -> None:
    buffer, path = io.BytesIO(), tmp_path / "a.png"
    deep_png(buffer, noise(*SIZE, 3))
    if depth == 8:
        buffer = io.BytesIO()
        Image.fromarray(soft(*SIZE)).save(buffer, "PNG")
    data = bytearray(buffer.getvalue())
    at = data.index(b"IDAT")
    data[at - 4 : at] = struct.pack(">I", 0x7FFFFFF0)
    path.write_bytes(data)
    with within(16):
        refused(photo_service, path, "damaged")
    if depth == 16:
        head = struct.pack(">IIBBBBB", 14_000, 14_000, 16, 6, 0, 0, 0)
        path.write_bytes(
            png_file.SIGNATURE + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", zlib.compress(bytes(100_000)))
            + png_chunk(b"IEND", b"")
        )  # fmt: skip
        with within(16):
            refused(photo_service, path, "damaged")


@pytest.mark.parametrize("name", [b"zTXt", b"iTXt", b"iCCP"])
def test_what_unpacks_to_more_than_the_budget(photo_service: FilePhotoService, tmp_path: Path, name: bytes) -> None:
    packed = zlib.compress(bytes(METADATA_LIMIT + 1))
    body = {b"zTXt": b"k\0\0", b"iTXt": b"k\0\1\0\0\0", b"iCCP": b"k\0\0"}[name] + packed
    path = tmp_path / "a.png"
    Image.fromarray(soft(*SIZE)).save(path)
    path.write_bytes(with_chunks(path.read_bytes(), png_chunk(name, body) * 3))
    with within(100):
        assert saved_everywhere(photo_service, path) == (LEFT_OUT,)


def test_many_texts(photo_service: FilePhotoService, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(soft(*SIZE)).save(path)
    path.write_bytes(with_chunks(path.read_bytes(), png_chunk(b"tEXt", b"k\0v") * 5000))
    assert saved_everywhere(photo_service, path) == (LEFT_OUT,)
    with Image.open(tmp_path / "out.png") as written:
        assert written.text["k"] == "v"


def test_frames_are_counted_within_bounds(photo_service: FilePhotoService, tmp_path: Path) -> None:
    frames = [Image.fromarray(noise(*SIZE, kind=np.uint8, seed=number)) for number in range(3)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    photo = photo_service.open(tmp_path / "a.gif")
    assert photo.notes == ("The first of 3 frames is used.",)
    with Image.open(tmp_path / "a.gif") as image:
        assert np.array_equal(photo.pixels, np.asarray(image.convert("RGB")))
    data = (tmp_path / "a.gif").read_bytes()
    (tmp_path / "b.gif").write_bytes(data[:-1] + b",\0\0\0\0\1\0\1\0\0\2\2D\1\0" * 200_000 + b";")
    again = photo_service.open(tmp_path / "b.gif")
    assert again.notes == ("The first of more than 1000 frames is used.",)
    assert np.array_equal(again.pixels, photo.pixels)


RDF = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">%s</r:RDF></x:xmpmeta>'


@pytest.mark.parametrize(
    "packet",
    [
        b"<rdf:Description " * 16_000,
        b"<rdf:Description urn:rtedit:recipe:1" * 7_000,
        b"</rdf:RDF>" * 26_000,
        b"<a>" * 85_000,
        b"tiff:Orientation" + b" " * 250_000,
        b"<a b=\"'" + b"'" * 250_000,
        RDF % (b'<r:Description x:a="1"/>' * 11_000),
        RDF % (b"<r:Description>" * 45 + b"<x:b/>" * 40_000 + b"</r:Description>" * 45),
        b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'">]><a>' + b"&b;" * 80_000 + b"</a>",
        b"HasExtendedXMP" * 18_000,
    ],
    ids=range(10),
)
def test_packets_of_256_kilobytes(packet: bytes) -> None:
    """No pattern is tried from every place again: each took up to minutes."""
    lean, _ = xmp.without_lost(xmp.corrected(packet, 6))
    xmp.with_recipe(lean, "{}")
    xmp.split(packet, 60_000)
    xmp.merged(packet, packet)
    xmp.extended_id(packet)


def test_two_packets_do_not_grow_when_they_become_one() -> None:
    """Each description would get all prefixes that the other packet declares further out: half a gigabyte of this."""
    declared = b"".join(b' xmlns:a%d="%d"' % (n, n) for n in range(5000))
    extended = RDF.replace(b"<x:xmpmeta", b"<x:xmpmeta" + declared) % (b'<r:Description b="1"/>' * 5000)
    packet = RDF % b'<r:Description b="HasExtendedXMP"/>'
    with within(64):
        assert xmp.merged(packet, extended) == packet
    small = RDF.replace(b"<x:xmpmeta", b'<x:xmpmeta xmlns:q="q"') % b'<r:Description q:b="1"/>'
    assert b'<r:Description xmlns:q="q"' in xmp.merged(packet, small)


def test_prefixes_are_not_copied_for_every_element(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty thousand of them, and as many elements that declare one more, would take minutes."""
    sizes: list[int] = []

    def noting(attribute: bytes, spaces: list[dict[bytes, str]]) -> str:
        sizes.append(sum(map(len, spaces)))
        return real(attribute, spaces)

    real = xmp._full_name
    monkeypatch.setattr(xmp, "_full_name", noting)
    declared = b"".join(b' xmlns:a%d="u%d"' % (n, n) for n in range(500))
    inner = b"".join(b'<q%d xmlns:z%d="v"/>' % (n, n) for n in range(500))
    xmp.without_lost(RDF % (b"<r:Description%s>%s</r:Description>" % (declared, inner)))
    assert max(sizes) < 510


def test_a_file_over_the_limit_is_not_read(photo_service: FilePhotoService, tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    with path.open("wb") as file:
        file.write(b"II*\0")
        file.truncate(100 << 30)
    with within(1):
        assert "smaller" in refused(photo_service, path, "2 GiB").todo


def test_pillow_is_free_again_after_a_refusal(photo_service: FilePhotoService, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    refused(photo_service, tmp_path / "a.jpg", "damaged")
    assert pillow_pictures._one_at_a_time.acquire(blocking=False)
    pillow_pictures._one_at_a_time.release()
