"""Train the classifier that judges the edits of Portraits; see ``rtedit_desktop.bench.judge``.

    python train_judge.py --photos FOLDER --chains CHAINS --out RUN

It shares nothing with the CLIP: neither architecture nor people nor paintings (the part "judge" of chains.py). A group
of attributes has one answer. Which photographs wear glasses or a beard by nature nobody has written down: what is
presumed not to be there counts until the net is sure of the contrary. Writes RUN/judge.pt (to go on from),
RUN/judge.log, and RUN/judge.safetensors with judge.json every few minutes, atomically. Those are calibrated: each head
is divided by the temperature that fits the first half of the held-out people best, which changes how sure it says it is
and not what it says; the log's accuracy is that of the other half. Counted in pictures, like train_unet.py. SIGTERM
saves and ends.
"""

from __future__ import annotations

import argparse
import copy
import json
import signal
import time
from pathlib import Path
from typing import Any

import chains
import numpy as np
import torch
from chains import Chain
from clip_batches import as_tensor, placed
from facts import GROUPS, value_of
from networks import DTYPE
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional
from train_unet import _atomically
from training_pictures import Variation

from rtedit_desktop.bench.judge import JudgeNet

SIDE = 128
OPEN = -100
DOUBT = 0.35  # a presumed answer that the net gives less than this is not taught
DOUBT_AFTER = 30_000  # pictures

VALUES: dict[str, list[str]] = {
    title: [*([group.rest] if group.rest else []), *group.values]
    for title, group in GROUPS.items()
    if len(group.values) + bool(group.rest) > 1
}


class Shown:
    """Owns pictures by chain and the answers of every group: (N, G) numbers of values, OPEN where nobody knows."""

    def __init__(self, found: list[Chain], labels: list[dict[str, Any]]) -> None:
        self.chains = found
        self.answers: list[Tensor] = []
        self.certain: list[Tensor] = []
        for chain in found:
            rows, sure = [], []
            for facts in chain.facts(labels):
                told = [value_of(facts, title) for title in VALUES]
                rows.append([VALUES[t].index(v) if v else OPEN for t, (v, _) in zip(VALUES, told, strict=True)])
                sure.append([certain for _, certain in told])
            self.answers.append(torch.tensor(rows))
            self.certain.append(torch.tensor(sure))

    def draw(self, rng: np.random.Generator, n: int) -> tuple[Tensor, Tensor, Tensor]:
        """Pictures (n, 3, 128, 128) in [-1, 1], answers (n, G), whether they are certain (n, G)."""
        pictures, answers, certain = [], [], []
        for number in rng.integers(len(self.chains), size=n // 2):
            shown = self.chains[number].pictures()
            for k in rng.choice(len(shown), min(2, len(shown)), replace=False):  # both with cameras of their own
                pictures.append(Variation.draw(rng, SIDE).apply(shown[k], SIDE))
                answers.append(self.answers[number][k])
                certain.append(self.certain[number][k])
        x = as_tensor(pictures)
        if rng.random() < 0.4:  # soft, as decodes are
            small = functional.interpolate(x, size=int(rng.integers(48, 112)), mode="area")
            x = functional.interpolate(small, size=SIDE, mode="bicubic")
        return x.contiguous(memory_format=torch.channels_last), torch.stack(answers), torch.stack(certain)

    def all(self) -> tuple[Tensor, Tensor, Tensor]:
        """Every picture as it is, the answers, and which of them are certain."""
        pictures = as_tensor([placed(picture) for chain in self.chains for picture in chain.pictures()])
        return pictures, torch.cat(self.answers), torch.cat(self.certain)


def loss_of(net: JudgeNet, x: Tensor, answers: Tensor, certain: Tensor, *, doubting: bool) -> Tensor:
    """Mean over groups of the cross-entropy, every value weighing by the root of how rare it is in the batch."""
    with torch.autocast("cpu", DTYPE, enabled=torch.float32 != DTYPE):
        logits = net(x)
    parts = []
    for k, title in enumerate(VALUES):
        scores, target = logits[title].float(), answers[:, k].clone()
        if doubting:
            with torch.no_grad():
                own = scores.softmax(1).gather(1, target.clamp(min=0)[:, None])[:, 0]
            target[~certain[:, k] & (own < DOUBT)] = OPEN
        known = target >= 0
        if not known.any():
            continue
        counts = torch.bincount(target[known], minlength=scores.shape[1]).float()
        weight = (1 / counts.clamp(min=1).sqrt())[target[known]]
        each = functional.cross_entropy(scores[known], target[known], reduction="none", label_smoothing=0.02)
        parts.append((each * weight).sum() / weight.sum())
    return torch.stack(parts).mean()


@torch.no_grad()
def scores_of(net: JudgeNet, x: Tensor) -> dict[str, Tensor]:
    parts = [net(part) for part in x.split(64)]
    return {title: torch.cat([part[title] for part in parts]) for title in VALUES}


def temperatures(scores: dict[str, Tensor], answers: Tensor) -> dict[str, float]:
    """For every group what its scores are to be divided by."""
    found = {}
    for k, title in enumerate(VALUES):
        known = answers[:, k] >= 0
        choices = np.exp(np.linspace(-1.0, 1.6, 27))
        if int(known.sum()) < 30:
            found[title] = 1.0
            continue
        losses = [
            float(functional.cross_entropy(scores[title][known] / float(value), answers[known, k])) for value in choices
        ]
        found[title] = float(choices[int(np.argmin(losses))])
    return found


def calibrated(net: JudgeNet, temperature: dict[str, float]) -> JudgeNet:
    net = copy.deepcopy(net)
    with torch.no_grad():
        for head, value in zip(net.heads, temperature.values(), strict=True):
            for parameter in head.parameters():
                parameter.div_(value)
    return net


def report(scores: dict[str, Tensor], answers: Tensor, certain: Tensor) -> dict[str, Any]:
    """By group: accuracy, accuracy with every value weighing the same, how much surer than right it is, how many.

    What is only presumed counts as well, and is wrong for some; ``certain`` is the accuracy without it.
    """
    found: dict[str, Any] = {}
    for k, title in enumerate(VALUES):
        known = answers[:, k] >= 0
        if int(known.sum()) < 10:
            continue
        target = answers[known, k]
        sure, best = scores[title][known].softmax(1).max(1)
        right = (best == target).float()
        each = [float(right[target == value].mean()) for value in target.unique()]
        found[title] = {
            "accuracy": round(float(right.mean()), 3),
            "even": round(float(np.mean(each)), 3),
            "chance": round(1 / len(VALUES[title]), 3),
            "surer": round(float(sure.mean() - right.mean()), 3),
            "n": int(known.sum()),
        }
        if (sure_of := certain[known, k]).any():
            found[title]["certain"] = round(float(right[sure_of].mean()), 3)
    return found


class Run:
    """Owns the net, its average, the optimiser and the folder they are kept in."""

    def __init__(self, out: Path, rate: float, seed: int) -> None:
        self.out, self.seen, self.step = out, 0, 0
        torch.manual_seed(seed)
        self.net = JudgeNet(VALUES).to(memory_format=torch.channels_last)
        self.ema = copy.deepcopy(self.net).requires_grad_(False)
        self.optimiser = torch.optim.AdamW(self.net.parameters(), lr=rate, weight_decay=0.02)
        if (path := out / "judge.pt").exists():
            state = torch.load(path, weights_only=True)
            if state["values"] == VALUES:
                self.net.load_state_dict(state["net"])
                self.ema.load_state_dict(state["ema"])
                self.optimiser.load_state_dict(state["optimiser"])
                self.seen, self.step = state["seen"], state["step"]
            else:  # other attributes: the body goes on, the heads begin anew
                body = {k: v for k, v in state["ema"].items() if not k.startswith("heads.")}
                self.net.load_state_dict(body, strict=False)
                self.ema.load_state_dict(body, strict=False)

    def learn(self, x: Tensor, answers: Tensor, certain: Tensor, rate: float) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        loss = loss_of(self.net, x, answers, certain, doubting=self.seen > DOUBT_AFTER)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.step, self.seen = self.step + 1, self.seen + len(x)
        decay = min(0.998, (self.step + 1) / (self.step + 20))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.ema.parameters()), list(self.net.parameters()), 1 - decay)
        return float(loss.detach())

    def keep(self, held: tuple[Tensor, Tensor, Tensor]) -> dict[str, Any]:
        """Write all; how right and how sure the calibrated average is on people it was not calibrated on."""
        x, answers, certain = held
        half = len(x) // 2
        scores = scores_of(self.ema, x)
        found = temperatures({t: s[:half] for t, s in scores.items()}, answers[:half])
        net = calibrated(self.ema, found)
        tensors = {k: v.half().contiguous() for k, v in net.state_dict().items()}
        _atomically(lambda path: save_file(tensors, path), self.out / "judge.safetensors")
        text = json.dumps(VALUES, indent=1) + "\n"
        _atomically(lambda path: path.write_text(text, "utf-8"), self.out / "judge.json")
        state: dict[str, Any] = {"net": self.net.state_dict(), "ema": self.ema.state_dict(), "values": VALUES}
        state |= {"optimiser": self.optimiser.state_dict(), "seen": self.seen, "step": self.step}
        _atomically(lambda path: torch.save(state, path), self.out / "judge.pt")
        return report({t: s[half:] / found[t] for t, s in scores.items()}, answers[half:], certain[half:])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--photos", type=Path, required=True)
    arguments.add_argument("--chains", type=Path, required=True, help="what chains.py painted")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--pictures", type=int, default=10**9, help="how many to see in all")
    arguments.add_argument("--minutes", type=float, default=10**9, help="end after so many minutes of this start")
    arguments.add_argument("--anneal", type=int, default=0, help="the rate falls to 0 over the last so many")
    arguments.add_argument("--batch", type=int, default=48)
    arguments.add_argument("--rate", type=float, default=2e-3)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--seed", type=int, default=3)
    args = arguments.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    labels = json.loads((args.photos / "labels.json").read_text())
    taught = Shown(chains.read(args.chains, "judge"), labels)
    kept = sorted(chains.read(args.chains, "held"), key=lambda chain: chain.photo)  # halves are people apart
    held = Shown(kept, labels).all()
    run = Run(args.out, args.rate, args.seed)
    torch.manual_seed(args.seed + run.step)
    rng = np.random.default_rng([args.seed, run.step])
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: stopped.append(number))
    log = (args.out / "judge.log").open("a")

    def note(record: dict[str, Any]) -> None:
        minutes = round((time.monotonic() - start) / 60, 2)
        print(json.dumps({"seen": run.seen, "minutes": minutes, **record}), file=log, flush=True)

    start = last_save = time.monotonic()
    first, losses = run.step, []
    while run.seen < args.pictures and time.monotonic() - start < 60 * args.minutes and not stopped:
        warm = min(1.0, (run.step - first + 1) / 50)
        fall = min(1.0, (args.pictures - run.seen) / args.anneal) if args.anneal else 1.0
        losses.append(run.learn(*taught.draw(rng, args.batch), args.rate * warm * fall))
        if run.step % 25 == 0:
            note({"loss": round(float(np.mean(losses)), 4)})
            losses.clear()
        if time.monotonic() - last_save > 300:
            note({"held out": run.keep(held)})
            last_save = time.monotonic()
    note({"held out": run.keep(held), "ended": True})


if __name__ == "__main__":
    main()
