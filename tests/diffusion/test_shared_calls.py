"""An edit of the last layers goes on from what the base computed before them, and gives the same to the last bit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.diffusion.delta import BaseWeights
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.edit import Edit, Rebuilt, RenderStep, encode, render
from rtedit_desktop.diffusion.schedule import alphas_cumprod
from rtedit_desktop.diffusion.shared_calls import SharedCalls
from rtedit_desktop.diffusion.unet import Halfway, UNet
from rtedit_desktop.diffusion.unet_config import UNetConfig

SETTINGS = EditSettings(t0=200, steps=1, seed=3, blending="whole")
DOWN = "down_blocks.0.resnets.0.conv1.weight"
BEFORE, LAST_LEVEL, OUTPUT = "mid_block.resnets.0.conv1.weight", "up_blocks.1.resnets.0.conv1.weight", "conv_out.weight"


class CountingUNet(UNet):
    """Counts the calls of each of its parts."""

    def __init__(self, config: UNetConfig) -> None:
        super().__init__(config)
        self.parts, self.went_down = [0, 0, 0], list[float]()

    def way_down(self, x: Tensor, times: Tensor) -> Halfway:
        self.went_down.append(float(times))
        return super().way_down(x, times)

    def inner_levels(self, halfway: Halfway) -> Halfway:
        self.parts[0] += 1
        return super().inner_levels(halfway)

    def last_level(self, halfway: Halfway) -> Halfway:
        self.parts[1] += 1
        return super().last_level(halfway)

    def output(self, halfway: Halfway) -> Tensor:
        self.parts[2] += 1
        return super().output(halfway)


class Model:
    """A small net with random weights, and an edit of one of its parameters."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        config = UNetConfig(
            block_out_channels=(16, 32), down_block_types=("DownBlock2D", "AttnDownBlock2D"),
            up_block_types=("AttnUpBlock2D", "UpBlock2D"), norm_num_groups=8, layers_per_block=1,
        )  # fmt: skip
        self.net = CountingUNet(config).eval().requires_grad_(False)
        self.denoiser = Denoiser(self.net, alphas_cumprod(), prediction="sample")
        self.base = BaseWeights(self.net)

    def delta(self, *names: str) -> dict[str, Tensor]:
        parameters, generator = dict(self.net.named_parameters()), torch.Generator().manual_seed(1)
        return {name: 0.05 * torch.randn(parameters[name].shape, generator=generator) for name in names}


@pytest.fixture
def model() -> Iterator[Model]:
    made = Model()
    yield made
    assert made.net.watched is None


X0 = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(5)) * 2 - 1


def rendered(model: Model, edit: Edit, settings: EditSettings = SETTINGS) -> Tensor:
    with model.base.borrowed():
        *_, last = render(model, X0, edit, settings)  # type: ignore[arg-type]
    assert isinstance(last, RenderStep)
    return last.x0


def alone(model: Model, delta: dict[str, Tensor], settings: EditSettings = SETTINGS) -> Tensor:
    """With every call made in full."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("kept", "gone_on_from", "repeated"):
            patch.setattr(SharedCalls, name, lambda self, net, changed: nullcontext())
        return rendered(model, Edit(delta, encode(model, X0, settings)), settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("names", "parts"),
    [((OUTPUT,), [1, 1, 2]), ((LAST_LEVEL, OUTPUT), [1, 2, 2]), ((BEFORE, OUTPUT), [2, 2, 2])],
)
@pytest.mark.parametrize("steps", [1, 3])
def test_what_lies_before_the_last_layers_is_computed_once(
    model: Model, names: tuple[str, ...], parts: list[int], steps: int
) -> None:
    settings, delta = replace(SETTINGS, steps=steps, skip_last=False), model.delta(*names)
    whole = alone(model, delta, settings)
    calls, model.net.parts = model.net.parts[2] // 2, [0, 0, 0]
    shared = rendered(model, Edit(delta, encode(model, X0, settings)), settings)  # type: ignore[arg-type]
    assert torch.equal(shared, whole)
    # only the first step of an edited decode has a latent that the base saw
    assert model.net.parts == [parts[0] + 2 * (calls - 1), parts[1] + 2 * (calls - 1), 2 * calls]


def test_another_edit_of_the_latent_needs_the_base_no_more(model: Model) -> None:
    x_t, rebuilt = encode(model, X0, SETTINGS), {}  # type: ignore[arg-type,var-annotated]
    rendered(model, Edit(model.delta(OUTPUT), x_t, rebuilt=rebuilt))
    model.net.parts = [0, 0, 0]
    found = {
        names: rendered(model, Edit(model.delta(*names), x_t, rebuilt=rebuilt))
        for names in ((OUTPUT,), (LAST_LEVEL,), (BEFORE,))
    }
    assert model.net.parts == [1, 2, 3]
    for names, shown in found.items():
        assert torch.equal(shown, alone(model, model.delta(*names)))
    (kept,) = rebuilt.values()
    assert isinstance(kept, Rebuilt) and kept.bytes > kept.calls.bytes > 0


def test_nothing_is_kept_for_an_edit_of_all_weights(model: Model) -> None:
    rebuilt = {}  # type: ignore[var-annotated]
    rendered(model, Edit(model.delta(BEFORE), encode(model, X0, SETTINGS), rebuilt=rebuilt))  # type: ignore[arg-type]
    (kept,) = rebuilt.values()
    assert kept.calls.bytes == 0


def test_a_decode_that_nobody_goes_on_with_leaves_the_net_as_it_was(model: Model) -> None:
    steps = render(model, X0, Edit(model.delta(OUTPUT), encode(model, X0, SETTINGS)), SETTINGS)  # type: ignore[arg-type]
    next(steps)
    assert model.net.watched is None


def test_gradients_pass_through_all_of_the_net(model: Model) -> None:
    calls = SharedCalls()
    x, times = torch.randn(1, 3, 32, 32), torch.tensor([5.0])
    with torch.no_grad(), calls.kept(model.net, [OUTPUT]):
        model.net(x, times)
    model.net.requires_grad_(True)
    with torch.enable_grad(), calls.gone_on_from(model.net, [OUTPUT]):
        model.net(x, times).sum().backward()
    assert model.net.conv_in.weight.grad is not None


def test_calls_in_a_row_that_differ_in_the_way_up_go_down_once(model: Model) -> None:
    net = model.net
    net.get_parameter(OUTPUT).requires_grad_(True)
    x = torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    now, later = torch.tensor([300.0]), torch.tensor([100.0])
    expected, net.went_down = [net(x, now), net(x, later)], []
    calls = SharedCalls(most=1)
    with calls.repeated(net, [BEFORE, OUTPUT]):
        found = [net(x, now), net(x, now), net(x.clone(), now.clone()), net(x, later), net(x, later)]
        assert net.went_down == [300, 100]
        for out, known in zip(found, [expected[0]] * 3 + [expected[1]] * 2, strict=True):
            assert torch.equal(out, known)
        assert not torch.equal(net(x + 1, later), expected[1]) and net.went_down == [300, 100, 100]
        with torch.autocast("cpu", torch.bfloat16):
            net(x + 1, later)
        assert net.went_down == [300, 100, 100, 100], "another precision is another way"
    found[1].sum().backward()
    assert net.get_parameter(OUTPUT).grad is not None
    net(x, now)
    net(x, now)
    assert len(net.went_down) == 6, "afterwards every call counts"


@pytest.mark.parametrize("name", [DOWN, BEFORE, LAST_LEVEL, OUTPUT])
def test_whatever_changes_between_calls_in_a_row_they_give_what_they_give_alone(model: Model, name: str) -> None:
    x, times, calls = torch.randn(1, 3, 32, 32), torch.tensor([5.0]), SharedCalls(most=1)
    for _ in range(3):
        with torch.no_grad():
            model.net.get_parameter(name).add_(0.01)
            with calls.repeated(model.net, [name]):
                shared = model.net(x, times)
            assert torch.equal(shared, model.net(x, times))
    places = [DOWN, BEFORE, LAST_LEVEL, OUTPUT]
    alone = [6 if place >= places.index(name) else 4 for place in range(4)]
    assert [len(model.net.went_down), *model.net.parts] == alone
    assert (calls.bytes > 0) == (name != DOWN)


def test_nothing_is_shared_of_what_is_learned(model: Model) -> None:
    model.net.requires_grad_(True)
    x, times, calls = torch.randn(1, 3, 32, 32), torch.tensor([5.0]), SharedCalls(most=1)
    for _ in range(2):
        with calls.repeated(model.net, [OUTPUT]):
            model.net(x, times).sum().backward()
    assert len(model.net.went_down) == 2 and calls.bytes == 0
