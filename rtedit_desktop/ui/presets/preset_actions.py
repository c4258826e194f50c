"""Carries out what can be done with presets: joins the panel, the library, the jobs and the messages."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.core.edits import EditSpec, PresetUse
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.preset import PresetInfo, PresetWords
from rtedit_desktop.core.requests import EditRequest
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.jobs.mix_controller import MixController
from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.presets.pairs_dialog import PairsDialog
from rtedit_desktop.ui.presets.preset_collection import PresetCollection
from rtedit_desktop.ui.presets.preset_details import PresetDetails
from rtedit_desktop.ui.presets.preset_dialogs import KeepDialog, LearnDialog
from rtedit_desktop.ui.presets.preset_learning import PresetLearning
from rtedit_desktop.ui.presets.preset_panel import PresetPanel
from rtedit_desktop.ui.widgets.file_dialogs import ask_presets, ask_share

_NAMED = 3


class PresetActions(QObject, RedrawnOnce):
    """Carries out what the panel and the menu ask for, and reports how it went."""

    applied = Signal()
    show_asked = Signal()
    pack_asked = Signal(str)
    prompt_refused = Signal()

    def __init__(
        self,
        context: WindowContext,
        presets: PresetCollection,
        panel: PresetPanel,
        mixes: MixController,
        learning: PresetLearning,
    ) -> None:
        window, state, messages, do = context.window, context.state, context.messages, context.actions
        super().__init__(window)
        self._window, self._state, self._messages, self._do = window, state, messages, do
        self._presets, self._panel, self._mixes, self._learning = presets, panel, mixes, learning
        panel.apply_asked.connect(self.apply)
        panel.pack_asked.connect(self.pack_asked)
        panel.mix_asked.connect(self.add_to_mix)
        panel.mix.mix_asked.connect(mixes.set_mix)
        panel.mix.removal_asked.connect(self.remove_from_mix)
        panel.rename_asked.connect(presets.rename)
        panel.favourite_asked.connect(presets.set_favourite)
        panel.share_asked.connect(self.ask_share)
        panel.details_asked.connect(lambda preset: PresetDetails(preset, window).open())
        panel.removal_asked.connect(presets.remove)
        do.keep_preset.triggered.connect(self.ask_keep)
        do.learn_preset.triggered.connect(self.ask_learn)
        do.learn_pairs.triggered.connect(self.ask_learn_pairs)
        do.import_presets.triggered.connect(lambda: ask_presets(window, presets.add))
        do.find_preset.triggered.connect(self._find)
        presets.added.connect(self._added)
        presets.removed.connect(self._removed)
        presets.shared.connect(self._shared)
        presets.failed.connect(messages.error)
        presets.refused.connect(messages.mention)
        presets.unreadable.connect(self._unreadable)
        learning.kept.connect(self._kept)
        learning.looked_through.connect(self._looked_through)
        learning.notice.connect(messages.say)
        learning.failed.connect(messages.error)
        self.redraw_on(state, state.phase_changed, state.results_changed, state.learning_changed)
        self.redraw()

    def redraw(self) -> None:
        state = self._state
        free = not state.phase.running and state.learning is None
        result = state.result
        self._do.keep_preset.setEnabled(free and result is not None and isinstance(result.request, EditRequest))
        self._do.learn_preset.setEnabled(free)
        self._do.learn_pairs.setEnabled(free and state.pack is not None)

    def _shared(self, path: Path, pictured: PresetInfo | None) -> None:
        text = self.tr("Shared as {name}.").format(name=path.name)
        if pictured is None:
            self._messages.say(text)
            return
        self._messages.say(
            text + " " + self.tr("Its two small pictures, before and after, are in the file."),
            self.tr("Leave them out"),
            lambda: self._presets.share(pictured, path, pictures=False),
        )

    def apply(self, preset: PresetInfo) -> None:
        """The photo with this preset alone."""
        self._apply((preset.use(),), preset)

    def add_to_mix(self, preset: PresetInfo) -> None:
        """The photo with this preset on top of those in use."""
        mix = self._state.mix
        if any(use.path == preset.path for use in mix):
            self._messages.say(self.tr("“{title}” is in use already.").format(title=preset.title))
            return
        packs = {other.spec.pack for use in mix if (other := self._presets.at(use.path)) is not None}
        if packs - {preset.spec.pack}:
            self._messages.say(
                self.tr("“{title}” was learned with another model than those in use; they cannot be mixed.").format(
                    title=preset.title
                )
            )
            return
        self._apply((*mix, preset.use()), preset)

    def remove_from_mix(self, path: Path) -> None:
        """One preset less; without the last one the photo is as it was opened."""
        state = self._state
        mix = tuple(use for use in state.mix if use.path != path)
        result = state.result
        if not mix and result is not None and result.base:
            state.restack(result.with_layers(result.base), self.tr("an edit deleted"))
            return
        if not mix:
            state.go_to_result(-1)
            return
        pack = state.pack_called(result.request.spec.pack) if result is not None else None
        if pack is not None and self._mixes.apply(mix, pack):
            self.applied.emit()

    def _apply(self, uses: tuple[PresetUse, ...], preset: PresetInfo) -> None:
        state = self._state
        pack = state.pack_called(preset.spec.pack)
        if pack is None:
            self._say_lacking(preset)
        elif state.photo is None:
            self._messages.say(
                self.tr("Open a photo first; then “{title}” can be applied to it.").format(title=preset.title)
            )
        elif self._switched(pack) and self._mixes.apply(uses, pack):
            self.applied.emit()
        else:
            self._messages.say(self.tr("Something is being learned; wait for it, or stop it with Esc."))

    def _switched(self, pack: PackInfo) -> bool:
        """Make it the pack in use; not in the middle of something else."""
        state = self._state
        if pack is not state.pack and (state.phase.running or state.learning is not None):
            return False
        state.set_pack(pack)
        return True

    def _say_lacking(self, preset: PresetInfo) -> None:
        title = self._state.pack_title(preset.spec.pack)
        text = self.tr("“{title}” needs the model pack “{pack}”, which is not installed.").format(
            title=preset.title, pack=title
        )
        if preset.spec.pack in self._state.pack_titles:
            get = self.tr("Get {pack}…").format(pack=title)
            self._messages.say(text, get, partial(self.pack_asked.emit, preset.spec.pack))
        else:
            self._messages.say(text)

    def ask_keep(self) -> None:
        """Make a preset of the current result."""
        result = self._state.result
        if result is not None and isinstance(result.request, EditRequest):
            edit = result.request
            KeepDialog(
                self.tr("Save as preset"), edit.spec.prompt, self.tr("Save"),
                partial(self._learning.keep, edit), self._window,
            ).open()  # fmt: skip

    def ask_learn(self) -> None:
        """Learn the prompt that is written, on many pictures."""
        state, pack = self._state, self._state.pack
        if pack is None or state.prompt_error is not None:
            self.prompt_refused.emit()
            return
        prompt, source = state.prompt.strip(), state.source.strip()
        settings = pack.learning_settings_for(prompt, seed=state.overrides.get("seed"))
        spec = EditSpec(pack=pack.id, prompt=prompt, source=source, settings=settings)

        def learn(words: PresetWords, folder: Path | None) -> None:
            self._learning.learn(words, spec, pack, folder)

        LearnDialog(prompt, source, pack.title, learn, self._window).open()

    def ask_learn_pairs(self) -> None:
        """Learn an edit from pictures before and after it, with the model in use."""
        pack = self._state.pack
        if pack is None:
            return

        def learn(words: PresetWords, before: Path, after: Path | None) -> None:
            self._learning.learn_pairs(words, pack, before, after)

        PairsDialog(self._learning.look_for_pairs, learn, pack.example, self._window).open()

    def _kept(self, path: Path, title: str, more: str) -> None:
        self._panel.choose(path)
        self._presets.refresh()
        text = self.tr("“{title}” is kept as a preset.").format(title=title)
        self._say(f"{text} {more}".strip())

    def _looked_through(self, refused: list[str], faceless: int, of: int) -> None:
        parts = []
        if refused:
            left_out = self.tr("Left out, because they could not be opened: {names}.")
            parts.append(left_out.format(names=self._listed(refused)))
        if faceless:
            middle = self.tr("In {n} of {of} pictures no face was found; their middles are used.")
            parts.append(middle.format(n=faceless, of=of))
        if parts:
            self._messages.say(" ".join(parts))

    def ask_share(self, preset: PresetInfo) -> None:
        ask_share(self._window, preset.path.name, partial(self._presets.share, preset))

    def _added(self, preset: PresetInfo) -> None:
        self._panel.choose(preset.path)
        self._say(self.tr("“{title}” is among the presets.").format(title=preset.title))

    def _removed(self, preset: PresetInfo) -> None:
        self._messages.say(
            self.tr("“{title}” is deleted.").format(title=preset.title),
            self.tr("Undo"),
            partial(self._presets.put_back, preset),
        )

    def _unreadable(self, problems: list[str]) -> None:
        text = problems[0]
        if len(problems) > 1:
            text = self.tr("{n} files among the presets cannot be read.").format(n=len(problems))
        self._messages.say(text, self.tr("Details"), lambda: self._messages.error(text, "", "\n\n".join(problems)))

    def _find(self) -> None:
        self.show_asked.emit()
        self._panel.search.setFocus()
        self._panel.search.selectAll()

    def _say(self, text: str) -> None:
        if self._panel.isVisible():
            self._messages.say(text)
        else:
            self._messages.say(text, self.tr("Show"), self.show_asked.emit)

    def _listed(self, names: list[str]) -> str:
        more = len(names) - _NAMED
        shown = ", ".join(names[:_NAMED])
        return self.tr("{names} and {n} more").format(names=shown, n=more) if more > 0 else shown
