"""Choosing among learned edits, with directions that are known."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest
import torch

UNIT = torch.eye(8)


def test_a_text_between_two_edits_means_both_and_nothing_else(portraits: ModuleType) -> None:
    candidates = importlib.import_module("text_candidates").candidates
    found = candidates((UNIT[1] + UNIT[4]) / 2**0.5, UNIT[:6])
    assert sorted(found.indices) == [1, 4]
    assert found.coefficients == pytest.approx([1.0, 1.0])
    assert found.cosine == pytest.approx(1.0)


def test_a_text_outside_the_span_is_seen_by_its_cosine(portraits: ModuleType) -> None:
    candidates = importlib.import_module("text_candidates").candidates
    found = candidates((UNIT[7] + 0.3 * UNIT[2]) / (1 + 0.3**2) ** 0.5, UNIT[:6])
    assert found.indices == [2]
    assert found.cosine == pytest.approx(0.3 / (1 + 0.3**2) ** 0.5, abs=1e-6)
    assert candidates(UNIT[7], UNIT[:6]).indices == []
    assert candidates(-UNIT[0], UNIT[:6]).indices == []


def test_no_more_edits_than_allowed_and_none_that_hardly_counts(portraits: ModuleType) -> None:
    candidates = importlib.import_module("text_candidates").candidates
    aim = torch.tensor([1.0, 0.9, 0.8, 0.7, 0.6, 0.1, 0.0, 0.0])
    found = candidates(aim / aim.norm(), UNIT[:6], most=3)
    assert found.indices == [0, 1, 2]
    assert 5 not in candidates(aim / aim.norm(), UNIT[:6], most=6).indices


def test_edits_that_look_alike_do_not_both_answer(portraits: ModuleType) -> None:
    """Red and dark red lipstick: the nearer one is meant, a copy of it adds nothing."""
    candidates = importlib.import_module("text_candidates").candidates
    alike = torch.stack([UNIT[0], (UNIT[0] + 0.5 * UNIT[1]) / 1.25**0.5, UNIT[3]])
    assert candidates(UNIT[0], alike).indices[0] == 0
