from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional
from torchvision.transforms import v2

from rtedit_desktop.diffusion.guidance import (
    OPENAI_MEAN,
    OPENAI_STD,
    CLIPGuidance,
    ImagePreparation,
    direction_cosine,
    directional_loss,
    text_direction,
)
from rtedit_desktop.diffusion.views import RandomViews, _inside, random_views, through_views

EMBEDDINGS = {
    "face": [3.0, 0.0, 0.0],
    "a face": [0.0, 0.5, 0.0],
    "smiling face": [0.0, 0.0, 2.0],
    "a smiling face": [0.0, 3.0, 4.0],
}


def encode(texts: list[str]) -> Tensor:
    return torch.tensor([EMBEDDINGS[text] for text in texts])


def test_the_text_direction_by_hand() -> None:
    direction = text_direction(encode, "face", "smiling face", ["{}", "a {}"])
    mean = torch.tensor([(-1.0 + 0.0) / 2, (0.0 + 0.6 - 1.0) / 2, (1.0 + 0.8) / 2])
    torch.testing.assert_close(direction, mean / mean.norm())
    assert direction.dtype == torch.float32


def test_texts_that_embed_alike_have_no_direction() -> None:
    with pytest.raises(ValueError, match="mean the same"):
        text_direction(encode, "face", "face", ["{}", "a {}"])


def test_text_goes_in_verbatim_and_without_a_graph() -> None:
    seen: list[str] = []
    weight = torch.ones(1, requires_grad=True)

    def noting(texts: list[str]) -> Tensor:
        seen.extend(texts)
        return weight * torch.eye(len(texts))

    direction = text_direction(noting, "Face", "{0} FACE", ["{}", "a photo of {}"])
    assert seen == ["{0} FACE", "a photo of {0} FACE", "Face", "a photo of Face"]
    assert not direction.requires_grad


@pytest.mark.parametrize(
    ("one_minus_cosine", "loss"), [(0.0, 0.0), (0.5, 0.28768), (0.8, 0.51083), (1.0, 0.69315), (1.2, 0.91629)]
)
def test_loss_values(one_minus_cosine: float, loss: float) -> None:
    value = directional_loss(torch.tensor([1 - one_minus_cosine], dtype=torch.float64))
    assert value.item() == pytest.approx(loss, abs=5.1e-6)
    assert value.item() == pytest.approx(-math.log((2 - one_minus_cosine) / 2), abs=1e-6)


def test_the_mean_comes_before_the_logarithm() -> None:
    cosine = torch.tensor([0.9, 0.1], dtype=torch.float64)
    assert directional_loss(cosine).item() == pytest.approx(0.28768, abs=5.1e-6)


def test_the_loss_is_finite_at_the_far_end() -> None:
    cosine = torch.tensor([-1.0], requires_grad=True)
    loss = directional_loss(cosine)
    loss.backward()
    assert loss.item() == pytest.approx(-math.log(1e-6), rel=1e-5)
    assert cosine.grad is not None
    assert torch.isfinite(cosine.grad).all()


def test_the_cosine_by_hand() -> None:
    source = torch.tensor([[1.0, 0.0]]).expand(4, 2)
    edit = torch.tensor([[0.0, 1.0], [2.0, 0.0], [1.0, -1.0], [1.0, 0.0]])
    direction = torch.tensor([0.0, 1.0])
    torch.testing.assert_close(
        direction_cosine(edit, source, direction), torch.tensor([2**-0.5, 0.0, -1.0, 0.0]), atol=1e-6, rtol=0
    )


def test_a_softened_cosine_asks_for_a_change_of_some_size() -> None:
    source = torch.tensor([[1.0, 0.0]])
    direction = torch.tensor([0.0, 1.0])
    for moved in (0.01, 0.1, 1.0):
        edit = source + torch.tensor([[0.0, moved]])
        assert direction_cosine(edit, source, direction, 0.1).item() == pytest.approx(moved / (moved + 0.1))
    still = source.clone().requires_grad_(True)
    direction_cosine(still, source, direction, 0.1).backward()
    torch.testing.assert_close(still.grad, direction[None] / 0.1)


def test_a_picture_that_did_not_move_has_finite_gradients() -> None:
    source = functional.normalize(torch.randn(3, 8, generator=torch.Generator().manual_seed(0)), dim=-1)
    edit = source.clone().requires_grad_(True)
    direction_cosine(edit, source, source[0]).sum().backward()
    assert edit.grad is not None
    assert torch.isfinite(edit.grad).all()


@pytest.mark.parametrize(("height", "width"), [(32, 32), (48, 48), (16, 16), (64, 47), (33, 90), (24, 31)])
@pytest.mark.parametrize("antialias", [True, False])
def test_preparation_is_torchvisions(height: int, width: int, antialias: bool) -> None:
    x = torch.rand(2, 3, height, width, generator=torch.Generator().manual_seed(0)) * 2 - 1
    theirs = v2.Compose(
        [
            v2.Resize(24, interpolation=v2.InterpolationMode.BICUBIC, antialias=antialias),
            v2.CenterCrop(24),
            v2.Normalize(OPENAI_MEAN, OPENAI_STD),
        ]
    )((x + 1) / 2)
    ours = ImagePreparation(24, antialias=antialias)(x)
    assert ours.shape == (2, 3, 24, 24)
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)


def test_preparation_is_differentiable_and_does_not_clamp() -> None:
    x = torch.full((1, 3, 32, 32), 3.0, requires_grad=True)
    prepared = ImagePreparation(24)(x)
    torch.testing.assert_close(prepared[0, :, 12, 12], (2 - torch.tensor(OPENAI_MEAN)) / torch.tensor(OPENAI_STD))
    prepared.sum().backward()
    assert x.grad is not None
    assert (x.grad != 0).all()


def test_views_are_small_and_come_from_the_generator() -> None:
    views = random_views(64, torch.Generator().manual_seed(0))
    assert torch.equal(views, random_views(64, torch.Generator().manual_seed(0)))
    turned = views[:, :, :2] @ views[:, :, :2].transpose(1, 2)
    scale = turned[:, 0, 0].sqrt()
    torch.testing.assert_close(turned, scale[:, None, None] ** 2 * torch.eye(2).expand(64, 2, 2))
    assert 0.75 < scale.min() < scale.max() <= 1.0
    assert views[:, :, 2].abs().max() <= 0.1


def test_a_view_that_changes_nothing() -> None:
    x = torch.rand(2, 3, 9, 9)
    still = torch.eye(2, 3).expand(2, 2, 3)
    torch.testing.assert_close(through_views(x, still), x)


def test_the_guidance_gives_unit_rows_and_the_cosine() -> None:
    guidance = CLIPGuidance(lambda x: x.flatten(1)[:, :4] * 7, lambda x: x, torch.tensor([0.0, 1.0, 0.0, 0.0]))
    x = torch.rand(3, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    embedded = guidance.embed(x)
    torch.testing.assert_close(embedded.norm(dim=-1), torch.ones(3))
    torch.testing.assert_close(
        guidance.compare(x.flip(-1), x, embedded).softened,
        direction_cosine(guidance.embed(x.flip(-1)), embedded, guidance.direction),
    )


def test_views_are_compared_with_the_same_views_of_the_source() -> None:
    guidance = CLIPGuidance(lambda x: x.flatten(1)[:, :4] * 7, lambda x: x, torch.tensor([0.0, 1.0, 0.0, 0.0]))
    x = torch.rand(2, 3, 6, 6, generator=torch.Generator().manual_seed(0))
    moved = RandomViews(guidance, 3, torch.Generator().manual_seed(5)).compare(x.flip(-1), x, guidance.embed(x))
    views = random_views(4, torch.Generator().manual_seed(5))
    assert moved.cosine.shape == (6,)
    torch.testing.assert_close(moved.cosine[:2], guidance.compare(x.flip(-1), x, guidance.embed(x)).cosine)
    seen = through_views(x.flip(-1).repeat(2, 1, 1, 1), views)
    e_source = guidance.embed(through_views(x.repeat(2, 1, 1, 1), views))
    torch.testing.assert_close(moved.cosine[2:], guidance.compare(seen, seen, e_source).cosine)


def test_without_padding_by_the_border_the_same_is_seen() -> None:
    """As on Apple's cards, which have none."""
    generator = torch.Generator().manual_seed(3)
    x, views = torch.randn(6, 3, 24, 16, generator=generator), random_views(6, generator, zoom=0.9, shift=0.4)
    grid = functional.affine_grid(views, list(x.shape), align_corners=False)
    torch.testing.assert_close(_inside(x, grid), through_views(x, views), rtol=1e-4, atol=1e-4)
