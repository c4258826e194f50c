"""Train the Avatars CLIP with open_clip's own classes, on truths and on counterfactual pairs.

    python train_clip.py --out RUN --minutes 60 --threads 1

Because the portraits are procedural, every caption is known to be true or false of every picture
of a batch (many positives a caption), half the batch is the other half with one attribute changed,
and the difference of two image embeddings is asked to point along the difference of the texts:
exactly what the directional loss will ask of it. RUN/unet.pt, when there, lends its blurry x0
estimates as inputs. Writes RUN/clip.pt (EMA) and RUN/clip.log with zero-shot accuracy by attribute.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import sys
import time
from pathlib import Path

import attributes
import numpy as np
import open_clip
import torch
from diffusers import UNet2DModel
from render import Artist, Atlas
from torch import Tensor, nn
from torch.nn import functional
from train_unet import ABAR, CONFIG, estimate, save, whole

sys.path.append(str(Path(__file__).parents[1] / "training"))
from contrast import many_positives, normalise, part_of

MODEL = {
    "embed_dim": 128,
    "vision_cfg": {"image_size": 128, "layers": [1, 1, 1, 1], "width": 32, "patch_size": None},
    "text_cfg": {"context_length": 32, "vocab_size": 49408, "width": 64, "heads": 4, "layers": 3},
}
ATTRIBUTES = list(attributes.NAMES)
# small or varied details need more examples than large plain colours
EMPHASIS = {"expression": 3.5, "hair": 2.0, "clothes": 2.0, "facial hair": 1.5, "eyes": 1.5, "clothes colour": 1.5,
            "hair colour": 1.3, "skin": 0.5, "background": 0.5}
SHARES = np.array([EMPHASIS.get(name, 1.0) for name in ATTRIBUTES])
SHARES /= SHARES.sum()
WHOLE = 0.4  # how far a whole change moves an embedding along the direction of its texts
VALUES = {name: list(attributes.ATTRIBUTES[name]) for name in ATTRIBUTES}


def facts_of(raw: dict[str, str]) -> dict[str, str]:
    return {k: v for k, v in attributes.settle(raw).items() if v and (k, v) != ("style", "plain")}


def batch_of(artist: Artist, rng: np.random.Generator, pairs: int):
    """Pictures (2P, 3, 128, 128) in [-1, 1], their truths, and per pair (attribute, from, to)."""
    first, second, truths_a, truths_b, changes = [], [], [], [], []
    while len(first) < pairs:
        raw, detail = attributes.draw(rng), int(rng.integers(2**31))
        name = ATTRIBUTES[rng.choice(len(ATTRIBUTES), p=SHARES)]
        other = dict(raw)
        other[name] = attributes.draw_value(name, rng, but=raw[name])
        a, b = attributes.settle(raw), attributes.settle(other)
        if not a[name] or not b[name]:
            continue
        first.append(artist.draw(raw, detail))
        second.append(artist.draw(other, detail))
        truths_a.append(a)
        truths_b.append(b)
        changes.append((name, raw[name], other[name]))
    x = torch.from_numpy(np.stack(first + second)).permute(0, 3, 1, 2) * 2 - 1
    return x, truths_a + truths_b, changes


def halfway(x: Tensor, truths: list[dict[str, str]], rng: np.random.Generator, share: float):
    """Some pairs whose second picture is changed in some places only, and how much of the change each has.

    Portraits are so alike that one place tells the colour of a backdrop; an encoder that looks only there
    is content with an edit of only there. What such a half-changed picture shows is left open; that it is
    a half of the way is not. Returns pictures, truths and (P,) fractions.
    """
    pairs = len(x) // 2
    x, truths, fractions = x.clone(), [dict(truth) for truth in truths], torch.ones(pairs)
    for i in range(pairs):
        if rng.random() > share:
            continue
        change = x[pairs + i] - x[i]
        if (found := part_of(change, rng)) is not None:
            mask, fraction = found
            x[pairs + i] = x[i] + mask * change
            fractions[i] = fraction
            before, after = truths[i], truths[pairs + i]
            truths[pairs + i] = {name: after[name] if after[name] == before[name] else "" for name in after}
    return x, truths, fractions


def disturb(x: Tensor, rng: np.random.Generator, net: nn.Module | None, share: float = 0.5) -> Tensor:
    """Crops, warps, blur, noise, contrast and one-step estimates; both of a pair get the same.

    ``share`` is how often half of the pairs are replaced by the U-Net's estimates of them.
    """
    pairs = len(x) // 2

    def each(low: float, high: float, share: float = 1.0) -> Tensor:
        v = rng.uniform(low, high, pairs) * (rng.random(pairs) < share)
        return torch.from_numpy(np.concatenate([v, v]).astype(np.float32))

    if net is not None and rng.random() < share:
        k = pairs // 2  # estimates for half of the pairs, same noise for both of a pair
        rows = torch.cat([torch.arange(k), torch.arange(k) + pairs])
        t = torch.from_numpy(rng.integers(150, 600, k)).repeat(2)
        abar = ABAR[t][:, None, None, None]
        z = torch.randn(k, *x.shape[1:]).repeat(2, 1, 1, 1)
        with torch.no_grad():
            x = x.clone()
            x[rows] = estimate(net, abar.sqrt() * x[rows] + (1 - abar).sqrt() * z, t)
    zoom, angle = 1 + each(-0.22, 0.12, 0.7), each(-0.12, 0.12, 0.5)
    theta = torch.zeros(len(x), 2, 3)
    flip = 1 - 2 * each(1, 1, 0.3)
    theta[:, 0, 0], theta[:, 0, 1] = zoom * angle.cos() * flip, -zoom * angle.sin()
    theta[:, 1, 0], theta[:, 1, 1] = zoom * angle.sin() * flip, zoom * angle.cos()
    theta[:, 0, 2], theta[:, 1, 2] = each(-0.12, 0.12, 0.7), each(-0.12, 0.12, 0.7)
    grid = functional.affine_grid(theta, list(x.shape), align_corners=False)
    x = functional.grid_sample(x, grid, padding_mode="border", align_corners=False)
    if rng.random() < 0.5:
        sigma = rng.uniform(0.4, 2.2)
        taps = torch.exp(-torch.arange(-5, 6).float().square() / (2 * sigma**2))
        taps = taps / taps.sum()
        blurred = functional.conv2d(functional.pad(x.flatten(0, 1)[:, None], (5, 5, 0, 0), "reflect"),
                                    taps.view(1, 1, 1, 11))
        blurred = functional.conv2d(functional.pad(blurred, (0, 0, 5, 5), "reflect"), taps.view(1, 1, 11, 1))
        x = torch.lerp(x, blurred.view_as(x), each(1, 1, 0.6)[:, None, None, None])
    noise = torch.randn(pairs, *x.shape[1:]).repeat(2, 1, 1, 1)
    x = x + each(0, 0.15, 0.4)[:, None, None, None] * noise
    return x * (1 + each(-0.1, 0.1, 0.4))[:, None, None, None] + each(-0.06, 0.06, 0.4)[:, None, None, None]


def fooled(visual: nn.Module, x: Tensor, towards: Tensor, reach: float, rng: np.random.Generator) -> Tensor:
    """x with a small smooth change each, made to look as ``towards`` (N, D) to the encoder and to nobody else.

    What an adaptation would find first. A encoder that is not taken in by it has to be shown the thing itself.
    ``reach`` bounds the length of a change; the lengths are drawn from 0 to it.
    """
    visual.eval()  # as it stands when it guides
    x = x.detach().requires_grad_(True)
    with torch.autocast("cpu", torch.bfloat16):
        seen = visual(x)
    slope = torch.autograd.grad((normalise(seen) * towards).sum(), x)[0]
    visual.train()
    width = int(rng.choice([1, 3, 5, 9]))
    if width > 1:
        for _ in range(2):
            slope = functional.avg_pool2d(slope, width, 1, width // 2, count_include_pad=False)
    length = torch.from_numpy(rng.uniform(0, reach, len(x)).astype(np.float32))
    slope = slope / slope.flatten(1).norm(dim=1).clamp(min=1e-12)[:, None, None, None]
    return (x + length[:, None, None, None] * slope).detach()


def agreement(claims: list[dict[str, str]], truths: list[dict[str, str]]) -> tuple[Tensor, Tensor]:
    """(T, N) bool: the claim is true of the picture; the claim can be judged."""
    true = torch.ones(len(claims), len(truths), dtype=torch.bool)
    known = torch.ones_like(true)
    for i, claim in enumerate(claims):
        for j, truth in enumerate(truths):
            for name, stated in claim.items():
                if truth[name] == "":
                    known[i, j] = False
                elif truth[name] != stated:
                    true[i, j], known[i, j] = False, True
                    break
    return true & known, known


@torch.no_grad()
def zero_shot(model: nn.Module, artist: Artist, tokenizer, n: int = 240) -> dict[str, float]:
    """Accuracy of the nearest text by attribute on portraits of a held-out seed."""
    rng = np.random.default_rng(10**6)
    raws = [attributes.draw(rng) for _ in range(n)]
    truths = [attributes.settle(r) for r in raws]
    x = torch.from_numpy(np.stack([artist.draw(r, 10**9 + i) for i, r in enumerate(raws)])).permute(0, 3, 1, 2)
    model.eval()
    with torch.autocast("cpu", torch.bfloat16):
        image = torch.cat([normalise(model.encode_image(part * 2 - 1)) for part in x.split(60)])
        result = {}
        for name in ATTRIBUTES:
            values = [v for v in VALUES[name] if (name, v) != ("style", "plain")]
            text = torch.stack([
                normalise(normalise(model.encode_text(tokenizer([
                    attributes.say({name: v}, np.random.default_rng(s)) for s in range(6)]))).mean(0))
                for v in values])
            shown = [i for i, tr in enumerate(truths) if tr[name] in values]
            best = (image[shown] @ text.T).argmax(1)
            result[name] = round(float(np.mean([values[b] == truths[i][name]
                                                for b, i in zip(best.tolist(), shown, strict=True)])), 3)
    model.train()
    return result


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--minutes", type=float, default=60)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--pairs", type=int, default=32)
    arguments.add_argument("--rate", type=float, default=1.5e-3)
    arguments.add_argument("--seed", type=int, default=2)
    arguments.add_argument("--start-from", type=Path, help="a pack folder whose weights to go on from")
    arguments.add_argument("--grown", action="store_true", help="full disturbance from the first step on")
    arguments.add_argument("--resume", action="store_true")
    arguments.add_argument("--reach", type=float, default=0.0, help="longest change that tries to fool the encoder")
    arguments.add_argument("--share", type=float, default=0.6, help="how many of the batches try it")
    arguments.add_argument("--compile", action="store_true", help="a sixth faster, after a minute")
    args = arguments.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    artist = Artist(Atlas.load(args.out / "atlas.pt"))
    model = open_clip.CLIP(**MODEL).to(memory_format=torch.channels_last)
    with torch.no_grad():
        # heads of the pooling that look at different places from the start, and residual branches that
        # are not shut: with the usual start it takes long to tell the colour of a shirt from a backdrop's
        model.visual.attnpool.positional_embedding.normal_(std=1.2)
        for name, p in model.visual.named_parameters():
            if name.endswith("bn3.weight"):
                p.fill_(0.5)
    if args.start_from:
        model.load_state_dict(whole(args.start_from / "clip.safetensors"))
    heads = nn.ModuleList([nn.Linear(MODEL["embed_dim"], len(VALUES[name])) for name in ATTRIBUTES])
    net: UNet2DModel | None = None
    net_path, net_time = args.out / "unet.pt", 0.0
    state_path, step, seen = args.out / "clip_state.pt", 0, 0
    ema = copy.deepcopy(model).requires_grad_(False)
    weights = [p for p in model.parameters() if p.ndim >= 2]
    others = [p for p in model.parameters() if p.ndim < 2]
    optimiser = torch.optim.AdamW(
        [{"params": weights, "weight_decay": 0.02}, {"params": [*others, *heads.parameters()], "weight_decay": 0.0}],
        lr=args.rate, betas=(0.9, 0.98))
    if args.resume and state_path.exists():
        state = torch.load(state_path, weights_only=True)
        for part, name in ((model, "model"), (ema, "ema"), (heads, "heads"), (optimiser, "optimiser")):
            part.load_state_dict(state[name])  # type: ignore[attr-defined]
        step, seen = state["step"], state["seen"]
        rng = np.random.default_rng([args.seed, step])
        torch.manual_seed(args.seed + step)
    tokenizer = open_clip.SimpleTokenizer(context_length=32)
    log = (args.out / "clip.log").open("a")
    see = torch.compile(model.visual) if args.compile else model.visual
    read = torch.compile(model.encode_text) if args.compile else model.encode_text
    first_step, start, last_save, sums = step, time.monotonic(), time.monotonic(), {}
    while (spent := (time.monotonic() - start) / 60 / args.minutes) < 1:
        for group in optimiser.param_groups:
            warm = min(1.0, (step - first_step + 1) / 60)
            group["lr"] = float(args.rate * warm * (0.01 + 0.99 * 0.5 * (1 + np.cos(np.pi * spent))))
        if step % 100 == 0 and net_path.exists() and net_path.stat().st_mtime > net_time:
            net_time = net_path.stat().st_mtime
            net = net or UNet2DModel(**CONFIG).requires_grad_(False)
            net.load_state_dict(torch.load(net_path, weights_only=True))
        x, truths, changes = batch_of(artist, rng, args.pairs)
        x, truths, fractions = halfway(x, truths, rng, 0.45)
        grown = 1.0 if args.grown else min(1.0, step / 1200)  # clean pictures and plain truths first
        if rng.random() < 0.5 + 0.35 * grown:
            x = disturb(x, rng, net, 0.5 * grown)
        claims = []
        for truth, (name, _, _) in zip(truths, changes * 2, strict=True):
            facts = {k: v for k, v in truth.items() if v and (k, v) != ("style", "plain")}
            count = int(rng.choice([1, 1, 2, 2, 3, 4]))
            keys = list(rng.permutation(list(facts))[:count])
            if name in facts and name not in keys and rng.random() < 0.6:
                keys[0] = name
            claims.append({str(k): facts[str(k)] for k in keys})
        texts = [attributes.say(c, rng) for c in claims]
        # the directions: what a pair's second picture has that its first has not, against neutral or opposite
        aims, bases, labels = [], [], []
        for name, old, new in changes:
            for a, b in ((old, new), (new, old)):
                voice = int(rng.integers(2**31))
                aims.append(attributes.say({name: b} if (name, b) != ("style", "plain") else {},
                                           np.random.default_rng(voice)))
                bases.append(attributes.say({} if rng.random() < 0.7 and (name, b) != ("style", "plain")
                                            else {name: a} if (name, a) != ("style", "plain") else {},
                                            np.random.default_rng(voice)))
                labels.append(f"{name}={b}")
        with torch.autocast("cpu", torch.bfloat16):
            text = read(tokenizer(texts + aims + bases))
        text = normalise(text)
        stated, aim, base = text.split([len(texts), len(aims), len(bases)])
        if args.reach and rng.random() < args.share:
            lie = normalise(aim - base).detach()[torch.from_numpy(rng.permutation(len(aims)))]
            x = fooled(model.visual, x, lie, args.reach, rng)
        with torch.autocast("cpu", torch.bfloat16):
            image = see(x)
        image = normalise(image)
        true, known = agreement(claims, truths)
        scale = model.logit_scale.exp().clamp(max=40)
        logits = scale * stated @ image.T
        contrast = (many_positives(logits, true, known) + many_positives(logits.T, true.T, known.T)) / 2
        before, after = image.chunk(2)
        moved = torch.stack([after - before, before - after], 1).flatten(0, 1)  # order of aims
        # a whole change has a set length along its direction, a part of it that part
        ahead = ((after - before) * normalise(aim - base)[::2]).sum(1)
        length = (ahead - WHOLE * fractions).square().mean()
        d_image, d_text = normalise(moved), normalise(aim - base)
        cosine = d_image @ d_text.T
        same = torch.tensor([[p == q for q in labels] for p in labels])
        everything = torch.ones_like(same)
        direction = (many_positives(12 * cosine, same, everything) + many_positives(12 * cosine.T, same, everything)
                     ) / 2 + 1.5 * (1 - cosine.diagonal()).mean()
        classified = torch.zeros(())
        for k, name in enumerate(ATTRIBUTES):
            target = torch.tensor([VALUES[name].index(tr[name]) if tr[name] else -100 for tr in truths])
            loss_k = functional.cross_entropy(heads[k](12 * image), target, ignore_index=-100)
            classified = classified + SHARES[k] * loss_k
        loss = contrast + (0.2 + 0.8 * grown) * direction + 2 * classified + 15 * grown * length
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step, seen = step + 1, seen + len(x)
        decay = min(0.998, (step + 1) / (step + 20))
        with torch.no_grad():
            for a, b in zip(ema.state_dict().values(), model.state_dict().values(), strict=True):
                a.lerp_(b, 1 - decay) if a.is_floating_point() else a.copy_(b)
        for key, value in (("contrast", contrast), ("direction", direction), ("cosine", cosine.diagonal().mean()),
                           ("told", classified), ("length", length), ("ahead", ahead.mean())):
            sums.setdefault(key, []).append(float(value.detach()))
        if step % 50 == 0:
            record = {"step": step, "seen": seen, "minutes": round((time.monotonic() - start) / 60, 2),
                      **{k: round(float(np.mean(v)), 4) for k, v in sums.items()}}
            if step % 500 == 0:
                record["zero_shot"] = zero_shot(ema, artist, tokenizer)
            print(json.dumps(record), file=log, flush=True)
            sums.clear()
        if time.monotonic() - last_save > 240:
            last_save = time.monotonic()
            keep(args.out, model, ema, heads, optimiser, step, seen)
    keep(args.out, model, ema, heads, optimiser, step, seen)
    print(json.dumps({"final": zero_shot(ema, artist, tokenizer, 1000)}), file=log, flush=True)


def keep(out: Path, model, ema, heads, optimiser, step: int, seen: int) -> None:
    save(ema.state_dict(), out / "clip.pt")
    save({"model": model.state_dict(), "ema": ema.state_dict(), "heads": heads.state_dict(),
          "optimiser": optimiser.state_dict(), "step": step, "seen": seen}, out / "clip_state.pt")


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    main()
