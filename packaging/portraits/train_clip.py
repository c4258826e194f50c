"""Train the Portraits CLIP: directions of texts along directions of pictures that differ in what the texts say.

    python train_clip.py --photos FOLDER --chains CHAINS --out RUN [--unet UNETRUN]

It is there to choose among learned edits, so the difference of two pictures must lie along the difference of the texts,
nearer to it than any other attribute's; beside that every text is true, false or open of every picture of a batch.
UNETRUN (unet.safetensors, config.json) lends its blurred one-step estimates, which is what the CLIP will see. Writes
RUN/clip.safetensors (average), RUN/clip_state.pt (to go on from) and RUN/clip.log every few minutes, atomically, and
goes on from RUN by itself, also when painters were added meanwhile. Counted in pictures: the rate stays the same until
``--anneal``, which lets it fall to nothing over so many. SIGTERM saves and ends.
"""

from __future__ import annotations

import argparse
import copy
import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

import chains
import numpy as np
import open_clip
import torch
from clip_batches import Batch, Estimator, Pairs, agreement
from diffusers import UNet2DModel
from facts import FALSE, NAMES, PRESUMED, TRUE, overlap
from measure_clip import Held, measure
from networks import DTYPE, estimate, noised
from paint import TABLE
from safetensors.torch import load_file, save_file
from sayings import Sayings
from torch import Tensor, nn
from torch.nn import functional
from train_unet import _atomically

sys.path.append(str(Path(__file__).parents[1] / "training"))
from contrast import many_positives, normalise

MODEL: dict[str, Any] = {
    "embed_dim": 128,
    "vision_cfg": {"image_size": 128, "layers": [1, 2, 2, 1], "width": 24, "patch_size": None},
    "text_cfg": {"context_length": 32, "vocab_size": 49408, "width": 64, "heads": 4, "layers": 3},
}
WHOLE_CHANGE = 0.4  # how far one attribute moves an embedding along the direction of its texts
GROWN = 60_000  # pictures after which all of the disturbances are there
SHARPNESS = 14.0  # of the contrast among directions
_NUMBER = {name: k for k, name in enumerate(NAMES)}


class Run:
    """Owns a training: the CLIP, its average, heads, directions by name, the optimiser, and the folder they are in."""

    def __init__(self, out: Path, rate: float, seed: int) -> None:
        self.out, self.rate, self.seed, self.seen, self.step = out, rate, seed, 0, 0
        torch.manual_seed(seed)
        self.model = open_clip.CLIP(**MODEL).to(memory_format=torch.channels_last)
        with torch.no_grad():
            # heads of the pooling that look at different places from the start, and residual branches that are open
            self.model.visual.attnpool.positional_embedding.normal_(std=1.2)
            for name, p in self.model.visual.named_parameters():
                if name.endswith("bn3.weight"):
                    p.fill_(0.5)
        self.heads = nn.Linear(MODEL["embed_dim"], len(NAMES))
        self.directions = torch.zeros(len(NAMES), MODEL["embed_dim"])  # running means of what pictures do
        self.ema = copy.deepcopy(self.model).requires_grad_(False)
        weights = [p for p in self.model.parameters() if p.ndim >= 2]
        others = [p for p in self.model.parameters() if p.ndim < 2]
        self.optimiser = torch.optim.AdamW(
            [{"params": weights, "weight_decay": 0.02}, {"params": others, "weight_decay": 0.0}],
            lr=rate,
            betas=(0.9, 0.98),
        )
        self.head_optimiser = torch.optim.AdamW(self.heads.parameters(), lr=rate, betas=(0.9, 0.98), weight_decay=0.0)
        if (path := out / "clip_state.pt").exists():
            self._go_on(torch.load(path, weights_only=True))

    def _go_on(self, state: dict[str, Any]) -> None:
        self.model.load_state_dict(state["model"])
        self.ema.load_state_dict(state["ema"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.seen, self.step = state["seen"], state["step"]
        with torch.no_grad():
            for row, name in enumerate(state["names"]):
                if name in _NUMBER:
                    k = _NUMBER[name]
                    self.heads.weight[k], self.heads.bias[k] = state["heads"][row], state["biases"][row]
                    self.directions[k] = state["directions"][row]

    @property
    def grown(self) -> float:
        """0 at first, when pictures are clean and truths plain, to 1."""
        return min(1.0, self.seen / GROWN)

    def learn(self, batch: Batch, texts: Texts, tokenizer: Any, rate: float) -> dict[str, float]:
        for group in (*self.optimiser.param_groups, *self.head_optimiser.param_groups):
            group["lr"] = rate
        self.model.train()
        with torch.autocast("cpu", DTYPE, enabled=torch.float32 != DTYPE):
            image = self.model.visual(batch.x.contiguous(memory_format=torch.channels_last))
            text = self.model.encode_text(tokenizer(texts.claims + texts.aims + texts.bases))
        image, text = normalise(image), normalise(text)
        claims, aim, base = text.split([len(texts.claims), len(texts.aims), len(texts.bases)])
        true, judged = agreement(texts.claimed, batch.known)
        logits = self.model.logit_scale.exp().clamp(max=40) * claims @ image.T
        contrast = (many_positives(logits, true, judged) + many_positives(logits.T, true.T, judged.T)) / 2
        parts = {"contrast": contrast, **self._along(batch, texts, image, aim - base)}
        parts["told"] = self._told(batch, image)
        parts["natural"] = self._natural(batch, texts, image, aim - base)
        g = self.grown
        loss = contrast + (0.3 + 0.7 * g) * (parts["direction"] + parts["nearest"] + parts["composed"])
        loss = loss + 2 * parts["told"] + 15 * g * parts["length"] + 0.3 * g * parts["natural"]
        self.optimiser.zero_grad(set_to_none=True)
        self.head_optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.head_optimiser.step()
        self.step, self.seen = self.step + 1, self.seen + len(batch.x)
        self._average()
        return {name: float(value.detach()) for name, value in parts.items()}

    def _along(self, batch: Batch, texts: Texts, image: Tensor, told: Tensor) -> dict[str, Tensor]:
        """How the pairs' directions lie to those of their texts, and those of single names to what pictures do."""
        before, after = image.chunk(2)
        pairs = len(before)
        signs = torch.tensor(texts.signs)
        d_text, moved = normalise(told[:pairs]), signs[:, None] * (after - before)
        # a whole change has a set length along its direction, a part of it that part, two changes the root of two
        wanted = WHOLE_CHANGE * batch.fractions * torch.tensor([len(change) ** 0.5 for change in batch.changes])
        length = ((moved * d_text).sum(1) - wanted).square().mean()
        cosine = normalise(moved) @ d_text.T
        same, known = _same(batch.changes, texts.signs)
        direction = (
            many_positives(SHARPNESS * cosine, same, known) + many_positives(SHARPNESS * cosine.T, same, known)
        ) / 2 + 1.5 * (1 - cosine.diagonal()).mean()
        self._remember(batch, (after - before).detach())
        parts = {"direction": direction, "length": length, "cosine": cosine.diagonal().mean()}
        return parts | self._among_all(texts, told, d_text, batch)

    def _among_all(self, texts: Texts, told: Tensor, d_text: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Each added name's text is nearest to its own pictures of all; a text of several is the sum of theirs."""
        there = self.directions.norm(dim=1) > 0
        unit = normalise(self.directions)
        rows = [k for k, (change, sign) in enumerate(zip(batch.changes, texts.signs, strict=True))
                if sign > 0 and len(change) == 1 and there[_NUMBER[change[0]]]]  # fmt: skip
        nearest = told.new_zeros(())
        if rows and int(there.sum()) > 4:
            names = [batch.changes[k][0] for k in rows]
            apart = torch.tensor(
                [[bool(there[_NUMBER[n]]) and (n == m or not overlap(n, m)) for n in NAMES] for m in names]
            )
            logits = (SHARPNESS * d_text[rows] @ unit.T).masked_fill(~apart, -1e4)
            nearest = functional.cross_entropy(logits, torch.tensor([_NUMBER[name] for name in names]))
        start = len(batch.changes) + len(texts.natural)
        composed = told.new_zeros(())
        made = [
            (row, torch.stack([unit[_NUMBER[name]] for name in two]).sum(0))
            for row, two in enumerate(texts.composed)
            if all(there[_NUMBER[name]] for name in two)
        ]
        if made:
            d = normalise(told[[start + row for row, _ in made]])
            composed = (1 - (d * normalise(torch.stack([aim for _, aim in made]))).sum(1)).mean()
        return {"nearest": nearest, "composed": composed}

    @torch.no_grad()
    def _remember(self, batch: Batch, moved: Tensor) -> None:
        for change, fraction, way in zip(batch.changes, batch.fractions.tolist(), moved, strict=True):
            if len(change) == 1 and fraction == 1:
                k = _NUMBER[change[0]]
                new = functional.normalize(way, dim=0)
                self.directions[k] = new if not self.directions[k].any() else self.directions[k].lerp(new, 0.05)

    def _told(self, batch: Batch, image: Tensor) -> Tensor:
        """Every name told from a picture, yes and no weighing the same; what is presumed is left out where in doubt."""
        logits = self.heads(12 * image)
        yes, no = batch.known == TRUE, (batch.known == FALSE) | (batch.known == PRESUMED)
        if self.grown > 0.5:
            no &= ~((batch.known == PRESUMED) & (logits.detach() > 0))
        losses = functional.binary_cross_entropy_with_logits(logits, yes.float(), reduction="none")
        sides = [(losses * part).sum(0) / part.sum(0).clamp(min=1) for part in (yes, no)]
        both = yes.any(0) & no.any(0)
        return ((sides[0] + sides[1]) / 2)[both].mean() if both.any() else logits.new_zeros(())

    def _natural(self, batch: Batch, texts: Texts, image: Tensor, told: Tensor) -> Tensor:
        """What nobody painted: the mean of those who have it against the mean of those who have not."""
        found = []
        for row, name in enumerate(texts.natural):
            fact = batch.known[:, _NUMBER[name]]
            yes, no = image[fact == TRUE], image[fact == FALSE]
            if len(yes) >= 6 and len(no) >= 6:
                d = normalise(yes.mean(0) - no.mean(0))
                found.append(1 - (d * normalise(told[len(batch.changes) + row])).sum())
        return torch.stack(found).mean() if found else image.new_zeros(())

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(0.998, (self.step + 1) / (self.step + 20))
        for a, b in zip(self.ema.state_dict().values(), self.model.state_dict().values(), strict=True):
            a.lerp_(b, 1 - decay) if a.is_floating_point() else a.copy_(b)

    def keep(self) -> None:
        tensors = {k: v.contiguous() for k, v in self.ema.state_dict().items()}
        _atomically(lambda path: save_file(tensors, path), self.out / "clip.safetensors")
        state = {"model": self.model.state_dict(), "ema": self.ema.state_dict(), "seen": self.seen, "step": self.step}
        state |= {"optimiser": self.optimiser.state_dict(), "directions": self.directions, "names": list(NAMES)}
        state |= {"heads": self.heads.weight.detach(), "biases": self.heads.bias.detach()}
        _atomically(lambda path: torch.save(state, path), self.out / "clip_state.pt")


class Texts:
    """What is said of a batch: claims of pictures; aims and bases of the pairs, then of natural names, then of twos."""

    def __init__(self, batch: Batch, sayings: Sayings, rng: np.random.Generator) -> None:
        pairs = len(batch.changes)
        self.claimed: list[dict[str, int]] = []
        self.claims: list[str] = []
        self.aims: list[str] = []
        self.bases: list[str] = []
        self.signs: list[float] = []
        for k, change in enumerate(batch.changes):
            self._claim(batch.known[k + pairs * int(rng.random() < 0.75)], change, sayings, rng)
            self._aim(change, sayings, rng)
        natural = [name for name in NAMES if name not in TABLE or name in ("smile", "older")]
        self.natural = [str(name) for name in rng.choice(natural, min(3, len(natural)), replace=False)]
        painted = list(TABLE)
        self.composed = [
            tuple(str(name) for name in rng.choice(painted, 2 + int(rng.random() < 0.2), replace=False))
            for _ in range(pairs // 4)
        ]
        self.composed = [two for two in self.composed if not any(a != b and overlap(a, b) for a in two for b in two)]
        for names in [(name,) for name in self.natural] + self.composed:
            self.aims.append(sayings.say(names, rng))
            self.bases.append(sayings.source(names, rng))

    def _claim(self, known: Tensor, change: tuple[str, ...], sayings: Sayings, rng: np.random.Generator) -> None:
        there = [NAMES[k] for k in torch.nonzero(known == TRUE).flatten().tolist()]
        absent = [NAMES[k] for k in torch.nonzero(known == FALSE).flatten().tolist() if NAMES[k] in TABLE]
        count = min(len(there), int(rng.choice([1, 1, 2, 2, 3])))
        names = [str(name) for name in rng.permutation(there)[:count]] if there else []
        if (changed := [name for name in change if name in there]) and rng.random() < 0.6:
            names = list(dict.fromkeys([changed[0], *names]))[: max(count, 1)]
        if absent and (not names or rng.random() < 0.1):
            name = str(rng.choice(absent))
            self.claimed.append({name: FALSE})
            self.claims.append(sayings.say_without(name, rng))
            return
        self.claimed.append(dict.fromkeys(names, TRUE))
        self.claims.append(sayings.say(names, rng))

    def _aim(self, change: tuple[str, ...], sayings: Sayings, rng: np.random.Generator) -> None:
        """Mostly from a neutral text to what was painted; sometimes what was painted is taken away."""
        noun = sayings.noun((), rng)
        with_it = sayings.say(change, rng, noun if rng.random() < 0.6 else "")
        without = sayings.source(change, rng)
        if rng.random() < 0.5:
            without = noun
        if len(change) == 1 and rng.random() < 0.15:
            without = sayings.say_without(change[0], rng, noun)
        if rng.random() < 0.15:
            self.signs.append(-1.0)
            self.aims.append(without)
            self.bases.append(with_it)
        else:
            self.signs.append(1.0)
            self.aims.append(with_it)
            self.bases.append(without)


def _same(changes: list[tuple[str, ...]], signs: list[float]) -> tuple[Tensor, Tensor]:
    """(P, P) bool: the two changes are the same; they are the same or have nothing in common."""
    all_of = list(zip(changes, signs, strict=True))
    same = torch.tensor([[set(a) == set(b) and s == r for b, r in all_of] for a, s in all_of])
    mixed = torch.tensor([[s == r and any(overlap(x, y) for x in a for y in b) for b, r in all_of] for a, s in all_of])
    return same, same | ~mixed


def estimator_of(folder: Path) -> Estimator:
    """One-step estimates of pictures (2P, 3, S, S) by a U-Net in training; both halves get the same noise."""
    config = json.loads((folder / "config.json").read_text())
    net = UNet2DModel(**config).to(memory_format=torch.channels_last).eval().requires_grad_(False)
    net.load_state_dict(load_file(folder / "unet.safetensors"))
    unshuffle = round((config["in_channels"] / 3) ** 0.5)

    @torch.no_grad()
    def estimates(x: Tensor, t: Tensor) -> Tensor:
        seed = int(torch.randint(2**31, ()))
        halves = [noised(half, t[: len(half)], torch.Generator().manual_seed(seed)) for half in x.chunk(2)]
        return estimate(net, torch.cat(halves), t, unshuffle).clamp(-1, 1)

    return estimates


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--photos", type=Path, required=True)
    arguments.add_argument("--chains", type=Path, required=True, help="what chains.py painted")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--unet", type=Path, help="folder of unet.safetensors and config.json")
    arguments.add_argument("--estimates", type=float, default=0.1, help="share of batches that are its estimates")
    arguments.add_argument("--pictures", type=int, default=10**9, help="how many to see in all")
    arguments.add_argument("--minutes", type=float, default=10**9, help="end after so many minutes of this start")
    arguments.add_argument("--anneal", type=int, default=0, help="the rate falls to 0 over the last so many")
    arguments.add_argument("--pairs", type=int, default=32)
    arguments.add_argument("--rate", type=float, default=1.2e-3)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--seed", type=int, default=2)
    arguments.add_argument(
        "--all-phrasings", action="store_true", help="train the phrases that are kept to measure, too"
    )
    arguments.add_argument("--measure-every", type=int, default=25_000, help="pictures")
    args = arguments.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    labels = json.loads((args.photos / "labels.json").read_text())
    pairs = Pairs(chains.read(args.chains, "clip"), labels)
    kept = chains.read(args.chains, "held")
    held, sayings = Held(kept), Sayings(everything=args.all_phrasings)
    tokenizer = open_clip.SimpleTokenizer(context_length=MODEL["text_cfg"]["context_length"])
    run = Run(args.out, args.rate, args.seed)
    torch.manual_seed(args.seed + run.step)
    rng = np.random.default_rng([args.seed, run.step])
    estimator, estimator_time = None, 0.0
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: stopped.append(number))
    log = (args.out / "clip.log").open("a")

    def note(record: dict[str, Any]) -> None:
        minutes = round((time.monotonic() - start) / 60, 2)
        print(json.dumps({"seen": run.seen, "minutes": minutes, **record}), file=log, flush=True)

    start = last_save = time.monotonic()
    first, sums, next_measure = run.step, {}, run.seen + args.measure_every
    while run.seen < args.pictures and time.monotonic() - start < 60 * args.minutes and not stopped:
        if args.unet and (run.step - first) % 500 == 0:
            changed = (args.unet / "unet.safetensors").stat().st_mtime
            if changed > estimator_time:
                estimator, estimator_time = estimator_of(args.unet), changed
        warm = min(1.0, (run.step - first + 1) / 60)
        fall = min(1.0, (args.pictures - run.seen) / args.anneal) if args.anneal else 1.0
        g = run.grown
        blurred = estimator if rng.random() < args.estimates * g else None
        batch = pairs.draw(rng, args.pairs, blurred, parts=0.4 * g, spoil=0.35 * g)
        texts = Texts(batch, sayings, rng)
        for name, value in run.learn(batch, texts, tokenizer, args.rate * warm * fall).items():
            sums.setdefault(name, []).append(value)
        if run.step % 25 == 0:
            note({name: round(float(np.mean(values)), 4) for name, values in sums.items()})
            sums.clear()
        if time.monotonic() - last_save > 240:
            run.keep()
            last_save = time.monotonic()
        if run.seen >= next_measure:
            next_measure = run.seen + args.measure_every
            note({"measured": measure(run.ema, tokenizer, sayings, held)})
    run.keep()
    if stopped:
        note({"ended": "stopped"})
        return
    note({"measured": measure(run.ema, tokenizer, sayings, held), "ended": True})
    if args.unet:
        note({"on estimates at 220": measure(run.ema, tokenizer, sayings, Held(kept, 12, estimator_of(args.unet)))})


if __name__ == "__main__":
    main()
