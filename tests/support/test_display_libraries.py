from __future__ import annotations

from pathlib import Path

import pytest

from rtedit_desktop.support.display_libraries import advice, debian_package, lacking


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libEGL.so.1", "libegl1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
    ],
)
def test_packages_of_libraries(library: str, package: str) -> None:
    assert debian_package(library) == package


def test_all_that_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loader = tmp_path / "ldd"
    loader.write_text(
        "#!/bin/sh\n"
        "echo '\tlinux-vdso.so.1 (0x1)'\n"
        "echo '\tlibxcb-icccm.so.4 => not found'\n"
        "echo '\tlibGL.so.1 => /lib/libGL.so.1 (0x2)'\n"
        "echo '\tlibxcb-keysyms.so.1 => not found'\n"
        "echo '\tlibxcb-icccm.so.4 => not found'\n"
    )
    loader.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = lacking(Path("libqxcb.so"))
    assert found == ("libxcb-icccm.so.4", "libxcb-keysyms.so.1")
    assert advice(found).endswith("sudo apt install libxcb-icccm4 libxcb-keysyms1")


def test_where_the_loader_cannot_be_asked_nothing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert lacking(Path("libqxcb.so")) == () and advice(()) == ""
