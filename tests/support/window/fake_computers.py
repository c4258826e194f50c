"""A list of paired computers in memory."""

from __future__ import annotations

from rtedit_desktop.core.engine_api import Computer
from rtedit_desktop.core.errors import RemoteError

WORKSTATION = Computer(id="ab" * 32, name="workstation", host="192.168.1.20", port=17865)


class FakeComputers:
    """A list in memory; ``code`` is the one that pairs."""

    code = "right"

    def __init__(self, *computers: Computer, chosen: Computer | None = None) -> None:
        self.paired, self.in_use = [*computers], chosen
        self.fails: Exception | None = None

    def all(self) -> list[Computer]:
        return list(self.paired)

    def chosen(self) -> Computer | None:
        return self.in_use

    def choose(self, computer: Computer | None) -> None:
        if self.fails is not None:
            raise self.fails
        self.in_use = computer

    def pair(self, address: str, code: str) -> Computer:
        if code != self.code:
            raise RemoteError("The code is not right.", "Type it again.")
        self.paired.append(WORKSTATION)
        return WORKSTATION

    def forget(self, computer: Computer) -> None:
        self.paired.remove(computer)
