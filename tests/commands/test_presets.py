"""Learn, apply and look after presets on the command line, with a real engine on a tiny pack."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from engine_kit import new_engine, picture
from PIL import Image

from rtedit_desktop.cli import main
from rtedit_desktop.commands.apply import split
from rtedit_desktop.commands.outcome import UsageError
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.presets.format import read_info
from rtedit_desktop.presets.library import Library


class Stand:
    """One engine, one shelf, one folder; ``run`` is a command line."""

    def __init__(self, tiny_pack: Path, folder: Path) -> None:
        self.folder = folder
        self.catalog = Catalog([tiny_pack.parent])
        self.engine: TorchEngine = new_engine(self.catalog)
        self.shelf = Library(folder / "presets", folder / "none")
        self.images = folder / "images é"
        self.images.mkdir()
        for seed in range(3):
            Image.fromarray(picture(seed, 40)).save(self.images / f"{seed}.png")
        self.photo = folder / "photo.png"
        Image.fromarray(picture(9, 48)).save(self.photo)
        self.out = folder / "out.png"

    def run(self, *args: object) -> int:
        given = [str(arg) for arg in args]
        return main(given, engine=self.engine, catalog=self.catalog, shelf=self.shelf)

    def learn(self, prompt: str = "smiling face", *args: object) -> int:
        return self.run("learn", prompt, "--images", self.images, "--iterations", 2, *args)


@pytest.fixture
def stand(tiny_pack: Path, tmp_path: Path) -> Stand:
    return Stand(tiny_pack, tmp_path)


def test_learn_once_apply_to_any_picture(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    assert stand.learn() == 0
    assert [p.title for p in stand.shelf.presets()] == ["smiling face"]
    assert "2 learning steps" in capsys.readouterr().out
    before = stand.photo.read_bytes()
    assert stand.run("apply", stand.photo, "--preset", "smiling face:0.8", "-o", stand.out) == 0
    assert "smiling face at 80 %" in capsys.readouterr().out
    assert stand.photo.read_bytes() == before
    assert Image.open(stand.out).size == (48, 48)


def test_strength_0_changes_nothing(stand: Stand) -> None:
    stand.learn()
    assert stand.run("apply", stand.photo, "--preset", "smiling face:0", "-o", stand.out) == 0
    assert np.array_equal(np.asarray(Image.open(stand.out)), np.asarray(Image.open(stand.photo)))


def test_a_mix_in_json(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    file = stand.folder / "old.rtpreset"
    stand.learn()
    assert stand.learn("old face", "-o", file, "--title", "Old", "--author", "me", "--licence", "MIT") == 0
    capsys.readouterr()
    command = ("apply", stand.photo, "--preset", "smiling face:0.5", "--preset", f"{file}:0.4", "-o", stand.out)
    assert stand.run(*command, "--json", "--seed", 3) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["presets"] == [{"title": "smiling face", "strength": 0.5}, {"title": "Old", "strength": 0.4}]
    assert told["recipe"]["settings"]["seed"] == 3
    info = read_info(file)
    assert (info.author, info.licence, info.pictures) == ("me", "MIT", 3)


def test_pictures_that_cannot_be_opened_are_named_and_left_out(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    (stand.images / "broken.png").write_bytes(b"no picture")
    assert stand.learn("smiling face", "--json") == 0
    (note,) = json.loads(capsys.readouterr().out)["notes"]
    assert "broken.png" in note
    for path in stand.images.iterdir():
        path.write_bytes(b"no picture")
    assert stand.learn("old face") == 3
    assert "no picture to learn on" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["face"], 2, "nothing to change"),
        (["zebra face"], 2, "zebra"),
        (["smiling face", "-o", "x.png"], 2, ".rtpreset"),
        (["smiling face", "-o", "nowhere/x.rtpreset"], 6, "does not exist"),
        (["smiling face"], 4, "no pictures of its own"),
        (["smiling face", "--images", "nowhere"], 3, "could not be read"),
    ],
)
def test_learning_that_cannot_be(
    stand: Stand, args: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stand.run("learn", *args) == code
    shown = capsys.readouterr()
    assert said in shown.err
    assert "Traceback" not in shown.err
    assert stand.shelf.presets() == []


def test_an_unknown_preset_suggests_close_ones(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    stand.learn()
    capsys.readouterr()
    assert stand.run("apply", stand.photo, "--preset", "smilng face", "-o", stand.out) == 7
    assert "Did you mean “smiling face”?" in capsys.readouterr().err
    assert not stand.out.exists()


def test_a_damaged_preset_is_refused(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    file = stand.folder / "bad.rtpreset"
    file.write_bytes(b"\0" * 64)
    assert stand.run("apply", stand.photo, "--preset", file, "-o", stand.out) == 7
    assert stand.run("presets", "import", file) == 7
    assert "bad.rtpreset" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "name", "strength"),
    [
        ("a", "a", 1.0),
        ("a:0.4", "a", 0.4),
        ("a:.5", "a", 0.5),
        ("C:\\x.rtpreset", "C:\\x.rtpreset", 1.0),
        ("C:\\x.rtpreset:1.5", "C:\\x.rtpreset", 1.5),
        ("time: 10 o'clock", "time: 10 o'clock", 1.0),
        ("a:b:0", "a:b", 0.0),
    ],
)
def test_only_a_number_at_the_end_is_a_strength(given: str, name: str, strength: float) -> None:
    assert split(given) == (name, strength)


@pytest.mark.parametrize("given", ["a:1.6", "a:-0.1"])
def test_strengths_have_a_range(given: str) -> None:
    with pytest.raises(UsageError):
        split(given)


def test_presets_travel_as_files(stand: Stand, tiny_pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stand.learn()
    file = stand.folder / "mail.rtpreset"
    assert stand.run("presets", "export", "smiling face", file) == 0
    assert stand.run("presets", "export", "smiling face", file) == 2
    assert stand.run("presets", "export", "smiling face", file, "--overwrite") == 0
    there = stand.folder / "there"
    there.mkdir()
    other = Stand(tiny_pack, there)
    assert other.run("presets", "import", file) == 0
    capsys.readouterr()
    assert other.run("presets", "list") == 0
    assert "smiling face" in capsys.readouterr().out
    assert other.run("apply", other.photo, "--preset", "smiling face", "-o", other.out) == 0
    assert other.run("presets", "show", "smiling face", "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["prompt"] == "smiling face"
    assert other.run("presets", "remove", "smiling face") == 0
    assert other.shelf.presets() == []
    assert other.run("presets", "list", "--json") == 0


def test_an_empty_shelf_says_how_to_fill_it(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    assert stand.run("presets", "list") == 0
    assert "rtedit learn" in capsys.readouterr().err


def test_verifying_nothing_is_not_a_success(tmp_path: Path) -> None:
    assert main(["packs", "--verify"], catalog=Catalog([tmp_path])) == 4
    assert main(["packs"], catalog=Catalog([tmp_path])) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_listing_that_cannot_be_written_is_said() -> None:
    code = "import sys; from rtedit_desktop.start import rtedit; sys.exit(rtedit())"
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code, "packs"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 6
    assert "Standard output could not be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interruption_before_anything_is_imported_is_quiet() -> None:
    code = (
        "import sys, builtins; real = builtins.__import__\n"
        "def stop(name, *args):\n"
        "    if name == 'rtedit_desktop.cli': raise KeyboardInterrupt\n"
        "    return real(name, *args)\n"
        "from rtedit_desktop.start import rtedit\n"
        "builtins.__import__ = stop; sys.exit(rtedit())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
