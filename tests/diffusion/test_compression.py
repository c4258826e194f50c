"""The small form of a delta is the best one of its size, and says what it costs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rtedit_desktop.core.weights import LowRank
from rtedit_desktop.diffusion.compression import compress, expand


def low_rank(shape: tuple[int, ...], rank: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    wide = int(np.prod(shape[1:]))
    u, v = torch.randn(shape[0], rank, generator=generator), torch.randn(rank, wide, generator=generator)
    return (u @ v).view(shape)


def stored(parts: dict[str, object]) -> int:
    return sum(part.u.size + part.v.size if isinstance(part, LowRank) else np.size(part) for part in parts.values())


@pytest.mark.parametrize("shape", [(12, 30), (30, 12), (8, 4, 3, 3)])
def test_a_delta_of_low_rank_comes_back_whole(shape: tuple[int, ...]) -> None:
    delta = {"w": low_rank(shape, 3)}
    (part,) = compress(delta, 10**6).values()
    assert isinstance(part, LowRank)
    assert part.u.shape[1] <= 3
    got = expand(part, shape)
    assert float((got - delta["w"]).norm() / delta["w"].norm()) < 0.04  # energy 0.999 is kept, at least


def test_the_cut_is_the_best_of_its_rank() -> None:
    matrix = torch.randn(20, 15, generator=torch.Generator().manual_seed(1))
    (part,) = compress({"w": matrix}, 4 * 35, energy=1.0).values()
    u, s, v = torch.linalg.svd(matrix)
    best = (u[:, :4] * s[:4]) @ v[:4]
    assert torch.allclose(expand(part, (20, 15)), best, atol=1e-4)


def test_it_never_stores_more_than_it_may_and_keeps_vectors_whole() -> None:
    generator = torch.Generator().manual_seed(2)
    delta = {
        "norm.bias": torch.randn(32, generator=generator),
        "a": torch.randn(32, 40, generator=generator),
        "b": 0.01 * torch.randn(64, 16, 3, 3, generator=generator),
    }
    for values in (32, 200, 800):
        parts = compress(delta, values)
        assert stored(parts) <= values
        assert np.allclose(parts["norm.bias"], delta["norm.bias"].numpy())


def test_ranks_go_where_the_energy_is() -> None:
    delta = {"loud": low_rank((24, 24), 6, 1) * 10, "quiet": low_rank((24, 24), 6, 2)}
    parts = compress(delta, 6 * 48)
    assert set(parts) == {"loud"}
    assert parts["loud"].u.shape == (24, 6)


def test_a_bigger_budget_is_never_worse() -> None:
    matrix = torch.randn(30, 30, generator=torch.Generator().manual_seed(3))
    errors = []
    for values in (60, 300, 900, 1800):
        parts = compress({"w": matrix}, values, energy=1.0)
        errors.append(float((expand(parts["w"], (30, 30)) - matrix).norm()))
    assert errors == sorted(errors, reverse=True)


def test_nothing_learned_is_nothing_kept() -> None:
    assert compress({}, 1000) == {}
    assert compress({"w": torch.zeros(4, 4)}, 1000) == {}


def test_a_whole_part_has_its_shape() -> None:
    assert expand(np.arange(6.0), (2, 3)).tolist() == [[0, 1, 2], [3, 4, 5]]
