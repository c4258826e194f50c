"""A window with an installer that needs no host and no disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QMessageBox
from pytestqt.qtbot import QtBot
from support.window.fake_library import FakePresetLibrary
from support.window.fakes import PACK
from support.window.harness import Harness

from rtedit_desktop.core.errors import PackError, PackInTheWay
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.packs.pack_installer import (
    PackEvent,
    PackNotice,
    PackOffer,
    PackProgress,
    PackReady,
    PackStopped,
)
from rtedit_desktop.ui.models.models_dialog import ModelsDialog

MB = 10**6
PART = "clip"
OTHER = replace(
    PACK, id="churches", title="Churches", domain="churches", source="church", suggestions=(), vocabulary=frozenset()
)


def offer(id: str, title: str, **more: object) -> PackOffer:
    usual = {
        "domain": f"photographs of {title.lower()}",
        "image_size": 256,
        "licence": "Apache-2.0, as its model card says",
        "source": f"https://host.example/{id}",
        "revision": "main",
        "bytes": 100 * MB,
        "hashes_known": True,
    }
    return PackOffer(id=id, title=title, **{**usual, **more})  # type: ignore[arg-type]


def installed(before: PackOffer) -> PackOffer:
    return replace(
        before, installed=True, own_files=True, lacks=(), bytes=0, waiting=0, on_disk=100 * MB, problem="",
        folder=Path("packs") / before.id,
    )  # fmt: skip


class FakePackInstaller:
    """Downloads in ten small steps; ``hold`` stops it in the middle of them."""

    def __init__(self) -> None:
        self.all = {
            one.id: one
            for one in (
                replace(installed(offer(PACK.id, "Fakes")), built_in=True),
                offer("churches", "Churches", lacks=(PART,), parts=(PART,), bytes=160 * MB, hashes_known=False),
                offer("dogs", "Dogs", bytes=0, by_hand="Get dog.pt.", files=("dog.pt",), lacks=(PART,), parts=(PART,)),
                offer(PART, "CLIP", bytes=60 * MB, shared_part=True, image_size=0, licence="MIT"),
            )
        }
        self.info = {PACK.id: PACK, "churches": OTHER}
        self.asked: list[tuple[object, ...]] = []
        self.threads: set[threading.Thread] = set()
        self.choices: tuple[str, ...] = ()
        self.slow: Path | None = None
        self.fails: Exception | None = None
        self.in_the_way = False
        self.hold = threading.Event()
        self.hold.set()

    def offers(self) -> list[PackOffer]:
        self.threads.add(threading.current_thread())
        return list(self.all.values())

    def packs(self) -> list[PackInfo]:
        return [self.info[one.id] for one in self.all.values() if one.installed and one.id in self.info]

    def free_bytes(self) -> int:
        return 5000 * MB

    def download(self, id: str, cancelled: threading.Event) -> Iterator[PackEvent]:
        self.asked.append(("download", id))
        self.threads.add(threading.current_thread())
        yield PackNotice(text=f"{id} comes from the host.")
        for step in range(1, 11):
            yield PackProgress(
                phase="downloading", what=f"{id}.bin", done=step * 10 * MB, of=100 * MB, speed=2.5e6, seconds_left=30.0
            )
            time.sleep(0.01)
            while step == 4 and not self.hold.is_set() and not cancelled.is_set():
                yield PackProgress(
                    phase="downloading", what=f"{id}.bin", done=40 * MB, of=100 * MB, speed=2.5e6, seconds_left=30.0
                )
                time.sleep(0.02)
            if cancelled.is_set():
                self.all[id] = replace(self.all[id], waiting=40 * MB, on_disk=40 * MB)
                yield PackStopped(kept=40 * MB)
                return
        if self.fails is not None:
            raise self.fails
        for one in self.all[id].lacks:
            self.all[one] = installed(self.all[one])
        self.all[id] = installed(self.all[id])
        yield PackReady(id=id, title=self.all[id].title, folder=Path(id))

    def could_be(self, path: Path) -> tuple[str, ...]:
        self.threads.add(threading.current_thread())
        if path == self.slow:
            time.sleep(0.1)
        if path.suffix == ".txt":
            raise PackError(f"The file {path.name} is not a checkpoint.", "Choose another.")
        return self.choices

    def import_pack(
        self, path: Path, cancelled: threading.Event, *, id: str | None = None, replace: bool = False
    ) -> Iterator[PackEvent]:
        self.asked.append(("import", path.name, id, replace))
        if self.in_the_way and not replace:
            raise PackInTheWay("A pack called “dogs” is installed already.", "Remove it first.")
        yield PackProgress(phase="converting", what=path.name, done=300, of=1000)
        while not self.hold.is_set() and not cancelled.is_set():
            time.sleep(0.005)
        if cancelled.is_set():
            yield PackStopped()
            return
        id = id or "dogs"
        part_is_here = self.all[PART].installed
        one = installed(self.all[id])
        if id != PART and not part_is_here:
            one = _lacking(one)
        self.all[id] = one
        if id == PART:
            self.all.update({k: installed(v) for k, v in self.all.items() if v.own_files and v.lacks})
        yield PackReady(id=id, title=one.title, folder=Path(id), lacks=one.lacks)

    def check(self, id: str, cancelled: threading.Event) -> Iterator[PackEvent]:
        self.asked.append(("check", id))
        yield PackProgress(phase="checking", what=id, done=1, of=2)
        if self.fails is not None:
            raise self.fails
        yield PackReady(id=id, title=self.all[id].title, folder=Path(id))

    def remove(self, id: str) -> int:
        self.asked.append(("remove", id))
        self.threads.add(threading.current_thread())
        self.all[id] = replace(
            self.all[id], installed=False, own_files=False, on_disk=0, waiting=0, bytes=100 * MB, folder=None
        )
        return 3_000_000_000


def _lacking(one: PackOffer) -> PackOffer:
    return replace(one, installed=False, lacks=(PART,), bytes=60 * MB)


class ModelHarness(Harness):
    """The window, its installer, and the dialog once it is opened."""

    def __init__(self, qtbot: QtBot, library: FakePresetLibrary | None = None, installer: Any = None) -> None:
        self.installer = installer or FakePackInstaller()
        super().__init__(qtbot, library=library, installer=self.installer)
        self.controller = self.model_controller
        self.models = self.controller.models

    @property
    def dialog(self) -> ModelsDialog:
        assert self.controller.dialog is not None
        return self.controller.dialog

    def open(self, id: str = "") -> ModelsDialog:
        self.window.actions_.models.trigger()
        self.until(lambda: self.models.known)
        self.dialog.show_model(id)
        return self.dialog

    def answer(self, button: str) -> str:
        """Press this in the one question that is asked; returns what it said."""
        (box,) = (box for box in self.dialog.findChildren(QMessageBox) if box.isVisible())
        text = f"{box.text()}\n{box.informativeText()}"
        self.press(box.buttons(), button)
        return text

    def press(self, buttons: list[QAbstractButton], text: str) -> None:
        (chosen,) = (b for b in buttons if b.text().replace("&", "") == text)
        self.qtbot.mouseClick(chosen, Qt.MouseButton.LeftButton)

    def row(self, id: str) -> str:
        """What stands under the title in the list."""
        listed = self.dialog.list
        rows = {listed._id(listed.item(row)): listed.item(row).text() for row in range(listed.count())}
        return rows[id].partition("\n")[2]

    def settled(self) -> None:
        """Nothing is being done any more, and the disk was looked at after it."""
        self.until(lambda: not self.models.jobs)
        self.until(lambda: self.models.offers == tuple(self.installer.all.values()))

    def drop(self, *paths: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        event = QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        self.dialog.dropEvent(event)

    def close(self) -> None:
        if isinstance(self.installer, FakePackInstaller):
            self.installer.hold.set()
        super().close()
