"""A disk that is full at one moment or another: whether something is lost, half there, or said without a sentence.

    python tests/benchmarks/attack_disks.py [--count 20] [--seed 0] [--first 0]

Each fills a small disk but for some kilobytes and does one of ``TASKS`` there, which take turns; then there is room
again, and the same is done once more. The disk is a real one, a tmpfs for the process alone, where the system lets it
have one; else no file may grow beyond those kilobytes, and what is counted says so. Counted are what fitted and what
was refused in a sentence, what ``attacking`` counts, and

    lost        what was there before is gone or another
    half        a partial file or folder lies there, or what was done is not whole
    stuck       with room again it cannot be done
    verbose     a sentence of more than 600 letters, or none

It ends with 1 when one of them is not 0.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import numpy as np  # noqa: E402
from benchmarks import small_disk  # noqa: E402
from benchmarks.attacking import Attack, Make, main  # noqa: E402
from PIL import Image  # noqa: E402
from support.batch_table import Table, end, failures  # noqa: E402
from support.edited_photos import noise, soft  # noqa: E402
from support.journal_entries import edit  # noqa: E402
from support.nets.tiny_pack import FIELDS  # noqa: E402
from support.preset_files import put  # noqa: E402

from rtedit_desktop.core.errors import RTEditError, SaveError  # noqa: E402
from rtedit_desktop.core.history import new_work_id  # noqa: E402
from rtedit_desktop.core.preset import PresetInfo  # noqa: E402
from rtedit_desktop.history.journal import FolderJournal  # noqa: E402
from rtedit_desktop.imaging.photo_service import FilePhotoService  # noqa: E402
from rtedit_desktop.packs import store  # noqa: E402
from rtedit_desktop.packs.catalog import Catalog  # noqa: E402
from rtedit_desktop.packs.convert import pack_import  # noqa: E402
from rtedit_desktop.packs.download.first_seen import FirstSeen  # noqa: E402
from rtedit_desktop.packs.installer import FolderPackInstaller  # noqa: E402
from rtedit_desktop.presets.format import read_content  # noqa: E402
from rtedit_desktop.presets.library import FolderPresetLibrary  # noqa: E402
from rtedit_desktop.support import network, paths, settings  # noqa: E402

SIZE, LONGEST = 2 * 2**20, 600
FREE = (0, 0, 4096, 8192, 16384, 65536, 200_000)
WORK = new_work_id()


class Task(NamedTuple):
    """``before`` makes what is there, ``do`` raises where there is no room, ``whole`` looks whether it is done."""

    before: Callable[[Path], object]
    do: Callable[[Path], object]
    whole: Callable[[Path], bool]


class Full(NamedTuple):
    name: str
    free: int


def saving(suffix: str, over: bool) -> Task:
    def source(disk: Path) -> Path:
        return disk.parent / f"photo{suffix}"

    def before(disk: Path) -> None:
        Image.fromarray(soft(160, 200)).save(source(disk))
        if over:
            shutil.copy(source(disk), disk / f"out{suffix}")

    def do(disk: Path) -> None:
        service = FilePhotoService()
        photo = service.open(source(disk))
        service.save(disk / f"out{suffix}", photo, np.maximum(photo.pixels, noise(160, 200, 3, kind=np.uint8) // 2))

    def whole(disk: Path) -> bool:
        with Image.open(disk / f"out{suffix}") as picture:
            picture.load()
        return True

    return Task(before, do, whole)


def presets(disk: Path) -> FolderPresetLibrary:
    return FolderPresetLibrary(disk / "presets", disk / "none", packs=())


def mine(disk: Path) -> PresetInfo:
    return presets(disk).find("Mine")


def a_preset(disk: Path) -> None:
    put(disk / "presets" / "Mine.rtpreset", "Mine")
    put(disk.parent / "mail.rtpreset", "Mail", 5)


def a_pack(folder: Path, version: str) -> None:
    """Whole as far as the installer looks: it does not load what it copies."""
    folder.mkdir(exist_ok=True)
    files = {f"{name}.safetensors": np.random.default_rng(len(version)).bytes(150_000) for name in ("unet", "clip")}
    records = {}
    for name, content in files.items():
        (folder / name).write_bytes(content)
        records[name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    layout = {"format": 1, **FIELDS, "version": version, "files": records}
    (folder / "manifest.json").write_text(json.dumps(layout), "utf-8")


def installer() -> FolderPackInstaller:
    return FolderPackInstaller(Catalog([paths.user_packs()]))


def install(folder: Path, replace: bool = False) -> None:
    list(installer().import_pack(folder, threading.Event(), replace=replace))


def before_replacing(disk: Path) -> None:
    a_pack(disk.parent / "one", "1")
    a_pack(disk.parent / "two", "two")
    install(disk.parent / "one")


def packs_are_whole(version: str) -> Callable[[Path], bool]:
    def whole(_: Path) -> bool:
        manifest = Catalog([paths.user_packs()]).manifest("tiny")
        store._digests.clear()
        store.verify(manifest)
        return manifest.info.version == version

    return whole


def journal(disk: Path) -> FolderJournal:
    return FolderJournal(disk / "history")


def journalled(disk: Path, seed: int) -> None:
    kept = journal(disk)
    try:
        photo = FilePhotoService().from_pixels(soft(160, 200), "a.png")
        kept.write(WORK, photo, edit(seed))
    except OSError as error:
        raise SaveError("The result could not be kept.", "Free some space.") from error  # as its writer says it
    finally:
        for work in list(kept._open):
            kept._open.pop(work)._lock.release()


def photos(disk: Path) -> None:
    table = Table(disk)
    for number in range(3):
        table.photo(f"{number}.png", number, size=60)


def batch(disk: Path) -> None:
    events = Table(disk).run()
    last = end(events)
    if last.failed or last.how != "finished":
        raise SaveError(last.what or failures(events)[0], last.todo or "Free some space.")


def changing(change: Callable[[], object]) -> Callable[[Path], None]:
    """Of what tells by an OSError, which its caller shows."""

    def do(_: Path) -> None:
        try:
            change()
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EFBIG):
                raise
            raise SaveError("The settings could not be remembered.", "Free some space.") from error

    return do


TASKS: dict[str, Task] = {
    "a JPEG over another": saving(".jpg", True),
    "a new JPEG": saving(".jpg", False),
    "a PNG over another": saving(".png", True),
    "a new PNG": saving(".png", False),
    "a TIFF over another": saving(".tif", True),
    "a new TIFF": saving(".tif", False),
    "a WebP over another": saving(".webp", True),
    "a new WebP": saving(".webp", False),
    "a preset is added": Task(
        a_preset,
        lambda disk: presets(disk).add(disk.parent / "mail.rtpreset"),
        lambda disk: {preset.title for preset in presets(disk).presets()} == {"Mine", "Mail"},
    ),
    "a preset is renamed": Task(
        a_preset,
        lambda disk: presets(disk).rename(next(p for p in presets(disk).presets() if "Mi" in p.title), "Mine, again"),
        lambda disk: [preset.title for preset in presets(disk).presets()] == ["Mine, again"],
    ),
    "a preset is given out": Task(
        a_preset,
        lambda disk: presets(disk).share(mine(disk), disk / "shared.rtpreset"),
        lambda disk: read_content(disk / "shared.rtpreset") == read_content(mine(disk).path),
    ),
    "a favourite": Task(
        a_preset, lambda disk: presets(disk).set_favourite(mine(disk), True), lambda disk: mine(disk).favourite
    ),
    "settings": Task(
        lambda _: settings.change(author="Me"),
        changing(lambda: settings.change(licence="x" * 190)),
        lambda _: (settings.load().author, len(settings.load().licence)) == ("Me", 190),
    ),
    "network settings": Task(
        lambda _: network.save(network.NetworkSettings(proxy="none")),
        lambda _: network.save(network.NetworkSettings(proxy="http://proxy.example:8080")),
        lambda _: network.load().proxy == "http://proxy.example:8080",
    ),
    "first downloads": Task(
        lambda disk: FirstSeen(disk).add("a", "one", "0" * 64, 1, "https://example.org/one"),
        lambda disk: changing(lambda: FirstSeen(disk).add("a", "two", "1" * 64, 1, "https://example.org/two"))(disk),
        lambda disk: FirstSeen(disk).get("a", "one") is not None and FirstSeen(disk).get("a", "two") is not None,
    ),
    "a result in the journal": Task(
        lambda disk: journalled(disk, 1),
        lambda disk: journalled(disk, 2),
        lambda disk: len(journal(disk).read(WORK).entries) == 2,
    ),
    "a batch": Task(photos, batch, lambda disk: len(list(Table(disk).out.glob("[!.]*"))) == 3),
    "a pack is imported": Task(
        lambda disk: a_pack(disk.parent / "one", "1"),
        lambda disk: install(disk.parent / "one"),
        packs_are_whole("1"),
    ),
    "a pack is replaced": Task(
        before_replacing, lambda disk: install(disk.parent / "two", replace=True), packs_are_whole("two")
    ),
    "a pack is removed": Task(
        before_replacing, lambda _: installer().remove("tiny"), lambda _: not Catalog([paths.user_packs()]).packs()
    ),
}


def attacked(full: Full, disk: Path, real: bool) -> tuple[str, str]:
    for path in disk.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    paths._swept.clear()
    os.environ["RTEDIT_HOME"] = str(disk / "home")
    task = TASKS[full.name]
    task.before(disk)
    before = contents(disk)
    outcome = "fitted"
    try:
        with_room(full.free, disk, real, task.do)
    except RTEditError as error:
        outcome = "refused"
        if not error.what or not error.todo or len(str(error)) > LONGEST:
            return "verbose", f"{full}: {str(error)[:LONGEST]}"
        now = contents(disk)
        if gone := [path for path, digest in before.items() if now.get(path) != digest and not _is_log(path)]:
            return "lost", f"{full}: {gone}"
    if half := [path for path in contents(disk) if path.endswith((".part", ".old")) or "/." in path.rpartition("/")[0]]:
        return "half", f"{full}: {half}"
    if outcome == "fitted":
        return (outcome, "") if task.whole(disk) else ("half", f"{full} is not what it should be")
    try:
        task.do(disk)
        return (outcome, "") if task.whole(disk) else ("stuck", str(full))
    except RTEditError as error:
        return "stuck", f"{full}: {error}"


def contents(disk: Path) -> dict[str, str]:
    """Of every file but the locks: a hash by its path."""
    found = {}
    for path in disk.rglob("*"):
        if path.is_file() and not path.name.endswith(".lock") and path.name != "lock":
            found[f"/{path.relative_to(disk)}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _is_log(path: str) -> bool:
    """What a batch notes line by line."""
    return "/records/" in path


def with_room(free: int, disk: Path, real: bool, do: Callable[[Path], object]) -> None:
    """Do it while there is no more room than that."""
    if not real:
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (free, most))
        try:
            do(disk)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        return
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, shutil.disk_usage(disk).free - free))
    try:
        do(disk)
    finally:
        ballast.unlink()


def prepare(folder: Path) -> tuple[Make, Attack]:
    pack_import.check_space = lambda *_: None  # others fill it a moment later
    disk = folder / "disk"
    disk.mkdir()
    real = small_disk.mount(disk, SIZE)
    if not real:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def make(number: int, seed: int) -> Full:
        dice = random.Random(f"{seed}:{number}")
        return Full(list(TASKS)[number % len(TASKS)], dice.choice(FREE))

    def attack(full: Full) -> tuple[str, str]:
        outcome, details = attacked(full, disk, real)
        stand_in = "" if real or outcome not in ("fitted", "refused") else " (RLIMIT_FSIZE)"
        return outcome + stand_in, details

    return make, attack


if __name__ == "__main__":
    sys.exit(main(__doc__, __file__, prepare, 20, bad=("lost", "half", "stuck", "verbose")))
