"""Controller of the computer that computes: joins what is known of it with the engine, the jobs and the status bar."""

from __future__ import annotations

from PySide6.QtCore import QObject

from rtedit_desktop.core.engine_api import Computers
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.jobs.elsewhere import Elsewhere
from rtedit_desktop.ui.jobs.job_controller import JobController
from rtedit_desktop.ui.jobs.job_steps import Ending
from rtedit_desktop.ui.jobs.warming import Warming
from rtedit_desktop.ui.window.status_parts import ComputerStatus


class ComputerController(QObject):
    """There is one only where the engine may be on another computer."""

    def __init__(self, context: WindowContext, computers: Computers, jobs: JobController, warming: Warming) -> None:
        super().__init__(context.window)
        self.elsewhere = elsewhere = Elsewhere(computers, context.offer, context.background, context.messages, self)
        self.status = ComputerStatus(elsewhere)
        context.engine.ask_when_lost(elsewhere.when_lost)
        elsewhere.repeats.connect(jobs.start_over)
        elsewhere.chosen.connect(warming.start)
        warming.ended.connect(elsewhere.reached)
        warming.unreachable.connect(elsewhere.unreachable)
        jobs.ended.connect(self._job_ended)
        elsewhere.look()

    def _job_ended(self, how: Ending) -> None:
        if how is Ending.FINISHED:
            self.elsewhere.reached()
