"""What the base makes of a picture is asked once, however many edits are applied to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from support.nets import tiny_pack
from support.nets.engines import finished, loaded, new_engine, picture, picture_of, run

from rtedit_desktop.core.edits import EditSettings, EditSpec, MixSpec, PresetUse
from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.packs.pack_info import PAIR_SETTINGS
from rtedit_desktop.core.requests import ApplyRequest, LearnRequest, Pair
from rtedit_desktop.diffusion.pictures import to_tensor
from rtedit_desktop.engine.decode_cache import DecodeCache
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny pack, and a preset for it that pairs taught."""
    folder = tmp_path_factory.mktemp("decoded")
    tiny_pack.write(folder / "tiny")
    engine = new_engine(Catalog([folder]))
    settings = replace(PAIR_SETTINGS, iterations=2, noise_draws=2, steps=2)
    pairs = tuple(Pair(picture(n), (picture(n) // 2).astype(np.uint8)) for n in range(2))
    spec = EditSpec(pack="tiny", prompt="dark", source="face", settings=settings)
    last = run(engine, LearnRequest(spec=spec, output=folder / "dark.rtpreset", title="Dark", pairs=pairs))[-1]
    assert isinstance(last, Finished), last
    engine.close()
    return folder


def apply(folder: Path, strength: float = 1.0, shown: int = 0, seed: int = 0) -> ApplyRequest:
    uses = (PresetUse(folder / "dark.rtpreset", strength),)
    return ApplyRequest(spec=MixSpec(pack="tiny", uses=uses, seed=seed, steps=1), picture=picture(shown))


def calls_of(engine: TorchEngine, request: ApplyRequest) -> tuple[int, np.ndarray]:
    before = loaded(engine).denoiser.calls
    done = picture_of(finished(engine, request))
    return loaded(engine).denoiser.calls - before, done


def test_another_strength_on_a_picture_costs_one_decode(folder: Path) -> None:
    engine = new_engine(Catalog([folder]))
    finished(engine, apply(folder, shown=9))
    assert calls_of(engine, apply(folder))[0] == 2
    calls, weak = calls_of(engine, apply(folder, 0.5))
    assert calls == 1
    assert calls_of(engine, apply(folder, shown=1))[0] == 2
    assert calls_of(engine, apply(folder, seed=4))[0] == 2
    assert calls_of(engine, apply(folder, 0.3))[0] == 1  # the one before the last is known still
    fresh = new_engine(Catalog([folder]))
    np.testing.assert_array_equal(weak, picture_of(finished(fresh, apply(folder, 0.5))))
    engine.close()
    assert engine.presets.decoded.bytes == 0
    fresh.close()


def test_what_is_kept_is_bounded(folder: Path) -> None:
    engine = new_engine(Catalog([folder]))
    finished(engine, apply(folder))
    pack, size = loaded(engine), 32
    one = to_tensor(picture(0), size)
    kept = DecodeCache(most=3 * one.numel() * 4)
    for seed in range(6):
        x_t, rebuilt = kept.of(pack, one, EditSettings(seed=seed))
        assert rebuilt == {} and torch.equal(x_t, kept.of(pack, one, EditSettings(seed=seed))[0])
    assert kept.bytes <= 4 * one.numel() * 4
    engine.close()
