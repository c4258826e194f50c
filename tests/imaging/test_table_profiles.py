"""Profiles made of tables, as those of printers and of cameras are: opened, brought back, and without their words."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from imaging.test_stripping import TARGETS, Words
from PIL import Image
from support.edited_photos import resaved, soft

from rtedit_desktop.imaging import colour
from rtedit_desktop.imaging.metadata import icc_profile
from rtedit_desktop.imaging.photo_service import FilePhotoService

SIZE = (96, 80)
INKS = [(c, m, y, k) for c in (0, 1) for m in (0, 1) for y in (0, 1) for k in (0, 1)]
LAB = [(x, a, b) for x in (0, 1) for a in (0, 1) for b in (0, 1)]


def assembled(space: bytes, connection: bytes, tags: dict[bytes, bytes], version: int = 4) -> bytes:
    """A profile of an output, by the ICC's rules."""
    head = bytes(8) + bytes((version, 0x20, 0, 0)) + b"prtr" + space + connection + bytes(12) + b"acsp" + bytes(28)
    head = (head + struct.pack(">3i", 63190, 65536, 54061)).ljust(128, b"\0")
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    whole = head + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def words_of(text: str) -> bytes:
    text_of = text.encode("utf-16be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(text_of), 28) + text_of


def table(ways_in: int, ways_out: int, numbers: Sequence[tuple[float, ...]], tail: bytes = b"") -> bytes:
    """Straight curves and two points to each way in, in 16 bits."""
    head = b"mft2" + bytes(4) + bytes((ways_in, ways_out, 2, 0))
    head += struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536) + struct.pack(">HH", 2, 2)
    straight = struct.pack(">HH", 0, 65535)
    middle = b"".join(struct.pack(">H", round(value * 65535)) for point in numbers for value in point)
    return head + straight * ways_in + middle + straight * ways_out + tail


def ink_profile(tail: bytes = b"", text: str = "inks") -> bytes:
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061) + tail
    to_lab = [(max(0.0, 1 - 0.2 * (c + m + y) - k), 0.5 + 0.2 * (m - c), 0.5 + 0.2 * (y - c)) for c, m, y, k in INKS]
    from_lab = [(1 - a, a, b, 1 - x) for x, a, b in LAB]
    tags = {b"desc": words_of(text), b"cprt": words_of("free"), b"wtpt": white}
    return assembled(
        b"CMYK", b"Lab ", tags | {b"A2B0": table(4, 3, to_lab, tail), b"B2A0": table(3, 4, from_lab, tail)}
    )


def staged_profile(tail: bytes = b"", text: str = "stages") -> bytes:
    """Curves, a table, curves, a matrix and curves, with ``tail`` between them."""
    gap = tail.ljust(-(-len(tail) // 4) * 4, b"\0")

    def stages(kind: bytes) -> bytes:
        curve = b"para" + bytes(4) + struct.pack(">HHi", 0, 0, 65536)
        curves = curve * 3
        unit = struct.pack(">12i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536, 0, 0, 0)
        points = [(r, g, b) for r in (0, 1) for g in (0, 1) for b in (0, 1)]
        middle = bytes((2, 2, 2)).ljust(16, b"\0") + b"\2\0\0\0"
        middle += b"".join(struct.pack(">3H", *(round(v * 30000) for v in point)) for point in points)
        places, body = [], b""
        for part in (curves, unit, curves, middle, curves):
            body += gap
            places.append(32 + len(body))
            body += part
        return kind + bytes(4) + bytes((3, 3, 0, 0)) + struct.pack(">5I", *places) + body + gap

    white = b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061)
    tags = {b"desc": words_of(text), b"cprt": words_of("free"), b"wtpt": white}
    return assembled(b"RGB ", b"XYZ ", tags | {b"A2B0": stages(b"mAB "), b"B2A0": stages(b"mBA ")})


def test_a_photo_of_inks_opens_whose_profile_pillow_cannot_write_out(
    photo_service: FilePhotoService, tmp_path: Path
) -> None:
    inks = np.dstack([soft(*SIZE), soft(*SIZE)[..., :1] // 2])
    unit = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    icc = ink_profile().replace(unit, bytes(36))  # of no meaning with Lab, so some leave it at nothing
    Image.fromarray(inks, "CMYK").save(tmp_path / "a.tif", icc_profile=icc)
    photo = photo_service.open(tmp_path / "a.tif")
    assert photo.origin.icc and photo.origin.own_colours and photo.notes == ()
    resaved(photo_service, tmp_path / "a.tif", tmp_path / "out.tif")
    with Image.open(tmp_path / "out.tif") as written:
        assert written.mode == "CMYK"


@pytest.mark.parametrize("made", [ink_profile, staged_profile])
def test_a_profile_of_tables_without_words_shows_the_same_colours(made: Callable[..., bytes]) -> None:
    icc = made()
    bare = icc_profile.without_words(icc)
    assert colour.use_of(icc, "CMYK" if made is ink_profile else "RGB") is colour.Use.BOTH_WAYS
    assert colour.are_alike(icc, bare) and "inks".encode("utf-16be") not in bare


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("made", [ink_profile, staged_profile])
def test_no_word_between_its_tables_comes_out(
    photo_service: FilePhotoService, tmp_path: Path, made: Callable[..., bytes], target: str
) -> None:
    words = Words()
    icc = made(words.at("behind or between").encode(), words.at("description"))
    pixels = soft(*SIZE) if made is staged_profile else np.dstack([soft(*SIZE), soft(*SIZE)[..., :1]])
    picture = Image.fromarray(pixels, "RGB" if made is staged_profile else "CMYK")
    picture.save(tmp_path / "a.tif", icc_profile=icc)
    assert len(words.found_in(tmp_path / "a.tif")) == 2
    resaved(photo_service, tmp_path / "a.tif", tmp_path / f"out{target}", impersonal=True)
    assert words.found_in(tmp_path / f"out{target}") == []
    assert photo_service.open(tmp_path / f"out{target}").origin.icc


def test_colours_that_cannot_be_had_without_the_words_are_saved_as_srgb(
    photo_service: FilePhotoService, tmp_path: Path
) -> None:
    words = Words()
    icc = ink_profile(text=words.at("description"))
    icc = icc[:12] + b"link" + icc[16:]  # a class that a decoder does not mind
    inks = np.dstack([soft(*SIZE), soft(*SIZE)[..., :1] // 2])
    Image.fromarray(inks, "CMYK").save(tmp_path / "a.tif", icc_profile=icc)
    resaved(photo_service, tmp_path / "a.tif", tmp_path / "out.tif", impersonal=True)
    assert words.found_in(tmp_path / "out.tif") == []


def test_any_damage_of_a_profile_is_told_as_one() -> None:
    dice = np.random.default_rng(0)
    for icc in (ink_profile(), staged_profile()):
        for _ in range(300):
            damaged = bytearray(icc[: dice.integers(1, len(icc))] if dice.random() < 0.3 else icc)
            for place in dice.integers(0, len(damaged), 8):
                damaged[place] = dice.integers(256)
            try:
                assert len(icc_profile.without_words(bytes(damaged))) < 2 * len(icc)
            except ValueError:
                continue
