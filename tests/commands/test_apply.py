from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.command_line import CommandHarness
from support.nets.drawn_pack import drawn_pack

from rtedit_desktop.cli import main
from rtedit_desktop.commands.shared.outcome import UsageError
from rtedit_desktop.commands.shared.preset_names import find, find_all, split
from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.errors import PresetError
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.presets.format import read_info
from rtedit_desktop.presets.library import FolderPresetLibrary

PACK = drawn_pack("tiny", 32)


def test_learn_once_apply_to_any_picture(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    assert harness.learn() == 0
    assert [p.title for p in harness.library.presets()] == ["smiling face"]
    assert "2 learning steps" in capsys.readouterr().out
    before = harness.photo.read_bytes()
    assert harness.run("apply", harness.photo, "--preset", "smiling face:0.8", "-o", harness.out) == 0
    assert "smiling face at 80 %" in capsys.readouterr().out
    assert harness.photo.read_bytes() == before
    assert Image.open(harness.out).size == (48, 48)


def test_strength_0_changes_nothing(harness: CommandHarness) -> None:
    harness.learn()
    assert harness.run("apply", harness.photo, "--preset", "smiling face:0", "-o", harness.out) == 0
    assert np.array_equal(np.asarray(Image.open(harness.out)), np.asarray(Image.open(harness.photo)))


def test_a_mix_in_json(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    file = harness.folder / "old.rtpreset"
    harness.learn()
    assert harness.learn("old face", "-o", file, "--title", "Old", "--author", "me", "--licence", "MIT") == 0
    capsys.readouterr()
    command = ("apply", harness.photo, "--preset", "smiling face:0.5", "--preset", f"{file}:0.4", "-o", harness.out)
    assert harness.run(*command, "--json", "--seed", 3) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["presets"] == [{"title": "smiling face", "strength": 0.5}, {"title": "Old", "strength": 0.4}]
    assert printed["recipe"]["settings"]["seed"] == 3
    info = read_info(file)
    assert (info.author, info.licence, info.pictures) == ("me", "MIT", 3)


def test_an_unknown_preset_suggests_close_ones(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    harness.learn()
    capsys.readouterr()
    assert harness.run("apply", harness.photo, "--preset", "smilng face", "-o", harness.out) == 7
    assert "Did you mean “smiling face”?" in capsys.readouterr().err
    assert not harness.out.exists()


def test_a_damaged_preset_is_refused(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    file = harness.folder / "bad.rtpreset"
    file.write_bytes(b"\0" * 64)
    assert harness.run("apply", harness.photo, "--preset", file, "-o", harness.out) == 7
    assert harness.run("presets", "import", file) == 7
    assert "bad.rtpreset" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "name", "strength"),
    [
        ("a", "a", None),
        ("a:0.4", "a", 0.4),
        ("a:.5", "a", 0.5),
        ("C:\\x.rtpreset", "C:\\x.rtpreset", None),
        ("C:\\x.rtpreset:1.5", "C:\\x.rtpreset", 1.5),
        ("time: 10 o'clock", "time: 10 o'clock", None),
        ("a:0,7", "a", 0.7),
        ("a:b:0", "a:b", 0.0),
    ],
)
def test_only_a_number_at_the_end_is_a_strength(given: str, name: str, strength: float | None) -> None:
    assert split(given) == (name, strength)


@pytest.mark.parametrize("given", ["a:1.6", "a:-0.1"])
def test_strengths_have_a_range(given: str) -> None:
    with pytest.raises(UsageError):
        split(given)


def test_a_strength_that_may_be_part_of_the_name_says_how_to_write_it(
    harness: CommandHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    assert harness.learn("smiling face", "--title", "At 10:30") == 0
    assert harness.run("apply", harness.photo, "--preset", "At 10:30", "-o", harness.out) == 2
    assert "write “At 10:30:1”" in capsys.readouterr().err
    assert harness.run("apply", harness.photo, "--preset", "At 10:30:1", "-o", harness.out) == 0


@pytest.mark.parametrize("option", [("--steps", 0), ("--steps", 99), ("--seed", -1)])
def test_settings_out_of_range_are_reported_before_any_work(
    harness: CommandHarness, option: tuple[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert harness.run("apply", harness.photo, "--preset", "any", "-o", harness.out, *option) == 2
    assert "out of range" in capsys.readouterr().err


def test_the_input_is_never_overwritten(harness: CommandHarness) -> None:
    harness.learn()
    before = harness.photo.read_bytes()
    command = ["apply", harness.photo, "--preset", "smiling face", "-o", harness.photo]
    for more in ((), ("--overwrite",)):
        assert harness.run(*command, *more) == 2
        assert harness.photo.read_bytes() == before


def test_a_file_that_is_there_is_replaced_only_when_told(
    harness: CommandHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    harness.learn()
    harness.out.write_bytes(b"mine")
    command = ["apply", harness.photo, "--preset", "smiling face", "-o", harness.out]
    for more in ((), ("--then", "--preset", "smiling face")):
        assert harness.run(*command, *more) == 6
        shown = capsys.readouterr().err
        assert "there is a file of that name already" in shown and "--overwrite" in shown
        assert harness.out.read_bytes() == b"mine"
    assert harness.run(*command, "--overwrite") == 0
    assert harness.out.read_bytes() != b"mine"


def test_a_strength_may_have_a_comma(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    harness.learn()
    capsys.readouterr()
    assert harness.run("apply", harness.photo, "--preset", "smiling face:0,7", "-o", harness.out, "--json") == 0
    assert json.loads(capsys.readouterr().out)["presets"][0]["strength"] == 0.7


@pytest.mark.parametrize("strength", ["0.7.1", "70 %", "1e-1", "0,7x"])
def test_a_strength_that_is_no_number_is_reported(
    harness: CommandHarness, capsys: pytest.CaptureFixture[str], strength: str
) -> None:
    harness.learn()
    assert harness.run("apply", harness.photo, "--preset", f"smiling face:{strength}", "-o", harness.out) == 2
    assert f"“{strength}” is not a strength" in capsys.readouterr().err
    assert harness.run("apply", harness.photo, "--preset", "smiling face:little", "-o", harness.out) == 7


class Preset(PresetInfo):
    """A preset that is only a name and a pack."""

    def __init__(self, title: str, pack: str = "tiny") -> None:
        spec = EditSpec(pack=pack, prompt="", source="")
        super().__init__(path=Path(f"{title}.rtpreset"), title=title, spec=spec, base_sha256="")


class TitledLibrary(FolderPresetLibrary):
    """Holds whatever it is given."""

    def __init__(self, *presets: PresetInfo) -> None:
        super().__init__(Path("nowhere"), Path("nowhere"))
        self._all = list(presets)

    def presets(self) -> list[PresetInfo]:
        return self._all


@pytest.mark.parametrize(
    ("name", "todo"),
    [
        ("SUNGLASES", "Did you mean “Sunglasses”?"),
        ("C:\\mine\\sunglases.rtpreset", "Did you mean “Sunglasses”?"),
        ("Old", "Give the path of one"),
        ("zebra", "Give the title of one on the list"),
        ("Nope", "Give the title of one on the list"),  # and no guess as wild as "Rose"
        ("blond", "Did you mean “Blond hair”?"),
        ("blnod hiar", "Did you mean “Blond hair”?"),
        ("ROES", "Did you mean “Rose”?"),
    ],
)
def test_what_to_do_about_a_name(name: str, todo: str) -> None:
    library = TitledLibrary(*map(Preset, ("Sunglasses", "Old", "Old", "Blond hair", "Rose", "Pale", "Noir")))
    with pytest.raises(PresetError) as raised:
        find(library, name)
    assert todo in raised.value.todo


class Packs(Catalog):
    """Packs that are only ids, the default one first."""

    def __init__(self, *ids: str) -> None:
        super().__init__([])
        self._infos = {id: replace(PACK, id=id) for id in ids}

    def packs(self) -> list[PackInfo]:
        return list(self._infos.values())

    def manifest(self, pack: str) -> Any:
        return SimpleNamespace(info=self._infos[pack])


def test_of_presets_of_one_name_the_pack_decides() -> None:
    """The one that is asked for, else the first that has all of them."""
    library = TitledLibrary(
        Preset("Sunglasses", "avatars"), Preset("Sunglasses", "portraits"), Preset("Pink hair", "avatars")
    )
    packs = Packs("portraits", "avatars")

    def found(*names: str, pack: str | None = None) -> tuple[list[str], str]:
        presets, info = find_all(library, list(names), packs, pack)
        return [preset.spec.pack for preset in presets], info.id

    assert found("Sunglasses") == (["portraits"], "portraits")
    assert found("sunglasses", pack="avatars") == (["avatars"], "avatars")
    assert found("Sunglasses", "Pink hair") == (["avatars", "avatars"], "avatars")
    with pytest.raises(PresetError, match="“Pink hair” was made for the model pack “avatars”, and not for “portraits”"):
        found("Pink hair", pack="portraits")


def test_two_presets_of_one_name_and_pack_are_named_both() -> None:
    library = TitledLibrary(Preset("Old"), Preset("Old"), Preset("Old", "other"))
    with pytest.raises(PresetError, match="2 presets are called “Old”") as raised:
        find_all(library, ["Old"], Packs("tiny"), None)
    assert raised.value.todo.count("Old.rtpreset") == 2


def test_a_file_that_cannot_be_read_is_not_taken_for_a_misspelt_name(tmp_path: Path) -> None:
    file = tmp_path / "sunglases.rtpreset"
    file.write_text("hello")
    with pytest.raises(PresetError) as raised:
        find(TitledLibrary(Preset("Sunglasses")), str(file))
    assert "Did you mean" not in raised.value.todo


def test_presets_of_several_packs_or_of_a_missing_one(
    harness: CommandHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    library = TitledLibrary(Preset("Beard"), Preset("Wings", "birds"))

    def apply(*names: str) -> int:
        uses = [arg for name in names for arg in ("--preset", name)]
        command = ["apply", str(harness.photo), *uses, "-o", str(harness.out)]
        return main(command, engine=harness.engine, catalog=harness.catalog, library=library)

    assert apply("Beard", "Wings") == 7
    assert "made for different model packs: birds, tiny." in capsys.readouterr().err
    assert apply("Wings") == 4
    assert "“Wings” needs the model pack “birds”, which is not installed." in capsys.readouterr().err
    assert not harness.out.exists()
