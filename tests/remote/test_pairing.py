"""Pairing: a code for one computer, a token for each, and what happens to wrong ones."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import pytest
from support.fake_engine import FakeEngine
from support.serving import Serving, serving

from rtedit_desktop.cli import main
from rtedit_desktop.core.errors import RemoteError, SettingsError
from rtedit_desktop.core.events import Failed, Finished
from rtedit_desktop.core.requests import WarmUpRequest
from rtedit_desktop.remote import guests as guests_module
from rtedit_desktop.remote import pairing
from rtedit_desktop.remote.certificate import Certificate
from rtedit_desktop.remote.client import RemoteEngine
from rtedit_desktop.remote.guests import Guests
from rtedit_desktop.remote.hosts import Host, Hosts, split_address
from rtedit_desktop.remote.pairing import Pairing
from rtedit_desktop.remote.pairing_code import PairingCode

PRINT = "ab" * 32


def finishing() -> FakeEngine:
    return FakeEngine(lambda request, cancelled: iter([Finished(job_id=request.job_id)]))


def run_once(host: Host) -> object:
    engine = RemoteEngine(host)
    try:
        return list(engine.run(WarmUpRequest(pack="tiny"), threading.Event()))[-1]
    finally:
        engine.close()


def only_owner_reads(path: Path) -> bool:
    return os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_code_is_read_as_people_type_it() -> None:
    for _ in range(50):
        code = PairingCode.new(PRINT)
        shown = str(code)
        assert len(shown.split("-")) == 6
        for typed in (shown, shown.lower(), shown.replace("-", " "), shown.replace("O", "0").replace("I", "1")):
            assert PairingCode.read(typed) == code
        assert code.fits(PRINT) and not code.fits("ac" + PRINT[2:])
    for wrong in ("", "AAAA", "A" * 25, "8" * 24, "é" * 24):
        with pytest.raises(ValueError):
            PairingCode.read(wrong)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("workstation", ("workstation", 17865)),
        (" 192.168.1.20:99 ", ("192.168.1.20", 99)),
        ("[fe80::1%eth0]:99", ("fe80::1%eth0", 99)),
        ("::1", ("::1", 17865)),
    ],
)
def test_an_address_is_read_as_it_is_shown(address: str, found: tuple[str, int]) -> None:
    assert split_address(address) == found


@pytest.mark.parametrize(
    "address", ["", "a b", "host:0", "host:99999", "host:x", "https://host", "a/b", "host:٣", "host:000001999999"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(RemoteError, match="no address"):
        split_address(address)


def test_a_computer_is_paired_by_the_code_and_computes(tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []
    hosts = Hosts(tmp_path / "here", tmp_path / "here" / "settings.json", lambda *line: asked.append(line))
    with serving(finishing, tmp_path / "there", pairing=True) as found:
        assert found.pairing is not None
        computer = hosts.pair(f"127.0.0.1:{found.server.port}", str(found.pairing.code))
        assert hosts.all() == [computer]
        assert computer.id == found.certificate.fingerprint
        assert [purpose for _, purpose in asked] == ["pair with a computer that computes"]
        host = hosts.host(computer.id)
        assert host is not None
        assert isinstance(run_once(host), Finished)
        (guest,) = found.guests.all()
        assert host.token not in found.guests.path.read_text(), "its hash alone is kept there"
        for path in (hosts.path, found.guests.path, tmp_path / "there" / "certificate.pem"):
            assert only_owner_reads(path)
        with pytest.raises(RemoteError, match="no code"):  # it was for one computer
            hosts.pair(computer.address, str(found.pairing.code))
        assert any("is paired" in line for line in found.reports)

        hosts.choose(computer)
        assert hosts.chosen() == computer
        found.guests.remove(guest.name)
        end = run_once(host)
        assert isinstance(end, Failed) and "does not let this computer in" in end.what and end.computer
    hosts.forget(computer)
    assert hosts.all() == [] and hosts.chosen() is None


def test_who_is_taken_off_the_list_is_refused_while_connected(tmp_path: Path) -> None:
    with serving(finishing, tmp_path) as found:
        engine = RemoteEngine(found.host("laptop"))
        request = WarmUpRequest(pack="tiny")
        assert isinstance(list(engine.run(request, threading.Event()))[-1], Finished)
        found.guests.remove("laptop")
        end = list(engine.run(WarmUpRequest(pack="tiny"), threading.Event()))[-1]
        assert isinstance(end, Failed) and "not paired any more" in end.what
        engine.close()


def test_nothing_runs_without_a_token(tmp_path: Path) -> None:
    engines: list[FakeEngine] = []

    def make() -> FakeEngine:
        engines.append(finishing())
        return engines[0]

    with serving(make, tmp_path) as found:
        found.host("laptop")
        for token in ("wrong" * 8, found.guests.all()[0].token_sha256):
            end = run_once(found.host(token=token))
            assert isinstance(end, Failed) and "does not let this computer in" in end.what
        with pytest.raises(RemoteError, match="no code"):
            Hosts(tmp_path / "here").pair(
                f"127.0.0.1:{found.server.port}", str(PairingCode.new(found.certificate.fingerprint))
            )
    assert not engines


def pair_wrongly(found: Serving, hosts: Hosts) -> str:
    wrong = PairingCode.new(found.certificate.fingerprint)
    with pytest.raises(RemoteError) as error:
        hosts.pair(f"127.0.0.1:{found.server.port}", str(wrong))
    return error.value.what


def test_wrong_codes_are_counted_and_end_the_pairing(tmp_path: Path) -> None:
    hosts = Hosts(tmp_path / "here")
    with serving(finishing, tmp_path / "there", pairing=True) as found:
        assert found.pairing is not None
        for _ in range(pairing.TRIES):
            assert "not right" in pair_wrongly(found, hosts)
        assert "no code" in pair_wrongly(found, hosts)
        with pytest.raises(RemoteError, match="no code"):
            hosts.pair(f"127.0.0.1:{found.server.port}", str(found.pairing.code))
        assert not found.guests.all()


def test_wrong_codes_wait_for_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    at_once, most = 0, 0

    def sleep(seconds: float) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        slept.append(seconds)
        threading.Event().wait(0.01)
        at_once -= 1

    monkeypatch.setattr("rtedit_desktop.remote.pairing.time.sleep", sleep)
    one = Pairing(PRINT, Guests(tmp_path))
    threads = [threading.Thread(target=one.tried, args=(bytes(5), "x")) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert slept == [pairing.WRONG_COSTS_S] * pairing.TRIES and most == 1


def test_a_code_runs_out(tmp_path: Path) -> None:
    now = [0.0]
    one = Pairing(PRINT, Guests(tmp_path), clock=lambda: now[0])
    now[0] = pairing.LASTS_S + 1
    assert one.tried(one.code.secret, "laptop").status == 410


def test_nothing_is_told_to_another_computer(tmp_path: Path) -> None:
    """Its certificate is another: neither the code's secret nor a token is sent."""
    hosts = Hosts(tmp_path / "here")
    with serving(finishing, tmp_path / "there", pairing=True) as found:
        assert found.pairing is not None
        other = PairingCode(found.pairing.code.secret, bytes(10))
        with pytest.raises(RemoteError, match="certificate is another"):
            hosts.pair(f"127.0.0.1:{found.server.port}", str(other))
        assert found.pairing.open and not found.guests.all()
        host = found.host()
        moved = Host(type(host.computer)(id="0" * 64, name="old", host="127.0.0.1", port=found.server.port), host.token)
        end = run_once(moved)
        assert isinstance(end, Failed) and "certificate is another" in end.what
        assert not any("is connected" in line for line in found.reports)


def test_the_certificate_stays_and_a_damaged_one_is_reported(tmp_path: Path) -> None:
    first = Certificate(tmp_path).fingerprint
    assert Certificate(tmp_path).fingerprint == first
    (tmp_path / "certificate.pem").write_text("nothing")
    with pytest.raises(SettingsError, match="damaged"):
        Certificate(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", '{"version": 2, "guests": []}', '{"version": 1, "guests": [{}]}', "\0"])
def test_a_list_that_cannot_be_read_lets_nobody_in(tmp_path: Path, content: str) -> None:
    guests = Guests(tmp_path)
    token = guests.add("laptop")
    assert guests.known(token)
    guests.path.write_text(content)
    assert guests.known(token) is None
    with pytest.raises(SettingsError):
        guests.all()
    hosts = Hosts(tmp_path)
    hosts.path.write_text(content)
    with pytest.raises(RemoteError):
        hosts.all()


def test_names_of_strangers_are_lines_that_can_be_shown(tmp_path: Path) -> None:
    guests = Guests(tmp_path)
    for name in ("a\x1b[31m\nb", "", "x" * 500, "laptop", "laptop"):
        guests.add(name)
    names = [guest.name for guest in guests.all()]
    assert names == ["a [31m b", "computer", "x" * 60, "laptop", "laptop 2"]
    assert json.loads(guests.path.read_text())["version"] == 1
    assert guests.remove("laptop 2") and not guests.remove("laptop 2")


def test_a_home_that_is_a_file_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home").write_bytes(b"no folder")
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))
    assert main(["computers", "list"]) == 5
    told = capsys.readouterr().err
    assert "cannot be read: Not a directory." in told and "Errno" not in told


def test_a_full_list_takes_no_more_and_stays_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guests_module, "_MOST_GUESTS", 2)
    guests = Guests(tmp_path)
    tokens = [guests.add(f"laptop {number}") for number in range(2)]
    with pytest.raises(SettingsError, match="no room for more than 2"):
        guests.add("one more")
    assert [guest.name for guest in guests.all()] == ["laptop 0", "laptop 1"]
    assert all(guests.known(token) is not None for token in tokens)
    assert guests.remove("laptop 0") and guests.add("one more")
