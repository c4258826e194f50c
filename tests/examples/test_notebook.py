"""The example runs as it stands, and its picture is the app's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from support.nets.engines import finished, picture

from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.requests import EditRequest
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog

NOTEBOOK = Path(__file__).parents[2] / "examples" / "notebook.py"


def cells() -> list[str]:
    """The code of every cell, in order."""
    parts = NOTEBOOK.read_text("utf-8").split("# %% ")
    return [part.partition("\n")[2] for part in parts if part and not part.startswith("[markdown]")]


def apps_picture(catalog: Catalog, names: dict[str, Any]) -> np.ndarray:
    pack, settings = names["manifest"].info.id, names["settings"]
    spec = EditSpec(pack=pack, prompt=names["prompt"], source=names["source"], settings=settings)
    request = EditRequest(spec=spec, picture=names["picture"])
    got = finished(TorchEngine(catalog, names["device"]), request).picture
    assert got is not None
    return got


@pytest.mark.parametrize("precision", [None, torch.bfloat16])
@pytest.mark.parametrize(
    "changes", [{}, {"refine_from": 200, "overshoot": 1.4}, {"encoding": "deterministic", "preserve": False}], ids=str
)
def test_its_picture_is_the_apps_bit_for_bit(
    tiny_pack: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    precision: torch.dtype | None,
    changes: dict[str, Any],
) -> None:
    monkeypatch.chdir(tmp_path)
    catalog = Catalog([tiny_pack.parent])
    manifest = catalog.manifest("tiny")
    chosen: dict[str, Any] = {
        "manifest": manifest,
        "picture": picture(3),
        "prompt": "old face",
        "source": "face",
        "settings": manifest.info.settings_for("old face", seed=7, learning_rate=1e-3, **changes),
        "device": Device(torch.device("cpu"), precision),
    }
    imports, choice, *rest = cells()
    names: dict[str, Any] = {}
    exec(imports, names)
    assert "Catalog.default()" in choice
    names.update(chosen)
    for cell in rest:
        exec(cell, names)
    expected = apps_picture(catalog, names)
    assert np.array_equal(names["edited"], expected)
    assert not np.array_equal(expected, chosen["picture"])
    assert np.array_equal(names["row"][2], expected)
    assert (tmp_path / "edited.png").exists()


@pytest.mark.slow
def test_as_it_stands_its_picture_is_the_apps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(NOTEBOOK.read_text("utf-8"), names)
    assert np.array_equal(names["edited"], apps_picture(Catalog.default(), names))
