"""An offline machine: files of weights go through the installer, and a pack that edits comes out."""

from __future__ import annotations

import threading
from pathlib import Path

import open_clip
import pytest
import torch
from safetensors.torch import save_file
from support.nets.reference_nets import DDPM, seeded
from support.nets.tiny_clip import TINY

from rtedit_desktop.core.errors import CheckpointUnsafe
from rtedit_desktop.core.packs.pack_installer import PackNotice, PackReady
from rtedit_desktop.packs import store
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.installer import FolderPackInstaller
from rtedit_desktop.packs.manifest.shared_parts import PARTS, USUAL
from rtedit_desktop.support import paths


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))
    monkeypatch.setitem(PARTS, USUAL, TINY)  # type: ignore[arg-type]


@pytest.mark.parametrize("named", [True, False], ids=["with an id", "without"])
def test_a_checkpoint_and_a_clip_make_a_pack(tmp_path: Path, named: bool) -> None:
    torch.save(seeded(DDPM(32, (1, 2), 1, (1,))).state_dict(), tmp_path / "weights.ckpt")
    save_file(open_clip.CLIP(**TINY.config, quick_gelu=True).state_dict(), tmp_path / "clip.safetensors")
    catalog = Catalog([paths.user_packs()])
    installer = FolderPackInstaller(catalog)

    first = list(
        installer.import_pack(tmp_path / "weights.ckpt", threading.Event(), id="celebahq-256" if named else None)
    )
    assert isinstance(first[-1], PackReady)
    assert first[-1].id == "celebahq-256"
    assert catalog.packs() == []
    assert "needs the text model" in catalog.problems[0].what
    notices = " ".join(event.text for event in first if isinstance(event, PackNotice))
    assert ("do not say what they were trained on" in notices) != named

    second = list(installer.import_pack(tmp_path / "clip.safetensors", threading.Event(), id=USUAL if named else None))
    assert isinstance(second[-1], PackReady)
    (info,) = catalog.packs()
    assert info.id == "celebahq-256"
    store.verify(catalog.manifest(info.id))
    installer.verify(USUAL)
    assert info.settings_for("smiling face").t0 == 350


def test_a_hostile_file_leaves_nothing(tmp_path: Path) -> None:
    class Hostile:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "trace",)

    torch.save({"a": Hostile()}, tmp_path / "weights.ckpt")
    with pytest.raises(CheckpointUnsafe):
        list(
            FolderPackInstaller(Catalog([paths.user_packs()])).import_pack(tmp_path / "weights.ckpt", threading.Event())
        )
    assert not (tmp_path / "trace").exists()
    assert not [place for place in paths.user_packs().glob("*") if not place.name.startswith(".")]
