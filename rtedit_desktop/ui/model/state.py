"""Observable state of the window; every change is announced by its ``..._changed`` signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.core.edits import EditSpec, PresetUse, Spec
from rtedit_desktop.core.errors import shown_name
from rtedit_desktop.core.history import new_work_id
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.core.stack import Layer, strength_of
from rtedit_desktop.ui.model.document import Document
from rtedit_desktop.ui.model.found_faces import FoundFaces
from rtedit_desktop.ui.model.job_state import JobState
from rtedit_desktop.ui.model.known_presets import KnownPresets
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.model.result import EarlierResult, Result, put_by

_MOST_EARLIER = 60
_TO_SET = ("t0", "steps", "iterations", "seed", "encoding", "preserve")  # what the window has fields for


class EditorState(JobState):
    """The photo, its square and its results so far, on top of what is asked and what runs."""

    photo_changed = Signal()
    square_changed = Signal()
    square_found = Signal()
    region_changed = Signal()
    results_changed = Signal()
    saved_changed = Signal()
    mix_changed = Signal()
    stepped = Signal(str, str)

    def __init__(self, packs: list[PackInfo], parent: QObject | None = None, *, pack: str = "") -> None:
        """``pack`` is the id of the one to begin with, where it is there."""
        super().__init__(packs, parent, pack=pack)
        self.photo: Photo | None = None
        self.square: Square | None = None
        self.region: Region | None = None
        self.work = ""
        self.results: tuple[Result, ...] = ()
        self.result_index = -1
        self.continued = False
        self.layer = ""
        self.faces = FoundFaces()
        self.earlier: tuple[EarlierResult, ...] = ()
        self._written: set[Result] = set()
        self._deleted: frozenset[str] = frozenset()
        self.mix: tuple[PresetUse, ...] = ()
        self.known_presets = KnownPresets()

    def set_photo(self, photo: Photo, square: Square, work: str = "", results: tuple[Result, ...] = ()) -> None:
        """A new photo starts a new history, or goes on with the work of that name and its results."""
        if self.photo is not None:
            earlier = (*put_by(self.photo.name, self.work, self.results), *self.earlier)
            self.earlier = tuple(one for one in earlier if one.work != work)[:_MOST_EARLIER]
        self._recall_titles(results)
        self.photo, self.square, self.work = photo, square, work or new_work_id()
        self.results, self.result_index = results, len(results) - 1
        self._written.clear()
        self._deleted = frozenset()
        self.frames, self.selected, self.under, self.continued = (), -1, (), False
        with self.together():
            self._limit(None)
            self.set_mix(())
            self.override("strength", None)
            self.set_phase(Phase.READY)
            self._announce(self.photo_changed, self.square_changed)
            self._stand_on(self.result_index)
            if self.prompt.strip() in ("", *self.past_prompts):  # nothing that is being written
                self._write_again()

    def _recall_titles(self, results: Sequence[Result]) -> None:
        """What the presets and the models that they were made with are called, should those be gone."""
        for layer in (layer for result in results for layer in result.layers):
            self.known_presets.recall(layer.request.spec, layer.recipe)
            title = layer.recipe.get("pack_title")
            if isinstance(title, str) and title.strip():
                self.recalled_packs[layer.request.spec.pack] = shown_name(title)

    def set_square(self, square: Square) -> None:
        """A new square leaves the results alone, but shows the photo itself again; a region elsewhere goes.

        What was made of several edits stays, for the next one to be made on it.
        """
        if square == self.square:
            return
        self._place(square)
        self.stepped.emit(self.tr("the square"), "square")

    def find_square(self, square: Square) -> None:
        """The same for the square that is found when a photo was opened: nothing was done yet that could be undone."""
        if square != self.square:
            self._place(square)
            self.square_found.emit()

    def place_for(self, wanted: str) -> None:
        """Before an edit: the square that it wants, "whole" or "face", where nobody placed it by hand."""
        square = self.square_for(wanted)
        if square is not None and square != self.square:
            self._place(square)

    def square_for(self, wanted: str) -> Square | None:
        """The square that such an edit is made in."""
        if self.photo is None or self.square is None:
            return None
        return self.faces.square_for(wanted, Square.around(self.photo.size), self.square)

    def _place(self, square: Square) -> None:
        self.square = square
        self.continued = self.continued or (self.result is not None and self.result.is_stack)
        if not self.continued:
            self.result_index = -1
        self.frames, self.selected, self.under = (), -1, self.base
        with self.together():
            if self.region is not None and not self.region.reaches(square):
                self._limit(None)  # nothing could change
            if self.result is None:
                self.override("strength", None)
            self.set_mix(())
            self._announce(self.square_changed, self.frames_changed, self.selection_changed, self.results_changed)

    def set_region(self, region: Region | None) -> None:
        """Where the current result, and those to come, may change the photo; None is everywhere in the square."""
        if region == self.region:
            return
        self._limit(region)
        result, index = self.result, self.result_index
        if result is not None and not self.continued:
            self.results = (*self.results[:index], replace(result, region=region), *self.results[index + 1 :])
            self._announce(self.results_changed, self.saved_changed)
        self.stepped.emit(self.tr("the region"), "")

    def _limit(self, region: Region | None) -> None:
        if region != self.region:
            self.region = region
            self._announce(self.region_changed)

    def set_mix(self, mix: tuple[PresetUse, ...]) -> None:
        """The presets in use on the photo, each with its strength."""
        if mix != self.mix:
            self.mix = mix
            self._announce(self.mix_changed)

    def name_presets(self, titles: Mapping[Path, str], strengths: Mapping[Path, float]) -> None:
        """What presets are called, and the strengths that they were saved at."""
        if self.known_presets.learn(titles, strengths):
            self._announce(self.results_changed, self.mix_changed)

    def show_amounts(self, wanted: Spec | tuple[PresetUse, ...]) -> None:
        """Let the sliders say what is being made."""
        if isinstance(wanted, EditSpec):
            self.override("strength", wanted.settings.strength)
            return
        uses = wanted if isinstance(wanted, tuple) else wanted.uses
        self.override("strength", uses[0].strength if len(uses) == 1 else None)
        self.set_mix(uses)

    def set_prompt(self, prompt: str) -> None:
        """A new prompt begins at the strength that is recommended for it."""
        if self.result is None and prompt.strip() != self.prompt.strip():
            self.overrides.pop("strength", None)
        super().set_prompt(prompt)

    def choose_layer(self, id: str) -> None:
        """Of a stack, the edit whose strength the slider moves; an id that is none stands for the uppermost."""
        if id != self.layer:
            self.layer = id
            self.show_recipe()

    @property
    def chosen_layer(self) -> Layer | None:
        """The edit that the slider belongs to; None while it is that of the next one."""
        layers = self.result.layers if self.result is not None else ()
        return next((layer for layer in layers if layer.id == self.layer), layers[-1] if layers else None)

    @property
    def strength_moves(self) -> bool:
        """Whether there is one strength to be moved."""
        layer = self.chosen_layer
        return layer is None or (not layer.picked and len(strength_of(layer.request.spec)) == 1)

    @property
    def result(self) -> Result | None:
        """The result that would be saved."""
        return self.results[self.result_index] if 0 <= self.result_index < len(self.results) else None

    def add_result(self, result: Result) -> None:
        """A new entry at the end: nothing that was made before is dropped."""
        spec = result.request.spec
        if isinstance(spec, EditSpec):
            self.remember((spec.pack, spec.prompt.strip()))
        self.results = (*self.results, result)
        self._stand_on(len(self.results) - 1)
        self.stepped.emit(self.known_presets.what_of(result), "")

    def replace_result(self, index: int, result: Result) -> None:
        """The same entry at another strength."""
        self._put(index, result)
        self.stepped.emit(self.tr("the strength"), f"strength of {result.id}")

    def restack(self, result: Result, step: str, key: str = "") -> None:
        """The same entry with other layers; ``step`` is what undo calls it, ``key`` as in ``stepped``."""
        index = next((n for n, one in enumerate(self.results) if one.id == result.id), -1)
        if index >= 0:
            self._put(index, result)
            self.stepped.emit(step, key)

    def _put(self, index: int, result: Result) -> None:
        self.results = (*self.results[:index], result, *self.results[index + 1 :])
        if index == self.result_index:
            self.show_result()
        else:
            self._announce(self.results_changed)

    @property
    def base(self) -> tuple[Layer, ...]:
        """The layers that the next edit is made on, the lowest first; none: the photo as it was opened."""
        result = self.result
        if result is None:
            return ()
        return result.layers if self.continued else result.base

    def continue_from_here(self) -> None:
        """The next edit is made on the result that is shown."""
        if self.result is not None and not self.continued:
            self._continue()
            self._limit(None)
            self.stepped.emit(self.tr("to continue from a result"), "")

    def _continue(self) -> None:
        """The result is the picture to go on with: its frames give way to it."""
        self.continued = True
        self.set_frames((), -1, self.base)
        self.show_recipe()
        self._announce(self.results_changed, self.saved_changed)

    def go_to_result(self, index: int) -> None:
        """Show another result; -1 is the photo as it was opened."""
        if -1 <= index < len(self.results) and index != self.result_index:
            fresh = self._is_fresh(self.prompt)
            with self.together():
                self._stand_on(index)
                if not fresh:
                    self._write_again()
            self.stepped.emit(self.tr("the choice of a result"), "")

    def _is_fresh(self, prompt: str) -> bool:
        """Whether a prompt was written and not run yet: it may be meant for the result that is chosen."""
        specs = [one.request.spec for one in self.results]
        asked = {spec.prompt.strip() for spec in specs if isinstance(spec, EditSpec)}
        return bool(prompt.strip()) and prompt.strip() not in asked

    def _write_again(self) -> None:
        """What was asked for, in the fields where it was asked."""
        spec = self.result.request.spec if self.result is not None else None
        pack = self.pack_called(spec.pack) if isinstance(spec, EditSpec) else None
        if not isinstance(spec, EditSpec) or pack is None:
            return
        if pack is not self.pack:
            self.set_pack(pack)
        self.set_prompt(spec.prompt)
        self.set_source(spec.source)
        made = spec.settings
        if pack.settings_for(spec.prompt, quick=self.quick).learned_part != made.learned_part:
            self.overrides["quick"] = not self.quick
        usual = pack.settings_for(spec.prompt, quick=self.quick)
        for name in _TO_SET:
            self.overrides.pop(name, None)
            if getattr(made, name) != getattr(usual, name):
                self.overrides[name] = getattr(made, name)
        self._announce(self.settings_changed)

    def rename_result(self, name: str) -> None:
        """What the person calls the result that is shown; nothing: what was asked for."""
        result, name = self.result, " ".join(name.split())
        if result is not None and name != result.name:
            self._replace_shown(replace(result, name="" if name == self.known_presets.what_of(result) else name))
            self.stepped.emit(self.tr("the name of a result"), "")

    def _replace_shown(self, result: Result) -> None:
        """Nothing but words of it changed."""
        if self.saved:
            self._written.add(result)
        index = self.result_index
        self.results = (*self.results[:index], result, *self.results[index + 1 :])
        self._announce(self.results_changed, self.saved_changed)

    def delete_result(self) -> None:
        """Take the result that is shown off the list; the one before it is shown then."""
        result, index = self.result, self.result_index
        if result is None:
            return
        self._deleted |= {result.id}
        self.results = (*self.results[:index], *self.results[index + 1 :])
        self._stand_on(index - 1)
        self.stepped.emit(self.tr("a result deleted"), "")

    @property
    def document(self) -> Document:
        shown = self.result.id if self.result is not None else ""
        return Document(self.results, shown, self.square, self.region, self.continued, self._deleted)

    def restore(self, document: Document) -> None:
        """As it was; results that were made since stay in the list, and those that were deleted since come back."""
        known = {result.id: result for result in (*self.results, *document.results)}
        self._deleted = document.deleted
        kept = (result for result in known.values() if result.id not in document.deleted)
        self.results = tuple(sorted(kept, key=lambda result: result.made))
        index = next((n for n, result in enumerate(self.results) if result.id == document.shown), -1)
        if index < 0 and document.square is not None and document.square != self.square:
            self._place(document.square)
        if index < 0:
            self._limit(document.region)
        self._stand_on(index)
        if document.continued and index >= 0:
            self._continue()
            if document.square is not None and document.square != self.square:
                self._place(document.square)
            self._limit(document.region)

    def show_recipe(self) -> None:
        """Let the sliders say what the current result, and the chosen one of its edits, were made with."""
        layer, result = self.chosen_layer, self.result
        if layer is not None:
            self.override("strength", strength_of(layer.request.spec)[0] if self.strength_moves else None)
        self.set_mix(result.uses if result is not None and not self.continued else ())

    def show_result(self) -> None:
        """Back from what did not come to an end to the current result."""
        if self.continued and self.result is not None:
            self._continue()
        else:
            self._stand_on(self.result_index)

    @property
    def saved(self) -> bool:
        """Nothing is lost when the photo is closed now."""
        return self.result is None or self.result in self._written

    def mark_saved(self, result: Result) -> None:
        self._written.add(result)
        self._announce(self.saved_changed)

    def _stand_on(self, index: int) -> None:
        self.result_index, self.continued = index, False
        with self.together():
            self._show(self.result)

    def _show(self, result: Result | None) -> None:
        if result is None:
            self.set_frames((), -1, ())
            self.override("strength", None)
        else:
            if result.square != self.square:
                self.square = result.square
                self._announce(self.square_changed)
            self._limit(result.region)
            shown = max((i for i, frame in enumerate(result.frames) if frame.picture is result.picture), default=-1)
            self.set_frames(result.frames, shown, result.below)
        self.show_recipe()
        self._announce(self.results_changed, self.saved_changed)
