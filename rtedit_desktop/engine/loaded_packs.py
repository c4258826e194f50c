"""The pack that is loaded: one at a time, since two of them can be more than there is memory for."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.errors import RTEditError, SettingsError
from rtedit_desktop.core.events import Event, Loading, Notice
from rtedit_desktop.core.lazy_text import LazyText, tr
from rtedit_desktop.engine import models
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.engine.stopping import Stop
from rtedit_desktop.packs.manifest.shared_parts import PARTS, stands_in

if TYPE_CHECKING:
    from rtedit_desktop.packs.catalog import Catalog


class LoadedPacks:
    """Owns what is loaded on a device. Its generators yield Loading events and Notices."""

    def __init__(self, catalog: Catalog, device: Device) -> None:
        self._catalog, self._device = catalog, device
        self.loaded: models.LoadedPack | None = None
        self._told: LazyText | str = ""

    def load(self, name: str, job: str, stop: Stop) -> Generator[Event, None, models.LoadedPack]:
        """The generator's value is the pack, loaded anew where another one is in its place now."""
        manifest = self._catalog.manifest(name)
        if self.loaded is None or self.loaded.manifest != manifest:
            self.loaded = None
            for what, fraction, loaded in models.load(manifest, self._device.device, self._device.decoding):
                stop.check()
                yield Loading(
                    job_id=job, what=tr("{title}: {what}", title=manifest.info.title, what=what), fraction=fraction
                )
                self.loaded = loaded
            if self._device.notice and not self._told:
                self._told = self._device.notice
                yield Notice(job_id=job, text=self._told)
            if stands_in(manifest.clip_part):
                yield Notice(
                    job_id=job,
                    text=tr(
                        "{title} works with {part}, which sees less than the text model it was made for.",
                        title=manifest.info.title,
                        part=PARTS[manifest.clip_part].title,
                    ),
                )
        assert self.loaded is not None
        return self.loaded

    def load_for(self, spec: EditSpec, job: str, stop: Stop) -> Generator[Event, None, models.LoadedPack]:
        """The pack for something to be learned, after a look at what would fail later."""
        self._catalog.manifest(spec.pack).info.check_prompt(spec.prompt, spec.source)
        stop.check()
        pack = yield from self.load(spec.pack, job, stop)
        stop.check()
        if spec.settings.t0 >= pack.manifest.schedule.timesteps:
            raise SettingsError(
                tr(
                    "t0 is {t0}, which {title} was not trained for.",
                    t0=spec.settings.t0,
                    title=pack.manifest.info.title,
                ),
                tr("Give t0 a value below {timesteps}.", timesteps=pack.manifest.schedule.timesteps),
            )
        return pack

    def held(self, name: str) -> models.LoadedPack | None:
        """The pack if it is loaded and still the one that a job would use."""
        pack = self.loaded
        try:
            return pack if pack is not None and pack.manifest == self._catalog.manifest(name) else None
        except RTEditError:
            return None

    def move_to(self, device: Device) -> None:
        """Load on another device from now on."""
        self.forget()
        self._device = device

    def forget(self) -> None:
        self.loaded = None


def load_text_model(pack: models.LoadedPack, job: str, stop: Stop) -> Iterator[Event]:
    """Load the text model of a pack that has one, which takes as long as the rest of it."""
    if not pack.waits_for_text_model:
        return
    for what, fraction in ((tr("the text model"), models.UNET_SHARE), (tr("ready"), 1.0)):
        stop.check()
        what = tr("{title}: {what}", title=pack.manifest.info.title, what=what)
        yield Loading(job_id=job, what=what, fraction=fraction)
        pack.text_model  # noqa: B018 - asked for, and so loaded
