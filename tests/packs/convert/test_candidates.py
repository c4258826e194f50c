"""Which model a file of weights could be, where neither its name nor its content tells."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from rtedit_desktop.core.errors import CheckpointError
from rtedit_desktop.packs.convert.candidates import candidates


def weights(path: Path, key: str) -> Path:
    save_file({key: torch.zeros(2)}, path)
    return path


def test_a_name_or_a_content_that_tells_is_not_asked_about(tiny_pack: Path, tmp_path: Path) -> None:
    assert candidates(weights(tmp_path / "celeba_hq.safetensors", "down.0.weight")) == ()
    assert candidates(weights(tmp_path / "a.safetensors", "visual.proj")) == ()
    assert candidates(tiny_pack) == candidates(tiny_pack / "manifest.json") == ()
    assert candidates(tmp_path / "missing.ckpt") == ()


def test_the_architecture_narrows_the_choice(tmp_path: Path) -> None:
    ddpm = candidates(weights(tmp_path / "model-2388000.safetensors", "down.0.weight"))
    assert "celebahq-256" in ddpm and "lsun-cat-256" in ddpm and "imagenet-512" not in ddpm
    assert candidates(weights(tmp_path / "b.safetensors", "input_blocks.0.weight")) == (
        "afhq-dog-256", "ffhq-256", "imagenet-512", "imagenet-256",
    )  # fmt: skip
    assert len(candidates(weights(tmp_path / "c.safetensors", "down_blocks.0.weight"))) == 8
    assert candidates(weights(tmp_path / "d.safetensors", "something.else")) == ()


def test_what_holds_no_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no weights")
    for path in (tmp_path / "notes.txt", tmp_path):
        with pytest.raises(CheckpointError):
            candidates(path)
