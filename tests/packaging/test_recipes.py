"""What the packages tell each system: the same files everywhere, icons that can be read."""

from __future__ import annotations

import configparser
import gzip
import hashlib
import io
import plistlib
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image
from support.packaging_scripts import PACKAGING, ROOT, module

from rtedit_desktop.core.preset import SUFFIX
from rtedit_desktop.support.formats import OPEN_SUFFIXES

MIME = {"jpg": "image/jpeg", "tif": "image/tiff", "heif": "image/heif"}
UTI = {"webp": "org.webmproject.webp", "bmp": "com.microsoft.bmp", "gif": "com.compuserve.gif"}


def test_linux_offers_every_picture_that_opens() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(PACKAGING / "linux" / "rtedit.desktop", "utf-8")
    types = set(entry["Desktop Entry"]["MimeType"].split(";"))
    assert {MIME.get(suffix, f"image/{suffix}") for suffix in OPEN_SUFFIXES if suffix != "tiff"} <= types
    mime = ET.parse(PACKAGING / "linux" / "rtedit-mime.xml").getroot()[0]
    assert mime.attrib["type"] in types
    assert any(child.attrib.get("pattern") == f"*{SUFFIX}" for child in mime)


def test_windows_offers_every_picture_that_opens() -> None:
    recipe = (PACKAGING / "windows" / "rtedit.iss").read_text("utf-8")
    assert all(f'Picture("{suffix}")' in recipe for suffix in OPEN_SUFFIXES)
    assert f"Classes\\{SUFFIX}" in recipe


def test_macos_offers_presets_and_pictures() -> None:
    about = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    kinds = {kind for entry in about["CFBundleDocumentTypes"] for kind in entry["LSItemContentTypes"]}
    assert set(UTI.values()) | {"public.png", "public.jpeg", "public.tiff", "public.heic"} <= kinds
    (preset,) = about["UTExportedTypeDeclarations"]
    assert preset["UTTypeIdentifier"] in kinds
    assert preset["UTTypeTagSpecification"]["public.filename-extension"] == [SUFFIX.lstrip(".")]


def test_icons_are_drawn_for_every_system(tmp_path: Path, qapp: object) -> None:
    icons = module("draw_icons")
    icons.draw(ROOT / "resources" / "icons" / "rtedit.svg", tmp_path)
    with Image.open(tmp_path / "48.png") as picture:
        assert picture.size == (48, 48) and picture.getextrema()[3] == (0, 255)
    with Image.open(tmp_path / "rtedit.ico") as picture:
        assert set(picture.info["sizes"]) == {(size, size) for size in icons.ICO}
    with Image.open(io.BytesIO((tmp_path / "rtedit.icns").read_bytes())) as picture:
        picture.load()
        assert picture.format == "ICNS"


def test_stand_ins_define_what_is_asked_for() -> None:
    stubs = module("cuda_stubs")
    symbols = [
        stubs.Symbol("cudaGetDeviceCount", "libcudart.so.13"),
        stubs.Symbol("cudaGetErrorString", "libcudart.so.13"),
        stubs.Symbol("_ZTIN4c10d16ProcessGroupNCCLE"),
        stubs.Symbol("_ZN2at4cuda5sleepEl"),
    ]
    code = stubs.source(symbols)
    assert "int cudaGetDeviceCount(void) { return 100; }" in code
    assert "const char *cudaGetErrorString(void)" in code
    assert '"N4c10d16ProcessGroupNCCLE"' in code
    assert 'stop("_ZN2at4cuda5sleepEl")' in code
    assert stubs.versions(symbols) == "libcudart.so.13 { global: cudaGetDeviceCount; cudaGetErrorString; };\n"


@pytest.mark.parametrize(
    "name", ["build", "rtedit.spec", "check_bundle", "lean_torch", "linux_packages", "sizes", "try_installed"]
)
def test_the_scripts_can_be_compiled(name: str) -> None:
    path = PACKAGING / (name if "." in name else f"{name}.py")
    compile(path.read_text("utf-8"), str(path), "exec")


def test_what_a_library_has_of_the_system_inside_is_not_taken_from_it() -> None:
    """libcufile shows a C++ runtime, which others ask for in two ways."""
    stubs = module("cuda_stubs")
    own = stubs.Symbol("cuFileOpen")
    runtime = {stubs.Symbol("_ZdlPvm", "CXXABI_1.3.9"), stubs.Symbol("_ZdlPvm"), stubs.Symbol("free", "GLIBC_2.2.5")}
    assert stubs.asked_of({"cuFileOpen", "_ZdlPvm", "free", "other"}, {own, *runtime}) == [own]


def test_a_bundle_leaves_out_whole_frameworks_and_keeps_the_rest() -> None:
    left_out = module("left_out")
    qt = "PySide6/Qt/lib"
    for target in (
        f"{qt}/QtPdf.framework/Versions/A/QtPdf",
        f"{qt}/QtPdf.framework/Versions/A/Resources/Info.plist",
        f"{qt}/QtQuickWidgets.framework/Resources",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
        "PySide6/translations/qt_de.qm",
        "libgtk-3.so.0",
        "libtorch_cpu.so",
        "numpy/tests/test_a.py",
    ):
        assert not left_out.wanted(target, {"libtorch_cpu.so"}), target
    for target in (
        f"{qt}/QtGui.framework/Versions/A/QtGui",
        f"{qt}/QtGui.framework/Resources/Info.plist",
        "PySide6/translations/qtbase_de.qm",
        "torch/lib/libtorch_cpu.so",
        "rtedit_desktop/resources/guide/index.md",
    ):
        assert left_out.wanted(target, {"libtorch_cpu.so"}), target


def test_what_a_bundle_leaves_to_the_system_is_asked_of_the_package_manager(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    libraries = module("system_libraries")
    for name in (
        "rtedit-desktop",
        "_internal/libqxcb.so",
        "_internal/libxcb-cursor.so.0",
        "_internal/nvidia/libcufile.so",
    ):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_bytes(b"\x7fELF")
    (tmp_path / "_internal" / "licences.json").write_text("[]")
    linked = {
        "rtedit-desktop": ["libc.so.6", "libdl.so.2"],
        "libqxcb.so": ["libxcb-cursor.so.0", "libGL.so.1", "libwayland-client.so.0", "libcuda.so.1"],
        "libxcb-cursor.so.0": ["libxcb.so.1"],
    }

    def readelf(command: list[str], **more: object) -> subprocess.CompletedProcess[str]:
        names = linked[Path(command[-1]).name]
        text = "".join(f" 0x1 (NEEDED)  Shared library: [{name}]\n" for name in names)
        return subprocess.CompletedProcess(command, 0, text)

    monkeypatch.setattr(libraries.subprocess, "run", readelf)
    assert libraries.packages(tmp_path) == (["libc6", "libgl1", "libxcb1"], ["libwayland-client0"])
    linked["libqxcb.so"].append("libxcb-icccm.so.4")
    with pytest.raises(SystemExit, match=r"libxcb-icccm\.so\.4, for libqxcb\.so"):
        libraries.packages(tmp_path)


def test_entitlements_are_those_that_python_needs() -> None:
    rights = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert rights and all(name.startswith("com.apple.security.cs.") and value is True for name, value in rights.items())


def test_what_the_set_up_adds_to_the_path_is_taken_away_again() -> None:
    recipe = (PACKAGING / "windows" / "rtedit.iss").read_text("utf-8")
    assert "CurUninstallStepChanged" in recipe and recipe.count("RegWriteExpandStringValue") == 2
    assert recipe.count("uninsdeletevalue") == recipe.count("uninsdeletevalue uninsdeletekeyifempty") == 3
    body = recipe.partition("[Code]")[2]
    words = [word.lower() for word in re.findall(r"\b(begin|end|function|procedure)\b", body, re.IGNORECASE)]
    assert words.count("begin") == words.count("end") == words.count("function") + words.count("procedure")


def test_inno_setup_is_found_where_its_own_set_up_puts_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = module("build")
    monkeypatch.setattr(build.shutil, "which", lambda _: None)
    for name in ("PROGRAMFILES(X86)", "PROGRAMFILES", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SystemExit, match="Inno Setup"):
        build.inno_compiler()
    compiler = tmp_path / "Inno Setup 6" / "ISCC.exe"
    compiler.parent.mkdir()
    compiler.touch()
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    assert build.inno_compiler() == str(compiler)


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="dpkg-deb is not installed")
def test_a_deb_has_its_checksums_and_libraries_that_nobody_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages, folder = module("linux_packages"), tmp_path / "rtedit"
    inside, icons = folder / "_internal", tmp_path / "icons"
    inside.mkdir(parents=True)
    icons.mkdir()
    for name in ("libone.so.1", "two.cpython-311.so"):
        (inside / name).write_bytes(name.encode())
        (inside / name).chmod(0o755)
    (inside / "libone.so").symlink_to("libone.so.1")
    for name in ("rtedit", "rtedit-desktop"):
        (folder / name).write_bytes(b"#!/bin/sh\n")
        (folder / name).chmod(0o755)
    for size in packages.draw_icons.SIZES:
        (icons / f"{size}.png").write_bytes(b"")
    monkeypatch.setattr(packages.system_libraries, "packages", lambda _: (["libc6"], []))
    monkeypatch.setattr(packages.shutil, "which", lambda _: None)
    (package,) = packages.make(tmp_path, folder, tmp_path, "1.2", "cpu")
    out = tmp_path / "out"
    subprocess.run(["dpkg-deb", "-R", str(package), str(out)], check=True)
    lines = [line.split("  ") for line in (out / "DEBIAN" / "md5sums").read_text().splitlines()]
    assert len(lines) == sum(path.is_file() and not path.is_symlink() for path in out.rglob("*")) - 2  # DEBIAN's own
    assert all(hashlib.md5((out / name).read_bytes()).hexdigest() == told for told, name in lines)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (out / "opt" / "rtedit").rglob("*") if path.is_file()}
    assert modes["libone.so.1"] == modes["two.cpython-311.so"] == 0o644
    assert modes["rtedit"] == modes["rtedit-desktop"] == 0o755
    assert b"## " in gzip.decompress((out / "usr" / "share" / "doc" / "rtedit" / "changelog.gz").read_bytes())
