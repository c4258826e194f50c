from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from support.nets.numbers_read import NumbersRead
from torch import Tensor, nn

from rtedit_desktop.diffusion.adaptation import AdaptationConfig, AdaptStep, Latents, LoopOptions, fit, with_estimates
from rtedit_desktop.diffusion.delta import BaseWeights
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.early_stopping import EarlyStopping
from rtedit_desktop.diffusion.guidance import CLIPGuidance, Guidance, ImagePreparation, Moved
from rtedit_desktop.diffusion.memory.fused_backward import FusedBackwardAdam
from rtedit_desktop.diffusion.schedule import alphas_cumprod
from rtedit_desktop.diffusion.training_state import Snapshot
from rtedit_desktop.diffusion.views import RandomViews

T0 = 350
STOPPING = ("smoothing", "min_gain", "patience", "enough", "earliest")


class Net(nn.Module):
    """A few convolutions that know the time."""

    def __init__(self) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            self.body = nn.Sequential(nn.Conv2d(4, 8, 3, padding=1), nn.SiLU(), nn.Conv2d(8, 3, 3, padding=1))

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        when = (t / 1000)[:, None, None, None].expand(-1, 1, *x.shape[-2:])
        return self.body(torch.cat([x, when], 1))


class Encoder(nn.Module):
    """A frozen stub of an image encoder."""

    def __init__(self) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(1)
            self.body = nn.Sequential(nn.Conv2d(3, 8, 5, stride=3), nn.Tanh(), nn.Flatten(), nn.LazyLinear(6))
            self.body(torch.zeros(1, 3, 12, 12))
        self.requires_grad_(False)
        self.rows = 0

    def forward(self, x: Tensor) -> Tensor:
        self.rows += len(x)
        return self.body(x)


class Bench:
    """One net, one encoder, one guidance and some latents, made afresh for every test."""

    def __init__(self, rows: int = 4, source: str = "clean") -> None:
        self.encoder = Encoder()
        self.denoiser = Denoiser(Net(), alphas_cumprod(), prediction="sample")
        direction = torch.tensor([1.0, -1.0, 0.5, 0.0, 0.0, 0.3])
        softening = 0.1 if source == "estimate" else 1e-7
        self.guidance = CLIPGuidance(self.encoder, ImagePreparation(12), direction / direction.norm(), softening)
        generator = torch.Generator().manual_seed(2)
        x0, z = torch.rand(rows, 3, 12, 12, generator=generator) * 2 - 1, torch.randn(rows, 3, 12, 12)
        abar = self.denoiser.abar(T0)
        x_t = abar**0.5 * x0 + (1 - abar) ** 0.5 * z
        self.latents = with_estimates(self.denoiser, x_t, T0) if source == "estimate" else Latents(x_t, x0)

    def run(self, seed: int = 0, resume: Snapshot | None = None, **changes: object) -> Iterator[AdaptStep]:
        """``changes`` are of the configuration, of early stopping (``early_stop``: not at all), and ``views``."""
        given = {"iterations": 8, "rate": 1e-3, "growth": 1.0, "rate_cap": 1.0, "earliest": 99, **changes}
        stopping = EarlyStopping(**{name: given.pop(name) for name in STOPPING if name in given})  # type: ignore[arg-type]
        early_stopping = stopping if given.pop("early_stop", True) else None
        generator = torch.Generator().manual_seed(seed)
        guidance: Guidance = self.guidance
        if views := given.pop("views", 0):
            guidance = RandomViews(guidance, views, generator)  # type: ignore[arg-type]
        return fit(
            self.denoiser.net,
            lambda x_t: self.denoiser(x_t, T0).x0,
            guidance,
            self.latents,
            AdaptationConfig(t0=T0, **{k: v for k, v in given.items() if k != "optimiser"}),  # type: ignore[arg-type]
            generator,
            LoopOptions(
                early_stopping=early_stopping,
                optimiser=given.get("optimiser", FusedBackwardAdam),  # type: ignore[arg-type]
                resume=resume,
            ),
        )

    def weights(self) -> dict[str, Tensor]:
        return {name: p.detach().clone() for name, p in self.denoiser.net.named_parameters()}


@pytest.fixture(autouse=True)
def _noise() -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        yield


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("views", [1, 3])
def test_one_network_call_a_step(batch: int, views: int) -> None:
    bench = Bench()
    calls = []
    for step in bench.run(batch=batch, views=views):
        calls.append(bench.denoiser.calls)
        assert step.x0.shape == (batch, 3, 12, 12)
        assert not step.x0.requires_grad
        assert torch.is_grad_enabled()
    assert calls == list(range(1, 9))


def test_the_encoder_is_frozen_and_sees_the_sources_once() -> None:
    bench = Bench()
    assert len(list(bench.run())) == 8
    assert all(p.grad is None and not p.requires_grad for p in bench.encoder.parameters())
    assert bench.encoder.rows == 4 + 8


def test_every_parameter_is_trained() -> None:
    bench = Bench()
    bench.denoiser.net.requires_grad_(False)
    before = bench.weights()
    list(bench.run(iterations=2, early_stop=False))
    for name, after in bench.weights().items():
        assert not torch.equal(after, before[name]), name


@pytest.mark.parametrize("source", ["clean", "estimate"])
def test_the_score_rises(source: str) -> None:
    steps = list(Bench(source=source).run(iterations=60, rate=3e-3, batch=4, l1_weight=0.0))
    assert steps[-1].score > steps[0].score + 0.3
    assert [step.number for step in steps] == list(range(1, 61))
    assert [step.stopped for step in steps] == [False] * 59 + [True]


def test_the_score_and_the_loss_are_those_of_the_equations() -> None:
    bench = Bench(rows=1)
    with torch.no_grad():
        x0 = bench.denoiser(bench.latents.x_t, T0).x0
        source = bench.guidance.embed(bench.latents.source)
        cosine = float(bench.guidance.compare(x0, bench.latents.source, source).cosine)
        l1 = float((x0 - bench.latents.source).abs().mean())
    first = next(iter(bench.run(clip_weight=3.0, l1_weight=0.7)))
    assert first.score == pytest.approx(cosine, abs=1e-6)
    assert first.loss == pytest.approx(-3 * math.log((1 + cosine) / 2) + 0.7 * l1, rel=1e-5)
    torch.testing.assert_close(first.x0, x0)


def watched(bench: Bench, **changes: Any) -> tuple[list[float], list[float]]:
    """The learning rate and the gradient's length of every step, as the optimiser sees them."""
    rates: list[float] = []
    lengths: list[float] = []

    class Watched(FusedBackwardAdam):
        def set_rate(self, rate: float) -> None:
            rates.append(rate)
            super().set_rate(rate)

        def step(self, loss: torch.Tensor) -> None:
            super().step(loss)
            lengths.append(float(torch.stack(self._norms).norm()))

    list(bench.run(optimiser=Watched, **changes))
    return rates, lengths


def test_a_start_without_a_direction_does_not_drown_what_follows() -> None:
    """An estimate that is its own source has no direction yet: the plain cosine is nearly vertical there."""
    _, lengths = watched(Bench(source="estimate"), batch=4, early_stop=False)
    assert lengths[0] < 100 * min(lengths)


def test_the_rate_grows_by_the_epoch_up_to_the_cap() -> None:
    grown, _ = watched(Bench(rows=2), rate=6e-6, growth=1.3, rate_cap=1e-5)
    expected = [6e-6, 6e-6, 7.8e-6, 7.8e-6, 1e-5, 1e-5, 1e-5, 1e-5]
    assert grown == pytest.approx(expected)
    assert watched(Bench(rows=1), rate=6e-6, growth=1.3, rate_cap=5e-5)[0][2] == pytest.approx(1.014e-5)


def test_a_rate_above_the_cap_is_taken_as_it_is() -> None:
    assert watched(Bench(), rate=1e-3, growth=1.3, rate_cap=5e-5)[0] == [1e-3] * 8


def test_every_row_is_seen_once_an_epoch() -> None:
    bench = Bench(rows=4)
    seen: list[int] = []
    real = bench.denoiser.net.forward

    def noting(x: Tensor, t: Tensor) -> Tensor:
        seen.extend(int((bench.latents.x_t == row).flatten(1).all(1).nonzero()) for row in x)
        return real(x, t)

    bench.denoiser.net.forward = noting  # type: ignore[method-assign]
    list(bench.run(batch=2))
    assert len(seen) == 16
    assert all(sorted(seen[i : i + 4]) == [0, 1, 2, 3] for i in range(0, 16, 4))


def test_the_generator_decides_everything() -> None:
    def result(seed: int) -> dict[str, Tensor]:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(3)
            bench = Bench()
        list(bench.run(seed=seed, batch=2, views=3))
        return bench.weights()

    first = result(0)
    torch.rand(100)
    again, other = result(0), result(1)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def scripted(bench: Bench, scores: list[float]) -> None:
    """Let the guidance say these scores, one a step, whatever the picture."""
    left = iter(scores)

    def compare(x_edit: Tensor, x_source: Tensor, e_source: Tensor) -> Moved:
        score = torch.full((len(x_edit),), next(left))
        return Moved(score, x_edit.mean() * 0 + score)

    bench.guidance.compare = compare  # type: ignore[method-assign]


def history(bench: Bench, **changes: Any) -> list[dict[str, Tensor]]:
    """The weights before the first step and after each."""
    kept = [bench.weights()]
    for _ in bench.run(**changes):
        kept.append(bench.weights())
    return kept


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return all(torch.equal(a[name], b[name]) for name in a)


def test_the_best_step_is_kept() -> None:
    bench = Bench()
    scripted(bench, [0.1, 0.2, 0.9, 0.1, 0.0, -0.2])
    kept = history(bench, iterations=6, smoothing=0.0)
    assert same(kept[-1], kept[2])  # the third score is that of the weights after two steps
    assert len({float(weights["body.0.bias"][0]) for weights in kept[:-1]}) == 6


@pytest.mark.parametrize("iterations", [1, 4])
def test_the_last_step_stays_when_the_score_was_still_rising(iterations: int) -> None:
    bench, plain = Bench(), Bench()
    plain.latents = bench.latents
    for each in (bench, plain):
        scripted(each, [0.1, 0.2, 0.3, 0.4])
    rising = history(bench, iterations=iterations, smoothing=0.0)
    assert not same(rising[-1], rising[0])
    assert same(rising[-1], history(plain, iterations=iterations, early_stop=False)[-1])


def test_without_early_stop_the_last_step_is_kept() -> None:
    bench = Bench()
    scripted(bench, [0.9] + [0.0] * 7)
    kept = history(bench, early_stop=False, earliest=1)
    assert len(kept) == 9
    assert not same(kept[-1], kept[0])


def test_a_score_that_no_longer_gains_stops() -> None:
    bench = Bench()
    scripted(bench, [0.1, 0.3, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6])
    steps = list(bench.run(smoothing=0.0, earliest=2, patience=2, min_gain=0.005))
    assert [step.number for step in steps] == [1, 2, 3, 4, 5, 6]
    assert [step.stopped for step in steps] == [False] * 5 + [True]


def test_a_score_that_is_enough_stops() -> None:
    bench = Bench()
    scripted(bench, [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97])
    assert len(list(bench.run(smoothing=0.0, earliest=2, patience=2, enough=0.65))) == 4


def test_the_score_is_smoothed_without_a_bias_at_the_start() -> None:
    bench = Bench()
    scripted(bench, [0.5] * 8)
    steps = list(bench.run(smoothing=0.8, earliest=4, patience=3))
    assert len(steps) == 5


def test_a_step_waits_for_the_card_once() -> None:
    """All that a step is judged by is read together, by ``tolist``; nothing is read one by one."""
    bench = Bench()
    steps = bench.run()
    next(steps)
    with NumbersRead() as read:
        next(steps)
    assert read.count == 0


def test_numbers_that_run_away_are_an_error_and_the_base_comes_back() -> None:
    bench = Bench()
    before = bench.weights()
    base = BaseWeights(bench.denoiser.net)
    scripted(bench, [0.1, math.nan])
    with pytest.raises(FloatingPointError, match="loss"), base.borrowed():
        list(bench.run())
    assert same(bench.weights(), before)


def test_a_gradient_that_runs_away_is_an_error() -> None:
    bench = Bench()
    before = bench.weights()
    bench.denoiser.net.get_parameter("body.2.bias").register_hook(lambda grad: grad * math.inf)
    base = BaseWeights(bench.denoiser.net)
    with pytest.raises(FloatingPointError, match="gradient"), base.borrowed():
        list(bench.run())
    assert same(bench.weights(), before)


def test_an_abandoned_adaptation_gives_the_base_back() -> None:
    bench = Bench()
    before = bench.weights()

    @contextmanager
    def borrowed() -> Iterator[None]:
        with BaseWeights(bench.denoiser.net).borrowed():
            yield

    with borrowed():
        running = bench.run()
        next(running)
        next(running)
        assert not same(bench.weights(), before)
    assert same(bench.weights(), before)
    assert all(p.grad is None for p in bench.denoiser.net.parameters())


def test_estimates_as_sources_cost_calls_but_no_graph() -> None:
    bench = Bench(rows=20)
    bench.denoiser.calls = 0
    latents = with_estimates(bench.denoiser, bench.latents.x_t, T0)
    assert bench.denoiser.calls == 3
    assert not latents.source.requires_grad
    with torch.no_grad():
        torch.testing.assert_close(latents.source, bench.denoiser(bench.latents.x_t, T0).x0)


@pytest.mark.parametrize("early_stop", [True, False])
@pytest.mark.parametrize("at", [1, 5, 7])
def test_going_on_from_a_snapshot_is_as_never_having_stopped(at: int, early_stop: bool) -> None:
    how: dict[str, Any] = {"batch": 3, "views": 2, "rate": 3e-3, "early_stop": early_stop}
    whole = Bench()
    scores = []
    for step in whole.run(**how):
        scores.append(step.score)
        if step.number == at:
            snapshot = step.snapshot()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)  # the same latents
        again = Bench()
    rest = list(again.run(seed=99, resume=snapshot, **how))  # what the seed was does not matter
    assert [step.number for step in rest] == list(range(at + 1, 9))
    assert [step.score for step in rest] == scores[at:]
    for name, value in again.weights().items():
        assert torch.equal(value, whole.weights()[name]), name
