"""What other programs drop and paste: names of any bytes, lists whose files are gone, pictures in their own colours."""

from __future__ import annotations

import io
import os
import socket
import sys
from pathlib import Path

import numpy as np
import pytest
from imaging.test_round_trip import made_profile
from PIL import Image, ImageCms
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColorSpace, QImage, QImageReader
from pytestqt.qtbot import QtBot
from support.edited_photos import soft

from rtedit_desktop.ui.widgets.mime import has_picture, picture_in
from rtedit_desktop.ui.widgets.pyramid import from_qimage, to_qimage


def dropped(*lines: bytes, picture: QImage | None = None) -> QMimeData:
    """A list as another program sends it, byte for byte."""
    data = QMimeData()
    data.setData("text/uri-list", b"\r\n".join(lines) + b"\r\n")
    if picture is not None:
        data.setImageData(picture)
    return data


@pytest.mark.skipif(sys.platform != "linux", reason="file names there are bytes")
@pytest.mark.parametrize("name", [b"caf\xe9.png", "café.png".encode(), b"100% sure.png", b"a b+c.png", b"caf%E9.png"])
def test_names_of_any_bytes(qtbot: QtBot, tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.touch()
    encoded = b"".join(b"%%%02X" % byte if byte > 126 or byte in b" %" else bytes([byte]) for byte in os.fsencode(path))
    paths, picture = picture_in(dropped(b"file://" + encoded))
    assert paths == [path] and picture is None and paths[0].exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a host is another computer there")
def test_a_url_may_name_this_computer(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.touch()
    for host in ("", "localhost", "LOCALHOST", socket.gethostname()):
        assert picture_in(dropped(f"file://{host}{path}".encode())) == ([path], None)
    (other,), _ = picture_in(dropped(f"file://elsewhere{path}".encode()))
    assert other != path


@pytest.mark.parametrize("line", [b"file:", b"file://", b"file:a.png", b"http://example.org/a.png", b"mailto:a@b.c"])
def test_what_names_no_file_is_not_the_folder_of_the_app(qtbot: QtBot, line: bytes) -> None:
    assert picture_in(dropped(line)) == ([], None)


def test_a_list_whose_files_are_gone_leaves_the_picture(qtbot: QtBot, tmp_path: Path) -> None:
    values = soft(20, 30)
    gone = bytes(QUrl.fromLocalFile(str(tmp_path / "gone.png")).toEncoded().data())
    paths, picture = picture_in(dropped(gone, picture=to_qimage(values).copy()))
    assert paths == [] and picture is not None
    assert np.array_equal(from_qimage(picture)[..., :3], values)
    (tmp_path / "gone.png").touch()
    assert picture_in(dropped(gone, picture=to_qimage(values).copy())) == ([tmp_path / "gone.png"], None)
    (tmp_path / "gone.png").unlink()
    assert picture_in(dropped(gone)) == ([tmp_path / "gone.png"], None), "so that what is missing is said"


@pytest.mark.parametrize("kind", ["png", "image", "both"])
@pytest.mark.parametrize("alpha", [False, True])
def test_a_pasted_picture_is_seen_in_its_own_colours(qtbot: QtBot, kind: str, alpha: bool) -> None:
    """As LittleCMS sees them."""
    values, icc, buffer = soft(40, 60), made_profile("p3"), io.BytesIO()
    picture = Image.fromarray(values)
    expected = np.asarray(
        ImageCms.profileToProfile(
            picture, io.BytesIO(icc), ImageCms.createProfile("sRGB"), ImageCms.Intent.RELATIVE_COLORIMETRIC
        )
    )
    if alpha:
        picture.putalpha(200)
    picture.save(buffer, "PNG", icc_profile=icc)
    data = QMimeData()
    if kind != "image":
        data.setData("image/png", buffer.getvalue())
    if kind != "png":
        image = QImage.fromData(buffer.getvalue())
        if kind == "both":  # the system's own kind, which has lost the profile
            image.setColorSpace(QColorSpace())
        data.setImageData(image)
    _, seen = picture_in(data)
    assert seen is not None
    pixels = from_qimage(seen)
    assert np.abs(pixels[..., :3].astype(int) - expected).mean() < 1
    assert np.abs(pixels[..., :3].astype(int) - expected).max() <= 4
    assert not alpha or set(np.unique(pixels[..., 3])) == {200}


def test_a_plain_picture_stays_as_it_is(qtbot: QtBot) -> None:
    values = soft(40, 60)
    data = QMimeData()
    data.setImageData(to_qimage(values).copy())
    _, seen = picture_in(data)
    assert seen is not None and np.array_equal(from_qimage(seen)[..., :3], values)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n and then nothing"])
def test_a_damaged_picture_is_none(qtbot: QtBot, content: bytes) -> None:
    data = QMimeData()
    data.setData("image/png", content)
    assert picture_in(data) == ([], None) and has_picture(data)


@pytest.mark.parametrize("kind", ["BMP", "JPEG"])
def test_a_program_that_offers_another_format_alone(qtbot: QtBot, kind: str) -> None:
    values, buffer = soft(40, 60), io.BytesIO()
    Image.fromarray(values).save(buffer, kind, quality=95)
    data = QMimeData()
    data.setData(f"image/{kind.lower()}", buffer.getvalue())
    _, seen = picture_in(data)
    assert seen is not None and has_picture(data)
    assert np.abs(from_qimage(seen)[..., :3].astype(int) - np.asarray(Image.open(buffer))).max() <= 2


def test_a_picture_beyond_what_qt_allows_itself(qtbot: QtBot) -> None:
    """It stops at 64 megapixels, and photos do not."""
    buffer, before = io.BytesIO(), QImageReader.allocationLimit()
    Image.fromarray(soft(600, 700)).save(buffer, "PNG")
    data = QMimeData()
    data.setData("image/png", buffer.getvalue())
    QImageReader.setAllocationLimit(1)
    try:
        _, seen = picture_in(data)
        assert QImageReader.allocationLimit() == 1
    finally:
        QImageReader.setAllocationLimit(before)
    assert seen is not None and (seen.width(), seen.height()) == (700, 600)
