"""Results that an earlier version wrote open as they were; the bytes in ``earlier/`` are that version's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from support.journal_entries import dots

from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.core.geometry import Square
from rtedit_desktop.core.region import Region, Stroke
from rtedit_desktop.core.requests import ApplyRequest, EditRequest
from rtedit_desktop.history.entry_file import prompt_of, unpacked

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


def test_presets() -> None:
    asked: list[tuple[Path, str]] = []

    def find(path: Path, sha256: str) -> Path:
        asked.append((path, sha256))
        return Path("moved.rtpreset")

    entry = unpacked((EARLIER / "apply.result").read_bytes(), find)
    request = entry.request
    assert isinstance(request, ApplyRequest)
    assert asked == [(Path("/home/someone/presets/smile.rtpreset"), SMILE)]
    assert (request.spec.pack, request.spec.uses) == ("avatars", ((Path("moved.rtpreset"), 0.5),))
    assert (request.spec.seed, request.spec.steps, entry.picked, entry.region) == (7, None, True, None)
    assert prompt_of(EARLIER / "apply.result") is None
