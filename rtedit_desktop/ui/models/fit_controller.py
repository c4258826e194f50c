"""Controller that warns of a photo outside the model's domain, and offers the model that fits."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QObject

from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.packs.pack_installer import PackOffer
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.models.model_controller import ModelController
from rtedit_desktop.ui.widgets.messages import StandingStrip
from rtedit_desktop.worker.background import LatestOnly
from rtedit_desktop.worker.tasks import NewestTask


def unlike(pack: PackInfo) -> str:
    """What a picture is not that is none for this pack."""
    text = QCoreApplication.translate(
        "fit_controller", "This does not look like {domain}, which is all that {title} knows: expect a poor result."
    )
    return text.format(domain=pack.domain, title=pack.title)


class FitController(QObject):
    """Warns for as long as it is so, or until the person has seen it; below the prompt the warning stays."""

    def __init__(self, context: WindowContext, models: ModelController | None, banner: StandingStrip) -> None:
        super().__init__(context.window)
        self._state, self._photo_service, self._banner = context.state, context.photo_service, banner
        self._models = models
        self._lane = LatestOnly(context.background)
        self._looking = NewestTask(context.background.tasks)
        self._seen: tuple[Photo, PackInfo] | None = None
        self._banner.dismissed.connect(self._dismissed)
        self._state.check_changed.connect(self._look)
        for changed in (self._state.photo_changed, self._state.pack_changed):
            changed.connect(self._forget)

    def _look(self) -> None:
        state, check = self._state, self._state.check
        photo, pack = state.photo, state.pack
        if check is None or check.fits or photo is None or pack is None:
            if check is not None or photo is None:
                self._banner.hide()  # while nobody knows, what was said stays
            return
        if self._seen is not None and self._seen[0] is photo and self._seen[1] == pack:
            return
        if check.pack:
            self._say(pack, check.pack)
        elif pack.square == "face":
            self._say(pack, "")
        else:  # one that is too small for the model to see may be found in the whole photo
            self._looking.start(self._say_by_faces(photo, pack))

    def _forget(self) -> None:
        self._seen = None  # a photo that was put away takes no memory
        self._banner.hide()

    def _dismissed(self) -> None:
        if self._state.photo is not None and self._state.pack is not None:
            self._seen = self._state.photo, self._state.pack

    async def _say_by_faces(self, photo: Photo, pack: PackInfo) -> None:
        try:
            faces = await self._lane.run(partial(self._photo_service.faces, photo))
        except Exception:  # said where faces are looked for
            faces = ()
        if self._state.photo is photo and self._state.pack == pack:
            self._say(pack, self._pack_of_faces() if faces else "")

    def _pack_of_faces(self) -> str:
        """One that is here, else one that can be had."""
        offers = self._models.models.offers if self._models is not None else ()
        every: list[PackInfo | PackOffer] = [*self._state.packs, *offers]
        return next((one.id for one in every if one.square == "face"), "")

    def _say(self, pack: PackInfo, wanted: str) -> None:
        here = self._state.pack_called(wanted)
        offer = self._models.models.offer(wanted) if self._models is not None else None
        fitting = here or offer
        text = unlike(pack)
        if fitting is not None:
            text += " " + self.tr("For {domain} there is {title}.").format(domain=fitting.domain, title=fitting.title)
        if self._models is None:
            self._banner.show_text(text)
        elif here is not None:
            action = self.tr("Use {title}").format(title=here.title)
            self._banner.show_text(text, action, partial(self._models.use, here.id))
        else:
            self._banner.show_text(text, self.tr("Show the models"), partial(self._models.show, wanted))
