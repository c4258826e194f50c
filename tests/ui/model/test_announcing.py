"""Changes that are made together are announced once, when all are made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from support.window.fakes import PACK, picture
from support.window.harness import Harness

from rtedit_desktop.ui.model.announcing import Announcing, RedrawnOnce


class Counted(Announcing):
    one = Signal()
    other = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.values, self.seen = [0, 0], list[tuple[str, int, int]]()
        self.one.connect(lambda: self._see("one"))
        self.other.connect(lambda: self._see("other"))

    def _see(self, name: str) -> None:
        one, other = self.values
        self.seen.append((name, one, other))

    def change(self, which: int) -> None:
        self.values[which] += 1
        self._announce((self.one, self.other)[which])


def test_alone_it_is_announced_at_once() -> None:
    state = Counted()
    state.change(1)
    state.change(1)
    assert state.seen == [("other", 0, 1), ("other", 0, 2)]


def test_together_each_is_announced_once_in_the_order_of_the_first() -> None:
    state = Counted()
    with state.together():
        state.change(1)
        with state.together():
            state.change(0)
            state.change(1)
        assert not state.seen
    assert state.seen == [("other", 1, 2), ("one", 1, 2)]


def test_an_error_on_the_way_hides_no_change() -> None:
    state = Counted()
    with pytest.raises(ValueError), state.together():
        state.change(0)
        raise ValueError
    assert state.seen == [("one", 1, 0)]
    state.change(0)
    assert len(state.seen) == 2


def test_whoever_hears_of_one_may_make_others() -> None:
    state = Counted()
    state.one.connect(lambda: state.change(1))
    with state.together():
        state.change(0)
        state.change(1)
    assert [name for name, _, _ in state.seen] == ["one", "other", "other"]


class Part(QObject, RedrawnOnce):
    def __init__(self, state: Counted) -> None:
        super().__init__()
        self.drawn, self._state = list[tuple[int, ...]](), state
        self.redraw_on(state, state.one, state.other)

    def redraw(self) -> None:
        self.drawn.append(tuple(self._state.values))


def test_a_part_redraws_once_for_what_was_made_together_and_at_once_otherwise() -> None:
    state = Counted()
    part = Part(state)
    with state.together():
        state.change(0)
        state.change(1)
        state.change(1)
    assert part.drawn == [(1, 2)]
    state.change(0)
    assert part.drawn == [(1, 2), (2, 2)]
    with state.together():
        pass
    assert len(part.drawn) == 2


def test_a_part_is_not_late_where_a_listener_makes_changes_of_its_own() -> None:
    state = Counted()
    part = Part(state)

    def more() -> None:
        if state.values[0] < 3:
            with state.together():
                state.change(0)
                state.change(1)

    state.one.connect(more)
    with state.together():
        state.change(0)
    assert part.drawn == [(3, 2)] and not state.announcing


def test_the_end_of_an_edit_is_announced_once_with_its_result(harness: Harness) -> None:
    harness.open_picture()
    state, seen = harness.state, list[tuple[str, bool, int]]()
    for name in ("phase", "progress", "frames", "selection", "results", "saved", "settings"):
        getattr(state, f"{name}_changed").connect(
            lambda name=name: seen.append((name, state.phase.running, len(state.results)))
        )
    harness.type("smiling face")
    seen.clear()
    harness.window.running.run()
    harness.until(lambda: state.results)
    end = [name for name, running, _ in seen if not running]
    assert set(end) >= {"phase", "results", "frames", "saved"}
    assert len(end) == len(set(end))
    assert all(count == 1 for _, running, count in seen if not running)


def test_several_signals_of_one_change_are_one_for_who_redraws() -> None:
    state = Counted()
    part = Part(state)
    state.values = [1, 1]
    state._announce(state.one, state.other)
    assert state.seen == [("one", 1, 1), ("other", 1, 1)] and part.drawn == [(1, 1)]


def redraws_of(parts: Iterable[RedrawnOnce], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of those that redraw from now on, one each time."""
    drawn: list[str] = []
    for part in parts:
        real = type(part).redraw

        def redraw(self: Any, real: Any = real) -> None:
            drawn.append(type(self).__name__)
            real(self)

        monkeypatch.setattr(type(part), "redraw", redraw)
    return drawn


def test_a_photo_that_is_opened_is_drawn_once_by_each_part(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = (harness.window, harness.window.filmstrip, harness.window.history, harness.window.stack.panel)
    drawn = redraws_of(parts, monkeypatch)
    photo = harness.photo_service.from_pixels(picture(), "photo")
    harness.state.set_photo(photo, harness.photo_service.centred_square(photo))
    assert sorted(drawn) == sorted(type(part).__name__ for part in parts)


def test_models_that_come_and_go_are_drawn_once(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    state, bar = harness.state, harness.bar
    drawn = redraws_of((bar.pack, bar.completions), monkeypatch)
    other = replace(PACK, id="another", title="Another")
    state.set_packs([other])
    assert state.pack is not None and state.pack.id == "another" and bar.pack.currentText() == "Another"
    assert sorted(drawn) == ["Completions", "PackChoice"]
    drawn.clear()
    with state.together():
        state.set_packs([PACK, other])
        state.remember(("another", "smiling face"))
        state.set_pack(state.packs[0])
    assert sorted(drawn) == ["Completions", "PackChoice"]
