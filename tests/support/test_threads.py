from __future__ import annotations

import os
import sys

import pytest

from rtedit_desktop.support.threads import share_the_cores


def test_waiting_threads_give_their_core_away(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"):
        monkeypatch.setenv(name, "as it was")  # so that it is put back
        monkeypatch.delenv(name)
    share_the_cores()
    assert os.environ["GOMP_SPINCOUNT"] == "1000"


@pytest.mark.parametrize("name", ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY"])
def test_what_a_person_set_stays(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for other in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, "active")
    share_the_cores()
    assert os.environ[name] == "active" and len({"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"} & set(os.environ)) == 1


@pytest.mark.parametrize(("system", "value"), [("darwin", "1"), ("linux", None)])
def test_what_apples_cards_cannot_compute_the_processor_does(
    monkeypatch: pytest.MonkeyPatch, system: str, value: str | None
) -> None:
    monkeypatch.setenv("PYTORCH_ENABLE_MPS_FALLBACK", "as it was")
    monkeypatch.delenv("PYTORCH_ENABLE_MPS_FALLBACK")
    monkeypatch.setattr(sys, "platform", system)
    share_the_cores()
    assert os.environ.get("PYTORCH_ENABLE_MPS_FALLBACK") == value
