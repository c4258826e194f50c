"""Wrong usage of any command."""

from __future__ import annotations

import pytest

from rtedit_desktop.cli import main


@pytest.mark.parametrize(
    "line",
    [
        ["edit", "", "smiling face", "-o", "out.png"],
        ["edit", "in.png", "smiling face", "-o", ""],
        ["edit", "in.png", "smiling face", "-o", "out.png", "--save-steps", ""],
        ["batch", "", "--prompt", "smiling face", "-o", "out"],
        ["batch", "photos", "--prompt", "smiling face", "-o", ""],
        ["learn", "smiling face", "--pairs", "before", ""],
        ["presets", "import", ""],
        ["packs", "import", ""],
        ["bench", "compare", ""],
    ],
    ids=" ".join,
)
def test_an_empty_name_is_not_the_folder_that_one_stands_in(
    line: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line) == 2
    assert "an empty name is no file and no folder." in capsys.readouterr().err
