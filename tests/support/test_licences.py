"""The parts of the app, from what is installed and from the list in a bundle."""

from __future__ import annotations

from pathlib import Path

import pytest

from rtedit_desktop.support import licences
from rtedit_desktop.support.licences import Part


def test_what_is_installed_is_found_with_its_licence() -> None:
    found = {part.name.lower(): part for part in licences.collect()}
    assert {"numpy", "torch", "pillow", "python", "urllib3"} <= set(found)
    assert "rtedit-desktop" not in found and "pytest" not in found
    assert "BSD" in found["numpy"].licence and "Redistribution" in found["numpy"].text
    assert all(part.version and part.licence for part in found.values())


def test_what_is_left_out_brings_nothing_with_it() -> None:
    found = {part.name.lower() for part in licences.collect(lambda name: name == "torch")}
    assert "torch" not in found and "numpy" in found


def test_what_an_extra_brings_is_listed_where_it_is_asked_for() -> None:
    asked = {part.name.lower() for part in licences.collect(also=("cryptography", "websockets"))}
    assert {"cryptography", "cffi", "websockets", "numpy"} <= asked
    assert "cryptography" not in {part.name.lower() for part in licences.collect()}


def test_a_bundle_brings_its_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [Part("Käse", "1", "MIT", "https://example.org", "Text")]
    licences.write(parts, tmp_path / licences.FILE)
    monkeypatch.setattr(licences, "resources", lambda: tmp_path)
    assert licences.parts() == parts


def test_a_damaged_list_is_collected_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / licences.FILE).write_text('[{"name": 3')
    monkeypatch.setattr(licences, "resources", lambda: tmp_path)
    assert len(licences.parts()) > 10
