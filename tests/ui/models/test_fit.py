"""A photo that is none for the model: said when it is opened, before anything is run on it."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
from patience import PATIENCE_S
from support.window.fakes import face
from support.window.harness import Harness
from support.window.model_harness import ModelHarness, installed

from rtedit_desktop.core.domain import DomainCheck
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo

POOR = "expect a poor result"
UNFIT = DomainCheck(fits=False, advice="as the command line says it", pack="churches")


def opened(harness: Harness | ModelHarness, check: DomainCheck | None) -> None:
    harness.engine.check = check
    harness.window.warming.start()
    harness.open_picture()
    harness.until(lambda: harness.engine.questions and harness.state.check is check)


def test_it_is_reported_before_anything_runs_and_stays_below_the_prompt(harness: Harness) -> None:
    opened(harness, UNFIT)
    assert POOR in harness.window.unfit.label.text() and not harness.window.unfit.action.isVisible()
    assert POOR in harness.bar.hint.text() and "Fakes knows" in harness.bar.hint.text()
    assert not [request for request in harness.engine.requests if hasattr(request, "prompt")]
    harness.type("smiling face")
    assert POOR in harness.bar.hint.text()
    harness.type("zebra")
    assert POOR not in harness.bar.hint.text(), "what cannot run at all comes first"
    assert harness.state.square is not None
    harness.state.set_square(replace(harness.state.square, side=40))
    assert harness.state.check is None and harness.window.unfit.isVisible()
    harness.until(lambda: harness.state.check is UNFIT)
    assert harness.window.unfit.isVisible() and not harness.window.unfit._timer.isActive(), "it goes by no clock"
    harness.window.unfit.close_button.click()
    harness.state.set_square(replace(harness.state.square, side=41))
    harness.until(lambda: harness.state.check is UNFIT)
    assert not harness.window.unfit.isVisible(), "it was seen"


def test_a_photo_that_fits_takes_it_back(harness: Harness) -> None:
    opened(harness, UNFIT)
    harness.engine.check = DomainCheck(fits=True)
    harness.open_picture(80, 60)
    harness.until(lambda: harness.state.photo is not None and harness.state.photo.size == (80, 60))
    assert POOR not in harness.bar.hint.text()
    harness.until(lambda: harness.state.check is harness.engine.check)
    assert "Write what should change" in harness.bar.hint.text() and not harness.window.unfit.isVisible()


def test_the_model_that_fits_is_at_hand(models: ModelHarness) -> None:
    models.installer.all["churches"] = installed(models.installer.all["churches"])
    models.models.refresh()
    models.until(lambda: len(models.state.packs) == 2)
    opened(models, UNFIT)
    assert models.window.unfit.action.text() == "Use Churches"
    assert "For churches there is Churches." in models.window.unfit.label.text()
    models.engine.check = None
    models.window.unfit.action.click()
    assert models.state.pack is not None and models.state.pack.id == "churches"
    assert not models.window.unfit.isVisible()
    assert POOR not in models.bar.hint.text()


def test_the_way_to_a_model_that_is_not_here(models: ModelHarness) -> None:
    opened(models, UNFIT)
    models.until(lambda: models.window.unfit.action.text() == "Show the models")
    models.window.unfit.action.click()
    models.until(lambda: models.dialog.list.chosen_id == "churches")
    assert models.window.unfit.isVisible(), "it is so still"


def test_a_face_too_small_for_the_model_to_see_is_found_in_the_photo(models: ModelHarness) -> None:
    models.installer.all["dogs"] = replace(models.installer.all["dogs"], square="face", domain="photographs of faces")
    models.models.refresh()
    models.photo_service.found = (face(30, 20, 6),)
    models.until(lambda: models.models.known)
    opened(models, replace(UNFIT, pack=""))
    models.until(lambda: "For photographs of faces there is Dogs." in models.window.unfit.label.text())
    models.window.unfit.action.click()
    models.until(lambda: models.dialog.list.chosen_id == "dogs")


def test_what_was_asked_for_another_model_is_not_told_of_this_one(models: ModelHarness) -> None:
    models.installer.all["churches"] = installed(models.installer.all["churches"])
    models.models.refresh()
    models.until(lambda: len(models.state.packs) == 2)
    opened(models, DomainCheck(fits=True))
    asked, state = len(models.engine.questions), models.state
    assert state.square is not None
    begun, free, crop = threading.Event(), threading.Event(), models.photo_service.crop

    def slow(photo: Photo, square: Square, size: int) -> np.ndarray:
        begun.set()
        assert free.wait(PATIENCE_S)
        return crop(photo, square, size)

    models.photo_service.crop = slow  # type: ignore[method-assign]
    state.set_square(replace(state.square, side=state.square.side - 1))
    models.until(begun.is_set)
    state.set_pack(state.packs[1])
    free.set()
    models.until(lambda: len(models.engine.questions) > asked)
    asked_of = {edit.pack for question in models.engine.questions[asked:] for edit in question.edits}
    assert asked_of <= {"churches"}, "the other has suggestions, and they are not asked about any more"
