"""No picture is written where it is computed: not the photo, not its square, nor what it can be rebuilt from."""

from __future__ import annotations

import builtins
import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from support.nets import tiny_pack
from support.nets.engines import edit, new_engine, picture, run
from support.preset_files import put
from support.serving import serving

from rtedit_desktop.commands.serve import engine_that_keeps_nothing
from rtedit_desktop.core.edits import MixSpec, PresetUse
from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.requests import (
    ApplyRequest,
    CheckRequest,
    KeepRequest,
    LearnRequest,
    Pair,
    RecallRequest,
    Request,
)
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.presets.format import read_info, without_pictures
from rtedit_desktop.remote.client import RemoteEngine
from rtedit_desktop.remote.presets_in_memory import LearnedPresets


class Written(list[tuple[Path, str]]):
    """Files that Python code opened to write on threads of the server."""


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    found = Written()
    real_open, real_os_open = builtins.open, os.open

    def note(path: Any, writes: bool) -> None:
        here = threading.current_thread().name
        if writes and here != "MainThread" and isinstance(path, (str, bytes, os.PathLike)):
            found.append((Path(os.fsdecode(path)), here))

    def noting_open(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
        note(file, bool(set(mode) & set("wax+")))
        return real_open(file, mode, *args, **options)

    def noting_os_open(path: Any, flags: int, *args: Any, **options: Any) -> int:
        note(path, bool(flags & (os.O_WRONLY | os.O_RDWR)))
        return real_os_open(path, flags, *args, **options)

    monkeypatch.setattr(builtins, "open", noting_open)
    monkeypatch.setattr("io.open", noting_open)
    monkeypatch.setattr(os, "open", noting_os_open)
    yield found


def everything_in(*folders: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def test_only_presets_without_pictures_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: Written
) -> None:
    home, temporary, here = (tmp_path / name for name in ("home", "temporary", "here"))
    for folder in (home, temporary, here):
        folder.mkdir()
    tiny_pack.write(tmp_path / "packs" / "tiny")
    catalog = Catalog([tmp_path / "packs"])
    ours = here / "ours.rtpreset"
    request = edit()
    assert isinstance(run(new_engine(catalog), KeepRequest(edit=request, output=ours))[-1], Finished)
    assert read_info(ours).before is not None
    before = everything_in(tmp_path)

    monkeypatch.setenv("RTEDIT_HOME", str(home))
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.chdir(home)
    learned = LearnedPresets()
    device = Device(torch.device("cpu"))
    with serving(lambda: engine_that_keeps_nothing(catalog, device, learned), home / "serve", learned=learned) as found:
        engine = RemoteEngine(found.host())
        written.clear()
        jobs: list[Request] = [
            request,
            ApplyRequest(spec=MixSpec(pack="tiny", uses=(PresetUse(ours),)), picture=picture(3)),
            KeepRequest(edit=request, output=here / "kept.rtpreset"),
            LearnRequest(spec=request.spec, output=here / "learned.rtpreset", pictures=(picture(4), picture(5))),
            LearnRequest(spec=request.spec, output=here / "pairs.rtpreset", pairs=(Pair(picture(6), picture(7)),)),
            RecallRequest(edits=(request.spec,), picture=request.picture),
            CheckRequest(pack="tiny", picture=request.picture),
        ]
        for job in jobs:
            assert isinstance(list(engine.run(job, threading.Event()))[-1], Finished), job
        contents = everything_in(temporary)
        while_connected = set(contents)
        presets = {path for path, content in contents.items() if path.name != "lock" or content}
        assert {path.suffix for path in presets} == {".rtpreset"}
        for path in presets:
            assert read_info(path).before is None and read_info(path).after is None
            if os.name == "posix":
                assert path.parent.stat().st_mode & 0o077 == 0
        there = [path for path, _ in written if not path.is_dir()]
        assert there and set(there) <= while_connected, there
        engine.close()
    assert not everything_in(temporary)
    new = set(everything_in(tmp_path)) - set(before)
    assert {path.relative_to(tmp_path).as_posix() for path in new} == {
        "home/serve/certificate.pem", "home/serve/guests.json", "home/serve/.guests.json.lock",
        "here/kept.rtpreset", "here/learned.rtpreset", "here/pairs.rtpreset",
    }  # fmt: skip
    for name in ("kept", "learned", "pairs"):
        assert read_info(here / f"{name}.rtpreset").before is not None, "at home it has its pictures"


def test_a_disk_cache_would_keep_pictures_and_that_is_why_there_is_none(tmp_path: Path) -> None:
    """What the engine keeps of an edit has the noised picture in it, which the seed makes a picture again."""
    from rtedit_desktop.diffusion.pictures import to_tensor
    from rtedit_desktop.engine.cache import LearnedCache, _unpacked
    from rtedit_desktop.engine.torch_engine import TorchEngine

    tiny_pack.write(tmp_path / "packs" / "tiny")
    catalog = Catalog([tmp_path / "packs"])
    local = TorchEngine(catalog, Device(torch.device("cpu")), LearnedCache(tmp_path / "cache"))
    run(local, edit())
    (kept,) = (_unpacked(path.read_bytes()).x_t for path in (tmp_path / "cache").glob("*.learned"))
    clean = to_tensor(picture(), 32)
    shared = np.corrcoef(kept.numpy().ravel(), clean.numpy().ravel())[0, 1]
    assert shared > 0.2
    kept_nothing = engine_that_keeps_nothing(catalog, Device(torch.device("cpu")), LearnedPresets())
    assert kept_nothing._cache.folder is None  # type: ignore[attr-defined]


def test_a_preset_with_pictures_is_refused_there(tmp_path: Path) -> None:
    import hashlib

    from rtedit_desktop.core.errors import PresetError
    from rtedit_desktop.remote.presets_in_memory import ReceivedPresets

    tiny_pack.write(tmp_path / "packs" / "tiny")
    catalog = Catalog([tmp_path / "packs"])
    run(new_engine(catalog), KeepRequest(edit=edit(), output=tmp_path / "a.rtpreset"))
    content = (tmp_path / "a.rtpreset").read_bytes()
    received = ReceivedPresets()
    for sha256, sent in ((hashlib.sha256(content).hexdigest(), content), ("0" * 64, content), ("0" * 64, b"")):
        with pytest.raises(PresetError):
            received.put(sha256, sent)
    with pytest.raises(PresetError, match="missing"):
        received.path("0" * 64)
    small = ReceivedPresets(most=10)
    thin = without_pictures(content, tmp_path / "a.rtpreset")
    with pytest.raises(PresetError, match="too many"):
        small.put(hashlib.sha256(thin).hexdigest(), thin)
    received.put(hashlib.sha256(thin).hexdigest(), thin)
    assert received.path(hashlib.sha256(thin).hexdigest()).is_file()
    received.close()


def test_what_a_killed_process_was_sent_goes_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import hashlib

    from rtedit_desktop.remote.presets_in_memory import ReceivedPresets, sweep

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    catalog = Catalog([tiny_pack.write(tmp_path / "packs" / "tiny").info.folder.parent])
    run(new_engine(catalog), KeepRequest(edit=edit(), output=tmp_path / "a.rtpreset"))
    thin = without_pictures((tmp_path / "a.rtpreset").read_bytes(), tmp_path / "a.rtpreset")
    sha256 = hashlib.sha256(thin).hexdigest()
    lasting = ReceivedPresets()
    lasting.put(sha256, thin)
    killed, young, other = (tmp_path / name for name in ("rtedit-presets-a", "rtedit-presets-b", "another"))
    for folder in (killed, young, other):
        folder.mkdir(0o700)
        (folder / f"{sha256}.rtpreset").write_bytes(thin)
    for folder in (killed, other, lasting.path(sha256).parent):
        os.utime(folder, (0, 0))
    sweep()
    assert not killed.exists()
    assert young.exists() and other.exists() and lasting.path(sha256).is_file()
    lasting.close()


@pytest.mark.skipif(os.name != "posix", reason="owners of POSIX")
def test_folders_of_other_people_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that somebody laid there as a link would empty the file that it leads to."""
    from rtedit_desktop.remote.presets_in_memory import sweep

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    mine = tmp_path / "letter.txt"
    mine.write_text("mine")
    theirs, open_to_all = tmp_path / "rtedit-presets-a", tmp_path / "rtedit-presets-b"
    for folder in (theirs, open_to_all):
        folder.mkdir(0o700)
    (open_to_all / "lock").symlink_to(mine)
    open_to_all.chmod(0o777)
    for folder in (theirs, open_to_all):
        os.utime(folder, (0, 0))
    sweep_as = os.getuid() + 1
    with monkeypatch.context() as other:
        other.setattr(os, "getuid", lambda: sweep_as)
        sweep()
    assert theirs.exists()
    sweep()
    assert not theirs.exists(), "it is one's own"
    assert open_to_all.exists() and mine.read_text() == "mine"


def test_a_preset_that_finds_no_room_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import hashlib

    from rtedit_desktop.core.errors import PresetError
    from rtedit_desktop.remote.presets_in_memory import ReceivedPresets

    def full(prefix: str) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    content = without_pictures(put(tmp_path / "a.rtpreset", "A").read_bytes(), tmp_path / "a.rtpreset")
    monkeypatch.setattr("rtedit_desktop.remote.presets_in_memory.tempfile.mkdtemp", full)
    with pytest.raises(PresetError, match="No space left"):
        ReceivedPresets().put(hashlib.sha256(content).hexdigest(), content)
