"""Maps a diffusers UNet2DModel: a folder as the hub has it, or its weights alone."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from rtedit_desktop.core.errors import CheckpointDamaged, CheckpointError, quoted_name
from rtedit_desktop.core.json_reader import FieldError, Fields, parse_json
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.packs.convert.checkpoint_file import CheckpointFile
from rtedit_desktop.packs.convert.from_adm import adm_config
from rtedit_desktop.packs.convert.from_ddpm import ddpm_config
from rtedit_desktop.packs.convert.tensor_mapping import Keys, Source, TensorMapping, mismatch
from rtedit_desktop.packs.convert.unet_tensors import unet_shapes
from rtedit_desktop.packs.manifest.networks import unet_config
from rtedit_desktop.support.regular_file import read_regular

MODEL = "a diffusers UNet2DModel"
WEIGHT_FILES = (
    "diffusion_pytorch_model.safetensors",
    "diffusion_pytorch_model.bin",
    "open_clip_model.safetensors",
    "open_clip_pytorch_model.bin",
)
_CONFIG, _SCHEDULER = "config.json", "scheduler_config.json"
_MAX_BYTES = 2**20
_OLD_LAYER = re.compile(r"(\.attentions\.\d+)\.(query|key|value|proj_attn)\.(weight|bias)$")
_NEW_LAYERS = {"query": "to_q", "key": "to_k", "value": "to_v", "proj_attn": "to_out.0"}


def weights_in(folder: Path) -> Path:
    """The file of weights in a model's folder, or in that of a pipeline. Raises CheckpointError."""
    for place in (folder, folder / "unet"):
        for name in WEIGHT_FILES:
            if os.path.isfile(place / name):
                return place / name
    raise CheckpointError(
        tr("The folder {folder} holds no model of diffusers.", folder=quoted_name(folder)),
        tr(
            "Choose a folder with {configuration} and {weights}, or a file of weights.",
            configuration=_CONFIG,
            weights=WEIGHT_FILES[0],
        ),
    )


def is_diffusers(file: CheckpointFile) -> bool:
    """Whether the keys are those of a UNet2DModel, fitting or not."""
    return file.has_any("time_embedding.", "down_blocks.", "up_blocks.")


def diffusers_mapping(file: CheckpointFile) -> TensorMapping:
    """What to take from a UNet2DModel's file, by the config.json beside it or, without one, by its shapes.

    Raises CheckpointMismatch when it is not a net that RTEdit can use, CheckpointDamaged for a wrong JSON.
    """
    given = _json(file.path.parent / _CONFIG)
    if given is None:
        config, image_size = _config_of_shapes(file)
    else:
        config, image_size = _config_of_json(file, given)
    folder = file.path.parent
    noise = _json(folder / _SCHEDULER) or _json(folder.parent / "scheduler" / _SCHEDULER) or {}
    shapes = unet_shapes(config)
    now = {_OLD_LAYER.sub(_renamed, name): name for name in file.shapes}
    return TensorMapping(
        model=MODEL,
        config=config,
        shapes=shapes,
        sources={name: Source(now.get(name, name), shape) for name, shape in shapes.items()},
        image_size=image_size,
        learned_variance=config["out_channels"] == 2 * config["in_channels"],
        prediction_type=_prediction(file, noise),
        schedule=_schedule(file, noise),
    )


def _renamed(match: re.Match[str]) -> str:
    return f"{match[1]}.{_NEW_LAYERS[match[2]]}.{match[3]}"


def _json(place: Path) -> dict[str, Any] | None:
    try:
        layout = parse_json(read_regular(place, _MAX_BYTES))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise CheckpointDamaged(
            tr("The file {place} beside the weights is not JSON.", place=quoted_name(place)), tr("Get it again.")
        ) from error
    if not isinstance(layout, dict):
        raise CheckpointDamaged(
            tr("The file {place} beside the weights is not a configuration.", place=quoted_name(place)),
            tr("Get it again."),
        )
    return layout


def _config_of_json(file: CheckpointFile, given: dict[str, Any]) -> tuple[dict[str, Any], int]:
    if given.get("_class_name", "UNet2DModel") != "UNet2DModel":
        raise mismatch(file, MODEL, f"its {_CONFIG} is of another model")
    config = {key: value for key, value in given.items() if not key.startswith("_") and value is not None}
    config.setdefault("attention_head_dim", given.get("attention_head_dim", 8))
    try:
        image_size = Fields(config).whole("sample_size", 16, 2048)
        in_channels = Fields(config).whole("in_channels", 1, 64, 3)
        doubled = Fields(config).whole("out_channels", 1, 64, 3) == 2 * in_channels
        config = {"in_channels": 3, "out_channels": 3, "layers_per_block": 2, **config}
        return unet_config(Fields(config), image_size, 1, doubled), image_size
    except FieldError as error:
        raise mismatch(file, MODEL, f"in its {_CONFIG}, {error}") from error


def _config_of_shapes(file: CheckpointFile) -> tuple[dict[str, Any], int]:
    """Of the two families that are published in this form, told apart by how they change the size."""
    keys = Keys(file, MODEL)
    levels = keys.count("down_blocks.{}.resnets.0.conv1.weight", 9)
    keys.length(f"down_blocks.{max(0, levels - 1)}.resnets.0.conv1.weight", 0, 4)
    widths = [keys.length(f"down_blocks.{i}.resnets.0.conv1.weight", 0, 4) for i in range(levels)]
    layers = keys.count("down_blocks.0.resnets.{}.conv1.weight", 16)
    attention = [f"down_blocks.{i}.attentions.0.group_norm.weight" in keys for i in range(levels)]
    make = adm_config if "down_blocks.0.downsamplers.0.conv1.weight" in keys else ddpm_config
    config = make(widths, layers, attention, keys.length("conv_out.weight", 0, 4))
    config["in_channels"] = keys.length("conv_in.weight", 1, 4)
    return config, config["sample_size"]


def _prediction(file: CheckpointFile, noise: dict[str, Any]) -> str:
    kind = noise.get("prediction_type", "epsilon")
    if kind not in ("epsilon", "sample", "v_prediction"):
        raise mismatch(file, MODEL, f"its {_SCHEDULER} has a prediction type that RTEdit does not know")
    return str(kind)


def _schedule(file: CheckpointFile, noise: dict[str, Any]) -> dict[str, Any] | None:
    """The linear betas that it was trained with; None for the usual ones."""
    if not noise:
        return None
    if noise.get("beta_schedule", "linear") != "linear" or noise.get("trained_betas") is not None:
        raise mismatch(file, MODEL, f"its {_SCHEDULER} has betas that are not linear")
    return {
        "beta_start": noise.get("beta_start", 1e-4),
        "beta_end": noise.get("beta_end", 0.02),
        "timesteps": noise.get("num_train_timesteps", 1000),
    }
