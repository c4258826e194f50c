"""What learns the edits of the Portraits pack: masks of hair without skin, and the last block of a net alone."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from support.drawn_face import drawn_face

from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.diffusion.delta import BaseWeights, Delta
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.pairs.pairs import Pairs
from rtedit_desktop.presets.format import write


def test_a_forehead_that_was_taken_for_hair_is_skin_again(portraits: ModuleType) -> None:
    module = importlib.import_module("hair_without_skin")
    face = drawn_face()
    rows = np.arange(256)[:, None]
    forehead = (face.skin > 0.95) & (rows < face.mesh[[105, 334]].mean(0)[1] - 4)
    assert forehead.sum() > 100
    hair = float(face.hair.sum())
    face.hair[forehead] = 1
    assert module.remove_skin(face)
    assert face.hair[forehead].mean() < 0.05
    assert float(face.hair.sum()) > 0.75 * hair


def test_hair_that_looks_like_skin_is_left_alone(portraits: ModuleType) -> None:
    module = importlib.import_module("hair_without_skin")
    face = drawn_face()
    face.picture[:] = face.picture[150, 128]
    before = face.hair.copy()
    assert not module.remove_skin(face)
    np.testing.assert_array_equal(face.hair, before)


@pytest.fixture
def last_block(portraits: ModuleType) -> ModuleType:
    return importlib.import_module("last_block")


@pytest.fixture
def net(portraits: ModuleType) -> Denoiser:
    networks = importlib.import_module("networks")
    torch.manual_seed(0)
    form = networks.Form(32, 4, (32, 64))
    return Denoiser(form.network().eval(), networks.ABAR, prediction="sample", pixel_unshuffle=form.unshuffle)


def reddened() -> Pairs:
    generator = torch.Generator().manual_seed(0)
    before = torch.nn.functional.interpolate(torch.rand(8, 3, 4, 4, generator=generator), size=32) - 0.5
    after = before.clone()
    after[:, 0] += 0.4
    return Pairs(before, after, torch.ones(8, 1, 32, 32))


def test_the_last_block_learns_an_edit_and_nothing_else_changes(last_block: ModuleType, net: Denoiser) -> None:
    base = BaseWeights(net.net)
    losses = [loss for _, loss in last_block.fit(last_block.LastBlock(net, 4), reddened(), True, 60, 3e-3, 4)]
    assert sum(losses[-5:]) < 0.5 * sum(losses[:5])
    changed = {name for name, value in base.delta().items() if value.any()}
    assert changed
    assert all(name.startswith(("up_blocks.1.", "conv_norm_out", "conv_out")) for name in changed)


def test_the_last_block_goes_on_from_what_was_learned_before(
    last_block: ModuleType, net: Denoiser, tmp_path: Path
) -> None:
    base = BaseWeights(net.net)

    def learned(steps: int, start: Delta | None = None) -> list[float]:
        base.restore()
        block = last_block.LastBlock(net, 4)
        return [loss for _, loss in last_block.fit(block, reddened(), True, steps, 3e-3, 4, start=start)]

    first = learned(60)
    delta = base.delta()
    save_file({name: value.contiguous() for name, value in delta.items()}, tmp_path / "red.safetensors")
    later = learned(5, last_block.earlier(tmp_path / "red.safetensors", net.net))
    assert max(later) < 0.5 * first[0]
    moved = sum(float((value - delta[name]).square().sum()) for name, value in base.delta().items())
    assert 0 < moved < 0.25 * sum(float(value.square().sum()) for value in delta.values())


def test_a_preset_can_be_gone_on_from_too(last_block: ModuleType, net: Denoiser, tmp_path: Path) -> None:
    name = "conv_out.bias"
    delta = {name: torch.linspace(-1, 1, dict(net.net.named_parameters())[name].numel())}
    spec = EditSpec(pack="portraits", prompt="red face", source="face")
    info = PresetInfo(path=tmp_path / "red.rtpreset", title="Red", spec=spec, base_sha256="0" * 64)
    write(info.path, info, {name: delta[name].numpy()})
    found = last_block.earlier(info.path, net.net)
    assert set(found) == {name} and torch.allclose(found[name], delta[name], atol=1e-2)


def test_the_last_block_begins_with_nothing_but_itself(last_block: ModuleType, net: Denoiser) -> None:
    with pytest.raises(ValueError, match=r"conv_in\.bias"):
        last_block.LastBlock(net, 4).begin({"conv_in.bias": torch.ones(32)})
