from __future__ import annotations

from pathlib import Path

import pytest
import torch
from diffusers import UNet2DModel
from safetensors.torch import load, load_file, save
from support.nets import tiny_pack as tiny
from torch import Tensor

from rtedit_desktop.core.errors import PackDamaged
from rtedit_desktop.engine import models
from rtedit_desktop.packs import store
from rtedit_desktop.packs.int8 import SCALE, from_int8, to_int8
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.packs.manifest.records import UNET_FILE


@pytest.fixture(scope="module")
def kept(tiny_pack: Path) -> dict[str, Tensor]:
    """The tiny pack's U-Net at a byte a weight."""
    return to_int8(load_file(tiny_pack / UNET_FILE))


EDITS = [{"file": "one.rtpreset", "title": "One", "phrases": ["one"]}]


def written(folder: Path, kept: dict[str, Tensor]) -> Manifest:
    """The tiny pack without a text model, with this U-Net."""
    layout = tiny.fields(clip=None, edits=EDITS, vocabulary=[], kind_of_word={}, suggestions=[])
    files = {UNET_FILE: save(kept, {"seen": "17"}), "one.rtpreset": b"-"}
    return store.write_pack(folder, layout, {}, files)


def test_a_weight_is_off_by_half_a_step_of_its_row_at_most() -> None:
    weights = torch.randn(5, 3, 3, 3) * torch.tensor([1e-4, 1.0, 30.0, 0.0, 1.0]).view(-1, 1, 1, 1)
    vector, number = torch.randn(7), torch.tensor(3)
    kept = to_int8({"kernel": weights, "vector": vector, "number": number})
    assert kept["kernel"].dtype == torch.int8 and kept["vector"].dtype == torch.float16
    back = from_int8(kept)
    assert list(back) == ["kernel", "vector", "number"] and back["number"] == 3
    step = weights.flatten(1).abs().amax(1) / 127
    assert ((back["kernel"] - weights).flatten(1).abs().amax(1) <= step / 2 + 1e-9).all()
    assert from_int8(to_int8(back))["kernel"].allclose(back["kernel"], rtol=1e-5)


def test_a_float_tensor_called_scale_is_a_weight_like_others() -> None:
    tensors = {"norm": torch.ones(2), "norm.scale": torch.ones(2).half(), "alone.scale": torch.ones(3)}
    assert {name: value.dtype for name, value in from_int8(tensors).items()} == dict.fromkeys(tensors, torch.float32)


def test_a_pack_of_a_byte_a_weight_is_half_as_large_and_loads(
    tiny_pack: Path, kept: dict[str, Tensor], tmp_path: Path
) -> None:
    manifest = written(tmp_path / "small", kept)
    half = manifests.read(tiny_pack)
    assert manifest.files[UNET_FILE].bytes < 0.62 * half.files[UNET_FILE].bytes
    pack = models.load_pack(manifest, torch.device("cpu"))
    assert pack.base_sha256 == manifest.files[UNET_FILE].sha256
    expanded = from_int8(kept)
    for name, value in pack.denoiser.net.state_dict().items():
        assert torch.equal(value, expanded[name]), name
    float_net, x, t = UNet2DModel(**half.unet_config), torch.randn(1, 12, 16, 16), torch.tensor([300])
    float_net.load_state_dict(store.load_tensors(half, UNET_FILE))
    with torch.no_grad():
        of_float, of_bytes = float_net.eval()(x, t).sample, pack.denoiser.net(x, t)
    assert (of_bytes - of_float).square().mean() < 1e-3 * of_float.square().mean()


def test_the_file_can_be_trained_on_from(kept: dict[str, Tensor], tmp_path: Path) -> None:
    content = written(tmp_path / "small", kept).path(UNET_FILE).read_bytes()
    assert b'"seen":"17"' in content[:1000]
    assert from_int8(load(content)).keys() == {name for name in kept if not name.endswith(SCALE)}


def _spoilt(kept: dict[str, Tensor], change: str) -> dict[str, Tensor]:
    name = next(name for name, value in kept.items() if value.dtype == torch.int8)
    scale = kept[name + SCALE]
    other = {
        "no scale": None,
        "another shape": scale[:-1].clone(),
        "a matrix": scale[:, None].clone(),
        "another dtype": scale.double(),
        "not a number": torch.full_like(scale, float("nan")),
        "infinite": torch.full_like(scale, float("inf")),
    }
    spoilt = dict(kept)
    if change == "int8 vector":
        spoilt["conv_in.bias"] = torch.ones(32, dtype=torch.int8)
        spoilt["conv_in.bias" + SCALE] = torch.ones(32)
    elif (value := other[change]) is None:
        del spoilt[name + SCALE]
    else:
        spoilt[name + SCALE] = value
    return spoilt


@pytest.mark.parametrize(
    "change",
    ["no scale", "another shape", "a matrix", "another dtype", "not a number", "infinite", "int8 vector"],
)
def test_scales_that_are_none_are_refused(kept: dict[str, Tensor], tmp_path: Path, change: str) -> None:
    manifest = written(tmp_path / "spoilt", _spoilt(kept, change))
    with pytest.raises(PackDamaged, match="does not hold weights"):
        store.load_tensors(manifest, UNET_FILE)


def test_weights_of_another_net_are_refused(kept: dict[str, Tensor], tmp_path: Path) -> None:
    name = next(name for name, value in kept.items() if value.dtype == torch.int8)
    other = {**kept, name: kept[name][:-1].clone(), name + SCALE: kept[name + SCALE][:-1].clone()}
    with pytest.raises(PackDamaged, match="do not fit"):
        models.load_pack(written(tmp_path / "other", other), torch.device("cpu"))


def test_a_scale_without_its_int8_weights_is_refused(kept: dict[str, Tensor], tmp_path: Path) -> None:
    other = {**kept, "lone.scale": torch.ones(3)}
    with pytest.raises(PackDamaged, match="do not fit"):
        models.load_pack(written(tmp_path / "other", other), torch.device("cpu"))
