"""A small net for hair and skin that learns from GrabCut's masks and is steadier than they are.

GrabCut is run twice, with two ideas of what is surely hair; where both agree the mask is worth learning from. Colours
are changed while it learns, so that texture and place count. No mask of it was drawn by hand, no foreign weights.
"""

from __future__ import annotations

import itertools
import math
import time

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from canvas import smoothstep
from face import BROW_LEFT, BROW_RIGHT, EYE_LEFT, EYE_RIGHT, LIPS_OUTER, OVAL, SIZE, Face
from segment import guided_filter
from torch import nn

GRID = 96
WIDTHS = (12, 24, 48, 72)


def _block(before: int, after: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for width in (before, after):
        layers += [nn.Conv2d(width, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU(True)]
    return nn.Sequential(*layers)


class HairNet(nn.Module):
    """(N, 6, 96, 96): picture, oval, features, person -> (N, 2, 96, 96): logits of hair and skin."""

    def __init__(self) -> None:
        super().__init__()
        sizes = (6, *WIDTHS)
        self.down = nn.ModuleList(_block(a, b) for a, b in itertools.pairwise(sizes))
        pairs = list(zip(WIDTHS[::-1], WIDTHS[-2::-1], strict=False))
        self.up = nn.ModuleList(_block(a + b, b) for a, b in pairs)
        self.out = nn.Conv2d(WIDTHS[0], 2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kept = []
        for level, block in enumerate(self.down):
            x = block(F.max_pool2d(x, 2) if level else x)
            kept.append(x)
        for block, skip in zip(self.up, kept[-2::-1], strict=True):
            x = block(torch.cat([F.interpolate(x, scale_factor=2.0, mode="bilinear"), skip], 1))
        return self.out(x)


def planes(face: Face) -> np.ndarray:
    """(6, 96, 96) uint8, what the net sees of a face whose person mask is known."""
    oval, features = np.zeros((2, SIZE, SIZE), np.uint8)
    cv2.fillPoly(oval, [np.round(face.mesh[OVAL]).astype(np.int32)], 255)
    for points in (EYE_LEFT, EYE_RIGHT, LIPS_OUTER, BROW_LEFT, BROW_RIGHT):
        cv2.fillPoly(features, [np.round(face.mesh[points]).astype(np.int32)], 255)
    person = np.round(face.person * 255).astype(np.uint8)
    stack = np.dstack([face.picture, oval, features, person])
    return np.dstack(
        [cv2.resize(stack[..., k], (GRID, GRID), interpolation=cv2.INTER_AREA) for k in range(6)]
    ).transpose(2, 0, 1)


def learn(
    net: HairNet, inputs: np.ndarray, targets: np.ndarray, minutes: float, rate: float = 2e-3, batch: int = 8
) -> HairNet:
    """From (N, 6, 96, 96) and (N, 2, 96, 96) uint8; minutes are the processor's, in which the rate falls."""
    x_all, y_all = torch.from_numpy(inputs), torch.from_numpy(targets)
    draw = torch.Generator().manual_seed(0)
    net.train()
    optimiser = torch.optim.AdamW(net.parameters(), rate, weight_decay=1e-3)
    start, step = time.process_time(), 0
    while (done := (time.process_time() - start) / (60 * minutes)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = rate * (0.02 + 0.49 * (1 + math.cos(math.pi * done))) * min(1, (step + 1) / 30)
        pick = torch.randint(len(x_all), (batch,), generator=draw)
        x, y = _varied(x_all[pick].float() / 255, y_all[pick].float() / 255, draw)
        logits = net(x)
        if done < 0.3:
            loss = F.binary_cross_entropy_with_logits(logits, y)
        else:  # a bounded loss: labels that are plainly wrong no longer pull
            chance = torch.sigmoid(logits)
            right = (chance * y + (1 - chance) * (1 - y)).clamp(1e-4)
            loss = ((1 - right**0.6) / 0.6).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
    return net.eval()


def _varied(x: torch.Tensor, y: torch.Tensor, draw: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Other light, other hair colour, another place, mirrored."""
    n = len(x)

    def rand(*shape: int) -> torch.Tensor:
        return torch.rand(*shape, generator=draw)

    def randn(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=draw)

    if rand(1) < 0.5:
        x, y = x.flip(3), y.flip(3)
    rgb = (x[:, :3].clamp(1e-3) ** torch.exp(0.3 * randn(n, 1, 1, 1)) * torch.exp(0.25 * randn(n, 3, 1, 1))).clamp(0, 1)
    dyed = (rand(n, 1, 1, 1) < 0.35) * y[:, :1] * rand(n, 1, 1, 1)
    grey = rgb.mean(1, keepdim=True)
    rgb = rgb * (1 - dyed) + dyed * (grey * rand(n, 3, 1, 1) * 2.2).clamp(0, 1)
    drained = (rand(n, 1, 1, 1) < 0.1).float()
    rgb = rgb * (1 - drained) + drained * rgb.mean(1, keepdim=True)
    x = torch.cat([rgb + 0.02 * randn(*rgb.shape), x[:, 3:]], 1)
    size, turn = 1 + 0.12 * randn(n), 0.12 * randn(n)
    place = torch.zeros(n, 2, 3)
    place[:, 0, 0] = place[:, 1, 1] = size * torch.cos(turn)
    place[:, 1, 0] = size * torch.sin(turn)
    place[:, 0, 1] = -place[:, 1, 0]
    place[:, :, 2] = 0.06 * randn(n, 2)
    grid = F.affine_grid(place, [n, 1, GRID, GRID], align_corners=False)
    x = F.grid_sample(x, grid, padding_mode="reflection", align_corners=False)
    return x, F.grid_sample(y, grid, padding_mode="reflection", align_corners=False)


@torch.no_grad()
def hair_and_skin(net: HairNet, face: Face) -> tuple[np.ndarray, np.ndarray]:
    """Masks of hair and skin, (256, 256) float32, as sharp as the picture's own edges."""
    chance = torch.sigmoid(net(torch.from_numpy(planes(face))[None].float() / 255))[0].numpy()
    masks = []
    for plane in chance:
        large = cv2.resize(plane, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
        sure = (cv2.GaussianBlur(large, (0, 0), 1.5) > 0.38).astype(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(sure)
        keep = [k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] > 150]
        near = cv2.dilate(np.isin(labels, keep).astype(np.uint8), np.ones((9, 9)))
        fine = guided_filter(face.picture, large, 5, 3e-4)
        masks.append(np.clip((fine - 0.06) / 0.88, 0, 1) * near * smoothstep(0.05, 0.5, face.person))
    hair, skin = masks
    return hair, np.minimum(skin, 1 - hair)
