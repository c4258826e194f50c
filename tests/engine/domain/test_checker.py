"""The pack that comes with the app knows its pictures from others, and says so before it works."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.nets import tiny_pack
from support.nets.engines import failed, loaded, new_engine
from support.portrait import portrait

from rtedit_desktop.core.domain import DomainCheck
from rtedit_desktop.core.edits import EditSpec, MixSpec, PresetUse
from rtedit_desktop.core.events import Finished, Notice
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.core.requests import ApplyRequest, CheckRequest, RecallRequest
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.support.paths import resources


@pytest.fixture(scope="module")
def engine() -> Iterator[TorchEngine]:
    engine = new_engine(Catalog([resources() / "packs"]))
    yield engine
    engine.close()


def _check(engine: TorchEngine, picture: np.ndarray) -> DomainCheck:
    last = list(engine.run(CheckRequest(picture=picture, pack="avatars"), threading.Event()))[-1]
    assert isinstance(last, Finished)
    assert last.check is not None
    return last.check


def _held_out(count: int) -> list[np.ndarray]:
    with Image.open(resources() / "bench" / "held_out.png") as sheet:
        pixels = np.asarray(sheet.convert("RGB"))
    places = [(128 * row, 128 * column) for row, column in np.ndindex(2, count // 2)]
    return [pixels[y : y + 128, x : x + 128] for y, x in places]


def test_its_own_kind_of_pictures_fit(engine: TorchEngine) -> None:
    """All samples; of the held-out ones at most the one in 200 that docs/domain.md tells of."""
    samples = [
        np.asarray(Image.open(path).convert("RGB")) for path in sorted((resources() / "samples" / "avatars").iterdir())
    ]
    for found in [_check(engine, picture) for picture in samples]:
        assert found.fits
        assert not found.advice
    assert loaded(engine).waits_for_text_model, "its U-Net alone is asked"
    assert sum(not _check(engine, picture).fits for picture in _held_out(20)) <= 1


def test_a_photograph_of_a_face_is_sent_to_the_pack_of_faces(engine: TorchEngine) -> None:
    photo_service, photo = FilePhotoService(), Photo(pixels=np.asarray(portrait()))
    found = _check(engine, photo_service.crop(photo, photo_service.faces(photo)[0].square, 256))
    assert not found.fits
    assert "illustrated portraits" in found.advice
    assert "celebahq-256" in found.advice


@pytest.mark.parametrize("kind", ["noise", "flat", "ramp", "photograph"])
def test_other_pictures_do_not_fit(engine: TorchEngine, kind: str) -> None:
    random = np.random.default_rng(0)
    picture = {
        "noise": random.integers(0, 256, (128, 128, 3), dtype=np.uint8),
        "flat": np.full((128, 128, 3), (40, 120, 90), np.uint8),
        "ramp": np.linspace(0, 255, 128 * 128 * 3).reshape(128, 128, 3).astype(np.uint8),
        "photograph": np.asarray(portrait().crop((0, 200, 300, 500))),
    }[kind]
    found = _check(engine, picture)
    assert not found.fits
    assert "rtedit packs" in found.advice


def test_a_job_warns_before_it_works_and_once(engine: TorchEngine) -> None:
    preset = next(Path(resources() / "presets").glob("*.rtpreset"))
    picture = np.random.default_rng(5).integers(0, 256, (128, 128, 3), dtype=np.uint8)

    def notices(picture: np.ndarray) -> list[str]:
        request = ApplyRequest(spec=MixSpec(pack="avatars", uses=(PresetUse(preset),), steps=2), picture=picture)
        events = list(engine.run(request, threading.Event()))
        assert isinstance(events[-1], Finished)
        told = [event.text for event in events if isinstance(event, Notice)]
        if told:
            kinds = [type(event).__name__ for event in events]
            assert kinds.index("Notice") < kinds.index("DecodeStep")
        return told

    assert any("does not look like" in text for text in notices(picture))
    assert not notices(picture), "a slider that moves is not a new picture"
    assert not notices(_held_out(2)[0])


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Avatars as packs were before they had statistics: with limits for what its CLIP sees."""
    folder = Path(shutil.copytree(resources() / "packs" / "avatars", tmp_path_factory.mktemp("packs") / "avatars"))
    layout = json.loads((folder / "manifest.json").read_text("utf-8"))
    del layout["domain_statistics"]
    layout["domain_limits"] = {"far": 228, "very_far": 300, "rough": 0.78}
    (folder / "manifest.json").write_text(json.dumps(layout), "utf-8")
    return folder


def test_a_pack_with_limits_asks_its_text_model(earlier: Path) -> None:
    engine = new_engine(Catalog([earlier.parent]))
    assert _check(engine, _held_out(2)[0]).fits
    assert not loaded(engine).waits_for_text_model
    found = _check(engine, np.full((128, 128, 3), (40, 120, 90), np.uint8))
    assert not found.fits
    assert found.far > 228 and found.rough > 0
    engine.close()


def test_statistics_of_another_net_are_told(tmp_path: Path) -> None:
    tiny_pack.write(tmp_path / "tiny", domain_statistics={"far": 1, "mean": [1.0, 1.0], "deviation": [1.0, 1.0]})
    engine = new_engine(Catalog([tmp_path]))
    request = CheckRequest(picture=np.zeros((32, 32, 3), np.uint8), pack="tiny")
    assert "do not fit" in failed(engine, request).what
    engine.close()


def test_a_pack_without_limits_does_not_judge(tmp_path: Path) -> None:
    tiny_pack.write(tmp_path / "tiny")
    engine = new_engine(Catalog([tmp_path]))
    request = CheckRequest(picture=np.zeros((32, 32, 3), np.uint8), pack="tiny")
    last = list(engine.run(request, threading.Event()))[-1]
    assert isinstance(last, Finished)
    assert last.check is None
    engine.close()


def test_asked_what_it_knows_of_a_picture_it_tells_whether_it_fits(engine: TorchEngine) -> None:
    """Without loading anything: it is asked whenever a photo is opened."""
    edit = EditSpec(prompt="smiling face", source="face", pack="avatars")
    request = RecallRequest(edits=(edit,), picture=np.asarray(portrait().resize((128, 128))))
    _check(engine, request.picture)  # loads the pack
    (told,) = engine.run(request, threading.Event())
    assert isinstance(told, Finished) and told.check is not None
    assert not told.check.fits and told.check.pack == "celebahq-256"
    fresh = new_engine(Catalog([resources() / "packs"]))
    (told,) = fresh.run(request, threading.Event())
    assert isinstance(told, Finished) and told.check is None
    fresh.close()
