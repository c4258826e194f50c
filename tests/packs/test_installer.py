from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.host import Act, Host, serving, sha256
from support.nets import tiny_pack as tiny
from support.pack_offers import PART, WEIGHTS, download, hidden, import_file, installer, offer, run

from rtedit_desktop.core.errors import DownloadDamaged, DownloadError, PackDamaged, PackError, PackMissing, SaveError
from rtedit_desktop.core.packs.pack_installer import PackInstaller, PackNotice, PackProgress, PackReady
from rtedit_desktop.core.packs.pack_installer import PackStopped as Stopped
from rtedit_desktop.packs import registry, store
from rtedit_desktop.packs.manifest.records import CLIP_FILE, UNET_FILE
from rtedit_desktop.packs.manifest.shared_parts import SMALL
from rtedit_desktop.packs.registry import Choice, Entry, Wanted
from rtedit_desktop.support import network, paths


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """A host that has every file of a small registry."""
    with serving(WEIGHTS) as host:
        choices = (
            Choice(name="weights.safetensors", url=host.url),
            Choice(name="weights.bin", url=host.url),
        )

        def entry(id: str, **more: Any) -> Entry:
            return Entry(
                id=id,
                title=id.capitalize(),
                domain="dots",
                licence="MIT",
                attribution="Nobody.",
                origin="https://host.example/dots",
                revision="main",
                files=(Wanted(about_bytes=50_000, choices=choices),),
                **more,
            )

        listed = (
            entry("dots", source="face", image_size=32, part=PART),
            entry(PART, shared_part=True),
        )
        by_hand = Wanted(about_bytes=9, choices=(Choice(name="hand.pt", url=""),))
        hand = Entry(**{**{k: getattr(listed[0], k) for k in Entry.__slots__}, "id": "hand", "files": (by_hand,)})
        monkeypatch.setattr(registry, "entries", lambda: (listed[0], hand, listed[1]))
        yield host


def test_a_pack_and_its_part_are_fetched_and_installed(host: Host) -> None:
    asked: PackInstaller = installer()
    before = next(offer for offer in asked.offers() if offer.id == "dots")
    assert before.bytes == 100_000 and not before.installed and not before.hashes_known
    events = download()
    assert isinstance(events[-1], PackReady) and events[-1].id == "dots"
    assert [pack.id for pack in installer().catalog.packs()] == ["dots"]
    installer().verify("dots")
    installer().verify(PART.lower())
    after = offer("dots")
    assert after.installed and after.bytes == 0 and after.waiting == 0 and after.on_disk > 50_000
    assert offer(PART).installed
    assert hidden() == [] and not (installer().downloads / "dots").exists()
    assert any("Licence: MIT" in event.text for event in events if isinstance(event, PackNotice))
    count = len(host.asked)
    assert count == 2 and network.log_file().exists()
    assert "installed already" in str(download()) and len(host.asked) == count


def test_the_first_download_is_noted_and_the_next_must_be_the_same(host: Host) -> None:
    download()
    installer().remove("dots")
    assert offer("dots").hashes_known
    host.content = WEIGHTS[:-1] + b"!"
    with pytest.raises(DownloadDamaged):
        download()
    assert not offer("dots").installed
    assert isinstance(download(renewed=True)[-1], PackReady)


def test_another_name_is_tried_where_the_first_is_missing(host: Host) -> None:
    host.will([Act(status=404)])
    download(PART)
    assert json.loads((paths.user_parts() / PART / "part.json").read_text())["origin"] == "weights.bin"
    host.will([Act(status=404)] * 2)
    with pytest.raises(DownloadError, match="does not have it"):
        download()


def test_what_is_only_to_be_had_by_hand(host: Host) -> None:
    with pytest.raises(DownloadError, match="for people only") as caught:
        download("hand")
    assert "hand.pt" in caught.value.todo and "rtedit packs import" in caught.value.todo and not host.asked
    assert offer("hand").bytes == 0 and "rtedit packs import" in offer("hand").by_hand


def test_only_the_missing_part_is_fetched(host: Host) -> None:
    download()
    shutil.rmtree(paths.user_parts() / PART)
    count = len(host.asked)
    assert isinstance(download()[-1], PackReady)
    assert len(host.asked) == count + 1 and offer("dots").installed


def test_a_stopped_download_goes_on(host: Host) -> None:
    download(PART)
    host.will([Act(stall_after=20_000)])
    cancelled = threading.Event()
    running = installer().download("dots", cancelled)
    events = []
    for event in running:
        events.append(event)
        if isinstance(event, PackProgress) and event.done > 0:
            cancelled.set()
    assert isinstance(events[-1], Stopped) and events[-1].kept > 1000
    assert offer("dots").waiting == events[-1].kept
    assert isinstance(download()[-1], PackReady)
    assert host.asked[-1]["range"].startswith("bytes=")


def test_stopped_while_converting(host: Host) -> None:
    download(PART)
    cancelled = threading.Event()
    events = run(installer().download("dots", cancelled), cancelled, at="converting")
    assert isinstance(events[-1], Stopped) and hidden() == [] and not offer("dots").installed
    assert isinstance(download()[-1], PackReady)


def test_a_pack_folder_is_taken_in(tiny_pack: Path) -> None:
    for path in (tiny_pack, tiny_pack / "manifest.json"):
        ready = import_file(path)[-1]
        assert isinstance(ready, PackReady) and ready.folder == paths.user_packs() / "tiny"
        installer().verify("tiny")
    assert "installed already" in str(import_file(tiny_pack))
    assert hidden() == []


def test_a_damaged_pack_folder_is_refused(tiny_pack: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(tiny_pack, tmp_path / "copy"))
    raw = bytearray((copy / CLIP_FILE).read_bytes())
    raw[-1] ^= 1
    (copy / CLIP_FILE).write_bytes(raw)
    with pytest.raises(PackDamaged, match="content"):
        import_file(copy)
    (copy / CLIP_FILE).write_bytes(raw + b"more")
    with pytest.raises(PackDamaged, match="content"):
        import_file(copy)
    (copy / CLIP_FILE).unlink()
    with pytest.raises(PackDamaged, match="missing"):
        import_file(copy)
    assert list(paths.user_packs().iterdir()) == []


def test_an_installed_pack_is_only_replaced_when_asked(tiny_pack: Path, tmp_path: Path) -> None:
    import_file(tiny_pack)
    other = tiny.write(tmp_path / "other", seed=1, title="Other").info.folder
    with pytest.raises(PackError, match="installed already"):
        import_file(other)
    assert installer().catalog.manifest("tiny").info.title == "Tiny"
    import_file(other, replace=True)
    assert installer().catalog.manifest("tiny").info.title == "Other"
    installer().verify("tiny")


def test_a_built_in_pack_stays(tiny_pack: Path, tmp_path: Path) -> None:
    other = tiny.write(tmp_path / "other", seed=1).info.folder
    shipped = installer(tiny_pack.parent)
    with pytest.raises(PackError, match="comes with RTEdit"):
        run(shipped.import_pack(other, threading.Event(), replace=True))
    with pytest.raises(PackError, match="comes with RTEdit"):
        shipped.remove("tiny")
    assert next(offer for offer in shipped.offers() if offer.id == "tiny").built_in


def test_a_checkpoint_is_converted(host: Host, tmp_path: Path) -> None:
    file = tmp_path / "église 写真.ckpt"
    file.write_bytes(b"weights")
    events = import_file(file, id="dots")
    assert isinstance(events[-1], PackReady) and events[-1].id == "dots"
    assert any("needs CLIP ViT-B/16 too" in event.text for event in events if isinstance(event, PackNotice))
    assert events[-1].lacks == (PART,)
    lacking = offer("dots")
    assert not lacking.installed and lacking.bytes == 50_000 and lacking.on_disk > 0
    assert lacking.own_files and lacking.lacks == (PART,) and not lacking.problem
    assert isinstance(import_file(file, id=PART)[-1], PackReady)
    assert offer("dots").installed
    assert import_file(file)[-1] == PackReady(id="guessed", title="Tiny", folder=paths.user_packs() / "guessed")
    with pytest.raises(PackError, match="installed already"):
        import_file(file)


def test_a_pack_that_only_lacks_its_clip_is_not_replaced_unasked(host: Host, tmp_path: Path) -> None:
    file = tmp_path / "model.ckpt"
    file.write_bytes(b"weights")
    import_file(file, id="dots")
    with pytest.raises(PackError, match="installed already"):
        import_file(file, id="dots")
    assert isinstance(import_file(file, id="dots", replace=True)[-1], PackReady)


def test_what_cannot_be_converted_leaves_nothing(host: Host, tmp_path: Path) -> None:
    file = tmp_path / "bad.ckpt"
    file.write_bytes(b"bad")
    with pytest.raises(PackError, match="not a checkpoint"):
        import_file(file, id="dots")
    assert list(paths.user_packs().iterdir()) == []
    with pytest.raises(PackError, match="no file or folder"):
        import_file(tmp_path / "missing.ckpt")
    with pytest.raises(PackMissing, match="knows of no pack"):
        import_file(file, id="dragons")


def test_no_room(tiny_pack: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(SaveError, match="no room"):
        import_file(tiny_pack)
    assert list(paths.user_packs().iterdir()) == []


def test_cancelled_while_copying(tiny_pack: Path) -> None:
    cancelled = threading.Event()
    events = run(installer().import_pack(tiny_pack, cancelled), cancelled, at="installing")
    assert events[-1] == Stopped() and list(paths.user_packs().iterdir()) == []


def test_removing(host: Host, tiny_pack: Path) -> None:
    download()
    with pytest.raises(PackError, match="needed by"):
        installer().remove(PART)
    assert installer().remove("dots") > 50_000
    assert installer().remove(PART) >= 50_000
    for nothing in ("dots", PART, "dragons", "..", "/etc", "a/b", ".lock", ""):
        with pytest.raises(PackMissing):
            installer().remove(nothing)
    assert list(paths.user_packs().iterdir()) == [] and list(paths.user_parts().iterdir()) == []


def test_a_pack_in_a_folder_of_another_name_is_removed(tiny_pack: Path) -> None:
    shutil.copytree(tiny_pack, paths.user_packs() / "renamed")
    assert installer().remove("tiny") > 0
    assert list(paths.user_packs().iterdir()) == []


def test_a_pack_from_elsewhere_that_lacks_its_part_is_offered_too(host: Host, tmp_path: Path) -> None:
    file = tmp_path / "other.ckpt"
    file.write_bytes(b"weights")
    assert isinstance(import_file(file)[-1], PackReady)
    lacking = offer("guessed")
    assert lacking.lacks == (PART,) and lacking.own_files and not lacking.installed and lacking.title == "Tiny"
    download(PART)
    assert offer("guessed").installed and [pack.id for pack in installer().packs()] == ["guessed"]


def test_a_damaged_folder_is_offered_for_removal(host: Host) -> None:
    folder = paths.user_packs() / "broken"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{")
    assert offer("broken").problem and not offer("broken").own_files
    installer().remove("broken")
    assert "broken" not in {offer.id for offer in installer().offers()}
    download()
    (paths.user_packs() / "dots" / UNET_FILE).write_bytes(b"half")
    assert offer("dots").installed and "not whole" in offer("dots").problem


def test_what_is_kept_of_the_part_counts_as_waiting(host: Host) -> None:
    host.will([Act(stall_after=20_000)])
    cancelled = threading.Event()
    for event in installer().download("dots", cancelled):
        if isinstance(event, PackProgress) and event.done > 0:
            cancelled.set()
    assert offer("dots").waiting == offer(PART).waiting > 1000
    assert offer("dots").on_disk == 0


def test_checking_reads_anew_tells_how_far_and_stops(tiny_pack: Path) -> None:
    import_file(tiny_pack)
    installer().verify("tiny")
    file = paths.user_packs() / "tiny" / CLIP_FILE
    stat, raw = file.stat(), bytearray(file.read_bytes())
    raw[-1] ^= 1
    file.write_bytes(raw)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # as a failing disk would
    with pytest.raises(PackDamaged, match="content"):
        installer().verify("tiny")
    cancelled = threading.Event()
    events = run(installer().check("tiny", cancelled), cancelled, at="checking")
    assert isinstance(events[0], PackProgress) and events[0].of > len(raw) and events[-1] == Stopped()


def test_the_free_room_is_told_before_there_is_a_folder() -> None:
    assert installer().free_bytes() > 0


def test_verify_finds_damage(host: Host) -> None:
    download()
    file = paths.user_parts() / PART / CLIP_FILE
    file.write_bytes(WEIGHTS[:-1])
    with pytest.raises(PackDamaged):
        installer().verify("dots")
    with pytest.raises(PackDamaged):
        installer().verify(PART)


def test_one_job_at_a_time(tiny_pack: Path) -> None:
    running = installer().import_pack(tiny_pack, threading.Event())
    assert isinstance(running, Generator)
    next(running)
    with pytest.raises(PackError, match="Another job"):
        import_file(tiny_pack)
    running.close()
    import_file(tiny_pack)


def test_what_a_crash_left_is_swept_away(tiny_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = paths.user_packs() / ".0123.part"
    left.mkdir(parents=True)
    import_file(tiny_pack)
    assert left.exists()
    monkeypatch.setattr(store, "_STALE_S", -1.0)
    import_file(tiny_pack)
    assert not left.exists() and (paths.user_packs() / "tiny").exists()


def test_a_small_text_model_stands_in_for_the_usual_one(host: Host, tmp_path: Path) -> None:
    download()
    folder = paths.user_parts() / SMALL
    folder.mkdir()
    (folder / CLIP_FILE).write_bytes(WEIGHTS)
    record = {"sha256": sha256(WEIGHTS), "bytes": len(WEIGHTS)}
    (folder / "part.json").write_text(json.dumps({"format": 1, "part": SMALL, "origin": "x", "file": record}))
    assert installer().remove(PART) > 0, "the other one serves"
    assert [pack.id for pack in installer().catalog.packs()] == ["dots"]
    assert offer("dots").installed and not offer("dots").lacks
    shutil.copytree(paths.user_packs() / "dots", tmp_path / "dots")
    assert isinstance(import_file(tmp_path / "dots")[-1], PackReady), "it is the same that is there"
    with pytest.raises(PackError, match="needed by"):
        installer().remove(SMALL)
