from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import UNet2DModel
from safetensors.torch import load_file, save_file
from support.nets.reference_nets import ADM, DDPM, seeded
from torch import Tensor, nn

from rtedit_desktop.core.packs.pack_installer import PackNotice, PackProgress
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.schedule import alphas_cumprod
from rtedit_desktop.engine.models import build_unet
from rtedit_desktop.packs import store
from rtedit_desktop.packs.convert import conversion, tensor_mapping
from rtedit_desktop.packs.convert import from_adm as convert_adm
from rtedit_desktop.packs.convert.checkpoint_file import CheckpointFile, open_checkpoint
from rtedit_desktop.packs.convert.conversion import convert
from rtedit_desktop.packs.convert.origin_names import by_name
from rtedit_desktop.packs.convert.unet_tensors import unet_shapes
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.packs.manifest.records import UNET_FILE, FileRecord

pytestmark = pytest.mark.slow  # each builds large networks, most of them twice

TOLERANCE = 1e-4


def small_ddpm(seed: int = 0) -> DDPM:
    return seeded(DDPM(32, (1, 1, 2), 2, (1,)), seed)


def small_adm(seed: int = 0, **changes: Any) -> ADM:
    """Two heads at the level with attention, or a wrong order of q, k and v would not show."""
    return seeded(ADM(**{"ch": 32, "mult": (1, 2, 4), "layers": 1, "attention": (2,), **changes}), seed)


def imported(path: Path, into: Path, domain: str | None = None) -> Manifest:
    steps = list(convert(path, into, domain))
    fractions = [step.fraction for step in steps if isinstance(step, PackProgress)]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    return manifests.read(into)


def saved(net: nn.Module, path: Path, **how: Any) -> Path:
    torch.save(net.state_dict(), path, **how)
    return path


def denoiser(manifest: Manifest) -> Denoiser:
    """As the engine loads it."""
    unet = build_unet(manifest)
    unet.load_state_dict(store.load_tensors(manifest, UNET_FILE), strict=True)
    schedule = manifest.schedule
    return Denoiser(
        unet.eval().requires_grad_(False),
        alphas_cumprod(schedule.beta_start, schedule.beta_end, schedule.timesteps),
        prediction=manifest.prediction_type,
        learned_variance=manifest.learned_variance,
        pixel_unshuffle=manifest.pixel_unshuffle,
    )


def distance(manifest: Manifest, net: nn.Module) -> float:
    """The largest difference of the noise estimates over several times, and that they are not all alike."""
    view, x = denoiser(manifest), torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    worst, outputs = 0.0, []
    for t in (0, 1, 350, 999):
        ours, theirs = view(x, t).eps, net(x, torch.full((2,), float(t)))[:, :3]
        worst = max(worst, float((ours - theirs).abs().max()))
        outputs.append(theirs)
    assert min(float(one.std()) for one in outputs) > 0.1
    assert float((outputs[0] - outputs[3]).abs().max()) > 0.05
    return worst


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_ddpm(tmp_path: Path, zipped: bool) -> None:
    net = small_ddpm()
    path = saved(net, tmp_path / "celeba_hq.ckpt", _use_new_zipfile_serialization=zipped)
    manifest = imported(path, tmp_path / "pack")
    assert manifest.info.id == "celebahq-256"
    assert manifest.info.image_size == 32
    assert (manifest.prediction_type, manifest.learned_variance, manifest.pixel_unshuffle) == ("epsilon", False, 1)
    assert manifest.unet_config["attention_head_dim"] is None
    assert manifest.info.suggestions
    store.verify_file(manifest, UNET_FILE)
    assert distance(manifest, net) < TOLERANCE


def test_adm(tmp_path: Path) -> None:
    net = small_adm()
    manifest = imported(saved(net, tmp_path / "afhq_dog_4m.pt"), tmp_path / "pack")
    assert manifest.info.id == "afhq-dog-256"
    assert manifest.learned_variance
    assert manifest.time_channels == 0
    assert distance(manifest, net) < TOLERANCE


@pytest.mark.parametrize("layers", [1, 2])
def test_adm_with_a_wider_sinusoid_and_classes(tmp_path: Path, layers: int) -> None:
    net = small_adm(ch=64, mult=(0.5, 1, 2), layers=layers, attention=(1, 2), classes=10)
    manifest = imported(saved(net, tmp_path / "512x512_diffusion.pt"), tmp_path / "pack")
    assert manifest.info.id == "imagenet-512"
    assert manifest.time_channels == 64
    assert manifest.unet_config["time_embedding_dim"] == 256
    assert not any("label" in name for name in load_file(manifest.path(UNET_FILE)))
    assert distance(manifest, net) < TOLERANCE
    assert manifests.parse(json.loads(manifest.to_json()), tmp_path / "pack") == manifest


def test_a_plain_cut_of_qkv_in_three_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def plain(joined: Tensor, which: int) -> Tensor:
        return joined.chunk(3)[which].reshape(joined.shape[0] // 3, *joined.shape[1:2])

    monkeypatch.setattr(convert_adm, "_legacy_part", plain)
    net = small_adm()
    manifest = imported(saved(net, tmp_path / "afhq_dog_4m.pt"), tmp_path / "pack")
    assert distance(manifest, net) > 100 * TOLERANCE


@pytest.mark.parametrize("flip", [True, False])
def test_a_wrong_sinusoid_would_be_seen(tmp_path: Path, flip: bool) -> None:
    """Sines and cosines the other way round, and the other family's last frequency."""
    net = small_ddpm() if flip else small_adm()
    manifest = imported(saved(net, tmp_path / "x.ckpt"), tmp_path / "pack")
    layout = json.loads(manifest.to_json())
    config = layout["unet"]["config"]
    for key, value in (("flip_sin_to_cos", not config["flip_sin_to_cos"]), ("freq_shift", 1 - config["freq_shift"])):
        changed = json.loads(json.dumps(layout))
        changed["unet"]["config"][key] = value
        assert distance(manifests.parse(changed, tmp_path / "pack"), net) > 10 * TOLERANCE


def model(net: nn.Module, tmp_path: Path) -> UNet2DModel:
    """The same net as diffusers has it."""
    manifest = imported(saved(net, tmp_path / "first.ckpt"), tmp_path / "first")
    assert not manifest.time_channels
    unet = UNet2DModel(**manifest.unet_config)
    unet.load_state_dict(load_file(manifest.path(UNET_FILE)))
    return unet


@pytest.mark.parametrize("kind", ["folder", "pipeline", "bin", "weights"])
@pytest.mark.parametrize("family", ["ddpm", "adm"])
def test_diffusers(tmp_path: Path, kind: str, family: str) -> None:
    net = small_ddpm() if family == "ddpm" else small_adm()
    unet, folder = model(net, tmp_path), tmp_path / "ddpm-church-256"
    if kind == "pipeline":
        unet.save_pretrained(folder / "unet")
        (folder / "scheduler").mkdir()
        noise = {"beta_start": 2e-4, "beta_end": 0.03, "beta_schedule": "linear", "num_train_timesteps": 1000}
        (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(noise))
    elif kind == "weights":
        folder.mkdir()
        save_file(unet.state_dict(), folder / "church.safetensors")
        folder = folder / "church.safetensors"
    else:
        unet.save_pretrained(folder, safe_serialization=kind == "folder")
    manifest = imported(folder, tmp_path / "pack")
    assert manifest.info.id == "lsun-church-256"
    assert manifest.schedule.beta_end == (0.03 if kind == "pipeline" else 0.02)
    assert distance(manifest, net) < TOLERANCE


def test_diffusers_with_the_older_names(tmp_path: Path) -> None:
    net = small_ddpm()
    older = {}
    for name, tensor in model(net, tmp_path).state_dict().items():
        for new, old in (("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")):
            name = name.replace(f".{new}.", f".{old}.")
        older[name] = tensor
    assert any("proj_attn" in name for name in older)
    save_file(older, tmp_path / "older.safetensors")
    assert distance(imported(tmp_path / "older.safetensors", tmp_path / "pack", "lsun-bedroom-256"), net) < TOLERANCE


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_stays_half(tmp_path: Path, dtype: torch.dtype) -> None:
    net = small_adm().to(dtype)
    manifest = imported(saved(net, tmp_path / "half.pt"), tmp_path / "pack", "afhq-dog-256")
    assert {tensor.dtype for tensor in load_file(manifest.path(UNET_FILE)).values()} == {dtype}
    assert distance(manifest, net.float()) < TOLERANCE


def test_mixed_precision_lies_where_it_may_lie(tmp_path: Path) -> None:
    net = small_ddpm()
    state = {name: t.half() if "block" in name else t for name, t in net.state_dict().items()}
    torch.save(state, tmp_path / "mixed.ckpt")
    manifest = imported(tmp_path / "mixed.ckpt", tmp_path / "pack")
    assert {tensor.dtype for tensor in load_file(manifest.path(UNET_FILE)).values()} == {torch.float16, torch.float32}


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the peak of a process is known on Linux")
def test_a_tensor_is_in_memory_once_while_it_is_looked_at(tmp_path: Path) -> None:
    large = 64 * 2**20
    path = tmp_path / "weights.pt"
    torch.save({"weight": torch.zeros(large // 2, dtype=torch.float16)}, path)
    file = open_checkpoint(path)
    before = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    kept = file.finite("weight")
    assert memory("VmHWM") - before < 1.25 * large
    assert kept.numel() == large // 2


def memory(field: str) -> int:
    """Bytes of this process, as Linux counts them."""
    return 1024 * int(Path("/proc/self/status").read_text().partition(f"{field}:")[2].split()[0])


def test_wrapped_state_dicts(tmp_path: Path) -> None:
    net = small_ddpm()
    torch.save({"state_dict": {f"module.{k}": v for k, v in net.state_dict().items()}}, tmp_path / "church.ckpt")
    assert distance(imported(tmp_path / "church.ckpt", tmp_path / "pack"), net) < TOLERANCE


@pytest.mark.parametrize(
    ("name", "domain", "id"),
    [
        ("celeba_hq.ckpt", None, "celebahq-256"),
        ("church_outdoor.ckpt", None, "lsun-church-256"),
        ("Bedroom.ckpt", None, "lsun-bedroom-256"),
        ("cat_unet.ckpt", None, "lsun-cat-256"),
        ("celeba_hq.ckpt", "lsun-church-256", "lsun-church-256"),
        ("catalogue.ckpt", None, "celebahq-256"),
    ],
)
def test_what_a_file_is_of(tmp_path: Path, name: str, domain: str | None, id: str) -> None:
    saved(small_ddpm(), tmp_path / name)
    steps = list(convert(tmp_path / name, tmp_path / "pack", domain))
    assert manifests.read(tmp_path / "pack").info.id == id
    guessed = [step for step in steps if isinstance(step, PackNotice)]
    assert bool(guessed) == (name == "catalogue.ckpt")


def test_a_conversion_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    path = saved(small_ddpm(), tmp_path / "face.ckpt")
    running = convert(path, tmp_path / "packs" / "pack")
    assert isinstance(running, Generator)
    for _ in range(5):
        next(running)
    assert list((tmp_path / "packs").iterdir())
    running.close()
    assert list((tmp_path / "packs").iterdir()) == []


CONFIGS: list[dict[str, Any]] = [
    {"layers_per_block": 1, "down_block_types": ["DownBlock2D", "AttnDownBlock2D"],
     "up_block_types": ["AttnUpBlock2D", "UpBlock2D"], "block_out_channels": [32, 64]},
    {"layers_per_block": 3, "down_block_types": ["AttnDownBlock2D", "DownBlock2D", "ResnetDownsampleBlock2D"],
     "up_block_types": ["ResnetUpsampleBlock2D", "UpBlock2D", "AttnUpBlock2D"], "block_out_channels": [32, 64, 32]},
    {"layers_per_block": 1, "down_block_types": ["AttnDownBlock2D", "AttnDownBlock2D"],
     "up_block_types": ["AttnUpBlock2D", "AttnUpBlock2D"], "block_out_channels": [32, 64],
     "downsample_type": "resnet", "upsample_type": "resnet", "resnet_time_scale_shift": "scale_shift"},
    {"layers_per_block": 1, "down_block_types": ["DownBlock2D"], "up_block_types": ["UpBlock2D"],
     "block_out_channels": [32], "add_attention": False, "time_embedding_dim": 64, "out_channels": 6},
]  # fmt: skip


@pytest.mark.parametrize("config", CONFIGS)
def test_the_list_of_tensors_is_that_of_diffusers(config: dict[str, Any]) -> None:
    config = {"in_channels": 3, "out_channels": 3, "attention_head_dim": 32, **config}
    with torch.device("meta"):
        real = UNet2DModel(**config)
    assert unet_shapes(config) == {name: tuple(tensor.shape) for name, tensor in real.state_dict().items()}


@pytest.mark.parametrize(
    ("net", "count", "tensors"),
    [
        (lambda: DDPM(128, (1, 1, 2, 2, 4, 4), 2, (4,)), 113_673_219, 450),
        (lambda: ADM(128, (1, 1, 2, 2, 4, 4), 1, (4,)), 93_563_910, 362),
        (lambda: ADM(256, (0.5, 1, 1, 2, 2, 4, 4), 2, (4, 5, 6), classes=1000), 558_997_638, 645),
    ],
    ids=["celebahq", "afhq-dog", "imagenet-512"],
)
def test_the_reference_nets_are_as_large_as_the_published_ones(net: Any, count: int, tensors: int) -> None:
    with torch.device("meta"):
        made = net()
    parameters = list(made.parameters())
    assert (sum(p.numel() for p in parameters), len(parameters)) == (count, tensors)


@pytest.mark.parametrize(
    ("name", "net", "id"),
    [
        ("celeba_hq.ckpt", lambda: DDPM(128, (1, 1, 2, 2, 4, 4), 2, (4,)), "celebahq-256"),
        ("church_outdoor.ckpt", lambda: DDPM(128, (1, 1, 2, 2, 4, 4), 2, (4,)), "lsun-church-256"),
        ("bedroom.ckpt", lambda: DDPM(128, (1, 1, 2, 2, 4, 4), 2, (4,)), "lsun-bedroom-256"),
        ("ffhq_10m.pt", lambda: ADM(128, (1, 1, 2, 2, 4, 4), 1, (4,)), "ffhq-256"),
        ("256x256_diffusion_uncond.pt", lambda: ADM(256, (1, 1, 2, 2, 4, 4), 2, (3, 4, 5)), "imagenet-256"),
        ("weights.pt", lambda: ADM(256, (1, 1, 2, 2, 4, 4), 2, (3, 4, 5)), "imagenet-256"),
    ],
)
def test_the_keys_and_shapes_of_published_files_fit(name: str, net: Any, id: str) -> None:
    """At their full size, by an outline that takes no memory."""
    with torch.device("meta"):
        tensors = net().state_dict()
    shapes = {key: tuple(tensor.shape) for key, tensor in tensors.items()}
    file = CheckpointFile(Path(name), shapes, dict.fromkeys(shapes, torch.float32), lambda key: tensors[key])
    mapping = conversion._mapping(file)
    tensor_mapping.check(file, mapping)
    assert mapping.image_size == 256 and not mapping.time_channels
    entry = by_name(Path(name)) or conversion._usual(mapping)
    assert entry.id == id
    layout = conversion._layout(mapping, entry, Path(name))
    with torch.device("meta"):
        built = build_unet(
            manifests.parse(conversion._with_record(layout, FileRecord(sha256="0" * 64, bytes=1)), Path("pack"))
        )
    assert {key: tuple(tensor.shape) for key, tensor in built.state_dict().items()} == dict(mapping.shapes)


def test_the_templates_are_those_of_open_clip_but_one() -> None:
    from open_clip.zero_shot_metadata import OPENAI_IMAGENET_TEMPLATES

    from rtedit_desktop.packs.convert.templates import TEMPLATES

    theirs = [template("{}") for template in OPENAI_IMAGENET_TEMPLATES]
    assert [one for one in theirs if one != "a photo of many {}."] == list(TEMPLATES)
