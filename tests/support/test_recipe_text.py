"""A recipe as text says what was done, and is read like any other spec."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rtedit_desktop.core.edits import EditSettings, EditSpec, MixSpec, PresetUse, read_spec
from rtedit_desktop.core.json_reader import Fields, parse_json
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.support.recipe_text import recipe_text

EDIT = EditSpec(pack="avatars", prompt="old face", source="face", settings=EditSettings(t0=300, seed=5))
SMILE = PresetUse(Path("/home/someone/smile.rtpreset"), 0.5)
MIX = MixSpec(pack="avatars", uses=(SMILE,), steps=4)
SQUARE = Square(x=1, y=2, side=60)


def test_an_edit() -> None:
    told = {"prompt": "another", "settings": {"seed": 9}, "device": "CPU", "pack_version": "1.2"}
    text = recipe_text(EDIT, told, SQUARE, picked=False)
    top = Fields(parse_json(text))
    assert read_spec(top) == EDIT
    assert {name: top.left[name] for name in ("device", "pack_version", "picked")} == {
        "device": "CPU",
        "pack_version": "1.2",
        "picked": False,
    }
    assert top.left["square"] == {"x": 1, "y": 2, "side": 60, "angle": 0.0}
    assert list(json.loads(text))[:3] == ["app", "kind", "spec_version"]


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"presets": [{"title": "Smile", "prompt": "smiling face", "source": "face", "strength": 0.5}]},
        {"presets": [{"file": "smile.rtpreset", "title": "Smile", "prompt": "smiling face", "source": "face"}]},
        {"presets": [{}, {}]},
        {"presets": None},
    ],
    ids=["nothing", "of before", "of today", "of others", "null"],
)
def test_presets_without_their_folder(told: dict[str, Any]) -> None:
    text = recipe_text(MIX, {**told, "settings": {"seed": 3}}, SQUARE)
    assert "/home" not in text and "someone" not in text
    assert read_spec(Fields(parse_json(text))) == MixSpec(
        pack="avatars", uses=(PresetUse(Path("smile.rtpreset"), 0.5),), steps=4
    )
    (use,) = json.loads(text)["presets"]
    assert use.get("title", "Smile") == "Smile" and json.loads(text)["settings"] == {"seed": 3}
