"""No picture starts a program, and no other place opens one."""

from __future__ import annotations

import ast
import io
import os
import struct
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

import rtedit_desktop
from rtedit_desktop.core.photos.picture_file import open_picture

PACKAGE = Path(rtedit_desktop.__file__).parent
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n%%EndComments\nshowpage\n%%EOF\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for Ghostscript")
def test_postscript_is_no_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called = tmp_path / "called"
    program = tmp_path / "gs"
    program.write_text(f"#!/bin/sh\ntouch {called}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    (tmp_path / "pictures.png").write_bytes(EPS)
    with pytest.raises(OSError, match="cannot identify"):
        open_picture(tmp_path / "pictures.png", ["PNG"])
    assert not called.exists()


def test_a_format_that_is_not_named_is_not_opened(tmp_path: Path) -> None:
    Image.new("RGB", (20, 20)).save(tmp_path / "a.jpg")
    assert open_picture(tmp_path / "a.jpg", ["JPEG"]).size == (20, 20)
    with pytest.raises(OSError, match="cannot identify"):
        open_picture(tmp_path / "a.jpg", ["PNG"])


def test_a_bomb_is_an_ordinary_error() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(100))))
    )
    with pytest.raises(ValueError, match="pixels"):
        open_picture(io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunks), ["PNG"])


def test_no_other_place_opens_pictures() -> None:
    """Neither with Pillow nor with OpenCV, under whatever name it was imported."""
    found = set()
    for module in PACKAGE.rglob("*.py"):
        tree = ast.parse(module.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                owner = node.value.id if isinstance(node.value, ast.Name) else ""
                if (node.attr == "open" and owner in {"Image", "PIL"}) or node.attr in {"imread", "imdecode"}:
                    found.add(module.relative_to(PACKAGE).as_posix())
            if isinstance(node, ast.ImportFrom) and node.module in {"PIL.Image", "cv2"}:
                assert not {name.name for name in node.names} & {"open", "imread", "imdecode", "*"}, module
    assert found == {"core/photos/picture_file.py", "imaging/decoding.py"}
