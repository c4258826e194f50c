"""Observable state of the prompt: model pack, prompt, source text, settings."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.core.errors import PromptError
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.ui.model.announcing import Announcing
from rtedit_desktop.ui.model.seen_packs import as_seen

MOST_PAST = 50
PROCESSOR = "CPU"
"""What the device is called where no card computes."""


class PromptState(Announcing):
    """Owns the pack in use among those that are installed, and what is asked of it."""

    pack_changed = Signal()
    packs_changed = Signal()
    prompt_changed = Signal()
    settings_changed = Signal()
    instant_changed = Signal()
    past_changed = Signal()

    def __init__(self, packs: list[PackInfo], parent: QObject | None = None, *, pack: str = "") -> None:
        """``pack`` is the id of the one to begin with, where it is there."""
        super().__init__(parent)
        self.packs = packs = as_seen(packs)
        self.pack: PackInfo | None = self.pack_called(pack) or (packs[0] if packs else None)
        self.pack_titles: dict[str, str] = {}
        self.recalled_packs: dict[str, str] = {}
        self.prompt = ""
        self.source = self.pack.source if self.pack else ""
        self.overrides: dict[str, object] = {}
        self.device = ""
        self.instant: frozenset[tuple[str, str]] = frozenset()
        self.past: tuple[tuple[str, str], ...] = ()

    def set_pack(self, pack: PackInfo) -> None:
        if pack is self.pack:
            return
        self._use(pack)
        with self.together():
            self._announce(self.pack_changed, self.prompt_changed)
            self.recommend()  # numbers that were chosen for one model mean something else to another

    def set_packs(self, packs: list[PackInfo]) -> None:
        """What is installed now; the pack in use stays, unless it is gone or another one in its place."""
        packs = as_seen(packs)
        if packs == self.packs:
            return
        self.packs = packs
        now = (self.pack_called(self.pack.id) if self.pack is not None else None) or (packs[0] if packs else None)
        with self.together():
            self._announce(self.packs_changed)
            if now == self.pack:
                self.pack = now
            elif now is not None:
                self.set_pack(now)
            else:
                self.pack = None
                self._announce(self.pack_changed, self.prompt_changed, self.settings_changed)

    def pack_called(self, id: str) -> PackInfo | None:
        return next((pack for pack in self.packs if pack.id == id), None)

    def name_packs(self, titles: Mapping[str, str]) -> None:
        """What packs are called that can be had, installed or not."""
        if titles != self.pack_titles:
            self.pack_titles = dict(titles)
            self._announce(self.packs_changed)

    def pack_title(self, id: str) -> str:
        pack = self.pack_called(id)
        return pack.title if pack is not None else self.pack_titles.get(id) or self.recalled_packs.get(id, id)

    def _use(self, pack: PackInfo) -> None:
        if self._source_is_usual:
            self.source = pack.source_for(self.prompt)
        self.pack = pack

    @property
    def _source_is_usual(self) -> bool:
        """Whether nobody wrote the source text: it is the pack's, or that of a suggestion that is the prompt."""
        pack = self.pack
        return pack is None or self.source in (pack.source, pack.source_for(self.prompt))

    def set_prompt(self, prompt: str) -> None:
        """Another prompt; a source text that the one before brought along goes with it."""
        if prompt != self.prompt:
            if self.pack is not None and self._source_is_usual:
                self.source = self.pack.source_for(prompt)
            self.prompt = prompt
            self._announce(self.prompt_changed, self.settings_changed)

    def set_source(self, source: str) -> None:
        if source != self.source:
            self.source = source
            self._announce(self.prompt_changed)

    def override(self, name: str, value: object) -> None:
        """The person chose a setting; None gives it back to the pack's recommendation."""
        if value is None:
            self.overrides.pop(name, None)
        else:
            self.overrides[name] = value
        self._announce(self.settings_changed)

    def recommend(self) -> None:
        """Back to the pack's settings; strength and seed have controls of their own and stay."""
        self.overrides = {name: value for name, value in self.overrides.items() if name in ("strength", "seed")}
        self._announce(self.settings_changed)

    @property
    def quick(self) -> bool:
        """Whether a pack's quick settings count: as the person chose, else where no card computes."""
        return bool(self.overrides.get("quick", self.device == PROCESSOR))

    @property
    def settings(self) -> EditSettings:
        """The pack's settings for the prompt with the person's own on top."""
        return self.settings_of(self.prompt, self.overrides)

    def settings_of(self, prompt: str, overrides: Mapping[str, object]) -> EditSettings:
        """The same of any prompt and of some of the person's own."""
        if self.pack is None:
            return EditSettings()
        return self.pack.settings_for(prompt, **{**overrides, "quick": self.quick})

    @property
    def strength(self) -> float:
        return self.settings.strength

    @property
    def prompt_error(self) -> PromptError | None:
        """Why the prompt cannot be run."""
        if self.pack is None:
            return PromptError("No model pack is installed.", "Install the app again; models come with it.")
        try:
            self.pack.check_prompt(self.prompt, self.source)
        except PromptError as error:
            return error
        return None

    def remember(self, *asked: tuple[str, str]) -> None:
        """Packs and prompts that were asked for, the latest first; those that are known come after them."""
        past = tuple(dict.fromkeys((*asked, *self.past)))[:MOST_PAST]
        if past != self.past:
            self.past = past
            self._announce(self.past_changed)

    @property
    def past_prompts(self) -> list[str]:
        """What was asked of the pack in use, the latest first."""
        return [prompt for pack, prompt in self.past if self.pack is not None and pack == self.pack.id]

    def set_instant(self, instant: frozenset[tuple[str, str]]) -> None:
        """Prompts with their source texts that were learned before for the photo as it is."""
        if instant != self.instant:
            self.instant = instant
            self._announce(self.instant_changed)

    def is_instant(self, prompt: str, source: str = "") -> bool:
        """Whether nothing would have to be learned; without ``source`` the written one counts."""
        return (prompt.strip(), (source or self.source).strip()) in self.instant
