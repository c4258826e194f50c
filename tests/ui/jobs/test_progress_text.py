from __future__ import annotations

import math

from pytestqt.qtbot import QtBot

from rtedit_desktop.core.events import Adapting
from rtedit_desktop.ui.jobs.job_steps import progress_of
from rtedit_desktop.ui.jobs.progress_text import progress_words
from rtedit_desktop.ui.model.phase import Phase, Progress
from rtedit_desktop.ui.model.state import EditorState


def test_the_first_step_is_announced_and_time_is_told_from_the_first_step_on(qtbot: QtBot) -> None:
    state = EditorState([])
    state.set_phase(Phase.ADAPTING)
    begin = Adapting(job_id="j", step=0, of=8, score=0.0, seconds_left=math.inf)
    first = Adapting(job_id="j", step=1, of=8, score=0.25, seconds_left=140.0)
    words = []
    for event in (begin, first):
        state.set_progress(progress_of(event, Progress()))
        words.append(progress_words(state))
    assert words[0] == "Learning: the first of 8 steps"
    assert words[1].startswith("Learning: step 1 of 8 · how sure: 0.25") and words[1].endswith("about 3 min left")
