"""A pack's networks in memory: the U-Net as a denoiser, the CLIP as two functions."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from rtedit_desktop.core.errors import PackDamaged, PackError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.photos.picture_file import open_picture
from rtedit_desktop.diffusion.delta import BaseWeights
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.guidance import PLAIN, CLIPGuidance, ImagePreparation, text_direction
from rtedit_desktop.diffusion.pictures import to_tensor
from rtedit_desktop.diffusion.schedule import alphas_cumprod
from rtedit_desktop.diffusion.unet import UNet
from rtedit_desktop.diffusion.unet_config import UNetConfig, is_built_here
from rtedit_desktop.engine.machine.devices import is_out_of_memory, prefers_channels_last, records_calls
from rtedit_desktop.engine.machine.recorded_calls import RecordedCalls
from rtedit_desktop.packs import store
from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.packs.manifest.records import CLIP_FILE, PICTURES_FILE, UNET_FILE

MAX_PIXELS = 100_000_000
UNET_SHARE = 0.6
"""How much of loading a pack with its text model is over when its U-Net is there."""


@dataclass(frozen=True)
class TextModel:
    """A CLIP, and what makes its input of texts."""

    clip: nn.Module
    tokenizer: Callable[[list[str]], Tensor]


@dataclass(frozen=True)
class LoadedPack:
    """Owns the networks of one pack. ``base`` keeps the U-Net's own weights.

    ``clip_sha256`` is the hash of the CLIP's file: what a learned edit depends on besides the base. A pack without a
    text model has none, and brings its edits.
    """

    manifest: Manifest
    denoiser: Denoiser
    base: BaseWeights
    device: torch.device
    clip_sha256: str

    @cached_property
    def text_model(self) -> TextModel:
        """Loaded when it is first asked for: what was learned is applied without it.

        Raises PackError for a pack that has none, PackDamaged when its file does not fit.
        """
        if not self.has_text_model:
            raise PackError(
                tr("{title} has no text model, so it learns nothing from words.", title=self.manifest.info.title),
                tr("Teach it with pictures before and after the edit, or choose a larger model."),
            )
        return _text_model(self.manifest, self.device)

    @property
    def has_text_model(self) -> bool:
        return bool(self.manifest.clip_config)

    @property
    def waits_for_text_model(self) -> bool:
        """Whether asking for the text model takes a while now."""
        return self.has_text_model and "text_model" not in vars(self)

    @property
    def base_sha256(self) -> str:
        """The hash of the U-Net's file: what a weight delta belongs to."""
        return self.manifest.files[UNET_FILE].sha256

    @property
    def base_bytes(self) -> int:
        """The size of the U-Net's file."""
        return self.manifest.files[UNET_FILE].bytes

    def x0(self, picture: np.ndarray) -> Tensor:
        """(1, 3, S, S) in [-1, 1] on its device: a picture (H, W, 3) uint8 as its networks see it."""
        return to_tensor(picture, self.manifest.info.image_size).to(self.device)

    def encode_text(self, texts: list[str]) -> Tensor:
        """(N, D) embeddings, not normalised. Raises PackError for a pack without a text model."""
        tokens = self.text_model.tokenizer(texts).to(self.device)
        embedded: Tensor = self.text_model.clip.encode_text(tokens)  # type: ignore[operator]
        return embedded

    def guidance(self, source: str, prompt: str, softening: float = PLAIN) -> CLIPGuidance:
        """What an edit from ``source`` to ``prompt`` is judged by.

        Raises NoDirectionError for equal texts, PackError for a pack without a text model.
        """
        manifest = self.manifest
        prepare = ImagePreparation(manifest.clip_image_size, manifest.clip_mean, manifest.clip_std)
        direction = text_direction(self.encode_text, source, prompt, manifest.templates)
        return CLIPGuidance(self.text_model.clip.encode_image, prepare, direction, softening)  # type: ignore[arg-type]

    def embed(self, x: Tensor) -> Tensor:
        """(N, D) unit embeddings of pictures (N, 3, S, S). Raises PackError for a pack without a text model."""
        manifest = self.manifest
        prepare = ImagePreparation(manifest.clip_image_size, manifest.clip_mean, manifest.clip_std)
        encode = self.text_model.clip.encode_image
        return functional.normalize(encode(prepare(x)).float(), dim=-1)  # type: ignore[operator]

    def modules(self) -> Iterator[nn.Module]:
        """The layers of the U-Net, and of the image encoder where it is loaded."""
        yield from self.denoiser.net.modules()
        if self.has_text_model and not self.waits_for_text_model:
            yield from self.text_model.clip.visual.modules()  # type: ignore[union-attr]


def load(
    manifest: Manifest, device: torch.device, decoding: torch.dtype | None = None
) -> Iterator[tuple[str, float, LoadedPack | None]]:
    """Load a pack but its text model, yielding (what, fraction, None) before each part and the pack at the end.

    It decodes in ``decoding``, None for float32. Files are checked by size and sha256 first, that of the text model
    when it is loaded. Raises PackDamaged when anything does not fit, PackMissing when the pack uses a shared part that
    is not installed.
    """
    yield tr("checking the files"), 0.0, None
    for name in set(manifest.all_files()) - {UNET_FILE, CLIP_FILE}:  # the weights are when they are mapped
        store.verify_file(manifest, name)
    yield tr("the image model"), 0.2, None
    unet = _filled(lambda: build_unet(manifest), store.load_tensors(manifest, UNET_FILE), manifest.info.title)
    unet.eval().requires_grad_(False).to(device)
    if prefers_channels_last(device):
        unet.to(memory_format=torch.channels_last)
    record = manifest.record(CLIP_FILE) if manifest.clip_config else None
    clip_sha256 = record.sha256 if record is not None else ""
    pack = LoadedPack(
        manifest, _denoiser(manifest, unet, device, decoding), BaseWeights(unet, late=True), device, clip_sha256
    )
    yield tr("ready"), UNET_SHARE if pack.has_text_model else 1.0, pack


def _text_model(manifest: Manifest, device: torch.device) -> TextModel:
    from open_clip import CLIP, SimpleTokenizer

    tensors = store.load_tensors(manifest, CLIP_FILE)
    clip = _filled(lambda: CLIP(**manifest.clip_config), tensors, manifest.info.title)
    clip.eval().requires_grad_(False).to(device)
    clip.visual.to(memory_format=torch.channels_last)  # a tenth less time for its convolutions on a CPU
    return TextModel(clip, SimpleTokenizer(context_length=manifest.clip_config["text_cfg"]["context_length"]))


def load_pack(manifest: Manifest, device: torch.device) -> LoadedPack:
    """Load a pack in one go; see ``load``."""
    *_, (_, _, pack) = load(manifest, device)
    assert pack is not None  # the last thing that it yields
    return pack


def _denoiser(manifest: Manifest, unet: nn.Module, device: torch.device, decoding: torch.dtype | None) -> Denoiser:
    schedule = manifest.schedule
    return Denoiser(
        unet,
        alphas_cumprod(schedule.beta_start, schedule.beta_end, schedule.timesteps),
        prediction=manifest.prediction_type,
        learned_variance=manifest.learned_variance,
        pixel_unshuffle=manifest.pixel_unshuffle,
        decoding=decoding,
        calls=RecordedCalls() if records_calls(device) else None,
    )


def build_unet(manifest: Manifest) -> nn.Module:
    """The pack's U-Net with random weights: by diffusers where it is of a kind that ``diffusion.unet`` does not have.

    diffusers ties the sinusoid's width to the first block; nets with ``time_channels`` get both modules that depend on
    it anew.
    """
    if is_built_here(manifest.unet_config):
        return UNet(UNetConfig(**manifest.unet_config, time_channels=manifest.time_channels))
    from diffusers import UNet2DModel
    from diffusers.models.embeddings import TimestepEmbedding, Timesteps

    unet = UNet2DModel(**manifest.unet_config)
    if width := manifest.time_channels:
        config = unet.config
        unet.time_proj = Timesteps(width, config.flip_sin_to_cos, config.freq_shift)
        unet.time_embedding = TimestepEmbedding(width, config.time_embedding_dim or 4 * config.block_out_channels[0])
    module: nn.Module = unet
    return module


def own_pictures(manifest: Manifest) -> tuple[np.ndarray, ...]:
    """The pictures that come with a pack to learn on, (S, S, 3) uint8 each.

    Raises PackError when it has none, PackDamaged when they are not what the manifest says.
    """
    info, size = manifest.info, manifest.info.image_size
    if PICTURES_FILE not in manifest.files:
        raise PackError(
            tr("{title} has no pictures of its own to learn on.", title=info.title),
            tr("Choose a folder of pictures to learn from."),
        )
    content = store.read_verified(manifest, PICTURES_FILE)
    try:
        with open_picture(io.BytesIO(content), ["PNG"]) as sheet:
            if sheet.width % size or sheet.height % size or sheet.width * sheet.height > MAX_PIXELS:
                raise ValueError("not a sheet of pictures")
            pixels = np.asarray(sheet.convert("RGB"))
    except (OSError, ValueError, SyntaxError) as error:
        raise PackDamaged(
            tr("The pictures of the pack {title} are damaged.", title=info.title), tr("Install the pack again.")
        ) from error
    rows, columns = pixels.shape[0] // size, pixels.shape[1] // size
    cells = pixels.reshape(rows, size, columns, size, 3).swapaxes(1, 2).reshape(-1, size, size, 3)
    return tuple(cells)


def _filled(build: Callable[[], nn.Module], tensors: dict[str, Tensor], title: str) -> nn.Module:
    """The net that is built, with these weights.

    It is built without memory first: a manifest may describe one that is larger than any computer. A U-Net, which is
    nothing but its weights, then gets them one by one, and they are not there twice.
    """
    try:
        with torch.device("meta"):
            net = build()
        outline = {name: value.shape for name, value in net.state_dict().items()}
        if outline != {name: value.shape for name, value in tensors.items()}:
            raise ValueError("other weights than those of the net")
        if isinstance(net, UNet):
            for name in outline:  # copied, because a file that is mapped may change or go
                tensors[name] = tensors[name].to(torch.float32, copy=True)
            net.load_state_dict(tensors, strict=True, assign=True)
        else:
            net = build()
            net.load_state_dict(tensors, strict=True)
    except MemoryError:
        raise
    except Exception as error:  # whatever a library makes of numbers that contradict each other
        if is_out_of_memory(error):
            raise
        raise PackDamaged(
            tr("The weights of {title} do not fit the model its manifest describes.", title=title),
            tr("Install the pack again."),
        ) from error
    return net
