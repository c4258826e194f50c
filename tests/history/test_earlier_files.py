"""Results that an earlier version wrote open as they were; the bytes in ``earlier/`` are that version's own."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from support.journal_entries import dots

from rtedit_desktop.core.edits import EditSettings, PresetUse
from rtedit_desktop.core.json_reader import FieldError
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.region import Region, Stroke
from rtedit_desktop.core.requests import ApplyRequest, EditRequest
from rtedit_desktop.history.entry_file import packed, prompt_of, unpacked

EARLIER = Path(__file__).with_name("earlier")
SMILE = "fa1eadc4c6995667412681c69ce33adfc9302a2965f521c40908549e670e2e4e"


def test_an_edit() -> None:
    entry = unpacked((EARLIER / "edit.result").read_bytes(), lambda path, _: path)
    request = entry.request
    assert isinstance(request, EditRequest)
    assert (request.spec.prompt, request.spec.source, request.spec.pack) == ("smiling “face” ☺", "face", "avatars")
    assert request.spec.settings == EditSettings(seed=3, strength=0.7)
    assert np.array_equal(request.picture, dots(8, 1)) and np.array_equal(entry.picture, dots(8, 2))
    assert (entry.id, entry.made, entry.score) == ("0123456789abcdef0123456789abcdef", 1790000000.25, 0.25)
    assert entry.square == Square(x=1, y=2, side=60) and not entry.picked
    drawn = (Stroke(points=((1.0, 2.0), (3.5, 4.25)), width=3.0), Stroke(points=((0.0, 0.0), (9.0, 9.0))))
    assert entry.region == Region(strokes=drawn, softness=1.5)
    assert entry.recipe == {"prompt": request.spec.prompt, "settings": {"seed": 3}} and entry.seconds == {"total": 1.5}
    assert prompt_of(EARLIER / "edit.result") == ("avatars", "smiling “face” ☺")


def test_what_is_written_now_has_the_same_form_and_its_version() -> None:
    for name in ("edit", "apply"):
        entry = unpacked((EARLIER / f"{name}.result").read_bytes(), lambda path, _: path)
        before, now = (
            json.loads(zipfile.ZipFile(io.BytesIO(content)).read("result.json"))
            for content in ((EARLIER / f"{name}.result").read_bytes(), packed(entry))
        )
        assert now["request"].pop("spec_version") == 1
        for use in now["request"].get("presets", ()):
            assert use["sha256"] == "", "the preset is not on this computer"
            use["sha256"] = SMILE
        if name == "edit":
            came_later = {"blending": "auto", "learned_part": "all"}
            assert now["request"].pop("settings") == {**before["request"].pop("settings"), **came_later}
        assert now == before


@pytest.mark.parametrize(
    ("name", "changes", "why"),
    [
        ("edit", {"spec_version": 2}, "request.spec_version must be 1"),
        ("edit", {"kind": "learn"}, "request.kind must be one of edit, apply"),
        ("edit", {"prompt": ""}, "request.prompt must not be empty"),
        ("edit", {"settings": {"t0": 0}}, "request.settings: t0 is 0"),
        ("edit", {"mood": "bright"}, "request.mood is not a known field"),
        ("apply", {"presets": [{"path": "a", "strength": 9}]}, r"request.presets\[0\].strength must be a number"),
    ],
)
def test_what_cannot_be_made_again_is_refused_and_named(name: str, changes: dict[str, object], why: str) -> None:
    with zipfile.ZipFile(EARLIER / f"{name}.result") as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    record = json.loads(members["result.json"])
    record["request"].update(changes)
    members["result.json"] = json.dumps(record).encode()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for one, raw in members.items():
            archive.writestr(one, raw)
    with pytest.raises(FieldError, match=why):
        unpacked(content.getvalue(), lambda path, _: path)


def test_presets() -> None:
    asked: list[tuple[Path, str]] = []

    def find(path: Path, sha256: str) -> Path:
        asked.append((path, sha256))
        return Path("moved.rtpreset")

    entry = unpacked((EARLIER / "apply.result").read_bytes(), find)
    request = entry.request
    assert isinstance(request, ApplyRequest)
    assert asked == [(Path("/home/someone/presets/smile.rtpreset"), SMILE)]
    assert (request.spec.pack, request.spec.uses) == ("avatars", (PresetUse(Path("moved.rtpreset"), 0.5),))
    assert (request.spec.seed, request.spec.steps, entry.picked, entry.region) == (7, None, True, None)
    assert prompt_of(EARLIER / "apply.result") is None
