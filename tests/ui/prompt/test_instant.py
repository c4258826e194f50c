"""Prompts that were learned before are marked before they are run."""

from __future__ import annotations

from PySide6.QtCore import Qt
from support.window.fakes import PACK
from support.window.harness import Stand

SMILE = "smiling face"


def marked(stand: Stand) -> list[str]:
    """The chips that say they are instant, and bear the sign."""
    chips = [chip for chip in stand.bar.chips.buttons if chip.accessibleName().endswith(", instant")]
    assert all(not chip.icon().isNull() and "instant" in chip.toolTip() for chip in chips)
    return [chip.text() for chip in chips]


def test_what_was_learned_is_marked_and_reported(stand: Stand) -> None:
    stand.open_picture()
    stand.run(SMILE)
    stand.until(lambda: marked(stand) == [SMILE])
    assert "at once: it was learned before" in stand.bar.hint.text()
    suggestions = stand.bar.suggestions.items
    icons = {suggestions.item(row).text(): not suggestions.item(row).icon().isNull() for row in range(4)}
    assert [prompt for prompt, icon in icons.items() if icon] == [SMILE]
    stand.type("face with red hair")
    assert "at once" not in stand.bar.hint.text()
    assert marked(stand) == [SMILE]


def test_what_another_run_of_the_app_learned_is_marked_too(stand: Stand) -> None:
    seed = PACK.settings["default"].seed
    stand.engine.learned |= {("face with sunglasses", seed), ("sketch of a face", seed)}
    stand.window.warming.start()
    stand.open_picture()
    stand.until(lambda: marked(stand) == ["face with sunglasses", "sketch of a face"])


def test_a_prompt_of_ones_own_is_told_too(stand: Stand) -> None:
    stand.open_picture()
    stand.run("a face with red sunglasses")
    stand.until(lambda: "at once" in stand.bar.hint.text())


def test_another_seed_is_not_learned_yet(stand: Stand) -> None:
    stand.open_picture()
    stand.run(SMILE)
    stand.until(lambda: marked(stand))
    stand.state.override("seed", 77)
    stand.until(lambda: not marked(stand))
    stand.state.override("seed", None)
    stand.until(lambda: marked(stand) == [SMILE])


def test_marks_go_with_their_photo(stand: Stand) -> None:
    stand.open_picture()
    stand.run(SMILE)
    stand.until(lambda: marked(stand))
    asked = len(stand.engine.questions)
    stand.engine.learned.clear()
    stand.window.state.mark_saved(stand.result)
    photo = stand.state.photo
    stand.open_picture(50, 50)
    stand.until(lambda: stand.state.photo is not photo)
    assert marked(stand) == []
    stand.until(lambda: len(stand.engine.questions) > asked)
    assert stand.engine.questions[-1].picture is not stand.engine.questions[0].picture


def test_nothing_is_asked_before_the_models_are_there_nor_while_something_runs(stand: Stand) -> None:
    stand.open_picture()
    stand.type(SMILE)
    stand.until(lambda: not stand.window.instant._settle.isActive())
    stand.settle()
    assert not stand.engine.questions
    stand.engine.hold.clear()
    stand.qtbot.keyClick(stand.bar.prompt, Qt.Key.Key_Return)
    stand.until(lambda: stand.state.phase.running)
    stand.state.set_device("CPU")
    stand.until(lambda: not stand.window.instant._settle.isActive())
    stand.settle()
    assert not stand.engine.questions
    stand.engine.hold.set()
    stand.until(lambda: marked(stand) == [SMILE])
