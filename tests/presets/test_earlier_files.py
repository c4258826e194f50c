"""Presets that earlier versions wrote open as they were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks.preset_mutations import BASE, SHAPES, info, split, weights, with_fields
from support.preset_files import FIELDS

from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.presets.format import read_info, read_weights, write
from rtedit_desktop.support.paths import resources

EARLIER = Path(__file__).with_name("earlier") / "smile.rtpreset"


def test_what_it_says_of_itself() -> None:
    got, wanted = read_info(EARLIER), info()
    assert [getattr(got, name) for name in FIELDS] == [getattr(wanted, name) for name in FIELDS]
    assert set(read_weights(EARLIER, SHAPES, BASE)) == set(SHAPES)


def test_what_is_written_now_says_the_same_and_more(tmp_path: Path) -> None:
    now = tmp_path / "now.rtpreset"
    write(now, read_info(EARLIER), weights())
    before, after = (json.loads(split(path.read_bytes())[0]["__metadata__"]["rtedit"]) for path in (EARLIER, now))
    assert (after.pop("kind"), after.pop("spec_version")) == ("edit", 1)
    assert after.pop("settings") == {**before.pop("settings"), "blending": "auto", "learned_part": "all"}
    assert after == before


def test_settings_that_came_later_are_the_usual_ones(tmp_path: Path) -> None:
    path = tmp_path / "old.rtpreset"
    settings = {"t0": 350, "learning_rate": 0.0002, "preserve": False}
    path.write_bytes(with_fields(EARLIER.read_bytes(), lambda fields: fields.update(settings=settings)))
    assert read_info(path).spec.settings == EditSettings(t0=350, learning_rate=2e-4, preserve=False)
    path.write_bytes(with_fields(EARLIER.read_bytes(), lambda fields: fields.pop("settings")))
    assert read_info(path).spec.settings == EditSettings()


@pytest.mark.parametrize("name", ["beard", "pink-hair", "smiling", "sunglasses", "winter-hat"])
def test_those_of_the_app(name: str) -> None:
    got = read_info(resources() / "presets" / f"{name}.rtpreset")
    assert (got.spec.pack, got.spec.source, got.spec.settings.iterations) == ("avatars", "face", 60)
