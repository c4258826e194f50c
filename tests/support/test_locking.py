"""Two processes that change one small file lose none of each other's changes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from patience import PATIENCE_S

from rtedit_desktop.support import settings
from rtedit_desktop.support.locking import locked

CHANGE = """
import json, sys
from pathlib import Path
from rtedit_desktop.support.locking import locked
path, mine = Path(sys.argv[1]), sys.argv[2]
for n in range(40):
    with locked(path):
        known = json.loads(path.read_text())
        known.append(f"{mine}{n}")
        path.write_text(json.dumps(known))
"""


def test_no_change_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text("[]")
    both = [subprocess.Popen([sys.executable, "-c", CHANGE, str(path), name]) for name in "ab"]
    assert [one.wait(timeout=PATIENCE_S) for one in both] == [0, 0]
    assert path.read_text().count('"') == 160


def test_settings_are_changed_under_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    code = "import sys; from pathlib import Path; from rtedit_desktop.support import settings\n"
    code += "for n in range(20): settings.change(Path(sys.argv[1]), history_mib=n)"
    other = subprocess.Popen([sys.executable, "-c", code, str(path)], env=dict(os.environ))
    for n in range(20):
        settings.change(path, cache_mib=n)
    assert other.wait(timeout=PATIENCE_S) == 0
    assert (settings.load(path).cache_mib, settings.load(path).history_mib) == (19, 19)


def test_where_no_lock_can_be_had_it_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with locked(tmp_path / "file" / "below"), locked(tmp_path / "other"), locked(tmp_path / "other"):
        pass
