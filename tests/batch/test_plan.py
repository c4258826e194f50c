"""Which photos there are, and what their results are called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.batch_table import Table

from rtedit_desktop.batch.naming import Naming
from rtedit_desktop.batch.plan import Batch, plan
from rtedit_desktop.batch.written_result import WrittenResult
from rtedit_desktop.core.errors import PictureError, SaveError, SettingsError


def names(batch: Batch, before: list[WrittenResult] | None = None) -> list[str]:
    return [str(task.output.relative_to(batch.folder)) for task in plan(batch, before or [])]


def test_photos_of_a_folder_by_name_without_hidden_and_other_files(table: Table) -> None:
    for name in ("b.png", "A.jpg", ".hidden.png", "below/c.png"):
        table.photo(name)
    (table.photos / "notes.txt").write_text("no photo")
    assert names(table.batch()) == ["A-Smile.jpg", "b-Smile.png"]
    assert names(table.batch(recursive=True)) == ["A-Smile.jpg", "b-Smile.png", "below/c-Smile.png"]


def test_a_file_that_is_named_is_taken_once_and_as_it_is(table: Table) -> None:
    odd = table.photo("photo.png").rename(table.photos / "photo.odd")
    assert names(table.batch(odd, table.photos, odd)) == ["photo-Smile.png"]


def test_a_file_that_is_not_there_is_a_problem_of_its_own(table: Table) -> None:
    first, second = plan(table.batch(table.photos / "gone.png", table.photo("here.png")))
    assert isinstance(first.problem, PictureError) and "gone.png: it is not there" in first.problem.what
    assert second.problem is None


def test_two_photos_with_one_name_get_two(table: Table) -> None:
    paths = [table.photo(name) for name in ("a.png", "x/a.png", "y/A.png", "a.webp")]
    batch = table.batch(*paths, format="png")
    assert names(batch) == ["a-Smile.png", "a-Smile 2.png", "A-Smile 3.png", "a-Smile 4.png"]


def test_the_same_photo_gets_the_same_name_again(table: Table) -> None:
    later = table.photo("x/a.png")
    batch = table.batch(later)
    (task,) = plan(batch)
    before = [
        WrittenResult(source=later, output=task.output, wanted_name=task.wanted_name, input_sha256="", recipe_digest="")
    ]
    both = table.batch(table.photo("a.png"), later)
    assert names(both, before) == ["a-Smile 2.png", "a-Smile.png"]


def test_results_in_the_folder_of_the_photos_are_not_taken_for_photos(table: Table) -> None:
    source, result = table.photo("a.png"), table.photo("a-Smile.png")
    table.out = table.photos
    before = [WrittenResult(source=source, output=result, wanted_name=result.name, input_sha256="", recipe_digest="")]
    assert names(table.batch(), before) == ["a-Smile.png"]
    assert len(plan(table.batch(source, result), before)) == 2  # unless it is named


def test_the_output_folder_below_is_not_walked_into(table: Table) -> None:
    table.photo("a.png")
    table.out = table.photos / "out"
    table.photo("out/old.png")
    assert names(table.batch(recursive=True)) == ["a-Smile.png"]


@pytest.mark.parametrize("link", ["same", "hard", "soft"])
def test_an_output_is_never_a_photo(table: Table, link: str) -> None:
    photo = table.photo("a.png")
    if link == "same":
        table.out = table.photos
    else:
        table.out.mkdir()
        (os.link if link == "hard" else os.symlink)(photo, table.out / "a.png")
    (task,) = plan(table.batch(photo, name="{stem}{suffix}", overwrite=True))
    assert isinstance(task.problem, SaveError) and "never replaced" in task.problem.what


def test_an_output_is_not_another_photo_either(table: Table) -> None:
    table.out = table.photos
    batch = table.batch(table.photo("a.png"), table.photo("a-Smile.png"), overwrite=True)
    assert [task.problem is None for task in plan(batch)] == [False, True]


@pytest.mark.parametrize(
    ("template", "format", "source", "name"),
    [
        ("{stem}-{preset}{suffix}", "keep", "IMG 1.JPG", "IMG 1-Pink hair.JPG"),
        ("{stem}-{preset}{suffix}", "jpeg", "a.b.png", "a.b-Pink hair.jpg"),
        ("{stem}{suffix}", "keep", "a.heic", "a.png"),
        ("{n}", "tiff", "a.png", "007.tif"),
        ("{stem}.webp", "keep", "a.png", "a.webp"),
        ("é {preset}", "keep", "写真.png", "é Pink hair.png"),
    ],
)
def test_names_are_made_of_fields(template: str, format: str, source: str, name: str) -> None:
    assert Naming(template, format).name_for(Path(source), "Pink hair", 7) == name


def test_a_title_cannot_lead_out_of_the_folder_and_a_long_name_fits() -> None:
    assert Naming("{preset}{suffix}").name_for(Path("a.png"), "../../x:y", 1) == "x y.png"
    long = Naming().name_for(Path("ü" * 125 + ".png"), "Smile", 1)
    assert len(long.encode()) <= 250 and long.endswith(".png")


@pytest.mark.parametrize("template", ["", "  ", "a/b", "..", "{steam}", "{stem", "a}b", "a\nb", "x:y", ".{stem}"])
def test_templates_that_make_no_names_are_refused(template: str) -> None:
    with pytest.raises(SettingsError):
        Naming(template)
