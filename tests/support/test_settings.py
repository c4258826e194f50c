from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from rtedit_desktop.support.settings import AppSettings, change, load, save


def test_what_was_saved_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.json"
    save(AppSettings(cache_mib=64), path)
    assert load(path) == AppSettings(cache_mib=64)
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "stored", ["", "{", "[]", '"x"', '{"cache_mib": "64"}', '{"cache_mib": -1}', '{"cache_mib": true}', "[" * 100_000]
)
def test_what_cannot_be_used_is_the_usual(stored: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(stored)
    assert load(path) == AppSettings()
    save(AppSettings(cache_mib=1), path)
    assert load(path).cache_mib == 1


@pytest.mark.parametrize("author", ["x" * 201, "two\nlines", "\ud800", 5, None])
def test_a_line_that_is_none_is_left_out(author: object, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"author": author, "licence": "CC0 1.0"}))
    assert load(path) == AppSettings(licence="CC0 1.0")
    change(path, author="Ångström 写真")
    assert load(path) == AppSettings(author="Ångström 写真", licence="CC0 1.0")


def test_two_who_change_something_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"

    def count(name: str) -> None:
        for n in range(20):
            change(path, **{name: n if name == "cache_mib" else str(n)})

    threads = [threading.Thread(target=count, args=[name]) for name in ("cache_mib", "author", "licence")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert load(path) == AppSettings(cache_mib=19, author="19", licence="19")


def test_a_missing_or_unreadable_file_is_the_usual(tmp_path: Path) -> None:
    assert load(tmp_path / "none.json") == AppSettings()
    (tmp_path / "folder.json").mkdir()
    assert load(tmp_path / "folder.json") == AppSettings()
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    assert load(tmp_path / "bytes.json") == AppSettings()


def test_what_a_newer_version_put_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"sounds": "dark", "cache_mib": 10}')
    save(AppSettings(cache_mib=20), path)
    stored = json.loads(path.read_text())
    assert (stored["sounds"], stored["cache_mib"]) == ("dark", 20)


@pytest.mark.parametrize("stored", ["pink", 3, None, ["dark"]])
def test_a_theme_that_is_none_is_the_systems(stored: object, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"theme": stored}))
    assert load(path).theme == "system"
    change(path, theme="dark")
    assert load(path).theme == "dark"


def test_choices_about_saving(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"impersonal": 1, "results": ["x"]}))
    assert load(path) == AppSettings()
    change(path, impersonal=True, results="/photos/edited")
    assert load(path) == AppSettings(impersonal=True, results="/photos/edited")


def test_choices_about_computing(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"device": "abacus", "precision": 32, "gpu_percent": 5}))
    assert load(path) == AppSettings()
    change(path, device="cpu", precision="float32", gpu_percent=50)
    assert load(path) == AppSettings(device="cpu", precision="float32", gpu_percent=50)
