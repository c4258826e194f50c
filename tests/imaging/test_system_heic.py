"""HEIC where pillow-heif is not installed: by the decoder of the system, of which doubles stand in here."""

from __future__ import annotations

import importlib.util
import io
import json
import random
import struct
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms
from support.edited_photos import edited, refused

from rtedit_desktop.cli import main
from rtedit_desktop.imaging import pillow_pictures, system_heic
from rtedit_desktop.imaging.containers import heif_file
from rtedit_desktop.imaging.metadata.parts import Budget, Damaged
from rtedit_desktop.imaging.photo_service import FilePhotoService

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
NOTE = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><note>kept</note></x:xmpmeta>'
# As ImageIO converts: the pixels as they are stored, and which way up they are beside them.
SIPS = f"""\
#!{sys.executable}
import sys
import pillow_heif
from PIL import Image
assert sys.argv[1:4] == ["-s", "format", "tiff"] and sys.argv[5] == "--out"
pillow_heif.register_heif_opener()
with Image.open(sys.argv[4]) as upright:
    stored = upright.convert("RGB").transpose(Image.Transpose.ROTATE_90)
    stored.save(sys.argv[6], tiffinfo={{274: 6}}, icc_profile=upright.info["icc_profile"])
"""


@pytest.fixture
def heic(scene: np.ndarray, tmp_path: Path) -> Path:
    """On its side, as a phone writes it: with a place, a profile and XMP."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Phone"
    exif.get_ifd(0x8825)[1] = "N"
    path = tmp_path / "IMG é 写.HEIC"
    with path.open("wb") as file:
        pillow_heif.from_pillow(Image.fromarray(scene)).save(
            file, quality=95, exif=exif.tobytes(), xmp=NOTE, icc_profile=PROFILE
        )
    return path


@pytest.fixture
def sips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program of macOS, on a system without pillow-heif."""
    program = tmp_path / "sips"
    program.write_text(SIPS)
    program.chmod(0o755)
    without_the_extra(monkeypatch)
    monkeypatch.setattr(system_heic, "decoder", lambda: lambda data: system_heic.by_sips(data, program))
    return program


def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    pillow_pictures.learn_heic()
    monkeypatch.delitem(Image.OPEN, "HEIF", raising=False)


def test_it_opens_upright_and_keeps_its_metadata(
    photo_service: FilePhotoService, heic: Path, scene: np.ndarray, sips: Path, tmp_path: Path
) -> None:
    photo = photo_service.open(heic)
    upright = np.asarray(Image.fromarray(scene).transpose(Image.Transpose.ROTATE_270))
    assert np.abs(photo.pixels.astype(int) - upright).mean() < 6  # it is a lossy format
    assert photo.origin.format == "HEIF" and photo.notes == ()
    assert photo_service.thumbnail(heic, 16).shape == (16, 12, 3)
    for name in ("out.jpg", "out.tif"):
        photo_service.save(tmp_path / name, photo, edited(photo))
        with Image.open(tmp_path / name) as saved:
            exif = saved.getexif()
            assert saved.size == (48, 64) and exif[0x010F] == "Phone" and exif.get(0x0112, 1) == 1
            assert exif.get_ifd(0x8825)[1] == "N" and saved.info["icc_profile"] == PROFILE
        assert b"<note>kept</note>" in (tmp_path / name).read_bytes()


def test_the_command_line_has_it_too(heic: Path, sips: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faces", str(heic), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["faces"] == []


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\nexit 0\n", '#!/bin/sh\necho no > "$6"\n'])
def test_what_the_system_cannot_read_is_refused(
    photo_service: FilePhotoService, heic: Path, sips: Path, script: str
) -> None:
    sips.write_text(script)
    refused(photo_service, heic, "damaged")


def test_a_size_beyond_the_limit_is_refused_before_anything_is_decoded(
    photo_service: FilePhotoService, heic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(data: bytes) -> bytes:
        raise AssertionError("it was decoded")

    without_the_extra(monkeypatch)
    monkeypatch.setattr(system_heic, "decoder", lambda: forbidden)
    content = heic.read_bytes()
    where = content.index(b"ispe") + 8
    heic.write_bytes(content[:where] + b"\0\0\xff\xff\0\0\xff\xff" + content[where + 8 :])
    refused(photo_service, heic, "(65535 × 65535)")


def test_its_boxes_are_read_as_pillow_heif_reads_them(heic: Path) -> None:
    whole = heif_file.read(heic.read_bytes(), Budget())
    theirs = pillow_heif.open_heif(heic, convert_hdr_to_8bit=False).info
    assert whole.parts.icc == theirs["icc_profile"] and whole.parts.xmp == theirs["xmp"] == NOTE
    assert whole.parts.exif == theirs["exif"].removeprefix(b"Exif\0\0") and whole.bits == 8
    assert not Budget(10).exceeded
    small = Budget(10)
    assert heif_file.read(heic.read_bytes(), small).parts.exif == b"" and small.exceeded


def test_no_bytes_make_it_fail_otherwise(heic: Path) -> None:
    content, random_ = heic.read_bytes(), random.Random(0)
    for _ in range(300):
        spoilt = bytearray(content[: random_.randrange(16, len(content))])
        for _ in range(random_.randrange(1, 9)):
            spoilt[random_.randrange(len(spoilt))] = random_.randrange(256)
        try:
            heif_file.read(bytes(spoilt), Budget())
        except Damaged:
            continue


def test_places_that_take_no_bytes_are_bounded() -> None:
    """A file of a kilobyte can tell of millions."""

    def box(kind: bytes, body: bytes) -> bytes:
        return (8 + len(body)).to_bytes(4, "big") + kind + body

    def file(items: int) -> bytes:
        places = b"".join(struct.pack(">HHH", number, 0, 0xFFFF) for number in range(items))
        iloc = box(b"iloc", bytes(4) + b"\0\0" + struct.pack(">H", items) + places)
        return box(b"ftyp", b"heic" + bytes(4) + b"heic") + box(b"meta", bytes(4) + iloc)

    with pytest.raises(Damaged, match="no size"):
        heif_file.read(file(1), Budget())
    with pytest.raises(Damaged, match="more extents"):
        heif_file.read(file(2), Budget())


def test_other_pictures_in_such_boxes_are_none() -> None:
    def file(*brands: bytes) -> bytes:
        rest = brands[0] + bytes(4) + b"".join(brands[1:])
        return (8 + len(rest)).to_bytes(4, "big") + b"ftyp" + rest + bytes(40)

    assert heif_file.is_heic(file(b"heic", b"mif1")) and heif_file.is_heic(file(b"mif1", b"mif1", b"heic"))
    assert not heif_file.is_heic(file(b"avif", b"mif1", b"heic")) and not heif_file.is_heic(file(b"mif1", b"avif"))


class _Codecs:
    """Windows' imaging, as far as it is asked: an upright picture of one colour, or an error of Windows' number."""

    def __init__(self, error: int = 0) -> None:
        self.error = error
        self.wishes: tuple[object, ...] = ()
        self.modules = {name: types.ModuleType(name) for name in ("winrt", "winrt.windows")}
        self._add("winrt.windows.graphics", imaging=self._imaging())
        self._add("winrt.windows.storage")
        members = {"InMemoryRandomAccessStream": _Stream, "DataWriter": _Hand, "DataReader": _Hand}
        self._add("winrt.windows.storage.streams", **members)

    def _add(self, name: str, **members: object) -> None:
        self.modules[name] = types.ModuleType(name)
        vars(self.modules[name]).update(members)

    def _imaging(self) -> Any:
        names = types.SimpleNamespace
        decoder = names(create_async=lambda stream: _Later(lambda: self._opened(stream)))
        encoder = names(create_async=self._encoder, tiff_encoder_id="tiff")
        return names(
            BitmapDecoder=decoder, BitmapEncoder=encoder, BitmapPixelFormat=names(BGRA8=87),
            BitmapAlphaMode=names(IGNORE=2), BitmapTransform=lambda: None,
            ExifOrientationMode=names(IGNORE_EXIF_ORIENTATION=0), ColorManagementMode=names(DO_NOT_COLOR_MANAGE=0),
        )  # fmt: skip

    def _opened(self, stream: _Stream) -> Any:
        assert stream.at == 0 and bytes(stream.content[4:8]) == b"ftyp"
        if self.error:
            raised = OSError("no")
            vars(raised)["winerror"] = self.error - (1 << 32)
            raise raised

        def bitmap(*wishes: object) -> _Later:
            self.wishes = wishes
            return _Later(lambda: Image.new("RGB", (48, 64), (200, 100, 50)))

        return types.SimpleNamespace(get_software_bitmap_async=bitmap)

    def _encoder(self, kind: str, stream: _Stream) -> _Later:
        bitmaps: list[Image.Image] = []
        flush = types.SimpleNamespace(set_software_bitmap=bitmaps.append)
        flush.flush_async = lambda: _Later(lambda: stream.write(_saved(bitmaps[0], kind)))
        return _Later(lambda: flush)


def _saved(bitmap: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    bitmap.save(file, kind)
    return file.getvalue()


class _Later:
    def __init__(self, get: Callable[[], Any]) -> None:
        self.get = get


class _Stream:
    def __init__(self) -> None:
        self.content, self.at = bytearray(), 0

    @property
    def size(self) -> int:
        return len(self.content)

    def seek(self, at: int) -> None:
        self.at = at

    def write(self, data: bytes) -> None:
        self.content[self.at : self.at + len(data)] = data
        self.at += len(data)

    def get_input_stream_at(self, at: int) -> _Stream:
        self.at = at
        return self


class _Hand:
    """Writer and reader of a stream."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream

    def write_bytes(self, data: bytes) -> None:
        self._stream.write(data)

    def store_async(self) -> _Later:
        return _Later(lambda: None)

    def detach_stream(self) -> _Stream:
        return self._stream

    def load_async(self, count: int) -> _Later:
        return _Later(lambda: count)

    def read_bytes(self, into: bytearray) -> None:
        into[:] = self._stream.content


def on_windows(codecs: _Codecs, monkeypatch: pytest.MonkeyPatch) -> None:
    without_the_extra(monkeypatch)
    for name, module in codecs.modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(system_heic, "decoder", lambda: system_heic.by_windows)


def test_windows_turns_it_upright_itself(
    photo_service: FilePhotoService, heic: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    codecs = _Codecs()
    on_windows(codecs, monkeypatch)
    photo = photo_service.open(heic)
    assert photo.pixels.shape == (64, 48, 3) and photo.pixels[0, 0].tolist() == [200, 100, 50]
    assert codecs.wishes == (87, 2, None, 0, 0)
    photo_service.save(tmp_path / "out.jpg", photo, edited(photo))
    with Image.open(tmp_path / "out.jpg") as saved:
        assert saved.size == (48, 64) and saved.getexif().get(0x0112, 1) == 1
        assert saved.getexif()[0x010F] == "Phone" and saved.info["icc_profile"] == PROFILE


@pytest.mark.parametrize(("number", "what"), [(0x88982F50, "Windows lacks"), (0x88982F60, "damaged")])
def test_a_codec_that_windows_lacks_is_named(
    photo_service: FilePhotoService, heic: Path, monkeypatch: pytest.MonkeyPatch, number: int, what: str
) -> None:
    on_windows(_Codecs(number), monkeypatch)
    error = refused(photo_service, heic, what)
    assert ("HEVC Video Extensions" in error.todo) == (what == "Windows lacks")


def test_each_system_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = system_heic.decoder.__wrapped__
    monkeypatch.setattr(system_heic, "SIPS", tmp_path)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert found() is None
    monkeypatch.setattr(system_heic, "SIPS", Path(sys.executable))
    assert found() is system_heic.by_sips
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert found() is None
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    assert found() is system_heic.by_windows
    monkeypatch.setattr(sys, "platform", "linux")
    assert found() is None
