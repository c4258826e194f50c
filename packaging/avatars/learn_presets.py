"""Learn the starter presets of the Avatars pack on its own pictures, into ``resources/presets``.

    python learn_presets.py [--resources DIR]

Run it after build_pack.py: a preset belongs to the weights it was learned on.
"""

from __future__ import annotations

import argparse
import threading
import time
from pathlib import Path

from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.requests import LearnRequest
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog

ROOT = Path(__file__).parents[2]
STARTERS = {
    "smiling": ("Smiling", "smiling face"),
    "sunglasses": ("Sunglasses", "face with sunglasses"),
    "beard": ("Beard", "face with a beard"),
    "pink-hair": ("Pink hair", "face with pink hair"),
    "winter-hat": ("Winter hat", "face with a winter hat"),
}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--resources", type=Path, default=ROOT / "resources")
    args = arguments.parse_args()
    catalog = Catalog([args.resources / "packs"])
    info = catalog.manifest("avatars").info
    folder = args.resources / "presets"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.rtpreset"):
        old.unlink()
    engine = TorchEngine(catalog)
    for name, (title, prompt) in STARTERS.items():
        start = time.monotonic()
        spec = EditSpec(
            prompt=prompt, source=info.source, pack=info.id, settings=info.learning_settings_for(prompt)
        )
        output = folder / f"{name}.rtpreset"
        request = LearnRequest(spec=spec, title=title, output=output, author="RTEdit", licence="MIT")
        *_, last = engine.run(request, threading.Event())
        if not isinstance(last, Finished) or last.preset is None or last.score is None:
            raise SystemExit(f"{prompt}: {last}")
        size = last.preset.stat().st_size
        print(f"{name}: score {last.score:.2f}, {size:,} bytes, {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
