"""``rtedit bench evidence``: every part on the tiny pack, going on where it stopped, and what it shows."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from PIL import Image
from support.nets import tiny_pack as packs
from support.nets.engines import picture

from rtedit_desktop.bench import quality
from rtedit_desktop.bench.compare.tally import outcome, tally
from rtedit_desktop.bench.evidence import decoding, encoding, estimates, metrics, page, preference, subject
from rtedit_desktop.bench.evidence.record import Record
from rtedit_desktop.bench.evidence.subject import Subject
from rtedit_desktop.cli import main
from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.manifest import reading as manifest

pytestmark = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("piq", "matplotlib")),
    reason="the extra [bench] is not installed: piq, matplotlib",
)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    for n in range(3):
        Image.fromarray(picture(n)).save(folder / f"{n}.png")
    return folder


@pytest.fixture
def measured(tiny_pack: Path, photos: Path) -> Subject:
    found = manifest.read(tiny_pack).as_loaded()
    return subject.load(found, Device(torch.device("cpu")), 0, (3, 2), photos, photos, found)


def evidence(pack: Path, photos: Path, out: Path, *more: str) -> int:
    way = ["--pack-folder", str(pack), "--photos", str(photos), "--learn-on", str(photos), "--small"]
    return main(["bench", "evidence", *way, "--held-out", str(pack), "--out", str(out), *more])


@pytest.mark.slow
def test_every_part_of_a_pack_with_words(
    tiny_pack: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert evidence(tiny_pack, photos, out, "--parts", "encoding", "estimates") == 0
    first = json.loads((out / "evidence.json").read_text("utf-8"))["found"]
    assert len([key for key in first if "/encoding/" in key]) == 4
    assert [key.rpartition("/")[2] for key in first if "/estimates/" in key] == [
        *estimates.BY_WORDS,
        *estimates.BY_PAIRS,
    ]
    with monkeypatch.context() as patch:

        def again(*given: object) -> None:
            raise AssertionError("measured twice")

        patch.setattr(encoding, "measure", again)
        patch.setattr(estimates, "measure", again)
        capsys.readouterr()
        assert evidence(tiny_pack, photos, out) == 0
    text = capsys.readouterr().out
    assert (out / "evidence.md").read_text("utf-8") == text
    for what in (
        "Encoding and decoding",
        "one-step estimate",
        "Decoding steps",
        "Preferred by a judge",
        "against blur",
    ):
        assert what in text
    for part in ("encoding", "estimates", "decoding", "preference", "blur"):
        assert f"(tiny-{part}.svg)" in text
        assert ElementTree.parse(out / f"tiny-{part}.svg").getroot().tag.endswith("svg")
    assert len(list((out / "tiny" / preference.BASELINE).iterdir())) == 2
    record = Record(out, json.loads((out / "evidence.json").read_text("utf-8"))["scale"])
    assert page.won(record, "tiny", preference.PAPER, preference.BASELINE) is not None


@pytest.mark.slow
def test_a_pack_without_words_is_measured_by_what_needs_none(photos: Path, tmp_path: Path) -> None:
    wordless = tmp_path / "packs" / "tiny"
    edits = [{"file": "dark.rtpreset", "title": "Dark", "phrases": ["dark"]}]
    files = {"dark.rtpreset": b"never read here"}
    packs.write(wordless, others=files, edits=edits, clip=None, vocabulary=[], suggestions=[], kind_of_word={})
    assert evidence(wordless, photos, tmp_path / "out") == 0
    found = json.loads((tmp_path / "out" / "evidence.json").read_text("utf-8"))["found"]
    parts = {key.split("/")[1] for key in found if key.startswith("tiny/")}
    assert parts == {"about", "encoding", "estimates", "decoding"}
    assert "psnr to the after picture" in found[f"tiny/decoding/{estimates.PAIRS}"]["1"]


def test_other_options_are_not_mixed(tiny_pack: Path, photos: Path, tmp_path: Path) -> None:
    assert evidence(tiny_pack, photos, tmp_path / "out", "--parts", "encoding") == 0
    assert evidence(tiny_pack, photos, tmp_path / "out", "--parts", "encoding", "--seed", "4") == 2


@pytest.mark.parametrize("wrong", [["--pictures", "0"], ["--seed", "-1"], ["--threads", "0"], ["--t0-step", "0"]])
def test_wrong_numbers_are_a_sentence(
    wrong: list[str], tiny_pack: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evidence(tiny_pack, photos, tmp_path / "out", *wrong) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_without_photographs_it_says_what_to_name(tiny_pack: Path, tmp_path: Path) -> None:
    assert main(["bench", "evidence", "--small", "--pack-folder", str(tiny_pack), "--out", str(tmp_path / "out")]) == 2


def test_how_long_the_parts_took_is_kept_and_told(tmp_path: Path) -> None:
    record = Record(tmp_path, {})
    for key in ("a", "b", "a"):
        with record.timed("encoding"):
            record.once(key, lambda: sum(range(10**6)))
    with record.timed("blur"):
        record.once("b", lambda: 1)
    clock, processor = record.get("seconds/encoding") or (-1, -1)
    assert min(clock, processor) >= 0 and record.get("seconds/blur") is None, "what was there took no time"
    assert page.to_markdown(record).count("minutes") == 1 and ": encoding 0.0." in page.to_markdown(record)
    assert "It took 0.0 minutes" in page.to_markdown(Record(tmp_path / "new", {}))


def test_a_record_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "evidence.json").write_text("[]", "utf-8")
    with pytest.raises(SettingsError, match="no record"):
        Record(tmp_path, {})


def test_what_the_metrics_say_of_blur() -> None:
    sharp = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(0)) * 2 - 1
    soft = torch.nn.functional.avg_pool2d(sharp, 3, stride=1, padding=1)
    assert metrics.sharpness(sharp, sharp) == 1
    assert metrics.sharpness(soft, sharp) < 0.5
    for nearness, way in ((metrics.psnr, 1), (metrics.ssim, 1), (metrics.gmsd, -1)):
        same, other = nearness(sharp, sharp), nearness(soft, sharp)
        assert all(way * (a - b) > 0 for a, b in zip(same, other, strict=True))
    assert metrics.psnr(sharp, -sharp)[0] == pytest.approx(10 * np.log10(1 / float((sharp[0] ** 2).mean())), abs=1e-3)


def test_every_picture_has_noise_of_its_own(measured: Subject) -> None:
    x0 = measured.x0([0, 1, 2])
    together = encoding.latents(measured, x0, [0, 1, 2], 400, "stochastic", 0)
    alone = encoding.latents(measured, x0[1:2], [1], 400, "stochastic", 0)
    assert torch.equal(together[1:2], alone)
    assert not torch.equal(alone, encoding.latents(measured, x0[1:2], [1], 400, "stochastic", 1))


def test_the_base_is_given_back_and_the_delta_kept(measured: Subject, tmp_path: Path) -> None:
    net = measured.pack.denoiser.net
    before = [p.detach().clone() for p in net.parameters()]
    assert decoding.methods(measured) == estimates.BY_WORDS, "of a pack that learns from words"
    for method in estimates.methods(measured):
        keep = tmp_path / f"{method}.safetensors"
        found = estimates.measure(measured, method, [0], 2, 1, 0, keep)
        assert list(found) == ["0", "1", "2"]
        assert estimates.load_delta(keep)
        assert all(torch.equal(p, kept) for p, kept in zip(net.parameters(), before, strict=True))


def test_a_toned_picture_is_brown_and_as_sharp() -> None:
    grey = torch.rand(1, 1, 8, 8).expand(1, 3, 8, 8) * 0.5 - 0.5
    red, green, blue = estimates.toned(grey)[0]
    assert (red >= green).all() and (green >= blue).all()


def test_alike_is_a_tie() -> None:
    assert [outcome(a, b) for a, b in ((0.9, 0.2), (0.5, 0.52), (0.1, 0.4))] == [1, 0, -1]
    assert page.shares(tally([1, 0, -1, 1]))[:4] == ["4", "50 %", "25 %", "25 %"]


def test_avatars_are_judged_by_what_counts() -> None:
    device = Device(torch.device("cpu"))
    avatars = subject.load(Catalog.default().manifest("avatars"), device, 0, (3, 2), None, None, None)
    assert avatars.truths is not None and len(avatars.pictures) == 200 and len(avatars.taught) == 2
    for job in preference.jobs(avatars, 3, 0):
        asked, value = quality.PROMPTS[job.prompt]
        assert avatars.truths[job.picture][asked] != value
        assert asked not in avatars.others(job.prompt, job.picture)
        judged = preference.judged(avatars, job, avatars.pictures[job.picture])
        assert judged["asked"] == 0 and judged["kept"] == 1 and judged["match"] < 0.5
    smiling = avatars.without("smiling face", 50)
    assert len(smiling) == 50
    assert all(avatars.truths[i]["expression"] != "smiling" for i in smiling)
