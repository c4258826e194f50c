from __future__ import annotations

from fractions import Fraction

import pytest
import torch
from diffusers import DDIMScheduler
from support.nets.analytic import GaussianNet, gaussian, pictures
from torch import Tensor, nn

from rtedit_desktop.diffusion import sampling
from rtedit_desktop.diffusion.denoiser import Denoiser, Estimate, Prediction
from rtedit_desktop.diffusion.schedule import CLEAN, alphas_cumprod, decode_pairs

PREDICTIONS: tuple[Prediction, ...] = ("epsilon", "sample", "v_prediction")


class Wavy(nn.Module):
    """An arbitrary smooth network, so that nothing cancels by accident."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(0.7, dtype=torch.float64))

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return torch.sin(3 * self.scale * x) + 0.1 * torch.cos(t.to(x) / 50)[:, None, None, None]


def scheduler_step(scheduler: DDIMScheduler, out: Tensor, t: int, s: int, x: Tensor) -> tuple[Tensor, Tensor]:
    """diffusers' own step from t to any s: (x_s, x0). It counts its stride from the number of steps."""
    scheduler.num_inference_steps = Fraction(1000, t - s) if s >= 0 else 1
    done = scheduler.step(out, t, x, eta=0.0)
    return done.prev_sample, done.pred_original_sample


@pytest.mark.parametrize("prediction", PREDICTIONS)
@pytest.mark.parametrize(("n", "t0"), [(6, 350), (6, 401), (5, 400), (3, 999), (2, 350), (1, 450)])
def test_decoding_is_ddim_step_for_step(prediction: Prediction, n: int, t0: int) -> None:
    net = Wavy()
    denoiser = Denoiser(net, alphas_cumprod(), prediction=prediction)
    scheduler = DDIMScheduler(clip_sample=False, beta_start=1e-4, beta_end=0.02, prediction_type=prediction)
    scheduler.alphas_cumprod = scheduler.alphas_cumprod.double()
    x = expected = pictures(2)
    steps = list(sampling.decode(denoiser, x, t0, n))
    assert len(steps) == denoiser.calls == n
    for step, (t, s) in zip(steps, decode_pairs(n, t0), strict=True):
        with torch.no_grad():
            out = net(expected, torch.full((2,), float(t)))
        expected, x0 = scheduler_step(scheduler, out, t, s, expected)
        tolerance = 2e-5 * expected.abs().max().item()
        torch.testing.assert_close(step.x, expected, atol=tolerance, rtol=0)
        torch.testing.assert_close(step.x0, x0, atol=tolerance, rtol=0)
        assert step.t == t
    assert [step.number for step in steps] == list(range(1, n + 1))
    assert {step.of for step in steps} == {n}


@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_the_last_step_is_the_estimate_bit_for_bit(prediction: Prediction) -> None:
    denoiser = gaussian(prediction)
    for t in (0, 70, 350):
        estimate = denoiser(pictures(1), t)
        assert torch.equal(sampling.ddim_step(estimate, denoiser.abar(CLEAN)), estimate.x0)
    *_, last = sampling.decode(denoiser, pictures(1), 350, 4)
    assert torch.equal(last.x, last.x0)


@pytest.mark.parametrize("t", [0, 100, 350, 999])
def test_all_predictions_say_the_same_of_one_net(t: int) -> None:
    x = pictures(3)
    net = GaussianNet()
    abar = alphas_cumprod()[t].item()
    eps = net(x, torch.full((3,), float(t)))
    for prediction in PREDICTIONS:
        estimate = gaussian(prediction)(x, t)
        torch.testing.assert_close(estimate.eps, eps, atol=1e-9, rtol=1e-9)
        torch.testing.assert_close(abar**0.5 * estimate.x0 + (1 - abar) ** 0.5 * estimate.eps, x)


def test_abar_is_1_for_the_clean_picture() -> None:
    denoiser = gaussian()
    assert denoiser.abar(CLEAN) == 1.0
    assert denoiser.abar(350) == pytest.approx(0.283183, abs=5.1e-7)


def test_learned_variance_is_dropped() -> None:
    class SixChannels(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = GaussianNet()

        def forward(self, x: Tensor, t: Tensor) -> Tensor:
            return torch.cat([self.inner(x, t), torch.full_like(x, 1e9)], 1)

    denoiser = Denoiser(SixChannels(), alphas_cumprod(), learned_variance=True)
    for told, known in zip(denoiser(pictures(2), 350), gaussian()(pictures(2), 350), strict=True):
        assert torch.equal(told, known)


def test_an_unshuffled_net_sees_a_coarse_grid_and_float_timesteps() -> None:
    class Looking(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.ones(()))
            self.seen: list[tuple[torch.Size, Tensor]] = []

        def forward(self, x: Tensor, t: Tensor) -> Tensor:
            self.seen.append((x.shape, t))
            return x * self.weight

    net = Looking()
    denoiser = Denoiser(net, alphas_cumprod(), prediction="sample", pixel_unshuffle=4)
    x = pictures(2, 16).float()
    assert torch.equal(denoiser(x, 350).x0, x)
    shape, t = net.seen[0]
    assert shape == (2, 48, 4, 4)
    assert t.dtype == torch.float32
    assert t.tolist() == [350.0, 350.0]


def test_a_networks_output_object_is_unpacked() -> None:
    class Output:
        def __init__(self, sample: Tensor) -> None:
            self.sample = sample

    class Wrapped(GaussianNet):
        def forward(self, x: Tensor, t: Tensor) -> Output:  # type: ignore[override]
            return Output(super().forward(x, t))

    told = Denoiser(Wrapped(), alphas_cumprod())(pictures(1), 350)
    assert torch.equal(told.x0, gaussian()(pictures(1), 350).x0)


class Convolution(nn.Module):
    """Notes the types that it computes in."""

    def __init__(self, weight: float) -> None:
        super().__init__()
        self.layer = nn.Conv2d(3, 3, 1)
        nn.init.constant_(self.layer.weight, weight)
        self.types: list[torch.dtype] = []

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        out: Tensor = self.layer(x)
        self.types.append(out.dtype)
        return out


def test_without_a_gradient_the_net_computes_in_the_precision_of_decoding() -> None:
    net, exact = Convolution(0.1), Convolution(0.1)
    exact.load_state_dict(net.state_dict())
    denoiser = Denoiser(net, alphas_cumprod(), prediction="sample", decoding=torch.bfloat16)
    x = pictures(2).float()
    with torch.no_grad():
        told = denoiser(x, 350).x0
        known = Denoiser(exact, alphas_cumprod(), prediction="sample")(x, 350).x0
    assert (net.types, exact.types) == ([torch.bfloat16], [torch.float32])
    assert told.dtype == torch.float32
    assert torch.allclose(told, known, atol=0.02)
    denoiser(x, 350).x0.sum().backward()
    assert net.types[1:] == [torch.float32], "what is learned is asked for elsewhere"


def test_numbers_too_large_for_low_precision_are_computed_again(caplog: pytest.LogCaptureFixture) -> None:
    """Those of one picture; the next one is what it would be without it."""
    net, half, whole = Convolution(1e4), torch.float16, torch.float32
    denoiser = Denoiser(net, alphas_cumprod(), prediction="sample", decoding=half)
    with torch.no_grad():
        small = denoiser(torch.full((1, 3, 4, 4), 1e-3), 350).x0
        for _ in range(2):
            assert denoiser(torch.full((1, 3, 4, 4), 10.0), 350).x0.isfinite().all()
        assert torch.equal(denoiser(torch.full((1, 3, 4, 4), 1e-3), 350).x0, small)
    assert net.types == [half, half, whole, half, whole, half]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    caplog.clear()


def test_one_shot_encoding_has_the_given_noise_exactly() -> None:
    x0 = pictures(2)
    abar = alphas_cumprod()[350].item()
    x_t = sampling.encode(x0, abar, torch.Generator().manual_seed(5))
    z = torch.randn(x0.shape, generator=torch.Generator().manual_seed(5), dtype=x0.dtype)
    assert torch.equal(x_t, abar**0.5 * x0 + (1 - abar) ** 0.5 * z)
    assert torch.equal(x_t, sampling.encode(x0, abar, torch.Generator().manual_seed(5)))
    assert not torch.equal(x_t, sampling.encode(x0, abar, torch.Generator().manual_seed(6)))


def test_one_shot_encoding_costs_no_call_and_leaves_the_global_randomness_alone() -> None:
    before = torch.get_rng_state()
    denoiser = gaussian()
    sampling.encode(pictures(1), denoiser.abar(350), torch.Generator().manual_seed(0))
    assert denoiser.calls == 0
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_decoding_follows_the_exact_flow_of_gaussian_pictures(prediction: Prediction) -> None:
    denoiser = gaussian(prediction)
    net = denoiser.net
    assert isinstance(net, GaussianNet)
    x = sampling.encode(pictures(4), denoiser.abar(400), torch.Generator().manual_seed(1))
    exact = net.exact(x, denoiser.abar(400), 1.0)
    errors = []
    for n in (6, 40, 401):
        *_, last = sampling.decode(denoiser, x, 400, n)
        errors.append((last.x - exact).abs().mean().item())
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 2e-3


def test_inversion_then_decoding_returns_the_picture() -> None:
    denoiser = gaussian()
    x0 = pictures(4)
    for n, tolerance in ((40, 0.05), (201, 5e-3)):
        denoiser.calls = 0
        *_, up = sampling.invert(denoiser, x0, 400, n)
        assert denoiser.calls == n - 1
        assert up.t == 400
        *_, down = sampling.decode(denoiser, up.x, 400, n)
        assert (down.x - x0).abs().mean() < tolerance


def test_the_step_up_is_the_step_down_with_the_same_estimate() -> None:
    x0, eps = pictures(1), pictures(1, seed=1)
    denoiser = gaussian()
    up = sampling.ddim_step(Estimate(x0, eps), denoiser.abar(350))
    torch.testing.assert_close(up, denoiser.abar(350) ** 0.5 * x0 + (1 - denoiser.abar(350)) ** 0.5 * eps)


@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_leaving_out_the_call_at_0_changes_next_to_nothing(prediction: Prediction) -> None:
    denoiser = gaussian(prediction)
    x = sampling.encode(pictures(2), denoiser.abar(350), torch.Generator().manual_seed(1))
    *_, full = sampling.decode(denoiser, x, 350, 6)
    denoiser.calls = 0
    *_, short = sampling.decode(denoiser, x, 350, 6, skip_last=True)
    assert denoiser.calls == short.of == 5
    assert (full.x - short.x).abs().mean() < 2 / 255  # in [-1, 1], so one level of 8 bits


def test_decoding_and_inversion_keep_no_graph() -> None:
    denoiser = gaussian()
    for step in (*sampling.decode(denoiser, pictures(1), 350, 3), *sampling.invert(denoiser, pictures(1), 350, 3)):
        assert not step.x.requires_grad
        assert torch.is_grad_enabled()
