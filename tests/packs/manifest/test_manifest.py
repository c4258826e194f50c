"""A pack's manifest: what is read is what was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.manifests import HERE, RECORD, layout, wordless

from rtedit_desktop.core.domain import DomainStatistics
from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.core.errors import PackDamaged, PackMissing
from rtedit_desktop.core.packs.pack_info import PAIR_SETTINGS
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.packs.manifest.manifest import Schedule


def test_fields_are_read() -> None:
    manifest = manifests.parse(layout(), HERE)
    assert manifest.info.id == "tiny"
    assert manifest.info.image_size == 32
    assert manifest.pixel_unshuffle == 2
    assert manifest.prediction_type == "sample"
    assert manifest.clip_config["quick_gelu"] is False
    assert manifest.clip_mean == (0.5, 0.5, 0.5)
    assert manifest.templates == ("{}", "a {}", "a photo of {}")
    assert manifest.path("unet.safetensors") == HERE / "unet.safetensors"
    assert manifest.info.suggestions[0].source == ""


def test_kinds_of_edit_start_from_the_default_kind() -> None:
    info = manifests.parse(layout(), HERE).info
    assert info.settings["default"].iterations == 3
    assert info.settings_for("smiling face") == info.settings["expression"]
    assert (info.settings["expression"].t0, info.settings["expression"].iterations) == (350, 3)
    assert info.settings_for("old face with a hat").t0 == 450
    assert info.settings_for("old face", t0=200).t0 == 200


def test_settings_for_pairs_are_read_and_written() -> None:
    manifest = manifests.parse(layout(pairs={"iterations": 300, "t0": 200}), HERE)
    assert (manifest.info.pair_settings().iterations, manifest.info.pair_settings(seed=4).t0) == (300, 200)
    assert manifests.parse(json.loads(manifest.to_json()), HERE).info.pairs == manifest.info.pairs
    assert manifests.parse(layout(), HERE).info.pair_settings() == PAIR_SETTINGS
    with pytest.raises(PackDamaged, match="pairs"):
        manifests.parse(layout(pairs={"t0": 1000}), HERE)


def test_quick_settings_are_read_and_written() -> None:
    manifest = manifests.parse(layout(quick={"iterations": 2, "steps": 3, "learned_part": "up"}), HERE)
    quick = manifest.info.settings_for("old face", quick=True)
    assert (quick.iterations, quick.steps, quick.learned_part) == (2, 3, "up")
    assert manifest.info.settings_for("old face", quick=True, steps=7, iterations=9).steps == 7
    assert manifest.info.settings_for("old face").learned_part == "all"
    assert manifests.parse(json.loads(manifest.to_json()), HERE).info.quick == manifest.info.quick
    plain = manifests.parse(layout(), HERE).info
    assert plain.settings_for("old face", quick=True) == plain.settings_for("old face"), "a pack may have none"
    with pytest.raises(PackDamaged, match="quick"):
        manifests.parse(layout(quick={"learned_part": "left"}), HERE)


def test_a_pack_without_a_text_model_suggests_its_edits_but_not_the_weak_ones() -> None:
    manifest = manifests.parse(wordless(unsure=["long hair"]), HERE)
    info = manifest.info
    assert [one.prompt for one in info.suggestions] == ["beard"]
    assert info.unsure_about("a face with LONG hair and a beard") == ("LONG hair",)  # as it was written
    assert info.unsure_about("a beard") == ()
    assert manifests.parse(json.loads(manifest.to_json()), HERE) == manifest
    own = manifests.parse(wordless(suggestions=[{"prompt": "long hair, full beard"}]), HERE).info
    assert [one.prompt for one in own.suggestions] == ["long hair, full beard"]


def test_statistics_of_the_domain_need_no_text_model() -> None:
    usual = {"far": 2.8, "mean": [1.0, 2.0], "deviation": [0.1, 0.2]}
    manifest = manifests.parse(wordless(domain_statistics=usual), HERE)
    assert manifest.info.domain_statistics == DomainStatistics(far=2.8, mean=(1.0, 2.0), deviation=(0.1, 0.2))
    assert manifests.parse(json.loads(manifest.to_json()), HERE) == manifest


def test_left_out_fields_have_values() -> None:
    whole = layout()
    for key in ("schedule", "templates", "suggestions", "vocabulary", "kind_of_word", "settings"):
        del whole[key]
    manifest = manifests.parse(whole, HERE)
    assert manifest.schedule == Schedule()
    assert manifest.templates == ("{}",)
    assert manifest.info.settings == {"default": EditSettings()}
    assert manifest.info.unknown_words("anything at all") == []


def test_written_and_read_again(tmp_path: Path) -> None:
    first = manifests.parse(layout(attribution="Grüße\nこんにちは"), tmp_path)
    (tmp_path / "manifest.json").write_text(first.to_json(), encoding="utf-8")
    assert manifests.read(tmp_path) == first


def test_a_shared_clip_takes_the_place_of_an_own_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))
    whole = layout(clip={"shared": "ViT-B-16-quickgelu"}, files={"unet.safetensors": RECORD})
    manifest = manifests.parse(whole, HERE)
    assert manifest.clip_part == "ViT-B-16-quickgelu"
    assert manifest.clip_config["vision_cfg"]["patch_size"] == 16
    assert manifest.clip_config["quick_gelu"] is True
    assert manifest.clip_image_size == 224
    assert manifest.path("clip.safetensors").parent == tmp_path / "home" / "data" / "parts" / "ViT-B-16-quickgelu"
    assert manifest.all_files() == ["unet.safetensors", "clip.safetensors"]
    with pytest.raises(PackMissing, match="Tiny needs the text model CLIP ViT-B/16"):
        manifest.record("clip.safetensors")
    assert manifests.parse(json.loads(manifest.to_json()), HERE) == manifest


def test_reading_needs_no_torch(tmp_path: Path) -> None:
    import subprocess
    import sys

    (tmp_path / "manifest.json").write_text(json.dumps(layout()), encoding="utf-8")
    code = (
        "import sys, pathlib; from rtedit_desktop.packs import catalog, store;"
        "from rtedit_desktop.packs.manifest import reading;"
        "reading.read(pathlib.Path(sys.argv[1])); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
