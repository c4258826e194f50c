"""Ten of each attack that the benchmarks make by the thousand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from patience import PATIENCE_S

HERE = Path(__file__).parent
SCRIPTS = (
    "attack_checkpoints",
    "attack_cluster",
    "attack_compare",
    "attack_disks",
    "attack_downloads",
    "attack_log",
    "attack_manifests",
    "attack_metadata",
    "attack_photos",
    "attack_serve",
    "fuzz_presets",
    "kill_tasks",
)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="limits and signals of POSIX")
@pytest.mark.parametrize("script", SCRIPTS)
def test_ten_of_each(script: str) -> None:
    """With a seed of their own, so that the benchmarks' first ones are not all that is ever tried."""
    command = [sys.executable, str(HERE / f"{script}.py"), "--count", "10", "--seed", "7"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=4 * PATIENCE_S)
    assert done.returncode == 0, done.stdout + done.stderr
