"""What learns the edits of the Portraits pack: masks of hair without skin, and the last block of a net alone."""

from __future__ import annotations

import importlib
from types import ModuleType

import numpy as np
import torch
from support.drawn_face import drawn_face

from rtedit_desktop.diffusion.delta import BaseWeights
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.pairs.pairs import Pairs


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


def test_the_last_block_learns_an_edit_and_nothing_else_changes(portraits: ModuleType) -> None:
    networks, last_block = importlib.import_module("networks"), importlib.import_module("last_block")
    torch.manual_seed(0)
    form = networks.Form(32, 4, (32, 64))
    net = Denoiser(form.network().eval(), networks.ABAR, prediction="sample", pixel_unshuffle=form.unshuffle)
    base = BaseWeights(net.net)
    generator = torch.Generator().manual_seed(0)
    before = torch.nn.functional.interpolate(torch.rand(8, 3, 4, 4, generator=generator), size=32) - 0.5
    after = before.clone()
    after[:, 0] += 0.4
    pairs = Pairs(before, after, torch.ones(8, 1, 32, 32))
    losses = [loss for _, loss in last_block.fit(last_block.LastBlock(net, 4), pairs, True, 60, 3e-3, 4)]
    assert sum(losses[-5:]) < 0.5 * sum(losses[:5])
    changed = {name for name, value in base.delta().items() if value.any()}
    assert changed
    assert all(name.startswith(("up_blocks.1.", "conv_norm_out", "conv_out")) for name in changed)
