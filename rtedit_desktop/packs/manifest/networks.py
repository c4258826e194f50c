"""Checks the shapes of a pack's two networks before any of it is built."""

from __future__ import annotations

from typing import Any

from rtedit_desktop.core.json_reader import FieldError, Fields, as_scalar, as_whole

TOKENS = 49408  # open_clip's byte-pair tokenizer
_BLOCKS = {
    "down_block_types": ("DownBlock2D", "AttnDownBlock2D", "ResnetDownsampleBlock2D"),
    "up_block_types": ("UpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D"),
}
_UNET_KEYS = frozenset(
    {
        "sample_size",
        "in_channels",
        "out_channels",
        "center_input_sample",
        "time_embedding_type",
        "time_embedding_dim",
        "freq_shift",
        "flip_sin_to_cos",
        "down_block_types",
        "mid_block_type",
        "up_block_types",
        "block_out_channels",
        "layers_per_block",
        "mid_block_scale_factor",
        "downsample_padding",
        "downsample_type",
        "upsample_type",
        "dropout",
        "act_fn",
        "attention_head_dim",
        "norm_num_groups",
        "attn_norm_num_groups",
        "norm_eps",
        "resnet_time_scale_shift",
        "add_attention",
        "num_train_timesteps",
    }
)


def unet_config(config: Fields, image_size: int, unshuffle: int, learned_variance: bool) -> dict[str, Any]:
    """Keywords of diffusers' UNet2DModel; what contradicts the rest of the manifest is refused."""
    values = dict(config.left)
    if unknown := sorted(set(values) - _UNET_KEYS):
        raise FieldError(config.path(unknown[0]), "is not a setting of the U-Net")
    channels = 3 * unshuffle**2
    config.whole("in_channels", channels, channels)
    config.whole("out_channels", channels * (1 + learned_variance), channels * (1 + learned_variance))
    config.whole("layers_per_block", 1, 16)
    levels = config.items("block_out_channels", most=16)
    widths = [as_whole(width, config.path("block_out_channels"), 1, 8192) for width in levels]
    for key, known in _BLOCKS.items():
        kinds = config.items(key)
        if len(kinds) != len(widths):
            raise FieldError(config.path(key), f"must have as many entries as {config.path('block_out_channels')}")
        if not all(kind in known for kind in kinds):
            raise FieldError(config.path(key), f"must be made of {', '.join(known)}")
    if not widths:
        raise FieldError(config.path("block_out_channels"), "must not be empty")
    coarsest = unshuffle * 2 ** (len(widths) - 1)
    if image_size % coarsest:
        raise FieldError("image_size", f"must be a multiple of {coarsest} for this U-Net")
    groups = config.whole("norm_num_groups", 1, 8192, 32)
    if any(width % groups for width in widths):
        raise FieldError(
            config.path("norm_num_groups"), f"must divide every one of {config.path('block_out_channels')}"
        )
    for key in ("attn_norm_num_groups", "attention_head_dim", "time_embedding_dim"):
        if config.left.get(key) is not None:
            config.whole(key, 1, 65536)
    for key, value in config.left.items():
        as_scalar(value, config.path(key))
    return values


def clip_config(config: Fields, image_size: int) -> dict[str, Any]:
    """Keywords of open_clip.CLIP; what would load from elsewhere is refused."""
    values = dict(config.left)
    config.whole("embed_dim", 1, 8192)
    vision, text = config.inner("vision_cfg"), config.inner("text_cfg")
    config.finish()
    for tower in (vision, text):
        for key in tower.left:
            if key.startswith(("hf_", "timm_")):
                raise FieldError(tower.path(key), "is refused, because a pack must load without the network")
    vision.whole("image_size", image_size, image_size)
    vision.whole("width", 1, 8192)
    if vision.left.get("patch_size", 16) is not None:
        vision.whole("patch_size", 1, image_size, 16)
    vision.left.pop("patch_size", None)
    layers = vision.pop("layers")
    for count in layers if isinstance(layers, list) and len(layers) == 4 else [layers]:
        as_whole(count, vision.path("layers"), 1, 256)
    text.whole("context_length", 3, 4096)
    text.whole("vocab_size", TOKENS, 1_000_000)
    text.whole("width", 1, 8192)
    text.whole("heads", 1, 256)
    text.whole("layers", 1, 256)
    for tower in (vision, text):
        for key, value in tower.left.items():
            as_scalar(value, tower.path(key))
    return values
