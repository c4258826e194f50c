from __future__ import annotations

import json
from pathlib import Path

import pytest

from rtedit_desktop.core.settings import AppSettings, load, save


def test_what_was_saved_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.json"
    save(AppSettings(cache_mib=64), path)
    assert load(path) == AppSettings(cache_mib=64)
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "said", ["", "{", "[]", '"x"', '{"cache_mib": "64"}', '{"cache_mib": -1}', '{"cache_mib": true}', "[" * 100_000]
)
def test_what_cannot_be_used_is_the_usual(said: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(said)
    assert load(path) == AppSettings()
    save(AppSettings(cache_mib=1), path)
    assert load(path).cache_mib == 1


def test_a_missing_or_unreadable_file_is_the_usual(tmp_path: Path) -> None:
    assert load(tmp_path / "none.json") == AppSettings()
    (tmp_path / "folder.json").mkdir()
    assert load(tmp_path / "folder.json") == AppSettings()
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    assert load(tmp_path / "bytes.json") == AppSettings()


def test_what_a_newer_version_put_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "dark", "cache_mib": 10}')
    save(AppSettings(cache_mib=20), path)
    assert json.loads(path.read_text()) == {"theme": "dark", "cache_mib": 20}
