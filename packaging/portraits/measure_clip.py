"""How well a CLIP of the Portraits pack chooses among edits: by people, and in words, that it never saw.

Every attribute has an image direction, measured once on pairs of held-out people. A prompt chooses well when the
direction of its text lies nearest to that of the attribute it asks for; ``candidates`` says which ones would be taken.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from chains import Chain
from clip_batches import Estimator, as_tensor, placed, shrunk
from facts import GROUP_OF, GROUPS, overlap
from networks import DTYPE
from paint import TABLE
from sayings import HELD_FRAMES, Sayings
from text_candidates import candidates
from torch import Tensor, nn
from torch.nn import functional

from rtedit_desktop.diffusion.guidance import text_direction

TEMPLATES = ["{}", "a {}", "a photo of {}", "a portrait of a {}"]
LEAST = 4  # pairs of held-out people that an attribute needs to be measured
MIXED = ("sunglasses", "red lipstick", "beard", "blond hair", "freckles", "tan", "glasses", "pink hair", "moustache")
MIXED += ("grey hair", "eye makeup", "smile", "beanie", "sepia", "older", "blue eyes", "black and white", "blush")


class Held:
    """Owns the single steps of held-out people's chains, as pictures and, where there is a U-Net, as its estimates."""

    def __init__(self, chains: list[Chain], most: int = 14, estimator: Estimator | None = None) -> None:
        count = dict.fromkeys(TABLE, 0)
        first, second, self.names = [], [], []
        for chain in chains:
            pictures = chain.pictures()
            for name, before, after in zip(chain.names, pictures, pictures[1:], strict=False):
                if count[name] < most:
                    count[name] += 1
                    self.names.append(name)
                    first.append(before)
                    second.append(after)
        if estimator is None:
            self.before, self.after = (as_tensor([placed(p) for p in part]) for part in (first, second))
            return
        seen: tuple[list[Tensor], list[Tensor]] = ([], [])
        for start in range(0, len(first), 8):
            x = as_tensor(first[start : start + 8] + second[start : start + 8])
            a, b = shrunk(estimator(x, torch.full((len(x),), 220))).chunk(2)
            seen[0].append(a)
            seen[1].append(b)
        self.before, self.after = torch.cat(seen[0]), torch.cat(seen[1])

    def moved(self, visual: nn.Module) -> Tensor:
        """(N, D) how each pair moves its embedding."""
        return embedded(visual, self.after) - embedded(visual, self.before)


@torch.no_grad()
def embedded(visual: nn.Module, x: Tensor) -> Tensor:
    with torch.autocast("cpu", DTYPE, enabled=torch.float32 != DTYPE):
        return torch.cat([functional.normalize(visual(part).float(), dim=-1) for part in x.split(64)])


@torch.no_grad()
def measure(model: nn.Module, tokenizer: Any, sayings: Sayings, held: Held) -> dict[str, Any]:
    """Shares of prompts that choose rightly; ``model`` is open_clip's."""
    model.eval()
    moved = held.moved(model.visual)
    names = [name for name in TABLE if held.names.count(name) >= LEAST]
    rows = {name: [k for k, other in enumerate(held.names) if other == name] for name in names}
    image = torch.stack([functional.normalize(moved[rows[name]].mean(0), dim=0) for name in names])

    def direction(prompt: str, source: str = "face") -> Tensor:
        return text_direction(lambda texts: model.encode_text(tokenizer(texts)), source, prompt, TEMPLATES)

    result: dict[str, Any] = {"attributes": len(names)}
    wrong: dict[str, str] = {}
    first = torch.stack([direction(TABLE[name].phrases[0], TABLE[name].source) for name in names])
    rng = np.random.default_rng(0)
    known = [(name, phrase) for name in names for phrase in sayings.phrases[name]]
    kept = [(name, phrase) for name, phrase in sayings.held.items() if name in names]
    framed = [
        (name, HELD_FRAMES[k % len(HELD_FRAMES)].format(str(rng.choice(sayings.phrases[name]))))
        for k, name in enumerate(names)
    ]
    for title, prompts in (("known", known), ("held", kept), ("framed", framed)):
        if not prompts:
            continue
        found = (torch.stack([direction(phrase) for _, phrase in prompts]) @ image.T).cpu()
        top = [names[k] for k in found.argmax(1).tolist()]
        result[title] = _share([_meets(name, best) for (name, _), best in zip(prompts, top, strict=True)])
        grouped = []
        for (name, _), row in zip(prompts, found, strict=True):
            same = [k for k, other in enumerate(names) if other in GROUPS[GROUP_OF[name]].values]
            if len(same) > 1:
                grouped.append(_meets(name, names[same[int(row[same].argmax())]]))
        result[f"{title} in group"] = _share(grouped)
        if title == "known":
            wrong = {phrase: best for (name, phrase), best in zip(prompts, top, strict=True) if not _meets(name, best)}
    # which edits would be taken for a prompt, alone and by twos
    result["chosen"] = _share(
        [_chosen(direction(TABLE[n].phrases[0], TABLE[n].source), image, names, {n}) for n in names]
    )
    mixed = [name for name in MIXED if name in names]
    twos = [(a, b) for i, a in enumerate(mixed) for b in mixed[i + 1 :] if GROUP_OF[a] != GROUP_OF[b]]
    twos = [twos[k] for k in rng.permutation(len(twos))[:60]]
    texts = [sayings.say(two, np.random.default_rng(k), "face") for k, two in enumerate(twos)]
    result["chosen of two"] = _share(
        [_chosen(direction(text), image, names, set(two)) for text, two in zip(texts, twos, strict=True)]
    )
    pictures = functional.normalize(moved, dim=-1) @ first.T
    shown = [k for k, name in enumerate(held.names) if name in names]
    result["pair finds its text"] = _share([_meets(held.names[k], names[int(pictures[k].argmax())]) for k in shown])
    result["cosine"] = round(float((first * image).sum(1).mean()), 3)
    result["by attribute"] = {
        name: _share([_meets(name, names[int(pictures[k].argmax())]) for k in rows[name]]) for name in names
    }
    result["wrong"] = wrong
    return result


def _chosen(direction: Tensor, image: Tensor, names: list[str], asked: set[str]) -> bool:
    """Whether the first candidates are what was asked, as many as were asked."""
    found = candidates(direction, image).indices[: len(asked)]
    got = [names[k] for k in found]
    return len(got) == len(asked) and all(any(_meets(one, other) for other in got) for one in asked)


def _meets(asked: str, found: str) -> bool:
    """Lipstick of any colour is lipstick, but red lipstick is not lipstick of any colour."""
    return asked == found or (overlap(asked, found) and asked in ("lipstick", "smile"))


def _share(hits: list[bool]) -> float:
    return round(float(np.mean(hits)), 3) if hits else float("nan")
