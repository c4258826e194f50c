from __future__ import annotations

import io
import math

from rtedit_desktop.commands.shared.terminal import Progress
from rtedit_desktop.core.events import Adapting, Loading, Notice


def test_a_terminal_gets_one_line_that_is_redrawn() -> None:
    class Terminal(io.StringIO):
        encoding = "ascii"

        def isatty(self) -> bool:
            return True

    stream = Terminal()
    progress = Progress(stream)
    progress.show(Loading(job_id="j", what="Bücher", fraction=0.5))
    progress.show(Adapting(job_id="j", step=3, of=6, score=0.25, seconds_left=200))
    progress.show(Notice(job_id="j", text="now\x1b[2J this"))
    progress.clear()
    shown = stream.getvalue()
    assert "\r[############------------] Learning step 3/6, score 0.25, 3 min left" in shown
    assert "\nNote" not in shown
    assert shown.endswith("Note: now?[2J this\n")
    assert "\x1b" not in shown


def test_the_first_step_is_announced() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    progress.show(Adapting(job_id="j", step=0, of=6, score=0.0, seconds_left=math.inf))
    assert stream.getvalue() == "Learning: the first of 6 steps\n"
