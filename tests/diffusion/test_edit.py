"""Learning and rendering without a pack: what is yielded, in which order, and what is left behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace

import pytest
import torch
from support.nets.reference_nets import seeded
from torch import Tensor, nn

from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.diffusion.adaptation import AdaptStep, Latents
from rtedit_desktop.diffusion.delta import BaseWeights
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.edit import (
    Computing,
    Learned,
    LearnedPairs,
    RenderStep,
    encode,
    learn,
    learn_pairs,
    render,
)
from rtedit_desktop.diffusion.guidance import CLIPGuidance, NoDirectionError, text_direction
from rtedit_desktop.diffusion.pairs.best_application import CANDIDATES
from rtedit_desktop.diffusion.pairs.fitting import PairStep
from rtedit_desktop.diffusion.sampling import Step
from rtedit_desktop.diffusion.schedule import alphas_cumprod
from rtedit_desktop.diffusion.shared_calls import SharedCalls
from rtedit_desktop.diffusion.unet import UNet
from rtedit_desktop.diffusion.unet_config import UNetConfig

SIZE = 16
SETTINGS = EditSettings(t0=350, steps=3, iterations=4, learning_rate=1e-3, noise_draws=3, crops=2, seed=7)


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            self.body = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.SiLU(), nn.Conv2d(8, 3, 3, padding=1))
        self.batches: list[int] = []

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        self.batches.append(len(x))
        return x + self.body(x)


class Model:
    """An ``EditModel`` whose texts are colours and whose encoder sees the mean colour and how it spreads."""

    def __init__(self) -> None:
        self.net = Net().requires_grad_(False)
        self.denoiser = Denoiser(self.net, alphas_cumprod(), prediction="sample")
        self.base = BaseWeights(self.net)

    def guidance(self, source: str, prompt: str, softening: float) -> CLIPGuidance:
        colours = {"grey": [0.0, 0.0, 0.0, 1.0], "red": [1.0, 0.0, 0.0, 1.0]}
        direction = text_direction(lambda texts: torch.tensor([colours[t] for t in texts]), source, prompt, ["{}"])
        return CLIPGuidance(
            lambda x: torch.cat([x.mean((2, 3)), x.std((1, 2, 3))[:, None]], 1), lambda x: x, direction, softening
        )

    def modules(self) -> Iterator[nn.Module]:
        return self.net.modules()


def pictures(count: int) -> Tensor:
    return torch.rand(count, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(1)) - 0.5


def kinds(steps: Iterable[object]) -> list[str]:
    names = [type(step).__name__ for step in steps]
    return [name for index, name in enumerate(names) if index == 0 or names[index - 1] != name]


def test_learning_yields_its_steps_and_then_what_was_learned() -> None:
    model = Model()
    with model.base.borrowed():
        steps = list(learn(model, pictures(1), "red", "grey", SETTINGS))
    assert kinds(steps) == ["Latents", "AdaptStep", "Learned"]
    latents, *adapting, learned = steps
    assert isinstance(latents, Latents) and latents.x_t.shape == (3, 3, SIZE, SIZE)
    assert isinstance(learned, Learned)
    assert learned.steps == 4 and learned.score == max(s.score for s in adapting if isinstance(s, AdaptStep))
    assert torch.equal(learned.x_t, latents.x_t[:1])
    assert all(torch.equal(value, value.half().float()) for value in learned.delta.values())
    assert model.net.batches == [3] * 5  # the estimates of the source, then one call a step


def test_a_set_is_seen_once_each_and_inverted_one_by_one() -> None:
    model = Model()
    settings = replace(SETTINGS, encoding="deterministic", source_image="clean")
    with model.base.borrowed():
        steps = list(learn(model, pictures(2), "red", "grey", settings))
    assert kinds(steps) == ["Step", "Latents", "AdaptStep", "Learned"]
    assert len([step for step in steps if isinstance(step, Step)]) == 2 * 39


def test_a_frugal_learning_sees_one_row_a_step() -> None:
    model = Model()
    with model.base.borrowed():
        list(learn(model, pictures(1), "red", "grey", SETTINGS, Computing(frugal=True)))
    assert model.net.batches == [3] + [1] * 4


class BlockCalls:
    """Counts the calls of blocks."""

    def __init__(self, blocks: Iterable[nn.Module]) -> None:
        self.count = 0
        for block in blocks:
            block.register_forward_hook(self._called)

    def _called(self, *_: object) -> None:
        self.count += 1


class Halves(Model):
    """Its network goes down and up."""

    def __init__(self) -> None:
        config = UNetConfig(
            block_out_channels=[8, 16], layers_per_block=1, norm_num_groups=4, attention_head_dim=8,
            down_block_types=["DownBlock2D", "DownBlock2D"], up_block_types=["UpBlock2D", "UpBlock2D"],
        )  # fmt: skip
        self.halves = seeded(UNet(config)).requires_grad_(False)
        self.denoiser = Denoiser(self.halves, alphas_cumprod(), prediction="sample")
        self.base = BaseWeights(self.halves)

    def modules(self) -> Iterator[nn.Module]:
        return self.halves.modules()


@pytest.mark.parametrize(("steps", "decoding_once", "decoding"), [(2, 1, 2), (3, 4, 4)])
def test_the_way_up_alone_is_learned_and_what_leads_to_it_computed_once(
    monkeypatch: pytest.MonkeyPatch, steps: int, decoding_once: int, decoding: int
) -> None:
    settings = replace(SETTINGS, learned_part="up", noise_draws=1, source_image="clean", iterations=3, steps=steps)
    made = []
    for once in (True, False):
        model = Halves()
        down, up = BlockCalls(model.halves.down_blocks), BlockCalls(model.halves.up_blocks)
        if not once:
            monkeypatch.setattr(SharedCalls, "repeated", lambda self, net, changed: nullcontext())
        with model.base.borrowed():
            *_, learned = learn(model, pictures(1), "red", "grey", settings)
            assert isinstance(learned, Learned) and learned.delta
            assert not [name for name in learned.delta if name.startswith(("conv_in", "time_embedding", "down_blocks"))]
            assert (down.count, up.count) == (2 if once else 2 * 3, 2 * 3)
            *_, last = render(model, pictures(1), learned, settings)
        assert model.halves.watched is None
        made.append((learned.delta, last.x0))
        assert down.count == 2 * (1 + decoding_once if once else 3 + decoding)
        assert up.count == 2 * (3 + decoding)
    (delta, x0), (known_delta, known_x0) = made
    assert torch.equal(x0, known_x0) and all(torch.equal(delta[name], value) for name, value in known_delta.items())


def test_the_change_that_is_refined_computes_once_what_base_and_edit_share() -> None:
    model = Halves()
    settings = replace(SETTINGS, learned_part="up", noise_draws=1, source_image="clean", refine_from=200)
    with model.base.borrowed():
        *_, learned = learn(model, pictures(1), "red", "grey", settings)
        assert isinstance(learned, Learned)
        down, up = BlockCalls(model.halves.down_blocks), BlockCalls(model.halves.up_blocks)
        steps = list(render(model, pictures(1), learned, settings))
    assert up.count - down.count == 2 and up.count == 2 * (1 + len(steps))


def test_texts_that_mean_the_same_are_refused_before_anything_is_computed() -> None:
    model = Model()
    with pytest.raises(NoDirectionError):
        next(learn(model, pictures(1), "red", "red", SETTINGS))
    assert not model.net.batches


def test_a_learning_that_is_given_up_leaves_the_base() -> None:
    model = Model()
    before = [p.clone() for p in model.net.parameters()]
    with model.base.borrowed():
        for step in learn(model, pictures(1), "red", "grey", SETTINGS):
            if isinstance(step, AdaptStep) and step.number == 2:
                break
        assert not all(torch.equal(p, kept) for p, kept in zip(model.net.parameters(), before, strict=True))
    assert all(torch.equal(p, kept) for p, kept in zip(model.net.parameters(), before, strict=True))


def test_rendering_ends_with_the_result_and_repeats_nothing_for_another_strength() -> None:
    model, x0 = Model(), pictures(1)
    with model.base.borrowed():
        *_, learned = learn(model, x0, "red", "grey", SETTINGS)
        assert isinstance(learned, Learned)
        first = list(render(model, x0, learned, SETTINGS))
        again = list(render(model, x0, learned, replace(SETTINGS, strength=0.5)))
        none = list(render(model, x0, learned, replace(SETTINGS, strength=0.0)))
    assert kinds(first) == ["Step", "RenderStep"]
    assert kinds(again) == ["RenderStep"]
    assert [step.t for step in again] == [350, 175]
    assert isinstance(none[-1], RenderStep) and torch.equal(none[-1].x0, x0)


def test_a_latent_is_that_of_its_seed() -> None:
    model, x0 = Model(), pictures(2)
    assert torch.equal(encode(model, x0, SETTINGS), encode(model, x0, SETTINGS))
    assert not torch.equal(encode(model, x0, SETTINGS), encode(model, x0, replace(SETTINGS, seed=8)))


@pytest.mark.parametrize("count", [2, 6])
def test_pairs_teach_an_edit_and_its_t0(count: int) -> None:
    model, before = Model(), pictures(count)
    after = (before + torch.tensor([0.4, 0.0, 0.0])[:, None, None]).clamp(-1, 1)
    with model.base.borrowed():
        steps = list(learn_pairs(model, before, after, replace(SETTINGS, iterations=40, learning_rate=3e-3)))
    assert kinds(steps) == ["PairStep", "Step", "LearnedPairs"]
    learned = steps[-1]
    assert isinstance(learned, LearnedPairs)
    assert learned.application.t0 in CANDIDATES and learned.steps == 40
    assert learned.score is not None and learned.score > 0.3
    assert learned.score == max(step.explained or 0.0 for step in steps if isinstance(step, PairStep))
    assert not any(p.requires_grad for p in model.net.parameters())


def test_how_sure_it_is_goes_with_the_weights_that_are_kept() -> None:
    """A rate that spoils everything leaves the base, which explains nothing."""
    model, before = Model(), pictures(6)
    after = (before + torch.tensor([0.4, 0.0, 0.0])[:, None, None]).clamp(-1, 1)
    with model.base.borrowed():
        *_, learned = learn_pairs(model, before, after, replace(SETTINGS, iterations=20, learning_rate=1.0))
    assert isinstance(learned, LearnedPairs)
    assert learned.delta == {} and learned.score == 0.0
