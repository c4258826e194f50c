"""Around the import of an engine nothing is collected, and afterwards all is as it was."""

from __future__ import annotations

import gc

import pytest

from rtedit_desktop.core.engine_api import loading_libraries
from rtedit_desktop.core.errors import DeviceError


@pytest.fixture(autouse=True)
def thawed() -> object:
    """What a test froze is collected again."""
    yield
    gc.unfreeze()
    gc.enable()


def test_what_was_loaded_is_left_out_of_later_collections() -> None:
    frozen = gc.get_freeze_count()
    with loading_libraries():
        assert not gc.isenabled()
    assert gc.isenabled() and gc.get_freeze_count() > frozen


def test_who_turned_collecting_off_turns_it_on() -> None:
    gc.disable()
    frozen = gc.get_freeze_count()
    with loading_libraries():
        pass
    assert not gc.isenabled() and gc.get_freeze_count() == frozen


def test_a_library_that_cannot_be_loaded_is_a_sentence() -> None:
    with pytest.raises(DeviceError, match="could not be loaded: no such thing"), loading_libraries():
        raise ImportError("no such thing.")
    assert gc.isenabled()
