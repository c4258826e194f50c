"""A pack without pictures of its own asks an OpenAI CLIP whether the picture is of its domain."""

from __future__ import annotations

import threading
from pathlib import Path

import open_clip
import pytest
import torch
from safetensors.torch import save_file
from support.nets.engines import new_engine, picture
from support.nets.reference_nets import DDPM, seeded
from support.nets.tiny_clip import TINY
from torch import Tensor

from rtedit_desktop.core.domain import DomainCheck
from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.requests import CheckRequest
from rtedit_desktop.engine.domain import texts as domain_texts
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.packs import registry
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.convert.conversion import convert
from rtedit_desktop.packs.manifest import shared_parts
from rtedit_desktop.packs.manifest.shared_parts import PARTS, USUAL

FACES = "celebahq-256"


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """The pack of faces with random weights, and a small random CLIP in the place of OpenAI's."""
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))
    monkeypatch.setitem(PARTS, USUAL, TINY)  # type: ignore[arg-type]
    torch.save(seeded(DDPM(32, (1, 2), 1, (1,))).state_dict(), tmp_path / "net.pt")
    list(convert(tmp_path / "net.pt", tmp_path / "packs" / FACES, FACES))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        clip = open_clip.CLIP(**TINY.config, quick_gelu=True)
    save_file(clip.state_dict(), tmp_path / "clip.safetensors")
    list(convert(tmp_path / "clip.safetensors", shared_parts.folder(USUAL), USUAL))
    return Catalog([tmp_path / "packs"])


def check(catalog: Catalog) -> DomainCheck:
    engine = new_engine(catalog)
    last = list(engine.run(CheckRequest(picture=picture(), pack=FACES), threading.Event()))[-1]
    engine.close()
    assert isinstance(last, Finished) and last.check is not None
    return last.check


def seen_as(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The CLIP has an axis for each of the texts, and every picture lies on that of ``what``."""
    texts: dict[str, int] = {}

    def encode_text(_: LoadedPack, asked: list[str]) -> Tensor:
        return torch.stack([torch.eye(16)[texts.setdefault(text, len(texts))] for text in asked])

    def embedded(pack: LoadedPack, x: Tensor) -> Tensor:
        return encode_text(pack, [what])

    monkeypatch.setattr(LoadedPack, "encode_text", encode_text)
    monkeypatch.setattr(LoadedPack, "embed", embedded)


def test_a_church_is_sent_from_the_faces_to_the_churches(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    seen_as("a photo of a church", monkeypatch)
    found = check(catalog)
    assert not found.fits
    assert "photographs of faces" in found.advice and "(lsun-church-256), to download" in found.advice


def test_a_drawing_is_sent_to_the_pack_that_comes_with_the_app(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen_as("a cartoon drawing of a face", monkeypatch)
    assert "under Models" in check(catalog).advice, "which is not installed here"


def test_a_face_fits_the_faces(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    seen_as("a photo of a face", monkeypatch)
    assert check(catalog) == DomainCheck(fits=True)


def test_a_clip_that_cannot_tell_says_nothing(catalog: Catalog) -> None:
    """Random weights: every text is as near as every other, nearly."""
    found = check(catalog)
    assert found.fits == (not found.advice)


def test_only_a_clear_lead_counts() -> None:
    ids = ["a", "b"]
    assert domain_texts.clearly_nearer(ids, [0.20, 0.24], "a") == "b"
    assert domain_texts.clearly_nearer(ids, [0.20, 0.22], "a") == ""
    assert domain_texts.clearly_nearer(ids, [0.24, 0.20], "a") == ""


def test_every_pack_of_the_registry_with_one_domain_has_its_text() -> None:
    packs = {entry.id for entry in registry.entries() if not entry.shared_part}
    assert packs - {"imagenet-512", "imagenet-256"} == set(domain_texts._TEXTS) - {"avatars"}
