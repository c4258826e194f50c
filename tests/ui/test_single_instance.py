"""A second start hands its files to the first; what a crash left behind does not stand in the way."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import A_WHILE_MS, PATIENCE_MS
from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot
from support.window.harness import Harness
from support.window.preset_harness import PresetHarness

from rtedit_desktop import single_instance
from rtedit_desktop.single_instance import FileOpenFilter, SingleInstance

LONG_PATH = b'["/' + b"x" * 100_000 + b'"]\n'
ANOTHER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from rtedit_desktop.single_instance import SingleInstance
app = QCoreApplication([])
folder, *paths = map(Path, sys.argv[1:])
instance = SingleInstance(folder)
print("asks", file=sys.stderr, flush=True)
first = instance.hold_or_hand_over(paths)
print("first" if first else "handed over", flush=True)
if first:
    sys.stdin.read()
"""


def another(folder: Path, *paths: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", ANOTHER, str(folder), *paths],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, cwd=folder, env=dict(os.environ),
    )  # fmt: skip


@pytest.fixture
def instance(qtbot: QtBot, tmp_path: Path) -> Iterator[SingleInstance]:
    instance = SingleInstance(tmp_path)
    assert instance.hold_or_hand_over([])
    yield instance
    instance.close()


def test_a_second_start_hands_its_files_over(qtbot: QtBot, instance: SingleInstance, tmp_path: Path) -> None:
    came: list[list[Path]] = []
    instance.files_came.connect(came.append)
    second = another(tmp_path, "Käse 猫.png", "/elsewhere/a b.rtpreset")
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=PATIENCE_MS)
    assert second.communicate()[0].strip() == "handed over"
    assert came == [[tmp_path / "Käse 猫.png", Path("/elsewhere/a b.rtpreset").absolute()]]


def test_who_gave_up_while_the_window_stood_still_is_not_served_twice(qtbot: QtBot, instance: SingleInstance) -> None:
    """It has asked again by then, or has a window of its own."""
    came: list[list[Path]] = []
    instance.files_came.connect(came.append)
    for _ in range(3):  # nothing is heard meanwhile
        asks = QLocalSocket()
        asks.connectToServer(instance._name)
        assert asks.waitForConnected(PATIENCE_MS)
        asks.write(b'["/a.png"]\n')
        assert asks.waitForBytesWritten(PATIENCE_MS)
        asks.abort()
    stays = QLocalSocket()
    stays.connectToServer(instance._name)
    assert stays.waitForConnected(PATIENCE_MS)
    stays.write(b'["/b.png"]\n')
    qtbot.waitUntil(lambda: bool(came), timeout=PATIENCE_MS)
    qtbot.wait(A_WHILE_MS)
    assert came == [[Path("/b.png")]]


def test_a_start_while_the_window_closes_is_not_swallowed(
    qtbot: QtBot, instance: SingleInstance, tmp_path: Path
) -> None:
    came: list[list[Path]] = []
    instance.files_came.connect(came.append)
    instance.refuse()  # the window is gone, and its threads end
    second = another(tmp_path, "a.png")
    assert second.stderr is not None and second.stderr.readline().strip() == "asks"
    qtbot.wait(A_WHILE_MS)
    assert second.poll() is None and not came
    instance.close()
    assert second.stdout is not None and second.stdout.readline().strip() == "first"
    second.communicate()


def test_a_start_without_files_asks_for_the_window(qtbot: QtBot, instance: SingleInstance, tmp_path: Path) -> None:
    came: list[list[Path]] = []
    instance.files_came.connect(came.append)
    second = another(tmp_path)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=PATIENCE_MS)
    second.communicate()
    assert came == [[]]


def test_another_folder_of_personal_data_has_its_own_window(
    qtbot: QtBot, instance: SingleInstance, tmp_path: Path
) -> None:
    other = SingleInstance(tmp_path / "other")
    assert other.hold_or_hand_over([Path("a.png")])
    other.close()


def test_what_a_killed_window_left_is_cleared_away(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = another(tmp_path)
    assert killed.stdout is not None and killed.stdout.readline().strip() == "first"
    killed.kill()
    killed.communicate()
    instance = SingleInstance(tmp_path)
    with monkeypatch.context() as nobody:
        nobody.setattr(single_instance, "_hand_over", lambda *_: pytest.fail("nobody is there to be waited for"))
        assert instance.hold_or_hand_over([])
    second = another(tmp_path, "x.png")
    with qtbot.waitSignal(instance.files_came, timeout=PATIENCE_MS):
        pass
    assert second.communicate()[0].strip() == "handed over"
    instance.close()


@pytest.mark.skipif(os.name != "posix", reason="a socket is no file there")
class TestWithoutAFolderOfTheSession:
    @pytest.fixture(autouse=True)
    def _shared(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        with tempfile.TemporaryDirectory(prefix="rte") as short:  # the name of a socket has some hundred letters
            (tmp_path / "tmp").symlink_to(short)
            monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
            monkeypatch.setattr(tempfile, "gettempdir", lambda: short)
            yield

    def place(self, tmp_path: Path) -> Path:
        return tmp_path / "tmp" / f"rtedit-{os.getuid()}"

    def test_the_socket_lies_where_nobody_else_can_go(self, qtbot: QtBot, tmp_path: Path) -> None:
        instance = SingleInstance(tmp_path)
        assert instance.hold_or_hand_over([]) and not instance.problem
        assert stat.S_IMODE(self.place(tmp_path).stat().st_mode) == 0o700
        assert [entry.name for entry in (tmp_path / "tmp").iterdir()] == [self.place(tmp_path).name]
        assert list(self.place(tmp_path).iterdir())
        instance.close()

    @pytest.mark.parametrize("trap", ["open to all", "link", "file"])
    def test_a_folder_that_somebody_laid_there_is_not_used(self, qtbot: QtBot, tmp_path: Path, trap: str) -> None:
        if trap == "link":
            (tmp_path / "theirs").mkdir(mode=0o700)
            self.place(tmp_path).symlink_to(tmp_path / "theirs")
        elif trap == "file":
            self.place(tmp_path).touch()
        else:
            self.place(tmp_path).mkdir()
            self.place(tmp_path).chmod(0o777)
        instance = SingleInstance(tmp_path)
        assert instance.hold_or_hand_over([Path("a.png")])
        assert "belongs to somebody else" in instance.problem
        instance.close()
        second = SingleInstance(tmp_path / "other")
        assert second.hold_or_hand_over([])
        second.close()

    def test_a_folder_of_the_session_that_is_open_to_all_is_not_used(
        self, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "run").mkdir()
        (tmp_path / "run").chmod(0o755)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
        instance = SingleInstance(tmp_path)
        assert instance.hold_or_hand_over([]) and not instance.problem
        assert not list((tmp_path / "run").iterdir())
        instance.close()

    def test_what_keeps_it_from_listening_is_told(
        self, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "nowhere"))
        instance = SingleInstance(tmp_path)
        assert instance.hold_or_hand_over([]) and instance.problem
        instance.close()


def test_a_window_that_does_not_answer_is_not_waited_for_long(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single_instance, "_PATIENCE_S", 0.3)
    monkeypatch.setattr(single_instance, "_LISTEN_MS", 100)
    busy = another(tmp_path)
    assert busy.stdout is not None and busy.stdout.readline().strip() == "first"
    instance = SingleInstance(tmp_path)
    assert instance.hold_or_hand_over([Path("a.png")])
    instance.close()
    busy.communicate("")


@pytest.mark.parametrize(
    "line", [b"hello\n", b'["relative.png"]\n', b'{"a": 1}\n', b"[1]\n", b"[" * 5000 + b"\n", LONG_PATH]
)
def test_others_who_talk_to_the_socket_are_not_listened_to(qtbot: QtBot, instance: SingleInstance, line: bytes) -> None:
    came: list[list[Path]] = []
    instance.files_came.connect(came.append)
    socket = QLocalSocket()
    socket.connectToServer(instance._name)
    assert socket.waitForConnected(PATIENCE_MS)
    socket.write(line)
    qtbot.waitUntil(lambda: socket.state() is QLocalSocket.LocalSocketState.UnconnectedState, timeout=PATIENCE_MS)
    assert came == []


def test_a_photo_that_comes_opens_as_if_it_was_dropped(harness: Harness, tmp_path: Path) -> None:
    harness.window.showMinimized()
    harness.window.come_forward([tmp_path / "sample-one.png"])
    harness.until(lambda: harness.state.photo is not None)
    assert not harness.window.isMinimized()


def test_a_preset_that_comes_is_taken_in(
    presets: PresetHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = tmp_path / "from a friend.rtpreset"
    came.write_bytes(b"x")
    imported: list[Path] = []
    monkeypatch.setattr(presets.controller.presets, "add", imported.append)
    presets.window.come_forward([came])
    assert imported == [came]


def test_files_that_macos_opens_come_as_events(qtbot: QtBot, tmp_path: Path) -> None:
    came: list[Path] = []
    openings = FileOpenFilter()
    openings.file_came.connect(came.append)
    assert openings.eventFilter(openings, QFileOpenEvent(QUrl.fromLocalFile(str(tmp_path / "a.png"))))
    assert not openings.eventFilter(openings, QEvent(QEvent.Type.User))
    assert came == [tmp_path / "a.png"]
