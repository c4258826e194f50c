"""A stack in one form: there and back, and refused field by field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rtedit_desktop.core.edits import EditSettings, EditSpec, MixSpec, PresetUse
from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.core.json_reader import FieldError, Fields, parse_json
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.region import Region, Stroke
from rtedit_desktop.core.stack import MOST_LAYERS, LayerSpec, StackSpec, read_stack

SMILE = EditSpec(pack="tiny", prompt="smiling face", source="face", settings=EditSettings(strength=0.7, seed=4))
MIX = MixSpec(pack="other", uses=(PresetUse(Path("a.rtpreset"), 0.5), PresetUse(Path("b.rtpreset"))), seed=2)
REGION = Region(strokes=(Stroke(points=((1.0, 2.0), (3.5, 4.25)), width=3.0),), softness=2.0)
STACK = StackSpec(
    layers=(
        LayerSpec(spec=SMILE, square=Square(x=-3, y=7, side=200, angle=12.5), region=REGION),
        LayerSpec(spec=MIX, on=False),
    )
)


def again(stack: StackSpec) -> StackSpec:
    top = Fields(parse_json(json.dumps(stack.to_json())))
    read = read_stack(top)
    top.finish()
    return read


def test_there_and_back() -> None:
    assert again(STACK) == STACK
    assert STACK.packs == ("tiny",)  # what is off needs none


def test_a_preset_is_told_by_the_name_of_its_file_alone() -> None:
    stack = StackSpec(layers=(LayerSpec(spec=MixSpec(pack="tiny", uses=(PresetUse(Path("/home/me/a.rtpreset")),))),))
    assert "/home" not in json.dumps(stack.to_json())
    named = stack.to_json(lambda path: {"path": str(path)})
    assert read_stack(Fields(named)) == stack


def changed(**fields: Any) -> dict[str, Any]:
    form = json.loads(json.dumps(STACK.to_json()))
    form["layers"][0] |= fields
    return form


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"kind": "stack", "layers": []}, "layers"),
        ({"kind": "stack", "spec_version": 2, "layers": [{}]}, "spec_version"),
        ({"kind": "edit", "layers": [{}]}, "kind"),
        (changed(on="yes"), "layers[0].on"),
        (changed(square={"x": 0.5, "y": 0, "side": 9}), "layers[0].square.x"),
        (changed(square={"x": 0, "y": 0, "side": 0}), "layers[0].square.side"),
        (changed(square={"x": 0, "y": 0, "side": 9, "depth": 1}), "layers[0].square.depth"),
        (changed(region={"softness": 1}), "layers[0].region"),
        (changed(region={"softness": 1, "strokes": [{"points": []}]}), "layers[0].region"),
        (changed(prompt=" "), "layers[0].prompt"),
        (changed(more=1), "layers[0].more"),
        ({"kind": "stack", "layers": ["x"]}, "layers[0]"),
        ({"kind": "stack", "layers": [{}] * (MOST_LAYERS + 1)}, "layers"),
    ],
)
def test_what_is_none_is_refused_by_the_name_of_its_field(form: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldError) as caught:
        read_stack(Fields(form))
    assert caught.value.field == field


def test_none_and_more_than_a_hundred_are_no_stack() -> None:
    layer = LayerSpec(spec=SMILE)
    assert len(again(StackSpec(layers=(layer,) * MOST_LAYERS)).layers) == 100
    for layers in ((), (layer,) * (MOST_LAYERS + 1)):
        with pytest.raises(SettingsError):
            StackSpec(layers=layers)
