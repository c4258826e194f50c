"""A library of presets that are files of lines."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from support.window.fakes import PACK, brighter, picture

from rtedit_desktop.core.edits import Blending, EditSettings, EditSpec
from rtedit_desktop.core.errors import PresetDamaged, PresetError
from rtedit_desktop.core.preset import SUFFIX, Addition, PresetInfo


class FakePresetLibrary:
    """A preset is a file of lines: title, prompt, pack, whether it is a favourite."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.problems: list[PresetError] = []
        self.removed: dict[Path, str] = {}
        self.read_on: set[threading.Thread] = set()
        self.fails: PresetError | None = None
        self.strengths: dict[str, float] = {}
        self.blendings: dict[str, Blending] = {}

    @property
    def folder(self) -> Path:
        return self._folder

    def presets(self) -> list[PresetInfo]:
        self.read_on.add(threading.current_thread())
        found, self.problems = [], []
        for path in sorted(self.folder.glob(f"*{SUFFIX}")) if self.folder.is_dir() else []:
            try:
                found.append(self._read(path))
            except PresetError as error:
                self.problems.append(error)
        return sorted(found, key=lambda preset: (not preset.favourite, preset.title.casefold()))

    def find(self, name: str, packs: Sequence[str] = ()) -> PresetInfo:
        for preset in self.presets():
            if name in (preset.title, preset.path.name, str(preset.path)):
                return preset
        raise PresetError(f"There is no preset called “{name}”.", "Choose another.")

    def add(self, path: Path) -> Addition:
        self._read(path)
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / f"{path.stem}{SUFFIX}"
        target.write_bytes(path.read_bytes())
        return Addition(self._read(target), known=False)

    def share(self, preset: PresetInfo, to: Path, *, overwrite: bool = True, pictures: bool = True) -> None:
        to.write_bytes(preset.path.read_bytes() + (b"" if pictures else b"without pictures\n"))

    def new_path(self, title: str) -> Path:
        self._may_write()
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{title.replace(' ', '-')}{SUFFIX}"

    def rename(self, preset: PresetInfo, title: str) -> PresetInfo:
        self._may_write()
        write_preset(preset.path, title, preset.spec.prompt, preset.spec.pack, preset.favourite)
        return self._read(preset.path)

    def set_favourite(self, preset: PresetInfo, favourite: bool) -> None:
        write_preset(preset.path, preset.title, preset.spec.prompt, preset.spec.pack, favourite)

    def remove(self, preset: PresetInfo) -> None:
        self._may_write()
        self.removed[preset.path] = preset.path.read_text(encoding="utf-8")
        preset.path.unlink()

    def put_back(self, preset: PresetInfo) -> PresetInfo:
        preset.path.write_text(self.removed.pop(preset.path), encoding="utf-8")
        return self._read(preset.path)

    def _may_write(self) -> None:
        if self.fails is not None:
            raise self.fails

    def _read(self, path: Path) -> PresetInfo:
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) != 4:
            raise PresetDamaged(f"{path.name} is not a preset.", "Ask for the file again.")
        title, prompt, pack, favourite = lines
        thumb = picture(96, 96, seed=len(title))
        strength, blending = self.strengths.get(title, 1.0), self.blendings.get(title, "auto")
        settings = EditSettings(strength=strength, blending=blending)
        return PresetInfo(
            path=path,
            title=title,
            spec=EditSpec(pack=pack, prompt=prompt, source="face", settings=settings),
            base_sha256="",
            before=thumb,
            after=brighter(thumb, 60),
            favourite=favourite == "favourite",
        )


def write_preset(
    path: Path, title: str, prompt: str = "smiling face", pack: str = PACK.id, favourite: bool = False
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_text("\n".join([title, prompt, pack, "favourite" if favourite else "plain"]), encoding="utf-8")
    partial.replace(path)
    return path
