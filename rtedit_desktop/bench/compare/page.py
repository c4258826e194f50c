"""Blind page for people: static HTML in a folder, two results side by side, which is which known to ``KEY`` alone.

Trials and sides are shuffled by a seed; every picture becomes a PNG of its own, as large as the smaller of the two and
under a name that says nothing. The browser keeps the votes while the page is used, and saves them as a file.
"""

from __future__ import annotations

import html
import io
import itertools
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image

from rtedit_desktop.bench.compare.contestants import Contestant, opened
from rtedit_desktop.bench.output import write_output
from rtedit_desktop.core.errors import SaveError

INDEX, KEY = "index.html", "key.json"
PICTURES = "pictures"


def write(
    folder: Path, found: Sequence[Contestant], sources: Contestant | None, prompts: Mapping[str, str], seed: int
) -> Path:
    """Write the page for every two contestants on every picture; where it is. Raises SaveError, PictureError."""
    rng = random.Random(seed)
    trials = [(name, *two) for name in prompts for two in itertools.combinations(found, 2)]
    rng.shuffle(trials)
    try:
        (folder / PICTURES).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SaveError(f"The folder {folder} could not be made: {reason}.", "Choose another place.") from error
    comparison, shown, key = f"{rng.getrandbits(64):016x}", [], {}
    for index, (name, *two) in enumerate(trials):
        rng.shuffle(two)
        pair = [opened(one.pictures[name]) for one in two]
        size = min(picture.size for picture in pair)
        files = []
        for side, picture in zip("ab", pair, strict=True):
            files.append(_save(folder, f"{index:04d}{side}.png", picture, size))
        source = ""
        if sources is not None:
            source = _save(folder, f"{index:04d}s.png", opened(sources.pictures[name]), size)
        shown.append({"left": files[0], "right": files[1], "source": source, "prompt": prompts[name]})
        key[str(index)] = {"picture": name, "left": two[0].name, "right": two[1].name}
    layout = {"comparison": comparison, "tools": [one.name for one in found], "trials": key}
    write_output(folder / KEY, (json.dumps(layout, indent=1) + "\n").encode())  # names need not be UTF-8
    write_output(folder / INDEX, _page(comparison, shown).encode())
    return folder / INDEX


def _save(folder: Path, name: str, picture: Image.Image, size: tuple[int, int]) -> str:
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    content = io.BytesIO()
    Image.frombytes("RGB", picture.size, picture.tobytes()).save(content, "PNG")  # without what else a file says
    write_output(folder / PICTURES / name, content.getvalue())
    return f"{PICTURES}/{name}"


def _page(comparison: str, shown: Sequence[Mapping[str, str]]) -> str:
    data = json.dumps({"comparison": comparison, "trials": shown}).replace("<", "\\u003c")
    return _HTML.replace("@TITLE@", html.escape("Which result is better?")).replace("@DATA@", data)


_HTML = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>@TITLE@</title>
<style>
body { font: 16px system-ui, sans-serif; margin: 1rem auto; max-width: 70rem; padding: 0 1rem;
  background: #fff; color: #111 }
h1 { font-size: 1.2rem }
#pictures { display: flex; gap: 1rem; flex-wrap: wrap }
figure { margin: 0; flex: 1 1 14rem }
figure img { width: 100%; image-rendering: auto; display: block }
figcaption, #progress { color: #444; margin: .3rem 0 }
button { font: inherit; padding: .6rem 1rem; margin: .5rem .5rem .5rem 0 }
button:focus-visible { outline: 3px solid #06c }
[hidden] { display: none !important }
</style>
<h1>@TITLE@</h1>
<p id="progress" role="status"></p>
<main id="trial">
  <p id="prompt"></p>
  <div id="pictures">
    <figure id="before"><img id="source" alt="The picture before the edit"><figcaption>before</figcaption></figure>
    <figure><img id="left" alt="The result at the left"><figcaption>1</figcaption></figure>
    <figure><img id="right" alt="The result at the right"><figcaption>2</figcaption></figure>
  </div>
  <button id="vote-left">1 is better</button>
  <button id="vote-tie">Neither (0)</button>
  <button id="vote-right">2 is better</button>
</main>
<p id="done" hidden>That was the last. Save your votes and send them to whoever asked you.</p>
<p><button id="back">Back</button><button id="save">Save the votes</button></p>
<noscript>This page needs JavaScript.</noscript>
<script>
"use strict";
const data = @DATA@;
const place = "rtedit-compare-" + data.comparison;
const at = id => document.getElementById(id);
let votes = {};
try { votes = JSON.parse(localStorage.getItem(place)) || {}; } catch (error) { votes = {}; }
const next = () => data.trials.findIndex((trial, index) => !(index in votes));
let now = next();
function show() {
  const count = Object.keys(votes).length, trial = data.trials[now];
  at("progress").textContent = count + " of " + data.trials.length + " judged";
  at("trial").hidden = !trial;
  at("done").hidden = !!trial;
  at("back").disabled = count === 0;
  if (!trial) return;
  at("prompt").textContent = trial.prompt ? "Asked for: " + trial.prompt : "";
  at("before").hidden = !trial.source;
  if (trial.source) at("source").src = trial.source; else at("source").removeAttribute("src");
  at("left").src = trial.left;
  at("right").src = trial.right;
}
function keep() {
  try { localStorage.setItem(place, JSON.stringify(votes)); } catch (error) { /* kept until the page is closed */ }
}
function vote(choice) {
  if (now < 0) return;
  votes[now] = choice;
  keep();
  now = next();
  show();
}
function back() {
  const last = Math.max(...Object.keys(votes).map(Number));
  if (!Number.isFinite(last)) return;
  delete votes[last];
  keep();
  now = next();
  show();
}
function save() {
  const layout = { comparison: data.comparison, votes: votes };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(layout, null, 1)], { type: "application/json" }));
  link.download = "votes.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
for (const choice of ["left", "tie", "right"]) at("vote-" + choice).addEventListener("click", () => vote(choice));
at("back").addEventListener("click", back);
at("save").addEventListener("click", save);
addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const choice = { 1: "left", 2: "right", 0: "tie" }[event.key];
  if (choice) vote(choice);
});
show();
</script>
</html>
"""
