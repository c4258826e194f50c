"""Nobody is asked for the newest version without consent, nor more than once a week; every request is in the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.host import Act, Host, serving

from rtedit_desktop import __version__
from rtedit_desktop.core.new_version import NewVersion
from rtedit_desktop.packs.download import newest_version as module
from rtedit_desktop.packs.download.newest_version import WEEK_S, newest_version
from rtedit_desktop.support import network, settings
from rtedit_desktop.support.release import FILE, Release, release

PAGE = "https://host.example/releases"
NOW = 1.8e9


def tag(name: str) -> bytes:
    return json.dumps({"tag_name": name, "html_url": "https://elsewhere.example", "assets": [{}]}).encode()


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Host]:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    with serving(tag("v99.1.0")) as host:
        monkeypatch.setattr(module, "release", lambda: Release(host.url, PAGE))
        yield host


def test_nobody_is_asked_until_it_is_wanted(host: Host) -> None:
    assert newest_version(NOW) is None
    assert not host.asked and network.requests_made() == [] and not module.note_file().exists()


def test_a_newer_version_is_told_and_the_request_is_logged(host: Host) -> None:
    settings.change(updates=True)
    assert newest_version(NOW) == NewVersion(version="99.1.0", page=PAGE)
    (asked,) = host.asked
    assert set(asked) <= {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert asked["user-agent"] == f"RTEdit/{__version__}"
    assert "newest version" in network.requests_made()[0] and host.url in network.requests_made()[0]


def test_it_is_asked_once_a_week(host: Host) -> None:
    settings.change(updates=True)
    assert newest_version(NOW) is not None
    for later in (0.0, 60.0, WEEK_S - 1):
        assert newest_version(NOW + later) is None
    assert len(host.asked) == 1
    assert newest_version(NOW + WEEK_S) is not None
    settings.change(updates=False)
    assert newest_version(NOW + 9 * WEEK_S) is None
    assert len(host.asked) == 2


@pytest.mark.parametrize("name", [__version__, "0.0.1", "v0.0", "nightly", "99.0.0; rm", "99" * 9])
def test_what_is_no_newer_version_is_no_news(host: Host, name: str) -> None:
    settings.change(updates=True)
    host.content = tag(name)
    assert newest_version(NOW) is None and len(host.asked) == 1


@pytest.mark.parametrize(
    "act",
    [Act(status=404), Act(status=500), Act(cut_after=5), Act(change=b"[]"), Act(change=b"not JSON"), Act(hang_up=True),
     Act(change=b'{"tag_name": 7}'), Act(redirect="http://host.example/insecure")],
)  # fmt: skip
def test_a_host_that_fails_is_no_news_and_not_asked_again(host: Host, act: Act) -> None:
    settings.change(updates=True)
    host.will([act])
    assert newest_version(NOW) is None
    assert newest_version(NOW + 60) is None
    assert len(host.asked) == 1


def test_a_host_that_does_not_end_is_left(host: Host) -> None:
    settings.change(updates=True)
    host.will([Act(endless=True)])
    assert newest_version(NOW) is None


def test_a_build_from_the_sources_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert release() == Release()
    monkeypatch.setattr("rtedit_desktop.support.release.resources", lambda: tmp_path)
    assert release() == Release()
    for content in (
        "[]",
        "{}",
        '{"updates": 1, "page": 2}',
        '{"updates": "http://a.example", "page": "http://a.example"}',
    ):
        (tmp_path / FILE).write_text(content)
        assert release() == Release()
    (tmp_path / FILE).write_text(json.dumps({"updates": "https://a.example/latest", "page": PAGE}))
    assert release() == Release("https://a.example/latest", PAGE)
