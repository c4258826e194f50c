"""Manifests that are wrong: each is refused with the field that is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.manifests import FILES, HERE, RECORD, changed, layout, wordless

from rtedit_desktop.core.errors import PackDamaged, PackError
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.packs.manifest import shared_parts


@pytest.mark.parametrize("prompt", ["full", "very", "beard not long hair"])
def test_a_suggestion_that_no_edit_does_is_refused(prompt: str) -> None:
    with pytest.raises(PackDamaged, match=r"suggestions\[0\]\.prompt"):
        manifests.parse(wordless(suggestions=[{"prompt": prompt}]), HERE)


@pytest.mark.parametrize(
    "changes", [{"mean": []}, {"mean": [1.0]}, {"deviation": [0.1, 0.0]}, {"far": -1}, {"far": None}, {"near": 1}]
)
def test_statistics_that_contradict_themselves_are_refused(changes: dict[str, Any]) -> None:
    usual = {"far": 2.8, "mean": [1.0, 2.0], "deviation": [0.1, 0.2], **changes}
    with pytest.raises(PackDamaged, match="domain_statistics"):
        manifests.parse(layout(domain_statistics=usual), HERE)


@pytest.mark.parametrize("note", ["", "{", "[]", '{"format": 2}', '{"format": 1, "part": "other", "file": {}}'])
def test_a_damaged_note_of_a_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, note: str) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    folder = shared_parts.folder("ViT-B-16-quickgelu")
    folder.mkdir(parents=True)
    (folder / "part.json").write_text(note)
    with pytest.raises(PackDamaged, match="CLIP ViT-B/16 is damaged"):
        shared_parts.record("ViT-B-16-quickgelu")
    assert not shared_parts.installed("ViT-B-16-quickgelu")


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("id", "../evil", "id"),
        ("id", "Tiny", "id"),
        ("id", ..., "id"),
        ("title", 3, "title"),
        ("title", "x" * 3_900_000, "title"),
        ("attribution", "x" * 70_000, "attribution"),
        ("templates", ["{}"] * 1001, "templates"),
        ("vocabulary", ["face", "x" * 101], "vocabulary[1]"),
        ("vocabulary", ["face"] * 100_001, "vocabulary"),
        ("edits", [{"file": "a.rtpreset", "title": "A", "phrases": ["a"]}] * 1001, "edits"),
        ("edits", [{"file": "a.rtpreset", "title": "A", "phrases": ["a"] * 101}], "edits[0].phrases"),
        ("settings", {"default": {}, **{f"kind {n}": {} for n in range(1000)}}, "settings"),
        ("files", {f"f{n}": {"sha256": "0" * 64, "bytes": 0} for n in range(2001)}, "files"),
        ("edits", [{"file": "a.rtpreset", "title": "A", "phrases": ["a"] * 100}] * 51, "edits"),
        ("suggestions", [{"prompt": "face"}] * 501, "suggestions"),
        ("unsure", ["face"] * 201, "unsure"),
        ("languages", {f"a{chr(97 + n)}": {"words": {}} for n in range(21)}, "languages"),
        ("unet/config/block_out_channels", [32] * 17, "block_out_channels"),
        ("title", "  ", "title"),
        ("title", "\x1b[31mred", "title"),
        ("title", "\ud800", "title"),
        ("version", None, "version"),
        ("source", "", "source"),
        ("image_size", 32.0, "image_size"),
        ("image_size", True, "image_size"),
        ("image_size", 33, "image_size"),
        ("image_size", 10**400, "image_size"),
        ("format", "1", "format"),
        ("surprise", 1, "surprise"),
        ("unet", [], "unet"),
        ("unet/prediction_type", "noise", "unet.prediction_type"),
        ("unet/prediction_type", [], "unet.prediction_type"),
        ("unet/learned_variance", 0, "unet.learned_variance"),
        ("unet/learned_variance", True, "unet.config.out_channels"),
        ("unet/pixel_unshuffle", 4, "unet.config.in_channels"),
        ("unet/pixel_unshuffle", 0, "unet.pixel_unshuffle"),
        ("unet/config/in_channels", 3, "unet.config.in_channels"),
        ("unet/config/layers_per_block", 10**9, "unet.config.layers_per_block"),
        ("unet/config/block_out_channels", "32", "unet.config.block_out_channels"),
        ("unet/config/block_out_channels", [32, 10**9], "unet.config.block_out_channels"),
        ("unet/config/block_out_channels", [], "unet.config.down_block_types"),
        ("unet/config/up_block_types", ["UpBlock2D"], "unet.config.up_block_types"),
        ("unet/config/up_block_types", ["UpBlock2D", "os.system"], "unet.config.up_block_types"),
        ("unet/config/up_block_types", ["UpBlock2D", ["UpBlock2D"]], "unet.config.up_block_types"),
        ("unet/config/norm_num_groups", "8", "unet.config.norm_num_groups"),
        ("unet/config/norm_num_groups", 24, "unet.config.norm_num_groups"),
        ("unet/config/dropout", [0.1], "unet.config.dropout"),
        ("unet/config/class_embed_type", "timestep", "unet.config.class_embed_type"),
        ("unet/time_channels", -1, "unet.time_channels"),
        ("unet/time_channels", 64.0, "unet.time_channels"),
        ("schedule/beta_start", "1e-4", "schedule.beta_start"),
        ("schedule/beta_start", 0.03, "schedule.beta_end"),
        ("schedule/timesteps", 1, "schedule.timesteps"),
        ("clip/config/embed_dim", 0, "clip.config.embed_dim"),
        ("clip/config/visual", {}, "clip.config.visual"),
        ("clip/config/vision_cfg/image_size", 64, "clip.config.vision_cfg.image_size"),
        ("clip/config/vision_cfg/layers", [1, 1, 1], "clip.config.vision_cfg.layers"),
        ("clip/config/vision_cfg/timm_model_name", "x", "clip.config.vision_cfg.timm_model_name"),
        ("clip/config/text_cfg/hf_model_name", "x", "clip.config.text_cfg.hf_model_name"),
        ("clip/config/text_cfg/vocab_size", 100, "clip.config.text_cfg.vocab_size"),
        ("clip/config/text_cfg/heads", True, "clip.config.text_cfg.heads"),
        ("clip", {"shared": "../../evil"}, "clip.shared"),
        ("clip", {"shared": ["ViT-B-16-quickgelu"]}, "clip.shared"),
        ("clip", {"shared": "ViT-B-16-quickgelu", "quick_gelu": False}, "clip.quick_gelu"),
        ("clip/mean", [0.5, 0.5], "clip.mean"),
        ("clip/mean", [0.5, 0.5, "0.5"], "clip.mean"),
        ("clip/std", [0.25, 0.25, 0], "clip.std"),
        ("clip/quick_gelu", "no", "clip.quick_gelu"),
        ("templates", [], "templates"),
        ("templates", "{}", "templates"),
        ("templates", ["a photo"], "templates[0]"),
        ("templates", ["{}", "{0.__class__} {}"], "templates[1]"),
        ("suggestions", [{"prompt": ""}], "suggestions[0].prompt"),
        ("suggestions", [{"prompt": "old face", "kind": "none"}], "suggestions[0].kind"),
        ("suggestions", [{"prompt": "zombie face"}], "suggestions[0].prompt"),
        ("suggestions", ["old face"], "suggestions[0]"),
        ("unsure", "hat", "unsure"),
        ("unsure", ["hat", 3], "unsure[1]"),
        ("unsure", ["zombie"], "unsure[0]"),
        ("vocabulary", {"face": 1}, "vocabulary"),
        ("vocabulary", ["face", "Old"], "vocabulary[1]"),
        ("vocabulary", ["face", "two words"], "vocabulary[1]"),
        ("vocabulary", ["hat"], "source"),
        ("kind_of_word", {"hat": "none"}, "kind_of_word.hat"),
        ("kind_of_word", {"hat": []}, "kind_of_word.hat"),
        ("settings", {}, "settings.default"),
        ("settings/default/t0", 1000, "settings.default"),
        ("settings/default/t0", 400.5, "settings.default.t0"),
        ("settings/default/strength", 9, "settings.default"),
        ("settings/default/preserve", 1, "settings.default.preserve"),
        ("settings/default/learning_rate", 10**400, "settings.default.learning_rate"),
        ("settings/default/encoding", "magic", "settings.default.encoding"),
        ("settings/default/colour", 1, "settings.default.colour"),
        ("files", [], "files"),
        ("files", {"unet.safetensors": RECORD}, "clip.safetensors"),
        ("files/unet.safetensors", {"sha256": "0" * 64, "bytes": -1}, "files.unet.safetensors.bytes"),
        ("files/unet.safetensors", {"sha256": "0" * 63, "bytes": 1}, "files.unet.safetensors.sha256"),
        ("files/unet.safetensors", {"sha256": None, "bytes": 1}, "files.unet.safetensors.sha256"),
    ],
)
def test_a_wrong_field_is_named(path: str, value: object, field: str) -> None:
    with pytest.raises(PackDamaged) as caught:
        manifests.parse(changed(path, value), HERE)
    assert field in caught.value.what
    assert "somewhere" in caught.value.what
    assert caught.value.todo


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "..",
        "a/b",
        "a\\b",
        "/etc/passwd",
        "C:x",
        "",
        ".hidden",
        "con",
        "NUL.txt",
        "manifest.json",
        "a ",
        200 * "x",
    ],
)
def test_file_names_stay_in_the_folder(name: str) -> None:
    with pytest.raises(PackDamaged, match="plain file name"):
        manifests.parse(layout(files={**FILES, name: RECORD}), HERE)


def test_a_newer_format_asks_for_an_update() -> None:
    with pytest.raises(PackError, match="newer RTEdit") as caught:
        manifests.parse({"format": 2, "unheard": "of"}, HERE)
    assert not isinstance(caught.value, PackDamaged)
    assert "Update" in caught.value.todo


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b'{"format": NaN}', b"[" * 200_000, b'{"format": ' + b"9" * 9999 + b"}"],
)
def test_what_is_not_a_manifest_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(raw)
    with pytest.raises(PackDamaged):
        manifests.read(tmp_path)


def test_a_huge_manifest_is_not_read_into_memory(tmp_path: Path) -> None:
    with (tmp_path / "manifest.json").open("wb") as file:
        file.truncate(2**32)
    with pytest.raises(PackDamaged, match="too large"):
        manifests.read(tmp_path)


def test_a_folder_without_manifest(tmp_path: Path) -> None:
    with pytest.raises(PackDamaged, match=r"no manifest\.json"):
        manifests.read(tmp_path)
