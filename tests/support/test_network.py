from __future__ import annotations

import os
from pathlib import Path

import pytest

from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.support import network
from rtedit_desktop.support.network import HUB, NetworkSettings
from rtedit_desktop.support.network_log import NetworkLog


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    monkeypatch.delenv("HF_ENDPOINT", raising=False)


def test_settings_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert network.load() == NetworkSettings()
    settings = NetworkSettings(proxy="http://10.0.0.1:8080", mirror="https://mirror.example/hub")
    network.save(settings)
    assert network.load() == settings
    monkeypatch.setenv("HF_ENDPOINT", "https://other.example/")
    assert network.load() == settings
    network.save(NetworkSettings())
    assert network.load().mirror == "https://other.example"


def test_a_mirror_stands_for_the_hub_alone() -> None:
    settings = NetworkSettings(mirror="https://mirror.example/hub/")
    assert settings.mirrored(f"{HUB}/a/b") == "https://mirror.example/hub/a/b"
    assert settings.mirrored("https://huggingface.company.example/a") == "https://huggingface.company.example/a"
    assert settings.mirrored("https://elsewhere.example/a") == "https://elsewhere.example/a"


@pytest.mark.parametrize(
    "wrong",
    [
        {"mirror": "http://mirror.example"},
        {"mirror": "x"},
        {"proxy": "proxy:8080"},
        {"proxy": "http://"},
        {"proxy": "http://a:b"},
    ],
)
def test_wrong_addresses(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="is not a"):
        NetworkSettings(**wrong)


DEEP = ("[" * 20_000, '{"a":' * 10_000, "x" * 70_000)


@pytest.mark.parametrize("text", ["[]", "{", '{"proxy": 5}', '{"other": "x"}', "\ud83d", *DEEP])
def test_settings_that_cannot_be_read_are_reported_and_put_aside(text: str) -> None:
    content = text.encode("utf-8", "surrogatepass")
    network.settings_file().parent.mkdir(parents=True)
    network.settings_file().write_bytes(content)
    aside = network.settings_file().with_name("network.damaged")
    for _ in range(2):  # nobody goes online without a proxy that somebody set
        with pytest.raises(SettingsError, match="cannot be read") as caught:
            network.load()
        assert "network.damaged" in caught.value.todo
        assert aside.read_bytes() == content and not network.settings_file().exists()
    network.save(NetworkSettings(proxy="none"))
    assert network.load() == NetworkSettings(proxy="none")
    assert aside.read_bytes() == content


def test_settings_that_cannot_be_opened_stay_where_they_are() -> None:
    network.settings_file().mkdir(parents=True)
    with pytest.raises(SettingsError, match="cannot be read") as caught:
        network.load()
    assert "network.json" in caught.value.todo and network.settings_file().is_dir()


def test_safe_addresses() -> None:
    assert network.is_safe("https://host.example/x") and network.is_safe("http://127.0.0.1:80/x")
    for url in ("http://host.example", "http://127.0.0.1.example/", "https://", "file:///x", "https://[", ""):
        assert not network.is_safe(url)


def test_the_log_is_told_in_lines_the_latest_last() -> None:
    assert network.requests_made() == []
    log = NetworkLog(network.log_file())
    log.request("https://name:secret@host.example/a?key=1", "download a", range="bytes=5-")
    log.answer("https://host.example/a", status=206, bytes=7)
    with network.log_file().open("a", encoding="utf-8") as file:
        file.write("not ours\n[1]\n")
    asked, answered, *others = network.requests_made()
    assert asked.endswith("  https://host.example/a?…  purpose: download a  range: bytes=5-")
    assert answered.endswith("  https://host.example/a  status: 206  bytes: 7")
    assert others == ["not ours", "[1]"] and network.requests_made(1) == ["[1]"]
    os.replace(network.log_file(), network.log_file().with_name("network-log-older.jsonl"))
    log.request("https://host.example/b", "download b")
    assert len(network.requests_made()) == 5 and "download b" in network.requests_made()[-1]


@pytest.mark.skipif(os.name != "posix", reason="rights are another matter there")
@pytest.mark.parametrize("there", [False, True])
def test_a_password_is_for_nobody_else_to_read(there: bool) -> None:
    if there:
        network.settings_file().parent.mkdir(parents=True)
        network.settings_file().write_text("{}")
        network.settings_file().chmod(0o644)
    network.save(NetworkSettings(proxy="http://name:word@proxy.example:8080"))
    assert network.settings_file().stat().st_mode & 0o777 == 0o600
