"""A worker, in this process: an edit as JSON and a picture go in, the end of a job comes out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.cluster_engines import brightening
from support.fake_engine import FakeEngine
from support.nets.engines import new_engine, same_picture

from rtedit_desktop.cluster.parcels import Parcels, whole
from rtedit_desktop.cluster.worker import Worker
from rtedit_desktop.core.edits import EditSettings, EditSpec, MixSpec, PresetUse
from rtedit_desktop.core.events import DecodeStep, Event, Failed, Finished, Loading, Notice
from rtedit_desktop.core.requests import EditRequest
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.manifest.reading import read


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "worker"))


def picture() -> np.ndarray:
    pixels = np.random.default_rng(0).integers(0, 200, (32, 32, 3), dtype=np.uint8)
    pixels.flags.writeable = False  # as what comes from another process is
    return pixels


def same(piece: Any) -> bytes:
    assert isinstance(piece, bytes)
    return piece


def test_presets_come_by_their_bytes(tmp_path: Path) -> None:
    preset = tmp_path / "smile.rtpreset"
    preset.write_text("a smile")
    parcel = Parcels(lambda content: content).of_preset(preset)
    spec = MixSpec(pack="fakes", uses=(PresetUse(preset, 0.5),))
    form = spec.to_json(lambda path: {"file": path.name, "sha256": parcel.sha256})
    preset.unlink()
    (finished,) = Worker(same, False, 1, brightening).edit("job", form, picture(), [parcel])
    assert isinstance(finished, Finished) and finished.job_id == "job"
    assert finished.recipe["content"] == ["a smile"]
    assert same_picture(finished.picture, picture() + 40)


def test_only_what_a_person_should_know_comes_back() -> None:
    def script(request: EditRequest, cancelled: object) -> Iterator[Event]:
        job = request.job_id
        request.picture[:] = 0
        yield Loading(job_id=job, what="Tiny", fraction=0.0)
        yield Notice(job_id=job, text="Memory is short.")
        yield DecodeStep(job_id=job, index=1, of=1, t=0, picture=request.picture)
        yield Failed(job_id=job, what="No.", todo="")

    worker = Worker(same, False, 1, lambda catalog, exact, threads: FakeEngine(script))
    events = worker.edit("job", EditSpec(pack="tiny", prompt="old face", source="face").to_json(), picture())
    assert [type(event) for event in events] == [Notice, Failed]


def test_what_cannot_be_used_is_a_failed_edit() -> None:
    worker = Worker(same, False, 1)
    form = EditSpec(pack="tiny", prompt="old face", source="face").to_json()
    (failed,) = worker.edit("job", form, picture())
    assert isinstance(failed, Failed) and "no pack called “tiny”" in failed.what
    assert failed.details.startswith("PackMissing:")


def test_a_real_engine_makes_the_same_of_a_pack_that_was_sent(tiny_pack: Path) -> None:
    manifest = read(tiny_pack)
    text = whole(manifest).to_json()
    worker = Worker(same, False, 1, lambda catalog, exact, threads: new_engine(catalog))
    assert worker.lacking([text]) == [0]
    worker.keep(text, Parcels(lambda content: content).of_pack(manifest))
    assert worker.lacking([text]) == []
    spec = EditSpec(pack="tiny", prompt="old face", source="face", settings=EditSettings(steps=2, iterations=2))
    *_, there = worker.edit("job", spec.to_json(), picture())
    own = new_engine(Catalog([tiny_pack.parent]))
    *_, here = own.run(EditRequest(spec=spec, picture=np.array(picture())), threading.Event())
    assert isinstance(there, Finished) and isinstance(here, Finished)
    assert same_picture(there.picture, here.picture)


@pytest.mark.parametrize(
    "spec",
    [{}, {"kind": "edit"}, {"kind": 3}, {"kind": "apply", "spec_version": 1, "pack": "a", "presets": [{"a": 1}]}],
)
def test_an_edit_that_comes_damaged_is_a_failed_one(spec: dict[str, Any]) -> None:
    (failed,) = Worker(same, False, 1, brightening).edit("job", spec, picture())
    assert isinstance(failed, Failed) and "came to this machine damaged" in failed.what
