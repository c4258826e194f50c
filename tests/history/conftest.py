from __future__ import annotations

from pathlib import Path

import pytest

from rtedit_desktop.history.journal import FolderJournal


@pytest.fixture
def journal(tmp_path: Path) -> FolderJournal:
    return FolderJournal(tmp_path / "history")
