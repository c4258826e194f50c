"""JPEGs that end early: whole but for the mark of their end, cut, and cut with a mark put behind."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.edited_photos import refused, resaved, soft, touched

from rtedit_desktop.imaging.photo_service import FilePhotoService

END = b"\xff\xd9"
FORMS: dict[str, dict[str, Any]] = {
    "baseline": {}, "full colours": {"subsampling": 0}, "restarts": {"restart_marker_blocks": 5},
    "progressive": {"progressive": True},
}  # fmt: skip


def grained() -> np.ndarray:
    """(120, 150, 3) uint8: soft colours with grain."""
    grain = np.random.default_rng(0).normal(0, 6, (120, 150, 3))
    return np.clip(soft(120, 150) + grain, 0, 255).astype(np.uint8)


def compressed(picture: np.ndarray, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", **({"quality": 92} | options))
    return buffer.getvalue()


@pytest.fixture(params=FORMS)
def data(request: pytest.FixtureRequest) -> bytes:
    return compressed(grained(), **FORMS[request.param])


@pytest.mark.parametrize("lacking", [1, 2])
def test_whole_but_for_the_mark_of_its_end(
    photo_service: FilePhotoService, tmp_path: Path, data: bytes, lacking: int
) -> None:
    path, out = tmp_path / "a.jpg", tmp_path / "out.jpg"
    path.write_bytes(data[:-lacking])
    with Image.open(io.BytesIO(data)) as image:
        expected = np.asarray(image).astype(int)
    photo = resaved(photo_service, path, out)
    assert np.array_equal(photo.pixels, expected) and not photo.notes
    outside = touched(expected.shape)[1]
    with Image.open(out) as written:
        assert np.abs(np.asarray(written)[outside] - expected[outside]).mean() < 1


@pytest.mark.parametrize("lacking", [3, 6, 200, 3000])
def test_cut_in_its_scans(photo_service: FilePhotoService, tmp_path: Path, data: bytes, lacking: int) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(data[:-lacking])
    refused(photo_service, path, "ends too early")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("below", ["grain", "white"])
def test_cut_with_a_mark_put_behind(photo_service: FilePhotoService, tmp_path: Path, form: str, below: str) -> None:
    picture, path = grained(), tmp_path / "a.jpg"
    picture[60:] = 255 if below == "white" else picture[60:]
    data = compressed(picture, **FORMS[form])
    path.write_bytes(data[: len(data) * 6 // 10] + END)
    notes = photo_service.open(path).notes
    what = "its finest details" if form == "progressive" else "filled with one colour"
    assert [what in str(note) for note in notes] == [True]
    path.write_bytes(data)
    assert not photo_service.open(path).notes


def test_a_scan_that_is_missing(photo_service: FilePhotoService, tmp_path: Path) -> None:
    data, path = compressed(grained(), progressive=True), tmp_path / "a.jpg"
    path.write_bytes(data[: data.rindex(b"\xff\xda")] + END)
    assert ["finest details" in str(note) for note in photo_service.open(path).notes] == [True]
