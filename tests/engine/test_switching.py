"""One engine, several packs: one is held at a time, and always the one that is installed now."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from support.nets import tiny_pack as tiny
from support.nets.engines import (
    edit,
    failed,
    finished,
    loaded,
    new_engine,
    run,
    same_picture,
    weights,
)

from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.requests import EditRequest, WarmUpRequest
from rtedit_desktop.packs.catalog import Catalog


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    tiny.write(tmp_path / "packs" / "tiny")
    tiny.write(tmp_path / "packs" / "other", seed=1, id="other", title="Other")
    return tmp_path / "packs"


def of(pack: str, request: EditRequest) -> EditRequest:
    return replace(request, spec=replace(request.spec, pack=pack))


def test_a_pack_makes_room_for_the_next(packs: Path) -> None:
    engine = new_engine(Catalog([packs]))
    first = finished(engine, edit())
    finished(engine, of("other", edit()))
    assert loaded(engine).manifest.info.id == "other"
    again = finished(engine, edit())
    assert loaded(engine).manifest.info.id == "tiny" and again.instant
    assert same_picture(first.picture, again.picture)


def test_a_replaced_pack_is_loaded_anew(packs: Path) -> None:
    engine = new_engine(Catalog([packs]))
    assert isinstance(run(engine, WarmUpRequest(pack="tiny"))[-1], Finished)
    before = weights(engine)
    shutil.rmtree(packs / "tiny")
    tiny.write(packs / "tiny", seed=2)
    finished(engine, edit())
    assert weights(engine) != before


def test_a_removed_pack_is_not_used_any_more(packs: Path) -> None:
    engine = new_engine(Catalog([packs]))
    finished(engine, edit())
    shutil.rmtree(packs / "tiny")
    assert "no pack called “tiny”" in failed(engine, edit()).what
