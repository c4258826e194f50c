"""Controller of the computer that computes: joins what is known of it with the engine, the jobs and the status bar."""

from __future__ import annotations

from PySide6.QtCore import QObject

from rtedit_desktop.core.engine_api import Computers
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.jobs.computer_in_use import ComputerInUse
from rtedit_desktop.ui.jobs.job_controller import JobController
from rtedit_desktop.ui.jobs.job_steps import Ending
from rtedit_desktop.ui.jobs.warming import Warming
from rtedit_desktop.ui.window.status_parts import ComputerStatus


class ComputerController(QObject):
    """There is one only where the engine may be on another computer."""

    def __init__(self, context: WindowContext, computers: Computers, jobs: JobController, warming: Warming) -> None:
        super().__init__(context.window)
        self.in_use = in_use = ComputerInUse(computers, context.offer, context.background, context.messages, self)
        self.status = ComputerStatus(in_use)
        context.engine.ask_when_lost(in_use.when_lost)
        in_use.repeats.connect(jobs.start_over)
        in_use.chosen.connect(warming.start)
        warming.ended.connect(in_use.reached)
        warming.unreachable.connect(in_use.unreachable)
        jobs.ended.connect(self._job_ended)
        in_use.look()

    def _job_ended(self, how: Ending) -> None:
        if how is Ending.FINISHED:
            self.in_use.reached()
