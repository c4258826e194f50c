from __future__ import annotations

import subprocess
import sys

import pytest

from rtedit_desktop import diffusion


def test_every_public_name_is_there() -> None:
    assert diffusion.__all__ == sorted(diffusion._HOME)
    for name in diffusion.__all__:
        assert getattr(diffusion, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="zombie"):
        _ = diffusion.zombie  # type: ignore[attr-defined]


def test_importing_the_package_does_not_import_torch() -> None:
    code = "import sys, rtedit_desktop.diffusion; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
