"""Other tools that make their results here, where their weights are on the disk: nothing is fetched.

InstructPix2Pix is diffusers' pipeline; its weights are a folder as diffusers saves it, or what the hub's cache has.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from rtedit_desktop.bench.compare.contestants import Contestant, opened, read
from rtedit_desktop.bench.output import write_output
from rtedit_desktop.core.errors import SaveError, SettingsError
from rtedit_desktop.engine.machine.devices import best_device

INSTRUCT_PIX2PIX = "timbrooks/instruct-pix2pix"
_MULTIPLE = 8  # of pixels, that its autoencoder takes

Tool = Callable[[Contestant, Mapping[str, str], Path, Path | None, int, int, bool], Contestant]
"""(sources, what to do by name, folder to write to, weights, seed, steps, whether all is made anew) to the results."""


def instruct_pix2pix(
    sources: Contestant, wanted: Mapping[str, str], out: Path, weights: Path | None, seed: int, steps: int, anew: bool
) -> Contestant:
    """Edit every source by its instruction; what is in ``out`` already is left, unless ``anew``.

    Raises SettingsError, SaveError.
    """
    pipeline = _pipeline(weights)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SaveError(f"The folder {out} could not be made: {reason}.", "Choose another place.") from error
    for index, (name, path) in enumerate(sources.pictures.items()):
        target = out / f"{name}.png"
        if target.exists() and not anew:  # a run that was stopped goes on
            continue
        source = opened(path)
        size = tuple(max(_MULTIPLE, side // _MULTIPLE * _MULTIPLE) for side in source.size)
        generator = torch.Generator().manual_seed(seed + index)
        picture: Image.Image = pipeline(
            wanted[name],
            image=source.resize(size, Image.Resampling.LANCZOS),  # type: ignore[arg-type]
            num_inference_steps=steps,
            generator=generator,
        ).images[0]
        write_output(target, _png(picture.resize(source.size, Image.Resampling.LANCZOS)))
    return Contestant(out.name, {name: path for name, path in read(out).pictures.items() if name in sources.pictures})


def _pipeline(weights: Path | None) -> Any:
    if importlib.util.find_spec("transformers") is None:
        raise SettingsError("transformers is not installed.", "Run: pip install 'rtedit-desktop[bench]'")
    kind: Any = importlib.import_module("diffusers").StableDiffusionInstructPix2PixPipeline
    where = str(weights.absolute()) if weights is not None else INSTRUCT_PIX2PIX
    try:
        pipeline = kind.from_pretrained(
            where, local_files_only=True, safety_checker=None, requires_safety_checker=False
        )
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"The weights of InstructPix2Pix are not at {where}.", "Name the folder that they are in by --weights."
        ) from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(best_device().device)


def _png(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.convert("RGB").save(content, "PNG")
    return content.getvalue()


TOOLS: dict[str, Tool] = {"instruct-pix2pix": instruct_pix2pix}
