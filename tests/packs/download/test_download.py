from __future__ import annotations

import errno
import json
import random
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from patience import PATIENCE_S
from support.downloads import CONTENT, DownloadRun, left_in
from support.host import Act, Host, serving, sha256

from rtedit_desktop.core.errors import DownloadDamaged, DownloadError, SaveError
from rtedit_desktop.core.packs.pack_installer import PackNotice, PackProgress
from rtedit_desktop.packs.download import file_download as downloads
from rtedit_desktop.packs.download.failures import SPARE_BYTES
from rtedit_desktop.packs.download.file_download import Patience, download
from rtedit_desktop.packs.download.first_seen import FirstSeen


@pytest.fixture
def host() -> Iterator[Host]:
    with serving(CONTENT) as host:
        yield host


@pytest.fixture
def job(host: Host, tmp_path: Path) -> DownloadRun:
    return DownloadRun(host, tmp_path)


def test_a_file_comes_whole_and_the_request_is_logged(job: DownloadRun, host: Host, tmp_path: Path) -> None:
    assert job.run() == sha256(CONTENT)
    assert job.target.read_bytes() == CONTENT
    assert left_in(tmp_path) == ["file.bin"]
    asked, answered = job.lines()
    assert asked["url"] == host.url and asked["purpose"] == "download file.bin"
    assert answered["status"] == 200 and answered["bytes"] == len(CONTENT)
    sent = host.asked[0]
    assert sent["user-agent"].startswith("RTEdit/") and sent["accept-encoding"] == "identity"
    assert not {"cookie", "authorization", "referer"} & set(sent)


def test_a_cut_connection_is_resumed(job: DownloadRun, host: Host) -> None:
    host.will([Act(cut_after=70_000), Act(cut_after=0), Act(hang_up=True), Act(cut_after=1)])
    assert job.run() == sha256(CONTENT)
    assert job.target.read_bytes() == CONTENT
    assert [asked.get("range") for asked in host.asked] == [None, *["bytes=70000-"] * 3, "bytes=70001-"]


def test_cancelled_in_the_middle_and_resumed(job: DownloadRun, host: Host, tmp_path: Path) -> None:
    host.will([Act(stall_after=60_000)])
    assert job.run(cancel_at=1000) is None
    assert 0 < job.part.stat().st_size <= 60_000 and not job.target.exists()
    kept = job.part.stat().st_size
    assert job.run() == sha256(CONTENT)
    assert host.asked[1]["range"] == f"bytes={kept}-"
    assert left_in(tmp_path) == ["file.bin"]


def test_closing_the_generator_keeps_the_part(job: DownloadRun, host: Host) -> None:
    host.will([Act(stall_after=60_000)])
    running = download(job.remote, job.target, job.access, cancelled=threading.Event())
    while not (job.part.exists() and next(running).done):  # type: ignore[union-attr]
        next(running)
    running.close()
    assert job.part.stat().st_size > 0
    assert not [thread for thread in threading.enumerate() if thread.name == "rtedit-transfer"]


def test_a_changed_file_is_not_joined_with_the_old_one(job: DownloadRun, host: Host, tmp_path: Path) -> None:
    other = random.Random(8).randbytes(len(CONTENT))
    job = DownloadRun(host, tmp_path, sha256="")
    host.will([Act(cut_after=90_000), Act(change=other)])
    assert job.run() == sha256(other)
    assert job.target.read_bytes() == other
    assert "if-range" in host.asked[1]


def test_a_changed_file_whose_host_ignores_the_tag(job: DownloadRun, host: Host, tmp_path: Path) -> None:
    """The tags are compared here too."""
    other = random.Random(8).randbytes(len(CONTENT))
    job = DownloadRun(host, tmp_path, sha256="")
    tag = f'"{sha256(CONTENT)[:16]}"'
    host.will([Act(cut_after=90_000, headers={"X-Was": tag}), Act(hang_up=True)])
    with pytest.raises(DownloadError):
        job.run(Patience(retries=0, first_wait=0.001))
    note = json.loads(job.part.with_name("file.bin.part.json").read_text())
    host.content = other
    note["etag"] = ""
    note["sha256"] = sha256(CONTENT)  # as if the hub had told it: the range is asked for without a tag
    job.part.with_name("file.bin.part.json").write_text(json.dumps(note))
    assert job.run() == sha256(other)


def test_a_host_that_is_not_there_is_given_up_soon(job: DownloadRun, host: Host) -> None:
    host.will([Act(hang_up=True)] * 5)
    with pytest.raises(DownloadError):
        job.run(Patience(stall=3.0, first_wait=9.0))
    assert len(host.asked) == 1 and not any(isinstance(event, PackNotice) for event in job.events)


def test_a_host_that_has_answered_is_waited_for(job: DownloadRun, host: Host) -> None:
    host.will([Act(cut_after=90_000), Act(hang_up=True)])
    assert job.run(Patience(stall=3.0, first_wait=0.6, unreached=0.5, longest_wait=0.6)) == sha256(CONTENT)
    assert len(host.asked) == 3


def test_without_tag_and_hash_nothing_is_joined(host: Host, tmp_path: Path) -> None:
    host.tags = False
    job = DownloadRun(host, tmp_path, sha256="")
    host.will([Act(cut_after=90_000)])
    assert job.run() == sha256(CONTENT)
    assert "range" not in host.asked[1]


def test_the_hash_that_the_hub_tells_is_used(host: Host, tmp_path: Path) -> None:
    host.linked = True
    job = DownloadRun(host, tmp_path, sha256="")
    host.will([Act(flip=True)])
    with pytest.raises(DownloadDamaged, match="content"):
        job.run()
    assert left_in(tmp_path) == []


def test_a_hash_that_differs_from_the_hubs_is_found_before_the_download(host: Host, tmp_path: Path) -> None:
    host.linked = True
    job = DownloadRun(host, tmp_path, sha256=sha256(b"other"))
    with pytest.raises(DownloadDamaged, match="other content"):
        job.run()
    assert left_in(tmp_path) == []


def test_wrong_content_is_never_used(job: DownloadRun, host: Host, tmp_path: Path) -> None:
    host.will([Act(flip=True)])
    with pytest.raises(DownloadDamaged, match=r"not the file that it should be") as caught:
        job.run()
    assert "fetch it by hand" in caught.value.todo
    assert left_in(tmp_path) == []


def test_a_damaged_part_is_fetched_again_once(job: DownloadRun, host: Host) -> None:
    host.will([Act(cut_after=70_000, flip=True), Act(flip=True)])
    assert job.run() == sha256(CONTENT)
    assert any("fetched again" in event.text for event in job.events if isinstance(event, PackNotice))
    host.will([Act(cut_after=70_000), Act(flip=True)] * 2)
    job.target.unlink()
    with pytest.raises(DownloadDamaged):
        job.run()


def test_a_wrong_length_is_reported(host: Host, tmp_path: Path) -> None:
    job = DownloadRun(host, tmp_path, bytes=123)
    with pytest.raises(DownloadDamaged, match="200000 bytes there, and 123"):
        job.run()
    assert left_in(tmp_path) == []


def test_a_stalling_host_is_given_up(job: DownloadRun, host: Host) -> None:
    host.will([Act(stall_after=1000)] * 9)
    with pytest.raises(DownloadError, match="has sent nothing for") as caught:
        job.run(Patience(stall=0.2, retries=1, tries=3, first_wait=0.001))
    assert "kept" in caught.value.todo or "Check the connection" in caught.value.todo


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_host_is_asked_again(job: DownloadRun, host: Host, status: int) -> None:
    host.will([Act(status=status)] * 3)
    assert job.run() == sha256(CONTENT)


def test_a_host_that_asks_for_time_gets_it(job: DownloadRun, host: Host) -> None:
    host.will([Act(status=429, headers={"Retry-After": "1"}), Act(status=429, headers={"Retry-After": "900"})])
    with pytest.raises(DownloadError, match="429") as caught:
        job.run()
    assert "15 minutes" in caught.value.todo
    assert any("in 1 s" in event.text for event in job.events if isinstance(event, PackNotice))


@pytest.mark.parametrize(
    ("status", "word"), [(403, "refuses"), (404, "does not have it"), (407, "proxy"), (418, "418")]
)
def test_a_refusal_is_reported_at_once(job: DownloadRun, host: Host, status: int, word: str) -> None:
    host.will([Act(status=status)])
    with pytest.raises(DownloadError, match=word):
        job.run()
    assert len(host.asked) == 1


def test_a_web_page_is_not_the_file(job: DownloadRun, host: Host, tmp_path: Path) -> None:
    host.will([Act(headers={"Content-Type": "text/html; charset=utf-8"})])
    with pytest.raises(DownloadError, match="web page"):
        job.run()
    assert left_in(tmp_path) == []


def test_redirects_are_followed_and_logged(job: DownloadRun, host: Host) -> None:
    host.will([Act(redirect="/moved?signature=secret", status=307), Act(redirect="/moved")])
    assert job.run() == sha256(CONTENT)
    urls = [line["url"] for line in job.lines() if "purpose" in line]
    assert urls[0] == host.url and urls[1].endswith("/moved?…")
    assert "secret" not in job.log.path.read_text()


@pytest.mark.parametrize("to", ["http://example.com/file", "ftp://127.0.0.1/x", "file:///etc/passwd"])
def test_an_insecure_redirect_is_refused(job: DownloadRun, host: Host, to: str) -> None:
    host.will([Act(redirect=to)])
    with pytest.raises(DownloadError, match="not secure"):
        job.run()
    assert len(job.lines()) == 2


def test_a_circle_of_redirects_ends(job: DownloadRun, host: Host) -> None:
    host.will([Act(redirect="/file.bin")] * 200)
    with pytest.raises(DownloadError, match="without end"):
        job.run()


def test_a_host_without_a_length(job: DownloadRun, host: Host, tmp_path: Path) -> None:
    host.will([Act(no_length=True)])
    assert job.run() == sha256(CONTENT)
    unknown = DownloadRun(host, tmp_path / "other", sha256="")
    host.will([Act(chunked=True, cut_after=5000), Act(chunked=True)])
    assert unknown.run() == sha256(CONTENT)
    host.will([Act(no_length=True)])
    unknown.target.unlink()
    with pytest.raises(DownloadError, match="how long"):
        unknown.run()


def test_an_endless_answer_is_stopped_at_the_known_size(host: Host, tmp_path: Path) -> None:
    job = DownloadRun(host, tmp_path, bytes=len(CONTENT))
    host.will([Act(endless=True)] * 20)
    with pytest.raises(DownloadError, match="more was sent"):
        job.run()
    assert all(event.done <= len(CONTENT) for event in job.events if isinstance(event, PackProgress))
    host.will([Act(endless=True)])
    assert job.run() == sha256(CONTENT)


def test_an_endless_answer_of_unknown_size_leaves_room(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "_LOOK_EVERY", 2**20)
    job = DownloadRun(host, tmp_path)

    def usage(_: object) -> Any:
        return shutil._ntuple_diskusage(2**30, 0, SPARE_BYTES + 5 * 2**20 - job.part.stat().st_size)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    host.will([Act(endless=True)])
    with pytest.raises(SaveError, match="no room"):
        job.run()
    assert job.part.stat().st_size <= 7 * 2**20


@pytest.mark.parametrize("act", [Act(drip=True), Act(stall_after=3000), Act(endless=True)], ids=["head", "body", "end"])
def test_what_failed_reads_no_further(host: Host, tmp_path: Path, act: Act) -> None:
    job = DownloadRun(host, tmp_path, bytes=len(CONTENT))
    host.will([act] * 20)
    with pytest.raises(DownloadError):
        job.run(Patience(stall=0.3, retries=1, tries=5, first_wait=0.001))
    until = time.monotonic() + PATIENCE_S
    while reading := [thread for thread in threading.enumerate() if thread.name == "rtedit-transfer"]:
        assert time.monotonic() < until, reading
        time.sleep(0.02)


@pytest.mark.parametrize("text", ["[" * 20_000, "{", '{"a": {}}'])
def test_a_damaged_record_of_first_downloads_is_put_aside(tmp_path: Path, text: str) -> None:
    (tmp_path / "first-seen.json").write_text(text)
    seen = FirstSeen(tmp_path)
    assert seen.get("a", "b") is None
    seen.add("a", "b", "0" * 64, 3, "https://example.org/b")
    assert seen.get("a", "b") is not None
    assert (tmp_path / "first-seen.damaged").read_text() == text


def test_no_host_at_all(tmp_path: Path) -> None:
    with serving(CONTENT) as host:
        job = DownloadRun(host, tmp_path)
    with pytest.raises(DownloadError, match="no connection") as caught:
        job.run(Patience(stall=1, retries=1, first_wait=0.001))
    assert "fetch it by hand" in caught.value.todo


def test_a_name_that_nobody_looks_up_is_given_up_as_soon_as_a_host(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look-up without a network may take half a minute, and nothing ends it."""
    asleep = threading.Event()
    real, looked_up = socket.getaddrinfo, []

    def slow(*args: Any, **more: Any) -> Any:
        looked_up.append(args[0])
        asleep.wait(PATIENCE_S)
        return real(*args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    try:
        with pytest.raises(DownloadError, match="there is no connection to 127") as caught:
            DownloadRun(host, tmp_path).run(Patience(stall=PATIENCE_S, unreached=0.5))
    finally:
        asleep.set()
    assert len(looked_up) == 1 and str(caught.value.why).startswith("there is no connection")
    assert "by hand" not in caught.value.advice and caught.value.advice.startswith("Check the connection")


def test_a_full_disk_is_noticed_before(job: DownloadRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(SaveError, match="no room"):
        job.run()


def test_a_disk_that_fills_up_meanwhile(job: DownloadRun, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.open

    class Full:
        def __init__(self, file: Any) -> None:
            self.file = file

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *error: object) -> None:
            self.file.close()

        def write(self, data: bytes) -> int:
            self.file.write(data[:10])
            raise OSError(errno.ENOSPC, "No space left on device")

    def opened(path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        file = real(path, mode, *args, **kwargs)
        return Full(file) if mode == "ab" else file

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", opened)
        with pytest.raises(SaveError, match="No space left"):
            job.run()
    assert not job.target.exists() and job.part.exists()
    assert job.run() == sha256(CONTENT)


def test_no_log_no_request(job: DownloadRun, host: Host) -> None:
    job.log.path.mkdir()
    with pytest.raises(SaveError, match="log of network requests"):
        job.run()
    assert host.asked == []
