"""Prompts that were learned before are marked before they are run."""

from __future__ import annotations

from PySide6.QtCore import Qt
from support.window.fakes import PACK
from support.window.harness import Harness

SMILE = "smiling face"


def marked(harness: Harness) -> list[str]:
    """The chips that say they are instant, and bear the sign."""
    chips = [chip for chip in harness.bar.chips.buttons if chip.accessibleName().endswith(", instant")]
    assert all(not chip.icon().isNull() and "instant" in chip.toolTip() for chip in chips)
    return [chip.text() for chip in chips]


def test_what_was_learned_is_marked_and_reported(harness: Harness) -> None:
    harness.open_picture()
    harness.run(SMILE)
    harness.until(lambda: marked(harness) == [SMILE])
    assert "at once: it was learned before" in harness.bar.hint.text()
    suggestions = harness.bar.suggestions.items
    icons = {suggestions.item(row).text(): not suggestions.item(row).icon().isNull() for row in range(4)}
    assert [prompt for prompt, icon in icons.items() if icon] == [SMILE]
    harness.type("face with red hair")
    assert "at once" not in harness.bar.hint.text()
    assert marked(harness) == [SMILE]


def test_what_another_run_of_the_app_learned_is_marked_too(harness: Harness) -> None:
    seed = PACK.settings["default"].seed
    harness.engine.learned |= {("face with sunglasses", seed), ("sketch of a face", seed)}
    harness.window.warming.start()
    harness.open_picture()
    harness.until(lambda: marked(harness) == ["face with sunglasses", "sketch of a face"])


def test_a_prompt_of_ones_own_is_told_too(harness: Harness) -> None:
    harness.open_picture()
    harness.run("a face with red sunglasses")
    harness.until(lambda: "at once" in harness.bar.hint.text())


def test_another_seed_is_not_learned_yet(harness: Harness) -> None:
    harness.open_picture()
    harness.run(SMILE)
    harness.until(lambda: marked(harness))
    harness.state.override("seed", 77)
    harness.until(lambda: not marked(harness))
    harness.state.override("seed", None)
    harness.until(lambda: marked(harness) == [SMILE])


def test_marks_go_with_their_photo(harness: Harness) -> None:
    harness.open_picture()
    harness.run(SMILE)
    harness.until(lambda: marked(harness))
    asked = len(harness.engine.questions)
    harness.engine.learned.clear()
    harness.window.state.mark_saved(harness.result)
    photo = harness.state.photo
    harness.open_picture(50, 50)
    harness.until(lambda: harness.state.photo is not photo)
    assert marked(harness) == []
    harness.until(lambda: len(harness.engine.questions) > asked)
    assert harness.engine.questions[-1].picture is not harness.engine.questions[0].picture


def test_nothing_is_asked_before_the_models_are_there_nor_while_something_runs(harness: Harness) -> None:
    harness.open_picture()
    harness.type(SMILE)
    harness.until(lambda: not harness.window.instant._settle.isActive())
    harness.settle()
    assert not harness.engine.questions
    harness.engine.hold.clear()
    harness.qtbot.keyClick(harness.bar.prompt, Qt.Key.Key_Return)
    harness.until(lambda: harness.state.phase.running)
    harness.state.set_device("CPU")
    harness.until(lambda: not harness.window.instant._settle.isActive())
    harness.settle()
    assert not harness.engine.questions
    harness.engine.hold.set()
    harness.until(lambda: marked(harness) == [SMILE])
