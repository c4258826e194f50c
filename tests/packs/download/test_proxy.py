"""Downloads over TLS and through proxies, both real and on this machine."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from patience import PATIENCE_S
from support.downloads import CONTENT, QUICK, DownloadRun
from support.host import Act, Host, serving, sha256
from support.proxy import Proxy, proxying

from rtedit_desktop.core.errors import DownloadError
from rtedit_desktop.packs.download.file_download import Patience
from rtedit_desktop.support.network import NetworkSettings

FEW = Patience(stall=PATIENCE_S, retries=1, first_wait=0.001)


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def host(authority: trustme.CA) -> Iterator[Host]:
    """One that speaks TLS, with a certificate by the authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with serving(CONTENT, context) as host:
        yield host


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the authority, as that of an office would."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with proxying() as proxy:
        yield proxy


def job(host: Host, folder: Path, proxy: str = "none") -> DownloadRun:
    return DownloadRun(host, folder, settings=NetworkSettings(proxy=proxy))


def test_a_certificate_of_nobody_known_is_refused_at_once(host: Host, tmp_path: Path) -> None:
    asked = job(host, tmp_path)
    with pytest.raises(DownloadError, match="certificate was refused") as caught:
        asked.run()
    assert "clock" in caught.value.todo and len(asked.lines()) == 1 and not host.asked


@pytest.mark.usefixtures("trusted")
def test_over_tls_a_cut_connection_is_resumed(host: Host, tmp_path: Path) -> None:
    host.will([Act(cut_after=70_000)])
    assert host.url.startswith("https://") and job(host, tmp_path).run() == sha256(CONTENT)
    assert [asked.get("range") for asked in host.asked] == [None, "bytes=70000-"]


@pytest.mark.usefixtures("trusted")
def test_through_a_proxy_all_of_it_is_tunnelled(host: Host, proxy: Proxy, tmp_path: Path) -> None:
    host.will([Act(cut_after=70_000)])
    assert job(host, tmp_path, proxy.url()).run() == sha256(CONTENT)
    place = f"CONNECT 127.0.0.1:{host.server.server_port}"
    assert proxy.asked == [place, place], "nothing but where to; the rest is encrypted"


@pytest.mark.usefixtures("trusted")
def test_the_proxy_of_the_system_is_used_unless_there_shall_be_none(
    host: Host, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", proxy.url())
    assert job(host, tmp_path, "").run() == sha256(CONTENT) and len(proxy.asked) == 1
    (tmp_path / "file.bin").unlink()
    assert job(host, tmp_path, "none").run() == sha256(CONTENT) and len(proxy.asked) == 1


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("tls", [True, False])
def test_a_proxy_that_asks_for_a_password(host: Host, tmp_path: Path, tls: bool) -> None:
    with serving(CONTENT) as plain, proxying("annabel:pass word") as proxy:
        target = host if tls else plain
        with pytest.raises(DownloadError, match="asks for a name and a password") as caught:
            job(target, tmp_path, proxy.url()).run(QUICK)
        assert "http://name:password@" in caught.value.todo and len(proxy.asked) == 1, "asking again would not help"
        asked = job(target, tmp_path, proxy.url("annabel:pass%20word"))
        assert asked.run() == sha256(CONTENT)
        assert "annabel" not in asked.log.path.read_text()


@pytest.mark.usefixtures("trusted")
def test_a_proxy_that_refuses_or_is_not_there(host: Host, tmp_path: Path) -> None:
    with proxying() as proxy:
        proxy.refuses = 403
        with pytest.raises(DownloadError, match="the proxy does not answer, or refuses"):
            job(host, tmp_path, proxy.url()).run(FEW)
    with pytest.raises(DownloadError, match="the proxy does not answer, or refuses") as caught:
        job(host, tmp_path, proxy.url()).run(FEW)
    assert "fetch it by hand" in caught.value.todo and not host.asked
