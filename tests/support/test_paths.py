from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import BinaryIO

import pytest
from patience import PATIENCE_S

from rtedit_desktop.support import paths


def test_home_variable_moves_everything_personal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    assert paths.user_data() == tmp_path / "data"
    assert paths.user_cache() == tmp_path / "cache"
    assert paths.user_packs() == tmp_path / "data" / "packs"
    assert paths.user_log() == tmp_path / "logs"
    assert list(tmp_path.iterdir()) == [], "naming a folder must not make it"


def test_without_the_variable_folders_bear_the_apps_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RTEDIT_HOME", raising=False)
    for folder in (paths.user_data(), paths.user_cache(), paths.user_log()):
        assert "RTEdit" in folder.parts


def test_resources_in_a_checkout_and_in_a_frozen_app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert paths.resources().is_dir()
    frozen = tmp_path / "rtedit_desktop" / "resources"
    frozen.mkdir(parents=True)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resources() == frozen


def test_a_write_replaces_the_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "naïve 写真.bin"
    paths.write_atomically(target, b"old")
    target.chmod(0o640)
    paths.write_atomically(target, b"new")
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.parametrize("where", ["write", "replace"])
def test_a_failed_write_leaves_the_old_file_alone(where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def write(file: BinaryIO) -> None:
        _put(file, b"half")
        if where == "write":
            fail()

    if where == "replace":
        monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        paths.write_atomically(target, write)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    def write(file: BinaryIO) -> None:
        _put(file, b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        paths.write_atomically(tmp_path / "a.bin", write)
    assert list(tmp_path.iterdir()) == []


def test_folders_protected_files_and_devices_are_not_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        paths.write_atomically(tmp_path, b"x")
    protected = tmp_path / "protected.bin"
    protected.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError):
        paths.write_atomically(protected, b"x")
    assert protected.read_bytes() == b"old"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(OSError, match="not a regular file"):
            paths.write_atomically(tmp_path / "pipe", b"x")


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_link_is_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target.bin", tmp_path / "link.bin"
    target.write_bytes(b"old")
    link.symlink_to(target)
    paths.write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_new_file_takes_no_others_place(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    written = [paths.write_new(target, content) for content in (b"1", b"2", b"3")]
    assert [path.name for path in written] == ["a.bin", "a 2.bin", "a 3.bin"]
    assert [path.read_bytes() for path in written] == [b"1", b"2", b"3"]
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_link_to_nowhere_is_taken_too(tmp_path: Path) -> None:
    link = tmp_path / "a.bin"
    link.symlink_to(tmp_path / "nowhere")
    assert paths.write_new(link, b"x").name == "a 2.bin"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(os.name != "posix", reason="renames replace nothing on Windows")
@pytest.mark.parametrize("links", [True, False])
def test_what_a_power_cut_leaves_under_the_new_name_is_whole(
    links: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the disk knows hard links: nothing is ever put there but the whole file."""
    seen: list[bytes] = []
    target, link = tmp_path / "a.bin", os.link

    def noting(*names: str) -> None:
        assert not target.exists()
        if not links:
            raise PermissionError(errno.EPERM, "Operation not permitted")
        link(*names)
        seen.append(target.read_bytes())

    monkeypatch.setattr(os, "link", noting)
    assert paths.write_new(target, b"x") == target
    assert target.read_bytes() == b"x" and seen == ([b"x"] if links else [])
    assert list(tmp_path.iterdir()) == [target]


_DIES = """
import os, signal, sys
from pathlib import Path
from rtedit_desktop.support import paths

folder, links, where, when = Path(sys.argv[1]), sys.argv[2] == "links", sys.argv[3], sys.argv[4]

def dying(name):
    real = getattr(os, name)
    def call(*args, **more):
        if when == "before" and name == where:
            os.kill(os.getpid(), signal.SIGKILL)
        if name == "link" and not links:
            raise PermissionError(1, "Operation not permitted")
        done = real(*args, **more)
        if when == "after" and name == where:
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    return call

for name in ("link", "replace", "unlink", "fsync"):
    setattr(os, name, dying(name))
paths.write_atomically(folder / "a.bin", lambda file: file.write(b"whole"), overwrite=False)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("where", ["fsync", "link", "replace", "unlink", "end"])
@pytest.mark.parametrize("links", ["links", "none"])
def test_a_process_that_is_killed_leaves_nothing_that_is_not_whole(
    links: str, where: str, when: str, tmp_path: Path
) -> None:
    """Neither an empty file under the name, nor one that a sweep does not take; the next process gets the name."""
    command = [sys.executable, "-c", _DIES, str(tmp_path), links, where, when]
    assert subprocess.run(command, timeout=PATIENCE_S, check=False).returncode == -9
    target, left = tmp_path / "a.bin", [path for path in tmp_path.iterdir() if path.name != "a.bin"]
    assert not target.exists() or target.read_bytes() == b"whole"
    for path in left:
        os.utime(path, (0, 0))
    paths.sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == (["a.bin"] if target.exists() else [])
    if target.exists():
        with pytest.raises(FileExistsError):
            paths.write_atomically(target, lambda file: _put(file, b"other"), overwrite=False)
        assert target.read_bytes() == b"whole"
    else:
        paths.write_atomically(target, lambda file: _put(file, b"other"), overwrite=False)
        assert target.read_bytes() == b"other"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(os.name != "posix", reason="renames replace nothing on Windows")
@pytest.mark.parametrize("links", ["links", "none"])
def test_of_processes_that_write_to_one_name_at_once_one_gets_it(links: str, tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from rtedit_desktop.support import paths\n"
        "def no(*_): raise PermissionError(1, 'Operation not permitted')\n"
        "if sys.argv[3] == 'none': os.link = no\n"
        "for n in range(30):\n"
        "    try: paths.write_atomically(Path(sys.argv[1], str(n)), lambda file: file.write(sys.argv[2].encode()),"
        " overwrite=False)\n"
        "    except FileExistsError: continue\n"
        "    print(n)"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name, links], stdout=subprocess.PIPE, text=True)
        for name in ("x", "y", "z")
    ]
    had = {
        name: process.communicate(timeout=PATIENCE_S)[0].split() for name, process in zip("xyz", started, strict=True)
    }
    assert [process.returncode for process in started] == [0, 0, 0]
    assert sorted(int(number) for numbers in had.values() for number in numbers) == list(range(30))
    for name, numbers in had.items():
        assert all((tmp_path / number).read_text() == name for number in numbers)
    assert len(list(tmp_path.iterdir())) == 30


@pytest.mark.parametrize("where", ["write", "rename"])
def test_a_new_file_that_fails_leaves_nothing(where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if where == "rename":
        for name in ("link", "replace", "rename"):
            monkeypatch.setattr(os, name, fail)
    with pytest.raises(OSError, match="No space"):
        paths.write_new(tmp_path / "a.bin", fail if where == "write" else b"x")
    assert list(tmp_path.iterdir()) == []


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from rtedit_desktop.support.paths import write_new\n"
        "for n in range(30): write_new(Path(sys.argv[1]), lambda file: file.write(f'{sys.argv[2]} {n}'.encode()))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "a.bin"), name]) for name in ("x", "y", "z")
    ]
    assert [process.wait(PATIENCE_S) for process in started] == [0, 0, 0]
    found = [path.read_text() for path in tmp_path.iterdir()]
    assert sorted(found) == sorted(f"{name} {n}" for name in "xyz" for n in range(30))


def _put(file: BinaryIO, data: bytes) -> None:
    file.write(data)


class TestSweeping:
    def put(self, folder: Path, name: str = ".rtedit-0123456789ab.part", age: float = 1000.0) -> Path:
        path = folder / name
        path.write_bytes(b"half")
        os.utime(path, (time.time() - age,) * 2)
        return path

    def test_what_a_killed_process_left_goes_with_the_next_write(self, tmp_path: Path) -> None:
        left, mine = self.put(tmp_path), self.put(tmp_path, ".rtedit-notes.txt")
        young = self.put(tmp_path, ".rtedit-aa.part", age=0.0)
        paths.write_atomically(tmp_path / "a.png", lambda file: None)
        assert not left.exists() and mine.exists() and young.exists()

    @pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there")
    def test_what_is_being_written_stays(self, tmp_path: Path) -> None:
        left = self.put(tmp_path)
        with left.open("rb") as file:
            assert paths._lock(file)
            paths.sweep(tmp_path)
            assert left.exists()
        paths.sweep(tmp_path)
        assert not left.exists()

    def test_a_link_and_a_folder_of_that_name_stay(self, tmp_path: Path) -> None:
        (tmp_path / ".rtedit-a.part").mkdir()
        os.utime(tmp_path / ".rtedit-a.part", (1, 1))
        paths.sweep(tmp_path)
        paths.sweep(tmp_path / "not there")
        assert (tmp_path / ".rtedit-a.part").is_dir()


def test_a_start_sweeps_the_folders_of_the_app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    paths.sweep_own()
    assert list(tmp_path.iterdir()) == []
    elsewhere = tmp_path / "elsewhere"
    folders = [paths.user_data(), paths.user_data() / "batches", paths.user_data() / "presets", elsewhere]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / ".rtedit-0123456789ab.part").write_bytes(b"half")
        os.utime(folder / ".rtedit-0123456789ab.part", (0, 0))
    (paths.user_data() / "link").symlink_to(elsewhere)
    paths.sweep_own()
    assert [len(list(folder.glob(".rtedit-*"))) for folder in folders] == [0, 0, 0, 1]
