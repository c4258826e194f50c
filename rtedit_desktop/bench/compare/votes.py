"""Votes that were cast on a page: files of the browser, told apart by the key that the page does not show."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rtedit_desktop.bench.compare.page import KEY
from rtedit_desktop.bench.compare.tally import Tally, tally
from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.core.json_reader import MOST_BYTES, parse_json
from rtedit_desktop.support.regular_file import read_regular

_SIDES = {"left": 1, "tie": 0, "right": -1}


def counted(folder: Path, files: Sequence[Path], seed: int) -> dict[tuple[str, str], Tally]:
    """By two tools: how the votes of everybody fell, resampled by picture. Raises SettingsError."""
    key = _read(folder / KEY)
    try:
        tools, trials, comparison = [_text(name) for name in key["tools"]], dict(key["trials"]), key["comparison"]
        outcomes: dict[tuple[str, str], list[tuple[int, str]]] = {}
        for path in files:
            given = _read(path)
            if given["comparison"] != comparison:
                raise SettingsError(f"{path} has votes of another page.", f"Give those of {folder}.")
            for index, choice in given["votes"].items():
                trial = trials[index]
                two, outcome = (trial["left"], trial["right"]), _SIDES[choice]
                if tools.index(two[0]) > tools.index(two[1]):
                    two, outcome = (two[1], two[0]), -outcome
                outcomes.setdefault(two, []).append((outcome, _text(trial["picture"])))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise SettingsError("The votes do not fit the page.", f"Give its folder by --out; now {folder}.") from error
    if not outcomes:
        raise SettingsError("There are no votes in there.", "Save them on the page first.")
    return {two: tally([o for o, _ in of], [p for _, p in of], seed) for two, of in sorted(outcomes.items())}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("names are texts")
    return value


def _read(path: Path) -> Any:
    try:
        return parse_json(read_regular(path, MOST_BYTES))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} could not be read.", "Name a file that the page saved, and its folder.") from error
