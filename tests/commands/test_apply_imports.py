"""What “rtedit apply” loads for a preset of a pack that comes with the app: most of what people wait for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from rtedit_desktop.support.paths import resources

_APPLY = """
import json, sys
from rtedit_desktop.cli import main
code = main()
print(json.dumps(sorted(sys.modules)))
sys.exit(code)
"""
HEAVY = (
    "PySide6", "diffusers", "open_clip", "torchvision", "timm", "transformers", "huggingface_hub", "scipy", "sympy",
    "torch._dynamo", "torch._inductor", "torch.distributed.tensor", "triton", "requests", "http.cookiejar",
    "rtedit_desktop.packs.installer", "rtedit_desktop.support.reporting.diagnostics",
    "rtedit_desktop.batch.running", "rtedit_desktop.commands.batch", "rtedit_desktop.commands.serve",
    "rtedit_desktop.remote.hosts", "rtedit_desktop.bench",
)  # fmt: skip
MOST_MODULES = 1520
"""With diffusers it was 3,500."""


@pytest.mark.parametrize("preset", ["packs/portraits/sepia.rtpreset", "presets/beard.rtpreset"])
def test_it_imports_what_it_uses(tmp_path: Path, preset: str) -> None:
    """For a pack without a text model, and for one that has one."""
    photo, result = tmp_path / "photo.png", tmp_path / "result.png"
    Image.new("RGB", (64, 64), (200, 150, 120)).save(photo)
    asked = ["apply", str(photo), "--preset", str(resources() / preset), "-o", str(result), "--quiet"]
    ended = subprocess.run(
        [sys.executable, "-c", _APPLY, *asked],
        env={**os.environ, "RTEDIT_HOME": str(tmp_path / "home")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert result.is_file()
    modules = json.loads(ended.stdout.splitlines()[-1])
    heavy = [name for name in modules if name in HEAVY]
    assert not heavy
    assert len(modules) < MOST_MODULES
