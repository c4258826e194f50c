"""What a release needs besides the packages."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from support.packaging_scripts import ROOT, module

from rtedit_desktop.support.release import Release, release

REPOSITORY = "https://github.com/owner/name"
NAMES = ("rtedit_0.2.0_amd64.deb", "RTEdit-0.2.0-arm64.dmg", "rtedit-0.2.0-setup.exe")


def test_the_addresses_that_it_writes_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = module("release")
    made.write_addresses(REPOSITORY + "/", tmp_path / "release.json")
    monkeypatch.setattr("rtedit_desktop.support.release.resources", lambda: tmp_path)
    assert release() == Release(
        "https://api.github.com/repos/owner/name/releases/latest", f"{REPOSITORY}/releases/latest"
    )
    with pytest.raises(SystemExit):
        made.write_addresses("https://elsewhere.example/owner/name", tmp_path / "release.json")


def test_the_sources_have_none() -> None:
    assert json.loads((ROOT / "resources" / "release.json").read_text("utf-8")) == {"updates": "", "page": ""}


def test_what_is_too_large_is_cut_into_parts_that_join(tmp_path: Path) -> None:
    content = bytes(range(256)) * 10
    (tmp_path / "large.deb").write_bytes(content)
    (tmp_path / "small.deb").write_bytes(content[:1000])
    parts = module("release").split(tmp_path, most=1000)
    assert [part.name for part in parts] == ["large.deb.part1", "large.deb.part2", "large.deb.part3"]
    assert b"".join(part.read_bytes() for part in parts) == content
    assert not (tmp_path / "large.deb").exists() and (tmp_path / "small.deb").exists()


def test_every_channel_gets_addresses_and_hashes(tmp_path: Path) -> None:
    made, assets = module("release"), tmp_path / "assets"
    assets.mkdir()
    for name in (*NAMES, "rtedit-cuda_0.2.0_amd64.deb.part1", "rtedit-cuda-0.2.0-setup.exe"):
        (assets / name).write_bytes(name.encode())
    files = made.manifests(assets, tmp_path / "out", REPOSITORY, "v0.2.0")
    assert {file.parent.name for file in files} == {"homebrew", "winget", "flathub"}
    texts = "\n".join(file.read_text("utf-8") for file in files)
    assert not re.search("@[A-Z]", texts)
    for name in NAMES:
        assert f"{REPOSITORY}/releases/download/v0.2.0/{name}" in texts
        assert hashlib.sha256(name.encode()).hexdigest() in texts
    (assets / NAMES[0]).unlink()
    with pytest.raises(SystemExit, match="there must be one"):
        made.manifests(assets, tmp_path / "out", REPOSITORY, "v0.2.0")


def test_manifests_can_be_parsed() -> None:
    yaml = pytest.importorskip("yaml")
    for path in (ROOT / "packaging" / "channels").rglob("*.yaml"):
        text = re.sub("@[A-Z0-9_]+@", "x", path.read_text("utf-8"))
        assert isinstance(yaml.safe_load(text), dict)


def test_a_hash_of_digits_alone_stays_text() -> None:
    yaml = pytest.importorskip("yaml")
    for path in (ROOT / "packaging" / "channels").rglob("*.yaml"):
        text = re.sub("@[A-Z]+_SHA256@", "1" * 64, path.read_text("utf-8"))
        told = str(yaml.safe_load(re.sub("@[A-Z0-9_]+@", "x", text)))
        assert ("1" * 64 in told) == (f"'{'1' * 64}'" in told)


def test_a_wheel_has_to_fit_an_index(tmp_path: Path) -> None:
    made = module("release")
    assert not made.wheels_fit(tmp_path)
    with (tmp_path / "a.whl").open("wb") as file:
        file.truncate(made.MOST_OF_A_WHEEL)
    assert made.wheels_fit(tmp_path)
    with (tmp_path / "b.whl").open("wb") as file:
        file.truncate(made.MOST_OF_A_WHEEL + 1)
    assert not made.wheels_fit(tmp_path)
