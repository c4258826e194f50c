"""What was learned is found again, whole or not at all, and never takes more room than it may."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
import torch
from patience import PATIENCE_S
from support.nets.engines import (
    edit,
    finished,
    kinds,
    run,
    same_picture,
)

from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.requests import RecallRequest, WarmUpRequest
from rtedit_desktop.diffusion.edit import Learned
from rtedit_desktop.engine.cache import LearnedCache, own_cache
from rtedit_desktop.engine.machine.devices import Device, exact_device
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.support import settings
from rtedit_desktop.support.paths import write_atomically


def learned(value: float = 1.0, size: int = 1000) -> Learned:
    delta = {"a.weight": torch.full((size,), value), "b.bias": torch.tensor([1e-5, 0.3])}
    return Learned(delta, torch.randn(1, 3, 8, 8), 0.5, 7, {"adapt": 1.5})


def fresh_engine(catalog: Catalog, folder: Path | None) -> TorchEngine:
    return TorchEngine(catalog, Device(torch.device("cpu")), LearnedCache(folder))


def test_what_was_put_comes_back_the_same_from_memory_and_from_disk(tmp_path: Path) -> None:
    cache = LearnedCache(tmp_path / "learned")
    kept = cache.put("k", learned(0.1))
    for got in (cache.get("k"), LearnedCache(tmp_path / "learned").get("k")):
        assert got is not None
        assert {name: value.tolist() for name, value in got.delta.items()} == {
            name: value.tolist() for name, value in kept.delta.items()
        }
        assert torch.equal(got.x_t, kept.x_t)
        assert (got.score, got.steps, got.seconds) == (0.5, 7, {"adapt": 1.5})
    assert cache.get("another") is None


def test_what_was_learned_in_another_precision_is_not_taken(catalog: Catalog, tmp_path: Path) -> None:
    cpu = torch.device("cpu")
    for device in (Device(cpu, torch.bfloat16), Device(cpu), Device(cpu, exact=True)):
        engine = TorchEngine(catalog, device, LearnedCache(tmp_path))
        first, again = finished(engine, edit()), finished(engine, edit())
        assert (first.instant, again.instant) == (False, True)
        assert first.recipe["precision"] == ("bfloat16" if device.learning else "float32")
        assert first.recipe["exact"] is device.exact
        assert first.recipe["threads"] == torch.get_num_threads()


def test_exactly_the_same_whatever_threads_there_were(catalog: Catalog) -> None:
    threads, results = torch.get_num_threads(), []
    try:
        for count in (1, 2, 3):
            torch.set_num_threads(count)
            device = exact_device()
            assert torch.get_num_threads() == 1
            results.append(finished(TorchEngine(catalog, device, LearnedCache()), edit()))
    finally:
        torch.set_num_threads(threads)
    for result in results[1:]:
        assert result.picture is not None and results[0].picture is not None
        assert np.array_equal(result.picture, results[0].picture)
        assert result.score == results[0].score


def test_what_was_not_ended_counts_and_goes_too(tmp_path: Path) -> None:
    cache = LearnedCache(tmp_path)
    cache.put("k", learned())
    before = cache.size()
    for name in ("x.progress", ".rtedit-0123.part"):
        (tmp_path / name).write_bytes(bytes(1000))
    assert (cache.count(), cache.size()) == (1, before + 2000)
    cache.sweep()
    assert cache.size() == before + 2000, "all of it is young"
    for name in ("x.progress", ".rtedit-0123.part"):
        os.utime(tmp_path / name, (1, 1))
    cache.sweep()
    assert cache.size() == before
    (tmp_path / "x.progress").write_bytes(bytes(1000))
    cache.clear()
    assert not list(tmp_path.iterdir()) and cache.size() == 0


def test_what_is_not_written_yet_is_known_and_can_be_thrown_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_write = threading.Event()

    def slowly(path: Path, write: Callable[[BinaryIO], None]) -> None:
        assert may_write.wait(PATIENCE_S)
        write_atomically(path, write)

    monkeypatch.setattr("rtedit_desktop.engine.cache.write_atomically", slowly)
    cache = LearnedCache(tmp_path, in_memory=1)
    for key in ("a", "b", "c"):
        cache.put_behind(key, learned())
    assert all(cache.has(key) and cache.get(key) is not None for key in ("a", "b", "c"))
    assert cache.count() == 0
    emptying = threading.Thread(target=cache.clear)
    emptying.start()
    may_write.set()
    emptying.join(PATIENCE_S)
    assert not cache.has("b") and not list(tmp_path.iterdir())


def test_memory_is_bounded_in_bytes_and_holds_half_precision() -> None:
    cache = LearnedCache(in_memory=9000)
    for key in ("a", "b", "c", "d"):
        cache.put(key, learned())  # 2,004 bytes of weights and 768 of a latent
    assert cache._latest.bytes == 3 * (2004 + 768)
    assert not cache.has("a") and cache.has("d")
    cache.put("large", learned(size=100_000))
    assert len(cache._latest) == 1 and cache.has("large"), "what is worked on is kept whatever its size"


def test_without_a_folder_nothing_is_written() -> None:
    cache = LearnedCache()
    cache.put("k", learned())
    assert cache.get("k") is not None
    assert cache.size() == 0
    cache.forget()
    assert cache.get("k") is None


def test_the_least_lru_cache_goes_first(tmp_path: Path) -> None:
    LearnedCache(tmp_path).put("probe", learned())
    one = LearnedCache(tmp_path).size()
    cache = LearnedCache(tmp_path / "bounded", limit=int(one * 2.5))
    for age, key in ((300, "a"), (200, "b")):
        cache.put(key, learned())
        then = os.stat(tmp_path / "bounded" / f"{key}.learned").st_mtime - age
        os.utime(tmp_path / "bounded" / f"{key}.learned", (then, then))
    cache.forget()
    assert cache.get("a") is not None  # now the latest used
    cache.put("c", learned())
    assert cache.size() <= cache.limit
    assert {path.stem for path in (tmp_path / "bounded").iterdir()} == {"a", "c"}


@pytest.mark.parametrize("damage", [b"", b"\xff" * 40, None])
def test_a_damaged_file_is_dropped(tmp_path: Path, damage: bytes | None) -> None:
    LearnedCache(tmp_path).put("k", learned())
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-7] if damage is None else damage)
    assert LearnedCache(tmp_path).get("k") is None
    assert not path.exists()


def test_numbers_that_are_not_finite_are_not_used(tmp_path: Path) -> None:
    LearnedCache(tmp_path).put("k", learned(float("nan")))
    assert LearnedCache(tmp_path).get("k") is None


def test_a_disk_that_takes_nothing_is_no_reason_to_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rtedit_desktop.support.paths.os.fsync", full)
    cache = LearnedCache(tmp_path)
    cache.put("k", learned())
    assert list(tmp_path.iterdir()) == []
    assert cache.get("k") is not None


def test_a_smaller_limit_holds_at_once_and_for_what_comes(tmp_path: Path) -> None:
    cache = LearnedCache(tmp_path)
    for key in ("a", "b", "c"):
        cache.put(key, learned())
    one = cache.size() // 3
    cache.set_limit(one)
    assert (cache.count(), cache.size()) == (1, one)
    cache.set_limit(0)
    assert cache.count() == 0
    cache.put("d", learned())
    assert cache.count() == 0
    assert cache.get("d") is not None  # of this run


def test_ones_own_is_as_large_as_the_settings_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    settings.save(settings.AppSettings(cache_mib=7))
    assert own_cache().limit == 7 * 2**20
    assert own_cache().folder == tmp_path / "cache" / "learned"


def test_what_is_known_is_told_without_learning_or_loading(catalog: Catalog, tmp_path: Path) -> None:
    engine = fresh_engine(catalog, tmp_path)
    known, other = edit(), edit(prompt="old face")

    def asked(picture: np.ndarray = known.picture) -> tuple[bool, ...]:
        (last,) = run(engine, RecallRequest(edits=(known.spec, other.spec), picture=picture))
        assert isinstance(last, Finished)
        return last.known

    assert asked() == (False, False)
    run(engine, known)
    assert asked() == (True, False)
    assert asked(known.picture[::-1]) == (False, False), "it is another picture"
    engine = fresh_engine(catalog, tmp_path)
    assert asked() == (False, False), "nothing is loaded for it"
    run(engine, WarmUpRequest(pack=known.spec.pack))
    assert asked() == (True, False)
    LearnedCache(tmp_path).clear()
    assert asked() == (False, False)


def test_emptying_it_leaves_other_files_alone(tmp_path: Path) -> None:
    cache = LearnedCache(tmp_path)
    cache.put("k", learned())
    (tmp_path / "mine.txt").write_text("mine")
    assert cache.size() > 0
    cache.clear()
    assert cache.size() == 0
    assert cache.get("k") is None
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_same_edit_in_another_run_of_the_app_is_instant_and_the_same(catalog: Catalog, tmp_path: Path) -> None:
    first = finished(fresh_engine(catalog, tmp_path), edit())
    assert not first.instant
    engine = fresh_engine(catalog, tmp_path)
    events = run(engine, edit())
    assert "Adapting" not in kinds(events)
    assert isinstance(events[-1], Finished) and events[-1].instant
    assert same_picture(events[-1].picture, first.picture)


def test_another_picture_prompt_or_seed_is_learned_anew(catalog: Catalog, tmp_path: Path) -> None:
    finished(fresh_engine(catalog, tmp_path), edit())
    for other in (edit(1), edit(prompt="old face"), edit(seed=8), edit(iterations=2)):
        assert "Adapting" in kinds(run(fresh_engine(catalog, tmp_path), other))
    assert "Adapting" not in kinds(run(fresh_engine(catalog, tmp_path), edit(strength=0.5, steps=2)))
