"""Attribute classifier for avatars, trained apart from the CLIP, that judges the quality of edits.

It shares no weights, no architecture and no captions with the CLIP that guides the edits.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn


class JudgeNet(nn.Module):
    """Maps (N, 3, 128, 128) in [-1, 1] to logits over the values of every attribute, by name."""

    def __init__(self, values: dict[str, list[str]], widths: tuple[int, ...] = (24, 48, 96, 160, 160)) -> None:
        super().__init__()
        self.values = values
        layers: list[nn.Module] = []
        before = 3
        for width in widths:
            layers += [
                nn.Conv2d(before, width, 5 if before == 3 else 3, stride=2, padding=2 if before == 3 else 1),
                nn.GroupNorm(8, width),
                nn.SiLU(),
                nn.Conv2d(width, width, 3, padding=1, groups=width),
                nn.Conv2d(width, width, 1),
                nn.GroupNorm(8, width),
                nn.SiLU(),
            ]
            before = width
        self.body = nn.Sequential(*layers)
        self.joint = nn.Sequential(nn.Flatten(), nn.Linear(before * 16, 192), nn.SiLU())
        self.heads = nn.ModuleList(nn.Linear(192, len(v)) for v in values.values())

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        features = self.joint(self.body(x))
        return {name: head(features) for name, head in zip(self.values, self.heads, strict=True)}


class Judge:
    """Judges pictures with a trained JudgeNet, which it owns."""

    def __init__(self, net: JudgeNet) -> None:
        self._net = net.eval().requires_grad_(False)

    @classmethod
    def load(cls, folder: Path) -> Judge:
        """From ``judge.json`` (values by attribute) and ``judge.safetensors``. Raises OSError."""
        from safetensors.torch import load_file

        values = json.loads((folder / "judge.json").read_text("utf-8"))
        net = JudgeNet(values)
        net.load_state_dict({k: v.float() for k, v in load_file(folder / "judge.safetensors").items()})
        return cls(net)

    def __call__(self, pictures: list[np.ndarray]) -> list[dict[str, str]]:
        """The value of every attribute for (128, 128, 3) uint8 pictures."""
        x = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
        found: list[dict[str, str]] = [{} for _ in pictures]
        for name, logits in self._logits(x).items():
            for row, best in zip(found, logits.argmax(1).tolist(), strict=True):
                row[name] = self._net.values[name][best]
        return found

    def probabilities(self, pictures: list[np.ndarray]) -> list[dict[str, dict[str, float]]]:
        """How sure it is of every value of every attribute, 1 in sum, for (128, 128, 3) uint8 pictures."""
        x = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
        found: list[dict[str, dict[str, float]]] = [{} for _ in pictures]
        for name, logits in self._logits(x).items():
            for row, values in zip(found, logits.softmax(1).tolist(), strict=True):
                row[name] = dict(zip(self._net.values[name], values, strict=True))
        return found

    def _logits(self, x: Tensor) -> dict[str, Tensor]:
        parts = [self._net(part) for part in x.split(50)]
        return {name: torch.cat([p[name] for p in parts]) for name in self._net.values}
