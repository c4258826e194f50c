from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from support.nets.engines import new_engine

from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog


@pytest.fixture(scope="session")
def catalog(tiny_pack: Path) -> Catalog:
    return Catalog([tiny_pack.parent])


@pytest.fixture(autouse=True)
def _leaves_torch_as_it_was() -> Iterator[None]:
    yield
    assert torch.is_grad_enabled()


@pytest.fixture
def engine(catalog: Catalog) -> Iterator[TorchEngine]:
    engine = new_engine(catalog)
    yield engine
    engine.close()
