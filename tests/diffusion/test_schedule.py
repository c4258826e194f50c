from __future__ import annotations

import itertools

import pytest
import torch

from rtedit_desktop.diffusion.schedule import alphas_cumprod, decode_pairs, inversion_pairs, timestep_sequence

VECTORS = {
    0: 0.999900,
    100: 0.895142,
    200: 0.656347,
    300: 0.394011,
    350: 0.283183,
    400: 0.193572,
    450: 0.125839,
    500: 0.077797,
    600: 0.025567,
    999: 0.000040,
}


def test_alphas_cumprod_are_the_published_ones_in_float64() -> None:
    abar = alphas_cumprod()
    assert abar.dtype == torch.float64
    assert abar.shape == (1000,)
    for t, value in VECTORS.items():
        assert abar[t].item() == pytest.approx(value, abs=5.1e-7)
    single = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000, dtype=torch.float32), 0).double()
    assert ((single - abar) / abar).abs().max() < 1e-4


@pytest.mark.parametrize(
    ("n", "t0", "sequence"),
    [
        (6, 350, [0, 70, 140, 210, 280, 350]),
        (6, 401, [0, 80, 160, 240, 320, 401]),
        (3, 350, [0, 175, 350]),
        (2, 350, [0, 350]),
        (1, 350, [350]),
        (5, 2, [0, 1, 2]),
        (4, 1, [0, 1]),
    ],
)
def test_sequences(n: int, t0: int, sequence: list[int]) -> None:
    assert timestep_sequence(n, t0) == sequence


def test_the_long_sequence_truncates() -> None:
    sequence = timestep_sequence(40, 350)
    assert sequence[:6] == [0, 8, 17, 26, 35, 44]
    assert sequence[-4:] == [323, 332, 341, 350]
    assert len(sequence) == 40


def test_every_sequence_climbs_from_0_to_t0_without_repeats() -> None:
    for t0 in (1, 2, 7, 301, 350, 999):
        for n in (2, 3, 6, 39, 40, 50):
            sequence = timestep_sequence(n, t0)
            assert sequence == sorted(set(sequence))
            assert (sequence[0], sequence[-1]) == (0, t0)
            assert len(sequence) == min(n, t0 + 1) or t0 < n


@pytest.mark.parametrize(("n", "t0"), [(0, 350), (-1, 350), (6, 0), (6, -5)])
def test_what_is_no_sequence(n: int, t0: int) -> None:
    with pytest.raises(ValueError, match="n >= 1"):
        timestep_sequence(n, t0)


def test_decoding_walks_down_to_the_clean_picture() -> None:
    assert decode_pairs(6, 350) == [(350, 280), (280, 210), (210, 140), (140, 70), (70, 0), (0, -1)]
    assert decode_pairs(3, 350) == [(350, 175), (175, 0), (0, -1)]
    assert decode_pairs(1, 350) == [(350, -1)]


def test_the_call_at_0_can_be_left_out() -> None:
    assert decode_pairs(6, 350, skip_last=True) == [(350, 280), (280, 210), (210, 140), (140, 70), (70, -1)]
    assert decode_pairs(2, 350, skip_last=True) == [(350, -1)]
    assert decode_pairs(1, 350, skip_last=True) == [(350, -1)]


def test_inversion_takes_one_call_less_than_it_has_timesteps() -> None:
    assert inversion_pairs(3, 350) == [(0, 175), (175, 350)]
    pairs = inversion_pairs(40, 350)
    assert len(pairs) == 39
    assert (pairs[0], pairs[-1]) == ((0, 8), (341, 350))
    assert all(a[1] == b[0] for a, b in itertools.pairwise(pairs))
