"""The documents: links lead somewhere, pages that are made are current, specifications name what the code reads."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support.journal_entries import edit as entry
from support.journal_entries import photo
from support.packaging_scripts import ROOT, module

from rtedit_desktop.batch import record
from rtedit_desktop.core import edits
from rtedit_desktop.core.edits import USUAL, EditSettings, EditSpec, MixSpec, PresetUse, read_spec
from rtedit_desktop.core.json_reader import Fields, parse_json
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.region import Region, Stroke
from rtedit_desktop.core.stack import MOST_LAYERS, LayerSpec, StackSpec, read_stack
from rtedit_desktop.history import entry_file
from rtedit_desktop.history.work_folder import WorkFolder
from rtedit_desktop.packs.manifest.manifest import FORMAT
from rtedit_desktop.presets import header

GUIDE = ROOT / "docs" / "guide"
FORMATS = ROOT / "docs" / "reference" / "formats"
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "packaging/*/README*.md", ".github/*.md")
    for path in ROOT.glob(pattern)
)
NAMES = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS]
# Commands that the checks of a fresh clone and many readers copy as they are.
COMMANDS = (
    "python3 -m venv .venv && .venv/bin/pip install '.[camera]' && .venv/bin/rtedit-desktop",
    "python3 -m venv .venv && .venv/bin/pip install -e '.[test,avatars]' && "
    ".venv/bin/python -m pytest -n 2 --dist loadfile",
)


def without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]+`", "", text, flags=re.DOTALL)


def links(path: Path) -> list[str]:
    return re.findall(r"!?\[[^\]]*\]\(([^)\s]+)\)", without_code(path.read_text("utf-8")))


def anchors(path: Path) -> set[str]:
    """Of its headings, as the site and GitHub make them."""
    plain = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", plain, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_links_lead_somewhere(document: Path) -> None:
    for link in links(document):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def test_the_readme_has_its_commands() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert all(f"\n{command}\n" in text for command in COMMANDS)


def test_the_guide_leads_nowhere_but_into_itself() -> None:
    """It is shown in the window, where nothing else of the documents is."""
    for chapter in GUIDE.glob("*.md"):
        for link in links(chapter):
            path = link.partition("#")[0]
            assert not path or (GUIDE / path).is_file(), (chapter.name, link)


def test_the_guide_lists_all_of_its_chapters() -> None:
    listed = set(links(GUIDE / "index.md"))
    assert listed == {path.name for path in GUIDE.glob("*.md")} - {"index.md"}


def test_the_guide_shows_each_of_its_pictures_and_no_large_one() -> None:
    """They come with every installation, and the window's guide is no wider."""
    shown = {link for chapter in GUIDE.glob("*.md") for link in links(chapter) if link.startswith("pictures/")}
    pictures = sorted((GUIDE / "pictures").iterdir())
    assert shown == {f"pictures/{path.name}" for path in pictures}
    assert sum(path.stat().st_size for path in pictures) < 400_000
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.format == "JPEG" and picture.width <= 580 and not picture.getexif()


def test_the_site_has_every_document() -> None:
    nav = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:")[2]
    for document in (ROOT / "docs").rglob("*.md"):
        assert document.relative_to(ROOT / "docs").as_posix() in nav


def test_the_page_of_the_command_line_is_current() -> None:
    """`python packaging/command_line.py` writes it."""
    made = module("command_line")
    assert made.PAGE.read_text("utf-8") == made.page()


def test_exit_codes_of_the_guide_are_those_of_the_parser() -> None:
    def codes(path: Path) -> set[str]:
        return set(re.findall(r"^\| (\d+) \|", path.read_text("utf-8"), re.MULTILINE))

    assert codes(GUIDE / "command-line.md") == codes(ROOT / "docs" / "reference" / "command-line.md")


@pytest.mark.parametrize(
    ("page", "version"),
    [
        ("edit-spec", edits.VERSION),
        ("preset", header.FORMAT),
        ("pack", FORMAT),
        ("journal", entry_file.WITH_LAYERS),
        ("batch", record.FORMAT),
    ],
)
def test_specifications_have_the_versions_of_the_code(page: str, version: int) -> None:
    title = (FORMATS / f"{page}.md").read_text("utf-8").partition("\n")[0]
    assert title.endswith(f"version {version}")


def test_the_specification_has_every_setting_with_its_usual_value() -> None:
    text = (FORMATS / "edit-spec.md").read_text("utf-8").partition("## A mix of presets")[0]
    told: dict[str, str] = {}
    for names, usual in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE):
        told.update(zip(re.findall(r"`(\w+)`", names), usual.strip().split(", "), strict=False))
    for one in fields(EditSettings):
        value = getattr(USUAL, one.name)
        shown = told[one.name]
        if isinstance(value, bool | str):
            assert shown == str(value).lower()
        else:
            assert float(shown) == value


def table_fields(page: str) -> set[str]:
    """What stands in the first column of any of its tables, at the beginning of a line or behind an ellipsis."""
    text = (FORMATS / f"{page}.md").read_text("utf-8")
    heads = re.findall(r"^\| (?:… )?((?:`[\w.-]+`(?:, | or )?)+)", text, re.MULTILINE)
    return {name for head in heads for name in re.findall(r"`([\w.-]+)`", head)}


def examples(page: str) -> list[dict[str, Any]]:
    """Its blocks of JSON."""
    text = (FORMATS / f"{page}.md").read_text("utf-8")
    return [parse_json(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]


def test_examples_of_edit_specs_are_read_and_written_again() -> None:
    edit, mix, stack = examples("edit-spec")
    for form in (edit, mix):
        top = Fields(form)
        read = read_spec(top)
        top.finish()
        again = read.to_json()
        assert set(form) == set(again)
        assert {name: form[name] for name in form if name not in {"settings", "presets"}}.items() <= again.items()
    top = Fields(stack)
    layers = read_stack(top).layers
    top.finish()
    assert layers[0].square == Square(x=310, y=40, side=512) and layers[0].region is None and layers[0].on
    assert layers[1].square is None and layers[1].region is not None and not layers[1].on
    assert [layer["square"] for layer in stack["layers"]] == [layer.to_json()["square"] for layer in layers]
    assert [layer["region"] for layer in stack["layers"]] == [layer.to_json()["region"] for layer in layers]


def test_the_specification_of_edits_has_every_field_that_is_written() -> None:
    told = table_fields("edit-spec")
    use = PresetUse(Path("a.rtpreset"), 1.0, "tonal")
    region = Region(strokes=(Stroke(points=((1.0, 2.0),), width=3.0),), softness=1.0)
    written = StackSpec(
        layers=(
            LayerSpec(spec=MixSpec(pack="tiny", uses=(use,)), square=Square(x=0, y=0, side=9), region=region),
            LayerSpec(spec=EditSpec(pack="tiny", prompt="a", source="b")),
        )
    ).to_json()
    names = {"kind", "spec_version", "pack", "prompt", "source", "settings", "seed", "steps", "presets", "layers"}
    mixed, edited = written["layers"]
    assert set(written) | set(mixed) | set(edited) == names | {"square", "region", "on"}
    for form in (written, mixed, edited, mixed["presets"][0], mixed["region"]["strokes"][0]):
        assert set(form) <= told, set(form) - told
    text = (FORMATS / "edit-spec.md").read_text("utf-8")
    assert all(f"`{name}`" in text for name in {*mixed["square"], *mixed["region"]})
    assert f"1 to {MOST_LAYERS} entries" in text


def test_the_specification_of_the_journal_has_every_field_and_member_that_is_written(tmp_path: Path) -> None:
    told = table_fields("journal") | table_fields("edit-spec")
    below = replace(entry(), region=Region(strokes=(Stroke(points=((1.0, 2.0),)),)))
    for kept, version in ((entry(), 1), (replace(entry(), below=below.layers, name="evening"), 2)):
        with zipfile.ZipFile(io.BytesIO(entry_file.packed(kept))) as archive:
            record = json.loads(archive.read("result.json"))
            assert set(archive.namelist()) <= told
        assert record["format"] == version
        for form in (record, *record.get("below", ())):
            assert set(form) <= told, set(form) - told
    assert {"on", "below", "name"} <= set(record)
    folder = WorkFolder(tmp_path / "work")
    assert folder.acquire()
    folder.describe(photo())
    text = (FORMATS / "journal.md").read_text("utf-8")
    assert all(f"`{name}`" in text for name in json.loads((folder.path / "work.json").read_text("utf-8")))
    folder.let_go()


def test_links_of_the_readme_are_absolute_in_the_package() -> None:
    pytest.importorskip("hatchling")
    made = module("metadata").absolute(
        "![a](docs/a.jpg) [b](docs/b.md#c) [d](https://e.example)", "https://r.example/o/n"
    )
    assert "![a](https://r.example/o/n/raw/HEAD/docs/a.jpg)" in made
    assert "[b](https://r.example/o/n/blob/HEAD/docs/b.md#c) [d](https://e.example)" in made


def test_equations_need_no_script() -> None:
    pytest.importorskip("latex2mathml")
    pytest.importorskip("mkdocs")
    pages = module("site_pages")
    made = pages.with_equations("a $x_t$ of $$y = 1 \\tag{2}$$ and `$HOME`")
    assert made.count("<math") == 2 and "(2)" in made and "`$HOME`" in made and "tag" not in made
