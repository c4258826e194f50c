"""Learn edits of tone and colour in closed form: the least squares of the last layer's weights.

    python closed_form.py --photos FOLDER --split split.json --masks MASKS --unet RUN/unet.safetensors --out DELTAS \
        --edit "black and white" --edit sepia

The network's last layer is linear in what comes before it, h: a change dW of its weights changes the one-step estimate
by dW h. So the dW whose change comes nearest to (after - before), over the cells of a few hundred painted photographs
at timesteps from 70 to 230, needs no descent, and no noise of descent is in it::

    dW = R (G + r tr(G) / D I)^-1,  G = mean h h^T,  R = mean (after - before) h^T,  r = 0.001

h are the 3 x 3 neighbours of a cell and a constant, D = 9 C + 1. What depends on colours is learned so, in half a
minute; what depends on where a mouth is, is not, because the last layer does not know it. Writes what apply_edits.py
writes.
"""

from __future__ import annotations

import json
import time

import numpy as np
import torch
from apply_edits import BLENDINGS, SHOWN, arguments_of, begun, denoiser, keep, painted_pairs
from networks import FORMS
from paint import TABLE
from torch import Tensor
from torch.nn import functional

from rtedit_desktop.diffusion.delta import BaseWeights
from rtedit_desktop.diffusion.denoiser import Denoiser

LAST = "conv_out"
TIMES = 70, 230
T_HIGH = 160
RIDGE = 1e-3


class Features:
    """Owns what comes into the last layer of a network, seen by a hook at every call."""

    def __init__(self, net: Denoiser) -> None:
        self._net, self._seen = net, torch.empty(0)
        net.net.get_submodule(LAST).register_forward_pre_hook(self._keep)

    def _keep(self, _module: object, inputs: tuple[Tensor]) -> None:
        self._seen = inputs[0].detach()

    @torch.no_grad()
    def of(self, x0: Tensor, seed: int) -> Tensor:
        """(cells, D) of one picture (1, 3, H, W), noised to a timestep that the seed draws."""
        generator = torch.Generator().manual_seed(seed)
        t = torch.randint(*TIMES, (1,), generator=generator)
        self._net(self._net.noised(x0, torch.randn(x0.shape, generator=generator), t), t)
        near = functional.unfold(self._seen.float(), 3, padding=1)[0].T
        return torch.cat([near, torch.ones(len(near), 1)], 1)


def closed_form(features: Features, before: Tensor, after: Tensor, unshuffle: int) -> dict[str, Tensor]:
    """The delta of the last layer that explains after - before, (N, 3, H, W) both, best."""
    gram: Tensor | float = 0.0
    right: Tensor | float = 0.0
    for number, (x, change) in enumerate(zip(before.split(1), (after - before).split(1), strict=True)):
        h = features.of(x, number)
        gram = gram + (h.T @ h).double()
        right = right + (h.T @ functional.pixel_unshuffle(change, unshuffle)[0].flatten(1).T).double()
    assert isinstance(gram, Tensor) and isinstance(right, Tensor)
    ridge = RIDGE * gram.diagonal().mean() * torch.eye(len(gram), dtype=torch.float64)
    solved = torch.linalg.solve(gram + ridge, right).float()
    channels = (len(solved) - 1) // 9
    weight = solved[:-1].T.reshape(-1, channels, 3, 3).contiguous()
    return {f"{LAST}.weight": weight, f"{LAST}.bias": solved[-1].contiguous()}


def main() -> None:
    arguments = arguments_of(__doc__, "--unet")
    arguments.add_argument("--edit", action="append", required=True)
    arguments.add_argument("--count", type=int, default=240)
    arguments.add_argument("--threads", type=int, default=2)
    args = arguments.parse_args()
    pictures, photos = begun(args)
    form = FORMS[args.form]
    net, looked_into = denoiser(form, args.unet), denoiser(form, args.unet)
    base, features = BaseWeights(net.net), Features(looked_into)
    for name in args.edit:
        start = time.monotonic()
        taught = painted_pairs(name, photos, np.flatnonzero(~pictures.held_out), args.count, seed=1)
        delta = closed_form(features, taught.before, taught.after, form.unshuffle)
        seen = painted_pairs(name, photos, np.flatnonzero(pictures.held_out), SHOWN, seed=2)
        record = {"name": name, "pairs": len(taught.before)}
        record = keep(
            net, base, delta, seen, args.out / name.replace(" ", "-"), record, T_HIGH, 1, BLENDINGS[TABLE[name].kind]
        )
        print(f"{json.dumps(record)} {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
