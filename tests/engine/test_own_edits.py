"""A pack that brings its edits, with and without a text model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.nets import tiny_pack
from support.nets.engines import edit, failed, finished, loaded, new_engine, picture, picture_of, run

from rtedit_desktop.core.edits import EditSpec, MixSpec, PresetUse
from rtedit_desktop.core.events import Adapting, Finished, Notice
from rtedit_desktop.core.packs.pack_info import PAIR_SETTINGS
from rtedit_desktop.core.requests import ApplyRequest, KeepRequest, LearnRequest, Pair, RecallRequest, Request
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.presets.format import read_info, read_weights, write

EDITS = [
    {"file": "bright.rtpreset", "title": "Bright", "phrases": ["bright face", "bright"]},
    {"file": "dark.rtpreset", "title": "Dark", "phrases": ["dark face", "dark"]},
]


@pytest.fixture(scope="module")
def presets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Two edits of the tiny pack's U-Net, learned from pairs."""
    folder = tmp_path_factory.mktemp("own")
    tiny_pack.write(folder / "packs" / "tiny")
    engine = new_engine(Catalog([folder / "packs"]))
    made = {}
    for name, change in (("bright", 70), ("dark", -70)):
        pairs = []
        for seed in range(4):
            before = picture(seed)
            pairs.append(Pair(before, (before.astype(int) + change).clip(0, 255).astype(np.uint8)))
        settings = replace(PAIR_SETTINGS, iterations=25, noise_draws=4, steps=2, learning_rate=2e-3)
        request = LearnRequest(
            spec=EditSpec(pack="tiny", prompt=name, source="face", settings=settings),
            output=folder / f"{name}.rtpreset",
            title=name.capitalize(),
            pairs=tuple(pairs),
        )
        done = ended(engine, request)
        assert done.preset is not None
        made[f"{name}.rtpreset"] = done.preset.read_bytes()
    engine.close()
    return made


def ended(engine: TorchEngine, request: Request) -> Finished:
    last = run(engine, request)[-1]
    assert isinstance(last, Finished), last
    return last


def engine_with(folder: Path, presets: dict[str, bytes], *, text_model: bool) -> TorchEngine:
    changes: dict[str, Any] = {"edits": EDITS, "vocabulary": [], "suggestions": [], "kind_of_word": {}}
    if not text_model:
        changes["clip"] = None
    tiny_pack.write(folder / "tiny", others=presets, **changes)
    return new_engine(Catalog([folder]))


@pytest.fixture
def wordless(tmp_path: Path, presets: dict[str, bytes]) -> TorchEngine:
    return engine_with(tmp_path, presets, text_model=False)


def test_a_prompt_applies_the_edit_that_it_names_at_once(wordless: TorchEngine) -> None:
    events = run(wordless, edit(prompt="bright face"))
    assert not [event for event in events if isinstance(event, (Adapting, Notice))]
    done = events[-1]
    assert isinstance(done, Finished) and done.instant and done.score is None
    assert picture_of(done).mean() > picture(0).mean() + 5
    path = loaded(wordless).manifest.info.folder / "bright.rtpreset"
    mix = MixSpec(pack="tiny", uses=(PresetUse(path),), seed=7, steps=3)
    applied = finished(wordless, ApplyRequest(spec=mix, picture=picture(0)))
    np.testing.assert_array_equal(picture_of(done), picture_of(applied))


def test_several_are_mixed_and_each_at_its_strength(wordless: TorchEngine) -> None:
    both, little, bright = (
        picture_of(finished(wordless, edit(prompt=prompt)))
        for prompt in ("bright dark face", "slightly bright face", "bright face")
    )
    assert picture(0).mean() < little.mean() < bright.mean()
    assert not np.array_equal(both, bright)


def test_of_several_that_pairs_taught_each_is_made_on_what_the_one_before_made(
    wordless: TorchEngine, tmp_path: Path
) -> None:
    finished(wordless, edit(prompt="bright face"))
    pack = loaded(wordless)
    shapes = {name: tuple(p.shape) for name, p in pack.denoiser.net.named_parameters()}
    uses = []
    for name in ("bright", "dark"):
        path = pack.manifest.info.folder / f"{name}.rtpreset"
        info = read_info(path)
        tonal = replace(info.spec, settings=replace(info.spec.settings, blending="tonal"))
        own = tmp_path / f"tonal-{name}.rtpreset"
        write(own, replace(info, path=own, spec=tonal), read_weights(path, shapes, pack.base_sha256))
        uses.append(PresetUse(own, 0.8))
    together = finished(wordless, ApplyRequest(spec=MixSpec(pack="tiny", uses=tuple(uses)), picture=picture(0)))
    shown = picture(0)
    for use in uses:
        shown = picture_of(finished(wordless, ApplyRequest(spec=MixSpec(pack="tiny", uses=(use,)), picture=shown)))
    np.testing.assert_array_equal(picture_of(together), shown)


def test_words_that_no_edit_explains_are_told_with_the_ways_out(wordless: TorchEngine) -> None:
    notices = [event for event in run(wordless, edit(prompt="bright pirate")) if isinstance(event, Notice)]
    assert "“pirate”" in str(notices[0].text) and "before and after" in str(notices[0].text)
    failure = failed(wordless, edit(prompt="pirate hat"))
    assert "cannot do that yet" in str(failure.what) and "bright face" in str(failure.todo)


def test_a_mixture_is_kept_as_a_preset_that_gives_the_same(wordless: TorchEngine, tmp_path: Path) -> None:
    request = edit(prompt="bright face")
    shown = finished(wordless, request)
    kept = ended(wordless, KeepRequest(edit=request, output=tmp_path / "kept.rtpreset"))
    assert kept.preset is not None
    mix = MixSpec(pack="tiny", uses=(PresetUse(kept.preset),))
    again = finished(wordless, ApplyRequest(spec=mix, picture=picture(0)))
    assert np.abs(picture_of(again).astype(int) - picture_of(shown)).mean() < 3


def test_what_is_known_is_told_without_a_try(wordless: TorchEngine) -> None:
    finished(wordless, edit(prompt="bright face"))
    edits = (edit(prompt="dark face").spec, edit(prompt="pirate").spec)
    assert ended(wordless, RecallRequest(edits=edits, picture=picture(0))).known == (True, False)


def test_learning_from_words_alone_is_refused_with_a_sentence(wordless: TorchEngine, tmp_path: Path) -> None:
    spec = EditSpec(pack="tiny", prompt="bright face", source="face")
    request = LearnRequest(spec=spec, output=tmp_path / "a.rtpreset", pictures=(picture(0),))
    assert "no text model" in str(failed(wordless, request).what)


def test_a_text_model_learns_what_the_edits_do_not_explain(tmp_path: Path, presets: dict[str, bytes]) -> None:
    engine = engine_with(tmp_path, presets, text_model=True)
    learned = run(engine, edit(prompt="bright pirate"))
    assert [event for event in learned if isinstance(event, Adapting)]
    assert finished(engine, edit(prompt="bright face")).instant


def test_a_damaged_edit_is_told_and_never_applied(wordless: TorchEngine, tmp_path: Path) -> None:
    path = tmp_path / "tiny" / "bright.rtpreset"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert "bright.rtpreset" in str(failed(wordless, edit(prompt="bright face")).what)
