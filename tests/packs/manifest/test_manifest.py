from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.nets import tiny_pack

from rtedit_desktop.core.domain import DomainStatistics
from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.core.errors import PackDamaged, PackError, PackMissing, PromptError
from rtedit_desktop.core.packs.learned_edits import STRONG
from rtedit_desktop.core.packs.pack_info import PAIR_SETTINGS
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.packs.manifest import shared_parts
from rtedit_desktop.packs.manifest.manifest import Schedule
from rtedit_desktop.presets.library import FolderPresetLibrary

RECORD = {"sha256": "0" * 64, "bytes": 1}
FILES = {"unet.safetensors": RECORD, "clip.safetensors": RECORD}
HERE = Path("somewhere")


def layout(**changes: Any) -> dict[str, Any]:
    return {"format": 1, **tiny_pack.fields(), "files": dict(FILES), **changes}


def changed(path: str, value: object) -> dict[str, Any]:
    """The tiny layout with one inner field set; ``...`` takes it away."""
    *outer, last = path.split("/")
    whole = layout()
    place: Any = whole
    for key in outer:
        place = place[int(key)] if key.isdigit() else place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return whole


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


def wordless(**changes: Any) -> dict[str, Any]:
    """A pack of two edits and no text model."""
    edits = [
        {"file": "a.rtpreset", "title": "Beard", "phrases": ["beard", "full beard"]},
        {"file": "b.rtpreset", "title": "Long hair", "phrases": ["long hair"]},
    ]
    files = dict.fromkeys(("unet.safetensors", "a.rtpreset", "b.rtpreset"), RECORD)
    whole = layout(edits=edits, files=files, kind_of_word={}, **changes)
    for key in ("clip", "vocabulary", *(["suggestions"] if "suggestions" not in changes else [])):
        del whole[key]
    return whole


def test_a_pack_without_a_text_model_suggests_its_edits_but_not_the_weak_ones() -> None:
    manifest = manifests.parse(wordless(unsure=["long hair"]), HERE)
    info = manifest.info
    assert [one.prompt for one in info.suggestions] == ["beard"]
    assert info.unsure_about("a face with LONG hair and a beard") == ("long hair",)
    assert info.unsure_about("a beard") == ()
    assert manifests.parse(json.loads(manifest.to_json()), HERE) == manifest
    own = manifests.parse(wordless(suggestions=[{"prompt": "long hair, full beard"}]), HERE).info
    assert [one.prompt for one in own.suggestions] == ["long hair, full beard"]


@pytest.mark.parametrize("prompt", ["full", "very", "beard not long hair"])
def test_a_suggestion_that_no_edit_does_is_refused(prompt: str) -> None:
    with pytest.raises(PackDamaged, match=r"suggestions\[0\]\.prompt"):
        manifests.parse(wordless(suggestions=[{"prompt": prompt}]), HERE)


def test_statistics_of_the_domain_need_no_text_model() -> None:
    usual = {"far": 2.8, "mean": [1.0, 2.0], "deviation": [0.1, 0.2]}
    manifest = manifests.parse(wordless(domain_statistics=usual), HERE)
    assert manifest.info.domain_statistics == DomainStatistics(far=2.8, mean=(1.0, 2.0), deviation=(0.1, 0.2))
    assert manifests.parse(json.loads(manifest.to_json()), HERE) == manifest


@pytest.mark.parametrize(
    "changes", [{"mean": []}, {"mean": [1.0]}, {"deviation": [0.1, 0.0]}, {"far": -1}, {"far": None}, {"near": 1}]
)
def test_statistics_that_contradict_themselves_are_refused(changes: dict[str, Any]) -> None:
    usual = {"far": 2.8, "mean": [1.0, 2.0], "deviation": [0.1, 0.2], **changes}
    with pytest.raises(PackDamaged, match="domain_statistics"):
        manifests.parse(layout(domain_statistics=usual), HERE)


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


GERMAN = {
    "source": "Gesicht",
    "words": {"smiling": ["lachendes", "lächelndes"], "face": ["Gesicht"], "with": ["mit"], "glasses": ["Brille"]},
    "suggestions": {"smiling face": "lachendes Gesicht", "face with glasses": "Gesicht mit Brille", "face": "Gesicht"},
    "titles": {"Beard": "Bart"},
}


def test_a_pack_can_be_asked_in_other_languages() -> None:
    manifest = manifests.parse(layout(languages={"de": GERMAN}), HERE)
    info = manifest.info
    assert info.meaning("lachendes Gesicht mit Brille") == "smiling face with glasses"
    assert [one.prompt for one in info.in_language("de").suggestions] == [
        "lachendes Gesicht",
        "Gesicht mit Brille",
        "face in a sketch",
    ]
    assert manifests.parse(json.loads(manifest.to_json()), HERE) == manifest
    words = {"beard": ["Bart", "Bärte"]}
    edits = manifests.parse(
        wordless(
            languages={"de": {"words": words, "suggestions": {"beard": "Bart"}}}, suggestions=[{"prompt": "beard"}]
        ),
        HERE,
    ).info
    assert [edit.file for edit, _ in edits.asked_edits("Bart").uses] == ["a.rtpreset"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"words": {"zebra": ["Zebra"]}}, r"languages\.de\.words\.zebra uses “zebra”"),
        ({"words": {"smiling": ["!"]}}, r"languages\.de\.words\.smiling\[0\] has no words"),
        ({"words": {"smiling": ["Gesicht"], "face": ["gesicht"]}}, r"words\.face\[0\] means “smiling” already"),
        ({"words": {"smiling": [7]}}, r"words\.smiling\[0\] must be text"),
        ({"words": []}, r"words must be an object"),
        ({"suggestions": {"angry face": "lachendes Gesicht"}}, r"is neither a text of the suggestions"),
        ({"suggestions": {"smiling face": "Gesicht mit Brille"}}, r"does not mean the same"),
        ({"source": "Brille"}, r"languages\.de\.source does not mean"),
        ({"titles": {"Beard": ""}}, r"titles\.Beard must not be empty"),
        ({"words": {"smiling": ["so " * 13]}}, r"words\.smiling\[0\] must not have more than 12 words"),
        ({"suggestions": {str(n): "Gesicht" for n in range(2001)}}, r"suggestions must not have more than 2000"),
        ({"more": 1}, r"languages\.de\.more is not a known field"),
    ],
)
def test_what_is_wrong_with_a_language_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(PackDamaged, match=field):
        manifests.parse(layout(languages={"de": {**GERMAN, **changes}}), HERE)
    with pytest.raises(PackDamaged, match=r"languages\.German"):
        manifests.parse(layout(languages={"German": GERMAN}), HERE)


def test_the_packs_that_come_with_the_app_speak_german() -> None:
    """What they suggest means the same, which is looked at when it is read."""
    packs = {pack.id: pack for pack in Catalog.default().packs()}
    for pack in packs.values():
        german = pack.languages["de"]
        assert {one.prompt for one in pack.suggestions} <= german.suggestions.keys()
        assert {edit.title for edit in pack.edits} <= german.titles.keys()
    assert packs["avatars"].meaning("Lachendes Gesicht") == "smiling face"
    asked = packs["portraits"].asked_edits("sehr blasses Gesicht mit rotem Lippenstift, Sepiafoto")
    assert [(edit.title, strength) for edit, strength in asked.uses] == [
        ("Pale", STRONG),
        ("Red lipstick", 1.0),
        ("Sepia", 1.0),
    ]
    assert not asked.unknown
    with pytest.raises(PromptError):
        packs["portraits"].asked_edits("ohne roten Lippenstift")
    titles = {preset.title for preset in FolderPresetLibrary().presets() if preset.built_in}
    assert titles <= packs["avatars"].languages["de"].titles.keys() | packs["portraits"].languages["de"].titles.keys()
