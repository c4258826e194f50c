"""``--then``: several edits of one photo, each on the picture that the one before made."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.command_line import CommandHarness, GivenEngine, edit, failing

from rtedit_desktop.cli import main
from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.events import DecodeStep, Event, Finished
from rtedit_desktop.core.json_reader import Fields
from rtedit_desktop.core.photos.face import Face
from rtedit_desktop.core.photos.geometry import Point
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.core.requests import ApplyRequest, EditRequest
from rtedit_desktop.core.stack import read_stack
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.packs.catalog import Catalog


def lighter(request: EditRequest | ApplyRequest, cancelled: threading.Event) -> Iterator[Event]:
    """By ten levels times the strength."""
    spec = request.spec
    strength = spec.settings.strength if isinstance(spec, EditSpec) else sum(use.strength for use in spec.uses)
    after = np.clip(request.picture + 10 * strength, 0, 255).astype(np.uint8)
    yield DecodeStep(job_id=request.job_id, index=1, of=1, t=0, picture=after)
    yield Finished(job_id=request.job_id, picture=after, score=0.2, seconds={"total": 1.0})


def test_each_edit_sees_what_those_before_it_made(catalog: Catalog, photo: Path, tmp_path: Path) -> None:
    code, engine = edit(
        catalog, photo, "smiling face", "--square", "0,0,32", "--strength", "0.5",
        "--then", "old face", "--square", "8,8,32", "--then", "old face", "--strength", "1.5", "--seed", "7",
        script=lighter,
    )  # fmt: skip
    assert code == 0
    assert [request.spec.prompt for request in engine.requests] == ["smiling face", "old face", "old face"]
    assert [request.spec.settings.strength for request in engine.requests] == [0.5, 1.0, 1.5]
    assert engine.requests[2].spec.settings.seed == 7
    before = np.asarray(Image.open(photo)).astype(int)
    one, two, three = (request.picture.astype(int) for request in engine.requests)
    assert np.array_equal(one, before[:32, :32])
    grown = two - before[8:, 8:40]
    assert grown[:18, :18].min() >= 4 and not grown[25:, 25:].any()  # where the two squares meet
    assert (three - before[8:, 8:40])[10:15, 10:15].min() >= 14  # the square holds until another is given
    grown = np.asarray(Image.open(photo.with_name("out.png"))).astype(int) - before
    assert not grown[:, 41:].any() and grown[20, 20].min() >= 28


def test_presets_and_prompts_in_one_stack(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    assert harness.learn() == 0
    capsys.readouterr()
    file = harness.library.presets()[0].path
    command = (
        "apply", harness.photo, "--preset", "smiling face:0.8", "--then", "old face", "--preset", f"{file}:0.3",
        "-o", harness.out,
    )  # fmt: skip
    assert harness.play(lighter, *command) == 0
    printed = capsys.readouterr()
    assert "smiling face at 80 %, then old face, then smiling face at 30 %, 3.0 s." in printed.out
    assert "Edit 2 of 3: old face" in printed.err
    assert harness.play(lighter, *command, "--overwrite", "--json", "--quiet") == 0
    layers = json.loads(capsys.readouterr().out)["layers"]
    assert [layer["pack"] for layer in layers] == ["tiny"] * 3
    assert layers[0]["presets"] == [{"title": "smiling face", "strength": 0.8}] and layers[1]["prompt"] == "old face"


def test_the_real_engine_makes_a_stack(harness: CommandHarness) -> None:
    """The same photo twice: what is learned for the second edit is learned of what the first one made."""
    assert harness.learn() == 0
    alone = harness.folder / "alone.png"
    assert harness.run("apply", harness.photo, "--preset", "smiling face", "-o", alone) == 0
    command = ("--preset", "smiling face", "--then", "--preset", "smiling face", "-o")
    assert harness.run("apply", harness.photo, *command, harness.out) == 0
    twice, once = (np.asarray(Image.open(path)).astype(int) for path in (harness.out, alone))
    assert not np.array_equal(twice, once)
    again = harness.folder / "again.png"
    assert harness.run("apply", alone, "--preset", "smiling face", "-o", again) == 0
    assert np.abs(np.asarray(Image.open(again)).astype(int) - twice).max() <= 2


def test_the_recipe_inside_the_photo_can_be_read_again(harness: CommandHarness, tmp_path: Path) -> None:
    kept: list[str] = []

    class Service(FilePhotoService):
        def save(self, *args: object, **more: object) -> None:
            kept.append(str(more["recipe"]))
            super().save(*args, **more)  # type: ignore[arg-type]

    args = ["edit", str(harness.photo), "smiling face", "--then", "old face", "-o", str(harness.out), "--embed-recipe"]
    assert main(args, engine=GivenEngine(lighter), photo_service=Service(), catalog=harness.catalog) == 0
    form = json.loads(kept[0])
    for layer in form["layers"]:
        assert layer.pop("region") is False
        for more in ("score", "picked"):
            layer.pop(more)
    del form["app"]
    prompts = [layer.spec.prompt for layer in read_stack(Fields(form)).layers if isinstance(layer.spec, EditSpec)]
    assert prompts == ["smiling face", "old face"]


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["--then"], 2, "nothing behind --then"),
        (["--then", "  "], 2, "nothing behind --then"),
        (["--then", "old face", "--keep", "k.rtpreset"], 2, "for one edit alone"),
        (["--then", "old face", "--pack", "gone"], 4, "gone"),
        (["--then", "--preset", "nowhere"], 7, "nowhere"),
        (["--preset", "any"], 2, "belongs behind --then"),
        (["--then", "old face", "--strength", "9"], 2, "out of range"),
        (["--then", "old face", "--face", "1", "--square", "0,0,9"], 2, "not allowed with"),
        (["--then", "face"], 2, ""),
        (["--then", "old face"] * 100, 2, "at most 100"),
        (["--then", "old face", "--square", "900,900,10"], 3, "outside of the picture"),
    ],
)
def test_what_cannot_be_done_is_reported_before_the_work(
    harness: CommandHarness, args: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = GivenEngine(lighter)
    command = ["edit", str(harness.photo), "smiling face", *args, "-o", str(harness.out)]
    assert main(command, engine=engine, catalog=harness.catalog, library=harness.library) == code
    assert words in capsys.readouterr().err
    assert not engine.requests and not harness.out.exists()


def test_an_edit_that_fails_is_named_and_nothing_is_saved(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, engine = edit(catalog, photo, "--then", "old face", script=failing("PackDamaged: x"))
    assert code == 4 and len(engine.requests) == 1
    assert "Edit 1 of 2, smiling face: It went wrong." in capsys.readouterr().err
    assert not photo.with_name("out.png").exists()


def test_a_hundred_edits(catalog: Catalog, photo: Path) -> None:
    more = [word for _ in range(99) for word in ("--then", "old face", "--strength", "0")]
    code, engine = edit(catalog, photo, "--strength", "0", *more, "--quiet", script=lighter)
    assert code == 0 and len(engine.requests) == 100
    assert np.array_equal(np.asarray(Image.open(photo.with_name("out.png"))), np.asarray(Image.open(photo)))


def test_a_stack_of_many_photos(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    assert harness.learn() == 0
    out = harness.folder / "made"
    command = ("batch", harness.images, "--preset", "smiling face:0.5", "--then", "old face", "--strength", "1.5")
    assert harness.play(lighter, *command, "-o", out) == 0
    assert len(list(out.iterdir())) == 3
    grown = np.asarray(Image.open(out / "0-smiling face then old face.png")).astype(int)
    grown -= np.asarray(Image.open(harness.images / "0.png"))
    assert grown[20, 20].min() >= 19 or grown[20, 20].max() >= 19
    capsys.readouterr()
    assert harness.play(lighter, "batch", "--resume", "-o", out) == 0
    assert "3 of them before" in capsys.readouterr().out
    assert harness.play(lighter, "batch", harness.images, "--then", "old face", "-o", out) == 2


ON_IT = Face(
    box=(20, 8, 16, 20), confidence=0.9, left_eye=Point(25, 15), right_eye=Point(31, 15), nose=Point(28, 19),
    left_mouth=Point(26, 23), right_mouth=Point(30, 23),
)  # fmt: skip


class Service(FilePhotoService):
    """Finds one face in every photo."""

    found: tuple[Face, ...] = (ON_IT,)

    def faces(self, photo: Photo) -> tuple[Face, ...]:
        return self.found


def test_a_prompt_of_the_face_and_of_the_photo_is_two_edits_each_in_its_square(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the pack of photographs that comes with the app."""
    engine, service = GivenEngine(lighter), Service()
    command = ["edit", str(photo), "sepia photo with red lipstick", "-o", str(tmp_path / "out.png")]
    given = {"engine": engine, "photo_service": service, "catalog": Catalog.default()}
    assert main([*command, "--json", "--quiet"], **given) == 0  # type: ignore[arg-type]
    layers = json.loads(capsys.readouterr().out)["layers"]
    assert [layer["prompt"] for layer in layers] == ["red lipstick", "sepia"]
    assert layers[0]["square"]["side"] == ON_IT.square.side and layers[1]["square"]["side"] == 60
    german = ["edit", str(photo), "Sepiafoto mit rotem Lippenstift", "-o", str(tmp_path / "de.png"), "--quiet"]
    assert main([*german, "--json"], **given) == 0  # type: ignore[arg-type]
    assert [layer["square"] for layer in json.loads(capsys.readouterr().out)["layers"]] == [
        layer["square"] for layer in layers
    ]
    service.found = ()
    assert main([*command, "--overwrite"], **given) != 0  # type: ignore[arg-type]
    assert "No face was found in the picture, and this is an edit of a face." in capsys.readouterr().err


def test_a_mix_of_the_face_and_of_the_photo_is_two_edits_each_in_its_square(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With presets of that pack, on one photo and in a batch; in a square that is given it is one."""
    engine, service, out = GivenEngine(lighter), Service(), tmp_path / "out.png"
    given = {"engine": engine, "photo_service": service, "catalog": Catalog.default()}
    mix = ["--preset", "Golden light:0.8", "--preset", "Tan:0.6"]
    assert main(["apply", str(photo), *mix, "-o", str(out), "--json", "--quiet"], **given) == 0  # type: ignore[arg-type]
    layers = json.loads(capsys.readouterr().out)["layers"]
    assert [layer["presets"] for layer in layers] == [
        [{"title": "Tan", "strength": 0.6}], [{"title": "Golden light", "strength": 0.8}]
    ]  # fmt: skip
    assert [layer["square"]["side"] for layer in layers] == [ON_IT.square.side, 60]
    given_square = ["apply", str(photo), *mix, "--square", "0,0,40", "-o", str(tmp_path / "one.png"), "--json"]
    assert main([*given_square, "--quiet"], **given) == 0  # type: ignore[arg-type]
    assert len(json.loads(capsys.readouterr().out)["presets"]) == 2
    before = len(engine.requests)
    assert main(["batch", str(photo), *mix, "-o", str(tmp_path / "made"), "--quiet"], **given) == 0  # type: ignore[arg-type]
    looked = [[use.path.stem for use in request.spec.uses] for request in engine.requests[before:]]  # type: ignore[union-attr]
    assert looked == [["tan"], ["golden-light"]]
    assert [path.name for path in (tmp_path / "made").iterdir() if path.suffix == ".png"] == [
        f"{photo.stem}-Tan Golden light.png"
    ]
    german = ["--preset", "goldenes licht:0,8", "--preset", "Bräune:0.6"]
    assert main(["apply", str(photo), *german, "-o", str(out), "--overwrite", "--json", "--quiet"], **given) == 0  # type: ignore[arg-type]
    assert [layer["presets"] for layer in json.loads(capsys.readouterr().out)["layers"]] == [
        layer["presets"] for layer in layers
    ]
    service.found = ()
    assert main(["apply", str(photo), *mix, "-o", str(out), "--overwrite"], **given) != 0  # type: ignore[arg-type]
    assert "this is an edit of a face" in capsys.readouterr().err
