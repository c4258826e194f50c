"""Many photos from the command line."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.command_line import CommandHarness, brighter
from support.nets.engines import new_engine

from rtedit_desktop import cli
from rtedit_desktop.batch.record import interrupted
from rtedit_desktop.cli import main
from rtedit_desktop.commands import batch
from rtedit_desktop.commands.shared import quick
from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.events import Cancelled, DecodeStep, Event, Failed, Finished
from rtedit_desktop.core.requests import ApplyRequest
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.support.paths import resources


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))


@pytest.fixture
def out(harness: CommandHarness) -> Path:
    return harness.folder / "results ü"


def lighter(request: ApplyRequest, cancelled: threading.Event) -> Iterator[Event]:
    after = np.clip(request.picture.astype(int) + 30, 0, 255).astype(np.uint8)
    yield DecodeStep(job_id=request.job_id, index=1, of=1, t=0, picture=after)
    yield Finished(job_id=request.job_id, picture=after)


def test_a_folder_and_a_preset_with_a_real_engine(
    harness: CommandHarness, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert harness.learn() == 0
    before = {path: path.read_bytes() for path in harness.images.iterdir()}
    capsys.readouterr()
    assert harness.run("batch", harness.images, harness.photo, "--preset", "smiling face:0.8", "-o", out) == 0
    printed = capsys.readouterr()
    names = [f"{stem}-smiling face.png" for stem in ("0", "1", "2", "photo")]
    assert sorted(path.name for path in out.iterdir()) == names
    assert "4 of 4 photos are done" in printed.out
    assert "[1/4] 0.png" in printed.err and "saved: photo-smiling face.png" in printed.err
    assert {path: path.read_bytes() for path in harness.images.iterdir()} == before


def test_the_same_as_apply_makes_of_each(harness: CommandHarness, out: Path) -> None:
    assert harness.learn() == 0
    assert harness.run("batch", harness.photo, "--preset", "smiling face", "-o", out, "--name", "one{suffix}") == 0
    assert harness.run("apply", harness.photo, "--preset", "smiling face", "-o", harness.out) == 0
    assert np.array_equal(np.asarray(Image.open(out / "one.png")), np.asarray(Image.open(harness.out)))


def test_a_prompt_is_learned_on_each(harness: CommandHarness, out: Path) -> None:
    seen: list[Any] = []

    def watch(request: Any, cancelled: threading.Event) -> Iterator[Event]:
        seen.append(request)
        return brighter(request, cancelled)

    assert harness.play(watch, "batch", harness.images, "--prompt", "smiling face", "-o", out, "--seed", 5) == 0
    assert [(request.spec.prompt, request.spec.source, request.spec.settings.seed) for request in seen] == [
        ("smiling face", "face", 5)
    ] * 3
    assert sorted(path.name for path in out.iterdir())[0] == "0-smiling face.png"


@pytest.mark.parametrize(("options", "part"), [((), "up"), (("--no-quick",), "all"), (("--ray", "nowhere"), "all")])
def test_a_large_model_learns_quickly_where_no_card_is_seen(
    harness: CommandHarness, out: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], part: str
) -> None:
    """What is learned on other machines is learned as they can."""
    monkeypatch.setattr(quick, "has_card", lambda: False)
    info = replace(harness.catalog.manifest("tiny").info, quick={"learned_part": "up"})
    monkeypatch.setattr(batch, "chosen_pack", lambda catalog, wanted: info)
    args = cli._parser(["batch"]).parse_args(
        ["batch", str(harness.images), "--prompt", "smiling face", "-o", str(out), *options]
    )
    (layer,) = batch._by_prompt(args, harness.catalog)
    assert isinstance(layer.spec, EditSpec) and layer.spec.settings.learned_part == part


def test_json_tells_each_photo(harness: CommandHarness, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    harness.learn()
    (harness.images / "broken.png").write_bytes(b"no")
    capsys.readouterr()
    code = harness.play(lighter, "batch", harness.images, "--preset", "smiling face", "-o", out, "--json", "--quiet")
    printed = json.loads(capsys.readouterr().out)
    assert code == 9
    assert (printed["how"], printed["done"], printed["failed"], printed["left"]) == ("finished", 3, 1, 0)
    assert [photo["state"] for photo in printed["photos"]] == ["done", "done", "done", "failed"]
    assert "broken.png" in printed["photos"][3]["error"]["what"] and Path(printed["photos"][0]["result"]).is_file()


def test_what_failed_is_listed_at_the_end(
    harness: CommandHarness, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    harness.learn()
    (harness.images / "broken.png").write_bytes(b"no")
    command = ("batch", harness.images, "nowhere.png", "--preset", "smiling face", "-o", out, "--quiet")
    capsys.readouterr()
    assert harness.play(lighter, *command) == 9
    printed = capsys.readouterr()
    assert not printed.out and "2 photos could not be done:" in printed.err
    assert "broken.png: Could not open broken.png" in printed.err and "nowhere.png: it is not there" in printed.err


def test_again_does_nothing_twice(harness: CommandHarness, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    harness.learn()
    command = ("batch", harness.images, "--preset", "smiling face", "-o", out)
    assert harness.play(lighter, *command) == 0
    capsys.readouterr()
    assert harness.play(failing_always, *command) == 0
    assert "3 of 3 photos are done, 3 of them before" in capsys.readouterr().out


def failing_always(request: ApplyRequest, cancelled: threading.Event) -> Iterator[Event]:
    yield Failed(job_id=request.job_id, what="It went wrong.", todo="Do this.")


def test_an_engine_that_fails_ends_it(harness: CommandHarness, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    harness.learn()
    command = ("batch", harness.images, harness.photo, "--preset", "smiling face", "-o", out)
    capsys.readouterr()
    assert harness.play(failing_always, *command) == 9
    printed = capsys.readouterr()
    assert "the next would fare the same. It went wrong." in printed.err and "One photo is left." in printed.err


def test_ctrl_c_keeps_what_is_done_and_resume_goes_on(
    harness: CommandHarness, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    harness.learn()
    capsys.readouterr()
    jobs: list[Any] = []

    def interrupted_in_the_second(request: Any, cancelled: threading.Event) -> Iterator[Event]:
        jobs.append(request)
        if len(jobs) == 2:
            cancelled.set()
            return iter([Cancelled(job_id=request.job_id)])
        return lighter(request, cancelled)

    command = ("batch", harness.images, "--preset", "smiling face", "-o", out)
    assert harness.play(interrupted_in_the_second, *command) == 130
    printed = capsys.readouterr()
    assert "Cancelled; 2 photos are left." in printed.err and "--resume" in printed.err
    assert len(list(out.iterdir())) == 1 and not interrupted()
    assert harness.play(lighter, "batch", "--resume", "-o", out) == 0
    assert "3 of 3 photos are done, 1 of them before" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "printed"),
    [
        (("--preset", "smiling face"), "No photos are given"),
        (("IN",), "Give --preset or --prompt"),
        (("IN", "--preset", "smiling face", "--prompt", "smiling face"), "not allowed with"),
        (("IN", "--preset", "smiling face:9"), "out of range"),
        (("IN", "--preset", "smiling face", "--source", "face"), "belongs to --prompt"),
        (("IN", "--preset", "smiling face", "--name", "{x}"), "is not known in a name"),
        (("IN", "--preset", "smiling face", "--seed", "-1"), "out of range"),
        (("IN", "--prompt", "purple elephants"), "does not know"),
        (("--resume",), "no batch to go on with"),
        (("--resume", "--preset", "smiling face"), "Leave --preset and --prompt out"),
    ],
)
def test_what_cannot_be_meant_is_reported_before_any_work(
    harness: CommandHarness, out: Path, capsys: pytest.CaptureFixture[str], args: tuple[str, ...], printed: str
) -> None:
    harness.learn()
    capsys.readouterr()
    given = [harness.images if arg == "IN" else arg for arg in args]
    assert harness.play(failing_always, "batch", *given, "-o", out) == 2
    assert printed in capsys.readouterr().err and not out.exists()


def test_a_folder_without_photos_is_reported(
    harness: CommandHarness, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    harness.learn()
    empty = harness.folder / "empty"
    empty.mkdir()
    assert harness.play(failing_always, "batch", empty, "--preset", "smiling face", "-o", out) == 3
    assert "There are no photos" in capsys.readouterr().err


def test_photos_that_are_none_for_the_model_are_mentioned_and_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos, out = tmp_path / "photos", tmp_path / "out"
    photos.mkdir()
    shutil.copy(resources() / "samples" / "avatars" / "portrait-1.png", photos / "a.png")
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)).save(photos / "b.png")
    shutil.copy(photos / "b.png", photos / "c.png")
    preset = resources() / "presets" / "smiling.rtpreset"
    command = ["batch", str(photos), "--preset", str(preset), "-o", str(out)]
    engine = new_engine(Catalog([resources() / "packs"]))
    assert main([*command, "--json", "--quiet"], engine=engine) == 0
    own, other, copy = json.loads(capsys.readouterr().out)["photos"]
    assert (own["state"], own["notes"]) == ("done", [])
    assert other["state"] == "done" and "does not look like" in other["notes"][0]
    assert len(other["notes"]) == 1 and copy["notes"] == other["notes"]
    assert main([*command, "--overwrite", "--name", "again{suffix}"], engine=engine) == 0
    assert "Note: This does not look like" in capsys.readouterr().err
    engine.close()
