"""What to do with a picture: written in one form, read strictly."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from rtedit_desktop.core.edits import (
    VERSION,
    EditSettings,
    EditSpec,
    MixSpec,
    PresetUse,
    Spec,
    read_edit_spec,
    read_settings,
    read_spec,
)
from rtedit_desktop.core.json_reader import FieldError, Fields, parse_json

EVERY = EditSettings(
    t0=350, steps=7, skip_last=False, iterations=31, learning_rate=2e-4, learning_rate_growth=1.5,
    learning_rate_cap=1e-3, clip_weight=2.5, l1_weight=0.25, noise_draws=3, crops=5, strength=0.7, seed=2**63 - 1,
    encoding="deterministic", source_image="clean", softening=0.5, overshoot=1.3, preserve=False, blending="tonal",
    refine_from=200, preview_every=0, learned_part="up",
)  # fmt: skip
EDIT = EditSpec(
    pack="avatars", prompt="smiling “face” ☺ \N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}", source="face", settings=EVERY
)
MIX = MixSpec(
    pack="avatars",
    uses=(PresetUse(Path("/home/someone/smile.rtpreset"), 0.5), PresetUse(Path("old.rtpreset"), 1.5)),
    seed=7,
    steps=None,
)


def read(data: object, **more: Any) -> Spec:
    top = Fields(parse_json(json.dumps(data)))
    spec = read_spec(top, **more)
    top.finish()
    return spec


def test_no_setting_of_the_sample_is_the_usual_one() -> None:
    usual = EditSettings()
    assert all(getattr(EVERY, one.name) != getattr(usual, one.name) for one in fields(EditSettings))


def test_an_edit_is_read_as_it_was_written() -> None:
    assert read(EDIT.to_json()) == EDIT
    top = Fields(EDIT.to_json())
    del top.left["kind"]
    assert read_edit_spec(top) == EDIT and not top.left


def test_the_form_of_an_edit() -> None:
    data = EDIT.to_json()
    assert list(data) == ["kind", "spec_version", "pack", "prompt", "source", "settings"]
    assert (data["kind"], data["spec_version"]) == ("edit", VERSION)
    assert list(data["settings"]) == [one.name for one in fields(EditSettings)]


def test_presets_are_named_by_their_file_unless_asked_otherwise() -> None:
    assert MIX.to_json() == {
        "kind": "apply",
        "spec_version": VERSION,
        "pack": "avatars",
        "seed": 7,
        "steps": None,
        "presets": [{"file": "smile.rtpreset", "strength": 0.5}, {"file": "old.rtpreset", "strength": 1.5}],
    }
    assert "/home" not in json.dumps(MIX.to_json())


def test_a_mix_is_read_as_it_was_written() -> None:
    assert read(MIX.to_json(lambda path: {"path": str(path)})) == MIX
    with_hash = MIX.to_json(lambda path: {"path": str(path), "sha256": "0" * 64})
    asked: list[tuple[str, str]] = []

    def found_elsewhere(where: str, sha256: str) -> Path:
        asked.append((where, sha256))
        return Path("moved")

    moved = read(with_hash, preset_at=found_elsewhere)
    assert asked == [("/home/someone/smile.rtpreset", "0" * 64), ("old.rtpreset", "0" * 64)]
    assert isinstance(moved, MixSpec) and [use.path for use in moved.uses] == [Path("moved")] * 2


def test_a_path_may_have_any_characters() -> None:
    odd = MixSpec(pack="avatars", uses=(PresetUse(Path("a\u200d\n\x1b.rtpreset")),))
    assert read(odd.to_json()) == odd


def test_it_may_stand_among_other_fields() -> None:
    top = Fields({"title": "x", **EDIT.to_json(), "score": 0.5})
    assert read_spec(top) == EDIT and list(top.left) == ["title", "score"]


def test_settings_that_came_later_are_the_usual_ones() -> None:
    given = {"pack": "avatars", "prompt": "old face", "source": "face", "settings": {"t0": 300}}
    assert read({"kind": "edit", **given}) == EditSpec(
        pack="avatars", prompt="old face", source="face", settings=EditSettings(t0=300)
    )
    assert read_edit_spec(Fields(given)).settings.t0 == 300
    assert read_settings(Fields({"steps": 3}), EVERY).t0 == 350


def test_fewer_steps_of_learning_go_as_far() -> None:
    slow = EditSettings(iterations=8, learning_rate=6e-6, learning_rate_growth=1.3, learning_rate_cap=5e-5)
    quick = slow.in_fewer_steps(4)

    def rates(one: EditSettings) -> list[float]:
        most = max(one.learning_rate, one.learning_rate_cap)
        return [min(one.learning_rate * one.learning_rate_growth**step, most) for step in range(one.iterations)]

    assert len(rates(quick)) == 4 and sum(rates(quick)) == pytest.approx(sum(rates(slow)))
    assert rates(quick)[3] == pytest.approx(1.3**3 * rates(quick)[0]), "none is capped"
    assert slow.in_fewer_steps(8) is slow and slow.in_fewer_steps(20) is slow
    capped = EditSettings(iterations=12, learning_rate=1e-5, learning_rate_growth=1.3, learning_rate_cap=2e-5)
    assert sum(rates(capped.in_fewer_steps(3))) == pytest.approx(sum(rates(capped)))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("kind", ..., "kind is missing"),
        ("kind", "learn", "kind must be one of edit, apply"),
        ("spec_version", VERSION + 1, f"spec_version must be {VERSION}"),
        ("pack", "../evil", "pack must be made of lower-case letters, digits, “-” and “_”"),
        ("pack", 3, "pack must be made of lower-case letters, digits, “-” and “_”"),
        ("prompt", ..., "prompt is missing"),
        ("prompt", " ", "prompt must not be empty"),
        ("prompt", ["old face"], "prompt must be text"),
        ("source", "", "source must not be empty"),
        ("settings", [], "settings must be an object in braces"),
        ("settings", {"colour": 1}, "settings.colour is not a known field"),
        ("settings", {"t0": 0}, "settings: t0 is 0, which is out of range"),
        ("settings", {"t0": 400.0}, "settings.t0 must be a whole number from 0 to 9223372036854775807"),
        ("settings", {"preserve": 1}, "settings.preserve must be true or false"),
        ("settings", {"clip_weight": -1}, "settings.clip_weight must be a number from 0 to 1000"),
        ("settings", {"strength": "1"}, "settings.strength must be a number from 0 to 1000"),
        ("settings", {"learned_part": "left"}, "settings.learned_part must be one of all, up"),
        ("settings", {"encoding": "magic"}, "settings.encoding must be one of stochastic, deterministic"),
        ("more", 1, "more is not a known field"),
    ],
)
def test_an_error_names_the_field_of_an_edit(field: str, value: object, message: str) -> None:
    data = EDIT.to_json()
    if value is ...:
        del data[field]
    else:
        data[field] = value
    with pytest.raises(FieldError, match=f"^{re.escape(message)}$"):
        read(data)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("seed", -1, "seed must be a whole number from 0 to 9223372036854775807"),
        ("steps", 0, "steps must be a whole number from 1 to 50"),
        ("steps", True, "steps must be a whole number from 1 to 50"),
        ("prompt", "old face", "prompt is not a known field"),
        ("presets", [], "presets must have 1 to 1000 entries"),
        ("presets", [{"file": "a"}] * 1001, "presets must have 1 to 1000 entries"),
        ("presets", {}, "presets must be a list in brackets"),
        ("presets", ["a"], "presets[0] must be an object in braces"),
        ("presets", [{"strength": 1}], "presets[0].file is missing"),
        ("presets", [{"path": 3, "strength": 1}], "presets[0].path must be text"),
        ("presets", [{"file": "a"}], "presets[0].strength is missing"),
        ("presets", [{"file": "a", "strength": 1.6}], "presets[0].strength must be a number from 0 to 1.5"),
        ("presets", [{"file": "a", "strength": "1"}], "presets[0].strength must be a number from 0 to 1.5"),
        (
            "presets",
            [{"file": "a", "strength": 1}, {"file": "a", "strength": 1, "sha256": "x"}],
            "presets[1].sha256 must be 64 lower-case hexadecimal digits or nothing",
        ),
        ("presets", [{"file": "a", "strength": 1, "more": 1}], "presets[0].more is not a known field"),
    ],
)
def test_an_error_names_the_field_of_a_mix(field: str, value: object, message: str) -> None:
    with pytest.raises(FieldError, match=f"^{re.escape(message)}$"):
        read({**MIX.to_json(), field: value})
