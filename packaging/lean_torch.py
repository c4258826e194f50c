"""A copy of the installed torch and torchvision without CUDA, made of links, for PyInstaller to look at first."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import cuda_stubs

LEFT_OUT = shutil.ignore_patterns(
    "__pycache__", "include", "protoc", "protoc-*", "share", "test", "*.a", "*.lib", "*.pyi", "*.h", "*.cuh", "*.cmake",
    "libtorch_cuda*", "libtorch_nvshmem*", "libcaffe2_nvrtc*", "libnvshmem*", "libnvrtc*", "image_stable*", "image.so",
)  # fmt: skip
WITH_CUDA = ("nvidia", "cuda", "triton")
TRIAL = """
import torch, torchvision
from diffusers import UNet2DModel
assert not torch.cuda.is_available()
net = UNet2DModel(sample_size=16, block_out_channels=(32, 32), layers_per_block=1,
                  down_block_types=("DownBlock2D", "AttnDownBlock2D"), up_block_types=("AttnUpBlock2D", "UpBlock2D"))
for kind in (torch.float32, torch.bfloat16):
    with torch.autocast("cpu", torch.bfloat16, enabled=kind is torch.bfloat16):
        net(torch.randn(1, 3, 16, 16), 5).sample.square().mean().backward()
torch.linalg.svd(torch.randn(8, 4))
with open("/proc/self/maps") as maps:
    assert "/nvidia/" not in maps.read(), "a library of NVIDIA's that is installed here was used"
"""


def make(into: Path) -> Path | None:
    """Write the copy and return the folder to put first on the path; None where torch is without CUDA anyway.

    Raises RuntimeError when this torch does not work without CUDA.
    """
    torch = _package("torch")
    if not (torch / "lib" / "libtorch_cuda.so").is_file():
        return None
    shutil.rmtree(into, ignore_errors=True)
    for package in (torch, _package("torchvision")):
        shutil.copytree(package, into / package.name, copy_function=_link, ignore=LEFT_OUT)
    for library in ("libtorch_cpu.so", "libtorch_python.so"):
        _strip(into / "torch" / "lib" / library)
    for library in cuda_stubs.make(torch / "lib", into / "stubs"):
        shutil.copy(library, into / "torch" / "lib" / library.name)
    _without_overrides(into / "torch" / "_native" / "ops" / "__init__.py")
    _try(into)
    return into


def _strip(library: Path) -> None:
    """Leave out the names of what is not called from outside: a fifth of the largest file."""
    smaller = library.with_suffix(".stripped")
    subprocess.run(["strip", "--strip-unneeded", "-o", str(smaller), str(library)], check=True)
    smaller.replace(library)


def _without_overrides(file: Path) -> None:
    """torch 2.15 lets Python replace operations on graphics cards, and looks for those while it is imported."""
    if file.exists():
        file.unlink()  # a link to the installed one
        file.write_text("", "utf-8")


def _try(into: Path) -> None:
    """With all that is installed but CUDA: torch looks for that wherever modules are found."""
    with tempfile.TemporaryDirectory() as folder:
        for installed in _package("torch").parent.iterdir():
            if not installed.name.startswith(WITH_CUDA):
                (Path(folder) / installed.name).symlink_to(installed)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(into), folder])}
        command = [sys.executable, "-S", "-c", TRIAL]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise RuntimeError(
            f"This torch does not work without CUDA ({ended.stderr.strip()[-2000:]}). "
            "Install a torch that was built for the CPU, or build with --device cuda."
        )


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{name} is not installed.")
    return Path(spec.origin).parent


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copy2(source, target)
