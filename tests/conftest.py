"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tiny_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small real pack with random weights; not to be changed."""
    import tiny_pack

    return tiny_pack.write(tmp_path_factory.mktemp("packs") / "tiny").info.folder
