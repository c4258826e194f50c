from __future__ import annotations

from pathlib import Path

import pytest
import torch

from rtedit_desktop.bench import subject
from rtedit_desktop.bench.subject import Subject
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.packs.manifest import reading as manifest


@pytest.fixture
def measured(tiny_pack: Path) -> Subject:
    """The tiny pack on the CPU in float32."""
    return subject.load(manifest.read(tiny_pack), Device(torch.device("cpu")), 0)
