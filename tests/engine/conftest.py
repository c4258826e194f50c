from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from support.nets.engines import new_engine
from support.serving import ServedEngine

from rtedit_desktop.core.engine_api import Engine
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


@pytest.fixture
def new_any(
    request: pytest.FixtureRequest, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Engine]]:
    """Makes engines, of the kind that the test is about: here, or on another computer."""
    kind = getattr(request, "param", "here")
    made: list[Engine] = []

    def make() -> Engine:
        engine = ServedEngine(catalog, tmp_path_factory.mktemp("serving")) if kind == "served" else new_engine(catalog)
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.close()


@pytest.fixture
def any_engine(new_any: Callable[[], Engine]) -> Engine:
    """What any engine does, this does: here, and on another computer. See ``pytest_generate_tests``."""
    return new_any()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "new_any" in metafunc.fixturenames:
        metafunc.parametrize("new_any", ["here", "served"], indirect=True)
