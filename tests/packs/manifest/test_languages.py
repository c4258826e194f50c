"""Packs that can be asked in other languages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.manifests import HERE, layout, wordless

from rtedit_desktop.core.errors import PackDamaged, PromptError
from rtedit_desktop.core.packs.learned_edits import STRONG
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.presets.library import FolderPresetLibrary

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
