"""The small form of a delta is the best one of its size, and says what it costs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rtedit_desktop.core.weights import LowRank, QuantizedLowRank
from rtedit_desktop.diffusion.codec import Sensitivity, compress, expand


def low_rank(shape: tuple[int, ...], rank: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    wide = int(np.prod(shape[1:]))
    u, v = torch.randn(shape[0], rank, generator=generator), torch.randn(rank, wide, generator=generator)
    return (u @ v).view(shape)


def stored(parts: dict[str, object]) -> float:
    """Bytes: packed codes, nine more for every pair, two for every number that is kept whole."""
    size = 0.0
    for part in parts.values():
        if isinstance(part, QuantizedLowRank):
            numbers = part.u.shape[0] + part.v.shape[1]
            size += float(part.bits.astype(int).sum()) * numbers / 8 + 9 * len(part.bits)
        else:
            size += 2 * np.size(part)  # type: ignore[arg-type]
    return size


@pytest.mark.parametrize("shape", [(12, 30), (30, 12), (8, 4, 3, 3)])
def test_a_delta_of_low_rank_comes_back_whole(shape: tuple[int, ...]) -> None:
    delta = {"w": low_rank(shape, 3)}
    (part,) = compress(delta, 10**6).values()
    assert isinstance(part, QuantizedLowRank)
    assert part.u.shape[1] <= 3
    got = expand(part, shape)
    assert float((got - delta["w"]).norm() / delta["w"].norm()) < 0.04  # energy 0.999 is kept, at least


def test_with_room_enough_all_of_it_comes_back() -> None:
    matrix = torch.randn(20, 15, generator=torch.Generator().manual_seed(1))
    (part,) = compress({"w": matrix}, 10**6, energy=1.0).values()
    assert isinstance(part, QuantizedLowRank) and part.u.shape == (20, 15) and set(part.bits.tolist()) == {8}
    assert float((expand(part, (20, 15)) - matrix).norm() / matrix.norm()) < 0.01


def test_it_never_stores_more_than_it_may_and_keeps_vectors_whole() -> None:
    generator = torch.Generator().manual_seed(2)
    delta = {
        "norm.bias": torch.randn(32, generator=generator),
        "a": torch.randn(32, 40, generator=generator),
        "b": 0.01 * torch.randn(64, 16, 3, 3, generator=generator),
    }
    for size in (64, 200, 800, 3000):
        parts = compress(delta, size)
        assert stored(parts) <= size  # type: ignore[arg-type]
        assert np.allclose(parts["norm.bias"], delta["norm.bias"].numpy())  # type: ignore[arg-type]


def test_bytes_go_where_the_energy_is() -> None:
    delta = {"loud": low_rank((24, 24), 6, 1) * 10, "quiet": low_rank((24, 24), 6, 2)}
    parts = compress(delta, 3 * (48 + 9), energy=1.0)
    assert set(parts) == {"loud"}
    more = compress(delta, 9 * (48 + 9), energy=1.0)
    loud, quiet = more["loud"], more["quiet"]
    assert isinstance(loud, QuantizedLowRank) and isinstance(quiet, QuantizedLowRank)
    assert loud.bits.astype(int).sum() > quiet.bits.astype(int).sum()
    assert list(loud.bits) == sorted(loud.bits, reverse=True)


def test_many_coarse_pairs_are_truer_than_few_fine_ones() -> None:
    matrix = torch.randn(60, 80, generator=torch.Generator().manual_seed(5))
    size = 10 * (140 + 9)  # ten pairs of eight bits
    ours = expand(compress({"w": matrix}, size, energy=1.0)["w"], (60, 80))
    u, s, v = torch.linalg.svd(matrix, full_matrices=False)
    fine = expand(QuantizedLowRank.of(LowRank((u[:, :10] * s[:10]).numpy(), v[:10].numpy())), (60, 80))
    assert float((ours - matrix).norm()) < 0.85 * float((fine - matrix).norm())


def test_a_bigger_budget_is_never_worse() -> None:
    matrix = torch.randn(30, 30, generator=torch.Generator().manual_seed(3))
    errors = []
    for size in (60, 300, 900, 1800):
        parts = compress({"w": matrix}, size, energy=1.0)
        errors.append(float((expand(parts["w"], (30, 30)) - matrix).norm()) if parts else float(matrix.norm()))
    assert errors == sorted(errors, reverse=True)


def test_what_the_picture_feels_is_kept_better() -> None:
    generator = torch.Generator().manual_seed(4)
    delta = {"w": torch.randn(40, 50, generator=generator), "idle": torch.randn(40, 50, generator=generator)}
    rows = torch.full((40,), 1e-4).double()
    rows[:10] = 1.0
    felt = {"w": Sensitivity(rows, torch.full((50,), float(rows.mean())).double()),
            "idle": Sensitivity(torch.full((40,), 1e-8).double(), torch.full((50,), 1e-8).double())}  # fmt: skip

    def error(name: str, part: slice, known: dict[str, Sensitivity] | None) -> float:
        parts = compress(delta, 1500, known)
        got = expand(parts[name], (40, 50)) if name in parts else torch.zeros(40, 50)
        return float((got - delta[name])[part].norm())

    assert error("w", slice(0, 10), felt) < 0.8 * error("w", slice(0, 10), None)
    assert error("idle", slice(0, 40), felt) > error("idle", slice(0, 40), None)


def test_nothing_learned_is_nothing_kept() -> None:
    assert compress({}, 1000) == {}
    assert compress({"w": torch.zeros(4, 4)}, 1000) == {}


def test_a_whole_part_has_its_shape() -> None:
    assert expand(np.arange(6.0), (2, 3)).tolist() == [[0, 1, 2], [3, 4, 5]]
