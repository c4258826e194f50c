"""Results that earlier runs of a batch wrote, as the record on disk keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from rtedit_desktop.core.json_reader import Fields, as_path

# In the record on disk, and here.
_FIELDS = {
    "source": "source",
    "output": "output",
    "wish": "wanted_name",
    "input_sha256": "input_sha256",
    "recipe_digest": "recipe_digest",
    "stamp": "stamp",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenResult:
    """One result: which content of which photo it was made of, and by which recipe; equal when these are.

    ``wanted_name`` is the name that it should have got, before another photo was in the way. ``stamp`` tells the file
    that was written from one that was changed since.
    """

    source: Path
    output: Path
    wanted_name: str
    input_sha256: str
    recipe_digest: str
    stamp: str = field(default="", compare=False)

    def stamped(self, file: Path) -> WrittenResult:
        """With the stamp of a file that is this result, wherever it lies. Raises OSError."""
        return replace(self, stamp=_stamp(file))

    @property
    def is_as_written(self) -> bool:
        """Whether nobody changed the file since."""
        try:
            return self.stamp == _stamp(self.output)
        except OSError:
            return False

    def as_json(self) -> dict[str, str]:
        return {key: str(getattr(self, name)) for key, name in _FIELDS.items()}

    @staticmethod
    def from_json(given: Fields) -> WrittenResult:
        """Raises FieldError for what is not one."""
        texts = {name: given.string(key) for key, name in _FIELDS.items()}
        source, output = (as_path(texts.pop(key), given.path(key)) for key in ("source", "output"))
        return WrittenResult(source=source, output=output, **texts)


def _stamp(path: Path) -> str:
    status = path.stat()
    return f"{status.st_size}-{status.st_mtime_ns}"
