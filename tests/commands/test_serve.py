"""``rtedit serve`` and ``rtedit computers``: two homes on this computer stand for two computers."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from patience import PATIENCE_S
from PIL import Image
from support.command_line import GivenEngine, brighter

from rtedit_desktop.cli import main
from rtedit_desktop.commands import serve
from rtedit_desktop.core.events import Event
from rtedit_desktop.core.requests import EditRequest
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.remote.guests import Guests


class Workstation(NamedTuple):
    process: subprocess.Popen[str]
    home: Path
    greeting: dict[str, Any]


@pytest.fixture
def workstation(tiny_pack: Path, tmp_path: Path) -> Iterator[Workstation]:
    home = tmp_path / "workstation"
    shutil.copytree(tiny_pack, home / "data" / "packs" / "tiny")
    command = [sys.executable, "-c", "import sys; from rtedit_desktop.cli import main; sys.exit(main())"]
    process = subprocess.Popen(
        [*command, "serve", "--pair", "--json", "--address", "127.0.0.1", "--port", "0"],
        env={**os.environ, "RTEDIT_HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield Workstation(process, home, json.loads(process.stdout.readline()))
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "laptop"))
    return tmp_path / "laptop"


def output_of(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.slow
def test_a_laptop_pairs_and_edits_on_the_workstation(
    workstation: Workstation, home: Path, photo: Path, catalog: Catalog, capsys: pytest.CaptureFixture[str]
) -> None:
    greeting, out = workstation.greeting, photo.with_name("out.png")
    assert main(["computers", "pair", greeting["address"], greeting["code"], "--json"]) == 0
    paired = output_of(capsys)
    assert paired["fingerprint"] == greeting["fingerprint"]
    quick = ["--pack", "tiny", "--iterations", "4", "--seed", "3", "--steps", "2", "--t0", "300", "--json"]
    command = ["edit", str(photo), "smiling face", "-o", str(out), "--on", paired["name"], *quick]
    assert main(command, catalog=catalog) == 0
    made = output_of(capsys)
    assert made["recipe"]["pack"] == "tiny" and not made["known_before"]
    assert not np.array_equal(np.asarray(Image.open(out)), np.asarray(Image.open(photo)))
    again = [*command, "--overwrite"]
    assert main(again, catalog=catalog) == 0
    assert output_of(capsys)["known_before"], "what it learned is kept in its memory"
    requests = (home / "data" / "network-log.jsonl").read_text().splitlines()
    assert [json.loads(line)["url"].rpartition("/")[2] for line in requests] == ["pair", "engine", "engine"]

    written = {path.relative_to(workstation.home).parts[:2] for path in workstation.home.rglob("*") if path.is_file()}
    assert written == {("data", "packs"), ("data", "serve")}
    Guests(workstation.home / "data" / "serve").remove(Guests(workstation.home / "data" / "serve").all()[0].name)
    assert main(again, catalog=catalog) == 5
    assert "does not let this computer in" in output_of(capsys)["error"]["what"]

    workstation.process.send_signal(signal.SIGINT)
    assert workstation.process.wait(PATIENCE_S) == 0
    assert main(again, catalog=catalog) == 5
    assert "cannot be reached" in output_of(capsys)["error"]["what"]
    assert main(["computers", "forget", paired["name"]]) == 0
    assert main(again, catalog=catalog) == 2


@pytest.mark.slow
def test_a_batch_computes_on_the_workstation_and_goes_on_when_it_is_back(
    workstation: Workstation, home: Path, photo: Path, catalog: Catalog, capsys: pytest.CaptureFixture[str]
) -> None:
    greeting, out = workstation.greeting, photo.with_name("out")
    assert main(["computers", "pair", greeting["address"], greeting["code"], "--json"]) == 0
    there = ["--on", output_of(capsys)["name"], "--json"]
    command = ["batch", str(photo), "--prompt", "smiling face", "--pack", "tiny", "-o", str(out)]
    assert main([*command, *there], catalog=catalog, engine=GivenEngine(forbidden)) == 0
    assert output_of(capsys)["done"] == 1 and len(list(out.glob("*.png"))) == 1

    workstation.process.kill()
    workstation.process.wait(PATIENCE_S)
    shutil.copy(photo, photo.with_name("another.png"))
    both = ["batch", str(photo), str(photo.with_name("another.png")), *command[2:]]
    assert main([*both, *there], catalog=catalog) == 9
    told = output_of(capsys)
    assert (told["known"], told["failed"]) == (1, 1) and "cannot be reached" in told["photos"][1]["error"]["what"]
    resumed = ["batch", "--resume", "-o", str(out), "--json"]
    assert main(resumed, catalog=catalog, engine=GivenEngine(brighter)) == 0
    assert output_of(capsys)["done"] == 1


def forbidden(request: EditRequest, cancelled: threading.Event) -> Iterator[Event]:
    raise AssertionError("it was computed here")
    yield


def test_a_batch_computes_at_one_place(home: Path, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["batch", str(photo), "--prompt", "golden light", "-o", str(photo.with_name("out")), "--on", "nobody"]
    assert main([*command, "--ray", "auto"]) == 2
    assert "exclude each other" in capsys.readouterr().err
    assert main([*command, "--exact"]) == 2
    assert main(command) == 2
    assert "No paired computer is called" in capsys.readouterr().err


def test_it_does_not_listen_for_nobody(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--address", "127.0.0.1", "--port", "0"]) == 2
    assert "Add --pair" in capsys.readouterr().err
    assert main(["serve", "--list"]) == 0
    assert "No computer is paired" in capsys.readouterr().out
    assert main(["serve", "--forget", "laptop"]) == 2


def test_guests_are_listed_and_forgotten(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guests = Guests(serve.serve_folder())
    token = guests.add("laptop")
    assert main(["serve", "--list", "--json"]) == 0
    (listed,) = output_of(capsys)["computers"]
    assert listed["name"] == "laptop" and token not in json.dumps(listed)
    assert main(["serve", "--forget", "laptop"]) == 0
    assert guests.known(token) is None


@pytest.mark.parametrize("options", [["--port", "99999"], ["--address", "203.0.113.77"], ["--address", "no address"]])
def test_where_it_cannot_listen_is_reported(home: Path, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--pair", "--port", "0", *options]) in (2, 6)
    assert "Traceback" not in capsys.readouterr().err


def test_a_certificate_that_cannot_be_kept_is_reported(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    serve.serve_folder().parent.mkdir(parents=True)
    serve.serve_folder().write_text("in the way")
    assert main(["serve", "--pair", "--port", "0", "--address", "127.0.0.1"]) == 6
    assert "The certificate of this computer could not be kept" in capsys.readouterr().err


def test_it_looks_for_ctrl_c_now_and_then(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows nothing ends a wait that has no end."""
    waits: list[float | None] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout)
            if len(waits) == 3:
                self.set()
            return self.is_set()

    monkeypatch.setattr(serve, "_stopping", lambda: contextlib.nullcontext(Stop()))
    assert main(["serve", "--pair", "--port", "0", "--address", "127.0.0.1"]) == 0
    assert len(waits) == 3 and None not in waits


def test_a_paired_computer_is_asked_by_name_and_not_exactly(
    home: Path, photo: Path, catalog: Catalog, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["edit", str(photo), "smiling face", "-o", str(photo.with_name("out.png")), "--on", "nobody"]
    assert main(command, catalog=catalog) == 2
    assert "No paired computer is called" in capsys.readouterr().err
    assert main([*command, "--exact"], catalog=catalog) == 2
    assert main(["computers", "list"]) == 0
    assert main(["computers", "pair", "127.0.0.1:1", "not a code"]) == 5
    assert "This is not a pairing code" in capsys.readouterr().err


def test_it_listens_in_the_private_network_alone() -> None:
    import ipaddress

    found = ipaddress.ip_address(serve.private_address())
    assert found.is_private and not found.is_unspecified


def test_without_the_extra_it_says_what_to_install(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "websockets", None)
    assert main(["serve", "--pair"]) == 5
    assert "rtedit-desktop[remote]" in capsys.readouterr().err
