from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from rtedit_desktop.core.edits import Blending
from rtedit_desktop.diffusion.colour.soft_ends import soft_ends
from rtedit_desktop.diffusion.colour.toning import tone_of
from rtedit_desktop.diffusion.preserve import blending_of, change_mask, keep_untouched, tint_mask


def noise(seed: int, size: int = 64) -> torch.Tensor:
    return torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_where_nothing_changed_the_picture_stays_exactly() -> None:
    x0, same = noise(0), noise(1)
    assert torch.equal(change_mask(same, same), torch.zeros(2, 1, 64, 64))
    assert torch.equal(keep_untouched(x0, same, same), x0)


def test_the_mask_covers_the_change_and_nothing_far_from_it() -> None:
    rebuilt = noise(1)
    edited = rebuilt.clone()
    edited[:, :, 20:36, 20:36] += 1.0
    mask = change_mask(edited, rebuilt)
    assert mask.shape == (2, 1, 64, 64)
    assert 0 <= mask.min() <= mask.max() <= 1
    assert (mask[:, :, 21:35, 21:35] > 0.999).all()
    away = torch.ones(64, 64, dtype=torch.bool)
    away[12:44, 12:44] = False
    assert (mask[..., away] == 0).all()
    kept = keep_untouched(noise(0), edited, rebuilt)
    assert torch.equal(kept[..., away], noise(0)[..., away])
    torch.testing.assert_close(kept[:, :, 24:32, 24:32], edited[:, :, 24:32, 24:32])


def test_small_differences_are_none() -> None:
    rebuilt = noise(1)
    assert torch.equal(keep_untouched(noise(0), rebuilt + 0.05, rebuilt), noise(0))


def test_tiny_pictures_have_masks_too() -> None:
    assert change_mask(noise(0, 4), noise(1, 4)).shape == (2, 1, 4, 4)


def test_a_tint_keeps_the_picture_s_own_detail_and_a_cover_does_not() -> None:
    generator = torch.Generator().manual_seed(0)
    rebuilt = torch.zeros(1, 3, 64, 64)
    detail = 0.05 * torch.randn(1, 3, 64, 64, generator=generator)
    tinted = keep_untouched(detail, rebuilt + 0.3, rebuilt)
    assert torch.allclose(tinted, detail + 0.3, atol=1e-3)
    covered = keep_untouched(detail, rebuilt + 0.9, rebuilt)
    assert torch.allclose(covered, torch.full_like(covered, 0.9), atol=1e-3)


def test_what_is_dark_behind_a_dark_lens_does_not_shine_through() -> None:
    rebuilt = torch.full((1, 3, 64, 64), 0.6)
    rebuilt[..., 28:34, 28:36] = -0.8  # an eye
    source = rebuilt.clone()
    source[..., 30:32, 30:32] = 0.2  # the light in it, which no decode has
    lens = torch.full_like(rebuilt, -0.85)
    result = keep_untouched(source, lens, rebuilt)
    assert float(result[..., 20:44, 20:44].max()) < -0.5


def test_of_one_change_an_opaque_edit_covers_a_tonal_one_tints_and_a_whole_one_is_everywhere() -> None:
    rebuilt = torch.zeros(1, 3, 64, 64)
    edited = rebuilt + 0.02
    edited[..., 16:48, 16:48] = 0.3
    detail = 0.1 * torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    opaque, tonal, whole = (keep_untouched(detail, edited, rebuilt, k) for k in ("opaque", "tonal", "whole"))
    inside, outside = (..., slice(28, 36), slice(28, 36)), (..., slice(0, 6), slice(0, 6))
    torch.testing.assert_close(opaque[inside], edited[inside])
    torch.testing.assert_close(tonal[inside], (detail + 0.3)[inside], atol=0.05, rtol=0)
    assert torch.equal(opaque[outside], detail[outside])
    assert torch.equal(tonal[outside], detail[outside])
    torch.testing.assert_close(whole[inside], (detail + 0.3)[inside])
    torch.testing.assert_close(whole[outside], (detail + 0.02)[outside])


def test_a_tonal_change_ends_at_the_picture_s_edges_though_the_decodes_are_soft() -> None:
    ramp = torch.sigmoid((torch.arange(64.0) - 32) / 2).expand(
        1, 3, 64, 64
    )  # dark hair before a bright wall, as decoded
    rebuilt, edited = 1.6 * ramp - 0.8, 1.6 * ramp - 0.8 + 0.8 * (1 - ramp)
    source = torch.where(torch.arange(64.0) < 32, -0.8, 0.8).expand(1, 3, 64, 64)
    added = keep_untouched(source, edited, rebuilt, "auto")
    tonal = keep_untouched(source, edited, rebuilt, "tonal")
    rim = (..., slice(32, 36))
    assert float((tonal - source)[rim].abs().max()) < 0.5 * float((added - source)[rim].abs().max())
    assert float((tonal - source)[..., 8:24].min()) > 0.7


def test_of_a_whole_picture_the_colours_go_with_detail_that_no_decode_has() -> None:
    generator = torch.Generator().manual_seed(0)
    rebuilt = noise(3).mean(2, keepdim=True).expand(2, 3, 64, 64) * 2  # stripes of colours
    grey = rebuilt.mean(1, keepdim=True).expand(2, 3, 64, 64)
    source = (rebuilt + 0.1 * torch.randn(2, 3, 64, 64, generator=generator)).clamp(-0.9, 0.9)
    result = keep_untouched(source, grey, rebuilt, "whole")
    left = (result - result.mean(1, keepdim=True)).square().mean().sqrt()
    assert float(left) < 0.3 * float((source - source.mean(1, keepdim=True)).square().mean().sqrt())


def test_a_whole_picture_without_colours_has_none_of_pale_ones_nor_of_what_the_decode_was_not_certain_of() -> None:
    """Pale colours beside strong light and shade, and an edit that comes back with specks of colour."""
    generator = torch.Generator().manual_seed(0)
    light = 1.4 * torch.rand(1, 1, 64, 64, generator=generator) - 0.7
    rebuilt = light + 0.04 * torch.randn(1, 3, 64, 64, generator=generator)
    rebuilt[..., 40:56, 40:56] += torch.tensor([0.25, 0.0, -0.25])[:, None, None]  # of a colour that is rare
    edited = rebuilt.mean(1, keepdim=True) + 0.02 * torch.randn(1, 3, 64, 64, generator=generator)
    result = keep_untouched(rebuilt, edited, rebuilt, "whole")

    def colour(x: torch.Tensor) -> float:
        return float((x - x.mean(1, keepdim=True)).square().mean().sqrt())

    assert colour(result) < 0.12 * colour(rebuilt)


def test_whites_of_a_whole_picture_keep_their_order_and_nothing_moves_where_none_is_burnt_out() -> None:
    rebuilt = torch.linspace(-0.9, 0.95, 64).expand(1, 3, 64, 64)
    steps = keep_untouched(rebuilt, 1.6 * rebuilt, rebuilt, "whole")[0, 0, 32].diff()
    assert float(steps.min()) > 0.001
    middle = torch.linspace(-0.4, 0.4, 64).expand(1, 3, 64, 64)
    assert torch.equal(soft_ends(2 * middle), 2 * middle)
    ends = soft_ends(torch.linspace(-1.5, 1.5, 64).expand(1, 3, 64, 64))
    assert 0.99 < float(ends.max()) < 1.001
    assert float(ends.min()) == -float(ends.max())
    both = soft_ends(torch.cat([2 * middle, 4 * middle]))
    assert torch.equal(both[:1], 2 * middle), "each picture by itself"


def test_lipstick_changes_one_channel_and_is_a_change() -> None:
    rebuilt = torch.zeros(1, 3, 64, 64)
    edited = rebuilt.clone()
    edited[:, 1, 24:40, 16:48] = -0.2
    assert float(change_mask(edited, rebuilt).max()) < 0.1
    assert float(tint_mask(edited, rebuilt, rebuilt)[..., 30:34, 30:34].min()) > 0.99


def test_a_change_that_spills_onto_the_wall_is_kept_to_what_has_the_hair_s_colour() -> None:
    down, across = torch.meshgrid(torch.arange(256.0) - 128, torch.arange(256.0) - 128, indexing="ij")
    distance = (down.square() + across.square()).sqrt()
    source = torch.where(distance < 60, -0.7, 0.4).expand(2, 3, 256, 256).clone()
    edited = source + 0.6 * torch.sigmoid((66 - distance) / 4)
    spilt = (distance > 65) & (distance < 68)
    assert float((edited - source)[0, 0][spilt].min()) > 0.2, "as the decode has it"
    source[1], edited[1] = source[1].roll(12, -1), edited[1].roll(12, -1)  # a batch may have the hair anywhere
    mask = tint_mask(edited, source, source)
    assert float(mask[0, 0][distance < 58].min()) > 0.95
    assert float(mask[0, 0][spilt].mean()) < 0.1
    torch.testing.assert_close(mask[1:].roll(-12, -1)[..., 24:232], mask[:1, ..., 24:232], atol=0.02, rtol=0)


@pytest.mark.parametrize(("wall", "sharp"), [(-0.4, 3), (0.4, 3)])
def test_a_tint_ends_at_a_pale_outline_as_at_a_strong_one(wall: float, sharp: int) -> None:
    down, across = torch.meshgrid(torch.arange(256.0) - 128, torch.arange(256.0) - 128, indexing="ij")
    distance = (down.square() + across.square()).sqrt()
    source = torch.where(distance < 60, -0.8, wall).expand(1, 3, 256, 256)
    edited = source + 0.8 * torch.sigmoid((60 - distance) / 4)
    mask = tint_mask(edited, source, source)[0, 0]
    assert float(mask[distance < 60 - sharp].min()) > 0.95
    assert float(mask[distance > 60 + sharp].max()) < 0.05


def test_a_strand_of_another_colour_inside_of_what_is_tinted_is_no_hole() -> None:
    source = torch.full((1, 3, 256, 256), -0.8)
    source[..., 90:92, 60:190] = 0.1
    edited = source.clone()
    edited[..., 40:200, 40:200] += 0.7
    source[..., 40:200, :40] = source[..., 40:200, 200:] = source[..., :40, :] = source[..., 200:, :] = 0.5
    edited = torch.where(source == 0.5, source, edited)
    edited[..., 90:92, 60:190] = source[..., 90:92, 60:190]
    assert float(tint_mask(edited, source, source)[..., 86:96, 70:180].min()) > 0.9


def test_what_gets_lighter_gets_texture_in_proportion_and_what_gets_darker_keeps_its_own() -> None:
    """Black hair with a constant on it would be a haze."""
    texture = 0.02 * torch.randn(1, 1, 256, 256, generator=torch.Generator().manual_seed(0))
    for own, change, least, most in ((-0.9, 0.9, 2.0, 2.6), (-0.2, 0.2, 1.1, 1.4), (0.0, -0.3, 0.99, 1.01)):
        rebuilt = torch.full((1, 3, 256, 256), 0.6)
        rebuilt[..., 40:200, 40:200] = own
        edited = rebuilt.clone()
        edited[..., 40:200, 40:200] += change
        result = keep_untouched(rebuilt + texture, edited, rebuilt, "tonal")[..., 60:180, 60:180]
        assert least < float(result.std() / texture[..., 60:180, 60:180].std()) < most
        assert float(result.mean()) == pytest.approx(own + change, abs=0.02)


def test_a_change_of_no_place_is_not_put_back() -> None:
    picture = noise(5)
    assert float(tint_mask(picture, picture, picture).max()) == 0


@pytest.mark.parametrize(
    ("kinds", "together"),
    [
        (["tonal", "tonal"], "tonal"),
        (["tonal", "opaque"], "opaque"),
        (["whole", "tonal"], "whole"),
        (["whole", "opaque"], "auto"),
        (["auto", "tonal"], "auto"),
    ],
)
def test_edits_of_several_kinds_are_put_back_together(kinds: list[Blending], together: Blending) -> None:
    assert blending_of(kinds) == together


def test_a_frame_that_was_decoded_soft_has_a_rim_and_no_shade_about_it() -> None:
    across = (torch.arange(256.0) - 128).abs()
    soft = torch.sigmoid((40 - across) / 5).expand(1, 3, 256, 256)  # the net is not certain where the lens ends
    rebuilt = torch.full((1, 3, 256, 256), 0.5)
    edited = rebuilt - 1.3 * soft
    shade = (..., slice(128 + 48, 128 + 60))
    opaque, auto = (keep_untouched(rebuilt, edited, rebuilt, kind) for kind in ("opaque", "auto"))
    assert float((auto - rebuilt)[shade].abs().max()) > 0.1
    assert torch.equal(opaque[shade], rebuilt[shade])
    torch.testing.assert_close(opaque[..., 100:156], edited[..., 100:156], atol=0.02, rtol=0)
    between = [int(((one > -0.6) & (one < 0.4))[0, 0, 128, 128:].sum()) for one in (opaque, auto)]
    assert between[0] < 0.7 * between[1]


def test_noise_of_learning_far_from_an_opaque_edit_is_not_pasted() -> None:
    rebuilt = torch.zeros(1, 3, 256, 256)
    edited = rebuilt + 0.08 * torch.randn(1, 3, 256, 256, generator=torch.Generator().manual_seed(0))
    edited[..., 100:150, 60:200] = -0.9
    source = torch.full_like(rebuilt, 0.1)
    result = keep_untouched(source, edited, rebuilt, "opaque")
    assert torch.equal(result[..., 170:, :], source[..., 170:, :])


LUMINANCE = torch.tensor([0.299, 0.587, 0.114])[:, None, None]


def coloured(seed: int = 7) -> torch.Tensor:
    """(2, 3, 64, 64): strong colours in patches under light and shade."""
    generator = torch.Generator().manual_seed(seed)
    patches = 0.8 * torch.rand(2, 3, 8, 8, generator=generator) - 0.4
    light = torch.rand(2, 1, 64, 64, generator=generator) - 0.5
    return patches.repeat_interleave(8, 2).repeat_interleave(8, 3) + light


def grey_of(x: torch.Tensor) -> torch.Tensor:
    return (x * LUMINANCE).sum(1, keepdim=True)


def toned(x: torch.Tensor, tint: torch.Tensor, *, left: float = 0.0, specks: float = 0.02) -> torch.Tensor:
    """x as one tint of its luminance, with so much of its own colours and with the specks of a decode."""
    y = grey_of(x)
    noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(3))
    return y + (1 - y.square()) * tint[:, None, None] + left * (x - y) + specks * (noise - grey_of(noise))


def apart(x: torch.Tensor) -> float:
    """How far the colours of neighbours in luminance lie apart at the most, beyond what their luminance does."""
    y = grey_of(x)[0].flatten()
    order = y.argsort()
    colours = (x - grey_of(x))[0].flatten(1)[:, order]
    return float((colours.diff().abs().amax(0) - y[order].diff()).max())


GREY, SEPIA = torch.zeros(3), torch.tensor([0.12, -0.02, -0.212])
SEPIA = SEPIA - (SEPIA[:, None, None] * LUMINANCE).sum()


def test_a_black_and_white_decode_that_keeps_some_of_strong_colours_leaves_none_in_the_picture() -> None:
    rebuilt = coloured()
    source = rebuilt.clone()
    source[..., 20:30, 20:30] = torch.tensor([0.9, -0.9, -0.2])[:, None, None]  # stronger than any the decode has
    result = keep_untouched(source, toned(rebuilt, GREY, left=0.02), rebuilt, "whole")
    assert float((result - result.mean(1, keepdim=True)).abs().max()) < 1e-6
    assert float(grey_of(result).std()) > 0.8 * float(grey_of(source).std())


def test_a_toned_decode_gives_the_picture_its_tone_by_luminance_alone() -> None:
    rebuilt = coloured()
    edited = toned(rebuilt, SEPIA, left=0.02)
    result = keep_untouched(rebuilt, edited, rebuilt, "whole")
    assert apart(result) < 1e-5
    torch.testing.assert_close(result.mean((2, 3)), edited.mean((2, 3)), atol=0.02, rtol=0)
    tone, own = tone_of(edited, rebuilt)
    assert own.tolist() == [0, 0]
    middle = tone.of(torch.zeros(2, 1, 1, 1))[..., 0, 0]
    torch.testing.assert_close(middle, SEPIA[[0, 2]].expand(2, 2), atol=0.01, rtol=0)


@pytest.mark.parametrize("left", [0.12, 0.5, 0.9, 1.4])
def test_an_edit_that_keeps_colours_and_a_lower_strength_are_put_back_as_they_were(left: float) -> None:
    rebuilt = coloured()
    for tint in (GREY, SEPIA):
        assert tone_of(toned(rebuilt, tint, left=left), rebuilt)[1].tolist() == [1, 1]
        result = keep_untouched(rebuilt, toned(rebuilt, tint, left=left), rebuilt, "whole")
        assert apart(result) > 0.05


def test_colours_that_a_strength_over_one_reverses_are_none() -> None:
    rebuilt = coloured()
    assert tone_of(toned(rebuilt, GREY, left=-0.3), rebuilt)[1].tolist() == [0, 0]
    assert tone_of(-rebuilt, rebuilt)[1].tolist() == [1, 1], "a negative is no tone"


def test_from_a_toned_decode_to_one_with_colours_there_is_no_step() -> None:
    rebuilt = coloured()
    shares = [float(tone_of(toned(rebuilt, GREY, left=left), rebuilt)[1][0]) for left in torch.linspace(0, 0.1, 41)]
    assert shares[0] == 0
    assert shares[-1] == 1
    assert max(abs(b - a) for a, b in pairwise(shares)) < 0.2


def test_one_picture_of_a_batch_may_be_toned_and_the_other_not() -> None:
    rebuilt = coloured()
    edited = toned(rebuilt, GREY)
    edited[1] = 0.8 * rebuilt[1] + 0.1
    both = keep_untouched(rebuilt, edited, rebuilt, "whole")
    assert tone_of(edited, rebuilt)[1].tolist() == [0, 1]
    alone = keep_untouched(rebuilt[1:], edited[1:], rebuilt[1:], "whole")
    torch.testing.assert_close(both[1:], alone, atol=1e-5, rtol=0)


def test_a_picture_without_colours_or_of_one_hue_is_not_toned_by_an_edit_of_light() -> None:
    grey = grey_of(coloured()).expand(2, 3, 64, 64)
    assert tone_of(0.7 * grey + 0.2, grey)[1].tolist() == [1, 1]
    orange = grey + (coloured()[:, :1] - grey) * SEPIA[:, None, None]  # no other colour, more or less of it
    assert tone_of(0.8 * orange + 0.1, orange)[1].tolist() == [1, 1]
    assert tone_of(toned(orange, GREY, specks=0.0), orange)[1].tolist() == [0, 0]


def test_two_tones_that_lie_beside_each_other_are_no_one_tone() -> None:
    rebuilt = coloured()
    warmer = torch.where((rebuilt[:, :1] - rebuilt[:, 2:]) > 0, 1.0, -1.0)
    edited = grey_of(rebuilt) + warmer * SEPIA[:, None, None]
    assert tone_of(edited, rebuilt)[1].tolist() == [1, 1]
