"""A paired computer computes, is shown, and is lost: what the window then asks, and what becomes of the answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import PATIENCE_S
from pytestqt.qtbot import QtBot
from support.fake_engine import FakeEngine
from support.serving import serving
from support.window.fake_computers import WORKSTATION, FakeComputers
from support.window.harness import Harness, child
from support.window.settings_harness import Store

from rtedit_desktop.core import events
from rtedit_desktop.core.engine_api import Computer
from rtedit_desktop.core.requests import EditRequest
from rtedit_desktop.remote.chosen import ChosenEngine
from rtedit_desktop.remote.hosts import Hosts
from rtedit_desktop.support import settings
from rtedit_desktop.ui.jobs.computer_in_use import ComputerInUse
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.settings.computer_settings import ComputerSettings
from rtedit_desktop.ui.settings.pairing_dialog import PairingDialog
from rtedit_desktop.ui.settings.settings_dialog import SettingsDialog
from rtedit_desktop.ui.widgets.messages import ErrorDialog
from rtedit_desktop.ui.window.status_parts import ComputerStatus

LOST = events.Failed(
    job_id="", what="The connection to workstation was lost.", todo="Try again.", computer="workstation"
)


class Window:
    """A window with a paired computer in use, and what is looked at of it."""

    def __init__(self, qtbot: QtBot, folder: Path, computers: FakeComputers) -> None:
        self.computers = computers
        self.harness = Harness(qtbot, [], computers=computers, learned=Store())
        self.window, self.until = self.harness.window, self.harness.until
        assert self.window.computer is not None
        in_use = self.window.computer.in_use
        self.in_use: ComputerInUse = in_use
        self.offer = self.window.offer
        self.status = child(self.window, ComputerStatus)
        self.until(lambda: in_use.computer == computers.in_use)

    def lose(self) -> None:
        """Begin an edit that is lost on the way."""
        self.harness.open_picture()
        self.harness.engine.fails = LOST
        self.harness.type("smiling face")
        self.window.running.run()
        self.until(lambda: not self.offer.isHidden())
        assert "was lost" in self.offer.label.text()
        assert self.status.text() == "workstation cannot be reached"
        assert self.harness.state.phase.running, "the job waits for the answer"


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path) -> Iterator[Window]:
    shown = Window(qtbot, tmp_path, FakeComputers(WORKSTATION, chosen=WORKSTATION))
    yield shown
    shown.harness.close()
    shown.window.deleteLater()


def test_the_status_bar_tells_which_computer_computes(shown: Window) -> None:
    assert shown.status.isVisible() and shown.status.text() == "Computed on workstation"
    shown.in_use.choose(None)
    shown.until(lambda: shown.status.isHidden())
    assert shown.computers.in_use is None


@pytest.mark.parametrize("here", [True, False])
def test_a_lost_job_is_made_here_or_tried_again(shown: Window, here: bool) -> None:
    shown.lose()
    lost = shown.harness.engine.requests[-1]
    shown.harness.engine.fails = None
    (shown.offer.yes if here else shown.offer.no).click()
    shown.until(lambda: shown.harness.state.result is not None and shown.harness.state.phase is Phase.READY)
    edits = [one for one in shown.harness.engine.requests if isinstance(one, EditRequest)]
    assert len(edits) == 2 and edits[-1] is lost, "the same request"
    assert shown.computers.in_use == (None if here else WORKSTATION)
    shown.until(lambda: shown.status.isHidden() if here else shown.status.text() == "Computed on workstation")
    frames = shown.harness.result.frames
    assert len({id(frame.picture) for frame in frames}) == len(frames)
    assert shown.offer.isHidden() and not shown.window.findChildren(ErrorDialog)


def test_a_job_that_is_lost_again_asks_again(shown: Window) -> None:
    shown.lose()
    shown.offer.no.click()
    shown.until(lambda: len([one for one in shown.harness.engine.requests if isinstance(one, EditRequest)]) == 2)
    shown.until(lambda: not shown.offer.isHidden())
    shown.harness.engine.fails = None
    shown.offer.yes.click()
    shown.until(lambda: shown.harness.state.result is not None)


def test_stopping_takes_the_question_back(shown: Window) -> None:
    shown.lose()
    shown.window.actions_.cancel.trigger()
    shown.until(lambda: shown.harness.state.phase is Phase.READY)
    assert shown.offer.isHidden()
    assert not shown.window.findChildren(ErrorDialog)
    shown.harness.engine.fails = None
    shown.harness.run("face with red hair")


def test_another_photo_takes_the_question_back(shown: Window) -> None:
    shown.lose()
    shown.harness.open_picture(80, 60)
    shown.until(lambda: shown.offer.isHidden())


def test_a_choice_that_cannot_be_kept_is_reported_and_the_job_ends(shown: Window) -> None:
    shown.lose()
    shown.computers.fails = PermissionError(13, "Permission denied")
    shown.offer.yes.click()
    shown.until(lambda: shown.window.findChildren(ErrorDialog))
    shown.until(lambda: shown.harness.state.phase is Phase.READY)
    child(shown.window, ErrorDialog).close()


def test_an_error_of_the_other_computer_is_an_error_as_ever(shown: Window) -> None:
    shown.harness.open_picture()
    shown.harness.engine.fails = events.Failed(job_id="", what="It broke.", todo="Mend it.")
    shown.harness.type("smiling face")
    shown.window.running.run()
    shown.until(lambda: shown.window.findChildren(ErrorDialog))
    assert shown.offer.isHidden()
    child(shown.window, ErrorDialog).close()


def settings_of(shown: Window) -> ComputerSettings:
    shown.window.actions_.settings.trigger()
    dialog = shown.window.findChildren(SettingsDialog)[-1]
    assert dialog.computer is not None
    return dialog.computer


def test_a_computer_is_paired_chosen_and_forgotten_in_the_settings(qtbot: QtBot, tmp_path: Path) -> None:
    shown = Window(qtbot, tmp_path, FakeComputers())
    assert shown.status.isHidden()
    page = settings_of(shown)
    assert [page.choice.itemText(index) for index in range(page.choice.count())] == ["This computer"]
    assert not page.forget.isEnabled()
    page.pair.click()
    dialog = shown.window.findChildren(PairingDialog)[-1]
    assert not dialog.pair.isEnabled()
    dialog.address.setText("192.168.1.20")
    dialog.code.setText("wrong")
    dialog.pair.click()
    shown.until(lambda: dialog.problem.isVisible())
    assert "not right" in dialog.problem.text() and dialog.pair.isEnabled()
    dialog.code.setText(FakeComputers.code)
    dialog.pair.click()
    shown.until(lambda: shown.computers.in_use == WORKSTATION)
    shown.until(lambda: page.choice.currentText() == "workstation (192.168.1.20:17865)")
    assert shown.status.text() == "Computed on workstation"
    page.choice.setCurrentIndex(0)
    page.choice.activated.emit(0)
    shown.until(lambda: shown.computers.in_use is None)
    page.choice.setCurrentIndex(1)
    page.choice.activated.emit(1)
    shown.until(lambda: shown.computers.in_use == WORKSTATION)
    shown.until(lambda: page.forget.isEnabled())
    page.forget.click()
    shown.until(lambda: not shown.computers.paired and shown.computers.in_use is None)
    shown.until(lambda: page.choice.count() == 1)
    shown.harness.close()
    shown.window.deleteLater()


def test_a_code_is_tried_once_at_a_time(qtbot: QtBot, tmp_path: Path) -> None:
    """Few tries are left there, and what is typed meanwhile is no second one."""
    tried, answer = [], threading.Event()

    class Slow(FakeComputers):
        def pair(self, address: str, code: str) -> Computer:
            tried.append(code)
            answer.wait(PATIENCE_S)
            return super().pair(address, code)

    shown = Window(qtbot, tmp_path, Slow())
    settings_of(shown).pair.click()
    dialog = shown.window.findChildren(PairingDialog)[-1]
    dialog.address.setText("192.168.1.20")
    dialog.code.setText("wrong")
    dialog.pair.click()
    shown.until(lambda: tried)
    dialog.code.setText(FakeComputers.code)
    assert not dialog.pair.isEnabled()
    answer.set()
    shown.until(lambda: dialog.pair.isEnabled())
    assert tried == ["wrong"]
    dialog.close()
    shown.harness.close()
    shown.window.deleteLater()


def test_without_the_extra_there_is_nothing_to_choose(qtbot: QtBot) -> None:
    harness = Harness(qtbot, [], learned=Store())
    harness.window.actions_.settings.trigger()
    assert child(harness.window, SettingsDialog).computer is None
    assert harness.window.computer is None
    harness.close()
    harness.window.deleteLater()


def test_a_window_edits_on_a_real_server_and_goes_on_here_when_it_is_gone(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way: paired by the code, computed there, hung up in the middle, computed here."""
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "laptop"))
    there, here = FakeEngine(), FakeEngine()
    hosts = Hosts()
    monkeypatch.setattr(Harness, "_make_engine", lambda self: ChosenEngine(lambda: here, hosts))
    harness = Harness(qtbot, [], computers=hosts, learned=Store())
    shown = harness.window
    with serving(lambda: there, tmp_path / "workstation", pairing=True) as found:
        assert found.pairing is not None and shown.computer is not None
        shown.actions_.settings.trigger()
        settings_dialog = child(shown, SettingsDialog)
        assert settings_dialog.computer is not None
        settings_dialog.computer.pair.click()
        dialog = child(shown, PairingDialog)
        dialog.address.setText(f"127.0.0.1:{found.server.port}")
        dialog.code.setText(str(found.pairing.code))
        dialog.pair.click()
        harness.until(lambda: shown.computer is not None and shown.computer.in_use.computer is not None)
        settings_dialog.close()
        harness.open_picture()
        harness.run()
        assert any(isinstance(one, EditRequest) for one in there.requests)
        assert not any(isinstance(one, EditRequest) for one in here.requests)
        there.hold.clear()
        harness.type("face with red hair")
        shown.running.run()
        harness.until(lambda: sum(isinstance(one, EditRequest) for one in there.requests) == 2)
    harness.until(lambda: not shown.offer.isHidden())
    assert "was lost" in shown.offer.label.text()
    shown.offer.yes.click()
    harness.until(lambda: len(harness.state.results) == 2 and harness.state.phase is Phase.READY)
    assert sum(isinstance(one, EditRequest) for one in here.requests) == 1
    assert settings.load().compute_on == ""
    harness.close()
    harness.window.deleteLater()
