from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest
import torch
from support.nets.analytic import gaussian
from support.nets.analytic import pictures as gaussian_pictures
from support.nets.engines import (
    edit as request,
)
from support.nets.engines import (
    finished,
    same_picture,
)
from torch import Tensor

from rtedit_desktop.bench import diffusionclip, memory, prelearned, quality, speed
from rtedit_desktop.bench.baseline_engine import BaselineEngine
from rtedit_desktop.bench.subject import Subject
from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.diffusion import sampling
from rtedit_desktop.diffusion.adaptation import AdaptationConfig, Latents, adapt


def bytes_of(measured: Subject) -> list[bytes]:
    return [p.detach().numpy().tobytes() for p in measured.pack.denoiser.net.parameters()]


def test_an_inversion_costs_39_calls_a_picture() -> None:
    denoiser = gaussian()
    x0 = gaussian_pictures(3)
    *_, last = diffusionclip.invert(denoiser, x0, 350)
    assert denoiser.calls == 3 * 39
    assert torch.equal(last.source, x0)
    for index in range(3):
        *_, alone = sampling.invert(denoiser, x0[index : index + 1], 350, 40)
        torch.testing.assert_close(last.x_t[index : index + 1], alone.x)


def test_the_decode_in_the_graph_is_the_decode() -> None:
    denoiser = gaussian("sample")
    x_t = gaussian_pictures(2)
    *_, last = sampling.decode(denoiser, x_t, 350, 6)
    denoiser.calls = 0
    x0 = diffusionclip.decode_in_graph(denoiser, x_t, 350)
    assert denoiser.calls == 6
    assert torch.equal(x0.detach(), last.x)


def calls_in_the_graph(x0: Tensor) -> int:
    """How many calls of the analytic net the gradient of a picture goes through: each reads the mean."""
    seen, left, reads = set(), [x0.grad_fn], 0
    while left:
        node = left.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        for after, _ in node.next_functions:
            if after is not None and after.name().endswith("AccumulateGrad"):
                reads += 1
            left.append(after)
    return reads


@pytest.mark.parametrize("n_train", [1, 3, 6])
def test_every_call_is_in_the_graph(n_train: int) -> None:
    denoiser = gaussian()
    one = calls_in_the_graph(denoiser(gaussian_pictures(1), 350).x0)
    assert one > 0
    assert calls_in_the_graph(diffusionclip.decode_in_graph(denoiser, gaussian_pictures(1), 350, n_train)) == (
        n_train * one
    )


def test_calls_a_step_are_6_to_1(measured: Subject) -> None:
    latents = Latents(torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(0)), measured.x0)
    with measured.pack.base.borrowed():
        ours, baseline = speed.learn(measured, latents), speed.learn_baseline(measured, latents)
        for _ in range(2):
            assert speed.count_calls(measured, lambda: next(ours)) == 1
            assert speed.count_calls(measured, lambda: next(baseline)) == 6


def test_with_one_step_both_methods_are_the_same(measured: Subject) -> None:
    denoiser, x_t = measured.pack.denoiser, torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    latents = Latents(x_t, measured.x0.expand_as(x_t))
    config = AdaptationConfig(
        t0=350, iterations=4, rate=1e-3, growth=1.3, rate_cap=math.inf
    )  # as published, but for the rate
    results = []
    for method in (partial(diffusionclip.adapt, n_train=1), adapt):
        with measured.pack.base.borrowed():
            steps = list(method(denoiser, measured.guidance, latents, config, torch.Generator().manual_seed(0)))
            results.append(([step.loss for step in steps], bytes_of(measured)))
    assert results[0] == results[1]


def test_an_edit_inverts_with_the_base_and_decodes_with_what_was_learned(measured: Subject) -> None:
    denoiser, base = measured.pack.denoiser, measured.pack.base
    before = bytes_of(measured)
    delta = {name: torch.full_like(p, 1e-3) for name, p in denoiser.net.named_parameters()}
    with base.borrowed():
        *_, latents = diffusionclip.invert(denoiser, measured.x0, 350)
        base.apply(delta)
        *_, expected = sampling.decode(denoiser, latents.x_t, 350, 6)
        denoiser.calls = 0
        *_, last = diffusionclip.edit(denoiser, base, delta, measured.x0, 350, n_test=6)  # theta is there: reset first
    assert denoiser.calls == 39 + 6
    assert torch.equal(last.x, expected.x)
    assert bytes_of(measured) == before


def test_the_graph_of_six_calls_takes_six_times_the_memory(measured: Subject) -> None:
    denoiser = measured.pack.denoiser
    one = memory.peak_of_a_step(measured, lambda x_t: denoiser(x_t, 350).x0)
    six = memory.peak_of_a_step(measured, lambda x_t: diffusionclip.decode_in_graph(denoiser, x_t, 350))
    assert 5 < six.graph / one.graph < 7
    gradients = 4 * sum(p.numel() for p in denoiser.net.parameters())
    assert one.step < one.graph + gradients / 2  # each gradient is let go as soon as it is whole
    assert one.graph < one.step < six.step
    again = memory.peak_of_a_step(measured, lambda x_t: denoiser(x_t, 350).x0)
    assert again.graph == pytest.approx(one.graph, rel=0.02)


def test_the_baseline_behind_the_engines_protocol(measured: Subject) -> None:
    manifest = measured.pack.manifest
    engine = BaselineEngine(manifest)
    pack = engine._pack
    before = [p.detach().clone() for p in pack.denoiser.net.parameters()]
    first = finished(engine, request(seed=8))
    assert pack.denoiser.calls == 39 + 3 * 6 + 39 + 40
    assert first.steps_taken == 3
    assert all(torch.equal(p, kept) for p, kept in zip(pack.denoiser.net.parameters(), before, strict=True))
    assert same_picture(finished(BaselineEngine(manifest), request(seed=8)).picture, first.picture)


def test_both_methods_learn_on_a_set_and_give_the_base_back(measured: Subject) -> None:
    pack, settings = measured.pack, EditSettings(iterations=2, noise_draws=2)
    x0 = measured.x0.repeat(3, 1, 1, 1)
    before = bytes_of(measured)
    prompt = "old face"
    *_, latents = diffusionclip.invert(pack.denoiser, x0, settings.t0, 4)
    theirs = prelearned._theirs(pack, measured.device, x0, latents.x_t, prompt, settings)
    ours, seconds = prelearned._ours(pack, measured.device, x0, prompt, settings)
    assert theirs.keys() == ours.keys()
    assert set(seconds) == {"encode", "adapt"}
    assert bytes_of(measured) == before


def test_the_table_of_lessons_compares_them() -> None:
    picture = np.zeros((1, 1, 3), np.uint8)
    sides = []
    for spent, asked in ((2.0, True), (10.0, False)):
        verdict = quality.Verdict(quality.Job(0, "old face"), asked, {"hat": True, "eyes": asked}, 0.5, spent, picture)
        sides.append(prelearned.Lessons([1.0], [spent], [verdict]))
    table = prelearned._table(*sides)
    assert "| learn a prompt, latents cached | 2.00 s | 10.00 s | 5.0, target 4.5: met |" in table
    assert "| learn a prompt, with encoding | 3.00 s | 11.00 s | 3.7, target 4.5: missed |" in table
    assert "| asked seen | 100 % | 0 % | |" in table
    assert "| others kept | 100 % | 50 % | |" in table
