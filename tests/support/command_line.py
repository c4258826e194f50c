"""What the tests of the commands share: an engine that plays a script, and a computer to work at."""

from __future__ import annotations

import errno
import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from support.fake_engine import FakeEngine, Script
from support.nets.engines import new_engine, picture

from rtedit_desktop.cli import main
from rtedit_desktop.core.events import Adapting, DecodeStep, Event, Failed, Finished, Loading, Notice
from rtedit_desktop.core.requests import EditRequest
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.presets.library import FolderPresetLibrary


class GivenEngine(FakeEngine):
    """One that a command was given, and must leave open."""

    def close(self) -> None:
        raise AssertionError("an engine that was given is not the command's to close")


def brighter(request: EditRequest, cancelled: threading.Event) -> Iterator[Event]:
    job, settings = request.job_id, request.spec.settings
    after = np.clip(request.picture.astype(int) + 40, 0, 255).astype(np.uint8)
    yield Loading(job_id=job, what="Tiny: the image model", fraction=0.5)
    yield Notice(job_id=job, text="Memory is short.")
    for step in (1, 2, 3):
        preview = after if settings.preview_every else None
        yield Adapting(job_id=job, step=step, of=3, score=0.1 * step, seconds_left=3.0 - step, preview=preview)
    for index, t in ((1, 400), (2, 200)):
        yield DecodeStep(job_id=job, index=index, of=2, t=t, picture=after)
    recipe = {"prompt": request.spec.prompt, "settings": {"seed": np.int64(settings.seed)}}
    yield Finished(
        job_id=job, picture=after, score=0.3, steps_taken=3, recipe=recipe, seconds={"adapt": 1.0, "total": 2.5}
    )


def failing(details: str) -> Script:
    def script(request: EditRequest, cancelled: threading.Event) -> Iterator[Event]:
        yield Failed(job_id=request.job_id, what="It went wrong.", todo="Do this.", details=details)

    return script


def edit(
    catalog: Catalog, photo: Path, *args: str, script: Script = brighter, photo_service: Any = None
) -> tuple[int, GivenEngine]:
    engine = GivenEngine(script)
    prompt = [] if args[:1] and not args[0].startswith("-") else ["smiling face"]
    out = [] if "-o" in args else ["-o", str(photo.with_name("out.png"))]
    if out:
        photo.with_name("out.png").unlink(missing_ok=True)
    return main(
        ["edit", str(photo), *prompt, *args, *out], engine=engine, photo_service=photo_service, catalog=catalog
    ), engine


class Full(io.StringIO):
    """A stream on a full disk, or whose reader went away."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


class CommandHarness:
    """One engine, one preset library, one folder; ``run`` is a command line."""

    def __init__(self, tiny_pack: Path, folder: Path) -> None:
        self.folder = folder
        self.catalog = Catalog([tiny_pack.parent])
        self.engine: TorchEngine = new_engine(self.catalog)
        self.library = FolderPresetLibrary(folder / "presets", folder / "none", packs=())
        self.images = folder / "images é"
        self.images.mkdir()
        for seed in range(3):
            Image.fromarray(picture(seed, 40)).save(self.images / f"{seed}.png")
        self.photo = folder / "photo.png"
        Image.fromarray(picture(9, 48)).save(self.photo)
        self.out = folder / "out.png"

    def run(self, *args: object) -> int:
        given = [str(arg) for arg in args]
        return main(given, engine=self.engine, catalog=self.catalog, library=self.library)

    def play(self, script: Script, *args: object) -> int:
        """The same with an engine that plays a script."""
        given = [str(arg) for arg in args]
        return main(given, engine=GivenEngine(script), catalog=self.catalog, library=self.library)

    def learn(self, prompt: str = "smiling face", *args: object) -> int:
        return self.run("learn", prompt, "--images", self.images, "--iterations", 2, *args)
