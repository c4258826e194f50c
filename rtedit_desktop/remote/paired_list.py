"""List of paired computers in a file that only its owner may read."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.core.json_reader import Fields, parse_json
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.support.locking import locked
from rtedit_desktop.support.paths import write_private
from rtedit_desktop.support.regular_file import read_regular

_MOST_BYTES = 2**20

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Kind(Generic[Row]):
    """What the rows are called in the file, how many there may be, and how one is read and written.

    ``error`` is what is raised where the file cannot be read.
    """

    key: str
    most: int
    read: Callable[[Fields], Row]
    form: Callable[[Row], dict[str, object]]
    error: type[RTEditError]


class PairedList(Generic[Row]):
    """Owns its file, which is read anew whenever it is asked."""

    def __init__(self, path: Path, kind: Kind[Row]) -> None:
        self.path = path
        self._kind = kind
        self._lock = threading.Lock()

    def rows(self) -> list[Row]:
        kind = self._kind
        try:
            top = Fields(parse_json(read_regular(self.path, _MOST_BYTES)))
            top.whole("version", 1, 1)
            return [kind.read(Fields(one, kind.key)) for one in top.items(kind.key, most=kind.most)]
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise kind.error(
                tr("The list of paired computers cannot be read: {reason}.", reason=reason),
                tr("Remove {path}, and pair them anew.", path=self.path),
            ) from error

    def change(self, changed: Callable[[list[Row]], list[Row]]) -> bool:
        """Write what becomes of the rows; False where they stay as they are. Raises OSError besides."""
        with self._lock, locked(self.path):
            before = self.rows()
            after = changed(before)
            if len(after) > max(self._kind.most, len(before)):
                raise self._kind.error(
                    tr("The list of paired computers has no room for more than {most}.", most=self._kind.most),
                    tr("Remove one that is not needed any more."),
                )
            if after != before:
                self._write(after)
        return after != before

    def _write(self, rows: list[Row]) -> None:
        listed = [self._kind.form(row) for row in rows]
        text = json.dumps({"version": 1, self._kind.key: listed}, indent=1) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_private(self.path, text.encode())
